"""Ways to tell what a message means, each measured on the same unseen phrases: `bot/.venv/bin/python -m ml.classifiers [names]`.

A fifth of the phrases of `data/nlu` (chosen by a hash of the text, so that everybody chooses the same) is held out, and every way
learns from the rest. Printed for each, as one line of a table: strictly right, macro-F1, calibration error, confidently wrong (at 0.8
or above), the same on `tests/understanding/sets/test.tsv`, CPU a message, memory, and CPU of training. The confidence of every linear
way is fitted alike: margins divided by a temperature, chosen on a quarter of what it learns from.

`diet` needs TensorFlow, which Rasa brings; `--epochs` says how long it may learn. What reads meanings needs a table made by
`ml/.venv/bin/python -m ml.train_meanings`, for this split: see `--table`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import yaml

SETS = Path("tests/understanding/sets")
FOLDER = Path("data/nlu")
TABLE = Path("var/meanings.json")
Read = Callable[[str], np.ndarray]
"""The chance of each label, in the order of the labels."""


def phrases() -> list[tuple[str, str]]:
    """Every training phrase with its label."""
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [
                (line.removeprefix("- ").strip(), block["intent"]) for line in block["examples"].splitlines() if line.strip()
            ]
    return found


def held_out(text: str) -> bool:
    """Whether a phrase belongs to the fifth that nothing learns from."""
    return hashlib.sha256(text.encode()).digest()[0] % 5 == 0


def figures(chances: np.ndarray, wanted: Sequence[int], fair: Sequence[frozenset[int]] = ()) -> tuple[float, float, float, float]:
    """Right (or fairly right), macro-F1, calibration error in ten bins, and the share of confidently wrong."""
    told, sure, given = chances.argmax(axis=1), chances.max(axis=1), np.array(wanted)
    right = told == given
    if fair:
        right = right | np.array([one in others for one, others in zip(told, fair, strict=True)])
    f1 = []
    for label in sorted(set(wanted)):
        hits = ((told == label) & (given == label)).sum()
        f1.append(2 * hits / max(1, (told == label).sum() + (given == label).sum()))
    bins = np.minimum((sure * 10).astype(int), 9)
    error = sum(
        (bins == one).mean() * abs(right[bins == one].mean() - sure[bins == one].mean())
        for one in range(10)
        if (bins == one).any()
    )
    return float(right.mean()), float(np.mean(f1)), float(error), float(((sure >= 0.8) & ~right).mean())


def letters_and_words(text: str) -> list[str]:
    """Words, pairs of words, and pieces of two to four letters, of the text as it is typed."""
    from understanding.normal import fold

    words = re.findall(r"\w+|[?!]", re.sub(r"\d+(?:[.,]\d+)*", "0", fold(text)))
    pieces = [
        f"c {marked[start : start + size]}"
        for marked in (f"_{word}_" for word in words)
        for size in (2, 3, 4)
        for start in range(len(marked) - size + 1)
    ]
    return [*(f"w {word}" for word in words), *(f"p {a} {b}" for a, b in pairwise(["^", *words, "$"])), *pieces]


def every_view(text: str) -> list[str]:
    """What the product's classifier looks at."""
    from understanding.views import features

    return list(features(text).elements())


class Linear:
    """TF-IDF over features, meanings beside them where a table is given, and a linear machine; `read` as everybody reads."""

    def __init__(self, look: Callable[[str], list[str]] | None, machine: Callable[[], Any], table: Path | None = None) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.words = TfidfVectorizer(analyzer=look, sublinear_tf=True, min_df=2) if look else None
        self.machine = machine
        self.meanings: Any = None
        if table:
            from understanding.static_meaning import StaticMeaning

            self.meanings = StaticMeaning.read(table)

    def _seen(self, texts: Sequence[str]) -> Any:
        import scipy.sparse

        parts = [self.words.transform(texts)] if self.words else []
        if self.meanings:
            parts.append(scipy.sparse.csr_matrix(np.array(self.meanings.embed(texts), dtype=np.float32)))
        return scipy.sparse.hstack(parts, format="csr") if len(parts) > 1 else parts[0]

    def fit(self, texts: Sequence[str], labels: np.ndarray) -> None:
        from sklearn.model_selection import train_test_split

        from bot.nlu.intent import _temperature

        if self.words:
            self.words.fit(texts)
        seen = self._seen(texts)
        learn, test = train_test_split(np.arange(len(texts)), test_size=0.25, stratify=labels, random_state=7)
        self.temperature = _temperature(self._margins(self.machine().fit(seen[learn], labels[learn]), seen[test]), labels[test])
        self.fitted = self.machine().fit(seen, labels)

    @staticmethod
    def _margins(fitted: Any, seen: Any) -> np.ndarray:
        if hasattr(fitted, "decision_function"):
            return np.asarray(fitted.decision_function(seen))
        return np.asarray(fitted.predict_log_proba(seen))

    def margins(self, text: str) -> np.ndarray:
        return self._margins(self.fitted, self._seen([text]))[0] / self.temperature

    def read(self, text: str) -> np.ndarray:
        return _chances(self.margins(text))


class Together:
    """Two ways, their chances multiplied."""

    def __init__(self, *ways: Linear) -> None:
        self.ways = ways

    def fit(self, texts: Sequence[str], labels: np.ndarray) -> None:
        for way in self.ways:
            way.fit(texts, labels)

    def read(self, text: str) -> np.ndarray:
        total = sum(np.log(way.read(text) + 1e-9) for way in self.ways) / len(self.ways)
        return _chances(np.asarray(total))


def _chances(scores: np.ndarray) -> np.ndarray:
    chances = np.exp(scores - scores.max())
    return np.asarray(chances / chances.sum())


def _linear_ways(table: Path) -> dict[str, Callable[[], Any]]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB
    from sklearn.svm import LinearSVC

    def machine() -> Any:
        return LinearSVC(C=1.2, random_state=7)

    def regression() -> Any:
        return LogisticRegression(C=12, solver="lbfgs", max_iter=60)

    def one_each() -> Any:
        return LogisticRegression(C=30, solver="liblinear", multi_class="ovr")

    def sums() -> Any:
        return LogisticRegression(C=3, max_iter=300)

    return {
        "letters-bayes": lambda: Linear(letters_and_words, lambda: ComplementNB(alpha=0.3)),
        "letters-regression": lambda: Linear(letters_and_words, regression),
        "letters-svm": lambda: Linear(letters_and_words, machine),
        "views-regression": lambda: Linear(every_view, regression),
        "views-one-each": lambda: Linear(every_view, one_each),
        "views-svm": lambda: Linear(every_view, machine),
        "meanings": lambda: Linear(None, sums, table),
        "letters-meanings-svm": lambda: Linear(letters_and_words, machine, table),
        "views-meanings-svm": lambda: Linear(every_view, machine, table),
        "views-svm-and-meanings": lambda: Together(Linear(every_view, machine), Linear(None, sums, table)),
    }


def _diet(texts: Sequence[str], labels: Sequence[str], epochs: int) -> tuple[Read, float]:
    """Rasa's own pipeline, trained through Rasa; the CPU seconds of training beside it."""
    names = sorted(set(labels))
    with tempfile.TemporaryDirectory() as place:
        blocks = [
            {
                "intent": name,
                "examples": "".join(f"- {text}\n" for text, label in zip(texts, labels, strict=True) if label == name),
            }
            for name in names
        ]
        data, config = Path(place) / "nlu.yml", Path(place) / "config.yml"
        data.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")
        pipeline = [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {
                "name": "DIETClassifier",
                "epochs": epochs,
                "entity_recognition": False,
                "random_seed": 7,
                "constrain_similarities": True,
            },
        ]
        config.write_text(yaml.safe_dump({"recipe": "default.v1", "language": "pt", "pipeline": pipeline}), encoding="utf-8")
        subprocess.run(
            [
                sys.executable,
                "-m",
                "rasa",
                "train",
                "nlu",
                "--nlu",
                data,
                "--config",
                config,
                "--out",
                place,
                "--fixed-model-name",
                "diet",
            ],
            check=True,
            stdout=sys.stderr,
            env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        )
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        from bot.understand import load

        model = load(Path(place) / "diet.tar.gz")
    order = {name: row for row, name in enumerate(names)}

    def read(text: str) -> np.ndarray:
        chances = np.zeros(len(names))
        for one in model(text).get("intent_ranking") or []:
            chances[order[one["name"]]] = one["confidence"]
        return chances

    return read, used.ru_utime + used.ru_stime


def compare(name: str, table: Path, epochs: int) -> str:
    """One line of the table of what was tried."""
    given = phrases()
    names = sorted({label for _, label in given})
    order = {label: row for row, label in enumerate(names)}
    learn = [one for one in given if not held_out(one[0])]
    test = [one for one in given if held_out(one[0])]
    texts = [text for text, _ in learn]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    if name == "diet":
        read, cost = _diet(texts, [label for _, label in learn], epochs)
    else:
        way = _linear_ways(table)[name]()
        way.fit(texts, np.array([order[label] for _, label in learn]))
        read, cost = way.read, time.process_time() - began
    began = time.process_time()
    told = np.array([read(text) for text, _ in test])
    message = 1000 * (time.process_time() - began) / len(test)
    right, f1, error, wrong = figures(told, [order[label] for _, label in test])
    rows = [line.split("\t") for line in (SETS / "test.tsv").read_text(encoding="utf-8").splitlines()[1:] if line]
    fair = [frozenset(order[one] for one in (row[2] if len(row) > 2 else "").split("|") if one in order) for row in rows]
    again = figures(np.array([read(row[0]) for row in rows]), [order[row[1]] for row in rows], fair)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - (0 if name == "diet" else memory)
    return (
        f"| {name}{f', {epochs} rounds' if name == 'diet' else ''} | {right:.1%} | {f1:.3f} | {error:.3f} | {wrong:.1%}"
        f" | {again[0]:.1%} | {again[1]:.3f} | {again[2]:.3f} | {again[3]:.1%} | {message:.1f} ms | {memory // 1024} MB | {cost:.0f} s |"
    )


def main(arguments: Iterable[str] | None = None) -> int:
    """The command: without names, every linear way, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m ml.classifiers")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args(list(arguments) if arguments is not None else None)
    if options.names == ["diet"]:
        sys.stdout.write(compare("diet", options.table, options.epochs) + "\n")
        return 0
    from bot.run import prepare_process

    prepare_process()
    names = options.names or [name for name in _linear_ways(options.table) if options.table.is_file() or "meanings" not in name]
    if len(names) == 1:
        sys.stdout.write(compare(names[0], options.table, options.epochs) + "\n")
        return 0
    for name in names:
        subprocess.run([sys.executable, "-m", "ml.classifiers", name, "--table", options.table], check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
