"""A human's answer to a dispute: the dispute ends, and whoever opened it is told in the same talk, with the human's words.

An accepted dispute changes no amount by itself: the creditor corrects the book. Until then nobody is asked for money again: the
person's collection stays paused until a human lifts that.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.conversation import live_proof
from conversations.handover import announce
from conversations.reply import reply
from conversations.wording import Utterance
from payments.till import Till
from receivables.disputing import Dispute, end_dispute, get_dispute
from receivables.pauses import pause_collection
from receivables.store import get_debtor


async def answer_dispute(
    conn: AsyncConnection, till: Till, dispute_id: int, *, agent_id: int, verdict: Literal["accepted", "rejected"], words: str
) -> Dispute:
    """End an open dispute and tell it, in full while identity is proven, else only that there is news. Over already, it stays as it was.

    `words` are what the debtor reads of why; ValueError without them, `LookupError`.
    """
    if not words.strip():
        raise ValueError("an answer to a dispute says why")
    ground = till.talk.ground
    now = ground.clock.now()
    if not await end_dispute(conn, ground, dispute_id, verdict, by=f"agent:{agent_id}", note=words):
        return await get_dispute(conn, dispute_id)
    dispute = await get_dispute(conn, dispute_id)
    tenant_id = (await get_debtor(conn, dispute.debtor_id)).tenant_id
    if verdict == "accepted":
        await pause_collection(
            conn, "dispute", now, key=f"dispute:{dispute.id}:accepted", debtor_id=dispute.debtor_id, tenant_id=tenant_id
        )
    if dispute.conversation_id is not None:
        proof = await live_proof(conn, dispute.conversation_id, now)
        said = Utterance("utter_agreement_news_neutral")
        if proof is not None and proof.debtor_id == dispute.debtor_id:
            said = Utterance(f"utter_dispute_{verdict}", {"protocol": dispute.protocol, "reason": words.strip()})
        source = f"dispute:{dispute.id}:answered"
        await reply(conn, till.talk, dispute.conversation_id, [said], source=source, author="journey")
        await announce(conn, dispute.conversation_id)
    await audit.record(conn, f"agent:{agent_id}", f"dispute.{verdict}", f"dispute:{dispute.id}", {}, now, tenant_id=tenant_id)
    return dispute
