"""What changes, told to open desks as it happens: one PostgreSQL LISTEN in each web process, spread to its browsers."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.handover import DESK_TOPIC

_log = structlog.get_logger("trato.desk.live")

_REMEMBERED = 1000
_WAITING_FOR_ONE = 200
_KNOWN_TENANTS = 10_000
_RETRY_SECONDS = 2.0


@dataclass(frozen=True)
class Change:
    """Something of a conversation changed. An empty `conversation_id` says: anything may have, look at everything again."""

    id: str
    tenant_id: int | None
    conversation_id: str


class Feed:
    """The changes of this process's tenants. It starts listening with its first reader and stops with its last."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._boot = secrets.token_hex(4)
        self._count = 0
        self._past: deque[Change] = deque(maxlen=_REMEMBERED)
        self._readers: set[asyncio.Queue[Change]] = set()
        self._listener: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()
        self._tenants: OrderedDict[str, int | None] = OrderedDict()

    @contextlib.asynccontextmanager
    async def reading(self, tenant_id: int, last_id: str | None) -> AsyncIterator[asyncio.Queue[Change]]:
        """A queue of this tenant's changes, beginning with those missed since `last_id` (or with "look at everything")."""
        queue: asyncio.Queue[Change] = asyncio.Queue(maxsize=_WAITING_FOR_ONE)
        if last_id:
            for change in self._missed(last_id):
                if change.tenant_id in (None, tenant_id) and not queue.full():
                    queue.put_nowait(change)
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

    def _missed(self, last_id: str) -> list[Change]:
        known = [change.id for change in self._past]
        if last_id in known:
            return list(self._past)[known.index(last_id) + 1 :]
        return [self._change(None, "")]

    def _change(self, tenant_id: int | None, conversation_id: str) -> Change:
        self._count += 1
        return Change(f"{self._boot}-{self._count}", tenant_id, conversation_id)

    def _spread(self, change: Change) -> None:
        self._past.append(change)
        for queue in self._readers:
            if queue.full():
                # A browser that does not keep up looks at everything once, instead of at each change.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(self._change(None, ""))
            else:
                queue.put_nowait(change)

    async def _listen(self) -> None:
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        first = True
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
                async with connection:
                    await connection.execute(sql.SQL("listen {}").format(sql.Identifier(DESK_TOPIC)))
                    if not first:
                        self._spread(self._change(None, ""))
                    first = False
                    self._hears.set()
                    async for notice in connection.notifies():
                        tenant_id = await self._tenant_of(notice.payload)
                        if tenant_id is not None:
                            self._spread(self._change(tenant_id, notice.payload))
            except (psycopg.Error, SQLAlchemyError, OSError) as trouble:
                first = False
                self._hears.clear()
                _log.warning("desk_listen_lost", why=type(trouble).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _tenant_of(self, conversation_id: str) -> int | None:
        if conversation_id in self._tenants:
            return self._tenants[conversation_id]
        async with self._engine.connect() as conn:
            found = (
                await conn.execute(text("select tenant_id from conversations where id = :id"), {"id": conversation_id})
            ).scalar_one_or_none()
        if found is None:
            return None
        self._tenants[conversation_id] = found
        if len(self._tenants) > _KNOWN_TENANTS:
            self._tenants.popitem(last=False)
        return int(found)
