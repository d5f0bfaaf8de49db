"""What supervisors and agents count, from the hand-overs of a day. Definitions as Blip Desk has them ("Descrição das métricas"):

- na fila: waits for an agent; em atendimento: given to one, who has answered once;
- perdido: ended before any agent had it; abandonado: ended after that, but not by the agent; atendido: ended or handed on by the agent;
- espera: from asking to an agent having it; primeira resposta: from there to their first message; atendimento: from there to the end.

A talk that only follows another channel of the same person counts nowhere (`conversations.handover.OTHER_CHANNEL`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.handover import OTHER_CHANNEL
from desk.writing import day_begins


@dataclass(frozen=True)
class Count:
    """One row: of all, of a queue, of an agent. Averages in seconds; None where there was nothing to average."""

    name: str
    waiting: int
    oldest: datetime | None
    unanswered: int
    """Given to an agent who has not written yet."""
    serving: int
    lost: int
    abandoned: int
    attended: int
    wait: float | None
    first_answer: float | None
    handling: float | None

    @property
    def closed(self) -> int:
        return self.lost + self.abandoned + self.attended


_SEEN = "and (cast(:agent as bigint) is null or desk_sees(:agent, h.conversation_id))"

_COUNTED = """
    count(*) filter (where h.status = 'waiting') waiting,
    min(h.asked_at) filter (where h.status = 'waiting') oldest,
    count(*) filter (where h.status = 'taken' and h.first_answer_at is null) unanswered,
    count(*) filter (where h.status = 'taken' and h.first_answer_at is not null) serving,
    count(*) filter (where h.ended_at >= :since and h.status = 'closed' and h.taken_at is null) lost,
    count(*) filter (where h.ended_at >= :since and h.status = 'closed' and h.taken_at is not null) abandoned,
    count(*) filter (where h.ended_at >= :since and h.status = 'returned') attended,
    cast(avg(extract(epoch from h.taken_at - h.asked_at)) filter (where h.taken_at >= :since) as float) wait,
    cast(avg(extract(epoch from h.first_answer_at - h.taken_at)) filter (where h.first_answer_at >= :since
        and h.first_answer_at >= h.taken_at) as float) first_answer,
    cast(avg(extract(epoch from h.ended_at - h.taken_at)) filter (where h.ended_at >= :since and h.taken_at is not null) as float) handling
"""

_LIVE_OR_TODAY = f"""from handoffs h left join agents a on a.id = h.agent_id and a.tenant_id = h.tenant_id
    where h.tenant_id = :tenant and h.reason <> :joined and (h.status in ('waiting', 'taken') or h.ended_at >= :since) {_SEEN}"""


async def counts(
    conn: AsyncConnection, tenant_id: int, now: datetime, *, by: str | None = None, seen_by: int | None = None
) -> list[Count]:
    """Since midnight in Brazil: of all in one row, or by `queue`, or by `agent`. `seen_by`: only what this agent may see."""
    name = {"queue": "h.queue", "agent": "a.name"}.get(by or "", "''")
    group = "group by 1 order by 1" if by else ""
    only = "and h.agent_id is not null" if by == "agent" else ""
    rows = await conn.execute(
        text(f"select coalesce({name}, '') as name, {_COUNTED} {_LIVE_OR_TODAY} {only} {group}"),
        {"tenant": tenant_id, "since": day_begins(now), "joined": OTHER_CHANNEL, "agent": seen_by},
    )
    return [Count(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Live:
    """A talk that waits or is with an agent, as the board lists it."""

    id: str
    name: str | None
    phone: str | None
    status: str
    reason: str
    priority: int
    queue: str
    agent_id: int | None
    agent_name: str | None
    asked_at: datetime
    taken_at: datetime | None
    first_answer_at: datetime | None
    unanswered_since: datetime | None
    parked_at: datetime | None


async def live(conn: AsyncConnection, tenant_id: int, *, seen_by: int | None = None) -> list[Live]:
    """Every talk with the desk, those who wait longest for a word first."""
    rows = await conn.execute(
        text(f"""
            select c.id, d.name, coalesce(c.phone_key, c.address_raw) phone, h.status, h.reason, h.priority, h.queue, h.agent_id,
                a.name agent_name, h.asked_at, h.taken_at, h.first_answer_at, h.unanswered_since, h.parked_at
            from handoffs h join conversations c on c.id = h.conversation_id and c.tenant_id = h.tenant_id
            left join agents a on a.id = h.agent_id and a.tenant_id = h.tenant_id
            left join debtors d on d.id = c.debtor_id and d.tenant_id = c.tenant_id
            where h.tenant_id = :tenant and h.status in ('waiting', 'taken') and h.reason <> :joined {_SEEN}
            order by h.status = 'taken', h.parked_at is not null, coalesce(h.unanswered_since, h.asked_at), h.id limit 200"""),
        {"tenant": tenant_id, "joined": OTHER_CHANNEL, "agent": seen_by},
    )
    return [Live(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Asked:
    """A proposal that waits for whoever may allow it. Amounts of `wanted` in centavos."""

    id: int
    protocol: str
    conversation_id: str | None
    debtor: str
    by: str | None
    words: str
    made_at: datetime


async def approvals(conn: AsyncConnection, tenant_id: int, *, seen_by: int | None = None) -> list[Asked]:
    """Proposals that nobody has answered, the oldest first: of debtors, and of agents beyond their authority (`by`)."""
    rows = await conn.execute(
        text("""
            select p.id, p.protocol, p.conversation_id, d.name debtor, a.name by, p.words, p.made_at
            from proposals p join debtors d on d.id = p.debtor_id and d.tenant_id = p.tenant_id
            left join agents a on a.id = p.asked_by and a.tenant_id = p.tenant_id
            where p.tenant_id = :tenant and p.status = 'waiting'
                and (cast(:agent as bigint) is null or p.conversation_id is null or desk_sees(:agent, p.conversation_id))
            order by p.id limit 50"""),
        {"tenant": tenant_id, "agent": seen_by},
    )
    return [Asked(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Due:
    """Something that an agent has said would be done: `kind` promise, parked, proposal or dispute."""

    kind: str
    conversation_id: str | None
    name: str | None
    day: date | None
    amount: int | None


@dataclass(frozen=True)
class MyDay:
    """An agent's own day. Averages in seconds; `endings` by what they were called."""

    mine: Count | None
    messages: int
    endings: Sequence[tuple[str, int]]
    due: Sequence[Due]


async def my_day(conn: AsyncConnection, tenant_id: int, agent_id: int, name: str, now: datetime) -> MyDay:
    """Of nobody but this agent."""
    since = day_begins(now)
    values = {"tenant": tenant_id, "since": since, "joined": OTHER_CHANNEL, "agent": None, "me": agent_id}
    rows = await conn.execute(
        text(f"select :name as name, {_COUNTED} {_LIVE_OR_TODAY} and h.agent_id = :me"), {**values, "name": name}
    )
    mine = Count(**rows.one()._mapping)
    messages = await conn.execute(
        text("select count(*) from outbox where tenant_id = :tenant and agent_id = :me and queued_at >= :since"), values
    )
    endings = await conn.execute(
        text("""select disposition, count(*) from talk_endings where tenant_id = :tenant and agent_id = :me and state = 'done'
                and ended_at >= :since group by 1 order by 2 desc, 1"""),
        values,
    )
    due = await conn.execute(
        text("""
            select * from (
                select 'promise' kind, p.conversation_id, d.name, p.day, p.amount from promises p
                    join debtors d on d.id = p.debtor_id and d.tenant_id = p.tenant_id
                    where p.tenant_id = :tenant and p.status = 'open' and starts_with(p.request_key, 'desk:' || :me || ':')
                union all select 'parked', h.conversation_id, d.name, cast(h.parked_until at time zone 'America/Sao_Paulo' as date), null
                    from handoffs h join conversations c on c.id = h.conversation_id
                    left join debtors d on d.id = c.debtor_id and d.tenant_id = c.tenant_id
                    where h.tenant_id = :tenant and h.agent_id = :me and h.status = 'taken' and h.parked_at is not null
                union all select 'proposal', q.conversation_id, d.name, cast(null as date), null from proposals q
                    join debtors d on d.id = q.debtor_id and d.tenant_id = q.tenant_id
                    where q.tenant_id = :tenant and q.asked_by = :me and q.status = 'waiting'
            ) what order by day nulls first, kind limit 50"""),
        values,
    )
    return MyDay(mine, int(messages.scalar_one()), [(row[0], row[1]) for row in endings], [Due(**row._mapping) for row in due])


def average(seconds: float | None) -> str:
    """An average as people read it: 45 s, 7 min, 1 h 05 min; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
