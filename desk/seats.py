"""Where agents sit: whether talks may be given to them, of which queues, how many at once; and the giving.

A talk that waits goes to whoever is available, serves its queue and has room: first to the one who helped this person last, then to
whoever serves that queue in particular, then to the least loaded. Nobody is given anything whose browser is not connected. Taking from the queue by hand always works.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import audit, handover
from conversations.conversation import get
from conversations.talk import Talk

STATES = ("available", "paused", "offline")
PAUSES = ("almoco", "descanso", "banheiro", "reuniao", "treinamento", "retorno_de_casos", "outro")
MOST_AT_ONCE = 60

GONE_AFTER = timedelta(seconds=60)
"""Whose browser has not been heard for this long is given nothing."""
_AWAY_AFTER = timedelta(minutes=10)
_ONE_GIVER = 782366


@dataclass(frozen=True)
class Seat:
    """`queues`: which queues, and how many talks of each at most (empty: all of them)."""

    agent_id: int
    name: str
    state: str
    pause_reason: str | None
    since: datetime | None
    capacity: int
    queues: Mapping[str, int]
    seen_at: datetime | None
    held: Mapping[str, int] = field(default_factory=dict)
    """Talks that the agent has and has not put aside, by queue."""
    given_at: datetime | None = None

    @property
    def load(self) -> int:
        return sum(self.held.values())

    def here(self, now: datetime) -> bool:
        return self.seen_at is not None and now - self.seen_at < GONE_AFTER

    def serves(self, queue: str) -> bool:
        return not self.queues or queue in self.queues

    def has_room(self, queue: str) -> bool:
        if self.load >= self.capacity or not self.serves(queue):
            return False
        return not self.queues or self.held.get(queue, 0) < self.queues[queue]


async def seats(conn: AsyncConnection, tenant_id: int) -> list[Seat]:
    """Everybody of the team who can log in, those who never sat down included."""
    rows = await conn.execute(
        text("""
            select a.id agent_id, a.name, coalesce(s.state, 'offline') state, s.pause_reason, s.since, coalesce(s.capacity, 5) capacity,
                coalesce(s.queues, '{}') queues, s.seen_at, s.given_at,
                coalesce((select jsonb_object_agg(queue, n) from (select queue, count(*) n from handoffs h
                    where h.tenant_id = a.tenant_id and h.agent_id = a.id and h.status = 'taken' and h.parked_at is null
                    group by queue) one), '{}') held
            from agents a left join desk_seats s on s.agent_id = a.id
            where a.tenant_id = :tenant and a.disabled_at is null order by a.name, a.id"""),
        {"tenant": tenant_id},
    )
    return [Seat(**row._mapping) for row in rows]


async def seat_of(conn: AsyncConnection, tenant_id: int, agent_id: int) -> Seat:
    """One agent's seat. Raises `LookupError`."""
    for seat in await seats(conn, tenant_id):
        if seat.agent_id == agent_id:
            return seat
    raise LookupError(agent_id)


async def set_state(
    conn: AsyncConnection, tenant_id: int, agent_id: int, state: str, now: datetime, pause_reason: str | None = None
) -> None:
    """The agent says whether they may be given talks. Raises `ValueError` for what is no state, or a pause without its reason."""
    if state not in STATES or (state == "paused") != (pause_reason in PAUSES):
        raise ValueError("a pause has a reason, and nothing else has")
    await conn.execute(
        text("""insert into desk_seats (agent_id, tenant_id, state, pause_reason, since, seen_at)
                values (:agent, :tenant, :state, :why, :now, :now)
                on conflict (agent_id) do update set state = :state, pause_reason = :why, seen_at = :now,
                    since = case when desk_seats.state = :state and desk_seats.pause_reason is not distinct from :why
                        then desk_seats.since else :now end"""),
        {"agent": agent_id, "tenant": tenant_id, "state": state, "why": pause_reason, "now": now},
    )
    detail = {"why": pause_reason} if pause_reason else {}
    await audit.record(conn, f"agent:{agent_id}", f"seat.{state}", None, detail, now, tenant_id=tenant_id)


async def arrange(
    conn: AsyncConnection,
    tenant_id: int,
    by: int,
    agent_id: int,
    capacity: int,
    queues: Mapping[str, int],
    now: datetime,
) -> None:
    """A supervisor says how much of what this agent takes. Raises `ValueError`."""
    if not 0 <= capacity <= MOST_AT_ONCE or any(
        name not in handover.QUEUES or not 1 <= most <= MOST_AT_ONCE for name, most in queues.items()
    ):
        raise ValueError("a number of talks, and queues of the team")
    await conn.execute(
        text("""insert into desk_seats (agent_id, tenant_id, since, capacity, queues)
                values (:agent, :tenant, :now, :capacity, cast(:queues as jsonb))
                on conflict (agent_id) do update set capacity = :capacity, queues = cast(:queues as jsonb)"""),
        {"agent": agent_id, "tenant": tenant_id, "now": now, "capacity": capacity, "queues": json.dumps(dict(queues))},
    )
    detail = {"capacity": capacity, "queues": dict(queues)}
    await audit.record(conn, f"agent:{by}", "seat.arranged", f"agent:{agent_id}", detail, now, tenant_id=tenant_id)


async def seen(conn: AsyncConnection, agent_id: int, now: datetime) -> None:
    """A browser of this agent is connected."""
    await conn.execute(
        text("update desk_seats set seen_at = :now where agent_id = :agent and (seen_at is null or seen_at < :now)"),
        {"agent": agent_id, "now": now},
    )


async def give(engine: AsyncEngine, talk: Talk) -> list[tuple[str, int]]:
    """Give those who wait to whoever has room; returns talk and agent of each. Only one process gives at a time."""
    now = talk.ground.clock.now()
    given: list[tuple[str, int]] = []
    async with engine.connect() as giver:
        alone = await giver.execute(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": _ONE_GIVER})
        if not alone.scalar_one():
            return []
        async with engine.begin() as conn:
            await conn.execute(
                text("""update desk_seats set state = 'offline', pause_reason = null, since = :now
                        where state <> 'offline' and (seen_at is null or seen_at < :gone)"""),
                {"now": now, "gone": now - _AWAY_AFTER},
            )
            waiting = (
                await conn.execute(
                    text("""select h.tenant_id, h.conversation_id, h.queue, (select e.agent_id from handoffs e
                                where e.conversation_id = h.conversation_id and e.agent_id is not null and e.id < h.id
                                order by e.id desc limit 1) knows
                            from handoffs h where h.status = 'waiting' and h.asked and h.reason <> all(:elsewhere) and h.tenant_id in (
                                select tenant_id from desk_seats where state = 'available' and seen_at > :gone)
                            order by h.priority, h.asked_at, h.id limit 50"""),
                    {"gone": now - GONE_AFTER, "elsewhere": list(handover.SERVED_ELSEWHERE)},
                )
            ).all()
        for row in waiting:
            # Each in a transaction of its own, so that nothing waits for more than one talk.
            async with engine.begin() as conn:
                if (await get(conn, row.conversation_id, lock=True)).owner != "queue":
                    continue
                found = await _who(conn, row.tenant_id, row.conversation_id, row.queue, row.knows, now)
                if found is not None and await handover.take(conn, talk, row.conversation_id, found):
                    await conn.execute(
                        text("update desk_seats set given_at = :now where agent_id = :agent"), {"now": now, "agent": found}
                    )
                    given.append((row.conversation_id, found))
    return given


async def _who(
    conn: AsyncConnection, tenant_id: int, conversation_id: str, queue: str, knows: int | None, now: datetime
) -> int | None:
    """The agent for this talk; nobody when all are full or away."""
    able = [
        seat for seat in await seats(conn, tenant_id) if seat.state == "available" and seat.here(now) and seat.has_room(queue)
    ]
    long_ago = now - timedelta(days=3650)
    able.sort(
        key=lambda seat: (
            seat.agent_id != knows,
            not seat.queues,
            seat.load / seat.capacity,
            seat.given_at or long_ago,
            seat.agent_id,
        )
    )
    for seat in able:
        sees = await conn.execute(text("select desk_sees(:agent, :talk)"), {"agent": seat.agent_id, "talk": conversation_id})
        if sees.scalar_one():
            return seat.agent_id
    return None
