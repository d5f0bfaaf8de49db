""" "Manda o Pix" below a proposal or plans: the first payment, or all at once? Asked, for one buys not the other."""

from __future__ import annotations

import re

from actions.debts_to_negotiate import names_others
from actions.instalments import take_only_plan
from actions.negotiating import (
    current_offer,
)
from actions.on_the_table import AT_ONE_GO, facts_on_the_table, take_spoken_of_plan
from actions.scene import Scene
from understanding.plain import plain


async def agree_or_pay(scene: Scene) -> bool:
    """\"Beleza, manda o pix\" below a proposal: is it the agreement's first payment, or all at once? Asked, for one buys not the other.
    False: all at once was said, or no proposal is open."""
    if not scene.turn.text or AT_ONE_GO.search(plain(scene.turn.text)):
        return False
    if scene.open_question == "plans":
        return await _plan_before_code(scene)
    if scene.open_question != "accept_offer":
        return False
    offer = await current_offer(scene)
    known = await facts_on_the_table(scene)
    if offer is None or known is None or offer.id != (scene.question.arguments.get("offer") if scene.question else None):
        return False
    plan = offer.terms.plan
    means = "boleto" if re.search(r"\bb[ou]l+[eao]?[tl]\w*\b", plain(scene.turn.text)) else "pix"
    scene.say(
        "utter_agree_or_pay",
        first={"money": plan.down_payment or plan.instalments[0].amount},
        cash={"money": known.cash},
        arguments={"offer": offer.id, "debts": list(offer.debt_ids), "means": means},
    )
    return True


_THE_CODE = re.compile(r"\b(?:manda\w*|envi\w+|gera\w*|passa|cade|codigo|pix|b[ou]l+[eao]?[tl]\w*)\b")


async def _plan_before_code(scene: Scene) -> bool:
    """\"Manda o código\" below plans of which none is chosen: the plan that was spoken of, in full, else that one is to be chosen first.
    False: nothing of a code, or other debts are meant."""
    question = scene.question
    if question is None or not _THE_CODE.search(plain(scene.words)) or await names_others(scene):
        return False
    if not (await take_only_plan(scene) or await take_spoken_of_plan(scene)):
        scene.say("utter_which_plan")
    return True
