"""The composer: a message to the person past the guard, a note among the team, and the draft of either."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Text
from channels.preview import Shown, preview
from conversations import audit, handover
from desk import company, drafts, store
from desk.conduct import Finding, findings
from desk.guard import DeskRoute, Refused
from desk.known import known_of
from desk.logins import Session
from desk.panes import talk_pane
from desk.room import NONCE, Room, clean
from desk.talking import written

MAX_REPLY = 4096
MAX_NOTE = 4000

SILENT = {
    "queue": "Assuma o atendimento antes de responder.",
    "bot": "Esta conversa está com o assistente. Assuma antes de responder.",
    "other": "Outra pessoa está com este atendimento. Sua mensagem não foi enviada.",
    "opted_out": "O cliente pediu para não receber mensagens.",
    "window": "A janela de 24 horas fechou. Dá para escrever de novo quando o cliente mandar mensagem.",
}


def routes(room: Room) -> APIRouter:
    here = APIRouter(route_class=DeskRoute, include_in_schema=False)

    @here.post("/c/{conversation_id}/reply")
    async def reply(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            words = clean(fields.get("text", ""))
            nonce = fields.get("nonce", "")
            if not words:
                raise Refused(422, "Escreva a mensagem antes de enviar.")
            if len(words) > MAX_REPLY:
                raise Refused(422, f"A mensagem passa de {MAX_REPLY} caracteres. Divida em duas.")
            if not NONCE.fullmatch(nonce):
                raise Refused(422, "Recarregue a página e envie de novo.")
            await may_speak(room, conn, session, conversation_id)
            held = findings(words, await known_of(conn, room.till, opened))
            if held:
                return await _held(room, request, conn, session, conversation_id, words, held)
            # The same form sends the same words once; other words from it are another message.
            source = f"agent:{session.agent.id}:{nonce}:{hashlib.sha256(words.encode()).hexdigest()[:12]}"
            await company.stop_if_newer(conn, conversation_id, fields.get("seen"), source)
            said = await handover.speak(conn, room.talk, conversation_id, session.agent.id, words, source=source)
            if not said:
                raise Refused(409, SILENT["other"])
            await drafts.sent(conn, session.agent, conversation_id, "reply", nonce, room.now())
            return await written(room, request, conn, session, conversation_id, "reply")

    @here.post("/c/{conversation_id}/note")
    async def note(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            await room.mine(conn, session, conversation_id)
            words = clean(fields.get("text", ""))
            if not words:
                raise Refused(422, "Escreva a nota antes de salvar.")
            if len(words) > MAX_NOTE:
                raise Refused(422, f"A nota passa de {MAX_NOTE} caracteres.")
            await handover.note(conn, room.talk, conversation_id, session.agent.id, words)
            await drafts.sent(conn, session.agent, conversation_id, "note", "", room.now())
            return await written(room, request, conn, session, conversation_id, "note")

    @here.post("/c/{conversation_id}/draft")
    async def draft(request: Request, conversation_id: str) -> Response:
        """Keeps what is being typed, and says at once what the guard would say."""
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            kind, words = fields.get("kind", ""), clean(fields.get("text", ""))
            if kind not in drafts.KINDS or len(words) > MAX_REPLY:
                raise Refused(422, "Não foi possível guardar este rascunho.")
            kept = await drafts.keep(
                conn, room.ground.vault, session.agent, conversation_id, kind, words, fields.get("nonce", ""), room.now()
            )
            held = findings(words, await known_of(conn, room.till, opened)) if kind == "reply" and words else []
        answer = room.html("held.html", held=held, sent=False)
        answer.headers["X-Kept"] = "yes" if kept else "no"
        return answer

    @here.post("/c/{conversation_id}/preview")
    async def shown(request: Request, conversation_id: str) -> Response:
        """How the words will look on the person's channel; a plain form is led back to the page, which shows it."""
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            words = clean(fields.get("text", ""))[:MAX_REPLY]
            if not request.headers.get("hx-request"):
                await drafts.keep(conn, room.ground.vault, session.agent, conversation_id, "reply", words, "", room.now())
                return RedirectResponse(f"/desk/c/{conversation_id}?previa=1", 303)
        return room.html("preview.html", opened=opened, shown=seen_by_channel(opened, words))

    return here


def seen_by_channel(opened: store.Opened, words: str) -> Sequence[Shown]:
    """The words as the person's channel shows them, first, and as the other kind does."""
    return preview(opened.channel, Text(body=words)) if words else ()


async def may_speak(room: Room, conn: AsyncConnection, session: Session, conversation_id: str, *, template: bool = False) -> None:
    """Refuses whoever has not the talk, or whose words would not be carried now. A template passes a closed window."""
    pane = await talk_pane(conn, session.agent, conversation_id, room.now(), lines=False)
    why = pane.silent_because if pane else "other"
    if why is not None and not (template and why == "window"):
        raise Refused(409, SILENT[why])


async def _held(
    room: Room,
    request: Request,
    conn: AsyncConnection,
    session: Session,
    conversation_id: str,
    words: str,
    held: Sequence[Finding],
) -> Response:
    """The words stay at the desk, as a draft; what was stopped is written down by its kinds alone."""
    await drafts.keep(conn, room.ground.vault, session.agent, conversation_id, "reply", words, "", room.now())
    await audit.record(
        conn,
        f"agent:{session.agent.id}",
        "reply.held",
        conversation_id,
        {"kinds": sorted({one.kind for one in held})},
        room.now(),
        tenant_id=session.agent.tenant_id,
    )
    if not request.headers.get("hx-request"):
        return RedirectResponse(f"/desk/c/{conversation_id}?aviso=guarda", 303)
    return room.html("held.html", 422, held=held, sent=True)
