"""What an agent does with the queue: choose what it shows, be available or not, transfer, put aside; and a supervisor arranges seats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import handover
from conversations.contact_hours import next_allowed
from desk import queues, seats
from desk.guard import DeskRoute, Refused
from desk.logins import Session
from desk.room import Room, clean
from receivables.brasilia import BRASILIA

_MAX_NOTE = 4000
_LEADERS = ("supervisor", "admin")
_MORNING = time(9, 0)


def routes(room: Room) -> APIRouter:
    """The routes of this part, below `/desk`."""
    part = APIRouter(route_class=DeskRoute)
    desk = _Serving(room)
    part.add_api_route("/queue", desk.queue, methods=["GET"])
    part.add_api_route("/view", desk.choose, methods=["POST"])
    part.add_api_route("/views", desk.save, methods=["POST"])
    part.add_api_route("/views/drop", desk.drop, methods=["POST"])
    part.add_api_route("/seat", desk.sit, methods=["POST"])
    part.add_api_route("/team", desk.team, methods=["GET"])
    part.add_api_route("/team", desk.arrange, methods=["POST"])
    part.add_api_route("/c/{conversation_id}/transfer", desk.targets, methods=["GET"])
    part.add_api_route("/c/{conversation_id}/transfer", desk.transfer, methods=["POST"])
    part.add_api_route("/c/{conversation_id}/park", desk.park, methods=["POST"])
    part.add_api_route("/c/{conversation_id}/wake", desk.wake, methods=["POST"])
    return part


class _Serving:
    def __init__(self, room: Room) -> None:
        self.room = room

    # ------------------------------------------------------------------------------------------------ the list

    async def queue(self, request: Request) -> Response:
        async with self.room.engine.begin() as conn:
            session = await self.room.session(conn, request)
            return await self._list(conn, session, request.query_params.get("open"))

    async def _list(self, conn: AsyncConnection, session: Session, open_id: str | None) -> Response:
        lists = await queues.lists(conn, self.room.ground, session.agent, self.room.now())
        return self.room.html("queue.html", session=session, lists=lists, open_id=open_id)

    async def _answer(self, request: Request, conn: AsyncConnection, session: Session, fields: Mapping[str, str]) -> Response:
        """The fresh list to htmx, the page to a plain form."""
        open_id = fields.get("open") or None
        if request.headers.get("hx-request"):
            return await self._list(conn, session, open_id)
        return RedirectResponse(f"/desk/c/{open_id}" if open_id and open_id.startswith("c_") else "/desk", 303)

    async def choose(self, request: Request) -> Response:
        async with self.room.engine.begin() as conn:
            session, fields = await self.room.own_form(conn, request)
            searched = clean(fields.get("q", ""))
            view = queues.view_of(f"busca:{searched}" if searched else fields.get("view", "tudo"))
            if view is None:
                raise Refused(422, "Esta visão não existe.")
            await queues.choose_view(conn, session.agent, view, self.room.now())
            return await self._answer(request, conn, session, fields)

    async def save(self, request: Request) -> Response:
        async with self.room.engine.begin() as conn:
            session, fields = await self.room.own_form(conn, request)
            name = " ".join(clean(fields.get("name", "")).split())[:60]
            view = queues.view_of(fields.get("view", ""))
            if not name or view is None:
                raise Refused(422, "Dê um nome à visão.")
            await queues.save_view(conn, session.agent, name, view, self.room.now())
            return await self._answer(request, conn, session, fields)

    async def drop(self, request: Request) -> Response:
        async with self.room.engine.begin() as conn:
            session, fields = await self.room.own_form(conn, request)
            if fields.get("id", "").isdigit():
                await queues.drop_view(conn, session.agent, int(fields["id"][:18]))
            return await self._answer(request, conn, session, fields)

    # ------------------------------------------------------------------------------------------------ the seat

    async def sit(self, request: Request) -> Response:
        async with self.room.engine.begin() as conn:
            session, fields = await self.room.own_form(conn, request)
            state, _, why = fields.get("state", "").partition(":")
            try:
                await seats.set_state(conn, session.agent.tenant_id, session.agent.id, state, self.room.now(), why or None)
            except ValueError:
                raise Refused(422, "Escolha disponível, uma pausa com o motivo, ou offline.") from None
        if state == "available":
            await seats.give(self.room.engine, self.room.talk)
        if not request.headers.get("hx-request"):
            return RedirectResponse("/desk", 303)
        async with self.room.engine.begin() as conn:
            seat = await seats.seat_of(conn, session.agent.tenant_id, session.agent.id)
        return self.room.html("seat.html", session=session, seat=seat)

    async def team(self, request: Request) -> Response:
        async with self.room.engine.begin() as conn:
            session = await self.room.session(conn, request)
            _leads(session)
            everybody = await seats.seats(conn, session.agent.tenant_id)
        return self.room.html("team.html", session=session, seats=everybody, notice=request.query_params.get("aviso"))

    async def arrange(self, request: Request) -> Response:
        async with self.room.engine.begin() as conn:
            session, fields = await self.room.own_form(conn, request)
            _leads(session)
            agent, capacity = fields.get("agent", ""), fields.get("capacity", "")
            known = {str(seat.agent_id) for seat in await seats.seats(conn, session.agent.tenant_id)}
            if agent not in known:
                raise Refused(404, "Não encontramos esta pessoa na equipe.")
            typed = {name: fields.get(f"queue_{name}", "").strip() for name in handover.QUEUES}
            served = {name: words for name, words in typed.items() if words}
            if not capacity.isdigit() or not all(words.isdigit() for words in served.values()):
                raise Refused(422, "Escreva números: quantos atendimentos ao mesmo tempo.")
            try:
                most = {name: int(words[:6]) for name, words in served.items()}
                await seats.arrange(
                    conn, session.agent.tenant_id, session.agent.id, int(agent), int(capacity[:6]), most, self.room.now()
                )
            except ValueError:
                raise Refused(422, f"De 0 a {seats.MOST_AT_ONCE} atendimentos, e pelo menos 1 de cada fila escolhida.") from None
        return RedirectResponse("/desk/team?aviso=salvo", 303)

    # ------------------------------------------------------------------------------------------------ transfer

    async def targets(self, request: Request, conversation_id: str) -> Response:
        async with self.room.engine.begin() as conn:
            session = await self.room.session(conn, request)
            opened = await self.room.mine(conn, session, conversation_id)
            everybody = await seats.seats(conn, session.agent.tenant_id)
            sees = await conn.execute(
                text("select id from agents where tenant_id = :tenant and desk_sees(id, :talk)"),
                {"tenant": session.agent.tenant_id, "talk": conversation_id},
            )
            able = set(sees.scalars())
        colleagues = [seat for seat in everybody if seat.agent_id != opened.agent_id and seat.agent_id in able]
        colleagues.sort(key=lambda seat: (seat.state != "available" or not seat.here(self.room.now()), seat.load, seat.name))
        return self.room.html("transfer.html", session=session, opened=opened, colleagues=colleagues)

    async def transfer(self, request: Request, conversation_id: str) -> Response:
        async with self.room.engine.begin() as conn:
            session, fields = await self.room.own_form(conn, request)
            opened = await self.room.mine(conn, session, conversation_id)
            kind, _, target = fields.get("target", "").partition(":")
            note = clean(fields.get("note", ""))[:_MAX_NOTE]
            to_agent = int(target[:18]) if kind == "agent" and target.isdigit() else None
            to_queue = target if kind == "queue" and target in handover.QUEUES else None
            if to_agent is None and to_queue is None:
                raise Refused(422, "Escolha uma fila ou uma pessoa.")
            if to_agent is not None:
                sees = await conn.execute(text("select desk_sees(:agent, :talk)"), {"agent": to_agent, "talk": conversation_id})
                if not sees.scalar_one():
                    raise Refused(409, "Esta pessoa não atende este credor.")
            done = await handover.transfer(
                conn,
                self.room.talk,
                opened.id,
                session.agent.id,
                to_agent=to_agent,
                to_queue=to_queue,
                note=note,
                whose=session.agent.role not in _LEADERS,
            )
        return RedirectResponse(f"/desk/c/{conversation_id}?aviso=" + ("transferida" if done else "nao_era_sua"), 303)

    # ------------------------------------------------------------------------------------------------ aside

    async def park(self, request: Request, conversation_id: str) -> Response:
        async with self.room.engine.begin() as conn:
            session, fields = await self.room.own_form(conn, request)
            opened = await self.room.mine(conn, session, conversation_id)
            until = await self._until(conn, opened.debtor_id, fields)
            try:
                done = await handover.park(conn, self.room.talk, opened.id, session.agent.id, until)
            except ValueError:
                raise Refused(422, "Escolha um dia e uma hora que ainda não passaram.") from None
        return RedirectResponse(f"/desk/c/{conversation_id}?aviso=" + ("estacionada" if done else "nao_era_sua"), 303)

    async def _until(self, conn: AsyncConnection, debtor_id: int | None, fields: Mapping[str, str]) -> datetime | None:
        """The time that the form names; None for "until they answer"."""
        now = self.room.now()
        kind = fields.get("until", "")
        hours = [self.room.ground.policies.default.contact.hours]
        if kind == "answer":
            return None
        if kind == "tomorrow":
            day = now.astimezone(BRASILIA).date() + timedelta(days=1)
            return next_allowed(datetime.combine(day, time(0, 0), BRASILIA), BRASILIA, hours)
        if kind == "promise" and debtor_id is not None:
            found = await conn.execute(
                text("select min(day) from promises where debtor_id = :debtor and status = 'open' and day > :today"),
                {"debtor": debtor_id, "today": now.astimezone(BRASILIA).date()},
            )
            promised = found.scalar_one()
            if promised is not None:
                return datetime.combine(promised, _MORNING, BRASILIA)
        if kind == "at":
            try:
                return datetime.fromisoformat(fields.get("at", "")[:16]).replace(tzinfo=BRASILIA)
            except ValueError:
                pass
        raise Refused(422, "Escolha até quando esta conversa fica estacionada.")

    async def wake(self, request: Request, conversation_id: str) -> Response:
        async with self.room.engine.begin() as conn:
            session, _ = await self.room.own_form(conn, request)
            opened = await self.room.mine(conn, session, conversation_id)
            if opened.agent_id != session.agent.id or not await handover.wake(
                conn, self.room.talk, opened.id, f"agent:{session.agent.id}"
            ):
                return RedirectResponse(f"/desk/c/{conversation_id}?aviso=nao_era_sua", 303)
        return RedirectResponse(f"/desk/c/{conversation_id}", 303)


def _leads(session: Session) -> None:
    if session.agent.role not in _LEADERS:
        raise Refused(403, "Só a supervisão organiza a equipe.")
