"""Charges of a debt whose last day to pay was moved: the old ones are discarded, and made anew for the new day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from payments import charges
from payments.boleto_change import move_boleto
from payments.charges import Charge
from payments.issue import CannotIssue, Kind, close, issue
from payments.record import withdraw_cards
from payments.till import Till
from receivables.store import get_debts, owed


async def follow_extension(
    conn: AsyncConnection, till: Till, debt_id: int, due_date: date, *, conversation_id: str | None, request_key: str
) -> list[Charge]:
    """Let every charge of this debt that can still be paid follow its extension to `due_date`; returns those that hold now.

    A boleto that asks just what is owed is moved at its bank, where the bank can; anything else is withdrawn, and one of its kind is
    made for this debt alone. The worker says the new codes. Locks the debt, then its charges.
    """
    (debt,) = await get_debts(conn, [debt_id], lock=True)
    total = owed(till.talk.ground, debt, due_date).total
    made: list[Charge] = []
    gone: list[Charge] = []
    for old in await charges.live_of_debts(conn, [debt_id], lock=True):
        if old.request_key.startswith(f"{request_key}:"):
            made.append(old)  # asked again
            continue
        items = await charges.items_of(conn, old.id)
        if (
            old.kind == "boleto"
            and old.status == "active"
            and [item.debt_id for item in items] == [debt_id]
            and old.amount == total
        ):
            made.append(await move_boleto(conn, till, old.id, due_date, request_key=f"{request_key}:{old.id}"))
            continue
        await close(conn, till, old, "cancelled")
        gone.append(old)
    await withdraw_cards(conn, till, gone)
    kinds: list[Kind] = ["boleto" if kind == "boleto" else "pix" for kind in sorted({old.kind for old in gone})]
    for kind in kinds:
        try:
            made.append(
                await issue(
                    conn,
                    till,
                    debtor_id=debt.debtor_id,
                    debt_ids=[debt_id],
                    conversation_id=conversation_id,
                    request_key=f"{request_key}:{kind}",
                    kind=kind,
                )
            )
        except CannotIssue:
            continue
    return made
