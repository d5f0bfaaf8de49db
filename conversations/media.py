"""Files that people send: a row with the message, the file fetched at once by a job, kept by its digest for a time, then let go.

Providers keep a file for days and its address for minutes, so nothing waits for a turn. A turn waits a moment for its files, so that
whoever answers can look at them; what has not come by then is answered without.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.channel import Channel
from channels.fetching import AddressRefused, CarriesMedia, FetchError, FileRefused, fetch
from channels.file_types import ENDINGS, EXPECTED, type_of
from channels.message import Media, Received, event_adapter
from conversations.alarms import raise_alarm
from conversations.faults import fault_of
from conversations.handover import announce
from conversations.talk import Talk

_log = structlog.get_logger("trato.media")

LARGEST: Mapping[str, int] = {
    "sticker": 1_000_000,
    "image": 20_000_000,
    "voice": 20_000_000,
    "audio": 20_000_000,
    "video": 100_000_000,
    "document": 100_000_000,
}
"""Bytes of a file of each kind; providers let a little less or as much through."""

_MOST_ATTEMPTS = 6
_TURN_WAITS = timedelta(seconds=10)
_TURN_LISTENS = timedelta(seconds=45)
"""How long a turn waits for a recording that a model is to hear."""

SEAL = "media"
"""What the words of a recording are sealed for."""


@dataclass(frozen=True)
class TurnMedia:
    """A file of the turn. `path` is absolute and there only while the file is (`kept`; a `quarantined` file is not to be opened)."""

    id: int
    kind: str
    state: str
    mime: str | None
    filename: str | None
    size: int | None
    sha256: str | None
    path: Path | None
    words: str | None
    """What was heard in a voice note, if a model heard it: not yet confirmed by the person."""


async def note(conn: AsyncConnection, talk: Talk, received: Sequence[tuple[int, str, Received]]) -> list[int]:
    """A row for each file among these new messages (inbox id, conversation, event); the ids, each of which needs a `fetch_media` job."""
    now = talk.ground.clock.now()
    rows = [
        {
            "conversation": conversation_id,
            "inbox": inbox_id,
            "kind": event.media.kind,
            "mime": _short(event.media.mime_type, 200),
            "filename": _short(event.media.filename, 200),
            "now": now,
            "until": now + timedelta(days=talk.shelf.days),
        }
        for inbox_id, conversation_id, event in received
        if event.media is not None and event.kind == "media"
    ]
    ids: list[int] = []
    for row in rows:
        found = await conn.execute(
            text("""insert into media (conversation_id, inbox_id, kind, declared_mime, filename, retry_at, received_at, keep_until)
                    values (:conversation, :inbox, :kind, :mime, :filename, :now, :now, :until)
                    on conflict (inbox_id) do nothing returning id"""),
            row,
        )
        ids.extend(int(row_id) for row_id in found.scalars())
    return ids


def _short(value: str | None, most: int) -> str | None:
    return value.replace("\x00", "")[:most] if value else None


async def still_coming(
    conn: AsyncConnection, talk: Talk, channel: Channel | None, inbox_ids: Sequence[int], now: datetime
) -> bool:
    """Whether a turn on these messages should wait a little for their files."""
    if not isinstance(channel, CarriesMedia):
        return False
    found = await conn.execute(
        text("""select 1 from media where inbox_id = any(:ids) and state = 'waiting'
                and received_at > case when kind in ('voice', 'audio') then cast(:heard as timestamptz) else :seen end limit 1"""),
        {
            "ids": list(inbox_ids),
            "seen": now - _TURN_WAITS,
            "heard": now - (_TURN_LISTENS if talk.transcriber.available else _TURN_WAITS),
        },
    )
    return found.first() is not None


async def fetch_media(
    engine: AsyncEngine, talk: Talk, channels: Mapping[tuple[str, str], Channel], client: httpx.AsyncClient, media_id: int
) -> None:
    """Fetch one file, look at what it is, hear it if it is a recording, and let the talk go on. Harmless when repeated."""
    now = talk.ground.clock.now()
    async with engine.begin() as conn:
        row = (
            await conn.execute(
                text("""update media m set attempts = attempts + 1, retry_at = cast(:now as timestamptz) + interval '90 seconds'
                        from inbox i where m.id = :id and m.state = 'waiting' and i.id = m.inbox_id
                        returning m.conversation_id, m.kind, m.attempts, i.channel, i.account, i.event_sealed"""),
                {"id": media_id, "now": now},
            )
        ).one_or_none()
    if row is None:
        return
    if row.attempts > _MOST_ATTEMPTS:
        # It broke before it could say why: not for ever.
        await _give_up(engine, talk, media_id, row.conversation_id, "lost", "given up after attempts that broke", alarm=False)
        return
    media = _media_of(talk, row.event_sealed)
    channel = channels.get((row.channel, row.account))
    try:
        if media is None or not isinstance(channel, CarriesMedia):
            raise FileRefused("this channel has no files to fetch")
        source = await channel.locate(media)
        fetched = await fetch(client, source, talk.shelf.folder, LARGEST[row.kind])
    except FileRefused as refusal:
        stranger = isinstance(refusal, AddressRefused)
        await _give_up(engine, talk, media_id, row.conversation_id, "refused", str(refusal), alarm=stranger)
        return
    except FetchError as trouble:
        await _again(engine, talk, media_id, row.conversation_id, row.attempts, str(trouble))
        return
    mime = type_of(fetched.head)
    path = await asyncio.to_thread(_shelve, fetched.path, talk.shelf.folder, fetched.sha256, ENDINGS.get(mime, ".bin"))
    known = mime in EXPECTED[row.kind]
    words = None
    if known and row.kind in ("voice", "audio") and talk.transcriber.available:
        words = await _hear(talk, talk.shelf.folder / path)
    async with engine.begin() as conn:
        await conn.execute(
            text("""update media set state = :state, why = :why, mime = :mime, size = :size, sha256 = :sha256, path = :path,
                        words_sealed = :words, fetched_at = :now where id = :id and state = 'waiting'"""),
            {
                "id": media_id,
                "state": "kept" if known else "quarantined",
                "why": None if known else "not a type that is opened here",
                "mime": mime,
                "size": fetched.size,
                "sha256": fetched.sha256,
                "path": path,
                "words": None if words is None else talk.ground.vault.seal(words, SEAL),
                "now": talk.ground.clock.now(),
            },
        )
        await _let_the_talk_go_on(conn, talk, row.conversation_id)


def _media_of(talk: Talk, sealed: bytes) -> Media | None:
    event = event_adapter.validate_json(talk.ground.vault.open(sealed, "inbox"))
    return event.media if isinstance(event, Received) else None


def _shelve(draft: Path, folder: Path, sha256: str, ending: str) -> str:
    """Give the file its name, by its digest; the same file again changes nothing. The path is relative to `folder`."""
    relative = Path(sha256[:2]) / f"{sha256}{ending}"
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft.replace(target)
    return str(relative)


async def _hear(talk: Talk, file: Path) -> str | None:
    try:
        words = await talk.transcriber.transcribe(file)
    except Exception as fault:
        # A model that stumbles over a recording must not lose it: a human can listen.
        _log.warning("not_heard", fault=fault_of(fault))
        return None
    return " ".join(words.split())[:4000] or None if words else None


async def _again(engine: AsyncEngine, talk: Talk, media_id: int, conversation_id: str, attempts: int, why: str) -> None:
    if attempts >= _MOST_ATTEMPTS:
        await _give_up(engine, talk, media_id, conversation_id, "lost", why)
        return
    _log.info("file_did_not_come", attempts=attempts, why=why)
    async with engine.begin() as conn:
        await conn.execute(
            text("update media set retry_at = :at, why = :why where id = :id and state = 'waiting'"),
            {"id": media_id, "why": why[:300], "at": talk.ground.clock.now() + timedelta(seconds=min(2**attempts, 120))},
        )


async def _give_up(
    engine: AsyncEngine, talk: Talk, media_id: int, conversation_id: str, state: str, why: str, *, alarm: bool = False
) -> None:
    _log.warning("file_not_kept", state=state, why=why)
    async with engine.begin() as conn:
        await conn.execute(
            text("update media set state = :state, why = :why where id = :id and state = 'waiting'"),
            {"id": media_id, "state": state, "why": why[:300]},
        )
        if alarm:
            await raise_alarm(conn, "file_address_refused", why, talk.ground.clock.now())
        await _let_the_talk_go_on(conn, talk, conversation_id)


async def _let_the_talk_go_on(conn: AsyncConnection, talk: Talk, conversation_id: str) -> None:
    await talk.jobs.put(conn, "drain", conversation_id)
    await announce(conn, conversation_id)


async def waiting_media(conn: AsyncConnection, now: datetime, limit: int = 200) -> list[int]:
    """Files that are to be fetched now: new ones whose job was lost, and those to be tried again."""
    rows = await conn.execute(
        text("select id from media where state = 'waiting' and retry_at <= :settled order by retry_at limit :limit"),
        {"settled": now - timedelta(seconds=1), "limit": limit},
    )
    return list(rows.scalars())


async def media_of_turn(conn: AsyncConnection, talk: Talk, turn_id: str) -> tuple[TurnMedia, ...]:
    """The files of a turn, in the order in which they were sent."""
    rows = await conn.execute(text(f"{_FILE} where i.turn_id = :turn order by i.id"), {"turn": turn_id})
    return tuple(_file(talk, row) for row in rows)


async def latest_files(conn: AsyncConnection, talk: Talk, conversation_id: str, since: datetime) -> tuple[TurnMedia, ...]:
    """Photos and documents that were sent in this talk since then, the newest first."""
    rows = await conn.execute(
        text(f"""{_FILE} where m.conversation_id = :id and m.received_at > :since and m.kind in ('image', 'document')
                 order by i.id desc limit 3"""),
        {"id": conversation_id, "since": since},
    )
    return tuple(_file(talk, row) for row in rows)


_FILE = """select m.id, m.kind, m.state, coalesce(m.mime, m.declared_mime) mime, m.filename, m.size, m.sha256, m.path, m.words_sealed
    from media m join inbox i on i.id = m.inbox_id"""


def _file(talk: Talk, row: Any) -> TurnMedia:
    return TurnMedia(
        id=row.id,
        kind=row.kind,
        state=row.state,
        mime=row.mime,
        filename=row.filename,
        size=row.size,
        sha256=row.sha256,
        path=talk.shelf.folder / row.path if row.path else None,
        words=talk.ground.vault.open(row.words_sealed, SEAL) if row.words_sealed else None,
    )


async def heard_words(conn: AsyncConnection, talk: Talk, conversation_id: str, media_id: int) -> str | None:
    """The words of a voice note of this conversation."""
    sealed = (
        await conn.execute(
            text("select words_sealed from media where id = :id and conversation_id = :conversation"),
            {"id": media_id, "conversation": conversation_id},
        )
    ).scalar_one_or_none()
    return talk.ground.vault.open(sealed, SEAL) if sealed else None


async def purge_media(engine: AsyncEngine, talk: Talk, limit: int = 500) -> int:
    """Let go of the files whose time is over (and of what was heard in them); returns how many. Their rows stay."""
    now = talk.ground.clock.now()
    async with engine.begin() as conn:
        ended = (
            await conn.execute(
                text("""with ended as (select id, path from media where path is not null and keep_until <= :now limit :limit for update)
                        update media set state = 'purged', path = null, words_sealed = null from ended where media.id = ended.id
                        returning ended.path"""),
                {"now": now, "limit": limit},
            )
        ).scalars()
        paths = set(ended)
        still = await conn.execute(text("select path from media where path = any(:paths)"), {"paths": sorted(paths)})
        # Within the transaction: if a file cannot be removed, its row still names it and it is tried again.
        for path in paths - set(still.scalars()):
            await asyncio.to_thread((talk.shelf.folder / path).unlink, missing_ok=True)
    return len(paths)
