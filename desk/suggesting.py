"""Replies suggested from the facts of the store: an agent takes one into the composer, changes it, and sends it; nothing sends itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from conversations import audit
from conversations.wording import money
from desk import drafts, writing
from desk.guard import DeskRoute, Refused
from desk.logins import Agent
from desk.panes import DebtorPane, TalkPane, debtor_pane, talk_pane

if TYPE_CHECKING:
    from desk.room import Room

MOST = 3
_WORDS = Path(__file__).parents[1] / "data" / "desk" / "suggestions.yml"
_CARE = ("vulnerabilidade", "autolesao", "falecimento")


@dataclass(frozen=True)
class Suggestion:
    """`name` says which facts it is from; `words` is what would be written."""

    name: str
    title: str
    words: str


def suggestions(pane: TalkPane, debtor: DebtorPane, agent: Agent, *, answered: bool) -> list[Suggestion]:
    """The few replies that fit now, the most fitting first. Names and amounts only for whoever has proven who they are. Pure."""
    found: list[Suggestion] = []
    if pane.opened.reason in _CARE:
        found.append(_said("care"))
    if not answered:
        mine = agent.name.split()[0]
        known = debtor.debtor if debtor.proof else None
        found.append(
            _said("hello", "hello_known", first_name=known.name.split()[0], agent=mine) if known else _said("hello", agent=mine)
        )
    if debtor.proof is None:
        return [*found, _said("prove")][:MOST]
    found += [one for one in (_offer(debtor), _charge(debtor), _dispute(debtor), _promise(debtor), _total(debtor)) if one]
    if answered:
        found.append(_said("more"))
    return found[:MOST]


def _said(name: str, worded: str = "", **values: str) -> Suggestion:
    """`worded`: the entry of the words, where one name has several."""
    entry = _words()[worded or name]
    return Suggestion(name, entry["title"], entry["words"].format(**values))


@cache
def _words() -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load(_WORDS.read_text(encoding="utf-8")))


def _offer(debtor: DebtorPane) -> Suggestion | None:
    if debtor.table is None:
        return None
    plan = debtor.table.offer.terms.plan
    values = {
        "count": str(plan.count),
        "each": money(plan.instalments[0].amount),
        "total": money(plan.total),
        "until": writing.day_and_time(debtor.table.offer.expires_at),
    }
    if plan.down_payment:
        return _said("offer", "offer_with_down_payment", down=money(plan.down_payment), **values)
    return _said("offer", **values)


def _charge(debtor: DebtorPane) -> Suggestion | None:
    live = next((one for one in debtor.charges if one.status == "active" and not one.blocked_why), None)
    if live is None:
        return None
    until = writing.day_and_time(live.expires_at)
    return _said("charge", f"charge_{'pix' if live.kind == 'pix' else 'boleto'}", amount=money(live.amount), until=until)


def _dispute(debtor: DebtorPane) -> Suggestion | None:
    live = next((one for one in debtor.matters.disputes if one.status == "open"), None)
    return _said("dispute", protocol=live.protocol, day=writing.day(live.answer_by)) if live else None


def _promise(debtor: DebtorPane) -> Suggestion | None:
    live = next((one for one in debtor.matters.promises if one.status == "open"), None)
    return _said("promise", amount=money(live.amount), day=writing.day(live.day)) if live else None


def _total(debtor: DebtorPane) -> Suggestion | None:
    total = sum(one.owed.total for one in debtor.owing if one.counts and one.debt.status == "open")
    if not total or debtor.table is not None or any(pause.no_charge_at_all for pause in debtor.matters.pauses):
        return None
    return _said("total", total=money(total))


def routes(room: Room) -> APIRouter:
    suggesting = _Suggesting(room)
    made = APIRouter(route_class=DeskRoute, include_in_schema=False)
    made.add_api_route("/c/{conversation_id}/suggestions", suggesting.part, methods=["GET"])
    made.add_api_route("/c/{conversation_id}/suggestions", suggesting.take, methods=["POST"])
    return made


class _Suggesting:
    def __init__(self, room: Room) -> None:
        self._room = room

    async def part(self, request: Request, conversation_id: str) -> Response:
        async with self._room.engine.begin() as conn:
            session = await self._room.session(conn, request)
            pane = await talk_pane(conn, session.agent, conversation_id, self._room.now())
            debtor = await debtor_pane(conn, self._room.till, session.agent, conversation_id, self._room.now())
        if pane is None or debtor is None:
            raise Refused(404, "Não encontramos esta conversa.")
        shown = [] if pane.silent_because else suggestions(pane, debtor, session.agent, answered=_answered(pane))
        return self._room.html("suggestions.html", session=session, opened=pane.opened, shown=shown)

    async def take(self, request: Request, conversation_id: str) -> Response:
        """A suggestion becomes this agent's draft; that it was taken is written down."""
        async with self._room.engine.begin() as conn:
            session, fields = await self._room.own_form(conn, request)
            await self._room.mine(conn, session, conversation_id)
            now = self._room.now()
            pane = await talk_pane(conn, session.agent, conversation_id, now)
            debtor = await debtor_pane(conn, self._room.till, session.agent, conversation_id, now)
            assert pane is not None and debtor is not None
            offered = suggestions(pane, debtor, session.agent, answered=_answered(pane))
            taken = next((one for one in offered if one.name == fields.get("name")), None)
            if taken is None or pane.silent_because:
                raise Refused(409, "Esta sugestão não vale mais: os fatos mudaram.")
            if not request.headers.get("hx-request"):
                await drafts.keep(conn, self._room.ground.vault, session.agent, conversation_id, "reply", taken.words, "", now)
            await audit.record(
                conn,
                f"agent:{session.agent.id}",
                "suggestion.taken",
                conversation_id,
                {"name": taken.name},
                now,
                tenant_id=session.agent.tenant_id,
            )
        if request.headers.get("hx-request"):
            return Response(status_code=204)
        return RedirectResponse(f"/desk/c/{conversation_id}", 303)


def _answered(pane: TalkPane) -> bool:
    """Whether the agent has written since they took the talk."""
    taken = pane.opened.taken_at
    return any(line.author == "agent" and (taken is None or line.at >= taken) for line in pane.lines.shown)
