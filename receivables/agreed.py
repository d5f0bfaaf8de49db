"""Living with an agreement: what an instalment costs on a day, what a payment covers, how one is moved, skipped or left late. Pure.

An instalment is treated like a small debt of its own: up to its due date (rolled to a business day) it costs its amount; after it,
fine and interest of the portfolio's policy are added (CDC art. 52 §1), and a payment that is too small covers those first (CC art.
354). There is no cash discount on it: the agreement's discount is in its amount already. Whoever pays ahead is let off the plan's
interest for the time that is not used (CDC art. 52 §2). Amounts are integer centavos.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from receivables.broken import Broken, breaks_on, broken_balance
from receivables.calendar import months_later, next_business_day
from receivables.money import half_up
from receivables.owed import Allocation, Band, DebtState, InterestFrom, Owed, Terms, allocate, owed


class Repairs(Protocol):
    """How often an agreement's instalments may be moved or skipped. `receivables.policy.Agreements` is one."""

    @property
    def move_instalment_times(self) -> int: ...
    @property
    def skip_instalment_times(self) -> int: ...


class RepairRefused(ValueError):
    """The instalment may not be moved or skipped so. `code` is stable; `limit` is the latest day allowed, where there is one.

    Codes: `none_allowed`, `used_up`, `not_open`, `down_payment`, `not_later`, `too_late`, `broken`.
    """

    def __init__(self, code: str, detail: str, limit: date | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Due:
    """One payment of an agreement as it stands; number 0 is the down payment. `principal + interest == amount`."""

    id: int
    number: int
    amount: int
    principal: int
    interest: int
    due_date: date
    amount_left: int
    charges_left: int = 0
    charged_until: date | None = None
    fine_charged: bool = False
    settled: bool = False

    @property
    def state(self) -> DebtState:
        """The instalment as the rules of what is owed see it."""
        return DebtState(self.amount, self.due_date, self.amount_left, self.charges_left, self.charged_until, self.fine_charged)

    def is_late(self, day: date) -> bool:
        """Whether it is unpaid after its due date, rolled to a business day."""
        return not self.settled and day > next_business_day(self.due_date)


@dataclass(frozen=True, slots=True)
class _NoDiscounts:
    fine_percent: Decimal
    interest_percent_month: Decimal
    interest_from: InterestFrom
    discounts: Sequence[Band] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What an instalment costs on a day: `due.gross - let_off == amount`; `let_off` is interest not charged for paying ahead."""

    instalment: Due
    due: Owed
    let_off: int

    @property
    def amount(self) -> int:
        """Centavos to pay."""
        return self.due.gross - self.let_off


def price(dues: Sequence[Due], instalment: Due, terms: Terms, day: date, *, ahead: bool = False) -> Price:
    """What one of an agreement's instalments costs on `day`; with `ahead`, less the plan's interest that is not used yet."""
    due = owed(instalment.state, _NoDiscounts(terms.fine_percent, terms.interest_percent_month, terms.interest_from), day)
    return Price(instalment, due, _unused_interest(dues, instalment, day) if ahead else 0)


def _unused_interest(dues: Sequence[Due], instalment: Due, day: date) -> int:
    """The part of an instalment's interest that is for days after `day`: its month begins where the one before it is due."""
    if not instalment.interest or day >= instalment.due_date or instalment.amount_left < instalment.amount:
        return 0
    before = max((one.due_date for one in dues if one.due_date < instalment.due_date), default=None)
    begins = before if before is not None else months_later(instalment.due_date, -1)
    whole = (instalment.due_date - begins).days
    unused = (instalment.due_date - max(day, begins)).days
    return min(instalment.interest, half_up(instalment.interest * unused, whole)) if whole > 0 else 0


@dataclass(frozen=True, slots=True)
class Covered:
    """What a payment did to one instalment: `allocation.debt` is the instalment's state afterwards."""

    instalment: Due
    allocation: Allocation


def cover(
    dues: Sequence[Due], terms: Terms, paid: int, day: date, *, quoted: Mapping[int, int] | None = None
) -> tuple[tuple[Covered, ...], int]:
    """What `paid` centavos, received on `day`, do to these instalments, in their order; and what none of them takes.

    `quoted` are the prices (by the instalment's id) that were asked for and hold: they settle even if more is due by now.
    """
    left = paid
    covered: list[Covered] = []
    for one in dues:
        due = price(dues, one, terms, day).due
        if one.settled or due.gross <= 0 or left <= 0:
            continue
        wanted = min(quoted[one.id], due.gross) if quoted is not None and one.id in quoted else due.gross
        allocation = allocate(one.state, due, min(left, wanted), settlement=wanted)
        covered.append(Covered(one, allocation))
        left -= allocation.applied
    return tuple(covered), left


@dataclass(frozen=True, slots=True)
class DebtPart:
    """A debt in an agreement: its share of the total and what was paid on it, and the debt as it was before."""

    debt_id: int
    share: int
    paid: int
    agreed: int
    """The share without the plan's interest."""
    before: DebtState


def share_out(parts: Sequence[DebtPart], amount: int) -> tuple[tuple[int, int], ...]:
    """To which debts `amount` goes: the oldest first, up to its share; what is beyond all shares (late charges) to the last one
    that took something. (debt, centavos), only those that take any.
    """
    left = amount
    taken: list[list[int]] = []
    for part in parts:
        of = min(left, max(0, part.share - part.paid))
        if of:
            taken.append([part.debt_id, of])
            left -= of
    if left:
        if taken:
            taken[-1][1] += left
        else:
            taken.append([parts[-1].debt_id, left])
    return tuple((debt, of) for debt, of in taken)


def after_paying(before: DebtState, paid: int) -> DebtState:
    """A debt in an agreement under which `paid` was paid on it: everything lowers the principal, then what was charged before."""
    to_principal = min(paid, before.principal_left)
    return replace(
        before,
        principal_left=before.principal_left - to_principal,
        charges_left=before.charges_left - min(paid - to_principal, before.charges_left),
    )


def when_broken(part: DebtPart, terms: Terms, day: date) -> Broken:
    """What breaking leaves of one of the agreement's debts."""
    return broken_balance(part.before, terms, agreed=part.agreed, paid=part.paid, day=day)


# ------------------------------------------------------------------------------------------------ late, and repaired


def break_day(dues: Sequence[Due], broken_after_days: int) -> date | None:
    """The day on which the agreement breaks if nothing is paid from now on; None when nothing is unpaid."""
    return min((breaks_on(one.due_date, broken_after_days) for one in dues if not one.settled), default=None)


def latest_move(dues: Sequence[Due], instalment: Due, max_days: int, today: date) -> date:
    """The latest business day that an instalment may be moved to: some days on, and never onto the next one's."""
    latest = next_business_day(max(next_business_day(instalment.due_date), today) + timedelta(days=max_days))
    following = min((one.due_date for one in dues if one.due_date > instalment.due_date and not one.settled), default=None)
    while following is not None and latest >= next_business_day(following):
        latest = _business_day_before(latest)
    return latest


def _business_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while next_business_day(day) != day:
        day -= timedelta(days=1)
    return day


def move(
    dues: Sequence[Due],
    instalment: Due,
    limits: Repairs,
    *,
    to: date | None,
    max_days: int,
    broken_after_days: int,
    moved_before: int,
    today: date,
) -> date:
    """The business day that the instalment is moved to; `to` left out asks for the latest one. Raises RepairRefused.

    It costs nothing more: who says beforehand, or before the agreement breaks, that they need days is not charged for them.
    """
    _may_repair(dues, instalment, limits.move_instalment_times, moved_before, broken_after_days, today)
    latest = latest_move(dues, instalment, max_days, today)
    start = max(next_business_day(instalment.due_date), today)
    if latest <= start:
        raise RepairRefused("none_allowed", "the next instalment is too near")
    asked_for = latest if to is None else to
    if asked_for <= start:
        raise RepairRefused("not_later", f"{asked_for} is not after {start}", latest)
    if next_business_day(asked_for) > latest:
        raise RepairRefused("too_late", f"{asked_for} is after {latest}", latest)
    return next_business_day(asked_for)


def skip(
    dues: Sequence[Due], instalment: Due, limits: Repairs, *, broken_after_days: int, skipped_before: int, today: date
) -> date:
    """The business day on which a skipped instalment falls due instead: a month after the last one. Raises RepairRefused."""
    if instalment.number == 0:
        raise RepairRefused("down_payment", "a down payment is moved, not skipped")
    _may_repair(dues, instalment, limits.skip_instalment_times, skipped_before, broken_after_days, today)
    return next_business_day(months_later(max(one.due_date for one in dues), 1))


def _may_repair(dues: Sequence[Due], instalment: Due, allowed: int, before: int, broken_after_days: int, today: date) -> None:
    if allowed == 0:
        raise RepairRefused("none_allowed", "the policy allows none")
    if before >= allowed:
        raise RepairRefused("used_up", f"{before} times, at most {allowed}")
    if instalment.settled:
        raise RepairRefused("not_open", "the instalment is paid")
    breaks = break_day(dues, broken_after_days)
    if breaks is not None and today >= breaks:
        raise RepairRefused("broken", "the tolerance is over")
