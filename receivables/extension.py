"""Moving a due date: whether the policy allows it, to which day, and what it costs. Pure.

An extension gives time; it forgives nothing that has already been charged. Days are counted from the due date, or from today when
that is over: the policy's `max_days` as well as the interest, which is charged only where the policy says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from receivables.calendar import next_business_day
from receivables.money import simple_interest
from receivables.owed import DebtState, Terms, owed


class ExtensionLimits(Protocol):
    """What a policy allows. `receivables.policy.Extension` is one."""

    @property
    def max_days(self) -> int: ...
    @property
    def max_times(self) -> int: ...
    @property
    def max_overdue_days(self) -> int: ...
    @property
    def charge_interest(self) -> bool: ...


class ExtensionRefused(ValueError):
    """The due date may not be moved so. `code` is stable; `limit` is the latest day that is allowed, where there is one.

    Codes: `none_allowed`, `already_extended`, `too_long_overdue`, `in_agreement`, `not_later`, `too_late`, `nothing_owed`.
    """

    def __init__(self, code: str, detail: str, limit: date | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Extended:
    """A due date as it was moved: `amount + interest == total`, to be paid up to `due_date`, a business day.

    `moved` says that the day which was asked for is none, so that people can be told. `days` are those the interest is for,
    whether it is charged or not.
    """

    asked_for: date
    due_date: date
    days: int
    amount: int
    interest: int
    total: int

    @property
    def moved(self) -> bool:
        """Whether banks do not work on the day that was asked for."""
        return self.asked_for != self.due_date


def extension_interest(amount: int, percent_month: Decimal, days: int) -> int:
    """What `days` more cost on `amount` centavos, at simple interest a month of 30 days; half up."""
    return simple_interest(amount, percent_month, days)


def counted_from(due_date: date, today: date) -> date:
    """The day that an extension counts from: the due date (rolled), or today when that is over."""
    return max(next_business_day(due_date), today)


def after(debt: DebtState, moved: Extended, today: date) -> DebtState:
    """The debt once its last day to pay was moved so, `today`: charges stand still until then; what its days cost is added."""
    start = counted_from(debt.payable_to, today)
    earlier = (debt.extended_to - debt.extended_from).days if debt.extended_from and debt.extended_to else 0
    return replace(
        debt,
        charges_left=debt.charges_left + moved.interest,
        extended_from=start,
        extended_to=moved.due_date,
        extended_before=debt.extended_before + earlier,
    )


def latest_date(due_date: date, limits: ExtensionLimits, today: date) -> date:
    """The latest day that a due date may be moved to; a business day, which may lie beyond `max_days` only because of that."""
    return next_business_day(counted_from(due_date, today) + timedelta(days=limits.max_days))


def extend(
    debt: DebtState,
    terms: Terms,
    limits: ExtensionLimits,
    *,
    to: date | None,
    today: date,
    times_before: int,
    in_agreement: bool = False,
) -> Extended:
    """What moving the due date to `to` comes to; None asks for the latest day allowed. Raises ExtensionRefused.

    `times_before` is how often this debt was extended already. An agreement's instalment is not extended: the agreement has
    rules of its own. The amount is today's, with the cash discount of today.
    """
    if in_agreement:
        raise ExtensionRefused("in_agreement", "an instalment of an agreement is not extended")
    if limits.max_times == 0:
        raise ExtensionRefused("none_allowed", "the policy allows no extensions")
    if times_before >= limits.max_times:
        raise ExtensionRefused("already_extended", f"extended {times_before} times, at most {limits.max_times}")
    due = owed(debt, terms, today)
    if due.total <= 0:
        raise ExtensionRefused("nothing_owed", "nothing is left to pay")
    if due.days_overdue > limits.max_overdue_days:
        raise ExtensionRefused("too_long_overdue", f"{due.days_overdue} days overdue, at most {limits.max_overdue_days}")
    start, latest = counted_from(debt.payable_to, today), latest_date(debt.payable_to, limits, today)
    asked_for = latest if to is None else to
    if asked_for <= start:
        raise ExtensionRefused("not_later", f"{asked_for} is not after {start}", latest)
    moved_to = next_business_day(asked_for)
    if moved_to > latest:
        raise ExtensionRefused("too_late", f"{asked_for} is after {latest}", latest)
    days = (moved_to - start).days
    # Interest runs on what was lent, never on a fine or on other interest.
    interest = extension_interest(due.principal, terms.interest_percent_month, days) if limits.charge_interest else 0
    return Extended(asked_for, moved_to, days, amount=due.total, interest=interest, total=due.total + interest)
