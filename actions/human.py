"""A human, one word away, from anywhere."""

from __future__ import annotations

import re
from typing import Any

from actions.faq import tell
from actions.proving import forget_form
from actions.scene import Scene, Topic
from conversations.handover import request_human
from conversations.said import last_lines
from conversations.service import opening
from conversations.wording import money
from payments.charges import charges_of
from receivables.agreements import agreements_of, get_offer
from receivables.brasilia import BRASILIA
from receivables.disputing import disputes_of
from receivables.promising import promises_of
from receivables.store import debts_of, get_debtor
from understanding.plain import plain

_WHO = {"debtor": "Cliente", "bot": "Assistente", "agent": "Equipe"}
_LONGEST_LINE = 160
_CLOSED = {
    "utter_human_requested": "utter_human_requested_closed",
    "utter_human_requested_gently": "utter_human_requested_gently_closed",
}
"""What is said in its place while nobody of the team is there."""


class AskHuman(Topic):
    """\"Quero falar com uma pessoa\"."""

    def name(self) -> str:
        return "action_human"

    async def act(self, scene: Scene) -> None:
        if re.search(r"\bouvidori\w+\b", plain(scene.turn.text or "")) and scene.turn.text:
            await tell(scene, scene.till.talk.knowledge.known["complain"])
            return
        await ask_human(scene, scene.intent or "falar_com_humano")


async def ask_human(scene: Scene, why: str, response: str = "utter_human_requested", *, asked: bool = True) -> None:
    """Put the talk into the queue and say the place in it. `asked`: see `request_human`."""
    place = await request_human(scene.conn, scene.till.talk, scene.conversation.id, why, await _summary(scene), asked=asked)
    forget_form(scene)
    scene.ask(None)
    opens = opening(scene.till.talk.ground.clock.now(), [scene.till.talk.ground.policies.default.contact.hours])
    if opens is None:
        scene.say(response, place=max(place.place, 1))
    else:
        # A place is told while the queue moves: overnight it would change with everybody who writes, and nobody is served.
        day = opens.astimezone(BRASILIA).date()
        on: Any = "hoje" if day == scene.today else {"date": day.isoformat()}
        values = {"opens_on": on, "opens_at": {"instant": opens.isoformat()}}
        if response in _CLOSED:
            scene.say(_CLOSED[response] if place.new else "utter_human_closed_still", **values)
        else:
            scene.say(response, place=max(place.place, 1))
            if asked:
                scene.say("utter_human_closed", **values)
    if scene.conversation.phone_key is None and place.new:
        scene.say("utter_share_phone")


async def _summary(scene: Scene) -> str:
    """What the agent reads first: who, what they want, what is on the table, the last lines."""
    proof = await scene.proof()
    lines = []
    if proof is None:
        lines.append("Identidade não confirmada.")
    else:
        debtor = await get_debtor(scene.conn, proof.debtor_id)
        debts = [d for d in await debts_of(scene.conn, debtor.id) if d.status in ("open", "agreed", "disputed")]
        lines.append(f"Identidade confirmada: {debtor.name}. Dívidas em aberto: {len(debts)}.")
        lines += await _on_the_table(scene, debtor.id)
    wishes = [scene.slots.get("wanted"), *(one["intent"] for one in scene.slots.get("wanted_more") or ())]
    if scene.question is not None and scene.question.wish:
        wishes.append(scene.question.wish[0])
    named = [scene.till.talk.knowledge.labels.get(wish, wish) for wish in dict.fromkeys(filter(None, wishes))]
    if named:
        lines.append(f"Queria: {', '.join(named)}.")
    lines.append("Últimas mensagens:")
    for author, words in await last_lines(scene.conn, scene.conversation.id):
        short = " ".join(words.split())
        lines.append(f"{_WHO[author]}: {short[:_LONGEST_LINE]}{'…' if len(short) > _LONGEST_LINE else ''}")
    return "\n".join(lines)


async def _on_the_table(scene: Scene, debtor_id: int) -> list[str]:
    """Agreements, promises, disputes and codes that hold, and the offer that was being talked about."""
    lines = []
    if scene.question is not None and scene.question.name == "accept_offer":
        offer = await get_offer(scene.conn, str(scene.question.arguments.get("offer")))
        if offer is not None:
            plan = offer.terms.plan
            lines.append(f"Proposta na mesa: entrada {money(plan.down_payment)} e {plan.count}x.")
    for agreement in await agreements_of(scene.conn, debtor_id, status="active"):
        lines.append(f"Acordo em vigor: protocolo {agreement.protocol}.")
    for promise in await promises_of(scene.conn, debtor_id):
        if promise.status == "open":
            lines.append(f"Promessa em aberto: protocolo {promise.protocol}.")
    for dispute in await disputes_of(scene.conn, debtor_id):
        if dispute.status == "open":
            lines.append(f"Contestação em aberto: protocolo {dispute.protocol}.")
    for charge in await charges_of(scene.conn, debtor_id):
        if charge.status == "active":
            lines.append(f"Código que vale: {charge.kind} de {money(charge.amount)}.")
    return lines


topics = (AskHuman,)
