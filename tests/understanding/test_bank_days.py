"""The bank days of the grammar are those of the receivables' calendar, which comes from the holidays package."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from receivables import calendar
from understanding.bank_days import bank_days_later, bank_holidays, is_bank_day, last_bank_day, next_bank_day, nth_bank_day


@pytest.mark.parametrize("year", range(2024, 2041))
def test_both_calendars_know_the_same_holidays(year: int) -> None:
    assert bank_holidays(year) == calendar.bank_holidays(year)


@pytest.mark.parametrize("year", range(2024, 2041))
def test_both_calendars_count_the_same_days(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert is_bank_day(day) == calendar.is_business_day(day)
        assert next_bank_day(day) == calendar.next_business_day(day)
        day += timedelta(days=1)
    for month in range(1, 13):
        for nth in (1, 5, 10, 18):
            assert nth_bank_day(year, month, nth) == calendar.nth_business_day(year, month, nth)
        assert bank_days_later(date(year, month, 1), 7) == calendar.add_business_days(date(year, month, 1), 7)
        last = last_bank_day(year, month)
        assert calendar.is_business_day(last) and calendar.next_business_day(last + timedelta(days=1)).month != month


def test_saturdays_count_for_wages() -> None:
    assert nth_bank_day(2026, 12, 5) == date(2026, 12, 7)
    assert nth_bank_day(2026, 12, 5, saturdays=True) == date(2026, 12, 5)


def test_a_month_has_no_thirtieth_business_day() -> None:
    assert nth_bank_day(2026, 12, 30) is None
