"""Due dates that were moved: the verbs over what `receivables.extension` decided, and what was granted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables import extension as rules
from receivables.extension import Extended, ExtensionRefused
from receivables.ground import Ground
from receivables.owed import DebtState, owed
from receivables.store import Debt, get_debts, why_uncollectable


@dataclass(frozen=True)
class Extension:
    """One extension as it was granted; centavos. `amount + interest == total`, to be paid up to `due_date`."""

    id: int
    debt_id: int
    debtor_id: int
    protocol: str
    granted_at: datetime
    previous_due: date
    asked_for: date
    due_date: date
    amount: int
    interest: int
    total: int


_EXTENSION = """select id, debt_id, debtor_id, protocol, granted_at, previous_due, asked_for, due_date, amount, interest, total
    from extensions"""


async def times_extended(conn: AsyncConnection, debt_id: int) -> int:
    """How often the debt was extended already."""
    counted = await conn.execute(text("select count(*) from extensions where debt_id = :id"), {"id": debt_id})
    return int(counted.scalar_one())


async def preview(conn: AsyncConnection, ground: Ground, debt: Debt, to: date | None) -> Extended:
    """What moving the debt's date to `to` (None: the latest day) would come to today. Raises `ExtensionRefused`.

    Codes beside those of the rule: `disputed`, `not_open`, `uncollectable`.
    """
    if debt.status == "disputed":
        raise ExtensionRefused("disputed", "the debt is under dispute")
    if debt.status not in ("open", "agreed"):
        raise ExtensionRefused("not_open", f"the debt is {debt.status}")
    if why_uncollectable(ground, debt):
        raise ExtensionRefused("uncollectable", "the debt may not be collected")
    policy = ground.policies.for_portfolio(debt.portfolio)
    moved = rules.extend(
        debt.state,
        policy,
        policy.extension,
        to=to,
        today=ground.clock.today(),
        times_before=await times_extended(conn, debt.id),
        in_agreement=debt.status == "agreed",
    )
    # What is owed up to the new date is what the rule of what is owed says of the debt as it will be.
    total = owed(after(ground, debt, moved), policy, moved.due_date).total
    return Extended(moved.asked_for, moved.due_date, moved.days, total - moved.interest, moved.interest, total)


def after(ground: Ground, debt: Debt, moved: Extended) -> DebtState:
    """The debt as the extension leaves it."""
    return rules.after(debt.state, moved, ground.clock.today())


async def grant(
    conn: AsyncConnection,
    ground: Ground,
    debt_id: int,
    *,
    to: date,
    total: int,
    request_key: str,
    protocol: str,
    conversation_id: str | None,
    by: str,
) -> Extension:
    """Move the debt's last day to pay to `to`, at the `total` that was shown. The same request moves it once.

    Raises `ExtensionRefused`, also (`changed`) when it comes to another day or total by now. Locks the debt.
    """
    (debt,) = await get_debts(conn, [debt_id], lock=True)
    known = (
        await conn.execute(
            text(f"{_EXTENSION} where tenant_id = :tenant and request_key = :key and debt_id = :debt"),
            {"tenant": debt.tenant_id, "key": request_key, "debt": debt_id},
        )
    ).one_or_none()
    if known is not None:
        return Extension(**known._mapping)
    moved = await preview(conn, ground, debt, to)
    if moved.total != total:
        raise ExtensionRefused("changed", f"it comes to {moved.total} by now")
    state = after(ground, debt, moved)
    now = ground.clock.now()
    inserted = await conn.execute(
        text("""insert into extensions (tenant_id, debt_id, debtor_id, conversation_id, request_key, protocol, granted_by,
                    granted_at, previous_due, counted_from, asked_for, due_date, amount, interest, total, policy_version)
                values (:tenant, :debt, :debtor, :conversation, :key, :protocol, :by, :now, :previous, :start, :asked, :due,
                    :amount, :interest, :total, :version) returning id"""),
        {
            "tenant": debt.tenant_id,
            "debt": debt.id,
            "debtor": debt.debtor_id,
            "conversation": conversation_id,
            "key": request_key,
            "protocol": protocol,
            "by": by,
            "now": now,
            "previous": debt.payable_to,
            "start": state.extended_from,
            "asked": moved.asked_for,
            "due": moved.due_date,
            "amount": moved.amount,
            "interest": moved.interest,
            "total": moved.total,
            "version": ground.policies.for_portfolio(debt.portfolio).version,
        },
    )
    await _write(conn, debt, state, now, f"extension:{protocol}")
    found = await conn.execute(text(f"{_EXTENSION} where id = :id"), {"id": inserted.scalar_one()})
    return Extension(**found.one()._mapping)


async def extensions_of(conn: AsyncConnection, debtor_id: int) -> list[Extension]:
    """All extensions of a debtor's debts, the newest first."""
    rows = await conn.execute(text(f"{_EXTENSION} where debtor_id = :id order by id desc"), {"id": debtor_id})
    return [Extension(**row._mapping) for row in rows]


async def last_extension(conn: AsyncConnection, debt_ids: Sequence[int]) -> Extension | None:
    """The newest extension of any of these debts."""
    rows = await conn.execute(text(f"{_EXTENSION} where debt_id = any(:ids) order by id desc limit 1"), {"ids": list(debt_ids)})
    row = rows.one_or_none()
    return Extension(**row._mapping) if row else None


async def _write(conn: AsyncConnection, debt: Debt, state: DebtState, now: datetime, source: str) -> None:
    await conn.execute(
        text("""update debts set charges_left = :charges, extended_from = :start, extended_to = :end, extended_before = :before,
                updated_at = :now where id = :id"""),
        {
            "charges": state.charges_left,
            "start": state.extended_from,
            "end": state.extended_to,
            "before": state.extended_before,
            "now": now,
            "id": debt.id,
        },
    )
    await conn.execute(
        text("""insert into debt_changes (tenant_id, debt_id, at, source, before, after)
                values (:tenant, :debt, :now, :source, cast(:before as jsonb), cast(:after as jsonb))"""),
        {
            "tenant": debt.tenant_id,
            "debt": debt.id,
            "now": now,
            "source": source,
            "before": json.dumps(_trace(debt.state)),
            "after": json.dumps(_trace(state)),
        },
    )


def _trace(state: DebtState) -> dict[str, object]:
    return {
        "charges_left": state.charges_left,
        "extended_from": state.extended_from.isoformat() if state.extended_from else None,
        "extended_to": state.extended_to.isoformat() if state.extended_to else None,
    }
