"""What the composer of a page shows when it is opened: the draft that waits, what is held, templates where only they reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.preview import Shown
from desk import approved, canned, drafts
from desk.composing import seen_by_channel
from desk.conduct import Finding, findings
from desk.known import known_of
from desk.logins import Session
from desk.panes import TalkPane
from desk.room import Room


@dataclass(frozen=True)
class Composer:
    """`held` keeps the draft from being sent; `shown` is its preview, when asked for; `days` may complete the templates."""

    drafts: drafts.Drafts
    held: Sequence[Finding] = ()
    shown: Sequence[Shown] = ()
    approved: Sequence[approved.Approved] = ()
    days: Sequence[str] = ()


async def composer_of(room: Room, conn: AsyncConnection, session: Session, pane: TalkPane, request: Request) -> Composer:
    opened, asked = pane.opened, request.query_params
    waiting = await drafts.drafts_of(conn, room.ground.vault, session.agent, opened.id)
    if "pronta" in asked:
        words = await canned.one_filled(room, conn, session, opened, asked["pronta"])
        waiting = replace(waiting, reply="\n".join(part for part in (waiting.reply, words) if part))
    found = Composer(waiting)
    if waiting.reply and asked.get("aviso") == "guarda":
        found = replace(found, held=findings(waiting.reply, await known_of(conn, room.till, opened)))
    if waiting.reply and "previa" in asked:
        found = replace(found, shown=seen_by_channel(opened, waiting.reply))
    if approved.closed_by_window(opened, pane.silent_because):
        known = await known_of(conn, room.till, opened)
        found = replace(found, approved=await approved.approved_for(conn, opened.channel), days=approved.days_for(known))
    return found
