"""What happens by rule when people who asked for a human wait: they move up, come back, are handed on, and are told so.

Every rule counts attended minutes (`service` and `contact.hours` of the policy). Each talk has a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import handover
from conversations.alarms import raise_alarm
from conversations.priority import AGED
from conversations.service import due
from conversations.talk import Talk

_AT_ONCE = 100


async def tend(engine: AsyncEngine, talk: Talk) -> int:
    """Do what is due; returns for how many talks. May run anywhere and often: what is done is not due any more."""
    now = talk.ground.clock.now()
    service = talk.ground.policies.default.service
    hours = [talk.ground.policies.default.contact.hours]

    def passed(since: datetime, minutes: int) -> bool:
        until = due(since, minutes, hours)
        return until is not None and until <= now

    done = 0
    async with engine.connect() as conn:
        rows = (
            await conn.execute(
                text("""select h.conversation_id, h.status, h.asked, h.priority, h.priority_why, h.parked_at, h.parked_until,
                            coalesce(h.waits_since, h.asked_at) waits_since, h.taken_at, h.first_answer_at, h.unanswered_since,
                            h.warned_at
                        from handoffs h
                        where h.status = 'waiting' and h.asked and h.reason <> all(:elsewhere)
                            or h.status = 'taken' and (h.parked_until <= :now or h.reason <> all(:elsewhere)
                                and (h.unanswered_since is not null or h.first_answer_at is null))
                        order by h.asked_at, h.id"""),
                {"now": now, "elsewhere": list(handover.SERVED_ELSEWHERE)},
            )
        ).all()
    for row in rows:
        deed: Callable[[AsyncConnection], Awaitable[bool]] | None = None
        talk_id = row.conversation_id
        if row.parked_at is not None:
            if row.parked_until is not None and row.parked_until <= now:
                deed = partial(handover.wake, talk=talk, conversation_id=talk_id, actor="rule")
        elif row.status == "taken":
            # From when it is this agent's to answer.
            since = max(row.unanswered_since or row.waits_since, row.taken_at)
            if (row.unanswered_since or row.first_answer_at is None) and passed(since, service.silent_agent_minutes):
                deed = partial(handover.hand_on, talk=talk, conversation_id=talk_id)
        elif row.priority == 1:
            if row.warned_at is None and passed(row.waits_since, service.urgent_answer_minutes):
                deed = partial(_warn, conversation_id=talk_id, now=now)
        elif passed(row.waits_since, service.unanswered_minutes):
            deed = partial(handover.give_up, talk=talk, conversation_id=talk_id)
        elif row.priority > 2 and row.priority_why != AGED and passed(row.waits_since, service.ageing_minutes):
            deed = partial(_age, conversation_id=talk_id)
        if deed is None:
            continue
        async with engine.begin() as conn:
            done += bool(await deed(conn))
        if done >= _AT_ONCE:
            break
    return done


async def _age(conn: AsyncConnection, conversation_id: str) -> bool:
    """Whoever has waited long comes one step sooner, once."""
    aged = await conn.execute(
        text("""update handoffs set priority = priority - 1, priority_why = :aged
                where conversation_id = :id and status = 'waiting' and priority > 2 and priority_why <> :aged returning 1"""),
        {"id": conversation_id, "aged": AGED},
    )
    await handover.announce(conn, conversation_id)
    return aged.first() is not None


async def _warn(conn: AsyncConnection, conversation_id: str, now: datetime) -> bool:
    """Somebody who is not well is never given back to a machine: an operator is told, once, that nobody comes."""
    await conn.execute(
        text("update handoffs set warned_at = :now where conversation_id = :id and status = 'waiting'"),
        {"id": conversation_id, "now": now},
    )
    await raise_alarm(conn, "urgent_waits", "nobody of the team has taken an urgent talk", now, subject=conversation_id)
    await handover.announce(conn, conversation_id)
    return True
