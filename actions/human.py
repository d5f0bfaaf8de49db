"""A human, one word away, from anywhere."""

from __future__ import annotations

from actions.proving import forget_form
from actions.scene import Scene, Topic
from conversations.handover import request_human
from receivables.store import debts_of, get_debtor


class AskHuman(Topic):
    """\"Quero falar com uma pessoa\"."""

    def name(self) -> str:
        return "action_human"

    async def act(self, scene: Scene) -> None:
        await ask_human(scene, scene.intent or "falar_com_humano")


async def ask_human(scene: Scene, why: str, response: str = "utter_human_requested") -> None:
    """Put the talk into the queue and say the place in it."""
    place = await request_human(scene.conn, scene.till.talk, scene.conversation.id, why, await _summary(scene))
    forget_form(scene)
    scene.ask(None)
    scene.say(response, place=max(place.place, 1))
    if scene.conversation.phone_key is None and place.new:
        scene.say("utter_share_phone")


async def _summary(scene: Scene) -> str:
    """What the agent reads first; the talk itself stands beside it."""
    proof = await scene.proof()
    lines = []
    if proof is None:
        lines.append("Identidade não confirmada.")
    else:
        debtor = await get_debtor(scene.conn, proof.debtor_id)
        debts = [d for d in await debts_of(scene.conn, debtor.id) if d.status == "open"]
        lines.append(f"Identidade confirmada: {debtor.name}. Dívidas em aberto: {len(debts)}.")
    if scene.slots.get("wanted"):
        lines.append(f"Queria: {scene.slots['wanted']}.")
    if scene.turn.text:
        lines.append(f"Última mensagem: {scene.turn.text[:300]}")
    return "\n".join(lines)


topics = (AskHuman,)
