"""Extensions: to which day, how often, and what the days cost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.calendar import is_business_day
from receivables.extension import ExtensionRefused, extend, extension_interest, latest_date
from receivables.owed import DebtState, owed
from receivables.policy import Collector, Extension, Policy

POLICY = Policy(portfolio="default", version="1", collector=Collector(name="Acerto", cnpj="93417862000103"))
FREE = Extension()
CHARGED = Extension(charge_interest=True)
TODAY = date(2026, 11, 23)


def test_ten_days_of_640_reais_cost_two_reais_and_thirteen() -> None:
    assert extension_interest(64000, Decimal(1), 10) == 213
    debt = DebtState.new(64000, date(2026, 11, 30))
    moved = extend(debt, POLICY, CHARGED, to=date(2026, 12, 10), today=TODAY, times_before=0)
    assert (moved.days, moved.amount, moved.interest, moved.total) == (10, 64000, 213, 64213)
    assert extend(debt, POLICY, FREE, to=date(2026, 12, 10), today=TODAY, times_before=0).total == 64000


def test_an_overdue_debt_is_extended_from_today_at_what_it_comes_to() -> None:
    debt = DebtState.new(100000, date(2026, 11, 3))
    moved = extend(debt, POLICY, CHARGED, to=date(2026, 12, 3), today=TODAY, times_before=0)
    assert (moved.days, moved.amount, moved.interest) == (10, owed(debt, POLICY, TODAY).total, 333)


@pytest.mark.parametrize(
    ("due", "asked_for", "moved_to"),
    [
        (date(2026, 12, 15), date(2026, 12, 25), date(2026, 12, 28)),  # Christmas, a Friday
        (date(2027, 2, 1), date(2027, 2, 6), date(2027, 2, 10)),  # the Saturday before Carnival
        (date(2026, 12, 1), date(2026, 12, 5), date(2026, 12, 7)),
    ],
)
def test_a_day_without_banks_moves_and_says_so(due: date, asked_for: date, moved_to: date) -> None:
    moved = extend(DebtState.new(64000, due), POLICY, FREE, to=asked_for, today=due, times_before=0)
    assert (moved.asked_for, moved.due_date, moved.moved) == (asked_for, moved_to, True)


def test_as_much_as_possible_is_the_latest_day() -> None:
    debt = DebtState.new(64000, date(2026, 11, 30))
    moved = extend(debt, POLICY, FREE, to=None, today=TODAY, times_before=0)
    assert moved.due_date == latest_date(debt.due_date, FREE, TODAY) == date(2026, 12, 10) and not moved.moved


@pytest.mark.parametrize(
    ("due", "values", "limits", "code", "limit"),
    [
        (date(2026, 11, 30), {"times_before": 1}, FREE, "already_extended", None),
        (date(2026, 11, 30), {"in_agreement": True}, FREE, "in_agreement", None),
        (date(2026, 11, 30), {}, Extension(max_times=0), "none_allowed", None),
        (date(2026, 10, 23), {}, FREE, "too_long_overdue", None),
        (date(2026, 11, 30), {"to": date(2026, 12, 11)}, FREE, "too_late", date(2026, 12, 10)),
        (date(2026, 11, 30), {"to": date(2026, 11, 30)}, FREE, "not_later", date(2026, 12, 10)),
        (date(2026, 11, 3), {"to": TODAY}, FREE, "not_later", date(2026, 12, 3)),
        (date(2026, 11, 3), {"to": date(2020, 1, 1)}, FREE, "not_later", date(2026, 12, 3)),
    ],
)
def test_what_the_policy_does_not_allow_is_refused(
    due: date, values: dict[str, object], limits: Extension, code: str, limit: date | None
) -> None:
    asked: dict[str, object] = {"to": date(2026, 12, 2), "times_before": 0} | values
    with pytest.raises(ExtensionRefused) as refusal:
        extend(DebtState.new(64000, due), POLICY, limits, today=TODAY, **asked)  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.limit) == (code, limit)


def test_thirty_days_overdue_is_still_in_time() -> None:
    debt = DebtState.new(64000, date(2026, 10, 24))  # a Saturday, counted from Monday 26
    assert extend(debt, POLICY, FREE, to=None, today=date(2026, 11, 25), times_before=0).due_date == date(2026, 12, 7)


def test_a_paid_debt_is_not_extended() -> None:
    paid = DebtState(64000, date(2026, 11, 30), principal_left=0)
    with pytest.raises(ExtensionRefused, match="nothing_owed"):
        extend(paid, POLICY, FREE, to=None, today=TODAY, times_before=0)


@settings(max_examples=200)
@given(
    st.integers(1, 10**9),
    st.integers(-30, 60),
    st.integers(1, 90) | st.none(),
    st.integers(1, 60),
    st.booleans(),
)
def test_an_extension_only_gives_time_within_its_limit(
    amount: int, away: int, later: int | None, max_days: int, charged: bool
) -> None:
    due = TODAY + timedelta(days=away)
    limits = Extension(max_days=max_days, max_overdue_days=60, charge_interest=charged)
    to = None if later is None else max(due, TODAY) + timedelta(days=later)
    debt = DebtState.new(amount, due)
    try:
        moved = extend(debt, POLICY, limits, to=to, today=TODAY, times_before=0)
    except ExtensionRefused as refusal:
        assert to is not None and refusal.code in ("too_late", "not_later")
        return
    assert is_business_day(moved.due_date) and TODAY < moved.due_date <= latest_date(due, limits, TODAY)
    assert moved.amount == owed(debt, POLICY, TODAY).total and moved.interest >= 0
    assert moved.total == moved.amount + moved.interest and (charged or moved.interest == 0)
