"""What an action did in a turn, kept under its place there: asked again, it answers the same and does nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def one_at_a_time(conn: AsyncConnection, turn_id: str) -> None:
    """The same turn worked on twice at once: the second waits here until the first has committed."""
    await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:turn, 13))"), {"turn": turn_id})


async def known(conn: AsyncConnection, turn_id: str, action: str, ordinal: int) -> dict[str, Any] | None:
    """What came of this place of the turn before, or nothing."""
    found = (
        await conn.execute(
            text("select result from action_effects where turn_id = :turn and action = :action and ordinal = :ordinal"),
            {"turn": turn_id, "action": action, "ordinal": ordinal},
        )
    ).scalar_one_or_none()
    return None if found is None else dict(found)


async def keep(conn: AsyncConnection, turn_id: str, action: str, ordinal: int, result: Mapping[str, Any], now: datetime) -> None:
    """Remember what came of it, in the transaction that did it."""
    await conn.execute(
        text("""insert into action_effects (turn_id, action, ordinal, result, at)
                values (:turn, :action, :ordinal, :result, :now)"""),
        {"turn": turn_id, "action": action, "ordinal": ordinal, "result": json.dumps(dict(result)), "now": now},
    )


async def ran(conn: AsyncConnection, turn_id: str, action: str) -> bool:
    """Whether this action has already worked for this turn, at whatever place."""
    found = await conn.execute(
        text("select 1 from action_effects where turn_id = :turn and action = :action limit 1"),
        {"turn": turn_id, "action": action},
    )
    return found.first() is not None


async def another_ran(conn: AsyncConnection, turn_id: str, action: str) -> bool:
    """Whether some other action has already worked for this turn."""
    found = await conn.execute(
        text("select 1 from action_effects where turn_id = :turn and action <> :action limit 1"),
        {"turn": turn_id, "action": action},
    )
    return found.first() is not None
