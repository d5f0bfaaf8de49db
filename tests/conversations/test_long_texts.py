"""What of a very long text is read: its beginning, its end, and what must not be missed wherever it stands."""

from __future__ import annotations

from datetime import UTC, datetime

from conversations.meaning import _gist, _wish, take_out
from understanding.harmless import CAP, harmless, shortened

_TALE = "Depois mudei de bairro, pintei a casa e plantei umas flores na frente. " * 40
_NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    kept = harmless(f"bom dia, sou a Lurdes. {_TALE} quero dividir em 5 vezes")
    assert len(kept) <= CAP
    assert kept.startswith("bom dia, sou a Lurdes.")
    assert kept.endswith("quero dividir em 5 vezes")


def test_a_short_text_stays_as_it_is() -> None:
    assert shortened("quero pagar", CAP) == "quero pagar"


def test_a_stop_in_the_middle_of_a_letter_is_read() -> None:
    gist = _gist(f"bom dia. {_TALE} Não quero mais receber mensagem de vocês. {_TALE} obrigada")
    assert "Não quero mais receber mensagem de vocês." in gist
    assert len(gist) <= CAP + 1


def test_words_of_despair_in_the_middle_of_a_letter_are_read() -> None:
    assert "não quero mais viver" in _gist(f"bom dia. {_TALE} Eu não quero mais viver assim. {_TALE} obrigada")


def test_sixty_thousand_letters_are_read_as_fast_as_a_few() -> None:
    gist = _gist("a " * 30_000)
    assert len(gist) <= CAP
    given, masked = take_out(gist, _NOW)
    assert given.empty
    assert len(_wish(masked)) <= CAP
