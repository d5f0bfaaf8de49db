from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understanding.birth_dates import find_birth_dates

TODAY = date(2026, 11, 23)
MONTHS = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()


def values(text: str) -> list[date]:
    return [found.value for found in find_birth_dates(text, TODAY)]


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1907, 1, 1), TODAY - timedelta(days=1)), st.integers(0, 11))
def test_every_birthday_is_read_in_every_spelling(day: date, spelling: int) -> None:
    d, m, y = day.day, day.month, day.year
    month = MONTHS[m - 1]
    written = [
        f"{d:02}/{m:02}/{y}", f"{d}/{m}/{y}", f"{d:02}-{m:02}-{y}", f"{d:02}.{m:02}.{y}", f"{d:02} {m:02} {y}", f"{d:02}{m:02}{y}",
        f"{d} de {month} de {y}", f"{d} {month} {y}", f"{d} de {month[:3]} de {y}", f"{d}/{month[:3]}/{y}", f"{day.isoformat()}",
        f"{d} de {month.upper()} de {y}",
    ][spelling]  # fmt: skip
    assert values(f"nasci em {written}, tá?") == [day]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12/03/85", date(1985, 3, 12)),
        ("12/03/05", date(2005, 3, 12)),
        ("12/03/26", date(1926, 3, 12)),
        ("1º de maio de 1990", date(1990, 5, 1)),
        ("29/02/2000", date(2000, 2, 29)),
        ("12 / 03 / 1985", date(1985, 3, 12)),
        ("dia 12 do 3 de 1985", date(1985, 3, 12)),
        ("12 do 03 do 1985", date(1985, 3, 12)),
        ("5 de marco de 1985", date(1985, 3, 5)),
    ],
)
def test_other_ways_of_writing_a_birthday_are_read_too(text: str, read: date) -> None:
    assert values(text) == [read]


@pytest.mark.parametrize(
    "text",
    ["29/02/2001", "31/04/1990", "00/01/1990", "12/13/1990", "23/11/2026", "24/11/2026", "01/01/1800", "1/2", "dia 5", "R$ 12,03",
     "999.12.03.1985.7", "2026", "12/03", "", "ontem"],
)  # fmt: skip
def test_what_is_no_birthday_is_not_read(text: str) -> None:
    assert values(text) == []


def test_two_dates_are_read_in_their_order_with_their_places() -> None:
    text = "12/03/1985 ou 13 de abril de 1986"
    found = find_birth_dates(text, TODAY)
    assert [f.value for f in found] == [date(1985, 3, 12), date(1986, 4, 13)]
    assert [text[f.start : f.end] for f in found] == ["12/03/1985", "13 de abril de 1986"]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789 /.-deabril\u00b2\u0663\n", max_size=50))
def test_nothing_written_breaks_the_search(text: str) -> None:
    for found in find_birth_dates(text, TODAY):
        assert found.value < TODAY
