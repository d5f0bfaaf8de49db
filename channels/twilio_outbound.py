"""Messages of the program as requests to Twilio, each within the limits of Twilio and of the channel behind it.

`split` first, then `render`: what `split` gives can be rendered. What a channel cannot show is said in a plainer form: buttons, then
a list, then numbered text; a payment card in words; a file by the address where it can be fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from channels import twilio_contents as contents
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
from channels.plainer import as_choice, with_actions_written
from channels.twilio_contents import Form
from channels.twilio_inbound import RCS, WHATSAPP

TEXT = 1600
"""Twilio's own limit of a body."""
BODY = 1024
"""Longest words above buttons or a list."""
BUTTONS, BUTTON, BUTTON_ID = 3, 20, 256
ROWS, ROW, ROW_DESCRIPTION, ROW_ID = 10, 24, 72, 200
CHIPS, CHIP = 10, 25

WHATSAPP_CAPABILITIES = Capabilities(
    text=TEXT, buttons=BUTTONS, rows=ROWS, files=True, templates=True, typing=True, window=timedelta(hours=24)
)
RCS_CAPABILITIES = Capabilities(text=TEXT, buttons=0, rows=0, files=True, typing=True)
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
    match message:
        case Text():
            return [Text(body=part) for part in pieces(with_actions_written(message.body, message.actions), TEXT)] or [message]
        case Cards():
            return split(as_choice(message), channel)
        case Choice():
            body = with_actions_written(message.body, message.actions)
            return _split_choice(message.model_copy(update={"body": body, "actions": ()}), channel)
        case Link():
            return [Text(body=part) for part in pieces(link_text(message), TEXT)] or [message]
        case PaymentCard():
            return [Text(body=part) for part in pieces(card_text(message), TEXT)] or [message]
        case PaymentStatus():
            return [Text(body=part) for part in pieces(message.body, TEXT)] or [message]
        case Document() | Image():
            parts = pieces(message.caption or "", BODY)
            if len(parts) < 2:
                return [message]
            before = pieces("\n\n".join(parts[:-1]), TEXT)
            return [*(Text(body=part) for part in before), message.model_copy(update={"caption": parts[-1]})]
        case Template() if channel == RCS:
            return [Text(body=part) for part in pieces(message.words, TEXT)] or [message]
        case _:
            return [message]


def _split_choice(message: Choice, channel: str) -> list[Outgoing]:
    message = message.model_copy(update={"body": _with_footer(message), "footer": None})
    if form_of(message, channel) != "numbered":
        return [message]
    parts = pieces(message.body, BODY)
    if len(parts) > 1:
        ending = message.model_copy(update={"body": parts[-1]})
        if form_of(ending, channel) != "numbered":
            before = pieces("\n\n".join(parts[:-1]), TEXT)
            return [*(Text(body=part) for part in before), ending]
    texts = pieces(numbered(message), TEXT)
    return [message] if len(texts) <= 1 else [Text(body=part) for part in texts]


def render(message: Outgoing, channel: str) -> Rendered:
    """What is sent for one message that `split` gave. Raises `Rejected` for what no form can carry."""
    match message:
        case Text():
            return Rendered(body=_words(message.body, TEXT))
        case Choice():
            return _choice(message, channel)
        case Link():
            return Rendered(body=_words(link_text(message), TEXT))
        case PaymentCard():
            return Rendered(body=_words(card_text(message), TEXT))
        case PaymentStatus():
            return Rendered(body=_words(message.body, TEXT))
        case Document() | Image():
            return Rendered(body=_words(message.caption, TEXT) if message.caption else None, media=True)
        case Template():
            return _template(message, channel)
        case _:
            raise Rejected(f"Twilio has no form for a {message.kind}")


def recipient(address: Address) -> str:
    """Whom it goes to, always on this very channel: an RCS address never becomes an SMS, which anybody might read."""
    if address.raw:
        return f"{address.channel}:{address.raw if address.raw.startswith('+') else '+' + address.raw}"
    if address.user_id and address.channel == WHATSAPP:
        return f"{address.channel}:{address.user_id}"
    raise Rejected("an address without a number")


def numbered(message: Choice) -> str:
    """The question with its answers as numbered lines, to be answered with the number or the words."""
    lines = [
        f"{number}. {_line(option.label)}" + (f" — {_line(option.description)}" if option.description else "")
        for number, option in enumerate(message.options, start=1)
    ]
    return "\n\n".join(part for part in (message.body.strip(), "\n".join(lines), (message.footer or "").strip()) if part)


def link_text(message: Link) -> str:
    """A link in words."""
    label = _line(message.label)
    return f"{message.body.strip()}\n\n{label}: {message.url}" if label else f"{message.body.strip()}\n\n{message.url}"


def card_text(message: PaymentCard) -> str:
    """A payment card in words; its code goes in a message of its own."""
    return "\n\n".join(part for part in (message.body.strip(), (message.footer or "").strip()) if part)


def form_of(message: Choice, channel: str) -> Literal["buttons", "rows", "chips", "numbered"]:
    """The richest form in which every answer can be read in full."""
    body, options = _with_footer(message), message.options
    titles = [_line(option.label) for option in options]
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
    plain = numbered(message)
    body, options = _with_footer(message), message.options
    if kind == "numbered":
        return Rendered(body=_words(plain, TEXT))
    if kind == "rows":
        shown = [row for option in options if (row := _row(_line(option.label), option.description))]
        values: list[str] = []
        for (title, under), option in zip(shown, options, strict=True):
            values += [title, option.id, *([under] if under else [])]
        button = cut(_line(message.button) or "Ver opções", BUTTON)
        form = contents.rows([bool(under) for _, under in shown])
        return Rendered(form=form, variables=contents.variables(body, button, *values), plain=plain)
    form = (contents.chips if kind == "chips" else contents.buttons)(len(options))
    pairs = [part for option in options for part in (_line(option.label), option.id)]
    return Rendered(form=form, variables=contents.variables(body, *pairs), plain=plain)


def _template(message: Template, channel: str) -> Rendered:
    if channel == RCS:
        return Rendered(body=_words(message.words, TEXT))
    values = [_line(value) for value in message.variables]
    if not all(values):
        raise Rejected("a template with an empty variable")
    return Rendered(template=message.name, variables=contents.variables(*values) if values else None)


def _with_footer(message: Choice) -> str:
    return "\n\n".join(part for part in (message.body.strip(), (message.footer or "").strip()) if part)


def _row(title: str, description: str | None) -> tuple[str, str] | None:
    """A row of a list; a label that is too long for a title is repeated in full under it. None where even that is too long."""
    under = _line(description or "")
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


def _line(text: str) -> str:
    return " ".join(text.split())
