"""What is owed on a day, whether it may be collected, and what a payment does to it. Pure: no clock, no store.

All amounts are integer centavos. Each component is rounded half up once, after multiplying and dividing exactly.
Sources: the debt's own terms (fine at most 2 %, CDC art. 52 §1; simple interest over months of 30 days), Lei 7.089/83 (a due date
on no business day moves to the next one), CC art. 354 (a payment covers charges first), and five years of CC art. 206 §5 I.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from receivables.calendar import months_later, next_business_day
from receivables.money import percent_of, simple_interest

COLLECTABLE_DAYS = 1825

InterestFrom = Literal["rolled", "original"]
Uncollectable = Literal["prescribed", "judicial"]
PaymentStatus = Literal["applied", "partial", "excess"]


class Band(Protocol):
    """A cash discount for debts overdue from one count of days to another, both included; percents of principal and charges."""

    @property
    def overdue_from(self) -> int: ...
    @property
    def overdue_to(self) -> int: ...
    @property
    def principal_percent(self) -> Decimal: ...
    @property
    def charges_percent(self) -> Decimal: ...


class Terms(Protocol):
    """The part of a policy that decides what is owed. `receivables.policy.Policy` is one."""

    @property
    def fine_percent(self) -> Decimal: ...
    @property
    def interest_percent_month(self) -> Decimal: ...
    @property
    def interest_from(self) -> InterestFrom: ...
    @property
    def discounts(self) -> Sequence[Band]: ...


@dataclass(frozen=True, slots=True)
class DebtState:
    """A debt as its payments have left it; one that nobody has paid anything on is `DebtState.new(amount, due_date)`.

    `principal_left` is what interest runs on. `charges_left` are fine and interest already charged that a payment did not
    reach; they bear no interest themselves. `charged_until` is the day up to which interest is in `charges_left` or paid: it
    runs on from there. `fine_charged` is set once the fine has been charged, which happens once per title.

    The last extension moved the last day to pay from `extended_from` to `extended_to`; earlier ones by `extended_before` days.
    """

    original_amount: int
    due_date: date
    principal_left: int
    charges_left: int = 0
    charged_until: date | None = None
    fine_charged: bool = False
    extended_from: date | None = None
    extended_to: date | None = None
    extended_before: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.principal_left <= self.original_amount or self.charges_left < 0:
            raise ValueError("a debt's parts are not negative, nor is more left than it began with")
        if (self.extended_from is None) != (self.extended_to is None) or self.extended_before < 0:
            raise ValueError("an extension has both its ends")

    @property
    def payable_to(self) -> date:
        """The day up to which it is to be paid: its due date, or the one that an extension gave it. Not rolled."""
        return self.extended_to or self.due_date

    def reckoned(self, day: date) -> date:
        """The day whose charges are owed on `day`: they stand still while an extension runs, and run on from there after it.

        An extension forgives nothing that was charged before it, and adds nothing for its own days. `charged_until` is in these
        days too.
        """
        if self.extended_from is None or self.extended_to is None:
            return day
        if day > self.extended_to:
            day -= self.extended_to - self.extended_from
        elif day > self.extended_from:
            day = self.extended_from
        return day - timedelta(days=self.extended_before)

    @classmethod
    def new(cls, original_amount: int, due_date: date) -> DebtState:
        """A debt of `original_amount` centavos with nothing paid."""
        return cls(original_amount, due_date, principal_left=original_amount)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed on `day`, in the parts in which it is shown, and what explains them.

    `principal + fine + interest - discount == total`. `interest` includes `carried`: charges left from before by a partial
    payment. `days_overdue` counts from `counted_from` and is 0 up to `rolled_date`; it also chooses the discount's `band`.
    `interest_days` are the days that `interest` without `carried` is for: fewer than `days_overdue` after a partial payment.
    `discount_principal + discount_charges == discount`. `reckoned` is the day whose charges these are: see `DebtState.reckoned`.
    """

    day: date
    reckoned: date
    principal: int
    fine: int
    interest: int
    discount: int
    total: int
    days_overdue: int
    due_date: date
    rolled_date: date
    counted_from: date
    interest_days: int
    carried: int
    discount_principal: int
    discount_charges: int
    fine_percent: Decimal
    interest_percent_month: Decimal
    band: Band | None

    @property
    def charges(self) -> int:
        """Fine and interest together, before any discount."""
        return self.fine + self.interest

    @property
    def gross(self) -> int:
        """What is owed when no cash discount is given."""
        return self.principal + self.charges


def owed(debt: DebtState, terms: Terms, day: date) -> Owed:
    """What `debt` comes to on `day` when it is settled in cash that day."""
    rolled = next_business_day(debt.due_date)
    counted_from = rolled if terms.interest_from == "rolled" else debt.due_date
    reckoned = debt.reckoned(day)
    overdue = reckoned > rolled
    days_overdue = (reckoned - counted_from).days if overdue else 0
    interest_start = counted_from if debt.charged_until is None else max(counted_from, debt.charged_until)
    interest_days = max(0, (reckoned - interest_start).days) if overdue else 0
    principal = debt.principal_left
    fine = percent_of(principal, terms.fine_percent) if overdue and not debt.fine_charged else 0
    interest = simple_interest(principal, terms.interest_percent_month, interest_days) + debt.charges_left
    band = _band(terms.discounts, days_overdue) if overdue else None
    discount_principal = percent_of(principal, band.principal_percent) if band else 0
    discount_charges = percent_of(fine + interest, band.charges_percent) if band else 0
    discount = discount_principal + discount_charges
    return Owed(
        day=day,
        reckoned=reckoned,
        principal=principal,
        fine=fine,
        interest=interest,
        discount=discount,
        total=principal + fine + interest - discount,
        days_overdue=days_overdue,
        due_date=debt.due_date,
        rolled_date=rolled,
        counted_from=counted_from,
        interest_days=interest_days,
        carried=debt.charges_left,
        discount_principal=discount_principal,
        discount_charges=discount_charges,
        fine_percent=terms.fine_percent,
        interest_percent_month=terms.interest_percent_month,
        band=band,
    )


def _band(bands: Sequence[Band], days_overdue: int) -> Band | None:
    return next((band for band in bands if band.overdue_from <= days_overdue <= band.overdue_to), None)


def uncollectable_from(due_date: date) -> date:
    """The first day on which a debt due on `due_date` may not be collected any more: the earlier of two ways to count."""
    return min(due_date + timedelta(days=COLLECTABLE_DAYS), months_later(due_date, 60))


def why_uncollectable(due_date: date, judicial: bool, day: date) -> Uncollectable | None:
    """Why nothing may be done on `day` to collect the debt; None when it may be collected."""
    if judicial:
        return "judicial"
    return "prescribed" if day >= uncollectable_from(due_date) else None


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment covers. `paid == to_charges + to_principal + excess`, all centavos.

    `discount` is what was let off because the payment settled the debt, 0 otherwise. `excess` belongs to the payer.
    `debt` is the debt after the payment.
    """

    paid: int
    to_charges: int
    to_principal: int
    excess: int
    discount: int
    settled: bool
    debt: DebtState

    @property
    def applied(self) -> int:
        """The part of the payment that the debt took."""
        return self.to_charges + self.to_principal

    @property
    def status(self) -> PaymentStatus:
        """The payment's status: it left something to pay, or was too much, or settled exactly."""
        if not self.settled:
            return "partial"
        return "excess" if self.excess else "applied"


def allocate(debt: DebtState, due: Owed, paid: int, *, settlement: int | None = None) -> Allocation:
    """What `paid` centavos, received on `due.day`, do to `debt`, of which `due` is what was owed that day.

    `settlement` is the amount that settles: the price of the charge when it was paid while it was valid, even if more is owed
    by now; left out, it is `due.total`. Whoever pays it or more has the cash discount. Whoever pays less has none: the
    payment covers fine and interest in full first, then principal (CC art. 354), and interest runs on from that day on the
    principal left. Raises ValueError for a payment that is not positive, or for a debt with nothing left.
    """
    if paid <= 0:
        raise ValueError("a payment is positive")
    if due.gross <= 0:
        raise ValueError("nothing is left to pay")
    price = due.total if settlement is None else min(settlement, due.gross)
    if paid >= price:
        let_off = due.gross - price
        off_charges = due.discount_charges if price == due.total else min(let_off, due.charges)
        settled = replace(
            debt, principal_left=0, charges_left=0, charged_until=_charged_until(debt, due), fine_charged=_fined(debt, due)
        )
        return Allocation(
            paid=paid,
            to_charges=due.charges - off_charges,
            to_principal=due.principal - (let_off - off_charges),
            excess=paid - price,
            discount=let_off,
            settled=True,
            debt=settled,
        )
    to_charges = min(paid, due.charges)
    to_principal = paid - to_charges
    left = replace(
        debt,
        principal_left=due.principal - to_principal,
        charges_left=due.charges - to_charges,
        charged_until=_charged_until(debt, due),
        fine_charged=_fined(debt, due),
    )
    return Allocation(paid, to_charges, to_principal, excess=0, discount=0, settled=False, debt=left)


def _charged_until(debt: DebtState, due: Owed) -> date | None:
    # Paying before charges begin must not move the day they are counted from.
    if due.reckoned <= due.rolled_date:
        return debt.charged_until
    return due.reckoned if debt.charged_until is None else max(due.reckoned, debt.charged_until)


def _fined(debt: DebtState, due: Owed) -> bool:
    return debt.fine_charged or due.reckoned > due.rolled_date
