"""Digits that are said one by one or in small groups: "meia" is six, "cento e onze" is 111, "ponto" and "traço" are nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from understanding.numbers import Token, digit_group

_WORD = re.compile(r"[a-z]+|\d+|[.,\-/()]|\S")
_BETWEEN = frozenset(
    {"e", "ponto", "traco", "tracinho", "hifen", "barra", "virgula", "espaco", "depois", "dps", ".", ",", "-", "/", "(", ")"}
)
_FEWEST = 3
"""Number words that a run has at least: with fewer it is written in digits."""


@dataclass(frozen=True)
class Spoken:
    """The `digits` of a run of number words at `start` to `end` of the folded text."""

    digits: str
    start: int
    end: int


def find_spoken_digits(folded: str) -> Iterator[Spoken]:
    """Runs of ten or more digits of which several were said in words."""
    tokens = [Token(m.group(), m.start(), m.end(), "digits" if m.group().isdigit() else "word") for m in _WORD.finditer(folded)]
    at = 0
    while at < len(tokens):
        digits, words, first, last = "", 0, at, at
        while at < len(tokens):
            token = tokens[at]
            if token.kind == "digits":
                digits, at = digits + token.text, at + 1
                last = at
            elif token.text == "meia":
                digits, words, at = digits + "6", words + 1, at + 1
                last = at
            elif digits and token.text in _BETWEEN:
                at += 1
            else:
                group = digit_group(tokens, at)
                if group is None:
                    break
                digits, words, at = digits + str(group[0]), words + 1, group[1]
                last = at
        if words >= _FEWEST and len(digits) >= 10:
            yield Spoken(digits, tokens[first].start, tokens[last - 1].end)
        at = max(at, first + 1)
