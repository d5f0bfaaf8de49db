"""The pane of a talk: the transcript, older lines of it, and what is answered after something was written."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.guard import DeskRoute, Refused
from desk.lines import SHOWN
from desk.logins import Session
from desk.panes import talk_pane
from desk.room import Room, new_nonce


def routes(room: Room) -> APIRouter:
    here = APIRouter(route_class=DeskRoute, include_in_schema=False)

    @here.get("/c/{conversation_id}/talk")
    async def talk(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            return await pane(room, conn, session, conversation_id, request)

    return here


def first_shown(request: Request) -> int | None:
    """The oldest line that the page shows already; its lines stay when it is drawn again."""
    asked = request.query_params.get("desde", "")
    return int(asked) if asked.isdigit() and len(asked) < 18 else None


def more_shown(request: Request) -> int:
    """How many lines before those shown are asked for."""
    return SHOWN if "antes" in request.query_params else 0


async def pane(
    room: Room, conn: AsyncConnection, session: Session, conversation_id: str, request: Request, nonce: str | None = None
) -> HTMLResponse:
    """The talk as it is now. `nonce` is for the next message."""
    shown = await talk_pane(
        conn, session.agent, conversation_id, room.now(), first=first_shown(request), before=more_shown(request)
    )
    if shown is None:
        raise Refused(404, "Não encontramos esta conversa.")
    return room.html("talk.html", session=session, pane=shown, fresh_nonce=nonce)


async def written(
    room: Room, request: Request, conn: AsyncConnection, session: Session, conversation_id: str, what: str
) -> Response:
    """What is answered after something was written: the fresh talk to htmx, the page to a plain form."""
    if not request.headers.get("hx-request"):
        return RedirectResponse(f"/desk/c/{conversation_id}", 303)
    response = await pane(room, conn, session, conversation_id, request, new_nonce() if what == "reply" else None)
    response.headers["HX-Trigger"] = f"desk-{what}-written"
    return response
