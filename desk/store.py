"""What the desk reads. Every query names the tenant: an agent sees nothing of another one's people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.lines import SentFile
from receivables.pauses import Pause


@dataclass(frozen=True)
class Opened:
    """The head of one talk: whose it is, and why a human was asked for."""

    id: str
    tenant_id: int
    owner: str
    agent_id: int | None
    agent_name: str | None
    channel: str
    phone: str | None
    phone_key: str | None
    debtor_id: int | None
    last_inbound_at: datetime | None
    name: str | None
    outcome: str | None
    """How the last talk with a human ended."""
    reason: str | None
    summary: str | None
    asked_at: datetime | None
    taken_at: datetime | None
    priority: int | None
    queue: str | None
    opted_out: bool
    priority_why: str | None
    parked_at: datetime | None
    parked_until: datetime | None
    """None: until the person writes."""


async def open_talk(conn: AsyncConnection, tenant_id: int, conversation_id: str) -> Opened | None:
    """The talk, if it is this tenant's."""
    row = (
        await conn.execute(
            text("""
                select c.id, c.tenant_id, c.owner, c.agent_id, a.name agent_name, c.channel,
                    coalesce(c.phone_key, c.address_raw) phone, c.phone_key, c.debtor_id, c.last_inbound_at, d.name,
                    (select e.outcome from handoffs e where e.conversation_id = c.id and e.status = 'returned'
                        order by e.id desc limit 1) outcome,
                    h.reason, h.summary, h.asked_at, h.taken_at, h.priority, h.queue, h.priority_why, h.parked_at, h.parked_until,
                    exists (select 1 from opt_outs o where o.conversation_id = c.id and o.lifted_at is null) opted_out
                from conversations c
                left join agents a on a.id = c.agent_id and a.tenant_id = c.tenant_id
                left join debtors d on d.id = c.debtor_id and d.tenant_id = c.tenant_id
                left join handoffs h on h.conversation_id = c.id and h.status in ('waiting', 'taken')
                where c.id = :id and c.tenant_id = :tenant"""),
            {"id": conversation_id, "tenant": tenant_id},
        )
    ).one_or_none()
    return Opened(**row._mapping) if row else None


async def sent_file(conn: AsyncConnection, tenant_id: int, conversation_id: str, media_id: int) -> SentFile | None:
    """A file of this talk, if it is this tenant's."""
    row = (
        await conn.execute(
            text("""select id, kind, state, mime, filename, size, path from media
                    where id = :media and conversation_id = :id and tenant_id = :tenant"""),
            {"media": media_id, "id": conversation_id, "tenant": tenant_id},
        )
    ).one_or_none()
    return SentFile(**row._mapping) if row else None


@dataclass(frozen=True)
class Charge:
    """A Pix or boleto made for a debtor. Amount in centavos; `blocked_why` when its code may not leave."""

    id: int
    kind: str
    amount: int
    status: str
    payee_name: str
    created_at: datetime
    expires_at: datetime
    blocked_why: str | None
    debts: str


async def charges(conn: AsyncConnection, tenant_id: int, debtor_id: int) -> list[Charge]:
    """The debtor's latest charges, the newest first."""
    rows = await conn.execute(
        text("""
            select c.id, c.kind, c.amount, c.status, c.payee_name, c.created_at, c.expires_at, c.blocked_why,
                coalesce(string_agg(coalesce(nullif(d.description, ''), d.product, d.contract), ', ' order by d.id), '') debts
            from charges c
            left join charge_items i on i.charge_id = c.id and i.tenant_id = c.tenant_id
            left join debts d on d.id = i.debt_id and d.tenant_id = c.tenant_id
            where c.tenant_id = :tenant and c.debtor_id = :debtor
            group by c.id order by c.id desc limit 10"""),
        {"tenant": tenant_id, "debtor": debtor_id},
    )
    return [Charge(**row._mapping) for row in rows]


async def active_codes(conn: AsyncConnection, tenant_id: int, debtor_id: int, now: datetime) -> list[str]:
    """The payment codes of the debtor that can be paid now."""
    rows = await conn.execute(
        text("""select code from charges where tenant_id = :tenant and debtor_id = :debtor and status = 'active'
                    and expires_at > :now"""),
        {"tenant": tenant_id, "debtor": debtor_id, "now": now},
    )
    return [str(row.code) for row in rows]


@dataclass(frozen=True)
class Payment:
    """Money that arrived. Amount in centavos."""

    id: int
    means: str
    amount: int
    paid_at: datetime
    status: str
    remark: str | None
    end_to_end_id: str


async def payments(conn: AsyncConnection, tenant_id: int, debtor_id: int) -> list[Payment]:
    """The debtor's latest payments, the newest first."""
    rows = await conn.execute(
        text("""select id, means, amount, paid_at, status, remark, end_to_end_id from payments
                where tenant_id = :tenant and debtor_id = :debtor order by paid_at desc, id desc limit 10"""),
        {"tenant": tenant_id, "debtor": debtor_id},
    )
    return [Payment(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Candidate:
    """Somebody whose book names this phone. It proves nothing: phones are shared and change hands."""

    id: int
    name: str
    birth_date: date | None


async def candidates(conn: AsyncConnection, tenant_id: int, phone_key: str) -> list[Candidate]:
    """Who might be writing, by the phone alone."""
    rows = await conn.execute(
        text("""select d.id, d.name, d.birth_date from debtor_phones p
                join debtors d on d.id = p.debtor_id and d.tenant_id = p.tenant_id
                where p.tenant_id = :tenant and p.phone_key = :phone and p.state <> 'wrong_person'
                order by d.name limit 6"""),
        {"tenant": tenant_id, "phone": phone_key},
    )
    return [Candidate(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Request:
    """Something that a person asked for and that is answered by a day (`conversations.requests`). `words_sealed`: their own words."""

    id: int
    kind: str
    protocol: str
    asked_at: datetime
    due_on: date
    status: str
    answer: str | None
    words_sealed: bytes | None


async def requests(conn: AsyncConnection, tenant_id: int, conversation_id: str, debtor_id: int | None) -> list[Request]:
    """What this person asked for, here or on another channel: what is open first, the newest first."""
    rows = await conn.execute(
        text("""select id, kind, protocol, asked_at, due_on, status, answer, words_sealed from requests
                where tenant_id = :tenant and (conversation_id = :id or debtor_id = :debtor)
                order by status = 'open' desc, id desc limit 8"""),
        {"tenant": tenant_id, "id": conversation_id, "debtor": debtor_id},
    )
    return [Request(**row._mapping) for row in rows]


async def pauses(
    conn: AsyncConnection, tenant_id: int, conversation_id: str, debtor_id: int | None, now: datetime
) -> list[Pause]:
    """The pauses of this person's collection that hold."""
    rows = await conn.execute(
        text("""select id, reason, since, until, debtor_id, conversation_id from collection_pauses
                where tenant_id = :tenant and (debtor_id = :debtor or conversation_id = :id) and lifted_at is null
                    and (until is null or until > :now) order by id"""),
        {"tenant": tenant_id, "id": conversation_id, "debtor": debtor_id, "now": now},
    )
    return [Pause(**row._mapping) for row in rows]


async def titles(conn: AsyncConnection, tenant_id: int, debtor_id: int) -> dict[int, str]:
    """What people call each debt of this debtor."""
    rows = await conn.execute(
        text("""select id, coalesce(nullif(description, ''), product, contract) title from debts
                where tenant_id = :tenant and debtor_id = :debtor"""),
        {"tenant": tenant_id, "debtor": debtor_id},
    )
    return {int(row.id): str(row.title) for row in rows}
