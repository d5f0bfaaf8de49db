"""On which days Brazilian banks work, by rule and for any year: the same days as the bank calendar of the receivables.

National holidays (Lei 662/1949, Lei 6.802/1980, Lei 14.759/2023), Good Friday, Carnival's Monday and Tuesday and Corpus Christi
(CMN 4.880/2020). Ash Wednesday, 24 and 31 December are business days.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

_FIXED = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25))
_BLACK_AWARENESS = (11, 20)
_BLACK_AWARENESS_SINCE = 2024


@cache
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The days of `year` on which banks do not work in the whole country, some of them on weekends."""
    days = {date(year, month, day) for month, day in _FIXED}
    if year >= _BLACK_AWARENESS_SINCE:
        days.add(date(year, *_BLACK_AWARENESS))
    return frozenset(days | {easter(year) + timedelta(days=offset) for offset in (-48, -47, -2, 60)})


def is_bank_day(day: date) -> bool:
    """Whether banks work on `day`."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def next_bank_day(day: date) -> date:
    """`day` itself when banks work on it, else the first day after it on which they do."""
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def bank_days_later(day: date, count: int) -> date:
    """The `count`-th bank day after `day` (`count` at least 1)."""
    for _ in range(count):
        day = next_bank_day(day + timedelta(days=1))
    return day


def nth_bank_day(year: int, month: int, nth: int, *, saturdays: bool = False) -> date | None:
    """The `nth` business day of a month, or None when it has not that many. With `saturdays`, as wages are counted (CLT art. 459)."""
    for day in range(1, monthrange(year, month)[1] + 1):
        one = date(year, month, day)
        if is_bank_day(one) or (saturdays and one.weekday() == 5 and one not in bank_holidays(year)):
            nth -= 1
            if nth == 0:
                return one
    return None


def last_bank_day(year: int, month: int) -> date:
    """The last business day of a month."""
    day = date(year, month, monthrange(year, month)[1])
    while not is_bank_day(day):
        day -= timedelta(days=1)
    return day
