"""One message, several wishes: cut carefully, ordered by weight."""

from __future__ import annotations

from typing import Any

import pytest

from understanding.wishes import Wish, pieces, wishes


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("quero pagar", ["quero pagar"]),
        ("quanto eu devo? quero o boleto", ["quanto eu devo?", "quero o boleto"]),
        ("nao sou o pedro, parem de ligar", ["nao sou o pedro", "parem de ligar"]),
        ("quero um desconto e quero parcelar", ["quero um desconto", "quero parcelar"]),
        ("pago 1.200,50 dia 5", ["pago 1.200,50 dia 5"]),
        ("boleto e pix", ["boleto e pix"]),
        ("meu pai e minha mãe", ["meu pai", "minha mãe"]),
    ],
)
def test_a_message_is_cut_where_a_new_wish_begins(text: str, parts: list[str]) -> None:
    assert pieces(text) == parts


def test_a_message_of_very_many_pieces_is_left_whole() -> None:
    text = "quero isso. " * 20
    assert pieces(text) == [text.strip()]


def rank(piece: str) -> list[dict[str, Any]]:
    name = {"paguei": "informar_ja_paguei", "parem": "parar_mensagens", "oi": "saudar"}.get(piece.split()[0], "fora_de_escopo")
    return [{"name": name, "confidence": 0.9 if name != "saudar" else 0.3}]


def test_wishes_come_in_the_order_of_their_weight() -> None:
    found = wishes("paguei ontem, parem de ligar", [Wish("informar_ja_paguei", 0.8, "paguei ontem, parem de ligar")], rank)
    assert [one.intent for one in found] == ["parar_mensagens", "informar_ja_paguei"]
    assert found[0].text == "parem de ligar"


def test_what_is_not_clear_is_no_wish() -> None:
    assert [one.intent for one in wishes("oi. paguei", [Wish("informar_ja_paguei", 0.8, "")], rank)] == ["informar_ja_paguei"]


def test_a_few_words_torn_out_of_a_message_must_not_go_against_the_whole() -> None:
    text = "paguei ontem, parem de ligar"
    whole = [Wish("informar_ja_paguei", 0.8, text)]
    assert [one.intent for one in wishes(text, whole, rank, {"parar_mensagens": 0.02})] == ["informar_ja_paguei"]
    assert [one.intent for one in wishes(text, whole, rank, {"parar_mensagens": 0.2})] == [
        "parar_mensagens",
        "informar_ja_paguei",
    ]
    longer = "paguei ontem, parem de ficar me ligando"
    assert len(wishes(longer, whole, rank, {"parar_mensagens": 0.02})) == 2
