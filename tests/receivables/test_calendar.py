"""The bank calendar, and how dates move on it."""

from __future__ import annotations

from datetime import date

import pytest

from receivables.calendar import (
    add_business_days,
    bank_holidays,
    is_business_day,
    months_later,
    next_business_day,
    nth_business_day,
)


def test_banks_rest_on_carnival_and_corpus_christi_but_not_on_ash_wednesday_or_new_years_eve() -> None:
    days = bank_holidays(2026)
    assert {date(2026, 2, 16), date(2026, 2, 17), date(2026, 6, 4), date(2026, 11, 20)} <= days
    assert not {date(2026, 2, 18), date(2026, 10, 28), date(2026, 12, 24), date(2026, 12, 31)} & days
    assert len(days) == 13
    assert date(2023, 11, 20) not in bank_holidays(2023)  # national only since 2024


@pytest.mark.parametrize(
    ("day", "rolled"),
    [
        (date(2027, 2, 6), date(2027, 2, 10)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_day_without_banks_moves_to_the_next_with(day: date, rolled: date) -> None:
    assert next_business_day(day) == rolled
    assert is_business_day(day) == (day == rolled)


@pytest.mark.parametrize(
    ("paid", "by"),
    [
        (date(2026, 11, 27), date(2026, 12, 4)),
        (date(2026, 12, 23), date(2026, 12, 31)),
        (date(2027, 2, 5), date(2027, 2, 16)),
    ],
)
def test_five_business_days_later(paid: date, by: date) -> None:
    assert add_business_days(paid, 5) == by
    assert add_business_days(date(2027, 2, 6), 0) == date(2027, 2, 10)
    with pytest.raises(ValueError, match="negative"):
        add_business_days(paid, -1)


@pytest.mark.parametrize(("year", "month", "day"), [(2026, 12, 7), (2027, 1, 8), (2027, 2, 5), (2027, 4, 7)])
def test_the_fifth_business_day_of_a_month(year: int, month: int, day: int) -> None:
    assert nth_business_day(year, month, 5) == date(year, month, day)


def test_a_month_has_no_thirtieth_business_day() -> None:
    for nth in (0, 30):
        with pytest.raises(ValueError, match="no such"):
            nth_business_day(2026, 12, nth)


def test_the_thirty_first_of_each_month_is_clamped_and_rolled() -> None:
    days = [next_business_day(months_later(date(2026, 12, 31), n)) for n in range(5)]
    assert days == [date(2026, 12, 31), date(2027, 2, 1), date(2027, 3, 1), date(2027, 3, 31), date(2027, 4, 30)]
