"""Broken agreements: when they break, what is owed then, and that paying more never leaves more to pay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.broken import breaks_on, broken_balance
from receivables.owed import DebtState, owed
from receivables.policy import Collector, Policy

POLICY = Policy(portfolio="default", version="1", collector=Collector(name="Acerto", cnpj="93417862000103"))
PLAIN = POLICY.model_copy(update={"discounts": ()})
DUE = date(2026, 6, 10)
DAY = date(2026, 11, 23)


def test_a_broken_agreement_loses_its_discount_and_keeps_what_was_paid() -> None:
    broken = broken_balance(DebtState.new(100000, DUE), POLICY, agreed=70000, paid=23334, day=DAY)
    assert broken.debt == DebtState(100000, DUE, principal_left=76666)
    assert (broken.due.principal, broken.due.fine, broken.due.interest, broken.due.discount) == (76666, 1533, 4242, 0)
    assert broken.due.interest_days == broken.due.days_overdue == 166
    assert (broken.due.total, broken.kept_up) == (82441, 0)
    assert broken.lost_discount == 82441 - (70000 - 23334)


def test_nothing_paid_gives_back_the_debt_as_it_was() -> None:
    debt = DebtState(100000, DUE, 60000, 1000, date(2026, 9, 1), True)
    broken = broken_balance(debt, POLICY, agreed=50000, paid=0, day=DAY)
    assert broken.debt == debt and broken.due == owed(debt, PLAIN, DAY) == broken.due


def test_breaking_an_agreement_never_leaves_less_than_keeping_it() -> None:
    debt = DebtState.new(100000, date(2022, 1, 10))
    gross = owed(debt, PLAIN, DAY).gross
    assert gross > 150000
    broken = broken_balance(debt, POLICY, agreed=gross, paid=120000, day=DAY)
    assert broken.due.total == gross - 120000 == broken.kept_up
    assert (broken.debt.principal_left, broken.debt.charges_left) == (0, gross - 120000)


def test_the_interest_of_a_plan_is_not_owed_for_time_that_is_not_given() -> None:
    broken = broken_balance(DebtState.new(100000, DUE), POLICY, agreed=70000, paid=71000, day=DAY)
    assert broken.debt.principal_left == 29000 and broken.kept_up == 0


def test_an_agreement_about_nothing_is_refused() -> None:
    for agreed, paid in ((0, 0), (70000, -1)):
        with pytest.raises(ValueError, match="agreement"):
            broken_balance(DebtState.new(100000, DUE), POLICY, agreed=agreed, paid=paid, day=DAY)


def test_an_agreement_breaks_when_the_tolerance_is_over() -> None:
    due = date(2026, 11, 28)  # a Saturday, payable on Monday 30
    assert breaks_on(due, 10) == date(2026, 12, 11)


@settings(max_examples=200)
@given(st.integers(1, 10**9), st.integers(0, 1900), st.data())
def test_paying_more_never_leaves_more_and_nothing_is_negative(amount: int, overdue: int, data: st.DataObject) -> None:
    debt = DebtState.new(amount, DAY - timedelta(days=overdue))
    before = owed(debt, PLAIN, DAY)
    agreed = data.draw(st.integers(1, before.gross))
    paid = data.draw(st.integers(0, agreed))
    more = data.draw(st.integers(paid, agreed))
    less_paid = broken_balance(debt, POLICY, agreed=agreed, paid=paid, day=DAY)
    more_paid = broken_balance(debt, POLICY, agreed=agreed, paid=more, day=DAY)
    assert more_paid.due.total <= less_paid.due.total <= before.gross
    assert less_paid.due.total >= agreed - paid and less_paid.lost_discount >= 0 <= less_paid.kept_up
    later = owed(less_paid.debt, PLAIN, DAY + timedelta(days=30))
    assert later.gross >= less_paid.due.total
