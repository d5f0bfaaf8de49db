"""How well frequent questions are found: n-grams alone, the static model alone, and their sum. `python -m ml.measure`.

Thresholds and weights are chosen on tests/faq/tuning.tsv; tests/faq/questions.tsv is the final measure and decides nothing.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from conversations.knowledge import out_of_scope
from understanding.faq import PERHAPS, SURE, WEIGHT, Embedding, Finder, is_sure, offered
from understanding.static_meaning import StaticMeaning

ROOT = Path(__file__).resolve().parent.parent
FAQ = ROOT / "data" / "faq"
MODEL = FAQ / "meaning.json"
OUT_OF_SCOPE = ROOT / "data" / "nlu" / "out_of_scope.yml"
SETS = ROOT / "tests" / "faq"
NONE = "-"


@dataclass(frozen=True)
class Measure:
    """Shares of the questions that have an answer (`known`) and of those that none answers (`none`)."""

    known: int
    none: int
    first: float
    """The right one is the nearest, whatever the threshold."""
    third: float
    """The right one is among the nearest three."""
    answered: float
    right: float
    wrong: float
    offered: float
    """Not answered, but the right one is among those that are offered."""
    false: float
    """Answered though nothing answers it."""
    false_offer: float


def phrasings(folder: Path = FAQ) -> dict[str, list[str]]:
    """The ways of asking of every question that is found by meaning, its title among them."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yml")):
        for name, entry in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"].items():
            if entry.get("found", True) and "beside" not in entry:
                found[name] = [*entry["asked"], entry["title"]]
    return found


def rows(name: str) -> list[tuple[str, str]]:
    """The texts of a set with the question that answers each, or `-`."""
    with (SETS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["question"], row["answer"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def foreign() -> list[str]:
    """The training phrases that are nobody's question here, without those that a set measures."""
    measured = {text for name in ("tuning", "questions") for text, _ in rows(name)}
    return [text for text in out_of_scope(OUT_OF_SCOPE) if text not in measured]


def measure(finder: Finder, asked: Sequence[tuple[str, str]], sure: float = SURE, perhaps: float = PERHAPS) -> Measure:
    """What comes of these texts."""
    known = [(answer, finder.find(text)) for text, answer in asked if answer != NONE]
    none = [finder.find(text) for text, answer in asked if answer == NONE]
    first = third = answered = right = maybe = 0
    for answer, found in known:
        first += bool(found) and found[0].question == answer
        third += any(one.question == answer for one in found)
        if is_sure(found, sure):
            answered += 1
            right += found[0].question == answer
        else:
            maybe += any(one.question == answer for one in offered(found, perhaps))
    false = sum(is_sure(found, sure) for found in none)
    false_offer = sum(bool(offered(found, perhaps)) and not is_sure(found, sure) for found in none)
    return Measure(
        len(known),
        len(none),
        first / len(known),
        third / len(known),
        answered / len(known),
        right / len(known),
        (answered - right) / len(known),
        maybe / len(known),
        false / max(len(none), 1),
        false_offer / max(len(none), 1),
    )


def ways(static: Embedding | None) -> Mapping[str, Finder]:
    """What is compared."""
    asked = phrasings()
    found = {"n-grams": Finder(asked)}
    if static is not None:
        found["static"] = Finder(asked, static, 1.0)
        found["sum"] = Finder(asked, static, WEIGHT)
        found["sum against foreign"] = Finder(asked, static, WEIGHT, foreign())
    return found


def main() -> int:
    """Print the table of docs/faq.md."""
    static = StaticMeaning.read(MODEL) if MODEL.exists() else None
    for name in ("tuning", "questions"):
        asked = rows(name)
        sys.stdout.write(
            f"{name}: {sum(a != NONE for _, a in asked)} with an answer, {sum(a == NONE for _, a in asked)} without\n"
        )
        for way, finder in ways(static).items():
            for sure, perhaps in ((SURE, PERHAPS), (0.40, 0.30), (0.48, 0.34), (0.52, 0.36)):
                got = measure(finder, asked, sure, perhaps)
                sys.stdout.write(
                    f"  {way:19} first {got.first:5.1%}  three {got.third:5.1%}  at {sure:.2f}/{perhaps:.2f}: right {got.right:5.1%}"
                    f"  wrong {got.wrong:4.1%}  offered {got.offered:5.1%}  false {got.false:5.1%}  false offer {got.false_offer:5.1%}\n"
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
