"""What a typed answer to a list means."""

from datetime import date

import pytest

from understanding.options import ALL, Shown, named_in, picked, which
from understanding.values import entities, read_values

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
        ("tá bom, fecha a primeira", 1),
        ("beleza, aceito a segunda opção", 2),
        ("fica a do meio", 2),
        ("fecha em 2", None),
        ("em 3", None),
        ("quero em 2", None),
        ("fecha", None),
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


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a segunda", ["2"]),
        ("opção 2", ["2"]),
        ("opcao numero 3", ["3"]),
        ("letra b", ["2"]),
        ("2ª opção", ["2"]),
        ("quero a 2", ["2"]),
        ("a 2", ["2"]),
        ("pode ser a primeira", ["1"]),
        ("terceira", ["3"]),
        ("fico com a quarta", ["4"]),
        ("pode ser a segunda mesmo", ["2"]),
        ("a última", ["ultima"]),
        ("a do meio", ["meio"]),
        ("a outra", ["outra"]),
        ("não, a outra", ["outra"]),
        ("todas", ["todas"]),
        ("as duas", ["todas"]),
        ("ambas", ["todas"]),
        ("quero pagar tudo", ["todas"]),
        ("nenhuma", ["nenhuma"]),
        ("não quero nenhuma das duas", ["nenhuma"]),
        ("à vista", ["avista"]),
        ("prefiro pagar a vista", ["avista"]),
        ("de uma vez só", ["avista"]),
        ("a de 12x", ["parcelas:12"]),
        ("a de doze vezes", ["parcelas:12"]),
        ("a opção de 6 parcelas", ["parcelas:6"]),
        ("a de 150", ["valor:150.00"]),
        ("a de R$ 89,90", ["valor:89.90"]),
        ("a mais barata", ["menor_total"]),
        ("a menor", ["menor_total"]),
        ("a que sai mais em conta", ["menor_total"]),
        ("a com a menor parcela", ["menor_parcela"]),
        ("a que a parcela fica menor", ["menor_parcela"]),
        ("a de parcela mais baixa", ["menor_parcela"]),
        ("a com mais parcelas", ["maior_prazo"]),
        ("a de maior prazo", ["maior_prazo"]),
        ("a mais longa", ["maior_prazo"]),
        ("a mais curta", ["menor_prazo"]),
        ("a com menos parcelas", ["menor_prazo"]),
        ("a mais antiga", ["mais_antiga"]),
        ("a mais velha", ["mais_antiga"]),
        ("a maior", ["maior_valor"]),
        ("a mais cara", ["maior_valor"]),
        ("a da loja", ["rotulo:loja"]),
        ("quero pagar a do Cartão", ["rotulo:Cartão"]),
        ("não quero a segunda, quero a primeira", ["1"]),
    ],
)
def test_a_choice_is_named_in_the_words_of_the_contract(said: str, meant: list[object]) -> None:
    assert entities(read_values(said, date(2026, 11, 23)))["opcao"] == meant


@pytest.mark.parametrize(
    "said",
    ["segunda via", "segunda", "paguei a segunda parcela", "tudo bem?", "todo mês", "todos os dias", "não tenho nenhuma dívida", "primeiro quero saber quanto devo", "primeira vez que atraso",
     "segundo o procon", "as duas da tarde", "quanto fica à vista?", "não quero a segunda", "todas menos a segunda", "outra vez", "à vista não dá", "que taxa é essa de 32 reais", "a primeira parcela do 13º", "5", "da última vez"],
)  # fmt: skip
def test_nothing_is_chosen_where_words_of_choice_mean_something_else(said: str) -> None:
    assert entities(read_values(said, date(2026, 11, 23)))["opcao"] == []


def test_several_numbers_answer_which() -> None:
    assert read_values("1 e 3", date(2026, 11, 23), asked="option").options == ("1", "3")
    assert read_values("1, 2 e 4", date(2026, 11, 23), asked="option").options == ("1", "2", "4")


def test_a_sentence_names_the_debt_that_it_speaks_of() -> None:
    shown = [
        Shown("Fatura do cartão, junho/2026", "Lojas Tamboril S.A. TAM-1"),
        Shown("Conta de setembro/2026", "Ventania Telecomunicações S.A."),
        Shown("Mensalidade de novembro/2026, Alice", "Colégio Pé de Ipê Ltda."),
    ]
    assert named_in("a do colegio eu nao reconheço, nunca estudei ai", shown) == (3,)
    assert named_in("a da loja eu pago sexta que vem 300 conto", shown) == (1,)
    assert named_in("e a ventania joga pro dia 5?", shown) == (2,)
    assert named_in("a de junho eu ja paguei", shown) == (1,)
    assert named_in("o cartao e a mensalidade da alice divide em 5", shown) == (1, 3)
    assert named_in("pago tudo em setembro", shown) == ()
    assert named_in("não é a da loja é a do colegio", shown) == ()
    assert named_in("quanto é o total", shown) == ()


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("a 1 e a 3", ["1", "3"]),
        ("opção 1 e 2", ["1", "2"]),
        ("a primeira não, a segunda", ["2"]),
        ("nem a primeira nem a segunda", ["nenhuma"]),
        ("#2", ["2"]),
        ("2ª", ["2"]),
        ("a de cima", ["1"]),
        ("a de baixo mesmo", ["ultima"]),
    ],
)
def test_an_option_is_named_by_sign_and_place(said: str, options: list[str]) -> None:
    assert entities(read_values(said, date(2026, 11, 23)))["opcao"] == options
