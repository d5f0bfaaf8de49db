"""What changes, told to open desks as it happens: one PostgreSQL LISTEN in each web process, spread to its browsers.

Every change is also kept for an hour (`desk_changes`), so that a browser whose connection was lost is told what it missed, by
whichever web process it reaches next. What a browser has heard of is named by a *horizon*: a transaction's number, below which
nothing is open any more. Told twice does no harm: a pane that did not change is not drawn again.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.handover import DESK_TOPIC

_log = structlog.get_logger("trato.desk.live")

_WAITING_FOR_ONE = 200
_RETRY_SECONDS = 2.0
_MOST_MISSED = 150
"""Whoever missed more talks than these looks at everything once."""

KEPT = "1 hour"
_HORIZON = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Change:
    """Something of a conversation changed. An empty `conversation_id` says: anything may have, look at everything again.

    `kind` is `talk`, or `company`: only who looks at it and who writes has changed (that is not kept).
    """

    horizon: str
    tenant_id: int | None
    conversation_id: str
    kind: str = "talk"


@dataclass(frozen=True)
class Missed:
    """What a browser has not heard of. `horizon` names all of it. `talks` is None when too much happened, or nobody knows."""

    horizon: str
    talks: tuple[str, ...] | None


async def horizon(conn: AsyncConnection) -> str:
    """What names all that has been committed so far."""
    return str((await conn.execute(text("select pg_snapshot_xmin(pg_current_snapshot())::text"))).scalar_one())


async def missed(conn: AsyncConnection, tenant_id: int | None, since: str) -> Missed:
    """The talks that changed after `since` was written down as a horizon; None as tenant for those of all tenants."""
    row = (
        await conn.execute(
            text("""
                with oldest as (select id, xid from desk_changes order by id limit 1),
                asked as (select cast(cast(:since as text) as xid8) xid where cast(:since as text) is not null),
                known as (select a.xid from asked a left join oldest o on true
                    where a.xid <= pg_snapshot_xmax(pg_current_snapshot()) and (o.id is null or o.id = 1 or o.xid < a.xid))
                select pg_snapshot_xmin(pg_current_snapshot())::text horizon, exists (select 1 from known) known,
                    array(select distinct c.conversation_id from desk_changes c, known k
                        where c.xid >= k.xid and (c.tenant_id = :tenant or cast(:tenant as int) is null) limit :most) talks"""),
            {"since": since if _HORIZON.fullmatch(since) else None, "tenant": tenant_id, "most": _MOST_MISSED + 1},
        )
    ).one()
    whole = row.known and len(row.talks) <= _MOST_MISSED
    return Missed(row.horizon, tuple(sorted(row.talks)) if whole else None)


async def drop_old_changes(conn: AsyncConnection) -> None:
    """Forget what nobody asks for any more; the newest of it stays, and tells how far back is known."""
    await conn.execute(
        text(f"""delete from desk_changes where at < clock_timestamp() - interval '{KEPT}'
                 and id < (select max(id) from desk_changes where at < clock_timestamp() - interval '{KEPT}')""")
    )


async def announce_company(conn: AsyncConnection, tenant_id: int, conversation_id: str) -> None:
    """Tell the desks that somebody came to this talk, left it, or began to write."""
    await conn.execute(
        text("select pg_notify(:topic, :words)"), {"topic": DESK_TOPIC, "words": f"{tenant_id} 0 {conversation_id} company"}
    )


class Feed:
    """The changes that this process hears of. It starts listening with its first reader and stops with its last."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._readers: set[asyncio.Queue[Change]] = set()
        self._listener: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()
        self._heard: str | None = None

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[asyncio.Queue[Change]]:
        """A queue of all changes from now on. What was before is told by `missed`, asked after `hears`."""
        queue: asyncio.Queue[Change] = asyncio.Queue(maxsize=_WAITING_FOR_ONE)
        self._readers.add(queue)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen(), name="desk-listen")
        try:
            yield queue
        finally:
            self._readers.discard(queue)
            if not self._readers and self._listener is not None:
                listener, self._listener = self._listener, None
                self._hears.clear()
                self._heard = None
                listener.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await listener

    async def hears(self, seconds: float) -> bool:
        """Waits until changes are listened to; False if that takes longer."""
        try:
            await asyncio.wait_for(self._hears.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _spread(self, change: Change) -> None:
        for queue in self._readers:
            if queue.full():
                # A browser that does not keep up looks at everything once, instead of at each change.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Change(self._heard or "", None, ""))
            else:
                queue.put_nowait(change)

    async def _listen(self) -> None:
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
                async with connection:
                    await connection.execute(sql.SQL("listen {}").format(sql.Identifier(DESK_TOPIC)))
                    await self._catch_up()
                    self._hears.set()
                    async for notice in connection.notifies():
                        tenant, known, conversation_id, *kind = notice.payload.split(" ")
                        change = Change(known, int(tenant), conversation_id, *kind)
                        if change.kind == "talk":
                            self._heard = change.horizon
                        self._spread(change)
            except (psycopg.Error, SQLAlchemyError, OSError) as trouble:
                self._hears.clear()
                _log.warning("desk_listen_lost", why=type(trouble).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _catch_up(self) -> None:
        """After a lost connection: what was said meanwhile. Also the first time, so that there is always a horizon."""
        async with self._engine.connect() as conn:
            if self._heard is None:
                self._heard = await horizon(conn)
                return
            found = await missed(conn, None, self._heard)
        self._heard = found.horizon
        if found.talks is None:
            self._spread(Change(found.horizon, None, ""))
            return
        async with self._engine.connect() as conn:
            rows = await conn.execute(
                text("select tenant_id, id from conversations where id = any(:ids)"), {"ids": list(found.talks)}
            )
            for row in rows:
                self._spread(Change(found.horizon, row.tenant_id, row.id))
