"""Digits that are said one by one or in small groups: "meia" is six, "cento e onze" is 111, "ponto" and "traço" are nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from understanding.documents import Document, cpf_is_valid
from understanding.line import fold
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
    pieces: tuple[tuple[str, int, int], ...] = ()
    """The digits that each of its words says, with their place."""


def find_spoken_digits(folded: str) -> Iterator[Spoken]:
    """Runs of ten or more digits of which several were said in words."""
    tokens = [Token(m.group(), m.start(), m.end(), "digits" if m.group().isdigit() else "word") for m in _WORD.finditer(folded)]
    at = 0
    while at < len(tokens):
        digits, words, first, last = "", 0, at, at
        pieces: list[tuple[str, int, int]] = []
        while at < len(tokens):
            token = tokens[at]
            if token.kind == "digits":
                said, at = token.text, at + 1
            elif token.text == "meia":
                said, words, at = "6", words + 1, at + 1
            elif digits and token.text in _BETWEEN:
                at += 1
                continue
            else:
                group = digit_group(tokens, at)
                if group is None:
                    break
                said, words, at = str(group[0]), words + 1, group[1]
            digits, last = digits + said, at
            pieces.append((said, token.start, tokens[at - 1].end))
        if words >= _FEWEST and len(digits) >= 10:
            yield Spoken(digits, tokens[first].start, tokens[last - 1].end, tuple(pieces))
        at = max(at, first + 1)


def find_spoken_cpfs(text: str) -> list[Document]:
    """CPFs that are said in words, wherever they stand in a run of numbers: what follows one in the same breath is no part of it."""
    found = []
    folded = fold(text)
    for run in find_spoken_digits(folded.text):
        cpf = next((one for one in _cpfs_in(run) if cpf_is_valid(one.value)), None)
        if cpf is None and len(run.digits) == 11:
            cpf = Document("cpf", run.digits, run.start, run.end, False)
        if cpf is not None:
            start, end = folded.original(cpf.start, cpf.end)
            found.append(Document("cpf", cpf.value, start, end, cpf.valid))
    return found


def _cpfs_in(run: Spoken) -> Iterator[Document]:
    for first in range(len(run.pieces)):
        digits = ""
        for said, _, end in run.pieces[first:]:
            digits += said
            if len(digits) == 11:
                yield Document("cpf", digits, run.pieces[first][1], end, cpf_is_valid(digits))
            if len(digits) >= 11:
                break
