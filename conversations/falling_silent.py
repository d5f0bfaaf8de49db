"""A human has taken a talk: what the bot was just handing to the provider is out before the human is told that they have it.

The take itself forbids every send of the bot that has not begun; one that had begun cannot be called back. Whoever waits for this may be
sure that whatever reaches the person from now on is not the bot's.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_LOOK_AGAIN = 0.03


async def fallen_silent(engine: AsyncEngine, conversation_id: str, patience: float = 2.0) -> bool:
    """Waits until nothing of the bot is on its way in this talk; False when a provider has not answered within `patience` seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        async with engine.connect() as conn:
            going = await conn.execute(
                text("select 1 from outbox where conversation_id = :id and author = 'bot' and state = 'sending' limit 1"),
                {"id": conversation_id},
            )
            if going.first() is None:
                return True
        if loop.time() >= until:
            return False
        await asyncio.sleep(_LOOK_AGAIN)
