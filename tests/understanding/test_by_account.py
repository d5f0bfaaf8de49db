"""What each part of a message wishes, and which accounts are called by their kind."""

import pytest

from understanding.by_account import in_so_many, parts
from understanding.kinds import also_called, called_accounts, kind_of, kinds_called


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("me vê o boleto da escola, parcela a da loja em 4 e a do celular eu já paguei dia 6", ["pay", "divide", "paid"]),
        ("paguei a da loja mas a do telefone ainda não paguei", ["paid", "unpaid"]),
        ("a do colégio tá certa e a da loja eu não reconheço", ["fine", "dispute"]),
        ("quero pagar a menor agora e a outra em março", ["pay", "later"]),
        ("paguei 189,90 no dia 5", ["paid"]),
        ("troca meu e-mail pra a.b@example.com", ["correct"]),
        ("tem desconto na do telefone?", ["discount"]),
        ("bom dia", [None]),
    ],
)
def test_each_part_wishes_one_thing(said: str, kinds: list[str | None]) -> None:
    assert [part.kind for part in parts(said)] == kinds


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("primeiro a do telefone", {"telefone"}),
        ("quero pagar o celular", {"celular"}),
        ("manda o boleto da faculdade", {"faculdade"}),
        ("celular", {"celular"}),
        ("mudei meu telefone", set()),
        ("qual o telefone de vocês", set()),
        ("paguei na loja", set()),
        ("me liga no celular", set()),
        ("meu nome, cpf e telefone", set()),
    ],
)
def test_a_telephone_is_an_account_only_where_it_is_spoken_of_as_one(said: str, called: set[str]) -> None:
    assert called_accounts(said) == called


def test_the_most_particular_name_tells_the_kind() -> None:
    assert "celular" not in also_called("Internet Ventania", "Conta de abril/2026", "Ventania Telecomunicações S.A.")
    assert "telefone" in also_called("", "Compra de 16/07/2026", "Ventania Telecomunicações S.A.")
    assert kind_of("Cartão Tamboril", "Fatura do cartão", "Lojas Tamboril S.A.") == "loja"
    assert kind_of("", "Empréstimo", "Banco Azul") is None
    assert kinds_called("paguei a da operadora") == {"telefone": "operadora"}


def test_three_are_instalments_and_a_day_is_none() -> None:
    assert in_so_many("parcelar a da loja em 3") == "parcelar a da loja em 3x"
    assert in_so_many("paguei em 2026") == "paguei em 2026"
