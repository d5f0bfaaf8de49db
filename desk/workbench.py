"""The routes of the deeds: a form in the side pane, its preview while it is typed, and the deed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.access import creditors_of
from desk.deeds import DEEDS, Bench, Preview, allow, bench_of, on_the_table, shown_debts
from desk.guard import DeskRoute, Refused
from desk.logins import Session
from desk.offering import limits_of
from desk.room import NONCE, new_nonce
from payments.agreeing import CannotAgree, facts
from receivables.dispute import REASONS

if TYPE_CHECKING:
    from desk.room import Room


def routes(room: Room) -> APIRouter:
    """What is under `/c/{conversation_id}/deed/…`."""
    bench = _Workbench(room)
    made = APIRouter(route_class=DeskRoute, include_in_schema=False)
    made.add_api_route("/c/{conversation_id}/deed/{deed}", bench.form, methods=["GET"])
    made.add_api_route("/c/{conversation_id}/deed/{deed}/check", bench.check, methods=["GET"])
    made.add_api_route("/c/{conversation_id}/deed/{deed}", bench.do, methods=["POST"])
    return made


class _Workbench:
    def __init__(self, room: Room) -> None:
        self._room = room

    async def _bench(self, conn: AsyncConnection, session: Session, conversation_id: str, deed: str, nonce: str = "") -> Bench:
        opened = await self._room.mine(conn, session, conversation_id)
        if deed not in DEEDS:
            raise Refused(404, "Não há esta ação.")
        creditors = await creditors_of(conn, session.agent.id)
        return await bench_of(conn, self._room.till, session.agent, opened, creditors=creditors, nonce=nonce)

    async def form(self, request: Request, conversation_id: str, deed: str) -> Response:
        async with self._room.engine.begin() as conn:
            session = await self._room.session(conn, request)
            bench = await self._bench(conn, session, conversation_id, deed)
            await allow(bench, deed)
            debts = shown_debts(bench, deed)
            limits = None
            table = None
            if deed == "offer" and debts:
                try:
                    limits = limits_of(
                        await facts(conn, self._room.till, [debt for debt, _, _ in debts if debt.status == "open"])
                    )
                except CannotAgree:
                    limits = None  # of several creditors, say: the check tells why
            if deed == "accept":
                table = await on_the_table(conn, self._room.till, bench.debtor_id, conversation_id)
        part = bool(request.headers.get("hx-request"))
        return self._room.html(
            "deed.html" if part else "deed_page.html",
            session=session,
            opened=bench.opened,
            deed=deed,
            title=DEEDS[deed].title,
            debts=debts,
            limits=limits,
            table=table,
            today=bench.today,
            reasons=REASONS,
            nonce=new_nonce(),
            fields=dict(request.query_params),
        )

    async def check(self, request: Request, conversation_id: str, deed: str) -> Response:
        fields: Mapping[str, str] = dict(request.query_params)
        async with self._room.engine.begin() as conn:
            session = await self._room.session(conn, request)
            bench = await self._bench(conn, session, conversation_id, deed)
            try:
                await allow(bench, deed)
                seen = await DEEDS[deed].preview(bench, fields)
            except Refused as refused:
                seen = Preview(trouble=refused.sentence)
        return self._room.html("deed_check.html", session=session, deed=deed, seen=seen)

    async def do(self, request: Request, conversation_id: str, deed: str) -> Response:
        async with self._room.engine.begin() as conn:
            session, fields = await self._room.own_form(conn, request)
            nonce = fields.get("nonce", "")
            if not NONCE.fullmatch(nonce):
                raise Refused(422, "Recarregue a página e tente de novo.")
            bench = await self._bench(conn, session, conversation_id, deed, nonce)
            await allow(bench, deed)
            done = await DEEDS[deed].do(bench, fields)
        if isinstance(done, Refused):
            raise done
        if not request.headers.get("hx-request"):
            return RedirectResponse(f"/desk/c/{conversation_id}", 303)
        response = Response(status_code=200, media_type="text/html")
        # The header takes ASCII alone.
        response.headers["HX-Trigger"] = json.dumps({"desk-settled": done, "desk-deed-done": deed})
        return response
