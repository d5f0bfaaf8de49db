"""Agreements in instalments: what is agreed on, which plans a policy allows, and each plan's amounts and dates. Pure.

All amounts are integer centavos and every plan sums to its total exactly: equal instalments are rounded down and one of them takes
the rest; under the Price table (a monthly rate) the last one absorbs the rounding. Dates keep their day of the month, clamped in
shorter months, and move to the next business day (Lei 7.089/83).

The first payment is due at most `first_due_days` after the agreement: the down payment, with the instalments from one month
later on, or the first instalment when there is no down payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from receivables.calendar import months_later, next_business_day
from receivables.money import half_up, percent_of
from receivables.owed import Owed

MOST_INSTALMENTS = 360
"""Thirty years: no policy's `max` counts beyond it."""

Remainder = Literal["last", "first"]


class PlanLimits(Protocol):
    """What a policy allows. `receivables.policy.Instalments` is one; `min_amount` in centavos."""

    @property
    def max(self) -> int: ...
    @property
    def min_amount(self) -> int: ...
    @property
    def down_payment_percent(self) -> Decimal: ...
    @property
    def monthly_rate_percent(self) -> Decimal: ...
    @property
    def first_due_days(self) -> int: ...
    @property
    def discount_factor(self) -> Decimal: ...


class PlanRefused(ValueError):
    """The policy allows no such plan. `code` is stable; `limit` is the nearest value that is allowed, None when there is none.

    Codes: `bad_amount`, `only_cash`, `too_few`, `too_many`, `instalment_too_small` (limit: a count); `down_payment_too_small`,
    `down_payment_too_large` (limit: centavos); `first_due_past`, `first_due_too_late` (limit: a date).
    """

    def __init__(self, code: str, detail: str, limit: int | date | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.limit = limit


@dataclass(frozen=True, slots=True)
class AgreedAmount:
    """What an agreement divides: `gross - discount == total`. `discount` is the kept share of the cash discount."""

    gross: int
    discount: int
    total: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a plan; `principal + interest == amount`."""

    number: int
    amount: int
    principal: int
    interest: int
    due_date: date


@dataclass(frozen=True, slots=True)
class Plan:
    """`down_payment` plus the instalments make `total`; without the plan's interest that is `amount`, which was agreed on.

    `down_payment_due` is None when there is no down payment.
    """

    amount: int
    down_payment: int
    down_payment_due: date | None
    instalments: tuple[Instalment, ...]
    monthly_rate_percent: Decimal

    @property
    def count(self) -> int:
        """How many instalments there are, the down payment aside."""
        return len(self.instalments)

    @property
    def total(self) -> int:
        """Everything that will have been paid."""
        return self.down_payment + sum(instalment.amount for instalment in self.instalments)

    @property
    def interest(self) -> int:
        """What the plan costs beyond what was agreed on."""
        return self.total - self.amount

    @property
    def first_due(self) -> date:
        """When the first payment is due."""
        return self.down_payment_due or self.instalments[0].due_date


def agreed_amount(dues: Sequence[Owed], limits: PlanLimits) -> AgreedAmount:
    """What instalments for these debts divide: each keeps its share (`discount_factor`) of the cash discount, half up."""
    over, under = limits.discount_factor.as_integer_ratio()
    gross = sum(due.gross for due in dues)
    discount = sum(half_up(due.discount * over, under) for due in dues)
    return AgreedAmount(gross=gross, discount=discount, total=gross - discount)


def split_equal(total: int, count: int, remainder: Remainder = "last") -> tuple[int, ...]:
    """`total` in `count` amounts, each rounded down; what is left over goes to the last one, or to the first."""
    if total < 0 or count < 1:
        raise ValueError("something that is not negative is split into one part at least")
    each, rest = divmod(total, count)
    parts = [each] * count
    parts[-1 if remainder == "last" else 0] += rest
    return tuple(parts)


def split_price(total: int, monthly_rate_percent: Decimal, count: int) -> tuple[tuple[int, int], ...]:
    """The Price table: (principal, interest) of `count` equal monthly payments, the first after one month.

    The payment is rounded half up, and so is each month's interest; the last payment is whatever is left. The principals sum
    to `total`. At a rate of zero the payments are those of `split_equal`.
    """
    if total < 0 or count < 1 or monthly_rate_percent < 0:
        raise ValueError("something that is not negative is split into one part at least")
    if monthly_rate_percent == 0:
        return tuple((part, 0) for part in split_equal(total, count))
    over, under = monthly_rate_percent.as_integer_ratio()
    whole = 100 * under
    grown, plain = (whole + over) ** count, whole**count
    payment = half_up(total * over * grown, whole * (grown - plain))
    parts: list[tuple[int, int]] = []
    left = total
    for number in range(1, count + 1):
        interest = half_up(left * over, whole)
        principal = left if number == count else min(left, max(0, payment - interest))
        parts.append((principal, interest))
        left -= principal
    return tuple(parts)


def monthly_dates(first: date, count: int) -> tuple[date, ...]:
    """`count` due dates from `first` on: the same day each month, clamped in shorter ones, each on a business day."""
    return tuple(next_business_day(months_later(first, months)) for months in range(count))


def lowest_down_payment(amount: int, limits: PlanLimits) -> int:
    """The down payment that the policy asks for; 0 when it asks for none."""
    return percent_of(amount, limits.down_payment_percent)


def latest_first_due(limits: PlanLimits, today: date) -> date:
    """The last day on which an agreement's first payment may be due; a business day."""
    return next_business_day(today + timedelta(days=limits.first_due_days))


def most_instalments(amount: int, limits: PlanLimits, *, down_payment: int | None = None) -> int:
    """In how many instalments `amount` may be paid after its down payment (the policy's if left out); 0: in cash only."""
    rest = amount - (lowest_down_payment(amount, limits) if down_payment is None else down_payment)
    most = min(limits.max, MOST_INSTALMENTS)
    if rest < limits.min_amount:
        return 0
    if limits.monthly_rate_percent == 0:
        return min(most, rest // limits.min_amount)
    return next((count for count in range(most, 0, -1) if _large_enough(rest, count, limits)), 0)


def make_plan(
    amount: int,
    count: int,
    limits: PlanLimits,
    *,
    today: date,
    down_payment: int | None = None,
    first_due: date | None = None,
    remainder: Remainder = "last",
) -> Plan:
    """The plan that pays `amount` in `count` instalments after the down payment. Raises PlanRefused.

    `down_payment` left out is the policy's; a debtor may offer more, not less. `first_due` left out is `first_due_days` after
    `today`; it may be sooner. On a day on which banks do not work it moves, but the months are counted from it unmoved.
    """
    if amount <= 0:
        raise PlanRefused("bad_amount", "there is nothing to divide")
    lowest = lowest_down_payment(amount, limits)
    down = lowest if down_payment is None else down_payment
    if down < lowest:
        raise PlanRefused("down_payment_too_small", f"{down} centavos, at least {lowest}", lowest)
    if count < 1:
        raise PlanRefused("too_few", "at least one instalment", 1)
    most = most_instalments(amount, limits, down_payment=down)
    if most == 0:
        _refuse_all(amount, lowest, limits)
        raise PlanRefused("down_payment_too_large", "too little is left for an instalment", amount - limits.min_amount)
    if count > min(limits.max, MOST_INSTALMENTS):
        raise PlanRefused("too_many", f"{count} instalments, at most {most}", most)
    if not _large_enough(amount - down, count, limits):
        raise PlanRefused("instalment_too_small", f"an instalment is at least {limits.min_amount} centavos", most)
    start = today + timedelta(days=limits.first_due_days) if first_due is None else first_due
    if start < today:
        raise PlanRefused("first_due_past", f"{start} is before today", next_business_day(today))
    if start > latest_first_due(limits, today):
        raise PlanRefused("first_due_too_late", f"{start} is too late", latest_first_due(limits, today))
    dates = monthly_dates(start, count + 1)
    dates = dates[1:] if down else dates[:-1]
    return Plan(
        amount=amount,
        down_payment=down,
        down_payment_due=next_business_day(start) if down else None,
        instalments=tuple(
            Instalment(number, principal + interest, principal, interest, due_date)
            for number, ((principal, interest), due_date) in enumerate(
                zip(_parts(amount - down, count, limits, remainder), dates, strict=True), start=1
            )
        ),
        monthly_rate_percent=limits.monthly_rate_percent,
    )


def all_plans(
    amount: int, limits: PlanLimits, *, today: date, down_payment: int | None = None, first_due: date | None = None
) -> tuple[Plan, ...]:
    """Every plan that the policy allows for `amount`, the fewest instalments first; none when only cash is.

    Raises PlanRefused for a `first_due` that is not allowed.
    """
    if amount <= 0 or (down_payment is not None and down_payment < lowest_down_payment(amount, limits)):
        return ()
    rest = amount - (lowest_down_payment(amount, limits) if down_payment is None else down_payment)
    return tuple(
        make_plan(amount, count, limits, today=today, down_payment=down_payment, first_due=first_due)
        for count in range(1, most_instalments(amount, limits, down_payment=down_payment) + 1)
        if _large_enough(rest, count, limits)
    )


def _refuse_all(amount: int, lowest: int, limits: PlanLimits) -> None:
    if most_instalments(amount, limits, down_payment=lowest) == 0:
        raise PlanRefused("only_cash", "the policy allows no instalments for this amount")


def _parts(rest: int, count: int, limits: PlanLimits, remainder: Remainder) -> tuple[tuple[int, int], ...]:
    if limits.monthly_rate_percent == 0:
        return tuple((part, 0) for part in split_equal(rest, count, remainder))
    return split_price(rest, limits.monthly_rate_percent, count)


def _large_enough(rest: int, count: int, limits: PlanLimits) -> bool:
    return min(sum(part) for part in _parts(rest, count, limits, "last")) >= limits.min_amount
