"""The trained model understands the separate set clearly no worse than docs/understanding.md says."""

from __future__ import annotations

import pytest

from bot.evaluate import SETS, measure, read_set, sentences
from tests.bot.conftest import ROOT

MODEL = ROOT / "models" / "trato.tar.gz"


@pytest.mark.skipif(not MODEL.is_file(), reason="no trained model: make model")
def test_the_model_understands_what_is_published() -> None:
    path = ROOT / SETS / "test.tsv"
    told, cost = read_set(path, MODEL)
    figures = measure(told, sentences(path))
    assert figures["fair"] >= 0.905
    assert figures["strict"] >= 0.893
    assert figures["calibration_error"] <= 0.045
    assert len(figures["harmful"]) <= 5
    assert min(figures["recall"][label] for label in figures["recall"] if label != "fora_de_escopo") >= 0.91
    assert min(figures["heard"][label] for label in figures["heard"] if label != "fora_de_escopo") >= 0.92
    assert figures["recall"]["fora_de_escopo"] >= 0.85
    assert cost <= 12
