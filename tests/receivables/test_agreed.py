"""Living with an agreement: what instalments cost, what payments cover, and how one is moved, skipped or breaks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.agreed import (
    DebtPart,
    Due,
    RepairRefused,
    after_paying,
    break_day,
    cover,
    latest_move,
    move,
    price,
    share_out,
    skip,
)
from receivables.broken import broken_balance
from receivables.calendar import is_business_day
from receivables.instalments import make_plan
from receivables.owed import DebtState
from receivables.policy import Agreements, Collector, Instalments, Policy

TODAY = date(2026, 11, 23)
POLICY = Policy(portfolio="default", version="1", collector=Collector(name="Acerto", cnpj="93417862000103"))


def dues(amount: int = 102_300, count: int = 3, rate: int = 0) -> tuple[Due, ...]:
    limits = Instalments.model_validate(Instalments().model_dump() | {"monthly_rate_percent": Decimal(rate), "min_amount": 1})
    plan = make_plan(amount, count, limits, today=TODAY)
    assert plan.down_payment_due is not None
    first = Due(100, 0, plan.down_payment, plan.down_payment, 0, plan.down_payment_due, plan.down_payment)
    rest = [Due(100 + i.number, i.number, i.amount, i.principal, i.interest, i.due_date, i.amount) for i in plan.instalments]
    return (first, *rest)


def test_an_instalment_costs_its_amount_until_its_day_and_charges_after_it() -> None:
    all_of_them = dues()
    first = all_of_them[0]
    assert price(all_of_them, first, POLICY, date(2026, 11, 30)).amount == 20_460
    late = price(all_of_them, first, POLICY, date(2026, 12, 5))
    assert (late.due.fine, late.due.interest, late.amount) == (409, 34, 20_460 + 443)


def test_paying_ahead_lets_off_the_interest_of_the_days_that_are_not_used() -> None:
    all_of_them = dues(rate=2)
    whole = sum(price(all_of_them, due, POLICY, TODAY).amount for due in all_of_them)
    ahead = [price(all_of_them, due, POLICY, TODAY, ahead=True) for due in all_of_them]
    assert sum(one.amount for one in ahead) == whole - sum(due.interest for due in all_of_them)
    last = price(all_of_them, all_of_them[-1], POLICY, all_of_them[-1].due_date, ahead=True)
    assert last.let_off == 0


@settings(max_examples=150)
@given(st.integers(20_000, 500_000), st.integers(1, 8), st.integers(1, 700_000), st.integers(0, 300))
def test_every_centavo_of_a_payment_goes_somewhere(amount: int, count: int, paid: int, days: int) -> None:
    all_of_them = dues(amount, count)
    day = TODAY + timedelta(days=days)
    covered, left = cover(all_of_them, POLICY, paid, day)
    assert sum(one.allocation.applied for one in covered) + left == paid
    settled = [one.allocation.settled for one in covered]
    assert all(settled[:-1]) and (left == 0 or all(settled))
    for one in covered:
        assert one.allocation.debt.principal_left >= 0
        assert one.allocation.settled == (one.allocation.debt.principal_left == one.allocation.debt.charges_left == 0)


def test_what_was_quoted_settles_even_if_more_is_due_by_now() -> None:
    all_of_them = dues()
    covered, left = cover(all_of_them[:1], POLICY, 20_460, date(2026, 12, 5), quoted={100: 20_460})
    assert covered[0].allocation.settled and left == 0


@given(
    st.lists(st.tuples(st.integers(1, 100_000), st.integers(0, 100_000)), min_size=1, max_size=5), st.integers(1, 400_000)
)  # fmt: skip
def test_a_payment_is_shared_out_to_the_centavo_the_oldest_debt_first(debts: list[tuple[int, int]], amount: int) -> None:
    parts = [
        DebtPart(n, share, min(paid, share), share, DebtState.new(share * 2, TODAY)) for n, (share, paid) in enumerate(debts)
    ]
    out = share_out(parts, amount)
    assert sum(of for _, of in out) == amount and all(of > 0 for _, of in out)
    assert [debt for debt, _ in out] == sorted({debt for debt, _ in out})


@given(st.integers(100, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_is_left_while_it_runs_is_what_is_left_when_it_breaks(amount: int, charges: int, paid: int) -> None:
    before = DebtState(amount, date(2026, 6, 10), amount, charges)
    running = after_paying(before, paid)
    broken = broken_balance(before, POLICY, agreed=1, paid=paid, day=TODAY).debt
    assert running.principal_left == broken.principal_left


def test_it_breaks_on_the_day_after_the_tolerance() -> None:
    all_of_them = dues()
    assert break_day(all_of_them, 10) == date(2026, 12, 11)
    assert break_day((), 10) is None


def test_moving_stays_before_the_next_instalment_and_on_business_days() -> None:
    all_of_them = dues()
    assert latest_move(all_of_them, all_of_them[0], 10, TODAY) == date(2026, 12, 10)
    assert latest_move(all_of_them, all_of_them[0], 60, TODAY) < all_of_them[1].due_date


@given(st.integers(0, 60), st.integers(0, 2), st.integers(0, 60), st.integers(0, 3))
def test_wherever_an_instalment_moves_it_is_within_the_policy(ahead: int, before: int, days: int, place: int) -> None:
    all_of_them = dues()
    today = TODAY + timedelta(days=days)
    due = all_of_them[place]
    try:
        day = move(
            all_of_them, due, Agreements(), to=today + timedelta(days=ahead), max_days=10, broken_after_days=10,
            moved_before=before, today=today,
        )  # fmt: skip
    except RepairRefused as refused:
        assert refused.code in ("used_up", "not_later", "too_late", "broken", "none_allowed")
        return
    assert before == 0 and is_business_day(day) and day > due.due_date and day > today
    assert day <= latest_move(all_of_them, due, 10, today)


def test_a_skipped_instalment_goes_behind_the_last_one_and_a_down_payment_does_not() -> None:
    all_of_them = dues()
    limits = Agreements()
    assert skip(all_of_them, all_of_them[1], limits, broken_after_days=10, skipped_before=0, today=TODAY) == date(2027, 4, 1)
    for due, before, code in ((all_of_them[0], 0, "down_payment"), (all_of_them[1], 1, "used_up")):
        with pytest.raises(RepairRefused) as refused:
            skip(all_of_them, due, limits, broken_after_days=10, skipped_before=before, today=TODAY)
        assert refused.value.code == code
