"""A deal is wished for debts that are agreed on already: what their agreement says, allows, or what would replace it."""

from __future__ import annotations

import re

from actions.agreement_mended import (
    CANCEL,
    CANNOT_KEEP,
    ask_redo,
    ease,
    other_terms,
)
from actions.agreement_paid import A_DISCOUNT, AHEAD, ALL_OF_IT, ahead
from actions.agreement_told import agreement_spoken_of, tell
from actions.proposed import understood
from actions.scene import Scene
from actions.which_debt import payable
from receivables.store import get_debts, owed
from understanding.plain import plain


async def cannot_keep(scene: Scene) -> bool:
    """ "Não vou conseguir pagar a entrada", whatever it was taken for, with a live agreement. False: no such words, or no agreement."""
    said = plain(scene.turn.text or "")
    if not CANNOT_KEEP.search(said) or CANCEL.search(said) or await scene.proof() is None:
        return False
    agreement = await agreement_spoken_of(scene)
    _, debts = await payable(scene)
    # With other debts beside it, only what names the agreement is about it.
    others = any(debt.status == "open" for debt in debts)
    if agreement is None or (others and not re.search(r"\b(?:acordo|entrada|parcelas?)\b", said)):
        return False
    await ease(scene, agreement)
    return True


async def agreed_already(scene: Scene) -> None:
    """A wish for a discount or for instalments of what is agreed on: taken up as one about the agreement."""
    agreement = await agreement_spoken_of(scene)
    said = plain(scene.words)
    if agreement is None:
        scene.say("utter_agreed_already")
    elif CANNOT_KEEP.search(said):
        await ease(scene, agreement)
    elif AHEAD.search(said) or ALL_OF_IT.search(said) or A_DISCOUNT.search(said):
        await ahead(scene, agreement)
    elif other_terms(scene):
        await ask_redo(scene, agreement)
    else:
        await tell(scene, agreement)


_AT_ONCE = re.compile(
    r"\b(?:tudo|todo|total|inteiro)\b.{0,25}\b(?:de uma vez|a vista|agora|hoje)\b|\b(?:quero|queria|prefiro|melhor|vou|posso) (?:\w+ ){0,4}(?:a vista|avista|de uma vez)\b"
)
_ALL_OF_THE_AGREEMENT = re.compile(
    r"(?:(?:nao|a entrada|e|so|quero|pagar|o pix d?o|manda) )*(?:o acordo (?:todo|inteiro)|tudo (?:o )?que falta|o total do acordo)"
)


async def all_at_once_instead(scene: Scene) -> bool:
    """ "Pensando bem, quero pagar tudo de uma vez", below an agreement: never its next code. Nothing paid yet, it can be undone for the
    price of today, which is asked; else what is left is priced. False: not said, or other debts may be meant."""
    said = plain(scene.turn.text or "")
    at_once, the_rest = _AT_ONCE.search(said), _ALL_OF_THE_AGREEMENT.fullmatch(said)
    if not (at_once or the_rest) or scene.form is not None or scene.open_question not in (None, "agreement", "pay", "show"):
        return False
    if await scene.proof() is None or any(debt.status != "agreed" for debt in (await payable(scene))[1]):
        return False
    agreement = await agreement_spoken_of(scene)
    if agreement is None or len(agreement.unpaid) < 2:
        return False
    if the_rest:
        scene.wish_words = "pagar tudo"
        await ahead(scene, agreement)
        return True
    if agreement.paid:
        return False  # what is left is priced by the agreement's own topic
    cash = sum(owed(scene.ground, debt).total for debt in await get_debts(scene.conn, agreement.debt_ids))
    if cash >= agreement.left and A_DISCOUNT.search(said):
        return False
    days = {
        one.readings[0]
        for one in understood(scene).dates
        if one.kind == "exact" and one.readings and one.readings[0] > scene.today
    }
    wish = f"pago tudo à vista no dia {days.pop():%d/%m/%Y}" if len(days) == 1 else "quero pagar à vista"
    await ask_redo(scene, agreement, wish=wish, cash=cash)
    return True
