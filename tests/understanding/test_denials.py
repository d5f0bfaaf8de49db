"""What the words deny is not read out of them; a denial elsewhere denies nothing."""

from __future__ import annotations

import pytest

from understanding.normal import tokens
from understanding.safety.denials import denied


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("sim uma ova", "afirmar"),
        ("claro que não", "afirmar"),
        ("pode confirmar? pode não", "afirmar"),
        ("não aceito isso", "afirmar"),
        ("eu não disse sim", "afirmar"),
        ("nunca paguei essa parcela", "informar_ja_paguei"),
        ("não fui eu que paguei", "informar_ja_paguei"),
        ("paguei nada", "informar_ja_paguei"),
        ("ainda não paguei", "informar_ja_paguei"),
        ("não é que eu já paguei, é que quero pagar", "informar_ja_paguei"),
        ("paguei não moço", "informar_ja_paguei"),
        ("não quero parar de receber as mensagens não", "parar_mensagens"),
        ("no domingo não me manda nada", "parar_mensagens"),
        ("não me chama de noite", "parar_mensagens"),
        ("fim de semana não me perturbem", "parar_mensagens"),
        ("hoje não me escreve mais, amanhã eu vejo", "parar_mensagens"),
        ("domingo não quero ser incomodada", "parar_mensagens"),
    ],
)
def test_what_is_denied_is_not_meant(text: str, label: str) -> None:
    assert denied(label, tokens(text))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("não vou recusar, aceito", "afirmar"),
        ("sem problema, pode fechar", "afirmar"),
        ("não precisa mandar boleto, já paguei", "informar_ja_paguei"),
        ("não devo mais nada não, paguei tudo", "informar_ja_paguei"),
        ("não paguei por boleto, paguei em dinheiro", "informar_ja_paguei"),
        ("não quero mais receber mensagem", "parar_mensagens"),
        ("não vou responder, podem parar", "parar_mensagens"),
        ("não me mande mais nada", "parar_mensagens"),
        ("não me manda mensagem de noite nem de dia", "parar_mensagens"),
        ("nunca mais me chama de madrugada, para com isso", "parar_mensagens"),
        ("não tá atrasada não, paguei dia 8", "informar_ja_paguei"),
        ("não aceito", "negar"),
    ],
)
def test_a_denial_elsewhere_denies_nothing(text: str, label: str) -> None:
    assert not denied(label, tokens(text))
