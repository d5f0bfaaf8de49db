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
from actions.scene import Scene
from actions.which_debt import payable
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
