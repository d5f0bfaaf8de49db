"""What the simulated world remembers, in one SQLite file: chats, files, charges, payments, notices still to be delivered.

The simulator may live in the product's web process, which tests kill without warning: each write is its own transaction.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_SCHEMA = """
create table if not exists thing (kind text not null, id text not null, body text not null, primary key (kind, id));
create table if not exists message (
    seq integer primary key autoincrement, phone text not null, wamid text not null unique, body text not null
);
create index if not exists message_phone on message (phone, seq);
create table if not exists event (seq integer primary key autoincrement, body text not null);
create table if not exists media (id text primary key, mime text not null, filename text not null, body blob not null);
create table if not exists notice (
    id integer primary key autoincrement, target text not null, url text not null, body blob not null, about text not null,
    tries integer not null
);
"""


@dataclass(frozen=True)
class Media:
    """A stored file."""

    id: str
    mime: str
    filename: str
    body: bytes


@dataclass(frozen=True)
class Notice:
    """A webhook body that its receiver has not confirmed yet; `target` is meta or psp, `about` the wamid of a person's message."""

    id: int
    target: str
    url: str
    body: bytes
    about: str
    tries: int


class State:
    """The SQLite file. Small and local, so it is called from the event loop directly."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def put(self, kind: str, key: str, body: Json) -> None:
        """Keeps a thing of a kind (phone, cob, pix, webhook, …) under its key."""
        self._db.execute("insert or replace into thing values (?, ?, ?)", (kind, key, json.dumps(body)))

    def get(self, kind: str, key: str) -> Json | None:
        """The thing, or None."""
        row = self._db.execute("select body from thing where kind = ? and id = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> list[Json]:
        """All things of a kind, in the order in which they were last written."""
        return [json.loads(row[0]) for row in self._db.execute("select body from thing where kind = ? order by rowid", (kind,))]

    def drop(self, kind: str, key: str) -> None:
        """Forgets a thing."""
        self._db.execute("delete from thing where kind = ? and id = ?", (kind, key))

    def add_message(self, message: Json) -> None:
        """Appends a message to its phone's chat; sets its `seq`."""
        cursor = self._db.execute(
            "insert into message (phone, wamid, body) values (?, ?, ?)", (message["phone"], message["id"], json.dumps(message))
        )
        message["seq"] = cursor.lastrowid

    def save_message(self, message: Json) -> None:
        """Writes a changed message."""
        self._db.execute("update message set body = ? where wamid = ?", (json.dumps(message), message["id"]))

    def message(self, wamid: str) -> Json | None:
        """One message, or None."""
        row = self._db.execute("select seq, body from message where wamid = ?", (wamid,)).fetchone()
        return {**json.loads(row[1]), "seq": row[0]} if row else None

    def unfinished(self) -> list[str]:
        """The business's messages that somebody may still have to receive or read, oldest first."""
        query = "select wamid from message where json_extract(body, '$.side') = 'business'"
        query += " and json_extract(body, '$.status') in ('accepted', 'sent', 'delivered') order by seq"
        return [str(row[0]) for row in self._db.execute(query)]

    def paid_with(self, code: str) -> list[Json]:
        """The messages that carry this payment code."""
        query = "select seq, body from message where json_extract(body, '$.pay') = ? order by seq"
        return [{**json.loads(body), "seq": seq} for seq, body in self._db.execute(query, (code,)).fetchall()]

    def messages(self, phone: str, after: int = 0) -> Iterator[Json]:
        """A phone's chat in order, from behind `after`."""
        query = "select seq, body from message where phone = ? and seq > ? order by seq"
        rows = self._db.execute(query, (phone, after)).fetchall()
        return ({**json.loads(body), "seq": seq} for seq, body in rows)

    def add_event(self, body: Json) -> int:
        """Appends to what the page is told, keeping the last few thousand for pages that come back."""
        seq = int(self._db.execute("insert into event (body) values (?)", (json.dumps(body),)).lastrowid or 0)
        if seq % 500 == 0:
            self._db.execute("delete from event where seq < ?", (seq - 4000,))
        return seq

    def events(self, after: int) -> list[tuple[int, Json]]:
        """Events behind `after`, with their numbers."""
        rows = self._db.execute("select seq, body from event where seq > ? order by seq", (after,))
        return [(seq, json.loads(body)) for seq, body in rows]

    def event_span(self) -> tuple[int, int]:
        """The first event still kept and the last one (0 and 0 when there is none)."""
        first, last = self._db.execute("select coalesce(min(seq), 0), coalesce(max(seq), 0) from event").fetchone()
        return int(first), int(last)

    def add_media(self, media: Media) -> None:
        """Keeps a file."""
        self._db.execute("insert into media values (?, ?, ?, ?)", (media.id, media.mime, media.filename, media.body))

    def media(self, key: str) -> Media | None:
        """A file, or None."""
        row = self._db.execute("select id, mime, filename, body from media where id = ?", (key,)).fetchone()
        return Media(*row) if row else None

    def drop_media(self, key: str) -> bool:
        """Deletes a file; False if there was none."""
        return self._db.execute("delete from media where id = ?", (key,)).rowcount > 0

    def add_notice(self, target: str, url: str, body: bytes, about: str) -> Notice:
        """Queues a webhook body."""
        query = "insert into notice (target, url, body, about, tries) values (?, ?, ?, ?, 0)"
        key = self._db.execute(query, (target, url, body, about)).lastrowid
        return Notice(int(key or 0), target, url, body, about, 0)

    def notices(self) -> list[Notice]:
        """Bodies still to be delivered, oldest first."""
        return [Notice(*row) for row in self._db.execute("select id, target, url, body, about, tries from notice order by id")]

    def count_try(self, key: int) -> None:
        """One more attempt was made."""
        self._db.execute("update notice set tries = tries + 1 where id = ?", (key,))

    def drop_notice(self, key: int) -> None:
        """Delivered, or given up."""
        self._db.execute("delete from notice where id = ?", (key,))
