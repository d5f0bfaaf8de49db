from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validate_docbr import CNPJ, CPF

from understanding.documents import cnpj_is_valid, cpf_is_valid, find_documents

DIGITS = st.text(alphabet="0123456789", min_size=9, max_size=9)
STEMS = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=12, max_size=12)


def last_two(stem: str, is_valid: object) -> list[str]:
    return [f"{n:02}" for n in range(100) if is_valid(f"{stem}{n:02}")]  # type: ignore[operator]


@settings(max_examples=100, deadline=None)
@given(DIGITS, st.integers(0, 99))
def test_a_cpf_is_valid_when_the_oracle_says_so(stem: str, check: int) -> None:
    for cpf in (f"{stem}{check:02}", *(stem + two for two in last_two(stem, CPF().validate))):
        assert cpf_is_valid(cpf) == CPF().validate(cpf)


@settings(max_examples=100, deadline=None)
@given(STEMS, st.integers(0, 99))
def test_a_cnpj_with_or_without_letters_is_valid_when_the_oracle_says_so(stem: str, check: int) -> None:
    ours = last_two(stem, cnpj_is_valid)
    assert len(ours) <= 1
    for cnpj in (f"{stem}{check:02}", *(stem + two for two in ours)):
        assert cnpj_is_valid(cnpj) == CNPJ().validate(cnpj)


@pytest.mark.parametrize("digit", "0123456789")
def test_the_same_digit_all_over_is_no_document(digit: str) -> None:
    assert not cpf_is_valid(digit * 11)
    assert not cnpj_is_valid(digit * 14)


@pytest.mark.parametrize(
    "written",
    ["529.982.247-25", "52998224725", "529 982 247 25", "529.982.24725", "529-982-247-25", "5 2 9 9 8 2 2 4 7 2 5", "529. 982. 247 - 25",
     "529,982,247-25", "529\n982\n247\n25"],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "meu cpf é {}.", "CPF:{}!", "({})", "cpf {}, nasci em 1987"])
def test_a_cpf_is_found_however_it_is_written(written: str, around: str) -> None:
    found = find_documents(around.format(written))
    assert [(doc.kind, doc.value, doc.valid) for doc in found] == [("cpf", "52998224725", True)]
    text = around.format(written)
    assert text[found[0].start : found[0].end] == written


@pytest.mark.parametrize("written", ["11.222.333/0001-81", "11222333000181", "11 222 333 0001 81", "11.222.333/0001 81"])
def test_a_cnpj_is_found_and_is_no_cpf(written: str) -> None:
    assert [(d.kind, d.value, d.valid) for d in find_documents(f"cnpj {written}")] == [("cnpj", "11222333000181", True)]


def test_a_cnpj_with_letters_is_found_in_either_case() -> None:
    stem = "12ABC34501DE"
    cnpj = stem + last_two(stem, cnpj_is_valid)[0]
    written = f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"
    for text in (cnpj, cnpj.lower(), written, written.lower()):
        assert [(d.kind, d.value, d.valid) for d in find_documents(text)] == [("cnpj", cnpj, True)]


def test_a_lost_leading_zero_comes_back_only_where_the_check_digits_agree() -> None:
    stem = "012345678"
    cpf = stem + last_two(stem, cpf_is_valid)[0]
    assert [(d.value, d.mended) for d in find_documents(cpf[1:])] == [(cpf, True)]
    assert find_documents("1234567891") == []


@pytest.mark.parametrize("written", ["529.982.247-26", "11111111111", "00000000000"])
def test_wrong_check_digits_are_told_apart_from_no_document(written: str) -> None:
    assert [(d.kind, d.valid) for d in find_documents(written)] == [("cpf", False)]


@pytest.mark.parametrize(
    "text", ["", "oi", "529982247", "529982247251", "quero pagar 150,00", "rua 12, casa 3", "2026", "a52998224725"]
)
def test_what_is_no_document_is_not_found(text: str) -> None:
    assert find_documents(text) == []


def test_two_documents_are_found_in_their_order() -> None:
    assert [d.value for d in find_documents("529.982.247-25 e 111.444.777-35")] == ["52998224725", "11144477735"]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789 .-/aAZ\n\u00b2\u0663", max_size=60))
def test_nothing_written_breaks_the_search(text: str) -> None:
    for doc in find_documents(text):
        assert 0 <= doc.start < doc.end <= len(text)
        assert len(doc.value) == (11 if doc.kind == "cpf" else 14)
