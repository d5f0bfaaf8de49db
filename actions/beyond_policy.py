"""A wish beyond the policy: taken to the team where it is plain what is wished, and asked about where it is not."""

from __future__ import annotations

from actions.debts_to_negotiate import debts_meant
from actions.negotiating import known_facts
from actions.proposal import take_to_human
from actions.proposed import lone_amount, says_no
from actions.proposing import propose_own, read_back, wanted_in
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.several import (
    answer_apart,
    take_apart,
)
from receivables.store import get_debts
from understanding.explicit import said_yes


class Propose(Topic):
    """A tap on \"Levar proposta\": what was proposed goes to a human."""

    def name(self) -> str:
        return "action_propose"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "pedir_desconto"):
            await propose_wished(scene)


async def propose_wished(scene: Scene) -> None:
    """Take what was proposed to a human, or ask what is proposed."""
    own = wanted_in(scene) if not scene.turn.arguments else {}
    if not own and await take_apart(scene):
        return
    tapped = scene.turn.arguments.get("wanted")
    kept = scene.question.arguments if scene.question else {}
    wanted = tapped or kept.get("wanted")
    debts = await debts_meant(scene, "pedir_desconto")
    known = await known_facts(scene, debts) if debts else None
    if known is None:
        return
    if own:
        await propose_own(scene, known, own)
    elif wanted and not tapped and kept.get("mixed"):
        read_back(scene, known, wanted)
    elif wanted:
        await take_to_human(scene, known, wanted)
    else:
        scene.ask("proposal", takes=("amount", "count"), debts=[debt.id for debt in known.debts])
        scene.say("utter_ask_proposal")


async def answer_propose_apart(scene: Scene) -> bool:
    """Whether a proposal over debts of several creditors is taken to the team; another amount is another proposal."""
    assert scene.question is not None
    if said_yes(scene.words):
        return await take_apart(scene)
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_offer_declined")
        return True
    amount = lone_amount(scene)
    if amount is None:
        return False
    await answer_apart(scene, await get_debts(scene.conn, scene.question.arguments.get("debts") or ()), amount)
    return True
