"""Who did what, written so that a later change of the record shows: every line holds the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_CHAIN_LOCK = 0x7472_6174_6F01
"""One writer at a time appends to the chain; held until the transaction ends, so take other locks first."""


async def record(
    conn: AsyncConnection,
    actor: str,
    what: str,
    subject: str | None,
    detail: Mapping[str, Any],
    now: datetime,
    *,
    tenant_id: int = 1,
) -> None:
    """Append one line in the caller's transaction.

    `actor` names who (`bot`, `debtor`, `agent:7`), `what` the deed (`handoff.taken`, `document.revealed`), `subject` on what.
    `detail` is JSON without floats and without personal data. Call it last: the chain stays locked until the commit.
    """
    await conn.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _CHAIN_LOCK})
    previous = (await conn.execute(text("select hash from audit order by id desc limit 1"))).scalar_one_or_none()
    written = json.dumps(dict(detail), ensure_ascii=False)
    await conn.execute(
        text("""insert into audit (tenant_id, at, actor, what, subject, detail, previous, hash)
                values (:tenant, :at, :actor, :what, :subject, :detail, :previous, :hash)"""),
        {
            "tenant": tenant_id,
            "at": now,
            "actor": actor,
            "what": what,
            "subject": subject,
            "detail": written,
            "previous": previous,
            "hash": _link(previous, tenant_id, now, actor, what, subject, json.loads(written)),
        },
    )


async def check_chain(conn: AsyncConnection) -> list[str]:
    """What is wrong with the record, one sentence for each fault; empty when it is whole. For `trato verify`."""
    faults: list[str] = []
    before: bytes | None = None
    lines = await conn.stream(
        text("select id, tenant_id, at, actor, what, subject, detail, previous, hash from audit order by id")
    )
    async for line in lines:
        previous = bytes(line.previous) if line.previous is not None else None
        if previous != before:
            faults.append(f"audit {line.id}: the line before it was removed or changed")
        if bytes(line.hash) != _link(previous, line.tenant_id, line.at, line.actor, line.what, line.subject, line.detail):
            faults.append(f"audit {line.id}: the line was changed after it was written")
        before = bytes(line.hash)
    return faults


def _link(
    previous: bytes | None, tenant_id: int, at: datetime, actor: str, what: str, subject: str | None, detail: Mapping[str, Any]
) -> bytes:
    content = json.dumps(
        [tenant_id, at.astimezone(UTC).isoformat(timespec="microseconds"), actor, what, subject, detail],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256((bytes(previous) if previous else b"") + content.encode()).digest()
