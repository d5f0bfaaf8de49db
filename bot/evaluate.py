"""How well the model understands: `python -m bot.evaluate [--folds 4] [--curve] [--set FILE]`.

Cross-validates the phrases of `data/nlu` and prints a line for each label, the worst confusions and the most confident errors; then
measures the trained model on the sets of `tests/understanding/sets` apart. Look at the errors of `tune.tsv` as much as you like;
of `test.tsv` only the figures are printed, for nothing may be chosen by its lines.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

SETS = Path("tests/understanding/sets")
SAFETY = (
    "parar_mensagens",
    "nao_sou_a_pessoa",
    "vulnerabilidade",
    "contestar_divida",
    "suspeita_golpe",
    "falar_com_humano",
    "ameaca_juridica",
)
HARMFUL = ("afirmar", "parar_mensagens", "informar_ja_paguei")
"""Read out of a sentence that denies them, these do harm."""
_DENIALS = frozenset("nao nunca nem sem jamais".split())
_DAY = date(2026, 11, 23)


def phrases(folder: Path = Path("data/nlu")) -> tuple[list[str], list[str]]:
    """The training phrases and their labels."""
    texts, labels = [], []
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    texts.append(line.removeprefix("- ").strip())
                    labels.append(block["intent"])
    return texts, labels


def sentences(path: Path) -> list[tuple[str, str, frozenset[str]]]:
    """The sentences of a set: text, label, other fair labels."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:] if line]
    return [(row[0], row[1], frozenset(filter(None, row[2].split("|"))) if len(row) > 2 else frozenset()) for row in rows]


def measure(told: Sequence[dict[str, Any]], wanted: Sequence[tuple[str, str, frozenset[str]]]) -> dict[str, Any]:
    """The figures of a set: `told` as `trato understand` prints it, line for line."""
    from understanding.normal import tokens

    strict = [one["intent"] == label for one, (_, label, _) in zip(told, wanted, strict=False)]
    fair = [right or one["intent"] in others for right, one, (_, _, others) in zip(strict, told, wanted, strict=False)]
    recall, heard = {}, {}
    for label in (*SAFETY, "fora_de_escopo"):
        own = [(one, others) for one, (_, wants, others) in zip(told, wanted, strict=False) if wants == label]
        recall[label] = round(sum(one["intent"] == label or one["intent"] in others for one, others in own) / max(1, len(own)), 4)
        heard[label] = round(sum(label in (one["intent"], *one["also"]) for one, _ in own) / max(1, len(own)), 4)
    harmful = [
        text
        for one, right, (text, _, _) in zip(told, fair, wanted, strict=False)
        if not right and one["intent"] in HARMFUL and _DENIALS & set(tokens(text)) and one["confidence"] >= 0.4
    ]
    bins = np.minimum((np.array([one["confidence"] for one in told]) * 10).astype(int), 9)
    confidence, right = np.array([one["confidence"] for one in told]), np.array(fair)
    error = sum(
        (bins == place).mean() * abs(right[bins == place].mean() - confidence[bins == place].mean())
        for place in range(10)
        if (bins == place).any()
    )
    return {
        "sentences": len(wanted),
        "strict": round(float(np.mean(strict)), 4),
        "fair": round(float(np.mean(fair)), 4),
        "confidently_wrong": round(float(np.mean((confidence >= 0.8) & ~right)), 4),
        "calibration_error": round(float(error), 4),
        "recall": recall,
        "heard": heard,
        "harmful": harmful,
    }


def by_label(told: Sequence[dict[str, Any]], wanted: Sequence[tuple[str, str, frozenset[str]]]) -> Iterator[str]:
    """A line for each label of a set, and the worst confusions: names and numbers only."""
    read = [one["intent"] for one in told]
    own, got = Counter(label for _, label, _ in wanted), Counter(read)
    hits: Counter[str] = Counter()
    kindly: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for name, (_, label, others) in zip(read, wanted, strict=True):
        hits[label] += name == label
        kindly[label] += name == label or name in others
        taken[name] += name == label or name in others
    yield f"  {'label':30}{'sentences':>10}{'recall':>8}{'fair':>7}{'precision':>11}"
    for label in sorted(own, key=lambda one: kindly[one] / own[one]):
        precision = taken[label] / max(1, got[label])
        yield f"  {label:30}{own[label]:10}{hits[label] / own[label]:8.2f}{kindly[label] / own[label]:7.2f}{precision:11.2f}"
    yield "  worst confusions (meant, read, times)"
    wrong = Counter(
        (label, name) for name, (_, label, others) in zip(read, wanted, strict=True) if name != label and name not in others
    )
    for (label, name), times in wrong.most_common(20):
        yield f"    {label:30}{name:30}{times:4}"


def measure_wishes(path: Path, model: Path) -> str:
    """How many of the wishes of messages with several are found, and how many of those found are right."""
    from bot.understand import load, understand

    read = load(model)
    wanted = told = both = whole = first = 0
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:] if line]
    for text, labels in rows:
        meant = set(labels.split("|"))
        got = understand(text, read, _DAY)
        found = {got["intent"], *got["also"]}
        wanted, told, both = wanted + len(meant), told + len(found), both + len(meant & found)
        whole += meant <= found
        first += got["intent"] in meant
    return (
        f"messages {len(rows)}, wishes found {both / wanted:.4f}, of those told right {both / told:.4f},"
        f" messages with every wish {whole / len(rows):.4f}, first is one of them {first / len(rows):.4f}"
    )


def measure_values(path: Path) -> str:
    """Lines of which every value is read, and nothing else; then by kind."""
    from understanding.values import entities, read_values

    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:] if line]
    exact = 0
    met: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for text, day, cell in rows:
        wanted = json.loads(cell)
        found = {kind: values for kind, values in entities(read_values(text, date.fromisoformat(day))).items() if values}
        exact += found == wanted
        for kind, values in wanted.items():
            met[kind] += 1
            right[kind] += found.get(kind) == values
    return f"lines {len(rows)}, exact {exact / len(rows):.4f}; " + ", ".join(
        f"{kind} {right[kind]} of {met[kind]}" for kind in sorted(met)
    )


def read_set(path: Path, model: Path) -> tuple[list[dict[str, Any]], float]:
    """What the model says to each sentence of a set, and the CPU milliseconds a sentence."""
    from bot.understand import load, understand

    read = load(model)
    wanted = sentences(path)
    understand("oi", read, _DAY)
    began = time.process_time()
    told = [understand(text, read, _DAY) for text, _, _ in wanted]
    return told, 1000 * (time.process_time() - began) / len(wanted)


def cross_validated(texts: list[str], labels: list[str], folds: int, share: float = 1.0) -> list[tuple[int, str, float]]:
    """For each phrase its place, the label it gets from a model that never saw it, and the confidence."""
    from rasa.engine.storage.resource import Resource
    from sklearn.model_selection import StratifiedKFold

    from bot.nlu.intent import NgramIntentClassifier

    storage: Any = None
    given = np.array(labels)
    found = []
    dice = np.random.RandomState(7)
    for learn, test in StratifiedKFold(folds, shuffle=True, random_state=7).split(texts, given):
        if share < 1:
            learn = dice.permutation(learn)[: int(share * len(learn))]
        classifier = NgramIntentClassifier(NgramIntentClassifier.get_default_config(), storage, Resource("cross"))
        classifier._fit([texts[place] for place in learn], [labels[place] for place in learn])
        for place in test:
            ranking = classifier.read(texts[place])[0]
            found.append(
                (int(place), ranking[0]["name"] if ranking else "fora_de_escopo", ranking[0]["confidence"] if ranking else 0.0)
            )
        if share < 1:
            break
    return found


def report(texts: list[str], labels: list[str], found: list[tuple[int, str, float]]) -> Iterator[str]:
    """The lines on a cross-validation."""
    right = sum(labels[place] == name for place, name, _ in found)
    given = Counter(labels[place] for place, _, _ in found)
    told = Counter(name for _, name, _ in found)
    hits = Counter(name for place, name, _ in found if labels[place] == name)
    scores = {label: 2 * hits[label] / max(1, given[label] + told[label]) for label in given}
    yield f"right {right / len(found):.4f}   macro-F1 {sum(scores.values()) / len(scores):.4f}   phrases {len(found)}"
    yield f"{'label':32}{'phrases':>8}{'precision':>11}{'recall':>8}{'F1':>7}"
    for label in sorted(given, key=lambda one: scores[one]):
        precision, recall = hits[label] / max(1, told[label]), hits[label] / given[label]
        yield f"{label:32}{given[label]:8}{precision:11.2f}{recall:8.2f}{scores[label]:7.2f}"
    yield "worst confusions (meant, read, times)"
    for (meant, name), times in Counter((labels[p], n) for p, n, _ in found if labels[p] != n).most_common(20):
        yield f"  {meant:30}{name:30}{times:4}"
    yield "most confident errors (confidence, meant, read, phrase): first to be looked at for a wrong label"
    for place, name, sure in sorted((one for one in found if labels[one[0]] != one[1]), key=lambda one: -one[2])[:40]:
        yield f"  {sure:.2f}  {labels[place]:28}{name:28}{texts[place][:110]}"


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate", description="Mede o que o modelo entende.")
    parser.add_argument("--model", type=Path, default=Path("models/trato.tar.gz"))
    parser.add_argument("--folds", type=int, default=4, help="0 leaves the cross-validation out")
    parser.add_argument("--curve", action="store_true", help="what fewer phrases would bring (a learning curve)")
    options = parser.parse_args(arguments)
    from bot.run import prepare_process

    prepare_process()
    texts, labels = phrases()
    say = sys.stdout.write
    if options.folds:
        for line in report(texts, labels, cross_validated(texts, labels, options.folds)):
            say(line + "\n")
    if options.curve:
        for share in (0.25, 0.5, 0.75, 0.999):
            found = cross_validated(texts, labels, 5, share)
            say(
                f"learning curve: {share:5.0%} of the phrases, right {sum(labels[p] == n for p, n, _ in found) / len(found):.4f}\n"
            )
    for name in ("tune", "test"):
        path = SETS / f"{name}.tsv"
        if path.is_file() and options.model.is_file():
            told, cost = read_set(path, options.model)
            figures = measure(told, sentences(path))
            figures["cpu_ms"] = round(cost, 2)
            if name == "test":
                figures["harmful"] = len(figures["harmful"])
            say(f"{name}.tsv\n" + "".join(f"  {key}: {value}\n" for key, value in figures.items()))
            say("".join(f"{line}\n" for line in by_label(told, sentences(path))))
    if (SETS / "wishes.tsv").is_file() and options.model.is_file():
        say(f"wishes.tsv: {measure_wishes(SETS / 'wishes.tsv', options.model)}\n")
    if (SETS / "values.tsv").is_file():
        say(f"values.tsv: {measure_values(SETS / 'values.tsv')}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
