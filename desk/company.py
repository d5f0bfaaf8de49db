"""Who else is at a talk just now: looking, or writing; and a reply is stopped when the person wrote something that was not yet read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.guard import DeskRoute, Refused
from desk.live import announce_company
from desk.room import Room
from desk.writing import clock_time

STAYS = timedelta(seconds=45)
_FADES = timedelta(seconds=25)
_WRITES = timedelta(seconds=8)


@dataclass(frozen=True)
class Companion:
    """A colleague at the same talk. `away`: not heard for a while."""

    agent_id: int
    name: str
    writing: bool
    away: bool

    @property
    def initials(self) -> str:
        parts = self.name.split()
        return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper()


def routes(room: Room) -> APIRouter:
    """The routes of this part, below `/desk`."""

    async def here(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            now = room.now()
            if fields.get("left"):
                await leave(conn, opened.tenant_id, opened.id, session.agent.id)
            else:
                await come(conn, opened.tenant_id, opened.id, session.agent.id, bool(fields.get("typing")), now)
        return Response(status_code=204)

    async def company(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            others = await company_of(conn, opened.id, session.agent.id, room.now())
        return room.html("company.html", company=others)

    part = APIRouter(route_class=DeskRoute)
    part.add_api_route("/c/{conversation_id}/here", here, methods=["POST"])
    part.add_api_route("/c/{conversation_id}/company", company, methods=["GET"])
    return part


async def come(conn: AsyncConnection, tenant_id: int, conversation_id: str, agent_id: int, writing: bool, now: datetime) -> None:
    """This agent looks at the talk, or writes. Colleagues are told when that is new."""
    before = (
        await conn.execute(
            text("select seen_at, typed_at from desk_company where conversation_id = :id and agent_id = :agent"),
            {"id": conversation_id, "agent": agent_id},
        )
    ).one_or_none()
    await conn.execute(
        text("""insert into desk_company (tenant_id, conversation_id, agent_id, seen_at, typed_at)
                values (:tenant, :id, :agent, :now, :typed)
                on conflict (conversation_id, agent_id) do update set seen_at = excluded.seen_at,
                    typed_at = coalesce(excluded.typed_at, desk_company.typed_at)"""),
        {"tenant": tenant_id, "id": conversation_id, "agent": agent_id, "now": now, "typed": now if writing else None},
    )
    was_here = before is not None and now - before.seen_at < _FADES
    wrote = before is not None and before.typed_at is not None and now - before.typed_at < _WRITES
    if not was_here or writing != wrote:
        await announce_company(conn, tenant_id, conversation_id)


async def leave(conn: AsyncConnection, tenant_id: int, conversation_id: str, agent_id: int) -> None:
    """This agent looks at something else."""
    await conn.execute(
        text("delete from desk_company where conversation_id = :id and agent_id = :agent"),
        {"id": conversation_id, "agent": agent_id},
    )
    await announce_company(conn, tenant_id, conversation_id)


async def company_of(conn: AsyncConnection, conversation_id: str, agent_id: int, now: datetime) -> list[Companion]:
    """The colleagues at this talk, those who write first."""
    rows = await conn.execute(
        text("""select a.id agent_id, a.name, coalesce(p.typed_at > :wrote, false) writing, p.seen_at < :fades away
                from desk_company p join agents a on a.id = p.agent_id and a.tenant_id = p.tenant_id
                where p.conversation_id = :id and p.agent_id <> :agent and p.seen_at > :gone
                order by writing desc, a.name limit 12"""),
        {"id": conversation_id, "agent": agent_id, "wrote": now - _WRITES, "fades": now - _FADES, "gone": now - STAYS},
    )
    return [Companion(**row._mapping) for row in rows]


async def stop_if_newer(conn: AsyncConnection, conversation_id: str, seen: str | None, source: str) -> None:
    """Refuses a reply that was begun before the person's last words (`seen`: the last line of theirs that the agent had read; None says
    that nobody knows). What is new is said, and the next try goes. What was sent before (`source`) is not said to be stopped."""
    if seen is None or not seen.isdigit():
        return
    sent = await conn.execute(text("select 1 from outbox where source = :source limit 1"), {"source": source})
    if sent.first() is not None:
        return
    rows = (
        await conn.execute(
            text("""select id, text, detail ->> 'kind' kind, at from transcript
                    where conversation_id = :id and author = 'debtor' and id > :seen order by id desc limit 3"""),
            {"id": conversation_id, "seen": int(seen[:18])},
        )
    ).all()
    if rows:
        said = " / ".join(f"{clock_time(row.at)} “{' '.join(row.text.split())[:200] or 'um arquivo'}”" for row in reversed(rows))
        raise Refused(409, f"Não enviado: o cliente escreveu enquanto você digitava. {said} Confira e envie de novo.")
