"""How many instalments people ask for."""

from __future__ import annotations

from datetime import date

import pytest

from understanding.values import read_values

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("12x", 12),
        ("12 x", 12),
        ("em 12 vezes", 12),
        ("doze vezes", 12),
        ("em duas vezes", 2),
        ("3 parcelas", 3),
        ("três prestações", 3),
        ("divide em 5", 5),
        ("parcela em 10 pra mim", 10),
        ("dá pra fazer em 6 meses?", 6),
        ("2x de 150", 2),
        ("12 de 98,90", 12),
        ("meia dúzia de parcelas", 6),
        ("meia dúzia de vezes", 6),
        ("uma dúzia de vezes", 12),
        ("parcela 3/10", 10),
        ("10x sem juros", 10),
        ("o resto em 5", 5),
        ("em quatro", 4),
        ("entrada de 200 e 4x do resto", 4),
        ("entrada mais cinco", 5),
        ("umas oito vezes", 8),
        ("já paguei 4 de 10", 10),
        ("uma entrada e mais 5", 5),
        ("em uma única parcela", 1),
        ("em doze suaves prestações", 12),
        ("em 10 iguais", 10),
        ("10 mensais de 50", 10),
        ("em dez (10) parcelas", 10),
        ("10 (dez) parcelas", 10),
        ("50 por mês 10 meses", 10),
        ("parcelar por 6 meses", 6),
        ("parcelinha de 50 em 10", 10),
        ("seria possível em onze", 11),
        ("6 x 100", 6),
        ("proposta: 4x 200", 4),
        ("acordo em 5", 5),
        ("em 3 pix", 3),
        ("não é 12x, é 10x", 10),
    ],
)
def test_one_count_is_meant(said: str, number: int) -> None:
    assert [one.number for one in read_values(said, TODAY).counts] == [number]


@pytest.mark.parametrize(
    "said",
    ["já liguei 3 vezes", "paguei duas vezes", "me cobraram 3 vezes", "5", "dia 5", "tenho 3 filhos", "2 dívidas", "05/12", "200 reais", "uma vez paguei", "caiu duas vezes na conta", "li três vezes e não entendi", "umas parcelas de 100", "escala 6x1", "3 vezes o preço da tv",
     "sexta em 10 minutos", "me ligam duas vezes por mês", "recebo de 6 em 6 meses", "escala 5x2", "10 anos"],
)  # fmt: skip
def test_no_instalments_are_read_where_something_else_is_counted(said: str) -> None:
    assert not read_values(said, TODAY).counts


def test_at_most_is_known() -> None:
    (count,) = read_values("no máximo 5x", TODAY).counts
    assert count.at_most
    (count,) = read_values("5x", TODAY).counts
    assert not count.at_most


@pytest.mark.parametrize(("said", "number"), [("5", 5), ("em 10", 10), ("umas 6", 6), ("meia dúzia", 6), ("quatro", 4)])
def test_a_bare_answer_to_how_many(said: str, number: int) -> None:
    assert [one.number for one in read_values(said, TODAY, asked="count").counts] == [number]


def test_each_of_several_counts_is_kept() -> None:
    assert [one.number for one in read_values("em 2 ou 3 vezes", TODAY).counts] == [2, 3]
    assert [one.number for one in read_values("simula aí 5, 10 e 15 vezes", TODAY).counts] == [5, 10, 15]


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("3xR$100,00", [3]),
        ("x3", [3]),
        ("50 reais x 8", [8]),
        ("em dosse vezes", [12]),
        ("des vezes", [10]),
        ("dois pagamento", [2]),
        ("12 meses", [12]),
        ("em até doze", [12]),
        ("parcelar em um ano", [12]),
        ("divide em dois anos pra mim", [24]),
        ("parcelar por 1 ano e meio", [18]),
        ("parcelar em meio ano", [6]),
        ("ao invés de 10x faz 15x", [15]),
        ("entre 6 e 10 vezes", [6, 10]),
        ("já paguei 3 parcelas", []),
        ("me mandaram 3 boletos", []),
        ("moro aqui faz 2 anos", []),
        ("em um ano eu mudei", []),
    ],
)
def test_counts_are_said_in_many_ways(said: str, numbers: list[int]) -> None:
    assert [one.number for one in read_values(said, TODAY).counts] == numbers
