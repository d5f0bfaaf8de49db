"""What day people name, on Monday, 23 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from understanding.values import read_values

TODAY = date(2026, 11, 23)


def told(text: str, asked: str | None = None, today: date = TODAY) -> list[str]:
    return [day.isoformat() for when in read_values(text, today, asked=asked).dates for day in when.readings]


def kinds(text: str) -> list[str]:
    return [when.kind for when in read_values(text, TODAY).dates]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("hoje", "2026-11-23"),
        ("hj mesmo", "2026-11-23"),
        ("amanhã cedo", "2026-11-24"),
        ("pago amn", "2026-11-24"),
        ("depois de amanhã", "2026-11-25"),
        ("dps de amanha", "2026-11-25"),
        ("dia 5", "2026-12-05"),
        ("DIA 05", "2026-12-05"),
        ("pago dia 5", "2026-12-05"),
        ("dia 23", "2026-11-23"),
        ("dia 30", "2026-11-30"),
        ("dia 31", "2026-12-31"),
        ("dia quinze", "2026-12-15"),
        ("dia primeiro", "2026-12-01"),
        ("dia 1º", "2026-12-01"),
        ("próximo dia 10", "2026-12-10"),
        ("todo dia 10", "2026-12-10"),
        ("dia 10 do mês que vem", "2026-12-10"),
        ("mes que vem dia 10", "2026-12-10"),
        ("dia 30 do mes que vem", "2026-12-30"),
        ("dia 28 desse mês", "2026-11-28"),
        ("05/12", "2026-12-05"),
        ("5/12", "2026-12-05"),
        ("pode ser 5/12?", "2026-12-05"),
        ("5/12/26", "2026-12-05"),
        ("05-12-2026", "2026-12-05"),
        ("2026-12-05", "2026-12-05"),
        ("05122026", "2026-12-05"),
        ("15/01", "2027-01-15"),
        ("5 de dezembro", "2026-12-05"),
        ("5 de dez", "2026-12-05"),
        ("10 dez", "2026-12-10"),
        ("10/dez", "2026-12-10"),
        ("dia vinte e cinco de dezembro", "2026-12-25"),
        ("primeiro de fevereiro", "2027-02-01"),
        ("dia 5 do 12", "2026-12-05"),
        ("5 do 12", "2026-12-05"),
        ("5 de janeiro de 2027", "2027-01-05"),
        ("sexta", "2026-11-27"),
        ("sexta-feira", "2026-11-27"),
        ("na sesta", "2026-11-27"),
        ("pago sexta sem falta", "2026-11-27"),
        ("nessa sexta", "2026-11-27"),
        ("sexta agora", "2026-11-27"),
        ("6a feira", "2026-11-27"),
        ("2ª feira", "2026-11-30"),
        ("segunda", "2026-11-30"),
        ("na segunda", "2026-11-30"),
        ("até segunda", "2026-11-30"),
        ("sábado", "2026-11-28"),
        ("ate dom", "2026-11-29"),
        ("sexta da semana que vem", "2026-12-04"),
        ("semana que vem na sexta", "2026-12-04"),
        ("segunda que vem", "2026-11-30"),
        ("sexta, dia 27", "2026-11-27"),
        ("sexta 27/11", "2026-11-27"),
        ("daqui 15 dias", "2026-12-08"),
        ("em 10 dias", "2026-12-03"),
        ("daqui a dez dias", "2026-12-03"),
        ("daqui uma semana", "2026-11-30"),
        ("daqui a duas semanas", "2026-12-07"),
        ("daqui a um mês", "2026-12-23"),
        ("preciso de mais uns 10 dias", "2026-12-03"),
        ("em 3 dias úteis", "2026-11-26"),
        ("primeiro dia útil de dezembro", "2026-12-01"),
        ("último dia útil do mês", "2026-11-30"),
        ("próximo dia útil", "2026-11-24"),
        ("3º dia útil", "2026-12-03"),
        ("fim do mês", "2026-11-30"),
        ("daqui 2 meses", "2027-01-23"),
        ("terça sem ser essa, a outra", "2026-12-01"),
        ("15-12", "2026-12-15"),
        ("final do mes que vem", "2026-12-31"),
        ("último dia do mês", "2026-11-30"),
        ("no natal", "2026-12-25"),
        ("véspera de natal", "2026-12-24"),
        ("na terça de carnaval", "2027-02-09"),
        ("na black friday", "2026-11-27"),
        ("lá pelo dia 20", "2026-12-20"),
        ("até o dia 20", "2026-12-20"),
        ("a partir do dia 10", "2026-12-10"),
        ("ontem", "2026-11-22"),
        ("anteontem", "2026-11-21"),
        ("há 3 dias", "2026-11-20"),
        ("2 dias atrás", "2026-11-21"),
        ("paguei dia 5", "2026-11-05"),
        ("paguei dia 25", "2026-10-25"),
        ("paguei sexta", "2026-11-20"),
        ("sexta passada", "2026-11-20"),
        ("paguei 10/11", "2026-11-10"),
        ("venceu dia 10", "2026-11-10"),
        ("minha mãe pagou pra mim dia 5", "2026-11-05"),
        ("me ligaram cedo da manhã no domingo", "2026-11-22"),
        ("já que atrasei, joga pro dia 10", "2026-12-10"),
        ("12/03/1985", "1985-03-12"),
        ("nasci em 12 de março de 1985", "1985-03-12"),
    ],
)
def test_one_day_is_meant(said: str, day: str) -> None:
    assert told(said) == [day]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("sexta que vem", ["2026-11-27", "2026-12-04"]),
        ("próxima sexta", ["2026-11-27", "2026-12-04"]),
        ("vo paga 300 conto sexta q vem", ["2026-11-27", "2026-12-04"]),
        ("quinto dia útil", ["2026-12-07", "2026-12-05"]),
        ("da p joga pro 5º dia util?", ["2026-12-07", "2026-12-05"]),
        ("dia 5 ou 10", ["2026-12-05", "2026-12-10"]),
        ("dia 5 ou dia 10", ["2026-12-05", "2026-12-10"]),
        ("entre dia 5 e 10", ["2026-12-05", "2026-12-10"]),
        ("segunda não dá, só sexta", ["2026-11-27"]),
        ("não é sexta, é sábado", ["2026-11-28"]),
        ("dia 28, 29 ou 30", ["2026-11-28", "2026-11-29", "2026-11-30"]),
        ("o que venceu dia 5 eu pago dia 10", ["2026-11-05", "2026-12-10"]),
        ("fim de semana", ["2026-11-28", "2026-11-29"]),
    ],
)
def test_every_reading_is_kept(said: str, days: list[str]) -> None:
    assert told(said) == days


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("semana que vem", "vague"),
        ("mês que vem", "vague"),
        ("no começo do mês", "vague"),
        ("em dezembro", "vague"),
        ("ano que vem", "vague"),
        ("depois do pagamento", "event"),
        ("quando eu receber", "event"),
        ("quando cair o salário", "event"),
        ("depois do natal", "event"),
        ("antes do carnaval", "event"),
        ("com o 13º", "event"),
        ("quando sair o décimo terceiro", "event"),
        ("31/02", "impossible"),
        ("30 de fevereiro", "impossible"),
        ("dia 32", "impossible"),
        ("dia 31 de novembro", "impossible"),
        ("pago 10/11", "past"),
        ("dia 10 desse mês", "past"),
    ],
)
def test_a_time_without_a_day_to_resolve_is_known_for_what_it_is(said: str, kind: str) -> None:
    assert kinds(said) == [kind]
    assert told(said) == []


@pytest.mark.parametrize(
    "said",
    ["segunda via", "a segunda opção", "quero a segunda", "a quinta parcela", "parcela 3/10", "bom dia", "bom dia, 5x", "quero ter desconto",
     "me liga 24/7", "sem dinheiro", "moro na rua 7 de setembro", "av 13 de maio 120", "pra ter misericórdia", "feliz natal", "pago 1/3 agora", "se eu pagar tudo", "em 10x", "300 por mês", "10 dias de atraso", "qual o valor do mar de dívidas"],
)  # fmt: skip
def test_what_only_looks_like_a_time_is_none(said: str) -> None:
    assert told(said) == [] and not read_values(said, TODAY).dates


@pytest.mark.parametrize(
    ("said", "day"),
    [("5", "2026-12-05"), ("23", "2026-11-23"), ("a segunda", "2026-11-30"), ("10.12", "2026-12-10"), ("0512", "2026-12-05")],
)
def test_a_bare_answer_to_which_day(said: str, day: str) -> None:
    assert told(said, asked="date") == [day]


def test_words_and_place_are_those_of_the_original() -> None:
    (when,) = read_values("Então… pago NA PRÓXIMA SEXTA, tá?", TODAY).dates
    assert when.words == "PRÓXIMA SEXTA"


def test_the_bound_is_kept() -> None:
    assert [
        read_values(said, TODAY).dates[0].bound for said in ("até dia 10", "depois do dia 10", "lá pelo dia 10", "dia 10")
    ] == [
        "until",
        "after",
        "about",
        None,
    ]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("dia 05 agora", ["2026-12-05"]),
        ("05/dez", ["2026-12-05"]),
        ("não dia 5, dia 10", ["2026-12-10"]),
        ("em vez do dia 5 dia 10", ["2026-12-10"]),
    ],
)
def test_what_is_taken_back_is_no_day_and_agora_is_the_one_that_comes(said: str, days: list[str]) -> None:
    assert [day.isoformat() for when in read_values(said, date(2026, 11, 23)).dates for day in when.readings] == days


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("foi no mes passado, dia 20", date(2026, 10, 20)),
        ("mês passado, lá pelo dia 5", date(2026, 10, 5)),
        ("dia 8 do mês retrasado", date(2026, 9, 8)),
        ("quinta da semana passada", date(2026, 11, 19)),
        ("semana passada, na terça", date(2026, 11, 17)),
    ],
)
def test_a_day_of_the_month_or_week_before(words: str, day: date) -> None:
    (found,) = read_values(words, date(2026, 11, 23)).dates
    assert (found.kind, found.readings) == ("past", (day,))
