"""Which amounts people write, in centavos."""

from __future__ import annotations

from datetime import date

import pytest

from understanding.values import entities, read_values

TODAY = date(2026, 11, 23)


def amounts(text: str, asked: str | None = None) -> list[int]:
    return [one.amount for one in read_values(text, TODAY, asked=asked).money]


@pytest.mark.parametrize(
    ("said", "centavos"),
    [
        ("R$ 1.234,56", 123456),
        ("R$1.234,56", 123456),
        ("r$ 50", 5000),
        ("1.200", 120000),
        ("1200,50", 120050),
        ("1200.50", 120050),
        ("150,00", 15000),
        ("89,9", 8990),
        ("150 reais", 15000),
        ("150reais", 15000),
        ("150rs", 15000),
        ("rs 150", 15000),
        ("150 real", 15000),
        ("mil e duzentos", 120000),
        ("mil duzentos e cinquenta", 125000),
        ("dois mil e quinhentos", 250000),
        ("2 mil e 500", 250000),
        ("2 mil", 200000),
        ("2k", 200000),
        ("1,2k", 120000),
        ("1,5 mil", 150000),
        ("mil reais", 100000),
        ("mil conto", 100000),
        ("300 conto", 30000),
        ("200 pila", 20000),
        ("50 pratas", 5000),
        ("200 pau", 20000),
        ("um pau", 100000),
        ("um barão", 100000),
        ("dois barões", 200000),
        ("um k", 100000),
        ("uma perna", 10000),
        ("duas pernas", 20000),
        ("meia perna", 5000),
        ("um galo", 5000),
        ("uma onça", 5000),
        ("um lobo", 20000),
        ("cinquentão", 5000),
        ("vintão", 2000),
        ("cenzão", 10000),
        ("quinhentão", 50000),
        ("milão", 100000),
        ("50tão", 5000),
        ("50 centavos", 50),
        ("10 reais e 50 centavos", 1050),
        ("10 reais e 50", 1050),
        ("duzentos e cinquenta reais e trinta centavos", 25030),
        ("trezentos", 30000),
        ("quinhetos reais", 50000),
        ("faz por 500?", 50000),
        ("aceita 500 à vista", 50000),
        ("posso pagar 80 por mês", 8000),
        ("tenho 200", 20000),
        ("consigo uns 150", 15000),
        ("300 de entrada", 30000),
        ("pago 1 real", 100),
        ("300", 30000),
        ("meu salário é 1412", 141200),
        ("mil e pouco", 100000),
        ("um e duzentos", 120000),
        ("noventa e nove e noventa", 9990),
        ("150/mês", 15000),
        ("a entrada não é 200, é 100", 10000),
        ("são 300 e não 200", 30000),
        ("só 45 por mês", 4500),
    ],
)
def test_one_amount_is_meant(said: str, centavos: int) -> None:
    assert amounts(said) == [centavos]


@pytest.mark.parametrize(
    "said",
    ["tenho 3 filhos", "tenho 68 anos", "trabalho 24 horas", "moro na rua A, 120", "casa 45", "apto 302", "em 2024", "desde 2019", "10%", "20 por cento de desconto",
     "12x", "dia 30", "05/12/2026", "11 98765-4321", "529.982.247-25", "às 15h", "15:30", "protocolo 20261123001", "me ligaram 50 vezes hoje", "5", "contrato 4587",
     "cep 01310-100", "final 4321", "opção 2", "30 dias", "parcela 3/10", "200 pessoas", "artigo 42", "km 300", "os 4 últimos são 7712", "quantos por cento", "cpf começa com 043", "às 9h45", "nascimento é 98", "id E607011902026b71k9w", "tenho 16", "28 tá bom"],
)  # fmt: skip
def test_no_amount_is_read_where_something_else_is_counted(said: str) -> None:
    assert amounts(said) == []


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("300 de entrada", "down"),
        ("entrada de 300", "down"),
        ("dou um sinal de 300", "down"),
        ("150 por mês", "instalment"),
        ("parcelas de 200", "instalment"),
        ("2x de 150", "instalment"),
        ("dez vezes de cem reais", "instalment"),
        ("12 de 98,90", "instalment"),
        ("150 mensais", "instalment"),
        ("faz por 500", "total"),
        ("500 à vista", "total"),
        ("quito tudo por 800", "total"),
        ("total de 900", "total"),
        ("300", None),
        ("tenho 300", None),
    ],
)
def test_words_around_tell_what_an_amount_is_for(said: str, role: str | None) -> None:
    (money,) = read_values(said, TODAY).money
    assert money.role == role


def test_ends_of_what_was_not_exact() -> None:
    (between,) = read_values("entre 200 e 300", TODAY).money
    assert (between.low, between.high) == (20000, 30000)
    (most,) = read_values("no máximo 300 por mês", TODAY).money
    assert (most.amount, most.low, most.high) == (30000, None, 30000)
    (about,) = read_values("uns 300", TODAY).money
    assert about.about and about.high is None
    assert entities(read_values("de 200 a 300 reais", TODAY))["valor"] == ["200.00", "300.00"]


@pytest.mark.parametrize(
    ("said", "centavos"), [("5", 500), ("uns 300", 30000), ("150,5", 15050), ("2024", 202400), ("pode ser 30", 3000)]
)
def test_a_bare_answer_to_how_much(said: str, centavos: int) -> None:
    assert amounts(said, asked="amount") == [centavos]
