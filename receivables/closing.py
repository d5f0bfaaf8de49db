"""A debt that its creditor withdraws or sells: closed here, with the reason and a trace; taken back, it is open again.

What can still be paid for such a debt is the caller's to cancel, in the same transaction: charges are none of this room's business.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.store import Debt

Reason = Literal["withdrawn", "sold"]


class CannotClose(ValueError):
    """The debt cannot be closed or opened as it is; the message says why."""


async def close_debt(conn: AsyncConnection, debt: Debt, reason: Reason, *, source: str, now: datetime) -> bool:
    """Close a debt that the caller has locked; returns whether anything changed. Raises `CannotClose`.

    The same again changes nothing; another reason replaces the first. What is paid stays paid, and an agreement is kept until it
    is cancelled: the debtor was promised it.
    """
    if debt.status == "paid":
        raise CannotClose("the debt is paid")
    if debt.status == "agreed":
        raise CannotClose("an agreement rests on the debt; it has to be cancelled first")
    return await _change(conn, debt, "closed", reason, source, now)


async def reopen_debt(conn: AsyncConnection, debt: Debt, *, source: str, now: datetime) -> bool:
    """Open a closed debt that the caller has locked; returns whether anything changed. One that never was closed stays as it is.

    One that is under dispute is disputed again.
    """
    if debt.status != "closed":
        return False
    disputed = await conn.execute(text("select 1 from dispute_debts where debt_id = :id and live"), {"id": debt.id})
    return await _change(conn, debt, "disputed" if disputed.first() else "open", None, source, now)


async def reason_closed(conn: AsyncConnection, debt_ids: list[int]) -> dict[int, Reason]:
    """Why the closed ones among these debts were closed."""
    rows = await conn.execute(
        text("select id, closed_reason from debts where id = any(:ids) and status = 'closed' and closed_reason is not null"),
        {"ids": debt_ids},
    )
    return {row.id: row.closed_reason for row in rows}


async def _change(conn: AsyncConnection, debt: Debt, status: str, reason: Reason | None, source: str, now: datetime) -> bool:
    before = {"status": debt.status, "closed_reason": (await reason_closed(conn, [debt.id])).get(debt.id)}
    after = {"status": status, "closed_reason": reason}
    if before == after:
        return False
    await conn.execute(
        text("update debts set status = :status, closed_reason = :reason, updated_at = :now where id = :id"),
        {"status": status, "reason": reason, "now": now, "id": debt.id},
    )
    await conn.execute(
        text("""insert into debt_changes (tenant_id, debt_id, at, source, before, after)
                values (:tenant, :id, :now, :source, cast(:before as jsonb), cast(:after as jsonb))"""),
        {
            "tenant": debt.tenant_id,
            "id": debt.id,
            "now": now,
            "source": source,
            "before": json.dumps(before),
            "after": json.dumps(after),
        },
    )
    return True
