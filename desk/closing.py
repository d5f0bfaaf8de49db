"""The routes of a talk's end: the two levels, what each does and what the bot says next, ten seconds to take it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import get, live_proof
from conversations.wording import money
from desk import drafts
from desk.dispositions import DISPOSITIONS, GROUPS, LACKS, first_words, suggested
from desk.endings import begin, finish, summary_of, undo, waiting_ending, waiting_of, what_was_done
from desk.guard import DeskRoute, Refused
from desk.room import clean

if TYPE_CHECKING:
    from desk.room import Room


def routes(room: Room) -> APIRouter:
    closing = _Closing(room)
    made = APIRouter(route_class=DeskRoute, include_in_schema=False)
    made.add_api_route("/c/{conversation_id}/return", closing.form, methods=["GET"])
    made.add_api_route("/c/{conversation_id}/return/check", closing.check, methods=["GET"])
    made.add_api_route("/c/{conversation_id}/return", closing.begin, methods=["POST"])
    made.add_api_route("/c/{conversation_id}/return/undo", closing.undo, methods=["POST"])
    made.add_api_route("/c/{conversation_id}/return/now", closing.now, methods=["POST"])
    made.add_api_route("/endings", closing.bar, methods=["GET"])
    return made


class _Closing:
    def __init__(self, room: Room) -> None:
        self._room = room

    async def form(self, request: Request, conversation_id: str) -> Response:
        async with self._room.engine.begin() as conn:
            session = await self._room.session(conn, request)
            opened = await self._room.mine(conn, session, conversation_id)
            if opened.owner != "agent" or opened.agent_id != session.agent.id:
                raise Refused(409, "Este atendimento já não está com você.")
            done = await what_was_done(conn, await get(conn, conversation_id))
        reason = str(self._room.pages.get_template("words.html").module.reason(opened.reason)).strip()  # type: ignore[attr-defined]
        part = bool(request.headers.get("hx-request"))
        return self._room.html(
            "ending.html" if part else "ending_page.html",
            session=session,
            opened=opened,
            groups=GROUPS,
            dispositions=list(DISPOSITIONS.values()),
            suggested=suggested(done),
            lacking={one.name for one in DISPOSITIONS.values() if not done.has(one.needs)},
            proposed=summary_of(done, reason, money),
        )

    async def check(self, request: Request, conversation_id: str) -> Response:
        chosen = DISPOSITIONS.get(request.query_params.get("disposition", ""))
        async with self._room.engine.begin() as conn:
            session = await self._room.session(conn, request)
            opened = await self._room.mine(conn, session, conversation_id)
            words = lacks = None
            if chosen is not None and opened.owner == "agent":
                conversation = await get(conn, conversation_id)
                done = await what_was_done(conn, conversation)
                lacks = LACKS[chosen.needs] if chosen.needs and not done.has(chosen.needs) else None
                words = await self._next_words(conn, conversation_id, opened.channel, chosen.name)
        return self._room.html("ending_check.html", session=session, chosen=chosen, words_next=words, lacks=lacks)

    async def _next_words(self, conn: AsyncConnection, conversation_id: str, channel: str, name: str) -> str | None:
        """The very words that the bot will say; None when it will say nothing."""
        conversation = await get(conn, conversation_id)
        done = await what_was_done(conn, conversation)
        chosen = DISPOSITIONS[name]
        proven = await live_proof(conn, conversation_id, self._room.now()) is not None
        said = first_words(chosen, done, proven=proven and not {"unlink", "void"} & set(chosen.effects))
        if said is None:
            return None
        return self._room.talk.wording.word(said, channel=channel, seed=conversation_id).body

    async def begin(self, request: Request, conversation_id: str) -> Response:
        async with self._room.engine.begin() as conn:
            session, fields = await self._room.own_form(conn, request)
            await self._room.mine(conn, session, conversation_id)
            summary = clean(fields.get("note", ""))
            await begin(conn, self._room.talk, conversation_id, session.agent.id, fields.get("disposition", ""), summary)
            await drafts.sent(conn, session.agent, conversation_id, "return", "", self._room.now())
        return RedirectResponse(f"/desk/c/{conversation_id}", 303)

    async def undo(self, request: Request, conversation_id: str) -> Response:
        async with self._room.engine.begin() as conn:
            session, _ = await self._room.own_form(conn, request)
            await self._room.mine(conn, session, conversation_id)
            if not await undo(conn, self._room.talk, conversation_id, session.agent.id):
                raise Refused(409, "Já foi devolvida: não dá mais para desfazer.")
        return self._answered(request, conversation_id, "Devolução desfeita. O atendimento continua com você.")

    async def now(self, request: Request, conversation_id: str) -> Response:
        async with self._room.engine.begin() as conn:
            session, _ = await self._room.own_form(conn, request)
            await self._room.mine(conn, session, conversation_id)
            waiting = await waiting_ending(conn, conversation_id)
            if waiting is None or waiting.agent_id != session.agent.id:
                raise Refused(409, "Não há devolução esperando.")
            done = await finish(conn, self._room.talk, waiting.id)
        if not done:
            return self._answered(request, conversation_id, "O cliente escreveu: a devolução foi desfeita.")
        return RedirectResponse(f"/desk/c/{conversation_id}?aviso=devolvida", 303)

    def _answered(self, request: Request, conversation_id: str, told: str) -> Response:
        if not request.headers.get("hx-request"):
            return RedirectResponse(f"/desk/c/{conversation_id}", 303)
        response = Response(status_code=200, media_type="text/html")
        response.headers["HX-Trigger"] = json.dumps({"desk-settled": told, "desk-deed-done": "undo"})
        return response

    async def bar(self, request: Request) -> Response:
        async with self._room.engine.begin() as conn:
            session = await self._room.session(conn, request)
            waiting = await waiting_of(conn, session.agent.id)
        return self._room.html(
            "endings.html", session=session, endings=waiting, dispositions=DISPOSITIONS, open_id=request.query_params.get("open")
        )
