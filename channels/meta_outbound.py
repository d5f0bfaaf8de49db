"""Messages of the program as payloads of WhatsApp's Graph API, each within WhatsApp's limits.

`split` first, then `render`: what `split` gives can be rendered. What does not fit a form is degraded to a plainer one that
says the same (buttons, then a list, then numbered text; a link button, then a written link), never cut short.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Literal

from channels.channel import Capabilities
from channels.lengths import cut, length, pieces
from channels.message import (
    Address,
    Cards,
    Choice,
    Document,
    Image,
    Link,
    OpenUrl,
    Option,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Rejected,
    Template,
    Text,
)
from channels.plainer import as_choice, numbered, one_line, with_actions_written

TEXT = 4096
"""Longest body of a text and of a list."""
BODY = 1024
"""Longest body of anything with buttons or a card, and longest caption."""
FOOTER = 60
BUTTONS, BUTTON, BUTTON_ID = 3, 20, 256
ROWS, ROW, ROW_DESCRIPTION, ROW_ID = 10, 24, 72, 200
CARD_NAME = 60
CALLBACK = 512

CAPABILITIES = Capabilities(
    text=TEXT,
    buttons=BUTTONS,
    rows=ROWS,
    actions=frozenset({"url"}),
    files=True,
    payment_card=True,
    templates=True,
    typing=True,
    window=timedelta(hours=24),
)

# Words inside the native payment card, which has a place for them and no message of its own.
CHARGES_LABEL = "Multa e juros"
DISCOUNT_LABEL = "Desconto"
EXPIRED_LABEL = "Prazo deste código encerrado"

_REFERENCE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_URL = re.compile(r"https?://[^\s<>\"]{1,1990}")
_SOONEST_EXPIRY = timedelta(seconds=300)


# --------------------------------------------------------------------------------------------------------------
# Splitting
# --------------------------------------------------------------------------------------------------------------


def split(message: Outgoing) -> list[Outgoing]:
    """The messages, in order, that say `message` within WhatsApp's limits.

    Long words go ahead as texts cut at a paragraph's end; the buttons, the card or the file stay with the last part.
    """
    match message:
        case Text(asks_contact=True) if 0 < length(message.body.strip()) <= BODY:
            return [message]
        case Text(actions=(OpenUrl() as page,)) if page.url not in message.body:
            return split(Link(body=message.body, label=page.label, url=page.url))
        case Text():
            return [Text(body=part) for part in pieces(with_actions_written(message.body, message.actions), TEXT)] or [message]
        case Cards():
            pictures: list[Outgoing] = [
                Image(file=card.image, caption=cut(one_line(card.title), BODY) or None, alt=card.image_alt)
                for card in message.cards
                if card.image is not None
            ]
            return [*pictures, *split(as_choice(message))]
        case Choice():
            body = with_actions_written(message.body, message.actions)
            return _split_choice(message.model_copy(update={"body": body, "actions": ()}))
        case Link():
            tail = length(_written_link(message))
            if _fits_button(message) or tail > TEXT // 2 or length(_link_text(message)) <= TEXT:
                return [message]
            return _keep_last(message, "body", pieces(message.body, TEXT - tail))
        case PaymentCard() | PaymentStatus():
            body, footer = _body_and_footer(message.body, message.footer if isinstance(message, PaymentCard) else None)
            changed: dict[str, Any] = {"footer": footer} if isinstance(message, PaymentCard) else {}
            return _keep_last(message.model_copy(update=changed), "body", pieces(body, BODY))
        case Document() | Image():
            return _keep_last(message, "caption", pieces(message.caption or "", BODY))
        case _:
            return [message]


def _keep_last(message: Outgoing, field: str, parts: list[str]) -> list[Outgoing]:
    if not parts:
        return [message]
    before = pieces("\n\n".join(parts[:-1]), TEXT)
    return [*(Text(body=part) for part in before), message.model_copy(update={field: parts[-1]})]


def _split_choice(message: Choice) -> list[Outgoing]:
    body, footer = _body_and_footer(message.body, message.footer)
    message = message.model_copy(update={"body": body, "footer": footer})
    if _form(message) != "numbered":
        return [message]
    parts = pieces(body, TEXT)
    if len(parts) > 1:
        ending = message.model_copy(update={"body": parts[-1]})
        if _form(ending) != "numbered":
            return _keep_last(message, "body", parts)
    texts = pieces(_numbered(message), TEXT)
    return [message] if len(texts) <= 1 else [Text(body=part) for part in texts]


# --------------------------------------------------------------------------------------------------------------
# Rendering
# --------------------------------------------------------------------------------------------------------------


def render(
    message: Outgoing, address: Address, key: str, media_id: str | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """The payload of `POST /<phone number id>/messages` for one message that `split` gave.

    `key` comes back in the statuses as `biz_opaque_callback_data`. `media_id` is the uploaded file of a `Document` or `Image`.
    `now` decides whether a payment card may say when it expires (WhatsApp wants at least five minutes).
    Raises `Rejected` for what no form of WhatsApp can carry.
    """
    if not key or length(key) > CALLBACK:
        raise Rejected(f"the key must have 1 to {CALLBACK} characters")
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **recipient(address),
        **_content(message, media_id, now),
        "biz_opaque_callback_data": key,
    }


def recipient(address: Address) -> dict[str, str]:
    """Whom it goes to: the address as received, with the plus that keeps Meta from adding our country code; else the user id."""
    if address.raw:
        return {"to": address.raw if address.raw.startswith("+") else f"+{address.raw}"}
    if address.user_id:
        return {"recipient": address.user_id}
    raise Rejected("an address with neither a number nor a user id")


def _content(message: Outgoing, media_id: str | None, now: datetime | None) -> dict[str, Any]:
    match message:
        case Text(asks_contact=True) if length(message.body) <= BODY:
            content = {"type": "contact_request", "body": {"text": _words(message.body, BODY)}}
            return {"type": "interactive", "interactive": content | {"action": {"name": "request_contact_info"}}}
        case Text():
            return _text(message.body)
        case Choice():
            return _choice(message)
        case Cards():
            return _choice(as_choice(message))
        case Link():
            return _link(message)
        case Document():
            document = {"id": _media(media_id), "filename": cut(message.file.filename, 240), **_caption(message.caption)}
            return {"type": "document", "document": document}
        case Image():
            return {"type": "image", "image": {"id": _media(media_id), **_caption(message.caption)}}
        case PaymentCard():
            return _payment_card(message, now)
        case PaymentStatus():
            return _payment_status(message)
        case Template():
            return _template(message, now)


def _text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"preview_url": False, "body": _words(body, TEXT)}}


def _words(text: str, limit: int) -> str:
    if not text.strip():
        raise Rejected("a message without words")
    if length(text) > limit:
        raise Rejected(f"more than {limit} characters in one message: split it first")
    return text


def _media(media_id: str | None) -> str:
    if not media_id:
        raise Rejected("a file that was not uploaded")
    return media_id


def _caption(caption: str | None) -> dict[str, str]:
    return {"caption": _words(caption, BODY)} if caption and caption.strip() else {}


def _body_and_footer(body: str, footer: str | None) -> tuple[str, str | None]:
    """A footer that is too long becomes the body's last paragraph."""
    if not footer or not footer.strip():
        return body, None
    return (body, footer) if length(footer) <= FOOTER else (f"{body}\n\n{footer}".strip(), None)


def _interactive(kind: str, body: str, footer: str | None, action: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"type": kind, "body": {"text": body}, "action": action}
    if footer:
        content["footer"] = {"text": footer}
    return {"type": "interactive", "interactive": content}


# --------------------------------------------------------------------------------------------------------------
# Choices
# --------------------------------------------------------------------------------------------------------------


def _choice(message: Choice) -> dict[str, Any]:
    body, footer = _body_and_footer(message.body, message.footer)
    form = _form(message)
    if form == "buttons":
        buttons = [{"type": "reply", "reply": {"id": option.id, "title": one_line(option.label)}} for option in message.options]
        return _interactive("button", body, footer, {"buttons": buttons})
    if form == "list":
        rows = [row for option in message.options if (row := _row(option))]
        button = cut(one_line(message.button) or "Ver opções", BUTTON)
        return _interactive("list", body, footer, {"button": button, "sections": [{"rows": rows}]})
    return _text(_numbered(message))


def _numbered(message: Choice) -> str:
    return numbered(message.body, message.options, message.footer)


def _form(message: Choice) -> Literal["buttons", "list", "numbered"]:
    """The richest form in which every label can be read in full."""
    body, _ = _body_and_footer(message.body, message.footer)
    options = message.options
    if not options or not body.strip() or not _distinct(option.id for option in options):
        return "numbered"
    titles = [one_line(option.label) for option in options]
    if not all(titles) or not _distinct(title.casefold() for title in titles):
        return "numbered"
    plain = not any(option.description for option in options)
    if plain and len(options) <= BUTTONS and length(body) <= BODY and _all_within(titles, BUTTON):
        return "buttons" if _all_within([option.id for option in options], BUTTON_ID) else "numbered"
    if len(options) > ROWS or length(body) > TEXT or not _all_within([option.id for option in options], ROW_ID):
        return "numbered"
    rows = [_row(option) for option in options]
    shown = [row["title"].casefold() for row in rows if row]
    return "list" if len(shown) == len(options) and _distinct(shown) else "numbered"


def _row(option: Option) -> dict[str, str] | None:
    """A row of a list; a label that is too long for a title is repeated in full under it. None where even that is too long."""
    title, under = one_line(option.label), one_line(option.description or "")
    if length(title) > ROW:
        under = f"{title} · {under}" if under else title
        title = cut(title, ROW)
    if length(under) > ROW_DESCRIPTION:
        return None
    return {"id": option.id, "title": title} | ({"description": under} if under else {})


def _distinct(values: Any) -> bool:
    found = list(values)
    return len(set(found)) == len(found)


def _all_within(values: list[str], limit: int) -> bool:
    return all(value.strip() == value and 0 < length(value) <= limit for value in values)


# --------------------------------------------------------------------------------------------------------------
# Links
# --------------------------------------------------------------------------------------------------------------


def _link(message: Link) -> dict[str, Any]:
    if not _fits_button(message):
        return _text(_link_text(message))
    parameters = {"display_text": one_line(message.label), "url": message.url}
    return _interactive("cta_url", message.body, None, {"name": "cta_url", "parameters": parameters})


def _fits_button(message: Link) -> bool:
    label = one_line(message.label)
    return bool(
        message.body.strip() and length(message.body) <= BODY and 0 < length(label) <= BUTTON and _URL.fullmatch(message.url)
    )


def _written_link(message: Link) -> str:
    label = one_line(message.label)
    return f"\n\n{label}: {message.url}" if label else f"\n\n{message.url}"


def _link_text(message: Link) -> str:
    return (message.body.strip() + _written_link(message)).strip()


# --------------------------------------------------------------------------------------------------------------
# Payments (Brazil)
# --------------------------------------------------------------------------------------------------------------


def _money(centavos: int, description: str | None = None) -> dict[str, Any]:
    return {"value": centavos, "offset": 100} | ({"description": description} if description else {})


def _payment_card(card: PaymentCard, now: datetime | None) -> dict[str, Any]:
    """`order_details` with a dynamic Pix code, a boleto, or both. Its sums must agree, or people would read two totals."""
    if not card.lines or card.charges < 0 or card.discount < 0 or any(line.amount < 0 for line in card.lines):
        raise Rejected("a payment card needs lines, and amounts that are not negative")
    subtotal = sum(line.amount for line in card.lines)
    if card.total <= 0 or card.total != subtotal + card.charges - card.discount:
        raise Rejected("the total of the payment card is not lines + charges - discount")
    settings = _payment_settings(card)
    body, footer = _body_and_footer(card.body, card.footer)
    order: dict[str, Any] = {
        "status": "pending",
        "items": [
            {
                "retailer_id": str(number),
                "name": cut(one_line(line.name) or str(number), CARD_NAME),
                "amount": _money(line.amount),
                "quantity": 1,
            }
            for number, line in enumerate(card.lines, start=1)
        ],
        "subtotal": _money(subtotal),
        "tax": _money(card.charges, CHARGES_LABEL if card.charges else None),
    }
    if card.discount:
        order["discount"] = _money(card.discount, DISCOUNT_LABEL)
    if card.expires_at is not None and now is not None and card.expires_at - now >= _SOONEST_EXPIRY:
        order["expiration"] = {"timestamp": str(int(card.expires_at.timestamp())), "description": EXPIRED_LABEL}
    parameters = {
        "reference_id": _reference(card.reference),
        "type": "digital-goods",
        "payment_type": "br",
        "payment_settings": settings,
        "currency": "BRL",
        "total_amount": _money(card.total),
        "order": order,
    }
    action = {"name": "review_and_pay", "parameters": parameters}
    return _interactive("order_details", _words(body, BODY), footer, action)


def _payment_settings(card: PaymentCard) -> list[dict[str, Any]]:
    """The ways to pay, Pix first."""
    settings: list[dict[str, Any]] = []
    if card.pix_code.strip():
        if not card.pix_key.strip() or not one_line(card.merchant_name):
            raise Rejected("a payment card with a Pix without key or payee")
        pix = {
            "code": card.pix_code,
            "merchant_name": cut(one_line(card.merchant_name), CARD_NAME),
            "key": card.pix_key,
            "key_type": card.pix_key_type,
        }
        settings.append({"type": "pix_dynamic_code", "pix_dynamic_code": pix})
    if card.digitable_line is not None:
        if not re.fullmatch(r"[0-9]{47}", card.digitable_line):
            raise Rejected("a boleto's line has 47 digits")
        settings.append({"type": "boleto", "boleto": {"digitable_line": card.digitable_line}})
    if not settings:
        raise Rejected("a payment card without a code")
    return settings


def _payment_status(message: PaymentStatus) -> dict[str, Any]:
    parameters: dict[str, Any] = {"reference_id": _reference(message.reference)}
    if message.status == "paid":
        parameters["order"] = {"status": "completed"}
        parameters["payment"] = {"status": "captured"}
        if message.paid_at is not None:
            parameters["payment"]["timestamp"] = int(message.paid_at.timestamp())
    else:
        parameters["order"] = {"status": "canceled"}
    action = {"name": "review_order", "parameters": parameters}
    return _interactive("order_status", _words(message.body, BODY), None, action)


def _reference(reference: str) -> str:
    if not _REFERENCE.fullmatch(reference):
        raise Rejected("a payment reference has 1 to 60 letters, digits, dots, hyphens and underlines")
    return reference


# --------------------------------------------------------------------------------------------------------------
# Templates
# --------------------------------------------------------------------------------------------------------------


def _template(message: Template, now: datetime | None) -> dict[str, Any]:
    """A template with the variables of its body; Meta refuses line breaks, tabs and runs of spaces inside a variable."""
    values = [one_line(value) for value in message.variables]
    if not all(values):
        raise Rejected("a template with an empty variable")
    template: dict[str, Any] = {"name": message.name, "language": {"code": message.language}}
    components: list[dict[str, Any]] = []
    if values:
        components.append({"type": "body", "parameters": [{"type": "text", "text": value} for value in values]})
    if message.card is not None:
        order = _payment_card(message.card, now)["interactive"]["action"]["parameters"]
        parameters = [{"type": "action", "action": {"order_details": order}}]
        components.append({"type": "button", "sub_type": "order_details", "index": 0, "parameters": parameters})
    if components:
        template["components"] = components
    return {"type": "template", "template": template}
