"""Ready answers: written once, chosen by `/`, filled from the store when they are chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.handover import hours_in_words
from conversations.wording import money
from desk import store
from desk.conduct import Known, findings, plain
from desk.guard import DeskRoute, Refused
from desk.known import known_of
from desk.logins import Agent, Session
from desk.matters import SUPERVISORS
from desk.room import Room, clean
from desk.writing import day
from receivables import store as book

_SEED = Path(__file__).parents[1] / "data" / "desk" / "canned.yml"
_SHORTCUT = re.compile(r"[a-z0-9][a-z0-9-]{1,29}")
_VARIABLE = re.compile(r"\{(\w+)\}")
_MOST = 2000
_UNKIND = frozenset(
    {"threat", "shame", "pressure", "third_party", "pix_key", "code", "amount", "percent", "date", "document", "link"}
)

VARIABLES: Mapping[str, str] = {
    "primeiro_nome": "primeiro nome do cliente",
    "atendente": "seu nome",
    "credor": "credor",
    "recebedor": "quem recebe o pagamento",
    "total_hoje": "total de hoje",
    "vencimento": "vencimento mais antigo",
    "protocolo": "último protocolo",
    "hoje": "data de hoje",
    "horario": "horário da equipe",
    "ouvidoria": "ouvidoria",
    "pagina_de_conferencia": "página de conferência",
}
"""What an answer may name; each is filled only with what may be said now."""


@dataclass(frozen=True)
class Answer:
    """A ready answer. `own`: of this agent alone."""

    id: int
    shortcut: str
    title: str
    body: str
    uses: int
    own: bool


@dataclass(frozen=True)
class Filled:
    answer: Answer
    words: str
    missing: tuple[str, ...]
    """What could not be filled, in words."""


def routes(room: Room) -> APIRouter:
    here = APIRouter(route_class=DeskRoute, include_in_schema=False)

    @here.get("/c/{conversation_id}/canned")
    async def for_talk(request: Request, conversation_id: str) -> Response:
        """The answers as they would be said in this talk: a list for the composer, or a page to choose from."""
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            found = await filled(room, conn, session, opened)
        asked = request.query_params.get("q", "")
        listed = [one for one in found if _fits(one.answer, asked)]
        part = "live" in request.query_params
        return room.html(
            "canned_list.html" if part else "canned_choose.html", session=session, listed=listed, opened=opened, asked=asked
        )

    @here.post("/c/{conversation_id}/canned")
    async def chosen(request: Request, conversation_id: str) -> Response:
        """Counts a use."""
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            await room.mine(conn, session, conversation_id)
            await _used(conn, session.agent, fields.get("id", ""))
        return Response(status_code=204)

    @here.get("/canned")
    async def listed(request: Request) -> Response:
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            found = await answers_of(conn, room, session.agent)
        return room.html(
            "canned_page.html",
            session=session,
            answers=found,
            variables=VARIABLES,
            may_change=session.agent.role in SUPERVISORS,
            trouble=None,
            typed={},
        )

    @here.post("/canned")
    async def changed(request: Request) -> Response:
        """Writes an answer, new or changed: the team's by a supervisor, one's own by anybody."""
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            trouble = await _write(conn, room, session.agent, fields)
            if trouble is None:
                return RedirectResponse("/desk/canned", 303)
            found = await answers_of(conn, room, session.agent)
        return room.html(
            "canned_page.html",
            422,
            session=session,
            answers=found,
            variables=VARIABLES,
            may_change=session.agent.role in SUPERVISORS,
            trouble=trouble,
            typed=fields,
        )

    @here.post("/canned/away")
    async def away(request: Request) -> Response:
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            one = await _one(conn, room, session.agent, fields.get("id", ""))
            if one is None or not _may_change(session.agent, one.own):
                raise Refused(403, "Só a supervisão muda as respostas da equipe.")
            await conn.execute(
                text("update canned_answers set put_away_at = :now, changed_by = :agent, changed_at = :now where id = :id"),
                {"now": room.now(), "agent": session.agent.id, "id": one.id},
            )
            await _traced(conn, room, session.agent, "canned.put_away", one.shortcut)
        return RedirectResponse("/desk/canned", 303)

    return here


async def answers_of(conn: AsyncConnection, room: Room, agent: Agent) -> list[Answer]:
    """The team's answers and the agent's own, the most used first."""
    await _seed(conn, room, agent.tenant_id)
    rows = await conn.execute(
        text("""select id, shortcut, title, body, uses, agent_id is not null own from canned_answers
                where tenant_id = :tenant and put_away_at is null and (agent_id is null or agent_id = :agent)
                order by uses desc, shortcut, id"""),
        {"tenant": agent.tenant_id, "agent": agent.id},
    )
    return [Answer(**row._mapping) for row in rows]


async def filled(room: Room, conn: AsyncConnection, session: Session, opened: store.Opened) -> list[Filled]:
    known = await known_of(conn, room.till, opened)
    values = await values_of(conn, room, session.agent, opened, known)
    return [_fill(one, values) for one in await answers_of(conn, room, session.agent)]


async def one_filled(room: Room, conn: AsyncConnection, session: Session, opened: store.Opened, number: str) -> str:
    """The words of one answer for this talk; nothing for one that is not there. Counts as a use."""
    found = next((one for one in await filled(room, conn, session, opened) if str(one.answer.id) == number), None)
    if found is None:
        return ""
    await _used(conn, session.agent, number)
    return found.words


async def values_of(conn: AsyncConnection, room: Room, agent: Agent, opened: store.Opened, known: Known) -> dict[str, str]:
    """What the variables stand for in this talk, as far as it may be said now."""
    policy = room.ground.policies.default
    values = {
        "atendente": agent.name.split()[0],
        "hoje": day(known.today),
        "horario": hours_in_words(policy.contact.hours.text),
        "ouvidoria": policy.collector.ombudsman,
        "pagina_de_conferencia": str(room.talk.wording.fixed.get("verify_page", "")),
    }
    requests = await store.requests(conn, opened.tenant_id, opened.id, opened.debtor_id)
    values["protocolo"] = requests[0].protocol if requests else next(iter(sorted(known.protocols, reverse=True)), "")
    if known.who == "proven" and opened.debtor_id is not None:
        debtor = await book.get_debtor(conn, opened.debtor_id)
        due = [when for when, what in known.dates.items() if what.startswith("vencimento")]
        values |= {
            "primeiro_nome": debtor.first_name,
            "credor": known.names[1] if len(known.names) > 1 else "",
            "recebedor": known.payee or "",
            "total_hoje": money(known.owed_today) if known.owed_today else "",
            "vencimento": day(min(due)) if due else "",
        }
    return values


def _fill(answer: Answer, values: Mapping[str, str]) -> Filled:
    missing = tuple(VARIABLES.get(name, name) for name in dict.fromkeys(_VARIABLE.findall(answer.body)) if not values.get(name))
    words = _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], answer.body)
    return Filled(answer, words, missing)


def _fits(answer: Answer, asked: str) -> bool:
    return all(part in plain(f"{answer.shortcut} {answer.title} {answer.body}") for part in plain(asked).split())


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(_SEED.read_text(encoding="utf-8"))["answers"])


async def _seed(conn: AsyncConnection, room: Room, tenant_id: int) -> None:
    """What the product brings and the tenant never had: an answer that was put away stays away."""
    known = await conn.execute(
        text("select shortcut from canned_answers where tenant_id = :id and agent_id is null"), {"id": tenant_id}
    )
    had = set(known.scalars())
    new = [one for one in _shipped() if one["shortcut"] not in had]
    if new:
        await conn.execute(
            text("""insert into canned_answers (tenant_id, shortcut, title, body, changed_at)
                    values (:tenant, :shortcut, :title, :body, :now) on conflict do nothing"""),
            [{**one, "tenant": tenant_id, "now": room.now()} for one in new],
        )


async def _write(conn: AsyncConnection, room: Room, agent: Agent, fields: Mapping[str, str]) -> str | None:
    """What stands against it, in words for a person; None when it is written."""
    shortcut, title, body = (
        fields.get("shortcut", "").strip().lower().lstrip("/"),
        clean(fields.get("title", "")),
        clean(fields.get("body", "")),
    )
    own = fields.get("scope", "own") != "team"
    await _seed(conn, room, agent.tenant_id)
    changed = await _one(conn, room, agent, fields["id"]) if fields.get("id") else None
    if not _may_change(agent, own) or (changed is not None and not _may_change(agent, changed.own)):
        return "Só a supervisão muda as respostas da equipe."
    if not _SHORTCUT.fullmatch(shortcut):
        return "O atalho tem de 2 a 30 letras minúsculas, números ou hífens."
    if not title or not body or len(body) > _MOST or len(title) > 80:
        return f"Escreva um título (até 80 letras) e o texto (até {_MOST})."
    unknown = [name for name in _VARIABLE.findall(body) if name not in VARIABLES]
    if unknown:
        return f"Não existe a variável {{{unknown[0]}}}."
    bare = _VARIABLE.sub("x", body)
    held = [one for one in findings(bare, Known(room.ground.clock.today(), "proven", ours=_ours(room))) if one.kind in _UNKIND]
    if held:
        return f"Esta resposta não poderia ser enviada. {held[0].why}"
    values = {
        "tenant": agent.tenant_id,
        "owner": agent.id if own else None,
        "shortcut": shortcut,
        "title": title,
        "body": body,
        "agent": agent.id,
        "now": room.now(),
        "id": changed.id if changed else None,
    }
    taken = await conn.execute(
        text("""select 1 from canned_answers where tenant_id = :tenant and shortcut = :shortcut and put_away_at is null
                and agent_id is not distinct from cast(:owner as bigint) and id is distinct from cast(:id as bigint)"""),
        values,
    )
    if taken.first() is not None:
        return f"O atalho /{shortcut} já existe."
    if changed is not None:
        await conn.execute(
            text("""update canned_answers set shortcut = :shortcut, title = :title, body = :body, changed_by = :agent,
                        changed_at = :now where id = :id"""),
            values,
        )
    else:
        await conn.execute(
            text("""insert into canned_answers (tenant_id, agent_id, shortcut, title, body, changed_by, changed_at)
                    values (:tenant, :owner, :shortcut, :title, :body, :agent, :now)
                    on conflict (tenant_id, shortcut, coalesce(agent_id, 0)) do update set title = excluded.title,
                        body = excluded.body, changed_by = excluded.changed_by, changed_at = excluded.changed_at, put_away_at = null"""),
            values,
        )
    await _traced(conn, room, agent, "canned.written", shortcut)
    return None


def _ours(room: Room) -> frozenset[str]:
    return frozenset(
        {"consumidor.gov.br", room.ground.policies.default.collector.site.removeprefix("https://").removeprefix("www.")}
    )


def _may_change(agent: Agent, own: bool) -> bool:
    return own or agent.role in SUPERVISORS


async def _one(conn: AsyncConnection, room: Room, agent: Agent, number: str) -> Answer | None:
    return next((one for one in await answers_of(conn, room, agent) if str(one.id) == number), None)


async def _used(conn: AsyncConnection, agent: Agent, number: str) -> None:
    if number.isdigit() and len(number) < 18:
        await conn.execute(
            text("""update canned_answers set uses = uses + 1 where id = :id and tenant_id = :tenant
                    and (agent_id is null or agent_id = :agent)"""),
            {"id": int(number), "tenant": agent.tenant_id, "agent": agent.id},
        )


async def _traced(conn: AsyncConnection, room: Room, agent: Agent, what: str, shortcut: str) -> None:
    await audit.record(conn, f"agent:{agent.id}", what, f"canned:{shortcut}", {}, room.now(), tenant_id=agent.tenant_id)
