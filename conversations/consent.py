"""Who wants to be left alone, and who is not the person we look for: at once, in one transaction, with a line in the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.conversation import Conversation, live_proof, void_proof


async def opt_out(conn: AsyncConnection, conversation: Conversation, now: datetime) -> bool:
    """No message of our own accord goes to this person any more: not here, and on no other channel that is known to be theirs.

    What is known of them is what they proved, in this talk or before. False when all of it had been stopped already.
    """
    debtor_id = await _whose(conn, conversation, now)
    done = await conn.execute(
        text("""insert into opt_outs (tenant_id, conversation_id, channel, address, since, debtor_id)
                select c.tenant_id, c.id, c.channel, coalesce(c.phone_key, c.user_id, c.id), :now, cast(:debtor as bigint)
                from conversations c
                where c.tenant_id = :tenant and (c.id = :id or c.debtor_id = :debtor or c.phone_key = :phone)
                order by c.id on conflict (tenant_id, channel, address) where lifted_at is null
                    do update set debtor_id = coalesce(opt_outs.debtor_id, excluded.debtor_id)
                returning since = :now as fresh"""),
        {
            "tenant": conversation.tenant_id,
            "id": conversation.id,
            "debtor": debtor_id,
            "phone": conversation.phone_key,
            "now": now,
        },
    )
    await audit.record(conn, "debtor", "opted_out", conversation.id, {}, now, tenant_id=conversation.tenant_id)
    return any(done.scalars())


async def opt_in(conn: AsyncConnection, conversation: Conversation, now: datetime) -> bool:
    """The person wants to hear from us again, on every channel where they had stopped it. False when nothing was stopped."""
    debtor_id = await _whose(conn, conversation, now)
    done = await conn.execute(
        text("""update opt_outs set lifted_at = :now where tenant_id = :tenant and lifted_at is null
                and (conversation_id = :id or debtor_id = :debtor or address = :address)"""),
        {
            "tenant": conversation.tenant_id,
            "id": conversation.id,
            "debtor": debtor_id,
            "address": conversation.phone_key or conversation.user_id or conversation.id,
            "now": now,
        },
    )
    if done.rowcount:
        await audit.record(conn, "debtor", "opted_in", conversation.id, {}, now, tenant_id=conversation.tenant_id)
    return done.rowcount > 0


async def opted_out(conn: AsyncConnection, conversation: Conversation) -> bool:
    """Whether this person does not want to be written to: by this talk, this telephone, or whoever they are known to be."""
    found = await conn.execute(
        text("""select 1 from opt_outs where tenant_id = :tenant and lifted_at is null
                and (conversation_id = :id or debtor_id = :debtor or address = :address) limit 1"""),
        {
            "tenant": conversation.tenant_id,
            "id": conversation.id,
            "debtor": conversation.debtor_id,
            "address": conversation.phone_key or conversation.user_id or conversation.id,
        },
    )
    return found.first() is not None


async def adopt_stop(conn: AsyncConnection, conversation_id: str, debtor_id: int) -> None:
    """Whoever stopped our messages has proven to be this debtor: the stop holds on all their channels."""
    await conn.execute(
        text("""update opt_outs set debtor_id = :debtor
                where conversation_id = :id and debtor_id is null and lifted_at is null"""),
        {"id": conversation_id, "debtor": debtor_id},
    )


async def take_back(conn: AsyncConnection, conversation: Conversation, debtor_id: int, now: datetime) -> bool:
    """Whoever was let go of has proven to be this debtor after all: the telephone that they write from is theirs again, and nobody
    else's. What was stopped stays stopped until they ask for it (`opt_in`). False: it had not been let go of as this debtor's."""
    done = await conn.execute(
        text("""update debtor_phones set state = 'proven'
                where tenant_id = :tenant and debtor_id = :debtor and phone_key = :phone and state = 'wrong_person'"""),
        {"tenant": conversation.tenant_id, "debtor": debtor_id, "phone": conversation.phone_key},
    )
    if done.rowcount:
        await audit.record(conn, "bot", "number_taken_back", conversation.id, {}, now, tenant_id=conversation.tenant_id)
    return done.rowcount > 0


async def let_go(conn: AsyncConnection, conversation: Conversation, now: datetime) -> None:
    """The person is not who we look for: the proof is void, and neither the talk nor the telephone stands for a debtor any more.

    Nothing of our own accord is written here again, whoever is looked for.
    """
    await void_proof(conn, conversation.id, now, "wrong_person")
    await conn.execute(text("update conversations set debtor_id = null where id = :id"), {"id": conversation.id})
    await conn.execute(
        text("""insert into opt_outs (tenant_id, conversation_id, channel, address, since)
                values (:tenant, :id, :channel, :address, :now) on conflict do nothing"""),
        {
            "tenant": conversation.tenant_id,
            "id": conversation.id,
            "channel": conversation.channel,
            "address": conversation.phone_key or conversation.user_id or conversation.id,
            "now": now,
        },
    )
    if conversation.phone_key:
        await conn.execute(
            text("update debtor_phones set state = 'wrong_person' where tenant_id = :tenant and phone_key = :phone"),
            {"tenant": conversation.tenant_id, "phone": conversation.phone_key},
        )
    await audit.record(conn, "debtor", "wrong_person", conversation.id, {}, now, tenant_id=conversation.tenant_id)


async def _whose(conn: AsyncConnection, conversation: Conversation, now: datetime) -> int | None:
    proof = await live_proof(conn, conversation.id, now)
    return proof.debtor_id if proof else conversation.debtor_id
