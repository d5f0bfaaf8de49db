"""A boleto that is to fall due later: moved at its bank, or made anew where the bank cannot."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from payments import charges
from payments.charges import Charge
from payments.issue import issue
from payments.till import Till
from receivables.calendar import next_business_day
from receivables.store import get_debts


async def move_boleto(conn: AsyncConnection, till: Till, charge_id: int, due_date: date, *, request_key: str) -> Charge:
    """Let an active boleto fall due on `due_date` (rolled to a business day), for the same amount. The worker does it and says so.

    Where the bank cannot move one, or the boleto was not registered yet, a new one is made in its place under `request_key`.
    Returns the boleto that holds from now on. Raises `CannotIssue`, and ValueError for a day that is over or a charge that is no
    live boleto.
    """
    charge = await charges.get(conn, charge_id)
    debts = [item.debt_id for item in await charges.items_of(conn, charge_id)]
    # In the order of this room: debts before charges.
    await get_debts(conn, debts, lock=True)
    charge = await charges.get(conn, charge_id, lock=True)
    if charge.kind != "boleto" or not charge.live:
        raise ValueError(f"charge {charge_id} is no boleto that can be paid")
    if due_date < till.talk.ground.clock.today():
        raise ValueError(f"{due_date} is over")
    due = next_business_day(due_date)
    bank = till.boletos.get(charge.provider)
    if charge.status == "active" and bank is not None and bank.capabilities.change_due_date:
        if due == charge.due_date:
            return charge
        moved = await charges.want_due_date(conn, charge_id, due, till.talk.ground.clock.now())
        await till.talk.jobs.put(conn, "create_charge", str(charge_id))
        return moved
    return await issue(
        conn,
        till,
        debtor_id=charge.debtor_id,
        debt_ids=debts,
        conversation_id=charge.conversation_id,
        request_key=request_key,
        despite_dispute=True,
        kind="boleto",
        due_date=due,
    )
