"""A receipt that somebody sent, held against what we asked for and what the bank told: ours, paid already, or somebody else's.

It settles nothing. What it names (an end-to-end id, a boleto's line) only says where to ask the bank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from codes.pix import same_name
from documents.receipt_reader import Receipt, as_json
from payments import charges
from payments.charges import Charge, Payment
from payments.payee import payee_of
from payments.till import Till
from receivables.store import Debt, debts_of, owed

Verdict = Literal["confirmed", "ours", "another_payee", "nothing_like_it", "unreadable"]


@dataclass(frozen=True)
class Match:
    """`confirmed`: the bank told of this very payment (`payment`). `ours`: paid to one of our payees; `charge` and `debts` are what
    it seems to be for. `another_payee`: the money went to somebody else (`ours` names who should have had it).
    """

    verdict: Verdict
    payment: Payment | None = None
    charge: Charge | None = None
    debts: tuple[int, ...] = ()
    ours: str | None = None


async def match(conn: AsyncConnection, till: Till, debtor_id: int, receipt: Receipt | None) -> Match:
    """What the receipt is to this debtor."""
    if receipt is None:
        return Match("unreadable")
    if receipt.end_to_end_id:
        payment = await charges.payment_by_end_to_end_id(conn, receipt.end_to_end_id)
        if payment is not None and payment.debtor_id == debtor_id:
            return Match("confirmed", payment=payment)
    debts = [debt for debt in await debts_of(conn, debtor_id) if debt.status in ("open", "agreed", "disputed")]
    asked = await charges.charges_of(conn, debtor_id)
    if receipt.line:
        charge = next((one for one in asked if one.kind == "boleto" and one.code == receipt.line), None)
        if charge is not None:
            return await _for(conn, charge)
    if receipt.empty:
        return Match("nothing_like_it")
    payees = {payee_of(till, debt.creditor_cnpj, debt.portfolio).name: debt.creditor_cnpj for debt in debts}
    payees |= {one.payee_name: one.payee_document for one in asked}
    payees |= {debt.creditor_name: debt.creditor_cnpj for debt in debts}
    if receipt.payee is not None or receipt.payee_document is not None:
        mine = [name for name, document in payees.items() if _is(receipt, name, document)]
        if not mine and payees:
            return Match("another_payee", ours=next(iter(payees)))
    same_amount = [one for one in asked if receipt.amount is not None and one.amount == receipt.amount]
    if same_amount:
        return await _for(conn, same_amount[0])
    return Match("ours", debts=tuple(debt.id for debt in _meant(till, debts, receipt)))


async def keep(
    conn: AsyncConnection,
    *,
    conversation_id: str,
    debtor_id: int,
    claim_id: int | None,
    sha256: str | None,
    mime_type: str | None,
    receipt: Receipt | None,
    verdict: str,
    now: object,
) -> bool:
    """Keep what was read; the same file of the same talk is kept once. False when it was."""
    kept = await conn.execute(
        text("""insert into payment_proofs (conversation_id, debtor_id, claim_id, sha256, mime_type, read, verdict, received_at)
                values (:conversation, :debtor, :claim, :sha256, :mime, cast(:read as jsonb), :verdict, :now)
                on conflict do nothing"""),
        {
            "conversation": conversation_id,
            "debtor": debtor_id,
            "claim": claim_id,
            "sha256": sha256,
            "mime": mime_type,
            "read": as_json(receipt) if receipt is not None else "{}",
            "verdict": verdict,
            "now": now,
        },
    )
    return kept.rowcount > 0


async def _for(conn: AsyncConnection, charge: Charge) -> Match:
    items = await charges.items_of(conn, charge.id)
    return Match("ours", charge=charge, debts=tuple(item.debt_id for item in items))


def _meant(till: Till, debts: Sequence[Debt], receipt: Receipt) -> Sequence[Debt]:
    """The debts whose price or amount it is, else all of them."""
    exact = [debt for debt in debts if receipt.amount in (owed(till.talk.ground, debt).total, debt.original_amount)]
    return exact or debts


def _is(receipt: Receipt, name: str, document: str) -> bool:
    """Whether the payee of the receipt is this one; a document that the bank has masked must fit where it is not."""
    if receipt.payee_document is not None:
        seen = re.sub(r"[./-]", "", receipt.payee_document)
        if len(seen) == len(document):
            return all(one == other or one in "*•x" for one, other in zip(seen, document, strict=True))
        return False
    return receipt.payee is not None and same_name(name, receipt.payee)
