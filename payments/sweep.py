"""What must not be forgotten: expired charges, and whatever waits for a provider. Called by a periodic task, every few seconds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from payments import charges
from payments.issue import expire_due
from payments.notices import notice_of, store_notices
from payments.till import Till


async def sweep(conn: AsyncConnection, till: Till) -> None:
    """Expire what is due, and put a job for every charge and notice whose turn to be tried again has come."""
    await expire_due(conn, till)
    now = till.talk.ground.clock.now()
    to_create, to_close = await charges.waiting(conn, now)
    for charge_id in to_create:
        await till.talk.jobs.put(conn, "create_charge", str(charge_id))
    for charge_id in to_close:
        await till.talk.jobs.put(conn, "close_charge", str(charge_id))
    notices = await conn.execute(
        text("select id from payment_notices where state = 'pending' and retry_at <= :now order by id"), {"now": now}
    )
    for notice_id in notices.scalars().all():
        await till.talk.jobs.put(conn, "settle", str(notice_id))


async def reconcile(engine: AsyncEngine, till: Till, start: datetime, end: datetime) -> int:
    """Ask every provider what it received from `start` to `end`, and look into what no notification told; returns how many.

    Raises `payments.provider.Unavailable` when a provider does not answer; those asked before it have been looked into.
    """
    new = 0
    for name, provider in till.providers.items():
        found = [notice_of(payment) for payment in await provider.payments_between(start, end) if payment.txid]
        async with engine.begin() as conn:
            new += await store_notices(conn, till, name, found)
    return new
