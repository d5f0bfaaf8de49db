"""A wish beyond the policy as it goes to the team: in what words, under which number, and what waits there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from actions.scene import Scene
from conversations.handover import request_human
from conversations.wording import money
from payments.agreeing import Facts
from payments.proposing import propose
from receivables.proposals import Proposal, waiting_proposals
from receivables.store import get_debtor


async def take_to_human(scene: Scene, known: Facts, wanted: dict[str, int]) -> None:
    """Keep the proposal, put the talk before a human, and say its number; what waited for these debts goes, which is said."""
    before = await waiting_proposal(scene, [debt.id for debt in known.debts])
    proposal = await propose(
        scene.conn,
        scene.till,
        known,
        wanted,
        words=scene.turn.text or "",
        conversation_id=scene.conversation.id,
        request_key=f"{scene.turn.id}:proposal",
    )
    debtor = await get_debtor(scene.conn, known.debts[0].debtor_id)
    place = await request_human(
        scene.conn,
        scene.till.talk,
        scene.conversation.id,
        "proposta",
        _summary(known, proposal.protocol, wanted, debtor.name),
        asked=False,
    )
    scene.ask(None)
    replaced = [{"protocol": before.protocol}] if before is not None and before.id != proposal.id else []
    scene.say(
        "utter_proposal_taken", protocol=proposal.protocol, place=max(place.place, 1), replaced=replaced, **wanted_values(wanted)
    )


def wanted_values(wanted: Mapping[str, int]) -> dict[str, Any]:
    """A proposal as typed values: one row for each part that was said."""
    return {
        "at_once": [{"value": {"money": wanted["total"]}}] if "total" in wanted else [],
        "down": [{"value": {"money": wanted["down"]}}] if "down" in wanted else [],
        "parts": [{"value": wanted["count"]}] if "count" in wanted else [],
        "monthly": [{"value": {"money": wanted["instalment"]}}] if "instalment" in wanted else [],
        "begins": [{"value": {"date": date.fromordinal(wanted["first_due"]).isoformat()}}] if "first_due" in wanted else [],
    }


_FOR_THE_DESK = {
    "total": "total",
    "down": "entrada",
    "count": "parcelas",
    "instalment": "por mês",
    "first_due": "1º pagamento em",
}


def _for_the_desk(part: str, value: int) -> str:
    if part == "first_due":
        return f"{date.fromordinal(value):%d/%m/%Y}"
    return str(value) if part == "count" else money(value)


def _summary(known: Facts, protocol: str, wanted: Mapping[str, int], name: str) -> str:
    parts = [f"{_FOR_THE_DESK[part]} {_for_the_desk(part, value)}" for part, value in wanted.items()]
    return (
        f"Identidade confirmada: {name}. Proposta {protocol}, além da política: {', '.join(parts)}.\n"
        f"Dívidas: {', '.join(debt.title for debt in known.debts)}. À vista hoje: {money(known.cash)}."
    )


async def waiting_proposal(scene: Scene, debt_ids: Sequence[int] | None = None) -> Proposal | None:
    """The newest proposal of this person, over any of these debts if given, that nobody has answered yet."""
    proof = await scene.proof()
    if proof is None:
        return None
    waiting = await waiting_proposals(scene.conn, debtor_id=proof.debtor_id)
    return next((one for one in reversed(waiting) if debt_ids is None or set(one.debt_ids) & set(debt_ids)), None)


async def waiting_protocol(scene: Scene) -> str | None:
    """The number of the proposal of this person that nobody has answered yet."""
    waiting = await waiting_proposal(scene)
    return waiting.protocol if waiting else None


async def tell_waiting(scene: Scene, waiting: Proposal) -> None:
    """What waits with the team, part by part, and how it is changed."""
    scene.ask("proposal", takes=("amount", "count"), debts=list(waiting.debt_ids))
    scene.say("utter_proposal_is_with_them", protocol=waiting.protocol, **wanted_values(waiting.wanted))
