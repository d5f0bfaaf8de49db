"""What is owed, by worked examples and by properties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.money import simple_interest
from receivables.owed import (
    Allocation,
    DebtState,
    InterestFrom,
    Owed,
    allocate,
    owed,
    uncollectable_from,
    why_uncollectable,
)


@dataclass(frozen=True)
class TestBand:
    __test__ = False
    overdue_from: int
    overdue_to: int
    principal_percent: Decimal
    charges_percent: Decimal


@dataclass(frozen=True)
class Contract:
    fine_percent: Decimal = Decimal(2)
    interest_percent_month: Decimal = Decimal(1)
    interest_from: InterestFrom = "original"
    discounts: tuple[TestBand, ...] = field(default=())


STANDARD_BANDS = (
    TestBand(31, 90, Decimal(0), Decimal(50)),
    TestBand(91, 180, Decimal(15), Decimal(100)),
    TestBand(181, 1825, Decimal(30), Decimal(100)),
)
PLAIN = Contract()
ROLLED = Contract(interest_from="rolled")
WITH_DISCOUNTS = Contract(interest_from="rolled", discounts=STANDARD_BANDS)


def parts(result: Owed) -> tuple[int, int, int, int, int]:
    return result.fine, result.interest, result.discount, result.total, result.days_overdue


@pytest.mark.parametrize(
    ("amount", "due", "day", "terms", "expected"),
    [
        (100000, date(2026, 10, 22), date(2026, 11, 23), PLAIN, (2000, 1067, 0, 103067, 32)),
        (9990, date(2026, 11, 20), date(2026, 11, 23), PLAIN, (0, 0, 0, 9990, 0)),
        (9990, date(2026, 11, 20), date(2026, 11, 24), PLAIN, (200, 13, 0, 10203, 4)),
        (9990, date(2026, 11, 20), date(2026, 11, 24), ROLLED, (200, 3, 0, 10193, 1)),
        (37, date(2026, 11, 3), date(2026, 11, 4), PLAIN, (1, 0, 0, 38, 1)),
        (100000, date(2026, 6, 10), date(2026, 11, 23), WITH_DISCOUNTS, (2000, 5533, 15000 + 7533, 85000, 166)),
        (80000, date(2026, 9, 23), date(2026, 11, 23), PLAIN, (1600, 1627, 0, 83227, 61)),
        (100000, date(2027, 2, 6), date(2027, 2, 15), PLAIN, (2000, 300, 0, 102300, 9)),
        (100000, date(2027, 2, 6), date(2027, 2, 15), ROLLED, (2000, 167, 0, 102167, 5)),
        (100000, date(2027, 2, 6), date(2027, 2, 10), ROLLED, (0, 0, 0, 100000, 0)),
        (10000, date(2026, 11, 24), date(2026, 11, 26), Contract(Decimal(3), Decimal(30)), (300, 200, 0, 10500, 2)),
        (100000, date(2026, 11, 24), date(2026, 11, 1), PLAIN, (0, 0, 0, 100000, 0)),
    ],
)
def test_worked_examples(amount: int, due: date, day: date, terms: Contract, expected: tuple[int, int, int, int, int]) -> None:
    assert parts(owed(DebtState.new(amount, due), terms, day)) == expected


def test_interest_alone_for_extensions_and_the_legal_rate() -> None:
    assert simple_interest(64000, Decimal(1), 10) == 213
    assert simple_interest(100000, Decimal("0.601234"), 17) == 341


@pytest.mark.parametrize(("days", "discount"), [(30, 0), (31, 1517), (90, 2500), (91, 20033), (180, 23000), (181, 38033)])
def test_discount_bands_include_both_ends(days: int, discount: int) -> None:
    due = date(2026, 3, 3)
    assert owed(DebtState.new(100000, due), WITH_DISCOUNTS, due + timedelta(days=days)).discount == discount


def test_the_result_carries_what_explains_it() -> None:
    result = owed(DebtState.new(100000, date(2027, 2, 6)), WITH_DISCOUNTS, date(2027, 3, 29))
    assert (result.due_date, result.rolled_date, result.counted_from) == (date(2027, 2, 6), date(2027, 2, 10), date(2027, 2, 10))
    assert (result.fine_percent, result.interest_percent_month) == (Decimal(2), Decimal(1))
    assert result.band == STANDARD_BANDS[0] and result.interest_days == result.days_overdue == 47


def test_no_debt_is_collected_from_1825_days_or_five_years_whichever_comes_first() -> None:
    assert uncollectable_from(date(2021, 11, 22)) == date(2026, 11, 21)
    assert why_uncollectable(date(2021, 11, 22), False, date(2026, 11, 20)) is None
    assert why_uncollectable(date(2021, 11, 22), False, date(2026, 11, 21)) == "prescribed"
    assert uncollectable_from(date(2096, 3, 1)) == date(2101, 3, 1)  # no leap day in between: both ways agree
    assert uncollectable_from(date(2024, 2, 29)) == date(2029, 2, 27)


def test_a_judicial_debt_is_never_collected_yet_has_its_arithmetic() -> None:
    assert why_uncollectable(date(2026, 10, 1), True, date(2026, 10, 5)) == "judicial"
    assert why_uncollectable(date(2020, 1, 1), False, date(2026, 1, 1)) == "prescribed"
    assert why_uncollectable(date(2026, 10, 1), False, date(2026, 10, 5)) is None
    assert owed(DebtState.new(100000, date(2020, 1, 2)), WITH_DISCOUNTS, date(2026, 1, 2)).total == 175067


def test_a_partial_payment_covers_charges_first_and_loses_the_discount() -> None:
    debt = DebtState.new(80000, date(2026, 9, 23))
    day = date(2026, 11, 23)
    for terms in (PLAIN, WITH_DISCOUNTS):
        result = allocate(debt, owed(debt, terms, day), 30000)
        assert (result.to_charges, result.to_principal, result.excess, result.discount) == (3227, 26773, 0, 0)
        assert result.status == "partial"
        assert result.debt == DebtState(80000, date(2026, 9, 23), 53227, 0, day, True)


def test_after_a_partial_payment_interest_runs_on_what_is_left_and_the_fine_is_not_charged_again() -> None:
    debt = DebtState.new(80000, date(2026, 9, 23))
    left = allocate(debt, owed(debt, PLAIN, date(2026, 11, 23)), 30000).debt
    assert owed(left, PLAIN, date(2026, 11, 23)).total == 53227
    later = owed(left, PLAIN, date(2026, 12, 23))
    assert (later.principal, later.fine, later.interest, later.total) == (53227, 0, 532, 53759)
    assert (later.days_overdue, later.interest_days) == (91, 30)


def test_charges_that_a_payment_did_not_reach_wait_without_interest() -> None:
    debt = DebtState.new(80000, date(2026, 9, 23))
    result = allocate(debt, owed(debt, PLAIN, date(2026, 11, 23)), 1000)
    assert (result.to_charges, result.to_principal) == (1000, 0)
    assert (result.debt.principal_left, result.debt.charges_left) == (80000, 2227)
    later = owed(result.debt, PLAIN, date(2026, 12, 23))
    assert (later.fine, later.interest, later.carried) == (0, 800 + 2227, 2227)


def test_paying_before_the_due_date_only_lowers_the_principal() -> None:
    debt = DebtState.new(80000, date(2027, 2, 6))
    left = allocate(debt, owed(debt, PLAIN, date(2027, 2, 7)), 30000).debt
    assert left == DebtState(80000, date(2027, 2, 6), 50000)
    assert parts(owed(left, PLAIN, date(2027, 2, 15))) == (1000, 150, 0, 51150, 9)


def test_the_discounted_price_settles_and_more_is_excess() -> None:
    debt = DebtState.new(100000, date(2026, 6, 10))
    due = owed(debt, WITH_DISCOUNTS, date(2026, 11, 23))
    exact, more, less = allocate(debt, due, 85000), allocate(debt, due, 86265), allocate(debt, due, 84999)
    assert (exact.status, exact.to_charges, exact.to_principal, exact.discount) == ("applied", 0, 85000, 22533)
    assert (more.status, more.applied, more.excess) == ("excess", 85000, 1265)
    assert exact.debt.principal_left == exact.debt.charges_left == 0
    assert (less.status, less.debt.principal_left) == ("partial", 107533 - 84999)


def test_the_price_of_a_valid_charge_settles_although_more_is_owed_by_now() -> None:
    debt = DebtState.new(100000, date(2026, 10, 22))
    due = owed(debt, PLAIN, date(2026, 11, 24))
    result = allocate(debt, due, 103067, settlement=103067)
    assert result.settled and result.excess == 0 and result.discount == due.total - 103067
    assert allocate(debt, due, 103067).status == "partial"
    assert allocate(debt, due, 200000, settlement=200000).excess == 200000 - due.gross


def test_impossible_payments_and_debts_are_refused() -> None:
    debt = DebtState.new(100000, date(2026, 10, 22))
    due = owed(debt, PLAIN, date(2026, 11, 24))
    with pytest.raises(ValueError, match="positive"):
        allocate(debt, due, 0)
    paid = allocate(debt, due, due.total).debt
    with pytest.raises(ValueError, match="nothing is left"):
        allocate(paid, owed(paid, PLAIN, date(2026, 11, 24)), 100)
    with pytest.raises(ValueError, match="negative"):
        DebtState(100, date(2026, 1, 1), 101)


dues = st.dates(date(2019, 1, 1), date(2027, 12, 31))
principals = st.integers(1, 10_000_000_00)
gaps = st.integers(-40, 2500)
terms_strategy = st.builds(
    Contract,
    fine_percent=st.decimals(0, 2, places=2),
    interest_percent_month=st.decimals(0, 15, places=3),
    interest_from=st.sampled_from(["rolled", "original"]),
    discounts=st.sampled_from([(), STANDARD_BANDS]),
)


@settings(max_examples=200)
@given(principals, dues, gaps, terms_strategy)
def test_parts_are_never_negative_and_add_up(amount: int, due: date, gap: int, terms: Contract) -> None:
    result = owed(DebtState.new(amount, due), terms, due + timedelta(days=gap))
    assert min(result.fine, result.interest, result.discount, result.total, result.days_overdue) >= 0
    assert result.principal + result.fine + result.interest - result.discount == result.total
    assert result.discount_principal + result.discount_charges == result.discount
    assert result.total <= result.gross


@settings(max_examples=200)
@given(principals, dues, gaps, st.integers(0, 400), terms_strategy)
def test_without_discounts_more_days_never_cost_less(amount: int, due: date, gap: int, more: int, terms: Contract) -> None:
    debt, first = DebtState.new(amount, due), due + timedelta(days=gap)
    assert owed(debt, terms, first).gross <= owed(debt, terms, first + timedelta(days=more)).gross


@settings(max_examples=200)
@given(principals, dues, gaps, terms_strategy, st.integers(1, 20_000_000_00))
def test_no_centavo_of_a_payment_is_lost(amount: int, due: date, gap: int, terms: Contract, paid: int) -> None:
    debt, day = DebtState.new(amount, due), due + timedelta(days=gap)
    result = owed(debt, terms, day)
    if result.gross == 0:
        return
    allocation: Allocation = allocate(debt, result, paid)
    assert allocation.paid == allocation.to_charges + allocation.to_principal + allocation.excess
    assert min(allocation.to_charges, allocation.to_principal, allocation.excess, allocation.discount) >= 0
    after = owed(allocation.debt, terms, day)
    assert after.gross == (0 if allocation.settled else result.gross - paid)
    assert allocation.applied + allocation.discount + after.gross == result.gross


@settings(max_examples=100)
@given(st.integers(10_000, 1_000_000), dues, st.integers(0, 900), st.integers(1, 9_000), st.integers(1, 9_000))
def test_two_partial_payments_on_one_day_are_as_good_as_one(amount: int, due: date, gap: int, one: int, two: int) -> None:
    if one + two >= amount:
        return
    debt, day = DebtState.new(amount, due), due + timedelta(days=gap)
    at_once = allocate(debt, owed(debt, PLAIN, day), one + two).debt
    first = allocate(debt, owed(debt, PLAIN, day), one).debt
    assert allocate(first, owed(first, PLAIN, day), two).debt == at_once
