"""The supervisors' live board: who waits, who serves, how long it takes; taking a talk over, a word in an agent's ear; each agent's own day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import handover
from desk.access import creditors_of
from desk.counting import approvals, average, counts, live, my_day
from desk.guard import DeskRoute, Refused
from desk.logins import Session
from desk.matters import SUPERVISORS
from desk.room import clean
from desk.seats import seats

if TYPE_CHECKING:
    from desk.room import Room

_MAX_WHISPER = 1000


def routes(room: Room) -> APIRouter:
    board = _Board(room)
    made = APIRouter(route_class=DeskRoute, include_in_schema=False)
    made.add_api_route("/board", board.page, methods=["GET"])
    made.add_api_route("/board/live", board.part, methods=["GET"])
    made.add_api_route("/my-day", board.day, methods=["GET"])
    made.add_api_route("/places", board.places, methods=["GET"])
    made.add_api_route("/c/{conversation_id}/take-over", board.take_over, methods=["POST"])
    made.add_api_route("/c/{conversation_id}/whisper", board.whisper, methods=["POST"])
    return made


class _Board:
    def __init__(self, room: Room) -> None:
        self._room = room

    async def page(self, request: Request) -> Response:
        async with self._room.engine.begin() as conn:
            session = self._supervisor(await self._room.session(conn, request))
            return self._room.html("board.html", session=session, **await self._seen(conn, session))

    async def part(self, request: Request) -> Response:
        async with self._room.engine.begin() as conn:
            session = self._supervisor(await self._room.session(conn, request))
            return self._room.html("board_live.html", session=session, **await self._seen(conn, session))

    async def _seen(self, conn: AsyncConnection, session: Session) -> dict[str, Any]:
        tenant, now = session.agent.tenant_id, self._room.now()
        only = session.agent.id if await creditors_of(conn, session.agent.id) else None
        return {
            "all": (await counts(conn, tenant, now, seen_by=only))[0],
            "queues": await counts(conn, tenant, now, by="queue", seen_by=only),
            "agents": {one.name: one for one in await counts(conn, tenant, now, by="agent", seen_by=only)},
            "seats": await seats(conn, tenant),
            "live": await live(conn, tenant, seen_by=only),
            "approvals": await approvals(conn, tenant, seen_by=only),
            "average": average,
        }

    async def day(self, request: Request) -> Response:
        async with self._room.engine.begin() as conn:
            session = await self._room.session(conn, request)
            agent = session.agent
            found = await my_day(conn, agent.tenant_id, agent.id, agent.name, self._room.now())
        return self._room.html("my_day.html", session=session, day=found, average=average)

    async def places(self, request: Request) -> Response:
        """How many proposals wait for whoever may allow them: the count beside the board's name."""
        async with self._room.engine.begin() as conn:
            session = self._supervisor(await self._room.session(conn, request))
            only = session.agent.id if await creditors_of(conn, session.agent.id) else None
            waiting = len(await approvals(conn, session.agent.tenant_id, seen_by=only))
        return self._room.html("board_count.html", waiting=waiting)

    async def take_over(self, request: Request, conversation_id: str) -> Response:
        async with self._room.engine.begin() as conn:
            session, _ = await self._room.own_form(conn, request)
            self._supervisor(session)
            opened = await self._room.mine(conn, session, conversation_id)
            talk, me = self._room.talk, session.agent.id
            if opened.owner == "agent" and opened.agent_id != me:
                won = await handover.transfer(
                    conn, talk, conversation_id, me, to_agent=me, note="Assumido pela supervisão.", whose=False
                )
            else:
                won = await handover.take(conn, talk, conversation_id, me)
        return RedirectResponse(f"/desk/c/{conversation_id}" + ("" if won else "?aviso=outro"), 303)

    async def whisper(self, request: Request, conversation_id: str) -> Response:
        async with self._room.engine.begin() as conn:
            session, fields = await self._room.own_form(conn, request)
            self._supervisor(session)
            opened = await self._room.mine(conn, session, conversation_id)
            words = clean(fields.get("words", ""))
            if not words:
                raise Refused(422, "Escreva o cochicho.")
            if len(words) > _MAX_WHISPER:
                raise Refused(422, f"O cochicho passa de {_MAX_WHISPER} caracteres.")
            if opened.owner != "agent" or opened.agent_id == session.agent.id:
                raise Refused(409, "Só dá para cochichar com quem está atendendo.")
            await handover.whisper(conn, self._room.talk, conversation_id, session.agent.id, words)
        if not request.headers.get("hx-request"):
            return RedirectResponse(f"/desk/c/{conversation_id}", 303)
        response = Response(status_code=200, media_type="text/html")
        told = f"Cochicho enviado a {opened.agent_name}. O cliente não vê."
        response.headers["HX-Trigger"] = json.dumps({"desk-settled": told, "desk-deed-done": "whisper"})
        return response

    def _supervisor(self, session: Session) -> Session:
        if session.agent.role not in SUPERVISORS:
            raise Refused(403, "Só a supervisão abre esta página.")
        return session
