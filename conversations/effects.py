"""What an action did in a turn, kept under its place there: asked again, it answers the same and does nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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


async def code_comes(conn: AsyncConnection, turn_id: str) -> bool:
    """Whether a code is being made for this turn, which is said when it is there."""
    found = await conn.execute(
        text("select 1 from action_effects where turn_id = :turn and cast(result ->> 'code_comes' as boolean) limit 1"),
        {"turn": turn_id},
    )
    return found.first() is not None


async def said_in(conn: AsyncConnection, turn_id: str) -> list[tuple[str, dict[str, Any]]]:
    """What was said in a turn, as responses with their values, in the order in which they were said."""
    rows = await conn.execute(
        text("select result -> 'said' from action_effects where turn_id = :turn order by at, ordinal"), {"turn": turn_id}
    )
    return [(str(response), dict(values)) for said in rows.scalars() for response, values in said]


async def named_since(conn: AsyncConnection, conversation_id: str, since: datetime) -> list[str]:
    """The names of all that was said in a talk since then, in no order."""
    rows = await conn.execute(
        text("""select said ->> 0 from turns t join action_effects e on e.turn_id = t.id
                    cross join lateral jsonb_array_elements(cast(e.result -> 'said' as jsonb)) said
                where t.conversation_id = :id and t.started_at > :since"""),
        {"id": conversation_id, "since": since},
    )
    return [str(name) for name in rows.scalars()]


async def newest_said(
    conn: AsyncConnection, conversation_id: str, names: Sequence[str], since: datetime
) -> tuple[str, dict[str, Any]] | None:
    """The newest of these responses (or of those whose names begin so) that was said in a talk since then, with its values."""
    row = (
        await conn.execute(
            text("""select said ->> 0 name, said -> 1 given from turns t join action_effects e on e.turn_id = t.id
                        cross join lateral jsonb_array_elements(cast(e.result -> 'said' as jsonb)) with ordinality s(said, place)
                    where t.conversation_id = :id and t.started_at > :since and exists (select 1 from unnest(cast(:names as text[])) one where starts_with(said ->> 0, one))
                    order by t.number desc, e.ordinal desc, place desc limit 1"""),
            {"id": conversation_id, "since": since, "names": list(names)},
        )
    ).one_or_none()
    return None if row is None else (str(row.name), dict(row.given))


async def last_said(conn: AsyncConnection, conversation_id: str, before: str) -> tuple[str, datetime] | None:
    """The newest turn of a talk, other than `before`, in which something was said, and when that was."""
    row = (
        await conn.execute(
            text("""select t.id, t.started_at from turns t
                    where t.conversation_id = :id and t.id <> :before and exists (
                        select 1 from action_effects e where e.turn_id = t.id and jsonb_array_length(cast(e.result -> 'said' as jsonb)) > 0)
                    order by t.number desc limit 1"""),
            {"id": conversation_id, "before": before},
        )
    ).one_or_none()
    return None if row is None else (str(row.id), row.started_at)


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
