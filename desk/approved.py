"""Approved templates: the only words that reach a person once the channel's window is closed, with their picker and preview."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Template
from channels.registry import DOORS
from conversations import audit
from conversations.contact import may_write
from conversations.conversation import get
from conversations.handover import announce
from conversations.reply import say_as_agent
from conversations.templates import template_usable
from desk import store
from desk.composing import SILENT, may_speak
from desk.conduct import SPOKEN, Known
from desk.guard import DeskRoute, Refused
from desk.known import known_of
from desk.room import NONCE, Room, clean
from desk.talking import written
from desk.writing import day_and_time, long_day

_REGISTRY = Path(__file__).parents[1] / "data" / "templates.yml"
_CATEGORIES = {"UTILITY": "utilidade", "MARKETING": "marketing", "AUTHENTICATION": "autenticação"}
_CARRIED = frozenset(name for name, can in DOORS.values() if can.templates)
_NOT_NOW = {
    "opted_out": "O cliente pediu para não receber mensagens.",
    "another_channel": "O cliente prefere ser procurado em outro canal.",
    "no_hours": "O cliente não aceita contato em nenhum horário.",
}


@dataclass(frozen=True)
class Approved:
    """A template as it was approved. `usable`: the provider has not paused it."""

    name: str
    text: str
    category: str
    variables: int
    examples: tuple[str, ...]
    usable: bool

    @property
    def pieces(self) -> list[str]:
        """The words between the variables."""
        return re.split(r"\{\{\d+\}\}", self.text)

    def filled(self, values: Sequence[str]) -> str:
        return re.sub(r"\{\{(\d+)\}\}", lambda found: values[int(found[1]) - 1], self.text)


def routes(room: Room) -> APIRouter:
    here = APIRouter(route_class=DeskRoute, include_in_schema=False)

    @here.get("/c/{conversation_id}/approved")
    async def picker(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            known = await known_of(conn, room.till, opened)
            listed = await approved_for(conn, opened.channel)
        return room.html(
            "approved.html",
            session=session,
            opened=opened,
            approved=listed,
            days=days_for(known),
            nonce=request.query_params.get("n", ""),
        )

    @here.post("/c/{conversation_id}/template")
    async def send(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session, fields = await room.own_form(conn, request)
            opened = await room.mine(conn, session, conversation_id)
            nonce = fields.get("nonce", "")
            if not NONCE.fullmatch(nonce):
                raise Refused(422, "Recarregue a página e envie de novo.")
            chosen = next((one for one in await approved_for(conn, opened.channel) if one.name == fields.get("template")), None)
            if chosen is None:
                raise Refused(422, "Escolha um modelo.")
            if not chosen.usable:
                raise Refused(409, "Este modelo está pausado pelo canal. Escolha outro.")
            await may_speak(room, conn, session, conversation_id, template=True)
            values = _values(chosen, fields, await known_of(conn, room.till, opened))
            verdict = await may_write(conn, room.talk, await get(conn, conversation_id, lock=True), "answer")
            if verdict.may != "now":
                until = f" Dá para enviar a partir de {day_and_time(verdict.at)}." if verdict.at else ""
                raise Refused(
                    409, _NOT_NOW.get(verdict.why, "Agora não é hora de escrever por conta própria ao cliente.") + until
                )
            words = chosen.filled(values)
            message = Template(name=chosen.name, variables=tuple(values), words=words)
            source = f"agent:{session.agent.id}:{nonce}:template:{chosen.name}"
            if not await say_as_agent(conn, room.talk, conversation_id, session.agent.id, message, words, source=source):
                raise Refused(409, SILENT["other"])
            await announce(conn, conversation_id)
            await audit.record(
                conn,
                f"agent:{session.agent.id}",
                "template.sent",
                conversation_id,
                {"template": chosen.name},
                room.now(),
                tenant_id=session.agent.tenant_id,
            )
            return await written(room, request, conn, session, conversation_id, "template")

    return here


@cache
def _registry() -> Mapping[str, Mapping[str, Any]]:
    return dict((yaml.safe_load(_REGISTRY.read_text(encoding="utf-8")) or {}).get("templates") or {})


async def approved_for(conn: AsyncConnection, channel: str) -> list[Approved]:
    """What a human may pick on this channel; one with a payment button needs its order and is the bot's alone."""
    if channel not in _CARRIED:
        return []
    return [
        Approved(
            name,
            " ".join(str(told["text"]).split()),
            _CATEGORIES.get(str(told["category"]), str(told["category"])),
            int(told["variables"]),
            tuple(str(one) for one in told.get("examples", ())),
            await template_usable(conn, channel, name),
        )
        for name, told in _registry().items()
        if not told.get("buttons")
    ]


def days_for(known: Known) -> list[str]:
    """Days that the store holds for this person, from today on, as a template says them: they tell nothing of a debt."""
    return [long_day(when) for when in sorted(_agreed_days(known))]


def _agreed_days(known: Known) -> list[date]:
    return [when for when, what in known.dates.items() if when >= known.today and what not in SPOKEN]


def _values(chosen: Approved, fields: Mapping[str, str], known: Known) -> list[str]:
    """The variables as they were chosen. Raises `Refused` for one that is not in the store."""
    values = [clean(fields.get(f"{chosen.name}:{place}", "")) for place in range(1, chosen.variables + 1)]
    for value in values:
        if not value:
            raise Refused(422, "Escolha a data que completa o modelo.")
        if value not in days_for(known):
            known_days = ", ".join(days_for(known)[:3])
            raise Refused(
                422, f"{value} não está registrada para este cliente." + (f" Registradas: {known_days}." if known_days else "")
            )
    return values


def closed_by_window(opened: store.Opened, why: str | None) -> bool:
    """Whether only a template reaches the person now."""
    return why == "window" and opened.channel in _CARRIED
