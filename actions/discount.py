"""\"Tem desconto?\": the most that the policy gives for paying at once, what would change it, and what a human may decide."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from actions.beyond_policy import Propose, answer_propose_apart
from actions.cash import answer_cash, answer_percent, say_most
from actions.debts_to_negotiate import debts_meant, names_others
from actions.instalments import propose_plan
from actions.negotiating import WHY, known_facts, say_why
from actions.partial import consider as consider_part
from actions.priced import nothing_chosen
from actions.proposal import take_to_human
from actions.proposed import counter_in, lone_amount, percent_in, says_no
from actions.proposing import other_terms, propose_own, wanted_in
from actions.proving import proven
from actions.resting import at_rest
from actions.scene import Scene, Topic
from actions.several import (
    APART,
    discounts_of_each,
    percent_for_several,
    price_for_several,
    price_of_named,
)
from actions.which_debt import apart, named_by_words
from conversations.turn import text_of
from payments.agreeing import Facts
from receivables.store import get_debts
from understanding.explicit import said_yes
from understanding.plain import plain


class Haggle(Topic):
    """The wish for a discount, with or without an amount in it."""

    def name(self) -> str:
        return "action_discount"

    async def act(self, scene: Scene) -> None:
        if not await _pays_all_the_same(scene) and await proven(scene, "pedir_desconto"):
            await haggle(scene)


_DEAR_BUT = re.compile(
    r"\b(?:car[oa]|salgad\w|pesad\w|puxad\w|absurdo|um roubo)\b.{0,15}\bmas (?:\w+ ){0,2}?(?:vou|pago|pagar|quero pagar|manda|bora|fazer o que)\b.{0,25}\b(?:pag\w+|pix|boleto|manda\w*|codigo)\b"
)


async def _pays_all_the_same(scene: Scene) -> bool:
    """ "Tá caro, mas vou pagar, manda o pix": the other half of the message asks for the code, and nobody asked for less."""
    whole = plain(await text_of(scene.conn, scene.turn.id) or "") if scene.piece is not None else ""
    return _DEAR_BUT.search(whole) is not None and "descont" not in whole


async def haggle(scene: Scene) -> None:
    """Today's real maximum for the debts meant, or the answer to the amount that was proposed."""
    if await at_rest(scene):
        return
    if nothing_chosen(scene):
        whole = await text_of(scene.conn, scene.turn.id) if scene.piece is not None else None
        named = [debt for debt in await named_by_words(scene) or await named_by_words(scene, whole) if debt.status == "open"]
        if len(named) == 1:
            scene.set_slot("focus", [named[0].id])  # "a da Tamboril, faz por 500?" has said whose price it is
            named = []
        elif len(named) < 2 and await percent_for_several(scene):
            return
        if not scene.slots.get("focus") and (
            await price_of_named(scene, named) or await price_for_several(scene) or await discounts_of_each(scene)
        ):
            return
    debts = await debts_meant(scene, "pedir_desconto")
    if debts and apart(debts) and await percent_for_several(scene, debts):
        return
    if debts and apart(debts) and (await price_for_several(scene, debts) or await discounts_of_each(scene, debts)):
        return
    known = await known_facts(scene, debts) if debts else None
    if known is None:
        return
    if WHY.search(plain(scene.words)):
        await say_why(scene, known)
        if scene.open_question:
            scene.say(f"utter_back_to_{scene.open_question}")
        else:
            say_most(scene, known)
        return
    percent = percent_in(scene)
    if percent is not None:
        await answer_percent(scene, known, percent)
        return
    counter, total = counter_in(scene)
    if counter.count is not None or counter.down is not None or counter.instalment is not None:
        await propose_plan(scene, known)
        return
    amount = total if total is not None else lone_amount(scene)
    if amount is not None and total is None and _A_PART_NOW.search(plain(scene.words)) and len(known.debts) == 1:
        await consider_part(scene, known.debts[0], amount)
    elif amount is not None:
        await answer_cash(scene, known, amount)
    else:
        say_most(scene, known)


_A_PART_NOW = re.compile(
    r"\b(?:posso|consigo|da pra|quero|vou) (?:te |lhe |ja )?(?:pagar|dar|mandar) .{0,25}\b(?:agora|hoje|ja)\b(?!.*\b(?:a vista|quit\w*|descont\w*)\b)"
)
""""Posso pagar 100 agora?": a part, and no price."""


# ------------------------------------------------------------------------------------------------ answers to what is open


async def _known(scene: Scene) -> Facts | None:
    debts = await get_debts(scene.conn, scene.question.arguments.get("debts", []) if scene.question else [])
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return None
    return await known_facts(scene, debts)


async def answer_discount(scene: Scene) -> bool:
    """After the maximum was told: an amount, a count, or a yes to paying."""
    if await names_others(scene):
        await haggle(scene)
        return True
    known = await _known(scene)
    if known is None:
        return False
    percent = percent_in(scene)
    if percent is not None:
        await answer_percent(scene, known, percent)
        return True
    counter, total = counter_in(scene, asked="count")
    amount = total if total is not None else lone_amount(scene)
    if counter.count is not None or counter.down is not None or counter.instalment is not None:
        return await propose_plan(scene, known, asked="count")
    if amount is not None:
        await answer_cash(scene, known, amount)
        return True
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_offer_declined")
        return True
    if said_yes(scene.words):
        scene.ask("pay")
        await scene.turn_to("solicitar_pagamento")
        return True
    return False


async def answer_propose(scene: Scene) -> bool:
    """Whether a proposal is taken to a human; another amount is another proposal."""
    assert scene.question is not None
    wanted = dict(scene.question.arguments.get("wanted") or {})
    if said_yes(scene.words) and wanted:
        known = await _known(scene)
        if known is not None:
            await take_to_human(scene, known, wanted)
        return known is not None
    known = await _known(scene) if scene.question.arguments.get("read_back") else None
    return (known is not None and await other_terms(scene, known)) or await answer_discount(scene)


async def answer_proposal_question(scene: Scene) -> bool:
    """What is proposed, in the person's words."""
    known = await _known(scene)
    if known is None:
        return False
    wanted = wanted_in(scene)
    if not wanted:
        return False
    await propose_own(scene, known, wanted)
    return True


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "discount": answer_discount,
    "propose": answer_propose,
    "proposal": answer_proposal_question,
    APART: answer_propose_apart,
}

topics = (Haggle, Propose)
