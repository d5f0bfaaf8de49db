"""Messages for a time to come, as rows: written by whoever knows of them, sent by `journeys.send`, each once for ever."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class Scheduled:
    """A message that waits. `facts` say what it is about; what is said of it is read anew when it is sent."""

    id: int
    tenant_id: int
    kind: str
    key: str
    debtor_id: int | None
    conversation_id: str | None
    facts: Mapping[str, Any]
    due_at: datetime
    put_off: int


async def schedule(
    conn: AsyncConnection,
    *,
    kind: str,
    key: str,
    due_at: datetime,
    debtor_id: int | None = None,
    conversation_id: str | None = None,
    values: Mapping[str, Any] | None = None,
    tenant_id: int = 1,
) -> bool:
    """Have a message of this kind (see `journeys.kinds`) sent at `due_at` or, where that may not be, later.

    The same `key` schedules once, for ever: False when it did so before. Raises `ValueError` when nobody is named.
    """
    if debtor_id is None and conversation_id is None:
        raise ValueError("a message to whom?")
    done = await conn.execute(
        text("""insert into scheduled_messages (tenant_id, kind, key, debtor_id, conversation_id, facts, due_at)
                values (:tenant, :kind, :key, :debtor, :conversation, :facts, :due) on conflict (tenant_id, key) do nothing"""),
        {
            "tenant": tenant_id,
            "kind": kind,
            "key": key,
            "debtor": debtor_id,
            "conversation": conversation_id,
            "facts": json.dumps(dict(values or {})),
            "due": due_at,
        },
    )
    return done.rowcount == 1


async def due(conn: AsyncConnection, now: datetime, limit: int = 200) -> list[int]:
    """The ids of what is due, the oldest first."""
    rows = await conn.execute(
        text("select id from scheduled_messages where state = 'waiting' and due_at <= :now order by due_at, id limit :limit"),
        {"now": now, "limit": limit},
    )
    return list(rows.scalars())


async def take(conn: AsyncConnection, scheduled_id: int) -> Scheduled | None:
    """The message, locked until the transaction ends; None when somebody else has it or it waits no more."""
    row = (
        await conn.execute(
            text("""select id, tenant_id, kind, key, debtor_id, conversation_id, facts, due_at, put_off from scheduled_messages
                    where id = :id and state = 'waiting' for update skip locked"""),
            {"id": scheduled_id},
        )
    ).one_or_none()
    return Scheduled(**row._mapping) if row else None


async def put_off(conn: AsyncConnection, scheduled_id: int, until: datetime, why: str) -> None:
    """It waits longer, and why."""
    await conn.execute(
        text("update scheduled_messages set due_at = :until, why = :why, put_off = put_off + 1 where id = :id"),
        {"id": scheduled_id, "until": until, "why": why[:200]},
    )


async def end(conn: AsyncConnection, scheduled_id: int, state: str, why: str | None, now: datetime) -> None:
    """It was `sent`, or is `dropped` (and why)."""
    await conn.execute(
        text("update scheduled_messages set state = :state, why = :why, ended_at = :now where id = :id"),
        {"id": scheduled_id, "state": state, "why": why[:200] if why else None, "now": now},
    )
