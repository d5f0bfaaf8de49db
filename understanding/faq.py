"""Frequent questions, found by meaning: which of the known questions a message asks, and how sure that is.

A message is compared with every phrasing of every question, as bags of words, stems and pieces of words weighed by how rare they
are, and, where an embedding is given, by the angle between meanings. Both are numbers from 0 to 1 and are added with a weight that
was measured (docs/faq.md). Standard library only.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from understanding.normal import fold, tokens
from understanding.views import stem

SURE = 0.44
"""From here on a question is answered."""
PERHAPS = 0.32
"""From here on it is offered: "did you mean"."""
WEIGHT = 0.5
"""How much meaning counts beside words."""
CLEAR_BY = 0.03
"""So far the best has to lie above the next, to be answered without asking."""
FOREIGN_BY = 0.1
"""A message that is so much nearer to something nobody here answers is not even offered a question."""

_SMALL = frozenset(
    """a o e as os um uma de do da dos das em no na nos nas que se eu me meu minha voce isso esse essa este esta ai la com por
    para ao aos pelo pela ou ja so mais muito bem oi ola bom dia boa tarde noite favor obrigado moco moca gente queria gostaria""".split()
)
"""Words that say nothing of a question's matter; they count a little, together with their neighbours."""
_SMALL_WEIGHT = 0.25
_PIECES = (3, 4)
_PIECE_WEIGHT = 0.35
_PAIR_WEIGHT = 0.5
_FOREIGN = ""


class Embedding(Protocol):
    """Meaning as a direction: any sentence-transformers model, or the small one of `understanding.static`."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of length 1 for each text, all of the same size."""
        ...


@dataclass(frozen=True)
class Found:
    """A known question, and how near the message is to it (0 to 1)."""

    question: str
    score: float
    foreign: float = 0.0
    """How much nearer (below 0: farther) the message is to the nearest thing that none of the questions answers."""


def is_sure(found: Sequence[Found], sure: float = SURE, clear_by: float = CLEAR_BY) -> bool:
    """Whether the nearest is answered without asking."""
    if not found or found[0].score < sure or found[0].foreign > 0:
        return False
    return len(found) == 1 or found[0].score - found[1].score >= clear_by


def offered(found: Sequence[Found], perhaps: float = PERHAPS) -> list[Found]:
    """Those of the nearest that may be meant."""
    return [one for one in found if one.score >= perhaps and one.foreign <= FOREIGN_BY]


class Finder:
    """Finds which of `phrasings` (by the question's name) a message asks.

    `embedding` adds meaning with `weight` (0: words alone, 1: meaning alone). `foreign` are messages that none of the questions
    answers: what resembles one of them more than any question is not answered.
    """

    def __init__(
        self,
        phrasings: Mapping[str, Sequence[str]],
        embedding: Embedding | None = None,
        weight: float = WEIGHT,
        foreign: Sequence[str] = (),
    ) -> None:
        self._questions = [*(name for name, asked in phrasings.items() for _ in asked), *(_FOREIGN for _ in foreign)]
        texts = [*(text for asked in phrasings.values() for text in asked), *foreign]
        bags = [_bag(text) for text in texts]
        met = Counter(feature for bag in bags for feature in bag)
        self._rarity = {feature: math.log((1 + len(bags)) / (1 + count)) + 1 for feature, count in met.items()}
        self._unseen = math.log(1 + len(bags)) + 1
        self._index: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, bag in enumerate(bags):
            for feature, value in self._weighed(bag).items():
                self._index[feature].append((place, value))
        self._embedding = embedding
        self._weight = weight if embedding else 0.0
        self._vectors = embedding.embed(texts) if embedding else []

    def find(self, text: str, most: int = 3) -> list[Found]:
        """The nearest questions, the nearest first; empty when nothing of the text was ever seen."""
        near: dict[int, float] = defaultdict(float)
        if self._weight < 1:
            for feature, value in self._weighed(_bag(text)).items():
                for place, other in self._index.get(feature, ()):
                    near[place] += (1 - self._weight) * value * other
        if self._embedding is not None:
            (meant,) = self._embedding.embed([text])
            for place, vector in enumerate(self._vectors):
                near[place] += self._weight * max(0.0, sum(a * b for a, b in zip(meant, vector, strict=True)))
        best: dict[str, list[float]] = defaultdict(list)
        for place, score in near.items():
            best[self._questions[place]].append(score)
        # The nearest phrasing counts most; that others of the same question are near, too, tells it from a chance resemblance.
        foreign = _together(best.pop(_FOREIGN)) if _FOREIGN in best else 0.0
        found = [Found(name, score, foreign - score) for name, score in ((name, _together(near)) for name, near in best.items())]
        return sorted(found, key=lambda one: (-one.score, one.question))[:most]

    def _weighed(self, bag: Mapping[str, float]) -> dict[str, float]:
        weighed = {feature: value * self._rarity.get(feature, self._unseen) for feature, value in bag.items()}
        norm = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
        return {feature: value / norm for feature, value in weighed.items()}


def _together(scores: list[float]) -> float:
    top = sorted(scores, reverse=True)[:3]
    return 0.8 * top[0] + 0.2 * sum(top) / len(top)


def _bag(text: str) -> dict[str, float]:
    """Words, stems, pairs and pieces of a message, with their weights."""
    words = [word for word in tokens(text) if word not in ("?", "!")]
    bag: dict[str, float] = defaultdict(float)
    for word in words:
        weight = _SMALL_WEIGHT if word in _SMALL else 1.0
        bag[f"s {stem(word)}"] = weight
        if word not in _SMALL:
            marked = f"_{word}_"
            for size in _PIECES:
                for start in range(len(marked) - size + 1):
                    bag[f"c {marked[start : start + size]}"] = _PIECE_WEIGHT
    stems = [stem(word) for word in words]
    for first, second in pairwise(stems):
        bag[f"r {first} {second}"] = _PAIR_WEIGHT
    return dict(bag) or {f"c {fold(text)[:20]}": 1.0}
