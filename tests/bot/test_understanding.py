"""The classifier: accents and elongations mean nothing, it is quick, and what it keeps can be read back without pickle."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bot.evaluate import by_label
from bot.nlu.intent import NgramIntentClassifier, _without_what_is_denied
from tests.bot.conftest import PROJECT
from understanding.normal import fold
from understanding.views import features


class FolderStorage:
    """Rasa's model storage, as far as a component needs it: one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def write_to(self, resource: Any) -> Iterator[Path]:
        yield self.folder

    read_from = write_to


def examples() -> list[tuple[str, str]]:
    data = yaml.safe_load((PROJECT / "data/nlu.yml").read_text())["nlu"]
    return [(line[2:], block["intent"]) for block in data for line in block["examples"].splitlines()]


def trained(folder: Path, **config: Any) -> NgramIntentClassifier:
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    settings = {**NgramIntentClassifier.get_default_config(), **config}
    storage: Any = FolderStorage(folder)
    classifier = NgramIntentClassifier(settings, storage, Resource("nlu"))
    classifier.train(TrainingData([Message.build(text=text, intent=intent) for text, intent in examples()]))
    return classifier


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Não", "nao"),
        ("PAGAAAAR", "pagar"),
        ("oiii!!", "oi!!"),
        ("carro", "carro"),
        ("R$ 1.234,56", "r$ 1.234,56"),
        ("kkkkkk", "risada"),
    ],
)
def test_a_text_is_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_accents_and_elongations_make_no_difference() -> None:
    assert features("Não quero pagáááár") == features("nao QUERO pagar")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("oiii", "cumprimentar"),
        ("manda um pix", "pedir_pix"),
        ("que juros sao esses", "perguntar_juros"),
        ("negociar divida", "negociar"),
    ],
)
def test_an_unseen_text_gets_its_intent(tmp_path: Path, text: str, intent: str) -> None:
    ranking = trained(tmp_path).rank(text)
    assert ranking[0]["name"] == intent
    assert sum(one["confidence"] for one in ranking) == pytest.approx(1, abs=1e-4)
    assert ranking == sorted(ranking, key=lambda one: -one["confidence"])


@pytest.mark.parametrize("text", ["", "   ", "🙂", "xyzzy", "日本"])
def test_a_text_of_nothing_known_has_no_ranking(tmp_path: Path, text: str) -> None:
    ranking = trained(tmp_path).rank(text)
    assert not ranking or ranking[0]["confidence"] < 0.35


def test_what_is_kept_is_read_back_without_pickle(tmp_path: Path) -> None:
    from rasa.engine.storage.resource import Resource

    first = trained(tmp_path)
    for path in tmp_path.glob("*.npz"):
        with np.load(path, allow_pickle=False) as table:
            assert sorted(table) == ["bias", "idf", "weights"]
    storage: Any = FolderStorage(tmp_path)
    context: Any = None
    second = NgramIntentClassifier.load(NgramIntentClassifier.get_default_config(), storage, Resource("nlu"), context)
    assert second.rank("quero um pix") == first.rank("quero um pix")


def test_the_longest_text_costs_little(tmp_path: Path) -> None:
    classifier = trained(tmp_path)
    began = time.process_time()
    for _ in range(20):
        classifier.rank("quero negociar a dívida " * 90)
    assert (time.process_time() - began) / 20 < 0.02


def test_tensorflow_is_never_loaded() -> None:
    import subprocess
    import sys

    code = (
        "from bot.run import prepare_process; prepare_process(); import rasa.core.agent, bot.channel, rasa.model_training, sys;"
        "from rasa.engine.recipes import default_components;"
        "assert not [name for name in sys.modules if name.startswith('tensorflow') and getattr(sys.modules[name], '__file__', None)];"
        "import tensorflow as tf\ntry:\n    tf.constant(1)\nexcept RuntimeError as error:\n    print(error)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=PROJECT.parents[2])
    assert "without TensorFlow" in ran.stdout, ran.stderr[-2000:]


def test_a_doubted_yes_beside_a_denial_is_asked_back() -> None:
    ranking = [
        {"name": "afirmar", "confidence": 0.55},
        {"name": "negar", "confidence": 0.3},
        {"name": "saudar", "confidence": 0.15},
    ]
    first, second, _ = _without_what_is_denied(ranking, "não sei, acho que tá bom então")
    assert (first["name"], second["name"]) == ("negar", "afirmar")
    assert first["confidence"] - second["confidence"] < 0.05
    assert _without_what_is_denied(ranking, "acho que tá bom então") == ranking


def test_a_sure_yes_beside_a_denial_stands() -> None:
    ranking = [{"name": "afirmar", "confidence": 0.9}, {"name": "negar", "confidence": 0.1}]
    assert _without_what_is_denied(ranking, "não vejo problema, pode fazer") == ranking


def test_the_table_of_a_set_names_labels_and_no_sentence() -> None:
    wanted = [("a", "saudar", frozenset[str]()), ("b", "negar", frozenset({"cancelar"})), ("c", "negar", frozenset[str]())]
    lines = list(by_label([{"intent": "saudar"}, {"intent": "cancelar"}, {"intent": "afirmar"}], wanted))
    assert lines[1].split() == ["negar", "2", "0.00", "0.50", "0.00"]
    assert lines[-1].split() == ["negar", "afirmar", "1"]
