"""Promises to pay in the store: made, corrected, taken back, and known to be kept or broken by what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables import promise as rules
from receivables.ground import Ground
from receivables.promise import Promised, PromiseLimits, PromiseRefused
from receivables.store import Debt, get_debts, owed, why_uncollectable


@dataclass(frozen=True)
class Promise:
    """One promise: `amount` centavos for these debts on `day`. `status`: open, kept, broken or cancelled."""

    id: int
    debtor_id: int
    conversation_id: str | None
    protocol: str
    promised_at: datetime
    day: date
    keep_until: date
    remind_on: date
    amount: int
    whole: bool
    status: str
    debts: tuple[int, ...]


_PROMISE = """select p.id, p.debtor_id, p.conversation_id, p.protocol, p.promised_at, p.day, p.keep_until, p.remind_on, p.amount,
    p.whole, p.status, array(select debt_id from promise_debts d where d.promise_id = p.id order by debt_id) debts from promises p"""


def limits_of(ground: Ground, debts: Sequence[Debt]) -> PromiseLimits:
    """What the strictest of the debts' policies allows."""
    return min(
        (ground.policies.for_portfolio(debt.portfolio).promise for debt in debts),
        key=lambda limits: (limits.max_days, limits.grace_business_days),
    )


def preview(ground: Ground, debts: Sequence[Debt], day: date, amount: int | None) -> Promised:
    """What promising `amount` (None: all of it) for these debts on `day` would be. Raises `PromiseRefused`."""
    for debt in debts:
        if debt.status == "disputed":
            raise PromiseRefused("disputed", f"debt {debt.id} is under dispute")
        if debt.status != "open":
            raise PromiseRefused("not_open", f"debt {debt.id} is {debt.status}")
        if why_uncollectable(ground, debt):
            raise PromiseRefused("uncollectable", f"debt {debt.id} may not be collected")
    limits = limits_of(ground, debts)
    rules.check_day(day, limits, ground.clock.today())
    return rules.promise(day, amount, owed_on(ground, debts, day), limits, ground.clock.today())


def owed_on(ground: Ground, debts: Sequence[Debt], day: date) -> int:
    """What these debts come to together on that day, in centavos."""
    return sum(owed(ground, debt, day).total for debt in debts)


def promised_now(ground: Ground, promise: Promise, debts: Sequence[Debt]) -> int:
    """What a promise comes to by what is owed today: all that will be owed on its day, and never more than that."""
    then = owed_on(ground, debts, promise.day)
    return then if promise.whole else min(promise.amount, then)


async def make(
    conn: AsyncConnection,
    ground: Ground,
    debt_ids: Sequence[int],
    *,
    day: date,
    amount: int | None,
    request_key: str,
    protocol: str,
    conversation_id: str | None,
) -> Promise:
    """Write a promise down; the same request makes one. It takes the place of an open promise for any of these debts.

    Raises `PromiseRefused`. Locks the debts.
    """
    debts = await get_debts(conn, debt_ids, lock=True)
    known = (
        await conn.execute(
            text(f"{_PROMISE} where p.tenant_id = :tenant and p.request_key = :key"),
            {"tenant": debts[0].tenant_id, "key": request_key},
        )
    ).one_or_none()
    if known is not None:
        return _promise(known)
    made = preview(ground, debts, day, amount)
    now = ground.clock.now()
    for old in await open_promises(conn, debt_ids):
        await _end(conn, old.id, "cancelled", now)
    promise_id = (
        await conn.execute(
            text("""insert into promises (tenant_id, debtor_id, conversation_id, request_key, protocol, promised_at, day,
                        keep_until, remind_on, amount, whole)
                    values (:tenant, :debtor, :conversation, :key, :protocol, :now, :day, :keep, :remind, :amount, :whole)
                    returning id"""),
            {
                "tenant": debts[0].tenant_id,
                "debtor": debts[0].debtor_id,
                "conversation": conversation_id,
                "key": request_key,
                "protocol": protocol,
                "now": now,
                "day": made.day,
                "keep": made.keep_until,
                "remind": made.remind_on,
                "amount": made.amount,
                "whole": made.whole,
            },
        )
    ).scalar_one()
    await conn.execute(
        text("""insert into promise_debts (promise_id, tenant_id, debt_id)
                select :promise, :tenant, id from unnest(cast(:debts as bigint[])) as id"""),
        {"promise": promise_id, "tenant": debts[0].tenant_id, "debts": [debt.id for debt in debts]},
    )
    return await get_promise(conn, promise_id)


async def correct(conn: AsyncConnection, ground: Ground, promise_id: int, *, day: date, amount: int | None) -> Promise:
    """Give an open promise another day or amount (None: all of it); what stays the same stays. Raises `PromiseRefused`."""
    before = await get_promise(conn, promise_id)
    debts = await get_debts(conn, before.debts, lock=True)
    before = await get_promise(conn, promise_id)
    if before.status != "open":
        raise PromiseRefused("not_open", f"promise {promise_id} is {before.status}")
    made = preview(ground, debts, day, amount)
    await conn.execute(
        text("""update promises set day = :day, keep_until = :keep, remind_on = :remind, amount = :amount, whole = :whole
                where id = :id"""),
        {
            "day": made.day,
            "keep": made.keep_until,
            "remind": made.remind_on,
            "amount": made.amount,
            "whole": made.whole,
            "id": promise_id,
        },
    )
    return await get_promise(conn, promise_id)


async def take_back(conn: AsyncConnection, promise_id: int, now: datetime) -> bool:
    """The person takes an open promise back; False when it was not open any more."""
    return await _end(conn, promise_id, "cancelled", now)


async def cancel_for(conn: AsyncConnection, debt_ids: Sequence[int], now: datetime) -> int:
    """End the open promises of debts that are disputed, withdrawn or agreed on: nobody is held to them. Returns how many."""
    ended = [await _end(conn, one.id, "cancelled", now) for one in await open_promises(conn, debt_ids)]
    return sum(ended)


async def get_promise(conn: AsyncConnection, promise_id: int) -> Promise:
    """The promise. Raises `LookupError`."""
    row = (await conn.execute(text(f"{_PROMISE} where p.id = :id"), {"id": promise_id})).one_or_none()
    if row is None:
        raise LookupError(f"there is no promise {promise_id}")
    return _promise(row)


async def promises_of(conn: AsyncConnection, debtor_id: int) -> list[Promise]:
    """All promises of a debtor, the newest first."""
    rows = await conn.execute(text(f"{_PROMISE} where p.debtor_id = :id order by p.id desc"), {"id": debtor_id})
    return [_promise(row) for row in rows]


async def open_promises(conn: AsyncConnection, debt_ids: Sequence[int]) -> list[Promise]:
    """The open promises of any of these debts."""
    rows = await conn.execute(
        text(f"""{_PROMISE} where p.status = 'open' and exists (select 1 from promise_debts d
                 where d.promise_id = p.id and d.debt_id = any(:ids)) order by p.id"""),
        {"ids": list(debt_ids)},
    )
    return [_promise(row) for row in rows]


async def due_to_remind(conn: AsyncConnection, today: date) -> list[Promise]:
    """Open promises whose reminder is due today; whoever writes asks the one door first whether it may."""
    rows = await conn.execute(
        text(f"{_PROMISE} where p.status = 'open' and p.remind_on = :today order by p.id"), {"today": today}
    )
    return [_promise(row) for row in rows]


async def review(conn: AsyncConnection, ground: Ground) -> dict[str, int]:
    """Tell kept and broken promises from open ones by what was paid since they were made; how many became which. For the sweep.

    Those that somebody works on right now are left for the next time.
    """
    today, now = ground.clock.today(), ground.clock.now()
    rows = await conn.execute(
        text("""select p.id, p.amount, p.keep_until,
                    coalesce((select sum(a.amount) from allocations a join payments y on y.id = a.payment_id
                        where a.part in ('principal', 'fine', 'interest') and y.recorded_at >= p.promised_at
                        and a.debt_id in (select debt_id from promise_debts d where d.promise_id = p.id)), 0)::bigint paid,
                    not exists (select 1 from promise_debts d join debts o on o.id = d.debt_id
                        where d.promise_id = p.id and o.status not in ('paid', 'closed')) settled
                from promises p where p.status = 'open' order by p.id for update of p skip locked""")
    )
    became: dict[str, int] = {}
    for row in rows.all():
        found = rules.verdict(amount=row.amount, paid=row.paid, settled=row.settled, keep_until=row.keep_until, today=today)
        if found != "open" and await _end(conn, row.id, found, now):
            became[found] = became.get(found, 0) + 1
    return became


async def _end(conn: AsyncConnection, promise_id: int, status: str, now: datetime) -> bool:
    ended = await conn.execute(
        text("update promises set status = :status, ended_at = :now where id = :id and status = 'open'"),
        {"status": status, "now": now, "id": promise_id},
    )
    await conn.execute(text("update promise_debts set live = false where promise_id = :id"), {"id": promise_id})
    return ended.rowcount > 0


def _promise(row: object) -> Promise:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    return Promise(**{**values, "debts": tuple(values["debts"])})
