"""Where Rasa remembers: one bounded snapshot per conversation in PostgreSQL, and beside it a log of every event that only grows.

A turn costs one read (`load`) and one write (`save_turn`). The write carries the turn's id and its answer, so that a turn asked
again is answered again without being run again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.failure import ConversationMoved
from bot.snapshot import compact, without_strangers

SNAPSHOT_VERSION = 1
RANKING_KEPT = 5

READ = "select snapshot, last_turn, last_answer from rasa_trackers where conversation_id = %s"

# One statement, therefore one transaction. `last_turn` is the row's version: whoever saves must have read the one that stands.
WRITE = """
with saved as (
    insert into rasa_trackers as kept (conversation_id, snapshot, last_turn, last_answer)
    values (%(conversation)s, %(snapshot)s::jsonb, %(turn)s, %(answer)s::jsonb)
    on conflict (conversation_id) do update
        set snapshot = excluded.snapshot, last_turn = excluded.last_turn, last_answer = excluded.last_answer, updated_at = now()
        where kept.last_turn is not distinct from %(read_turn)s
    returning 1
), logged as (
    insert into rasa_events (conversation_id, turn, event)
    select %(conversation)s, %(turn)s, new.event
    from jsonb_array_elements(%(events)s::jsonb) with ordinality as new (event, place)
    where exists (select from saved)
    order by new.place
)
select count(*) from saved
"""


@dataclass(frozen=True)
class Memory:
    """What was read: the tracker as the last turn left it, and that turn with its answer (None before the first)."""

    tracker: DialogueStateTracker
    last_turn: str | None
    last_answer: dict[str, Any] | None
    events_read: int


class SnapshotTrackerStore(TrackerStore):
    """Rasa's tracker store on `rasa_trackers` and `rasa_events`.

    `url` is a PostgreSQL address. The database's own errors pass through: a turn whose memory cannot be read or kept has failed.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        url: str | None = None,
        pool_size: int = 4,
        **_: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        address = (url or host or "").replace("postgresql+psycopg://", "postgresql://", 1)
        if not address:
            raise ValueError("the tracker store needs the url of a PostgreSQL database")
        self._address = address
        self._pool_size = int(pool_size)
        self._pool: AsyncConnectionPool[AsyncConnection[TupleRow]] | None = None

    async def load(self, conversation: str) -> Memory:
        """Read the conversation's memory; an unknown conversation has an empty tracker."""
        pool = await self._connections()
        async with pool.connection() as connection:
            row = await (await connection.execute(READ, (conversation,))).fetchone()
        if row is None:
            return Memory(self._tracker(conversation, []), None, None, 0)
        snapshot, last_turn, last_answer = row
        events = without_strangers(deserialise_events(snapshot.get("events", [])), self.domain)
        tracker = self._tracker(conversation, events)
        return Memory(tracker, last_turn, last_answer, len(tracker.events))

    async def save_turn(self, memory: Memory, turn: str | None, answer: dict[str, Any] | None) -> None:
        """Keep the turn that was run on `memory.tracker`.

        Raises `ConversationMoved` when the last turn is no longer the one that was read; nothing is written then.
        """
        tracker = memory.tracker
        new_events = list(tracker.events)[memory.events_read :]
        snapshot = {"version": SNAPSHOT_VERSION, "events": _plain(compact(tracker.applied_events()))}
        values = {
            "conversation": tracker.sender_id,
            "snapshot": json.dumps(snapshot),
            "turn": turn,
            "answer": json.dumps(answer),
            "read_turn": memory.last_turn,
            "events": json.dumps(_plain(new_events)),
        }
        pool = await self._connections()
        async with pool.connection() as connection:
            row = await (await connection.execute(WRITE, values)).fetchone()
        if row is None or row[0] != 1:
            raise ConversationMoved("another turn of this conversation was finished meanwhile")

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Rasa's own way in (tests, the shell); our channel uses `load`."""
        memory = await self.load(sender_id)
        return memory.tracker if memory.events_read else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Refused: outside of a turn nobody writes a conversation's memory."""
        raise NotImplementedError("a tracker is saved with its turn, by save_turn")

    async def keys(self) -> Iterable[str]:
        """Every conversation that is remembered."""
        pool = await self._connections()
        async with pool.connection() as connection:
            return [row[0] for row in await (await connection.execute("select conversation_id from rasa_trackers")).fetchall()]

    async def open(self) -> None:
        """Connect ahead of the first turn. A database that is not there yet is no error: turns fail until it is."""
        await self._connections()

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _connections(self) -> AsyncConnectionPool[AsyncConnection[TupleRow]]:
        # Made late, because a pool belongs to the server's event loop.
        if self._pool is None:
            self._pool = AsyncConnectionPool(
                self._address, min_size=1, max_size=self._pool_size, open=False, kwargs={"autocommit": True}, timeout=10
            )
            await self._pool.open(wait=False)
        return self._pool

    def _tracker(self, conversation: str, events: list[Event]) -> DialogueStateTracker:
        return DialogueStateTracker.from_events(conversation, events, self.domain.slots)


def _plain(events: list[Event]) -> list[dict[str, Any]]:
    return [_light(event.as_dict()) for event in events]


def _light(event: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody reads again: the tail of the ranking and empty fields."""
    parse = event.get("parse_data")
    if parse and len(parse.get("intent_ranking") or []) > RANKING_KEPT:
        event["parse_data"] = {**parse, "intent_ranking": parse["intent_ranking"][:RANKING_KEPT]}
    if event["event"] == "bot":
        # The values stand in `custom`; Rasa repeats them as metadata.
        event["data"] = {key: value for key, value in event["data"].items() if value is not None}
        event["metadata"] = {key: value for key, value in event["metadata"].items() if key in ("model_id", "utter_action")}
    return event
