"""The human agents' desk: the list of talks, one talk, what is known of the person; take, reply, note, return."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Protocol

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse, RedirectResponse, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit, handover
from conversations.falling_silent import fallen_silent
from desk import (
    approved,
    attaching,
    board,
    canned,
    closing,
    company,
    composing,
    files,
    finding,
    queues,
    resending,
    seats,
    serving,
    store,
    suggesting,
    talking,
    viewing,
    workbench,
    writing,
)
from desk.access import Gate
from desk.answers import answer_dispute_form, answer_proposal_form, close_request_form, lift_pause_form
from desk.composer import composer_of
from desk.guard import DeskRoute, Refused, give_cookie, take_cookie, token_of
from desk.live import Change, Feed, horizon, missed
from desk.logins import Agent, Refusal, Session
from desk.panes import debtor_pane, talk_pane
from desk.room import STATIC, DeskContext, Room, fields_of, new_nonce
from receivables import store as book
from receivables.disputing import disputes_of
from receivables.proposals import proposals_of

__all__ = ["DeskContext", "router"]

_HEARTBEAT_SECONDS = 15.0
_GATHERED_SECONDS = 0.15
"""What changes within this time is told at once: a burst redraws a pane once."""
_ID = re.compile(r"[1-9][0-9]{0,17}")
_TYPES = {".svg": "image/svg+xml", ".js": "text/javascript", ".css": "text/css", ".txt": "text/plain", ".md": "text/plain"}


def router(desk: DeskContext) -> APIRouter:
    """The desk's routes, all under `/desk`."""
    room = _Room(desk)
    routes = APIRouter(prefix="/desk", route_class=DeskRoute, include_in_schema=False, dependencies=[Depends(Gate(room))])
    routes.add_api_route("/login", room.login_page, methods=["GET"])
    routes.add_api_route("/login", room.login, methods=["POST"])
    routes.add_api_route("/logout", room.logout, methods=["POST"])
    routes.add_api_route("/static/{name}", room.static, methods=["GET"])
    routes.add_api_route("/events", room.events, methods=["GET"])
    routes.add_api_route("", room.home, methods=["GET"])
    routes.add_api_route("/c/{conversation_id}", room.page, methods=["GET"])
    routes.add_api_route("/c/{conversation_id}/debtor", room.debtor, methods=["GET"])
    routes.add_api_route("/c/{conversation_id}/media/{media_id}", room.media, methods=["GET"])
    routes.add_api_route("/c/{conversation_id}/take", room.take, methods=["POST"])
    routes.add_api_route("/c/{conversation_id}/reveal", room.reveal, methods=["POST"])
    for deed in ("proposal", "dispute", "request", "pause"):
        routes.add_api_route(f"/c/{{conversation_id}}/{deed}", getattr(room, deed), methods=["POST"])
    routes.include_router(finding.routes(room))
    routes.include_router(talking.routes(room))
    routes.include_router(composing.routes(room))
    routes.include_router(resending.routes(room))
    routes.include_router(canned.routes(room))
    routes.include_router(approved.routes(room))
    routes.include_router(attaching.routes(room))
    routes.include_router(viewing.routes(room))
    routes.include_router(workbench.routes(room))
    routes.include_router(closing.routes(room))
    routes.include_router(serving.routes(room))
    routes.include_router(company.routes(room))
    routes.include_router(board.routes(room))
    routes.include_router(suggesting.routes(room))
    return routes


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


class _Room(Room):
    """The handlers of the routes."""

    def __init__(self, desk: DeskContext) -> None:
        super().__init__(desk)
        self._feed = Feed(desk.engine)
        self._static = {path.name: path for path in sorted(STATIC.iterdir())}

    # ------------------------------------------------------------------------------------------- coming and going

    async def login_page(self, request: Request) -> Response:
        return self.html("login.html", email="", trouble=None, until=None)

    async def login(self, request: Request) -> Response:
        fields = await fields_of(request)
        email = fields.get("email", "")
        async with self.engine.begin() as conn:
            entered = await self.door.enter(conn, email, fields.get("password", ""), self.now(), instead_of=token_of(request))
        if isinstance(entered, Refusal):
            status = 429 if entered.why == "locked" else 401
            return self.html("login.html", status, email=email[:320], trouble=entered.why, until=entered.until)
        response = RedirectResponse("/desk", 303)
        give_cookie(request, response, entered[0])
        return response

    async def logout(self, request: Request) -> Response:
        async with self.engine.begin() as conn:
            await self.own_form(conn, request)
            await self.door.leave(conn, token_of(request) or "", self.now())
        response = RedirectResponse("/desk/login", 303)
        take_cookie(request, response)
        # Files of people that this browser kept for a while.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    async def static(self, name: str) -> Response:
        path = self._static.get(name)
        if path is None:
            raise Refused(404, "Não há este arquivo.")
        return FileResponse(
            path,
            media_type=_TYPES.get(path.suffix, "application/octet-stream"),
            headers={"Cache-Control": "public, max-age=86400"},
        )

    # ------------------------------------------------------------------------------------------------------ panes

    async def home(self, request: Request) -> Response:
        async with self.engine.begin() as conn:
            session = await self.session(conn, request)
            since = await horizon(conn)
            lists = await queues.lists(conn, self.ground, session.agent, self.now())
        return self.html("desk.html", session=session, lists=lists, open_id=None, since=since)

    async def page(self, request: Request, conversation_id: str) -> Response:
        async with self.engine.begin() as conn:
            session = await self.session(conn, request)
            now = self.now()
            since = await horizon(conn)
            lists = await queues.lists(conn, self.ground, session.agent, now)
            pane = await talk_pane(
                conn,
                session.agent,
                conversation_id,
                now,
                first=talking.first_shown(request),
                before=talking.more_shown(request),
            )
            composer = await composer_of(self, conn, session, pane, request) if pane else None
            debtor = await debtor_pane(conn, self.till, session.agent, conversation_id, now)
        if pane is None or debtor is None:
            raise Refused(404, "Não encontramos esta conversa.")
        return self.html(
            "desk.html",
            session=session,
            lists=lists,
            open_id=conversation_id,
            since=since,
            pane=pane,
            debtor=debtor,
            composer=composer,
            revealed=None,
            nonce=new_nonce(),
            fresh_nonce=None,
            notice=request.query_params.get("aviso"),
        )

    async def debtor(self, request: Request, conversation_id: str) -> Response:
        async with self.engine.begin() as conn:
            session = await self.session(conn, request)
            pane = await debtor_pane(conn, self.till, session.agent, conversation_id, self.now())
        if pane is None:
            raise Refused(404, "Não encontramos esta conversa.")
        return self.html("debtor.html", session=session, debtor=pane, revealed=None)

    async def media(self, request: Request, conversation_id: str, media_id: str) -> Response:
        """A file that somebody sent. Each look is written down."""
        if not _ID.fullmatch(media_id):
            raise Refused(404, "Não encontramos este arquivo.")
        async with self.engine.begin() as conn:
            session = await self.session(conn, request)
            file = await store.sent_file(conn, session.agent.tenant_id, conversation_id, int(media_id))
            if file is None or file.shown_as is None or file.path is None or file.mime is None:
                raise Refused(404, "Este arquivo não está disponível.")
            path = await asyncio.to_thread(files.on_shelf, self.talk.shelf.folder, file.path)
            if path is None:
                raise Refused(404, "Este arquivo não está mais guardado.")
            # A player asks for the rest of a recording piece by piece: that is one look.
            if request.headers.get("range", "bytes=0-").startswith("bytes=0-"):
                await audit.record(
                    conn,
                    f"agent:{session.agent.id}",
                    "file.seen",
                    f"media:{file.id}",
                    {"conversation": conversation_id},
                    self.now(),
                    tenant_id=session.agent.tenant_id,
                )
        inline = file.shown_as != "download"
        named = files.disposition(file.id, file.mime, file.filename, inline=inline)
        return FileResponse(path, media_type=file.mime, headers={**files.HEADERS, "Content-Disposition": named})

    # ----------------------------------------------------------------------------------------------------- deeds

    async def take(self, request: Request, conversation_id: str) -> Response:
        async with self.engine.begin() as conn:
            session, _ = await self.own_form(conn, request)
            await self.mine(conn, session, conversation_id)
            won = await handover.take(conn, self.talk, conversation_id, session.agent.id)
        if won:
            await fallen_silent(self.engine, conversation_id)
        return RedirectResponse(f"/desk/c/{conversation_id}" + ("" if won else "?aviso=outro"), 303)

    async def reveal(self, request: Request, conversation_id: str) -> Response:
        """The whole document or telephone, for this agent's eyes and once; that they looked is written down."""
        async with self.engine.begin() as conn:
            session, fields = await self.own_form(conn, request)
            opened = await self.mine(conn, session, conversation_id)
            pane = await debtor_pane(conn, self.till, session.agent, conversation_id, self.now())
            phone = document = None
            if fields.get("what") == "phone":
                phone = opened.phone
            elif opened.debtor_id is not None:
                document = writing.document(book.debtor_document(self.ground, await book.get_debtor(conn, opened.debtor_id)))
            if phone is None and document is None:
                raise Refused(404, "Ainda não sabemos quem é esta pessoa.")
            await audit.record(
                conn,
                f"agent:{session.agent.id}",
                "phone.revealed" if phone else "document.revealed",
                f"debtor:{opened.debtor_id}" if opened.debtor_id else conversation_id,
                {"conversation": conversation_id},
                self.now(),
                tenant_id=session.agent.tenant_id,
            )
        return self.html("debtor.html", session=session, debtor=pane, revealed=document, revealed_phone=phone)

    # --------------------------------------------------------------------------------------- matters of the debtor

    async def proposal(self, request: Request, conversation_id: str) -> Response:
        async with self.engine.begin() as conn:
            session, fields = await self.own_form(conn, request)
            opened = await self.mine(conn, session, conversation_id)
            proposal_id = await _id_of(fields, proposals_of(conn, opened.debtor_id) if opened.debtor_id else None)
            done = await answer_proposal_form(conn, self.till, session.agent, proposal_id, fields)
            return await self._settled(request, conn, session, conversation_id, done)

    async def dispute(self, request: Request, conversation_id: str) -> Response:
        async with self.engine.begin() as conn:
            session, fields = await self.own_form(conn, request)
            opened = await self.mine(conn, session, conversation_id)
            dispute_id = await _id_of(fields, disputes_of(conn, opened.debtor_id) if opened.debtor_id else None)
            done = await answer_dispute_form(conn, self.till, session.agent, dispute_id, fields)
            return await self._settled(request, conn, session, conversation_id, done)

    async def request(self, request: Request, conversation_id: str) -> Response:
        async with self.engine.begin() as conn:
            session, fields = await self.own_form(conn, request)
            opened = await self.mine(conn, session, conversation_id)
            listed = store.requests(conn, opened.tenant_id, opened.id, opened.debtor_id)
            done = await close_request_form(conn, session.agent, await _id_of(fields, listed), fields, self.now())
            await handover.announce(conn, conversation_id)
            return await self._settled(request, conn, session, conversation_id, done)

    async def pause(self, request: Request, conversation_id: str) -> Response:
        async with self.engine.begin() as conn:
            session, fields = await self.own_form(conn, request)
            opened = await self.mine(conn, session, conversation_id)
            held = await store.pauses(conn, opened.tenant_id, opened.id, opened.debtor_id, self.now())
            found = next((one for one in held if str(one.id) == fields.get("id")), None)
            if found is None:
                raise Refused(409, "Esta pausa já terminou.")
            await lift_pause_form(conn, session.agent, found, conversation_id, self.now())
            return await self._settled(request, conn, session, conversation_id, "A cobrança pode seguir.")

    async def _settled(
        self, request: Request, conn: AsyncConnection, session: Session, conversation_id: str, done: str
    ) -> Response:
        """The fresh pane to htmx, with what was done; the page to a plain form."""
        if not request.headers.get("hx-request"):
            return RedirectResponse(f"/desk/c/{conversation_id}", 303)
        pane = await debtor_pane(conn, self.till, session.agent, conversation_id, self.now())
        response = self.html("debtor.html", session=session, debtor=pane, revealed=None)
        # Said beside the pane, which a live change may redraw at once. The header takes ASCII alone.
        response.headers["HX-Trigger"] = json.dumps({"desk-settled": done})
        return response

    # ------------------------------------------------------------------------------------------------------ live

    async def events(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Refused(403, "Este pedido não veio do painel.")
        token = token_of(request)
        async with self.engine.begin() as conn:
            session = await self.session(conn, request)
        # What the page has not heard of since it was drawn, or since its last word from another web process.
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        return StreamingResponse(
            self._stream(token or "", session.agent, since), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )

    async def _stream(self, token: str, agent: Agent, since: str) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        async with self._feed.reading() as changes:
            await self._feed.hears(5.0)
            async with self.engine.begin() as conn:
                await seats.seen(conn, agent.id, self.now())
                before = await missed(conn, agent.tenant_id, since)
            yield "retry: 2000\n" + told(before.horizon, before.talks)
            checked = loop.time()
            while True:
                try:
                    found = [await asyncio.wait_for(changes.get(), _HEARTBEAT_SECONDS)]
                    await asyncio.sleep(_GATHERED_SECONDS)
                    while not changes.empty():
                        found.append(changes.get_nowait())
                    yield told_of([change for change in found if change.tenant_id in (None, agent.tenant_id)])
                except TimeoutError:
                    yield ": ainda aqui\n\n"
                if loop.time() - checked >= _HEARTBEAT_SECONDS:
                    checked = loop.time()
                    async with self.engine.begin() as conn:
                        await seats.seen(conn, agent.id, self.now())
                        if await self.door.session(conn, token, self.now(), touch=False) is None:
                            yield "event: ended\ndata: \n\n"
                            return


def told(horizon: str, talks: Sequence[str] | None) -> str:
    """Changes as server-sent events: one for each talk, one for the list; or "look at everything" when there are too many."""
    if talks is None:
        return f"id: {horizon}\nevent: refresh\ndata: \n\n"
    events = [f"event: {one}\ndata: {one}\n\n" for one in talks]
    return "".join(events) + f"id: {horizon}\nevent: {'queue' if talks else 'still'}\ndata: \n\n"


def told_of(changes: Sequence[Change]) -> str:
    """What was heard within one moment, each talk once. Who looks at a talk is told apart, and moves no horizon."""
    company = dict.fromkeys(change.conversation_id for change in changes if change.kind == "company")
    events = "".join(f"event: company-{one}\ndata: {one}\n\n" for one in company)
    talks = [change for change in changes if change.kind == "talk"]
    if not talks:
        return events or ": \n\n"
    whole = all(change.conversation_id for change in talks)
    names = list(dict.fromkeys(change.conversation_id for change in talks)) if whole else None
    return events + told(talks[-1].horizon, names)


async def _id_of(fields: Mapping[str, str], listed: Awaitable[Sequence[_Numbered]] | None) -> int:
    """The number that a form names, if it is among what this talk's person has."""
    known = {str(one.id) for one in await listed} if listed is not None else set()
    if fields.get("id", "") not in known:
        raise Refused(404, "Não encontramos isso nesta conversa.")
    return int(fields["id"])
