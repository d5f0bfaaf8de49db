"""How a sentence is seen by the classifier: folded, and cut into words, pairs of words and pieces of words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

PIECES = (2, 3, 4)
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+|[?!]")
# Longer runs say nothing more about an intent, and would let one message cost a second.
LONGEST = 600


def fold(text: str) -> str:
    """Lower case, without accents, elongations squashed (`pagueiii` is `paguei`), every number the same number."""
    lower = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    bare = "".join(character for character in lower if not unicodedata.combining(character))
    return _DIGITS.sub("0", _ELONGATED.sub(r"\1", bare))


def features(text: str) -> Counter[str]:
    """Count the words (`w `), pairs (`p `) and pieces of words (`c `, word borders marked by `_`) of a folded text."""
    words = _WORD.findall(fold(text))
    counts: Counter[str] = Counter(f"w {word}" for word in words)
    framed = ["^", *words, "$"]
    counts.update(f"p {first} {second}" for first, second in pairwise(framed))
    for word in words:
        counts.update(_pieces(word))
    return counts


def _pieces(word: str) -> Iterator[str]:
    marked = f"_{word}_"
    for size in PIECES:
        for start in range(len(marked) - size + 1):
            yield f"c {marked[start : start + size]}"
