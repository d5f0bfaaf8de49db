"""An amount alone, said where nothing was asked, taken as a price for what is owed."""

from __future__ import annotations

from actions.cash import answer_cash
from actions.negotiating import known_facts
from actions.proposed import lone_amount
from actions.scene import Scene
from actions.several import (
    answer_apart,
)
from actions.which_debt import apart, payable
from receivables.store import owed


async def priced(scene: Scene) -> bool:
    """\"850 então, manda\": the very price of one of several debts, or of all of them. False: no such price."""
    amount = lone_amount(scene)
    if amount is None or await scene.proof() is None or not nothing_chosen(scene):
        return False
    free = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    prices = [owed(scene.ground, debt).total for debt in free]
    if len(free) < 2 or (prices.count(amount) != 1 and amount != sum(prices)):
        return False
    if amount != sum(prices):
        free = [debt for debt, price in zip(free, prices, strict=True) if price == amount]
    elif apart(free):
        await answer_apart(scene, free, amount)
        return True
    known = await known_facts(scene, free)
    if known is not None:
        await answer_cash(scene, known, amount)
    return True


def nothing_chosen(scene: Scene) -> bool:
    """Whether no debt is being talked about, tapped or named."""
    about = scene.question.arguments.get("debts") if scene.question else None
    return not (about or scene.slots.get("focus") or scene.turn.arguments.get("debts"))
