"""Payments on days of one's own, read out of a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from actions.many_days import parts_on_days, rhythm

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "days", "amounts"),
    [
        ("200 sexta, 200 outra sexta, 200 na outra", [(11, 27), (12, 4), (12, 11)], [20000] * 3),
        ("dia 5, dia 15 e dia 25", [(12, 5), (12, 15), (12, 25)], [None] * 3),
        ("300 dia 5, 300 dia 12 e o resto dia 20", [(12, 5), (12, 12), (12, 20)], [30000, 30000, None]),
    ],
)
def test_days_come_one_after_the_other(words: str, days: list[tuple[int, int]], amounts: list[int | None]) -> None:
    found = parts_on_days(words, MONDAY)
    assert [one.day for one in found] == [date(2026, month, day) for month, day in days]
    assert [one.amount for one in found] == amounts


@pytest.mark.parametrize(
    "words", ["pago 200 dia 5", "metade dia 5 e metade dia 20", "vence dia 5, 10x de 200", "300 agora e o resto em 4"]
)
def test_less_than_three_days_are_no_plan_of_ones_own(words: str) -> None:
    assert parts_on_days(words, MONDAY) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("só consigo 100 por semana", (4, 10000)),
        ("200 toda sexta", (4, 20000)),
        ("dou 150 a cada 15 dias", (2, 15000)),
        ("R$ 50,50 de quinze em quinze dias", (2, 5050)),
        ("100 por mês", None),
        ("toda semana vocês mandam isso", None),
        ("pago em 15 dias", None),
    ],
)
def test_how_often_and_how_much(words: str, found: tuple[int, int] | None) -> None:
    assert rhythm(words, MONDAY) == found
