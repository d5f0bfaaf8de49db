"""The trained model understands the separate set clearly no worse than docs/understanding.md says."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from bot.evaluate import SETS, measure, read_set, sentences
from bot.understand import load, understand
from tests.bot.conftest import ROOT
from tests.understanding.denying_sentences import NO_PAYMENT, NO_STOP, NO_YES, sentences_of
from tests.understanding.what_is_denied import DENIED_PAYMENTS, DENIED_STOPS, DENIED_YES

MODEL = ROOT / "models" / "trato.tar.gz"


@pytest.mark.skipif(not MODEL.is_file(), reason="no trained model: make model")
def test_the_model_understands_what_is_published() -> None:
    path = ROOT / SETS / "test.tsv"
    told, cost = read_set(path, MODEL)
    figures = measure(told, sentences(path))
    assert figures["fair"] >= 0.92
    assert figures["strict"] >= 0.907
    assert figures["calibration_error"] <= 0.045
    assert len(figures["harmful"]) <= 5
    assert min(figures["recall"][label] for label in figures["recall"] if label != "fora_de_escopo") >= 0.93
    assert min(figures["heard"][label] for label in figures["heard"] if label != "fora_de_escopo") >= 0.93
    assert figures["recall"]["fora_de_escopo"] >= 0.86
    assert cost <= 12


@pytest.mark.skipif(not MODEL.is_file(), reason="no trained model: make model")
def test_what_is_denied_is_neither_read_nor_found_in_a_piece_of_the_message() -> None:
    read = load(MODEL)
    wrong = []
    for label, denied in (("informar_ja_paguei", DENIED_PAYMENTS), ("parar_mensagens", DENIED_STOPS), ("afirmar", DENIED_YES)):
        for said, before, after in product(denied, ("", "olha, "), ("", " viu", ", e agora?")):
            told = understand(f"{before}{said}{after}", read, date(2026, 11, 23))
            if label in told["also"] or (label == told["intent"] and told["confidence"] >= 0.4):
                wrong.append((told["text"], label, told["intent"]))
    assert wrong == []


@pytest.mark.skipif(not MODEL.is_file(), reason="no trained model: make model")
@pytest.mark.parametrize(
    ("label", "table"), [("informar_ja_paguei", NO_PAYMENT), ("parar_mensagens", NO_STOP), ("afirmar", NO_YES)]
)
def test_no_construction_that_denies_is_read_as_what_it_denies(label: str, table: str) -> None:
    read = load(MODEL)
    told = [understand(said, read, date(2026, 11, 23)) for said in sentences_of(table)]
    acted_on = [one for one in told if label in one["also"] or (label == one["intent"] and one["confidence"] >= 0.4)]
    assert [(one["text"], one["intent"]) for one in acted_on] == []
