"""Paying a part: the least that is taken, and what it leaves to pay. Pure but for the debt it is told of.

A part covers fine and interest first, then principal (CC art. 354), has no cash discount, and settles nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from receivables import owed as rules
from receivables.ground import Ground
from receivables.owed import allocate
from receivables.promise import least_part
from receivables.store import Debt, owed, why_uncollectable


class PartRefused(ValueError):
    """This part cannot be paid. `code` is stable; `amount` is the least that is taken, or all that is owed (centavos).

    Codes: `too_little`, `all_of_it`, `disputed`, `not_open`, `uncollectable`.
    """

    def __init__(self, code: str, amount: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.amount = amount


def left_after(ground: Ground, debt: Debt, amount: int, *, day: date | None = None, paid_on: date | None = None) -> int:
    """What settles the debt today (or on `day`) once `amount` centavos were paid on it today (or on `paid_on`)."""
    due = owed(ground, debt, paid_on)
    if amount >= due.total:
        return 0
    left = allocate(debt.state, due, amount).debt
    return rules.owed(left, ground.policies.for_portfolio(debt.portfolio), day or due.day).total


def left_after_parts(ground: Ground, debt: Debt, parts: Sequence[tuple[date, int]], day: date) -> int:
    """What settles the debt on `day` (not before the last of them) once each of these amounts (centavos) was paid on its day."""
    terms, state = ground.policies.for_portfolio(debt.portfolio), debt.state
    for on, amount in sorted(parts):
        due = rules.owed(state, terms, on)
        if amount >= due.total:
            return 0
        state = allocate(state, due, amount).debt
    return rules.owed(state, terms, day).total


def check_part(ground: Ground, debt: Debt, amount: int) -> int:
    """What is left to pay after this part. Raises `PartRefused`."""
    if debt.status == "disputed":
        raise PartRefused("disputed")
    if debt.status != "open":
        raise PartRefused("not_open")
    if why_uncollectable(ground, debt):
        raise PartRefused("uncollectable")
    total = owed(ground, debt).total
    if amount >= total:
        raise PartRefused("all_of_it", total)
    if amount < least_part(total):
        raise PartRefused("too_little", least_part(total))
    return left_after(ground, debt, amount)
