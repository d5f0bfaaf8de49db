"""The list of talks: who waits, what is mine, what was put aside; by the view that an agent chose, with the clocks of service.

A view is a word (`VIEWS`), a queue (`fila:juridico`) or a search (`busca:geladeira`); it is remembered for each agent, who may give
their own a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import handover
from conversations.service import ServiceClock, Waiting, attended, clock_of
from desk.finding import MOST, find
from desk.logins import Agent
from desk.seats import Seat, seat_of
from receivables.brasilia import BRASILIA
from receivables.ground import Ground

VIEWS: Mapping[str, str] = {
    "tudo": "Tudo",
    "minhas": "Comigo",
    "fila": "Fila",
    "sem_resposta": "Sem resposta",
    "promessas": "Promessas de hoje",
    "contestacoes": "Contestações",
    "janela": "Janela fechando em 1 h",
    "estacionadas": "Estacionadas",
}

_WAITING = 100
_HELD = 120
_OTHERS = 60
_BOT = 15
_VIEW = 60

_SHOWN: Mapping[str, str] = {
    "tudo": f"""
        (select conversation_id id from handoffs where tenant_id = :tenant and status = 'waiting'
            order by priority, asked_at, handoffs.id limit {_WAITING})
        union (select conversation_id from handoffs where tenant_id = :tenant and status = 'taken' and agent_id = :agent limit {_HELD})
        union (select conversation_id from handoffs where tenant_id = :tenant and status = 'taken' and agent_id <> :agent
            order by handoffs.id desc limit {_OTHERS})
        union (select conversations.id from conversations where tenant_id = :tenant and owner = 'bot' and last_inbound_at is not null
            order by last_inbound_at desc limit {_BOT})""",
    "minhas": f"select conversation_id id from handoffs where tenant_id = :tenant and status = 'taken' and agent_id = :agent limit {_HELD}",
    "fila": f"""select conversation_id id from handoffs where tenant_id = :tenant and status = 'waiting'
        order by priority, asked_at, handoffs.id limit {_WAITING}""",
    "sem_resposta": f"""select conversation_id id from handoffs where tenant_id = :tenant and (status = 'waiting' and asked
        or status = 'taken' and parked_at is null and (unanswered_since is not null or first_answer_at is null))
        order by priority, asked_at limit {_WAITING}""",
    "promessas": f"""select c.id from promises p join conversations c on c.debtor_id = p.debtor_id
        where p.tenant_id = :tenant and p.status = 'open' and p.day = :today limit {_VIEW}""",
    "contestacoes": f"""select c.id from disputes p join conversations c on c.debtor_id = p.debtor_id
        where p.tenant_id = :tenant and p.status = 'open' order by p.answer_by limit {_VIEW}""",
    "janela": f"""select id from conversations where tenant_id = :tenant and owner <> 'bot'
        and last_inbound_at > cast(:now as timestamptz) - interval '24 hours'
        and last_inbound_at <= cast(:now as timestamptz) - interval '23 hours' limit {_VIEW}""",
    "estacionadas": f"""select conversation_id id from handoffs where tenant_id = :tenant and status = 'taken' and agent_id = :agent
        and parked_at is not null limit {_HELD}""",
    "queue": f"""select conversation_id id from handoffs where tenant_id = :tenant and status in ('waiting', 'taken')
        and queue = :queue order by status desc, priority, asked_at limit {_WAITING}""",
    "found": "select unnest(cast(:found as text[])) id",
}


@dataclass(frozen=True)
class Person:
    """One line of the list of talks."""

    id: str
    owner: str
    agent_id: int | None
    agent_name: str | None
    name: str | None
    """Whom they last proved to be; None for somebody unknown."""
    phone: str | None
    channel: str
    proven: bool
    reason: str | None
    asked_at: datetime | None
    asked: bool | None
    taken_at: datetime | None
    priority: int | None
    """1 is helped first, for `priority_why`; `queue` is the team's (`conversations.handover.urgency`)."""
    priority_why: str | None
    queue: str | None
    waits_since: datetime | None
    first_answer_at: datetime | None
    unanswered_since: datetime | None
    parked_at: datetime | None
    parked_until: datetime | None
    handed_on: int | None
    last_text: str | None
    last_author: str | None
    last_kind: str | None
    last_at: datetime | None
    clock: ServiceClock | None = None
    why_found: str | None = None


@dataclass(frozen=True)
class Lists:
    """The talks in the order in which they want attention."""

    view: str
    waiting: list[Person]
    mine: list[Person]
    others: list[Person]
    with_bot: list[Person]
    elsewhere: list[Person]
    """Those who wait in queues that this agent does not serve."""
    parked: list[Person]
    found: list[Person]
    listed: bool
    """Whether the view is one list (`found`), whoever has the talks."""
    seat: Seat
    saved: list[SavedView]
    attended: bool
    """Whether the team is there, by the policy's hours."""

    @property
    def title(self) -> str:
        if self.view.startswith("busca:"):
            return f"Busca: {self.view[6:]}"
        return VIEWS.get(self.view) or "Fila"

    @property
    def views(self) -> Mapping[str, str]:
        return VIEWS

    @property
    def saved_here(self) -> SavedView | None:
        """The agent's own view that is shown."""
        return next((one for one in self.saved if one.query == self.view and self.view not in VIEWS), None)

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.view[6:] if self.view.startswith("busca:") else ""


@dataclass(frozen=True)
class SavedView:
    """A view that an agent gave a name."""

    id: int
    name: str
    query: str


def view_of(query: str) -> str | None:
    """The view that these words name; None when there is no such view."""
    query = query.replace("\x00", "").strip()[:200]
    if query in VIEWS:
        return query
    kind, _, rest = query.partition(":")
    if kind == "fila" and rest in handover.QUEUES:
        return query
    if kind == "busca":
        return f"busca:{rest.strip()}" if rest.strip() else "tudo"
    return None


async def choose_view(conn: AsyncConnection, agent: Agent, view: str, now: datetime) -> None:
    """Remember what this agent's list shows. `view` as `view_of` gave it."""
    await conn.execute(
        text("""insert into desk_seats (agent_id, tenant_id, since, view) values (:agent, :tenant, :now, :view)
                on conflict (agent_id) do update set view = :view"""),
        {"agent": agent.id, "tenant": agent.tenant_id, "now": now, "view": view},
    )


async def save_view(conn: AsyncConnection, agent: Agent, name: str, view: str, now: datetime) -> None:
    """Give a view a name; the same name again changes what it shows."""
    await conn.execute(
        text("""insert into desk_views (tenant_id, agent_id, name, query, made_at) values (:tenant, :agent, :name, :query, :now)
                on conflict (agent_id, name) do update set query = :query"""),
        {"tenant": agent.tenant_id, "agent": agent.id, "name": name, "query": view, "now": now},
    )


async def drop_view(conn: AsyncConnection, agent: Agent, view_id: int) -> None:
    """Forget one's own view."""
    await conn.execute(text("delete from desk_views where id = :id and agent_id = :agent"), {"id": view_id, "agent": agent.id})


async def lists(conn: AsyncConnection, ground: Ground, agent: Agent, now: datetime) -> Lists:
    """What this agent's list shows now."""
    mine = (
        await conn.execute(
            text("""select coalesce((select view from desk_seats where agent_id = :agent), 'tudo') as view,
                        coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'query', query) order by name)
                            from desk_views where agent_id = :agent), '[]') saved"""),
            {"agent": agent.id},
        )
    ).one()
    view: str = mine.view
    kind, _, rest = view.partition(":")
    values: dict[str, Any] = {"tenant": agent.tenant_id, "agent": agent.id, "now": now, "today": now.astimezone(BRASILIA).date()}
    found = {one.id: one.in_words for one in await find(conn, ground, agent, rest, now)} if kind == "busca" else {}
    shown = "queue" if kind == "fila" and rest else "found" if kind == "busca" else view
    people = await _people(conn, shown, {**values, "queue": rest, "found": list(found)[:MOST]}, ground, now, found)
    seat = await seat_of(conn, agent.tenant_id, agent.id)
    waiting = [one for one in people if one.owner == "queue"]
    held = [one for one in people if one.owner == "agent"]
    own = [one for one in held if one.agent_id == agent.id]
    listed = kind == "busca" or view in ("promessas", "contestacoes", "janela")
    return Lists(
        view=view,
        waiting=[one for one in waiting if kind == "fila" or seat.serves(one.queue or "geral")],
        elsewhere=[] if kind == "fila" else [one for one in waiting if not seat.serves(one.queue or "geral")],
        mine=[one for one in own if one.parked_at is None],
        parked=[one for one in own if one.parked_at is not None],
        others=[one for one in held if one.agent_id != agent.id],
        with_bot=[one for one in people if one.owner == "bot"],
        found=people if listed else [],
        listed=listed,
        seat=seat,
        saved=[SavedView(**one) for one in mine.saved],
        attended=attended(now, [ground.policies.default.contact.hours]),
    )


async def _people(
    conn: AsyncConnection, shown: str, values: Mapping[str, Any], ground: Ground, now: datetime, found: Mapping[str, str]
) -> list[Person]:
    rows = await conn.execute(text(query_of(shown)), values)
    policy = ground.policies.default
    hours = [policy.contact.hours]
    people = []
    for row in rows:
        fields = dict(row._mapping)
        clock = None
        if row.waits_since is not None and row.parked_at is None and row.reason not in handover.SERVED_ELSEWHERE:
            waits = Waiting(row.asked, row.priority, row.waits_since, row.first_answer_at, row.unanswered_since)
            clock = clock_of(waits, policy.service, hours, now)
        people.append(Person(**fields, clock=clock, why_found=found.get(row.id)))
    return sorted(people, key=_order)


def _order(one: Person) -> tuple[int, int, float, str]:
    """Who waits by priority and age; of those that are helped, who waits for an answer first, the longest first."""
    long_ago = datetime.min.replace(tzinfo=BRASILIA)
    if one.owner == "queue":
        return (0, one.priority or 9, (one.asked_at or long_ago).timestamp(), one.id)
    if one.clock is not None:
        return (1, 0, one.clock.due.timestamp(), one.id)
    return (2, 0, -(one.last_at or long_ago).timestamp(), one.id)


def query_of(shown: str) -> str:
    """The question of one view, for the list and for whoever explains its plan."""
    return f"""
        with shown as ({_SHOWN[shown]})
        select c.id, c.owner, c.agent_id, a.name agent_name, d.name, coalesce(c.phone_key, c.address_raw) phone, c.channel,
            exists (select 1 from proofs p where p.conversation_id = c.id and p.void_at is null and p.valid_until > :now) proven,
            h.reason, h.asked_at, h.asked, h.taken_at, h.priority, h.priority_why, h.queue,
            coalesce(h.waits_since, h.asked_at) waits_since, h.first_answer_at, h.unanswered_since, h.parked_at, h.parked_until,
            h.handed_on, last.text last_text, last.author last_author, last.kind last_kind, last.at last_at
        from shown join conversations c on c.id = shown.id and c.tenant_id = :tenant
        left join agents a on a.id = c.agent_id and a.tenant_id = c.tenant_id
        left join debtors d on d.id = c.debtor_id and d.tenant_id = c.tenant_id
        left join handoffs h on h.conversation_id = c.id and h.status in ('waiting', 'taken')
        left join lateral (select t.text, t.author, t.detail ->> 'kind' kind, t.at from transcript t
            where t.conversation_id = c.id and t.author <> 'note' order by t.id desc limit 1) last on true
        where desk_sees(:agent, c.id)"""
