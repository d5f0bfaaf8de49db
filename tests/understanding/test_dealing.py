"""Wishes about a deal that are named plainly: to whom they go, and what is left to others."""

from __future__ import annotations

import pytest

from understanding.dealing import deals, wish


@pytest.mark.parametrize(
    "text",
    [
        "quanto cabe no meu mês?",
        "quero algo que caiba no meu bolso",
        "posso dar 400 de entrada",
        "quero negociar",
        "quero fazer um acordo",
    ],
)
def test_who_has_no_agreement_wants_to_divide(text: str) -> None:
    assert wish(text, has_agreement=False) == "parcelar"


@pytest.mark.parametrize(
    "text",
    [
        "cancela o acordo", "não quero mais esse acordo", "quanto falta do meu acordo?", "muda a data da parcela", "pula essa parcela",
        "e se eu atrasar?", "manda o código da próxima parcela", "quero antecipar uma parcela", "quero adiantar", "quitar o resto", "novidade",
    ],
)  # fmt: skip
def test_who_has_an_agreement_speaks_of_it(text: str) -> None:
    assert wish(text, has_agreement=True) == "consultar_acordo"


@pytest.mark.parametrize(
    "text",
    [
        "quero pagar",
        "oi",
        "não tenho dinheiro",
        "já paguei",
        "e se eu atrasar?",
        "quero falar com uma pessoa",
        "cancelar",
        "por que esse valor?",
    ],
)
def test_the_rest_is_the_classifiers(text: str) -> None:
    assert wish(text, has_agreement=False) is None


def test_why_an_offer_is_asked_only_while_one_is_open() -> None:
    assert wish("por que essa entrada?", has_agreement=False, negotiating=True) == "parcelar"
    assert wish("por que essa entrada?", has_agreement=False) is None


@pytest.mark.parametrize(
    "text,yes", [("parcela a primeira", True), ("desconto na segunda", True), ("a primeira", False), ("todas", False)]
)
def test_naming_a_debt_may_want_more_than_to_see_it(text: str, yes: bool) -> None:
    assert deals(text) is yes
