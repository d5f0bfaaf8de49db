"""Times that are named without a day."""

from __future__ import annotations

from datetime import date

import pytest

from understanding.beginnings import first_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("em janeiro", date(2027, 1, 1)),
        ("só em dezembro", date(2026, 12, 1)),
        ("novembro", date(2027, 11, 1)),
        ("mês que vem", date(2026, 12, 1)),
        ("semana que vem", date(2026, 11, 30)),
        ("ano que vem", date(2027, 1, 2)),
        ("depois do Natal", date(2026, 12, 26)),
        ("um dia desses", None),
    ],
)
def test_a_time_without_a_day_begins_on_its_first_one(words: str, day: date | None) -> None:
    assert first_of(words, TODAY) == day


def test_next_month_after_december_is_january() -> None:
    assert first_of("mês que vem", date(2026, 12, 31)) == date(2027, 1, 1)
