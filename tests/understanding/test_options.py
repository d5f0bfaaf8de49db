"""What a typed answer to a list means."""

from datetime import date

import pytest

from understanding.options import ALL, Shown, picked, which

LIST = (
    Shown("Fatura do cartão, j…", "Fatura do cartão, junho/2026 Lojas Tamboril S.A.", 85_000, date(2026, 6, 10)),
    Shown("Conta de setembro/2…", "Conta de setembro/2026 Ventania Telecomunicações S.A. Celular", 15_192, date(2026, 9, 23)),
    Shown("Mensalidade de nove…", "Mensalidade de novembro/2026, Alice Colégio Pé de Ipê escola", 91_314, date(2026, 11, 5)),
    Shown("Todas", "todas tudo"),
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", 1),
        ("a primeira", 1),
        ("opção 2 por favor", 2),
        ("a última", 3),
        ("a do meio", 2),
        ("a da loja", 1),
        ("a do colegio", 3),
        ("quero pagar a da escola por pix", 3),
        ("a mais barata", 2),
        ("a maior", 3),
        ("a mais antiga", 1),
        ("a mais recente", 3),
        ("quero todas", ALL),
        ("as três", ALL),
        ("as duas", None),
        ("não", None),
        ("sim", None),
        ("quero pagar", None),
        ("9", None),
        ("", None),
    ],
)
def test_one_is_meant_or_all_or_nothing_clear(said: str, meant: object) -> None:
    assert which(said, LIST) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1 e 3", (1, 3)),
        ("1, 2 e 3", (1, 2, 3)),
        ("paga a segunda e a terceira", (2, 3)),
        ("a da loja e a da escola", (1, 3)),
        ("todas menos a primeira", (2, 3)),
        ("tudo", (1, 2, 3)),
        ("a mais cara", (3,)),
        ("1 e 9", ()),
        ("não quero nenhuma", ()),
        ("quero falar com alguém", ()),
    ],
)
def test_several_are_meant_together(said: str, meant: tuple[int, ...]) -> None:
    assert picked(said, LIST) == meant


def test_places_mean_nothing_where_they_would_mean_something_else() -> None:
    buttons = (Shown("Pagar com Pix"), Shown("Falar com alguém"))
    assert which("a primeira", buttons, by_place=False) is None
    assert which("1", buttons) == 1
    assert which("falar com alguem", buttons, by_place=False) == 2


def test_of_two_that_cost_the_same_none_is_the_cheapest() -> None:
    alike = (Shown("Conta de agosto", "", 100), Shown("Conta de setembro", "", 100))
    assert which("a mais barata", alike) is None
