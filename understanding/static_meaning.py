"""A small static sentence model: every piece of a word has a direction, and a text means the mean of its pieces.

Trained by `make ml` with sentence-transformers (its StaticEmbedding); here only the table is left, read with the standard library.
"""

from __future__ import annotations

import array
import base64
import json
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from understanding.normal import tokens

UNKNOWN = "[UNK]"
_PARTS = re.compile(r"\w+|[^\w\s]+")


class NoModel(Exception):
    """The file is no table of this kind; the message says why."""


def spelled(text: str) -> str:
    """A text as the model reads it: words as they are meant, without marks."""
    return " ".join(word for word in tokens(text) if word not in ("?", "!"))


class StaticMeaning:
    """An `Embedding` (see `understanding.faq`) out of a table of pieces."""

    def __init__(self, pieces: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
        self._places = {piece: place for place, piece in enumerate(pieces)}
        self._vectors = vectors
        self._size = len(vectors[0])

    @classmethod
    def read(cls, path: Path) -> StaticMeaning:
        """Read what `make ml` wrote. Raises `NoModel`."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            numbers = array.array("b", base64.b64decode(kept["numbers"]))
            size, pieces = int(kept["size"]), list(kept["pieces"])
        except (OSError, ValueError, KeyError, TypeError) as trouble:
            raise NoModel(f"{path.name}: {type(trouble).__name__}") from trouble
        if len(numbers) != size * len(pieces) or UNKNOWN not in pieces:
            raise NoModel(f"{path.name}: {len(numbers)} numbers for {len(pieces)} pieces of {size}")
        return cls(pieces, [numbers[start : start + size] for start in range(0, len(numbers), size)])

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of length 1 for each text; a text without words points nowhere (all zeros)."""
        return [self._mean(list(self.pieces(spelled(text)))) for text in texts]

    def pieces(self, words: str) -> Iterator[int]:
        """The places of the pieces of these words: the longest known beginning, then the longest known continuation, and so on."""
        for word in _PARTS.findall(words):
            found: list[int] = []
            start = 0
            while start < len(word):
                mark = "##" if start else ""
                for end in range(len(word), start, -1):
                    place = self._places.get(mark + word[start:end])
                    if place is not None:
                        found.append(place)
                        start = end
                        break
                else:
                    found = [self._places[UNKNOWN]]
                    break
            yield from found

    def _mean(self, places: Sequence[int]) -> list[float]:
        total = [0] * self._size
        for place in places:
            total = [a + int(b) for a, b in zip(total, self._vectors[place], strict=True)]
        length = math.sqrt(sum(value * value for value in total)) or 1.0
        return [value / length for value in total]
