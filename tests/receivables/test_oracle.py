"""A second implementation of what is owed and of instalments, written from the rules alone, agrees on random cases.

It shares nothing with the product: its own calendar (from Easter), reais as decimals of sixty digits, payments found by repeated
multiplication. The cases are seeded, so a disagreement can be found again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache

from receivables.calendar import bank_holidays
from receivables.instalments import agreed_amount, make_plan, most_instalments
from receivables.owed import DebtState, InterestFrom, owed
from receivables.policy import Instalments

SEED = 20261122
CENTAVO = Decimal("0.01")
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Discount:
    overdue_from: int
    overdue_to: int
    principal_percent: Decimal
    charges_percent: Decimal


@dataclass(frozen=True)
class Contract:
    fine_percent: Decimal
    interest_percent_month: Decimal
    interest_from: InterestFrom
    discounts: tuple[Discount, ...]


@cache
def closed(year: int) -> frozenset[date]:
    """Weekdays and weekends alike on which banks are closed all over Brazil, Easter by the anonymous Gregorian rule."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + week - 7 * ((a + 11 * h + 22 * week) // 451) + 114, 31)
    easter = date(year, month, day + 1)
    moving = {easter + timedelta(days=days) for days in (-48, -47, -2, 60)}
    fixed = {(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)}
    if year >= 2024:
        fixed.add((11, 20))
    return frozenset(moving | {date(year, month, day) for month, day in fixed})


def payable(day: date) -> date:
    while day.isoweekday() > 5 or day in closed(day.year):
        day += ONE
    return day


def rounded(reais: Decimal) -> Decimal:
    return reais.quantize(CENTAVO, ROUND_HALF_UP)


def centavos(reais: Decimal) -> int:
    return int(reais * 100)


def second_owed(debt: DebtState, terms: Contract, day: date) -> tuple[int, int, int, int, int]:
    """Fine, interest, discount, total and days overdue, from the rules as they are told to debtors."""
    principal, carried = Decimal(debt.principal_left) / 100, Decimal(debt.charges_left) / 100
    last_day_without_charges = payable(debt.due_date)
    days, fine, discount = 0, Decimal(0), Decimal(0)
    interest = carried
    if day > last_day_without_charges:
        since = debt.due_date if terms.interest_from == "original" else last_day_without_charges
        days = day.toordinal() - since.toordinal()
        unpaid_since = since if debt.charged_until is None or debt.charged_until < since else debt.charged_until
        unpaid_days = max(day.toordinal() - unpaid_since.toordinal(), 0)
        if not debt.fine_charged:
            fine = rounded(principal * terms.fine_percent / 100)
        interest += rounded(principal * terms.interest_percent_month * unpaid_days / 3000)
        for band in terms.discounts:
            if band.overdue_from <= days and not days > band.overdue_to:
                discount = rounded(principal * band.principal_percent / 100)
                discount += rounded((fine + interest) * band.charges_percent / 100)
    total = principal + fine + interest - discount
    return centavos(fine), centavos(interest), centavos(discount), centavos(total), days


def random_contract(chance: random.Random) -> Contract:
    cuts = sorted(chance.sample(range(1, 1900), 4))
    return Contract(
        Decimal(chance.randint(0, 200)) / 100,
        Decimal(chance.choice([1000, chance.randint(0, 12000)])) / 1000,
        chance.choice(["rolled", "original"]),
        tuple(
            Discount(start, end, Decimal(chance.randint(0, 999)) / 10, Decimal(chance.randint(0, 1000)) / 10)
            for start, end in (cuts[:2], cuts[2:])
        ),
    )


def random_debt(chance: random.Random) -> DebtState:
    amount = chance.choice([chance.randint(1, 500), chance.randint(500, 10**6), chance.randint(10**6, 10**11)])
    due = date(2020, 1, 1) + timedelta(days=chance.randint(0, 3600))
    if chance.random() < 0.7:
        return DebtState.new(amount, due)
    until = due + timedelta(days=chance.randint(0, 900)) if chance.random() < 0.8 else None
    left = chance.choice([0, amount, chance.randint(0, amount)])
    return DebtState(amount, due, left, chance.randint(0, amount), until, fine_charged=until is not None)


def test_the_second_calendar_is_the_first() -> None:
    for year in range(2015, 2051):
        first = {day for day in bank_holidays(year) if day.isoweekday() < 6}
        assert first == {day for day in closed(year) if day.isoweekday() < 6}, year


def test_a_second_implementation_agrees_on_a_hundred_thousand_debts() -> None:
    chance = random.Random(SEED)
    contracts = [random_contract(chance) for _ in range(500)]
    with localcontext(Context(prec=60)):
        for _ in range(100_000):
            debt, terms = random_debt(chance), chance.choice(contracts)
            day = debt.due_date + timedelta(days=chance.choice([chance.randint(-5, 12), chance.randint(0, 2000)]))
            due = owed(debt, terms, day)
            found = (due.fine, due.interest, due.discount, due.total, due.days_overdue)
            assert found == second_owed(debt, terms, day), (debt, terms, day)


def second_month(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    wanted = day.day
    while True:
        try:
            return payable(date(year, month, wanted))
        except ValueError:
            wanted -= 1


def second_parts(reais: Decimal, count: int, rate: Decimal) -> list[Decimal]:
    if not rate:
        each = (reais / count).quantize(CENTAVO, ROUND_FLOOR)
        return [each] * (count - 1) + [reais - each * (count - 1)]
    # What one real a month is worth today, month by month, instead of the closed formula.
    worth, factor = Decimal(0), Decimal(1)
    for _ in range(count):
        factor /= 1 + rate / 100
        worth += factor
    each, left, parts = rounded(reais / worth), reais, []
    for number in range(1, count + 1):
        interest = rounded(left * rate / 100)
        pays = left + interest if number == count else each
        parts.append(pays)
        left -= pays - interest
    return parts


def test_a_second_implementation_agrees_on_five_thousand_plans() -> None:
    chance = random.Random(SEED)
    compared = 0
    with localcontext(Context(prec=60)):
        while compared < 5000:
            limits = Instalments(
                max=chance.randint(1, 36),
                min_amount=chance.choice([1000, 5000, chance.randint(500, 30000)]),
                down_payment_percent=chance.choice([Decimal(0), Decimal(20), Decimal(chance.randint(0, 5000)) / 100]),
                monthly_rate_percent=chance.choice([Decimal(0), Decimal(2), Decimal(chance.randint(1, 90000)) / 10000]),
                first_due_days=chance.randint(0, 30),
                discount_factor=Decimal(chance.randint(0, 100)) / 100,
            )
            today = date(2025, 1, 1) + timedelta(days=chance.randint(0, 1800))
            debt = DebtState.new(chance.randint(5_000, 5_000_000), today - timedelta(days=chance.randint(0, 1500)))
            due = owed(debt, random_contract(chance), today)
            discount = rounded(Decimal(due.discount) / 100 * limits.discount_factor)
            amount = agreed_amount([due], limits).total
            assert amount == due.gross - centavos(discount)
            most = most_instalments(amount, limits)
            if most == 0:
                continue
            count = chance.choice([1, most, chance.randint(1, most)])
            plan = make_plan(amount, count, limits, today=today)
            reais = Decimal(amount) / 100
            down = rounded(reais * limits.down_payment_percent / 100)
            parts = second_parts(reais - down, count, limits.monthly_rate_percent)
            assert plan.down_payment == centavos(down)
            assert [i.amount for i in plan.instalments] == [centavos(part) for part in parts], (amount, count, limits)
            start, shift = today + timedelta(days=limits.first_due_days), 1 if down else 0
            assert [i.due_date for i in plan.instalments] == [second_month(start, n + shift) for n in range(count)]
            assert plan.first_due == payable(start)
            compared += 1
