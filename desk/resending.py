"""A message of an agent's that did not arrive, sent once more: only what surely failed, and only once."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from channels.message import outgoing_adapter
from conversations.handover import announce
from conversations.reply import say_as_agent
from desk.composing import SILENT, may_speak
from desk.conduct import findings
from desk.guard import DeskRoute, Refused
from desk.known import known_of
from desk.lines import sent_line
from desk.room import Room
from desk.talking import written


def routes(room: Room) -> APIRouter:
    here = APIRouter(route_class=DeskRoute, include_in_schema=False)

    @here.post("/c/{conversation_id}/again")
    async def again(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            await may_speak(room, conn, session, conversation_id)
            number = fields.get("id", "")
            line = (
                await sent_line(conn, session.agent.tenant_id, conversation_id, int(number))
                if number.isdigit() and len(number) < 18
                else None
            )
            if line is None or line.message is None:
                raise Refused(404, "Não encontramos esta mensagem.")
            if line.again_at is None:
                # What it says must still be so: an amount or a code may have changed since.
                if not line.may_go_again:
                    raise Refused(409, "Esta mensagem não pode ser reenviada.")
                held = findings(line.text, await known_of(conn, room.till, opened))
                if held:
                    raise Refused(422, f"O que ela dizia mudou desde então. {held[0].why} Escreva de novo.")
                message = outgoing_adapter.validate_python(dict(line.message))
                source = f"again:{line.outbox_id}"
                if not await say_as_agent(conn, room.talk, conversation_id, session.agent.id, message, line.text, source=source):
                    raise Refused(409, SILENT["other"])
                await announce(conn, conversation_id)
            return await written(room, request, conn, session, conversation_id, "again")

    return here
