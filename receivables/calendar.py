"""Brazil's bank calendar: on which days a due date can fall, and how it moves when it does not.

Bank holidays are the national ones with Carnival's Monday and Tuesday and Corpus Christi, which is ANBIMA's calendar. Ash
Wednesday, 24 and 31 December are business days in it.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache

import holidays

_OPTIONAL_KEPT_BY_BANKS = frozenset({"Carnival", "Corpus Christi"})


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The days of `year`, weekends aside, on which banks do not work in the whole country."""
    national = holidays.country_holidays("BR", years=year, categories=("public",), language="en_US")
    optional = holidays.country_holidays("BR", years=year, categories=("optional",), language="en_US")
    return frozenset(national) | {day for day, name in optional.items() if name in _OPTIONAL_KEPT_BY_BANKS}


def is_business_day(day: date) -> bool:
    """Whether banks work on `day`."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def next_business_day(day: date) -> date:
    """`day` itself when banks work on it, else the first day after it on which they do."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def add_business_days(day: date, count: int) -> date:
    """The `count`-th business day after `day`; `day` itself for 0, rolled if it is none. Raises ValueError below 0."""
    if count < 0:
        raise ValueError("count is not negative")
    if count == 0:
        return next_business_day(day)
    for _ in range(count):
        day = next_business_day(day + timedelta(days=1))
    return day


def nth_business_day(year: int, month: int, nth: int) -> date:
    """The `nth` business day of a month ("quinto dia útil"). Raises ValueError when the month has not that many."""
    day = next_business_day(date(year, month, 1))
    if nth > 1:
        day = add_business_days(day, nth - 1)
    if nth < 1 or day.month != month:
        raise ValueError("the month has no such business day")
    return day


def months_later(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day when it is shorter. Not rolled."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
