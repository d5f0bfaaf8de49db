"""CPF and CNPJ as they are written, and as they are shown."""

from __future__ import annotations

import pytest

from receivables.taxid import TaxId, TaxIdError, formatted, is_cnpj, is_cpf, masked, parse, parse_cnpj


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("529.982.247-25", "52998224725"),
        ("52998224725", "52998224725"),
        (" 529 982 247 25 ", "52998224725"),
        ("529.982.247–25", "52998224725"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("12ABC34501DE35", "12ABC34501DE35"),
        ("11.222.333/0001-81", "11222333000181"),
        ("５２９９８２２４７２５", "52998224725"),
    ],
)
def test_documents_are_read_as_people_write_them(text: str, number: str) -> None:
    assert parse(text) == TaxId(number)
    assert parse(formatted(number)).number == number


@pytest.mark.parametrize(
    "text",
    ["529.982.247-24", "111.111.111-11", "00000000000", "12ABC34501DE36", "00000000000000", "", "abc", "5,2998E+10", "1122233300018A"],
)  # fmt: skip
def test_documents_with_wrong_digits_are_refused(text: str) -> None:
    with pytest.raises(TaxIdError) as caught:
        parse(text)
    assert not text or text not in str(caught.value)


def test_a_cpf_that_lost_its_zero_gets_it_back_only_if_the_digits_are_then_right() -> None:
    assert is_cpf("01234567890")
    assert parse("1234567890") == TaxId("01234567890", lost_zero=True)
    with pytest.raises(TaxIdError):
        parse("1234567891")


def test_kinds_and_masks() -> None:
    assert TaxId("52998224725").kind == "person" and TaxId("12ABC34501DE35").kind == "company"
    assert masked("52998224725") == "•••.982.247-••"
    assert masked("12ABC34501DE35") == "••.ABC.345/••••-••"
    assert formatted("12ABC34501DE35") == "12.ABC.345/01DE-35"
    assert parse_cnpj("12.abc.345/01de-35") == "12ABC34501DE35" and is_cnpj("12ABC34501DE35")
    with pytest.raises(TaxIdError):
        parse_cnpj("52998224725")
