"""What was said in a talk, word for word: the proof of what somebody read before they agreed to it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def messages_that_said(conn: AsyncConnection, conversation_id: str, source: str, words: str) -> list[str]:
    """The ids of the messages of this source that hold these very words and were not kept back; ours, and the provider's if known."""
    rows = await conn.execute(
        text("""select coalesce(provider_id, key) id from outbox where conversation_id = :conversation and source = :source
                and strpos(words, :words) > 0 and state not in ('dead', 'suppressed') order by id"""),
        {"conversation": conversation_id, "source": source, "words": words},
    )
    return list(rows.scalars())


async def messages_of_turn(conn: AsyncConnection, turn_id: str) -> list[str]:
    """The provider's ids of the messages that a turn answers, in order."""
    rows = await conn.execute(text("select external_id from inbox where turn_id = :turn order by id"), {"turn": turn_id})
    return list(rows.scalars())
