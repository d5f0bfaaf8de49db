"""What an operator must look at: kept once per kind and subject, counted, until resolved."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_log = structlog.get_logger("trato.alarm")


async def raise_alarm(conn: AsyncConnection, kind: str, detail: str, now: datetime, *, subject: str = "") -> None:
    """Record an alarm in this transaction, and say it in the log. `detail` must hold no personal data."""
    _log.error("alarm", kind=kind, subject=subject, detail=detail)
    await conn.execute(
        text("""insert into alarms (kind, subject, detail, since, last_at) values (:kind, :subject, :detail, :now, :now)
                on conflict (tenant_id, kind, subject) where resolved_at is null
                do update set detail = excluded.detail, last_at = excluded.last_at, times = alarms.times + 1"""),
        {"kind": kind, "subject": subject, "detail": detail[:500], "now": now},
    )
