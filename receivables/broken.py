"""Agreements that are not kept: when one breaks, and what is owed afterwards. Pure.

A broken agreement gives back the debt as it was before: the discount is lost, every payment made under it lowers the principal, and
fine and interest on what is left count from the debt's own due date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from receivables.calendar import next_business_day
from receivables.owed import Band, DebtState, InterestFrom, Owed, Terms, owed


@dataclass(frozen=True, slots=True)
class _WithoutDiscounts:
    fine_percent: Decimal
    interest_percent_month: Decimal
    interest_from: InterestFrom
    discounts: Sequence[Band] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """What a broken agreement leaves: `debt` from now on, and `due`, what it comes to on the day it broke, without discount.

    `paid` lowered the principal. `lost_discount` is how much less the agreement asked for than is owed without it. `kept_up` is
    what was added so that breaking an agreement never leaves less to pay than keeping it; 0 unless it had a small discount.
    """

    debt: DebtState
    due: Owed
    paid: int
    lost_discount: int
    kept_up: int


def breaks_on(due_date: date, broken_after_days: int) -> date:
    """The day on which an agreement breaks if the instalment due on `due_date` is still unpaid: the tolerance is over."""
    return next_business_day(due_date) + timedelta(days=broken_after_days + 1)


def broken_balance(debt: DebtState, terms: Terms, *, agreed: int, paid: int, day: date) -> Broken:
    """What is owed once an agreement broke on `day`.

    `debt` is the debt before it was agreed on; `agreed` what was agreed on, without the interest of the plan (which was for
    time that is not given any more), and `paid` what was paid under it: centavos, this debt's share of both.
    """
    if paid < 0 or agreed <= 0:
        raise ValueError("an agreement is about an amount, and payments are not negative")
    to_principal = min(paid, debt.principal_left)
    to_charges = min(paid - to_principal, debt.charges_left)
    left = replace(debt, principal_left=debt.principal_left - to_principal, charges_left=debt.charges_left - to_charges)
    due = owed(left, _plain(terms), day)
    still_agreed = max(0, agreed - paid)
    kept_up = max(0, still_agreed - due.total)
    if kept_up:
        left = replace(left, charges_left=left.charges_left + kept_up)
        due = owed(left, _plain(terms), day)
    return Broken(debt=left, due=due, paid=paid, lost_discount=due.total - still_agreed, kept_up=kept_up)


def _plain(terms: Terms) -> _WithoutDiscounts:
    return _WithoutDiscounts(terms.fine_percent, terms.interest_percent_month, terms.interest_from)
