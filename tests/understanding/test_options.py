from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understanding.options import ALL, Shown, which
from understanding.plain import plain

DEBTS = [
    Shown("Cartão Tamboril", "Lojas Tamboril"),
    Shown("Plano de celular", "Conecta Telecom"),
    Shown("Mensalidade", "Colégio Pé de Ipê escola"),
]
YES_NO = [Shown("Sim"), Shown("Não")]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2", 2), ("opção 2", 2), ("número 3", 3), ("a segunda", 2), ("a primeira por favor", 1), ("a última", 3), ("o do meio", 2),
        ("02", 2), ("2ª", 2), ("duas", 2), ("quero a três", 3),
        ("o da loja", 1), ("Cartão Tamboril", 1), ("cartao", 1), ("tamboriu", 1), ("celular", 2), ("a do telecom", 2), ("a da escola", 3),
        ("CARTÃO TAMBORIL!!", 1),
        ("todas", ALL), ("quero pagar tudo", ALL), 
        ("4", None), ("0", None), ("não", None), ("nenhuma", None), ("não quero a segunda", None), ("oi", None), ("", None),
        ("quanto eu devo de verdade nisso aí tudo que vocês falaram", None), ("2 ou 3", None), ("meu carro", None), ("quero pagar", None),
    ],
)  # fmt: skip
def test_a_typed_answer_means_what_people_mean(said: str, meant: object) -> None:
    assert which(said, DEBTS) == meant


@pytest.mark.parametrize(("said", "meant"), [("sim", 1), ("SIM.", 1), ("não", 2), ("Nao", 2), ("1", 1), ("talvez", None)])
def test_yes_and_no_are_their_own_labels(said: str, meant: object) -> None:
    assert which(said, YES_NO) == meant


def test_two_options_that_fit_equally_are_not_guessed_between() -> None:
    assert which("cartão", [Shown("Cartão azul"), Shown("Cartão verde")]) is None
    assert which("cartão verde", [Shown("Cartão azul"), Shown("Cartão verde")]) == 2


def test_all_of_one_is_not_asked_for() -> None:
    assert which("todas", [Shown("Cartão")]) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=140), st.lists(st.text(max_size=20).map(Shown), max_size=5))
def test_whatever_is_typed_an_option_that_exists_is_meant_or_none(said: str, shown: list[Shown]) -> None:
    meant = which(said, shown)
    assert meant is None or meant == ALL or (isinstance(meant, int) and 1 <= meant <= len(shown))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text).isascii()
