"""CPFs and birthdays that were said aloud: each is found where it stands, and lends nothing to the other."""

from __future__ import annotations

from datetime import date

import pytest

from understanding.birth_dates import find_birth_dates
from understanding.spoken import find_spoken_cpfs

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "said",
    [
        "meu cpf é cinco um cinco zero três um nove cinco quatro meia cinco nasci em seis de junho de noventa e oito",
        "cinco um cinco, zero três um, nove cinco quatro, meia cinco e nasci dia seis do seis de noventa e oito",
        "515 zero três um 954 meia cinco, seis de junho de 98",
        "cinco um cinco ponto zero três um ponto nove cinco quatro traço meia cinco seis de junho de noventa e oito",
    ],
)
def test_a_cpf_and_a_birthday_in_one_breath_are_told_apart(said: str) -> None:
    assert [one.value for one in find_spoken_cpfs(said) if one.valid] == ["51503195465"]
    assert [one.value for one in find_birth_dates(said, TODAY)] == [date(1998, 6, 6)]


def test_a_spoken_cpf_with_wrong_check_digits_is_found_and_not_valid() -> None:
    (found,) = find_spoken_cpfs("cpf cinco um cinco zero três um nove cinco quatro meia meia")
    assert not found.valid


def test_amounts_and_counts_in_words_are_no_cpf() -> None:
    assert not find_spoken_cpfs("quero pagar duzentos e cinquenta reais em dez vezes de vinte e cinco")
