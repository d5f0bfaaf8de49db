"""Agreements in instalments: amounts that sum, dates that banks keep, and the limits of a policy."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.calendar import is_business_day
from receivables.instalments import (
    PlanRefused,
    agreed_amount,
    all_plans,
    latest_first_due,
    lowest_down_payment,
    make_plan,
    monthly_dates,
    most_instalments,
    split_equal,
    split_price,
)
from receivables.owed import DebtState, owed
from receivables.policy import Collector, Instalments, Policy

TODAY = date(2026, 11, 23)
POLICY = Policy(portfolio="default", version="1", collector=Collector(name="Acerto", cnpj="93417862000103"))
USUAL = Instalments()


def limits(**changes: object) -> Instalments:
    return Instalments.model_validate(Instalments().model_dump() | changes)


FREE = limits(down_payment_percent=Decimal(0), min_amount=1)


def test_a_thousand_in_three_leaves_the_odd_centavo_to_the_last_or_to_the_first() -> None:
    assert split_equal(100000, 3) == (33333, 33333, 33334)
    assert split_equal(100000, 3, "first") == (33334, 33333, 33333)


def test_the_price_table_lets_the_last_payment_absorb_the_rounding() -> None:
    parts = split_price(100000, Decimal(2), 6)
    assert [sum(part) for part in parts] == [17853] * 5 + [17851]
    assert [interest for _, interest in parts] == [2000, 1683, 1360, 1030, 693, 350]
    assert sum(sum(part) for part in parts) == 107116


def test_a_down_payment_comes_off_before_the_rest_is_divided() -> None:
    plan = make_plan(234567, 6, USUAL, today=TODAY)
    assert plan.down_payment == 46913
    assert [instalment.amount for instalment in plan.instalments] == [31275] * 5 + [31279]
    assert (plan.total, plan.interest, plan.count) == (234567, 0, 6)


def test_small_amounts_have_few_instalments_or_none() -> None:
    no_down_payment = limits(down_payment_percent=Decimal(0))
    assert most_instalments(18000, no_down_payment) == 3
    assert most_instalments(4999, no_down_payment) == 0
    assert most_instalments(5000, no_down_payment) == 1
    assert most_instalments(10**9, no_down_payment) == 12
    assert most_instalments(18000, USUAL) == 2  # 36,00 of down payment leaves 144,00
    assert most_instalments(10**9, limits(max=0)) == 0


def test_months_keep_the_day_clamp_it_and_move_to_business_days() -> None:
    assert monthly_dates(date(2026, 12, 31), 5) == (
        date(2026, 12, 31), date(2027, 2, 1), date(2027, 3, 1), date(2027, 3, 31), date(2027, 4, 30),
    )  # fmt: skip


def test_the_down_payment_is_due_first_and_the_instalments_a_month_apart() -> None:
    plan = make_plan(100000, 3, USUAL, today=TODAY)
    assert plan.first_due == plan.down_payment_due == date(2026, 11, 30)  # the 28th is a Saturday
    assert [i.due_date for i in plan.instalments] == [date(2026, 12, 28), date(2027, 1, 28), date(2027, 3, 1)]
    without = make_plan(100000, 3, limits(down_payment_percent=Decimal(0)), today=TODAY)
    assert without.down_payment_due is None
    assert [i.due_date for i in without.instalments] == [date(2026, 11, 30), date(2026, 12, 28), date(2027, 1, 28)]
    sooner = make_plan(100000, 2, USUAL, today=TODAY, first_due=TODAY)
    assert [sooner.first_due, *(i.due_date for i in sooner.instalments)] == [TODAY, date(2026, 12, 23), date(2027, 1, 25)]


def test_a_plan_with_a_rate_costs_its_interest_on_what_the_down_payment_left() -> None:
    plan = make_plan(125000, 6, limits(monthly_rate_percent=Decimal(2)), today=TODAY)
    assert (plan.down_payment, plan.total, plan.interest) == (25000, 25000 + 107116, 7116)
    assert sum(i.principal for i in plan.instalments) == 100000


def test_instalments_keep_a_share_of_the_cash_discount() -> None:
    due = owed(DebtState.new(100000, date(2026, 6, 10)), POLICY, TODAY)
    assert (due.gross, due.discount) == (107533, 22533)
    kept = agreed_amount([due], USUAL)
    assert (kept.gross, kept.discount, kept.total) == (107533, 11267, 96266)
    assert agreed_amount([due], limits(discount_factor=Decimal(1))).total == due.total
    assert agreed_amount([due], limits(discount_factor=Decimal(0))).total == due.gross
    assert agreed_amount([due, due], USUAL).total == 2 * kept.total


@pytest.mark.parametrize(
    ("amount", "count", "values", "code", "limit"),
    [
        (0, 1, {}, "bad_amount", None),
        (-5000, 1, {}, "bad_amount", None),
        (100000, 0, {}, "too_few", 1),
        (100000, -3, {}, "too_few", 1),
        (1000000, 13, {}, "too_many", 12),
        (100000, 100, {}, "too_many", 12),
        (18000, 3, {}, "instalment_too_small", 2),
        (4999, 1, {}, "only_cash", None),
        (100000, 2, {"down_payment": 19999}, "down_payment_too_small", 20000),
        (100000, 2, {"down_payment": -1}, "down_payment_too_small", 20000),
        (100000, 1, {"down_payment": 95001}, "down_payment_too_large", 95000),
        (100000, 1, {"down_payment": 200000}, "down_payment_too_large", 95000),
        (100000, 2, {"first_due": date(2026, 11, 22)}, "first_due_past", TODAY),
        (100000, 2, {"first_due": date(2026, 12, 1)}, "first_due_too_late", date(2026, 11, 30)),
    ],
)
def test_a_plan_beyond_the_policy_is_refused_with_the_nearest_limit(
    amount: int, count: int, values: dict[str, object], code: str, limit: object
) -> None:
    with pytest.raises(PlanRefused) as refusal:
        make_plan(amount, count, USUAL, today=TODAY, **values)  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.limit) == (code, limit)


def test_the_nearest_limit_is_itself_allowed() -> None:
    assert make_plan(100000, 1, USUAL, today=TODAY, down_payment=95000).instalments[0].amount == 5000
    assert make_plan(100000, 2, USUAL, today=TODAY, first_due=date(2026, 11, 30)).first_due == date(2026, 11, 30)


def test_a_policy_that_allows_no_instalments_allows_no_plan() -> None:
    assert all_plans(100000, limits(max=0), today=TODAY) == ()
    assert all_plans(0, USUAL, today=TODAY) == ()
    assert all_plans(100000, USUAL, today=TODAY, down_payment=1) == ()
    with pytest.raises(PlanRefused, match="only_cash"):
        make_plan(100000, 1, limits(max=0), today=TODAY)


def test_what_cannot_be_split_is_refused() -> None:
    for total, count in ((-1, 2), (100, 0)):
        with pytest.raises(ValueError, match="not negative"):
            split_equal(total, count)
        with pytest.raises(ValueError, match="not negative"):
            split_price(total, Decimal(1), count)


amounts = st.integers(1, 10_000_000_00)
policies = st.builds(
    limits,
    max=st.integers(0, 60),
    min_amount=st.integers(1, 500_00),
    down_payment_percent=st.decimals(0, 90, places=2),
    monthly_rate_percent=st.just(Decimal(0)) | st.decimals(0, 15, places=4),
    first_due_days=st.integers(0, 40),
    discount_factor=st.decimals(0, 1, places=3),
)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@settings(max_examples=100)
@given(amounts, policies, days)
def test_every_plan_sums_keeps_the_limits_and_goes_forward_in_time(amount: int, policy: Instalments, today: date) -> None:
    plans = all_plans(amount, policy, today=today)
    assert max((plan.count for plan in plans), default=0) == most_instalments(amount, policy) <= policy.max
    for plan in plans:
        assert plan.down_payment == lowest_down_payment(amount, policy)
        assert plan.down_payment + sum(i.principal for i in plan.instalments) == amount == plan.total - plan.interest
        assert [i.number for i in plan.instalments] == list(range(1, plan.count + 1))
        for instalment in plan.instalments:
            assert instalment.amount == instalment.principal + instalment.interest >= policy.min_amount
            assert min(instalment.principal, instalment.interest) >= 0
        if policy.monthly_rate_percent == 0:
            assert plan.interest == 0
            assert max(i.amount for i in plan.instalments) - min(i.amount for i in plan.instalments) < plan.count
        dates = [plan.first_due, *(i.due_date for i in plan.instalments)][0 if plan.down_payment else 1 :]
        assert all(first < second for first, second in pairwise(dates))
        assert all(is_business_day(day) for day in dates)
        assert today <= plan.first_due <= latest_first_due(policy, today)


@settings(max_examples=200)
@given(st.integers(0, 10**11), st.integers(1, 360), st.sampled_from(["last", "first"]))
def test_equal_parts_sum_and_differ_in_one_place_alone(total: int, count: int, remainder: str) -> None:
    parts = split_equal(total, count, "last" if remainder == "last" else "first")
    assert sum(parts) == total and len(parts) == count and min(parts) >= 0
    assert len(set(parts[:-1] if remainder == "last" else parts[1:])) <= 1


@settings(max_examples=200)
@given(st.integers(0, 10**10), st.decimals(0, 20, places=4), st.integers(1, 120))
def test_a_price_plan_pays_back_what_was_lent_and_its_interest_falls(total: int, rate: Decimal, count: int) -> None:
    parts = split_price(total, rate, count)
    interests = [interest for _, interest in parts]
    assert sum(principal for principal, _ in parts) == total
    assert min(principal for principal, _ in parts) >= 0 and min(interests) >= 0
    assert interests == sorted(interests, reverse=True)


@settings(max_examples=200)
@given(st.dates(date(2020, 1, 1), date(2048, 1, 1)), st.integers(1, 60))
def test_monthly_dates_stay_in_their_month_or_just_after_it(first: date, count: int) -> None:
    for months, day in enumerate(monthly_dates(first, count)):
        nominal = first.year * 12 + first.month - 1 + months
        assert is_business_day(day)
        assert day.year * 12 + day.month - 1 - nominal in (0, 1)
        assert day.day >= min(first.day, 28) or day.day <= 6 or day.month != nominal % 12 + 1


@settings(max_examples=100)
@given(amounts, st.integers(1, 12), st.integers(0, 10**9))
def test_a_larger_down_payment_never_makes_the_plan_dearer(amount: int, count: int, more: int) -> None:
    policy = limits(monthly_rate_percent=Decimal("1.99"), min_amount=1)
    try:
        usual = make_plan(amount, count, policy, today=TODAY)
        larger = make_plan(amount, count, policy, today=TODAY, down_payment=usual.down_payment + more)
    except PlanRefused:
        return
    assert larger.total <= usual.total + count  # each payment is rounded


def test_dates_move_with_the_day_on_which_it_is_agreed() -> None:
    later = make_plan(100000, 1, FREE, today=TODAY + timedelta(days=1))
    assert later.first_due == date(2026, 11, 30)  # the 29th is a Sunday
