"""What waiting does to the price of paying all at once: on some later days a debt costs less, because a higher discount begins. Pure
but for the debts it is told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from receivables.ground import Ground
from receivables.store import Debt, owed


@dataclass(frozen=True, slots=True)
class Cheaper:
    """On a later day it comes to `less` centavos under today's price `now`, for the discounts that begin up to `since`."""

    now: int
    less: int
    since: date


def cheaper_then(ground: Ground, debts: Sequence[Debt], day: date) -> Cheaper | None:
    """Whether these debts together cost less on that day than today; None where they do not."""
    today = [owed(ground, debt) for debt in debts]
    then = [owed(ground, debt, day) for debt in debts]
    now = sum(due.total for due in today)
    less = now - sum(due.total for due in then)
    # A band chosen by days overdue begins so many days before the day as the debt is then overdue beyond its first day.
    begun = [
        day - timedelta(days=after.days_overdue - after.band.overdue_from)
        for before, after in zip(today, then, strict=True)
        if after.band is not None and after.band != before.band and after.total < before.total
    ]
    return Cheaper(now, less, max(begun)) if less > 0 and begun else None
