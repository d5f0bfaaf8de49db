"""Giving up the turn that is open in a conversation: whatever comes of it later is not said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def drop_open_turn(conn: AsyncConnection, conversation_id: str, why: str, now: datetime) -> None:
    """Close the open turn, if there is one, without an answer; its messages are for the desk. Lock the conversation first."""
    dropped = await conn.execute(
        text("""update turns set state = 'dropped', failure = :why, done_at = :now
                where conversation_id = :id and state = 'open' returning id"""),
        {"id": conversation_id, "why": why[:500], "now": now},
    )
    await conn.execute(
        text("update inbox set state = 'desk' where turn_id = any(:turns) and state = 'turn'"),
        {"turns": list(dropped.scalars())},
    )
