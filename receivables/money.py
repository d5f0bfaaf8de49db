"""Exact arithmetic on integer centavos: multiply first, divide last, round half up once."""

from __future__ import annotations

from decimal import Decimal


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest integer, halves up. Neither may be negative; `denominator` not zero."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("half_up is for amounts that are not negative")
    return (2 * numerator + denominator) // (2 * denominator)


def percent_of(amount: int, percent: Decimal) -> int:
    """`percent` % of `amount`, both in centavos, rounded half up."""
    over, under = percent.as_integer_ratio()
    return half_up(amount * over, 100 * under)


def simple_interest(principal: int, percent_month: Decimal, days: int) -> int:
    """Simple interest on `principal` centavos over `days` calendar days, a month being 30 of them, rounded half up."""
    over, under = percent_month.as_integer_ratio()
    return half_up(principal * over * days, 3000 * under)
