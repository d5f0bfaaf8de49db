"""Words as they are meant: short forms, look-alikes, emoji; and what is never changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understanding.normal import fold, mended, tokens
from understanding.short_forms import SHORT


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
        ("nãm quero nd", "nao quero nada"),
        ("nsei se kero", "nao sei se quero"),
        ("naoquero e numpaguei", "nao quero e nao paguei"),
        ("n a o quero", "nao quero"),
        ("aceito sqn", "aceito so que nao"),
        ("tdos os mes", "todos os mes"),
        ("a gnt paga 2ªf", "a gente pagar segunda feira"),
        ("agente vai pagar", "a gente vai pagar"),
        ("quero falar c um agente", "quero falar com um agente"),
        ("falo c vc ou c pode mandar", "falo com voce ou voce pode mandar"),
        ("meu c p f e esse", "meu cpf e esse"),
        ("nº do contrato, n° 12", "numero do contrato numero 12"),
        ("2ªvia", "segunda via"),
        ("2a via, seg via ou segnda via", "segunda via segunda via ou segunda via"),
        ("serve via pix", "serve via pix"),
        ("6a-feira, 5ªf", "sexta feira quinta feira"),
        ("pago sexta qvem", "pago sexta que vem"),
        ("13º", "decimo terceiro"),
        ("qr-code ou copia cola", "qr code ou copia e cola"),
        ("cod barra", "codigo de barras"),
        ("s juros", "sem juros"),
        ("num hospital", "em um hospital"),
        ("mim manda pra mim ver", "me mandar para mim ver"),
    ],
)
def test_words_are_read_as_they_are_meant(text: str, words: str) -> None:
    assert " ".join(tokens(text)) == words


@pytest.mark.parametrize("word", ["nao", "nunca", "sem", "mas", "mais", "esta", "compre", "quarto", "reconheco"])
def test_what_carries_a_meaning_of_its_own_is_not_mended(word: str) -> None:
    assert mended(word) == word


@pytest.mark.parametrize("form", list(SHORT))
def test_a_short_form_stands_as_a_message_is_looked_at(form: str) -> None:
    assert fold(form) == form


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_has_words_and_no_negation_is_lost(text: str) -> None:
    said = tokens(text)
    assert all(word and word == word.strip() for word in said)
    assert ("nao" in tokens(f"não {text}")) or fold(text)[:1].isalnum()
