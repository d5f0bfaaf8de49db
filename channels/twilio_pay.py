"""WhatsApp's own payment card behind Twilio: the content type `twilio/pay`, for Pix in Brazil, within the 24 hours of a talk.

It knows items and totals but neither a discount nor charges, so what is shown always adds up: charges are an item of their own, and a
price with a discount is one item. Source: Twilio's page on `twilio/pay`; its limits are those of Meta's `order_details`.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from channels import twilio_contents as contents
from channels.lengths import cut
from channels.message import CardLine, PaymentCard, PaymentStatus
from channels.plainer import one_line

PAYMENT_ID = 35
NAME = 60
CHARGES = "Multa e juros"
ENDED = "Prazo deste código encerrado"
_SOONEST_EXPIRY = timedelta(seconds=300)


def payable(card: PaymentCard | None, now: datetime | None = None) -> bool:
    """Whether this can be shown as a card: a Pix with payee, key and end, whose sums agree. With `now`, also its end is far enough."""
    if card is None or card.expires_at is None or card.charges < 0 or card.discount < 0:
        return False
    named = all(one.strip() for one in (card.reference, card.pix_code, card.pix_key, card.merchant_name, card.body))
    amounts = [line.amount for line in card.lines]
    sums = card.total > 0 and min(amounts, default=-1) >= 0 and card.total == sum(amounts) + card.charges - card.discount
    return named and sums and (now is None or card.expires_at - now >= _SOONEST_EXPIRY)


def order(card: PaymentCard) -> str:
    """The places of `twilio_contents.pay` for a card that is `payable`."""
    return contents.variables(*_order(card, card.body), card.pix_code, card.pix_key, card.pix_key_type)


def order_status(message: PaymentStatus) -> str:
    """The same order once more, with what became of it."""
    assert message.card is not None
    return contents.variables(*_order(message.card.model_copy(update={"reference": message.reference}), message.body))


def _order(card: PaymentCard, words: str) -> list[str]:
    assert card.expires_at is not None
    total = _amount(card.total)
    return [
        _payment_id(card.reference), words, cut(one_line(card.merchant_name), NAME), _items(card), total, total,
        str(int(card.expires_at.timestamp())), ENDED,
    ]  # fmt: skip


def _items(card: PaymentCard) -> str:
    lines = [line for line in card.lines if line.amount]
    if card.discount:
        lines = [CardLine(name=", ".join(one_line(line.name) for line in lines), amount=card.total)]
    elif card.charges:
        lines.append(CardLine(name=CHARGES, amount=card.charges))
    items = [
        {"label": cut(one_line(line.name) or str(place), NAME), "quantity": "1", "id": str(place), "amount": _amount(line.amount)}
        for place, line in enumerate(lines, 1)
    ]
    return json.dumps(items, ensure_ascii=False)


def _amount(centavos: int) -> str:
    return f"{centavos // 100}.{centavos % 100:02d}"


def _payment_id(reference: str) -> str:
    return reference if len(reference) <= PAYMENT_ID else hashlib.sha256(reference.encode()).hexdigest()[:PAYMENT_ID]
