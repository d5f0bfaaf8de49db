"""The guard of what a human writes: what stays at the desk, and what it proposes instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desk.conduct import Known, findings

CODE = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Lojas6009SAO PAULO62070503***6304ABCD"
LINE = "23793.38128 60007.827136 95000.063305 9 99990000012345"
KNOWN = Known(
    date(2026, 11, 23),
    "proven",
    amounts={1_234_56: "total de hoje", 150_00: "parcela do acordo", 1_000_00: "principal"},
    owed_today=1_234_56,
    dates={date(2026, 12, 10): "parcela do acordo", date(2026, 10, 22): "vencimento"},
    codes=frozenset({CODE, LINE}),
    protocols=frozenset({"2026-1122-AB3K7M"}),
    percents=frozenset({Decimal(2), Decimal("1"), Decimal(15)}),
    names=("Marina Lopes", "Lojas Tamboril"),
    payee="Lojas Tamboril",
    ours=frozenset({"trato.example", "1140028922", "contato@trato.example"}),
)
UNPROVEN = replace(KNOWN, who="unproven")
UNKNOWN = Known(date(2026, 11, 23), names=("Marina Lopes",))

FINE = (
    "Oi, aqui é a Ana. Tudo bem?",
    "Bom dia! Como posso ajudar?",
    "O total de hoje é R$ 1.234,56.",
    "São 1234,56 à vista ou parcelas de 150 reais.",
    "A próxima parcela vence em 10/12.",
    "A parcela de R$ 150,00 vence em 10 de dezembro.",
    "O vencimento era 22/10/2026.",
    f"Segue o código:\n{CODE}",
    f"Linha digitável: {LINE}",
    "Seu protocolo é 2026-1122-AB3K7M.",
    "Não vamos ligar para o seu trabalho.",
    "Ninguém vai contar para a sua família.",
    "Você não vai ser preso por isso, fique tranquila.",
    "Confira em https://trato.example/verificar que somos nós.",
    "Se preferir, reclame em consumidor.gov.br ou ligue (11) 4002-8922.",
    "A multa é de 2% e o juro de 1% ao mês.",
    "Atendemos de segunda a sexta, das 9h às 18h.",
    "Amanhã eu volto com a resposta.",
    "Entendo. Pode levar o tempo que precisar.",
    "O Pix sai em nome de Lojas Tamboril: confira antes de pagar.",
    "Você tem 2 dívidas e 3 opções.",
    "Dá para dividir em 12 vezes.",
    "Vi aqui que você trabalha por conta própria.",
    "Você consegue pagar até amanhã?",
    "Você pode falar com a sua família antes de decidir.",
    "A dívida está em processo judicial, por isso não tratamos dela aqui.",
    "Depois do pagamento, a baixa no Serasa sai em até 5 dias úteis.",
    "Isso é urgente para você?",
    "Sinto muito pela sua mãe.",
    "Vou transferir o seu atendimento para a supervisão.",
)


@pytest.mark.parametrize("words", FINE)
def test_what_is_kind_and_true_goes(words: str) -> None:
    assert findings(words, KNOWN) == []


HELD = (
    ("threat", "Se não resolver hoje vamos acionar a justiça."),
    ("threat", "Você pode ser preso por isso."),
    ("threat", "Vamos bloquear a sua conta no banco."),
    ("threat", "Vou negativar você no Serasa."),
    ("threat", "Um oficial de justiça vai até sua casa."),
    ("threat", "Seu carro vai para leilão e você vai perder a casa."),
    ("threat", "Vou te processar."),
    ("threat", "Seu nome vai parar no SPC."),
    ("threat", "Você será processado."),
    ("pressure", "Preciso do pagamento urgente."),
    ("threat", "sei onde você mora"),
    ("shame", "Que vergonha, hein?"),
    ("shame", "Você é um caloteiro."),
    ("shame", "Pare de enrolar e pague."),
    ("shame", "Honre o seu compromisso."),
    ("pressure", "Última chance: só hoje!"),
    ("pressure", "Pague agora ou nunca."),
    ("pressure", "Se você não pagar hoje, acabou."),
    ("third_party", "Vou ligar para o seu trabalho."),
    ("third_party", "Vou avisar sua mãe e seus vizinhos."),
    ("third_party", "Seu chefe vai ficar sabendo."),
    ("third_party", "Se não pagar, vamos ligar para a sua família."),
    ("third_party", "Vou postar sua dívida no Facebook."),
    ("pix_key", "Faz um Pix para a chave 11987654321"),
    ("pix_key", "Pode transferir para a minha conta, agência 1234."),
    ("pix_key", "Manda o pix para ana.prado@gmail.com"),
    ("pix_key", "Pix: 529.982.247-25"),
    ("pix_key", "a chave é 123e4567-e12b-12d1-a456-426655440000"),
    ("code", CODE[:-1] + "X"),
    ("code", f"{CODE[:20]} {CODE[20:]}"),
    ("code", "23793.38128 60007.827136 95000.063305 9 99990000099999"),
    ("code", "23793381286000782713695000063305999990000099999"),
    ("amount", "Fica em R$ 999,99 à vista."),
    ("amount", "Consigo por mil reais e meio: R$ 1.000,50"),
    ("amount", "Te faço por duzentos reais."),
    ("amount", "pague 300 hoje e resolvemos"),
    ("percent", "Consigo 50% de desconto."),
    ("date", "Vence em 25/12."),
    ("date", "Pode pagar até 15 de janeiro."),
    ("date", "O prazo é até sexta-feira."),
    ("document", "Seu CPF 529.982.247-25 está certo?"),
    ("link", "Pague em http://bit.ly/xyz123"),
    ("link", "Acesse www.acordo-facil.com.br"),
    ("protocol", "Protocolo 2026-1122-ZZZZZZ"),
    ("unfilled", "Olá {{primeiro_nome}}, tudo bem?"),
    ("unfilled", "O valor é [valor]."),
    ("note", "Nota interna: cliente nervoso"),
    ("note", "@Bruno pode olhar?"),
)


@pytest.mark.parametrize(("kind", "words"), HELD)
def test_what_threatens_exposes_or_invents_stays(kind: str, words: str) -> None:
    found = findings(words, KNOWN)
    assert kind in [one.kind for one in found], found
    assert all(one.why for one in found)


def test_an_amount_or_a_day_that_is_wrong_is_answered_with_the_right_one() -> None:
    (amount,) = findings("O total hoje é R$ 1.243,56.", KNOWN)
    assert (amount.kind, amount.found, amount.instead) == ("amount", "R$ 1.243,56", "R$ 1.234,56")
    assert "total de hoje" in amount.why
    (day,) = findings("A parcela vence em 11/12/2026.", KNOWN)
    assert (day.kind, day.found, day.instead) == ("date", "11/12/2026", "10/12/2026")
    (document,) = findings("Confirma o CPF 529.982.247-25?", KNOWN)
    assert document.instead == "***.982.247-**"


def test_an_unkind_sentence_is_answered_with_one_to_put_in_its_place() -> None:
    (one,) = findings("Oi, Marina. Vou ligar para o seu chefe! Até logo.", KNOWN)
    assert (one.found, one.instead) == ("Vou ligar para o seu chefe!", "Este assunto fica só entre nós dois.")


@pytest.mark.parametrize(
    "words", ["O total é R$ 1.234,56.", "Sua dívida está aberta.", "Falo de Lojas Tamboril.", CODE, "Vence em 10/12/2027"]
)
def test_nothing_of_a_debt_goes_to_somebody_who_is_not_proven(words: str) -> None:
    assert "unproven" in [one.kind for one in findings(words, UNPROVEN)] or "code" in [
        one.kind for one in findings(words, UNPROVEN)
    ]
    assert findings("Oi! Sou a Ana, da equipe. Para continuar, preciso confirmar quem é você.", UNPROVEN) == []


def test_whoever_spoke_of_a_debt_is_answered_in_those_words_but_without_amounts() -> None:
    told = replace(UNKNOWN, told=True)
    assert findings("Para falar dessa dívida preciso do seu CPF e da data de nascimento.", told) == []
    assert [one.kind for one in findings("São R$ 100,00.", told)] == ["unproven"]
    assert [one.kind for one in findings("Oi, é a Marina Lopes?", told)] == ["unproven"]
