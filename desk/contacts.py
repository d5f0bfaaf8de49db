"""What passed between a person and us in the last thirty days, what they wish of being written to, and what became of their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LAST = timedelta(days=30)
_MOST = 1000
"""Lines of one talk that are counted: whoever has said more has been written to often enough."""


@dataclass(frozen=True)
class Unasked:
    """A message of our own accord: reminder, notice; `fate` as of the outbox (`sent`, `delivered`, `read`, …)."""

    response: str
    at: datetime
    channel: str
    fate: str


@dataclass(frozen=True)
class Contacts:
    """Messages by whom, over all of the person's channels. `unasked` are those that nobody asked for, the newest first."""

    wrote: int = 0
    ours: int = 0
    by_team: int = 0
    last_wrote: datetime | None = None
    last_ours: datetime | None = None
    unasked: tuple[Unasked, ...] = ()


async def contacts_of(
    conn: AsyncConnection, tenant_id: int, conversation_id: str, debtor_id: int | None, now: datetime
) -> Contacts:
    """Of this person, or, unknown, of this talk alone."""
    values = {"tenant": tenant_id, "id": conversation_id, "debtor": debtor_id, "since": now - LAST}
    whose = "(select id from conversations where tenant_id = :tenant and (id = :id or debtor_id = :debtor))"
    row = (
        await conn.execute(
            text(f"""select count(*) filter (where author = 'debtor') wrote,
                        count(*) filter (where author in ('bot', 'journey')) ours,
                        count(*) filter (where author = 'agent') by_team,
                        max(at) filter (where author = 'debtor') last_wrote,
                        max(at) filter (where author in ('bot', 'journey', 'agent')) last_ours
                    from {whose} c cross join lateral (select author, at from transcript t where t.conversation_id = c.id
                        order by t.id desc limit {_MOST}) line
                    where at >= :since and author <> 'note'"""),
            values,
        )
    ).one()
    unasked = await conn.execute(
        text(f"""select coalesce(o.response, '') response, coalesce(o.sent_at, o.queued_at) at, c.channel,
                    case when o.state = 'sent' then coalesce(o.delivery, 'sent') else o.state end fate
                from outbox o join conversations c on c.id = o.conversation_id
                where o.conversation_id in {whose} and o.unasked and o.queued_at >= :since order by o.id desc limit 6"""),
        values,
    )
    return Contacts(**row._mapping, unasked=tuple(Unasked(**one._mapping) for one in unasked))


@dataclass(frozen=True)
class Told:
    """A charge's code on its way: when it was sent, what became of that, when its paper was opened."""

    sent_at: datetime | None
    fate: str | None
    opened_at: datetime | None


async def told_of(conn: AsyncConnection, tenant_id: int, debtor_id: int) -> Mapping[int, Told]:
    """By charge, of the debtor's newest charges: whether their code was sent, and was seen."""
    rows = await conn.execute(
        text("""select c.id, said.sent_at, said.fate, link.fetched_at opened_at
                from (select id, code, conversation_id, document_path from charges
                    where tenant_id = :tenant and debtor_id = :debtor order by id desc limit 10) c
                left join lateral (select o.sent_at, case when o.state = 'sent' then coalesce(o.delivery, 'sent') else o.state end fate
                    from outbox o where o.conversation_id = c.conversation_id and c.code is not null and o.words = c.code
                    order by o.id desc limit 1) said on true
                left join lateral (select min(l.fetched_at) fetched_at from document_links l where l.path = c.document_path) link on true"""),
        {"tenant": tenant_id, "debtor": debtor_id},
    )
    return {row.id: Told(row.sent_at, row.fate, row.opened_at) for row in rows}


@dataclass(frozen=True)
class Wish:
    """How the person wants to be written to; what was not wished is None."""

    hours: str | None
    most: int | None
    days: int | None
    channel: str | None


async def wish_of(conn: AsyncConnection, tenant_id: int, conversation_id: str, debtor_id: int | None) -> Wish | None:
    """The newest wish, here or on another channel of theirs."""
    row = (
        await conn.execute(
            text("""select hours, most, days, channel from contact_preferences where tenant_id = :tenant
                    and (conversation_id = :id or debtor_id = :debtor) order by changed_at desc, id desc limit 1"""),
            {"tenant": tenant_id, "id": conversation_id, "debtor": debtor_id},
        )
    ).one_or_none()
    return Wish(**row._mapping) if row else None
