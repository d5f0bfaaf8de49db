"""What the provider thinks of our approved templates: one that is paused or refused is not sent until it may be again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Notice


async def note_template(conn: AsyncConnection, notice: Notice, now: datetime) -> None:
    """Keep what a notice says about a template, if it says something."""
    if notice.template is None or notice.usable is None:
        return
    await conn.execute(
        text("""insert into template_states (channel, name, usable, why, at) values (:channel, :name, :usable, :why, :now)
                on conflict (channel, name) do update set usable = excluded.usable, why = excluded.why, at = excluded.at"""),
        {
            "channel": notice.channel,
            "name": notice.template[:512],
            "usable": notice.usable,
            "why": str(notice.detail.get("reason") or notice.detail.get("event") or "")[:300],
            "now": now,
        },
    )


async def template_usable(conn: AsyncConnection, channel: str, name: str) -> bool:
    """Whether a template may be sent, as far as the provider told; one that it never spoke of may."""
    found = await conn.execute(
        text("select usable from template_states where channel = :channel and name = :name"), {"channel": channel, "name": name}
    )
    usable = found.scalar_one_or_none()
    return usable is not False
