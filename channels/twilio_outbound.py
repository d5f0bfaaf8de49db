"""Messages of the program as requests to Twilio, each within the limits of Twilio and of the channel behind it.

`split` first, then `render`: what `split` gives can be rendered. What a channel cannot show is said in a plainer form: buttons, then
a list, then numbered text; a payment card that WhatsApp cannot show in words; a file by the address where it can be fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from channels import twilio_contents as contents
from channels import twilio_pay
from channels.channel import Capabilities
from channels.lengths import cut, length, pieces
from channels.message import (
    Address,
    Cards,
    Choice,
    Document,
    Image,
    Link,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Rejected,
    Template,
    Text,
)
from channels.plainer import as_choice, numbered, one_line, with_actions_written, without_marks
from channels.twilio_contents import Form
from channels.twilio_inbound import RCS, WHATSAPP

TEXT = 1600
"""Twilio's own limit of a body."""
BODY = 1024
"""Longest words above buttons or a list."""
BUTTONS, BUTTON, BUTTON_ID = 3, 20, 256
ROWS, ROW, ROW_DESCRIPTION, ROW_ID = 10, 24, 72, 200
CHIPS, CHIP = 10, 25
FEWEST_CARDS, MOST_CARDS, CARD = 2, 10, 160
"""A carousel's cards, and the longest title and text of one together."""

WHATSAPP_CAPABILITIES = Capabilities(
    text=TEXT,
    buttons=BUTTONS,
    rows=ROWS,
    files=True,
    file_links=True,
    payment_card=True,
    templates=True,
    typing=True,
    window=timedelta(hours=24),
)
RCS_CAPABILITIES = Capabilities(
    text=TEXT, buttons=0, rows=0, suggestions=CHIPS, cards=MOST_CARDS, files=True, file_links=True, typing=True
)
CAPABILITIES = {WHATSAPP: WHATSAPP_CAPABILITIES, RCS: RCS_CAPABILITIES}


@dataclass(frozen=True)
class Rendered:
    """A request's own parameters, or a form with its places filled. `media` is the address of the file that goes with it."""

    body: str | None = None
    form: Form | None = None
    variables: str | None = None
    template: str | None = None
    """The name of an approved template, in the place of a form."""
    media: bool = False
    plain: str | None = None
    """The same in words, for when the form cannot be had."""


def split(message: Outgoing, channel: str) -> list[Outgoing]:
    """The messages, in order, that say `message` within the limits; long words go ahead as texts of their own."""
    if channel == RCS:
        message = without_marks(message)
    match message:
        case Text():
            return _texts(message, with_actions_written(message.body, message.actions)) or [message]
        case Cards():
            return _split_cards(message, channel)
        case Choice():
            return _split_choice(message, channel)
        case Link():
            return _texts(message, link_text(message)) or [message]
        case PaymentCard() if channel == WHATSAPP and twilio_pay.payable(message):
            *ahead, last = pieces(card_text(message), BODY)
            return [*_texts(message, "\n\n".join(ahead)), message.model_copy(update={"body": last, "footer": None})]
        case PaymentCard():
            return _texts(message, card_text(message)) or [message]
        case PaymentStatus() if channel == WHATSAPP and twilio_pay.payable(message.card) and length(message.body) <= BODY:
            return [message]
        case PaymentStatus():
            return _texts(message, message.body) or [message]
        case Document() | Image():
            parts = pieces(message.caption or "", BODY)
            if len(parts) < 2:
                return [message]
            before = _texts(message, "\n\n".join(parts[:-1]))
            return [*before, message.model_copy(update={"caption": parts[-1]})]
        case Template() if channel == RCS:
            return _texts(message, message.words) or [message]
        case _:
            return [message]


def _texts(message: Outgoing, words: str) -> list[Outgoing]:
    """These words as texts; a payment card's own time is not a text's."""
    ends = None if isinstance(message, PaymentCard) else message.expires_at
    return [Text(body=part, expires_at=ends, purpose=message.purpose) for part in pieces(words, TEXT)]


def _split_choice(message: Choice, channel: str) -> list[Outgoing]:
    body = with_actions_written(message.body, message.actions)
    message = message.model_copy(update={"body": body, "actions": ()})
    message = message.model_copy(update={"body": _with_footer(message), "footer": None})
    if channel == RCS and message.followed:
        # Suggestions leave the screen with the next message, so the answers are written out as well.
        message = message.model_copy(update={"body": numbered(message.body, message.options), "followed": False})
        if form_of(message, channel) == "numbered":
            return _texts(message, message.body)
    if form_of(message, channel) != "numbered":
        return [message]
    parts = pieces(message.body, BODY)
    if len(parts) > 1:
        ending = message.model_copy(update={"body": parts[-1]})
        if form_of(ending, channel) != "numbered":
            return [*_texts(message, "\n\n".join(parts[:-1])), ending]
    texts = _texts(message, numbered(message.body, message.options))
    return [message] if len(texts) <= 1 else texts


def _split_cards(message: Cards, channel: str) -> list[Outgoing]:
    """On RCS a carousel, whose words go ahead because Twilio drops them there, with the further answers as numbered lines."""
    if channel != RCS or not _fits_carousel(message):
        return [*_pictures(message), *_split_choice(as_choice(message), channel)]
    further = [
        f"{number}. {one_line(option.label)}" for number, option in enumerate(message.options, start=len(message.cards) + 1)
    ]
    parts = ((message.lead or message.body).strip(), "\n".join(further), (message.footer or "").strip())
    words = "\n\n".join(part for part in parts if part)
    actions = tuple(action for card in message.cards for action in card.actions)
    ahead = _texts(message, with_actions_written(words, dict.fromkeys(actions)))
    # Of the cards of one carousel all have a picture or none.
    pictures = [] if _pictured(message) else _pictures(message)
    return [*pictures, *ahead, message.model_copy(update={"body": "", "lead": None, "options": (), "footer": None})]


def _pictures(message: Cards) -> list[Outgoing]:
    return [
        Image(file=card.image, caption=one_line(card.title) or None, alt=card.image_alt)
        for card in message.cards
        if card.image is not None
    ]


def _pictured(message: Cards) -> bool:
    return all(card.image is not None for card in message.cards)


def _fits_carousel(message: Cards) -> bool:
    cards = message.cards
    if length(_written_cards(message)) > TEXT:
        return False
    if not FEWEST_CARDS <= len(cards) <= MOST_CARDS or len({card.option.id for card in cards}) < len(cards):
        return False
    return all(
        card.title.strip() and card.body.strip() and length(card.title) + length(card.body) <= CARD
        and 0 < length(one_line(card.button)) <= CHIP and card.option.id
        for card in cards
    )  # fmt: skip


def render(message: Outgoing, channel: str, now: datetime | None = None, urls: Mapping[str, str] | None = None) -> Rendered:
    """What is sent for one message that `split` gave. Raises `Rejected` for what no form can carry.

    `urls` tells where each picture of it (by its path) is fetched.
    """
    match message:
        case Text():
            return Rendered(body=_words(message.body, TEXT))
        case Choice():
            return _choice(message, channel)
        case Cards():
            return _carousel(message, urls or {})
        case Link():
            return Rendered(body=_words(link_text(message), TEXT))
        case PaymentCard() if channel == WHATSAPP and twilio_pay.payable(message, now):
            return Rendered(form=contents.pay(), variables=twilio_pay.order(message), plain=card_text(message))
        case PaymentCard():
            return Rendered(body=_words(card_text(message), TEXT))
        case PaymentStatus() if channel == WHATSAPP and twilio_pay.payable(message.card) and length(message.body) <= BODY:
            form = contents.pay("completed" if message.status == "paid" else "canceled")
            return Rendered(form=form, variables=twilio_pay.order_status(message), plain=message.body)
        case PaymentStatus():
            return Rendered(body=_words(message.body, TEXT))
        case Document() | Image():
            return Rendered(body=_words(message.caption, TEXT) if message.caption else None, media=True)
        case Template():
            return _template(message, channel)


def recipient(address: Address) -> str:
    """Whom it goes to, always on this very channel: an RCS address never becomes an SMS, which anybody might read."""
    if address.raw:
        return f"{address.channel}:{address.raw if address.raw.startswith('+') else '+' + address.raw}"
    if address.user_id and address.channel == WHATSAPP:
        return f"{address.channel}:{address.user_id}"
    raise Rejected("an address without a number")


def link_text(message: Link) -> str:
    """A link in words."""
    label = one_line(message.label)
    return f"{message.body.strip()}\n\n{label}: {message.url}" if label else f"{message.body.strip()}\n\n{message.url}"


def card_text(message: PaymentCard) -> str:
    """A payment card in words; its code goes in a message of its own."""
    return "\n\n".join(part for part in (message.body.strip(), (message.footer or "").strip()) if part)


def form_of(message: Choice, channel: str) -> Literal["buttons", "rows", "chips", "numbered"]:
    """The richest form in which every answer can be read in full."""
    body, options = _with_footer(message), message.options
    titles = [one_line(option.label) for option in options]
    ids = [option.id for option in options]
    if not options or not body or length(body) > BODY or not all(titles) or not all(ids):
        return "numbered"
    if len({title.casefold() for title in titles}) < len(titles) or len(set(ids)) < len(ids):
        return "numbered"
    described = any(option.description for option in options)
    if channel == RCS:
        fits = len(options) <= CHIPS and not described and all(length(title) <= CHIP for title in titles)
        return "chips" if fits else "numbered"
    if not described and len(options) <= BUTTONS and all(length(title) <= BUTTON for title in titles):
        return "buttons" if all(length(one) <= BUTTON_ID for one in ids) else "numbered"
    if len(options) > ROWS or any(length(one) > ROW_ID for one in ids):
        return "numbered"
    shown = [_row(title, option.description) for title, option in zip(titles, options, strict=True)]
    if any(row is None for row in shown) or len({row[0].casefold() for row in shown if row}) < len(shown):
        return "numbered"
    return "rows"


def _choice(message: Choice, channel: str) -> Rendered:
    kind = form_of(message, channel)
    plain = numbered(message.body, message.options, message.footer)
    body, options = _with_footer(message), message.options
    if kind == "numbered":
        return Rendered(body=_words(plain, TEXT))
    if kind == "rows":
        shown = [row for option in options if (row := _row(one_line(option.label), option.description))]
        values: list[str] = []
        for (title, under), option in zip(shown, options, strict=True):
            values += [title, option.id, *([under] if under else [])]
        button = cut(one_line(message.button) or "Ver opções", BUTTON)
        form = contents.rows([bool(under) for _, under in shown])
        return Rendered(form=form, variables=contents.variables(body, button, *values), plain=plain)
    form = (contents.chips if kind == "chips" else contents.buttons)(len(options))
    pairs = [part for option in options for part in (one_line(option.label), option.id)]
    return Rendered(form=form, variables=contents.variables(body, *pairs), plain=plain)


def _carousel(message: Cards, urls: Mapping[str, str]) -> Rendered:
    pictured = _pictured(message)
    values = []
    for card in message.cards:
        values += [card.title, card.body, one_line(card.button), card.option.id]
        if card.image is not None and pictured:
            if not urls.get(card.image.path):
                raise Rejected("a picture without an address to fetch it from")
            values.append(urls[card.image.path])
    form = contents.carousel(len(message.cards), pictured=pictured)
    return Rendered(form=form, variables=contents.variables(*values), plain=_words(_written_cards(message), TEXT))


def _written_cards(message: Cards) -> str:
    return numbered("", [card.option.model_copy(update={"description": card.body}) for card in message.cards])


def _template(message: Template, channel: str) -> Rendered:
    if channel == RCS:
        return Rendered(body=_words(message.words, TEXT))
    values = [one_line(value) for value in message.variables]
    if not all(values):
        raise Rejected("a template with an empty variable")
    return Rendered(template=message.name, variables=contents.variables(*values) if values else None)


def _with_footer(message: Choice) -> str:
    return "\n\n".join(part for part in (message.body.strip(), (message.footer or "").strip()) if part)


def _row(title: str, description: str | None) -> tuple[str, str] | None:
    """A row of a list; a label that is too long for a title is repeated in full under it. None where even that is too long."""
    under = one_line(description or "")
    if length(title) > ROW:
        under = f"{title} · {under}" if under else title
        title = cut(title, ROW)
    return None if length(under) > ROW_DESCRIPTION else (title, under)


def _words(text: str, limit: int) -> str:
    if not text.strip():
        raise Rejected("a message without words")
    if length(text) > limit:
        raise Rejected(f"more than {limit} characters in one message: split it first")
    return text
