"""Stopping collection from whoever a talk is with: whom they proved to be, or whose telephone it is, or whoever they turn out to be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.conversation import Conversation, live_proof
from receivables.pauses import Reason, pause_collection


async def pause_person(
    conn: AsyncConnection,
    conversation: Conversation,
    reason: Reason,
    source: str,
    now: datetime,
    *,
    until: datetime | None = None,
) -> list[int]:
    """Pause everybody whom this talk may be with; returns the debtors concerned. The same `source` pauses once.

    A telephone proves nothing, and so nothing is told of what is known by it; but to leave somebody alone it is enough.
    """
    proof = await live_proof(conn, conversation.id, now)
    known = [proof.debtor_id] if proof else await _known_by_address(conn, conversation)
    fresh = await pause_collection(
        conn,
        reason,
        now,
        key=f"{source}:{reason}:{conversation.id}",
        debtor_id=known[0] if known else None,
        conversation_id=conversation.id,
        until=until,
        tenant_id=conversation.tenant_id,
    )
    for debtor_id in known[1:]:
        key = f"{source}:{reason}:{debtor_id}"
        await pause_collection(conn, reason, now, key=key, debtor_id=debtor_id, until=until, tenant_id=conversation.tenant_id)
    if fresh:
        detail = {"reason": reason, "until": until.isoformat() if until else None, "debtors": known}
        await audit.record(conn, "bot", "collection.paused", conversation.id, detail, now, tenant_id=conversation.tenant_id)
    return known


async def _known_by_address(conn: AsyncConnection, conversation: Conversation) -> list[int]:
    if conversation.debtor_id is not None:
        return [conversation.debtor_id]
    rows = await conn.execute(
        text("""select debtor_id from debtor_phones where tenant_id = :tenant and phone_key = :phone and state <> 'wrong_person'
                order by debtor_id limit 20"""),
        {"tenant": conversation.tenant_id, "phone": conversation.phone_key},
    )
    return list(rows.scalars())
