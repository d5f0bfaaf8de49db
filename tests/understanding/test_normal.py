"""Words as they are meant: short forms, look-alikes, emoji; and what is never changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understanding.normal import fold, mended, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("to devendo qto", "estou devendo quanto"),
        ("ñ recebi o bolto", "nao recebi o boleto"),
        ("da p joga pro 5º dia util?", "da para joga para 5 o dia util ?"),
        ("vc pode mandar d novo pfv", "voce pode mandar de novo por favor"),
        ("num so o joao nao", "nao so o joao nao"),
        ("NÃÃÃOOO", "nao"),
        ("рау", "pay"),
        ("b0leto", "boleto"),
        ("12x de 100", "12 vezes de 100"),
        ("👍", "sim joinha"),
        ("p\u200bix", "pix"),
        ("desconhesso", "desconhesso"),
    ],
)
def test_words_are_read_as_they_are_meant(text: str, words: str) -> None:
    assert " ".join(tokens(text)) == words


@pytest.mark.parametrize("word", ["nao", "nunca", "sem", "mas", "mais", "esta", "compre", "quarto", "reconheco"])
def test_what_carries_a_meaning_of_its_own_is_not_mended(word: str) -> None:
    assert mended(word) == word


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_has_words_and_no_negation_is_lost(text: str) -> None:
    said = tokens(text)
    assert all(word and word == word.strip() for word in said)
    assert ("nao" in tokens(f"não {text}")) or fold(text)[:1].isalnum()
