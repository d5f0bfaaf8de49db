"""The lines of a talk as an agent reads them: what was offered and what was tapped, files, and what became of each message of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.files import how_shown

SHOWN = 80
"""Lines that a talk opens with, and that each look further back adds."""

_MOST = 2000
_RESENDABLE = frozenset({"text", "document", "image", "link"})
_NEVER_AGAIN = frozenset({"131021", "131026", "131050", "131051", "window_closed", "expired", "63016", "63024", "21610", "21614"})
"""Providers' codes after which the same message to the same person fails again: of the number, the type, or the person's own wish."""


@dataclass(frozen=True)
class SentFile:
    """A file that somebody sent (`conversations.media`). `mime` is what its own bytes say; `path` is relative to the shelf."""

    id: int
    kind: str
    state: str
    mime: str | None
    filename: str | None
    size: int | None
    path: str | None
    heard_sealed: bytes | None = None
    """The words of a recording, sealed."""

    @property
    def shown_as(self) -> str | None:
        """How a page shows it: `image`, `audio`, `video`, `download`; None when it is not there to be opened."""
        return how_shown(self.kind, self.mime) if self.state == "kept" and self.mime else None

    @property
    def is_pdf(self) -> bool:
        return self.mime == "application/pdf"


@dataclass(frozen=True)
class Offered:
    """An answer that was offered: a button, a row, or a card with its words."""

    label: str
    description: str | None
    tapped: bool
    title: str | None = None
    body: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of a talk. `state` and what follows are of the delivery, for what we said."""

    id: int
    author: str
    agent_name: str | None
    text: str
    detail: Mapping[str, Any]
    at: datetime
    outbox_id: int | None
    message: Mapping[str, Any] | None
    """What was sent, as the channel's message type has it."""
    state: str | None
    delivery: str | None
    error_code: str | None
    error_text: str | None
    source: str | None = None
    again_at: datetime | None = None
    """When it was sent once more, after it had failed."""
    file: SentFile | None = None
    """The file that came with it."""
    offered: tuple[Offered, ...] = ()

    @property
    def kind(self) -> str:
        return str(self.detail.get("kind") or "text")

    @property
    def fate(self) -> str | None:
        """One word for what became of a message of ours: `queued`, `sending`, `sent`, `delivered`, `read`, `failed`,
        `unknown`, `dead` or `suppressed`."""
        if self.state != "sent" or self.delivery is None:
            return "failed" if self.delivery == "failed" else self.state
        return self.delivery

    @property
    def card(self) -> Mapping[str, Any] | None:
        """The payment card that was sent, by itself or within a template."""
        if self.message is None:
            return None
        found = self.message if self.kind == "payment_card" else self.message.get("card") if self.kind == "template" else None
        return found if isinstance(found, Mapping) else None

    @property
    def our_file(self) -> Mapping[str, Any] | None:
        """The file that we sent."""
        found = self.message.get("file") if self.message else None
        return found if isinstance(found, Mapping) else None

    @property
    def actions(self) -> Sequence[Mapping[str, Any]]:
        """What its buttons do on the phone itself."""
        return list(self.message.get("actions") or ()) if self.message else []

    @property
    def may_go_again(self) -> bool:
        """Whether sending it once more is safe and may help: it surely did not arrive, and nothing says that it never will."""
        return (
            self.fate in ("failed", "dead")
            and self.author == "agent"
            and self.again_at is None
            and self.kind in _RESENDABLE
            and self.error_code not in _NEVER_AGAIN - {"window_closed"}
            and self.error_code != "unknown_outcome"
        )


@dataclass(frozen=True)
class Lines:
    """Lines of a talk, the oldest first; `earlier` says that there are some before them."""

    shown: tuple[Line, ...]
    earlier: bool

    @property
    def first(self) -> int:
        return self.shown[0].id if self.shown else 0

    @property
    def last(self) -> Line | None:
        return self.shown[-1] if self.shown else None


_SELECT = """select t.id, t.author, a.name agent_name, t.text, t.detail, t.at, t.outbox_id, o.message, o.state, o.delivery, o.error_code,
    o.error_text, o.source, m.id file_id, m.kind file_kind, m.state file_state, m.mime file_mime, m.filename file_name,
    m.size file_size, m.words_sealed file_heard,
    (select again.queued_at from outbox again where again.tenant_id = o.tenant_id and again.source = 'again:' || o.id limit 1) again_at
    from {lines} t
    left join media m on m.inbox_id = t.inbox_id and m.tenant_id = t.tenant_id
    left join agents a on a.id = t.agent_id and a.tenant_id = t.tenant_id
    left join outbox o on o.id = t.outbox_id
    order by t.id"""


async def lines_of(
    conn: AsyncConnection, tenant_id: int, conversation_id: str, *, first: int | None = None, before: int = 0
) -> Lines:
    """The last lines of the talk: as many as a talk opens with, or all from `first` on; `before` adds so many before that."""
    count = SHOWN
    if first is not None:
        counted = await conn.execute(
            text("""select count(*) from (select 1 from transcript where conversation_id = :id and tenant_id = :tenant and id >= :first
                    order by id desc limit :most) later"""),
            {"id": conversation_id, "tenant": tenant_id, "first": first, "most": _MOST},
        )
        count = max(SHOWN, int(counted.scalar_one()))
    limit = min(count + before, _MOST)
    rows = (
        await conn.execute(
            text(
                _SELECT.format(
                    lines="""(select * from transcript where conversation_id = :id and tenant_id = :tenant
                              order by id desc limit :limit)"""
                )
            ),
            {"id": conversation_id, "tenant": tenant_id, "limit": limit + 1},
        )
    ).all()
    tapped = {str(row.detail.get("choice")) for row in rows if row.author == "debtor" and row.detail.get("choice")}
    lines = [_line(row, tapped) for row in rows]
    return Lines(tuple(lines[-limit:]), len(lines) > limit)


async def sent_line(conn: AsyncConnection, tenant_id: int, conversation_id: str, outbox_id: int) -> Line | None:
    """The line of a message of ours in this talk; its message is held until the transaction ends."""
    held = await conn.execute(
        text("select 1 from outbox where id = :outbox and conversation_id = :id and tenant_id = :tenant for update"),
        {"outbox": outbox_id, "id": conversation_id, "tenant": tenant_id},
    )
    if held.first() is None:
        return None
    rows = await conn.execute(
        text(_SELECT.format(lines="(select * from transcript where outbox_id = :outbox and conversation_id = :id)")),
        {"outbox": outbox_id, "id": conversation_id},
    )
    row = rows.first()
    return _line(row, set()) if row is not None else None


def _line(row: Any, tapped: set[str]) -> Line:
    values = {name: value for name, value in row._mapping.items() if not name.startswith("file_")}
    line = Line(**values, offered=_offered(row.message, row.detail, tapped))
    if row.file_id is None:
        return line
    sent = SentFile(
        row.file_id, row.file_kind, row.file_state, row.file_mime, row.file_name, row.file_size, None, heard_sealed=row.file_heard
    )
    return replace(line, file=sent)


def _offered(message: Mapping[str, Any] | None, detail: Mapping[str, Any], tapped: set[str]) -> tuple[Offered, ...]:
    """The answers of a message, from what was sent itself; an old line has only their names."""
    if message is None:
        return tuple(Offered(str(label), None, False) for label in detail.get("options") or ())
    found: list[Offered] = []
    for card in message.get("cards") or ():
        option = card["option"]
        label = str(card.get("button") or option["label"])
        found.append(Offered(label, None, option["id"] in tapped, title=card.get("title"), body=card.get("body")))
    for option in message.get("options") or ():
        found.append(Offered(str(option["label"]), option.get("description"), option["id"] in tapped))
    return tuple(found)
