"""The API's reads: one query a list, each continued from the last id that was handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.store import Debt, get_debts

# Every query takes `creditor`: the CNPJ of the creditor whose token asks, who sees nothing else; None sees all.

Rows = Sequence[Any]


@dataclass(frozen=True)
class Part:
    """What is asked of a list about money: `limit` rows after the id `after`, of one creditor or debtor (None: of all)."""

    tenant: int
    creditor: str | None
    debtor: int | None
    after: int
    limit: int


async def debtors(
    conn: AsyncConnection, *, tenant_id: int, creditor: str | None, id: int | None = None, index: bytes | None = None
) -> Rows:
    """The debtor with this id or this blind index, with phones; none or one."""
    return await _all(
        conn,
        """select d.id, d.kind, d.document_sealed, d.name, d.birth_date, d.email, d.address, d.city, d.state, d.postal_code,
               d.language_note, array(select phone_key from debtor_phones p where p.debtor_id = d.id
                   and p.state <> 'wrong_person' order by p.created_at, p.phone_key) phones
           from debtors d where d.tenant_id = :tenant
           and (d.id = cast(:id as bigint) or d.document_index = cast(:index as bytea))
           and (cast(:creditor as text) is null or exists (select 1 from debts o join creditors c on c.id = o.creditor_id
               where o.debtor_id = d.id and c.cnpj = :creditor))""",
        tenant=tenant_id,
        creditor=creditor,
        id=id,
        index=index,
    )


async def debts(
    conn: AsyncConnection,
    *,
    tenant_id: int,
    debtor: int | None,
    creditor: str | None,
    reference: str | None,
    after: int,
    limit: int,
) -> list[Debt]:
    """Debts by id, from the one after `after` on."""
    rows = await _all(
        conn,
        """select d.id from debts d join creditors c on c.id = d.creditor_id where d.tenant_id = :tenant and d.id > :after
           and (cast(:debtor as bigint) is null or d.debtor_id = :debtor)
           and (cast(:creditor as text) is null or c.cnpj = :creditor)
           and (cast(:reference as text) is null or d.reference = :reference) order by d.id limit :limit""",
        tenant=tenant_id,
        debtor=debtor,
        creditor=creditor,
        reference=reference,
        after=after,
        limit=limit,
    )
    return await get_debts(conn, [row.id for row in rows])


async def creditor_name(conn: AsyncConnection, tenant_id: int, cnpj: str) -> str | None:
    """The name under which the creditor is known."""
    found = await conn.execute(
        text("select name from creditors where tenant_id = :tenant and cnpj = :cnpj"), {"tenant": tenant_id, "cnpj": cnpj}
    )
    name: str | None = found.scalar_one_or_none()
    return name


async def charges(conn: AsyncConnection, part: Part) -> Rows:
    """Charges with the debts they are for."""
    return await _all(
        conn,
        """select c.id, c.debtor_id, k.cnpj, c.kind, c.status, c.amount, c.code, c.barcode, c.due_date, c.txid, c.payee_name,
               c.payee_document, c.created_at, c.expires_at,
               array(select debt_id from charge_items i where i.charge_id = c.id order by debt_id) debts
           from charges c join creditors k on k.id = c.creditor_id where c.tenant_id = :tenant and c.id > :after
           and (cast(:creditor as text) is null or k.cnpj = :creditor)
           and (cast(:debtor as bigint) is null or c.debtor_id = :debtor) order by c.id limit :limit""",
        **asdict(part),
    )


async def payments(conn: AsyncConnection, part: Part) -> Rows:
    """Payments; those of no charge of ours only when neither a debtor nor a creditor asks."""
    return await _all(
        conn,
        """select p.id, p.debtor_id, p.amount, p.paid_at, p.means, p.end_to_end_id, p.charge_id, p.status, p.remark
           from payments p left join charges c on c.id = p.charge_id left join creditors k on k.id = c.creditor_id
           where p.tenant_id = :tenant and p.id > :after and (cast(:debtor as bigint) is null or p.debtor_id = :debtor)
           and (cast(:creditor as text) is null or k.cnpj = :creditor)
           order by p.id limit :limit""",
        **asdict(part),
    )


async def extensions(conn: AsyncConnection, part: Part) -> Rows:
    """Extensions as they were granted."""
    return await _all(
        conn,
        """select e.id, e.debtor_id, e.debt_id, e.protocol, e.granted_at, e.previous_due, e.due_date, e.interest, e.total
           from extensions e join debts d on d.id = e.debt_id join creditors k on k.id = d.creditor_id
           where e.tenant_id = :tenant and e.id > :after and (cast(:creditor as text) is null or k.cnpj = :creditor)
           and (cast(:debtor as bigint) is null or e.debtor_id = :debtor) order by e.id limit :limit""",
        **asdict(part),
    )


async def promises(conn: AsyncConnection, part: Part) -> Rows:
    """Promises that hold or were judged, with their debts; what was taken back is none any more."""
    return await _all(
        conn,
        """select p.id, p.debtor_id, p.protocol, p.promised_at, p.day, p.keep_until, p.amount, p.status,
               array(select debt_id from promise_debts i where i.promise_id = p.id order by debt_id) debts
           from promises p where p.tenant_id = :tenant and p.id > :after and p.status <> 'cancelled'
           and (cast(:creditor as text) is null or not exists (select 1 from promise_debts i join debts d on d.id = i.debt_id
               join creditors k on k.id = d.creditor_id where i.promise_id = p.id and k.cnpj <> :creditor))
           and (cast(:debtor as bigint) is null or p.debtor_id = :debtor) order by p.id limit :limit""",
        **asdict(part),
    )


async def disputes(conn: AsyncConnection, part: Part) -> Rows:
    """Disputes with their debts; a creditor sees those that are only about its own."""
    return await _all(
        conn,
        """select p.id, p.debtor_id, p.reason, p.story, p.protocol, p.opened_at, p.answer_by, p.status,
               array(select debt_id from dispute_debts i where i.dispute_id = p.id order by debt_id) debts
           from disputes p where p.tenant_id = :tenant and p.id > :after
           and (cast(:creditor as text) is null or not exists (select 1 from dispute_debts i join debts d on d.id = i.debt_id
               join creditors k on k.id = d.creditor_id where i.dispute_id = p.id and k.cnpj <> :creditor))
           and (cast(:debtor as bigint) is null or p.debtor_id = :debtor) order by p.id limit :limit""",
        **asdict(part),
    )


async def opt_outs(conn: AsyncConnection, *, tenant_id: int, after: int, limit: int) -> Rows:
    """Those that hold."""
    return await _all(
        conn,
        """select id, channel, address, since from opt_outs where tenant_id = :tenant and id > :after and lifted_at is null
           order by id limit :limit""",
        tenant=tenant_id,
        after=after,
        limit=limit,
    )


async def handoffs(conn: AsyncConnection, *, tenant_id: int, debtor: int | None, after: int, limit: int) -> Rows:
    """Hand-overs to humans; a debtor's are also those of the talks in which they proved to be that debtor later."""
    return await _all(
        conn,
        """select h.id, h.conversation_id, coalesce(h.debtor_id, c.debtor_id) debtor_id, h.reason, h.summary, h.status,
               h.asked_at, h.taken_at, h.ended_at, h.outcome
           from handoffs h join conversations c on c.id = h.conversation_id where h.tenant_id = :tenant and h.id > :after
           and (cast(:debtor as bigint) is null or coalesce(h.debtor_id, c.debtor_id) = :debtor) order by h.id limit :limit""",
        tenant=tenant_id,
        debtor=debtor,
        after=after,
        limit=limit,
    )


async def conversations(
    conn: AsyncConnection, *, tenant_id: int, addresses: Sequence[str] | None, after: str, limit: int
) -> Rows:
    """Conversations by id; `addresses` are the forms in which the address may be stored."""
    return await _all(
        conn,
        """select c.id, c.channel, coalesce(c.address_raw, c.user_id) address, c.debtor_id, c.owner, c.created_at,
               c.last_inbound_at
           from conversations c where c.tenant_id = :tenant and c.id > :after and (cast(:addresses as text[]) is null
               or exists (select 1 from conversation_addresses a where a.conversation_id = c.id and a.value = any(:addresses))
               or c.address_raw = any(:addresses) or c.user_id = any(:addresses))
           order by c.id limit :limit""",
        tenant=tenant_id,
        addresses=list(addresses) if addresses is not None else None,
        after=after,
        limit=limit,
    )


async def has_conversation(conn: AsyncConnection, tenant_id: int, conversation_id: str) -> bool:
    """Whether there is such a conversation."""
    return bool(
        await _all(
            conn, "select 1 from conversations where tenant_id = :tenant and id = :id", tenant=tenant_id, id=conversation_id
        )
    )


async def messages(conn: AsyncConnection, *, tenant_id: int, conversation_id: str, after: int, limit: int) -> Rows:
    """What was said, in the order of the talk, without the notes of agents among themselves."""
    return await _all(
        conn,
        """select t.id, t.author, t.text, case when t.author = 'debtor' then t.at else o.sent_at end sent_at,
               case when t.author = 'debtor' then 'received'
                   when o.delivery is not null then o.delivery
                   when o.state = 'sending' then 'queued' when o.state = 'dead' then 'failed'
                   else coalesce(o.state, 'unknown') end status
           from transcript t left join outbox o on o.id = t.outbox_id
           where t.tenant_id = :tenant and t.conversation_id = :id and t.author <> 'note' and t.id > :after
           order by t.id limit :limit""",
        tenant=tenant_id,
        id=conversation_id,
        after=after,
        limit=limit,
    )


async def _all(conn: AsyncConnection, query: str, **values: Any) -> Rows:
    return (await conn.execute(text(query), values)).all()
