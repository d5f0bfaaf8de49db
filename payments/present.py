"""How a Pix that can be paid is said: who is paid and why first, then the code alone, then the channel's own payment card."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.wording import Utterance
from payments import charges
from payments.charges import Charge, ChargeItem
from payments.payee import payee_of
from payments.till import Till
from receivables.store import Debt, get_debts
from receivables.taxid import formatted


async def present(conn: AsyncConnection, till: Till, charge: Charge) -> list[Utterance]:
    """What is said for an active charge, read back from the store. Raises ValueError for a charge without a checked code."""
    if charge.status != "active" or not charge.code:
        raise ValueError(f"charge {charge.id} is {charge.status}: there is no code to give")
    items = await charges.items_of(conn, charge.id)
    debts = {debt.id: debt for debt in await get_debts(conn, [item.debt_id for item in items])}
    first = debts[items[0].debt_id]
    payee = payee_of(till, first.creditor_cnpj, first.portfolio)
    return [
        Utterance(
            "utter_pix_payee" if payee.creditor_address else "utter_pix_payee_without_address",
            {
                "payee": charge.payee_name,
                "payee_document": formatted(charge.payee_document),
                "amount": {"money": charge.amount},
                "debts": [_row(item, debts[item.debt_id]) for item in items],
                "expires": {"instant": charge.expires_at.isoformat()},
                "creditor": first.creditor_name,
                "creditor_document": formatted(first.creditor_cnpj),
                "creditor_address": payee.creditor_address,
            },
        ),
        Utterance("utter_pix_code", {"code": {"code": charge.code}}),
        Utterance("utter_pix_card", {"card": {**card(charge, items, debts), "reference": await _fresh_reference(conn, charge)}}),
    ]


async def references(conn: AsyncConnection, charge: Charge) -> list[str]:
    """The references under which this charge's card was shown, the first one first."""
    rows = await conn.execute(
        text("""select distinct message->>'reference' from outbox
                where message->>'kind' = 'payment_card' and message->>'pix_code' = :code and conversation_id = :conversation"""),
        {"code": charge.code, "conversation": charge.conversation_id},
    )
    return sorted(rows.scalars(), key=lambda reference: (len(reference), reference))


async def _fresh_reference(conn: AsyncConnection, charge: Charge) -> str:
    """Meta takes a card's reference once: a code that is shown again comes on a card of its own."""
    shown = len(await references(conn, charge))
    return charge.txid if shown == 0 else f"{charge.txid}-{shown + 1}"


def card(charge: Charge, items: list[ChargeItem], debts: dict[int, Debt]) -> dict[str, Any]:
    """The values of `channels.message.PaymentCard` but for its words: lines + charges - discount is the total."""
    charged = sum(item.fine + item.interest for item in items)
    lines = [{"name": debts[item.debt_id].title, "amount": item.principal} for item in items if item.principal]
    if len(lines) < len(items):
        # A debt of which only charges are left has no principal to show: its whole price stands as its line.
        lines = [{"name": debts[item.debt_id].title, "amount": item.principal + item.fine + item.interest} for item in items]
        charged = 0
    return {
        "reference": charge.txid,
        "pix_code": charge.code,
        "merchant_name": charge.payee_name,
        "pix_key": charge.pix_key,
        "pix_key_type": key_type(charge.pix_key or ""),
        "total": charge.amount,
        "lines": lines,
        "charges": charged,
        "discount": sum(item.discount for item in items),
        "expires_at": charge.expires_at.isoformat(),
    }


def key_type(key: str) -> str:
    """What kind of chave this is, by its form."""
    if "@" in key:
        return "EMAIL"
    if key.startswith("+"):
        return "PHONE"
    if re.fullmatch(r"[0-9]{11}", key):
        return "CPF"
    if re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", key):
        return "CNPJ"
    return "EVP"


def _row(item: ChargeItem, debt: Debt) -> dict[str, Any]:
    return {
        "description": debt.title,
        "days": item.days_overdue,
        "principal": {"money": item.principal},
        "fine": {"money": item.fine},
        "interest": {"money": item.interest},
        "discount": {"money": item.discount},
        "total": {"money": item.amount},
    }
