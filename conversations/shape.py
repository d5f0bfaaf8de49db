"""What was worded, as a message of the program: words, a question with answers, cards, a file, or a payment card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from channels.message import (
    Action,
    CalendarEvent,
    Card,
    CardLine,
    Cards,
    Choice,
    Dial,
    Document,
    File,
    OpenUrl,
    Option,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Text,
)
from conversations.wording import OfferAction, Utterance, Worded
from receivables.brasilia import BRASILIA
from receivables.phone import key_of_address

_REMINDED_AT = time(9, 0)
"""When a calendar entry stands: in the morning of its day, while banks can still be reached."""


def shape(
    worded: Worded,
    utterance: Utterance,
    options: Sequence[Option],
    *,
    followed: bool = False,
    hidden: bool = False,
    card: PaymentCard | None = None,
) -> Outgoing:
    """The message. `options` are the offered answers, one for each of `worded.offers`; `followed` says that more comes behind it,
    `hidden` that the person's telephone is not known, and `card` is the payment card whose news these are."""
    values = utterance.values
    if "card" in values:
        told = dict(values["card"])
        told["lines"] = tuple(CardLine(**line) for line in told["lines"])
        return PaymentCard(body=worded.body, footer=worded.footer, actions=_actions(worded), **told)
    if "card_status" in values:
        return PaymentStatus(body=worded.body, card=card, **values["card_status"])
    if "file" in values:
        return Document(file=File(**values["file"]), caption=worded.body or None, expires_at=worded.expires_at)
    actions = _actions(worded)
    if not worded.offers:
        return Text(body=worded.body, actions=actions, expires_at=worded.expires_at, asks_contact=worded.asks_contact and hidden)
    asked: dict[str, Any] = {
        "body": worded.body,
        "footer": worded.footer,
        "followed": followed,
        "expires_at": worded.expires_at,
        **({"button": worded.button} if worded.button else {}),
    }
    cards = tuple(
        Card(title=offer.card.title, body=offer.card.body, option=option, button=offer.card.button)
        for offer, option in zip(worded.offers, options, strict=True)
        if offer.card is not None
    )
    if cards:
        return Cards(lead=worded.lead, cards=cards, options=tuple(options[len(cards) :]), **asked)
    return Choice(options=tuple(options), actions=actions, **asked)


def _actions(worded: Worded) -> tuple[Action, ...]:
    return tuple(action for offered in worded.actions if (action := _action(offered)) is not None)


def _action(offered: OfferAction) -> Action | None:
    """The action as the message type knows it; nothing for a telephone that no phone could call."""
    if offered.kind == "url":
        return OpenUrl(label=offered.label, url=offered.target)
    if offered.kind == "dial":
        key = key_of_address(offered.target)
        return Dial(label=offered.label, phone=f"+{key.lstrip('+')}") if key else None
    day = date.fromisoformat(offered.target)
    starts_at = datetime.combine(day, _REMINDED_AT, BRASILIA)
    return CalendarEvent(label=offered.label, title=offered.title, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
