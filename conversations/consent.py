"""Who wants to be left alone, and who is not the person we look for: at once, in one transaction, with a line in the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.conversation import Conversation, void_proof


async def opt_out(conn: AsyncConnection, conversation: Conversation, now: datetime) -> None:
    """No message of our own accord goes to this address any more. Asked again, nothing changes but the audit."""
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
    await audit.record(conn, "debtor", "opted_out", conversation.id, {}, now, tenant_id=conversation.tenant_id)


async def let_go(conn: AsyncConnection, conversation: Conversation, now: datetime) -> None:
    """The person is not who we look for: the proof is void, and neither the talk nor the telephone stands for a debtor any more."""
    await void_proof(conn, conversation.id, now, "wrong_person")
    await conn.execute(text("update conversations set debtor_id = null where id = :id"), {"id": conversation.id})
    if conversation.phone_key:
        await conn.execute(
            text("update debtor_phones set state = 'wrong_person' where tenant_id = :tenant and phone_key = :phone"),
            {"tenant": conversation.tenant_id, "phone": conversation.phone_key},
        )
    await audit.record(conn, "debtor", "wrong_person", conversation.id, {}, now, tenant_id=conversation.tenant_id)
