"""A message as one line of words, numerals and signs, on which the grammar of values looks for its patterns.

`text` has a blank before and after every piece. Words are folded (lower case, no accents); a numeral is `#12w`: its place in
`numerals` and its shape; a full date is `@3`. What a finder has understood it claims: those pieces become capital letters, so that no
other reads them again, while neighbours still see what stood there.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from understanding.numbers import Numeral, Token, numeral_at

T = TypeVar("T")

LONGEST = 4_000
"""Characters that are read; what comes after is left alone."""

_TOKEN = re.compile(
    r"(?P<claimed>[A-Z]+)"
    r"|(?P<date>(?<![\d.,/-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:\d{4}|\d{2}))(?![\d]|[./-]\d))"
    r"|(?P<run>(?<![\d.,/-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d(?![\d.,/-]))"
    r"|(?P<digits>\d{1,3}(?: \d{3})+,\d\d(?!\d)|\d+(?:[.,]\d+)*)"
    r"|(?P<times>(?<=\d)x(?=r ?\$|\d))"
    r"|(?P<money>r ?\$)"
    r"|(?P<word>[a-z_]+(?:'[a-z]+)?)"
    r"|(?P<sign>\S)"
    r"|(?P<end>\n)"
)
_KEPT_SIGNS = frozenset(",.;:!?/-+%$()=&*ºª")


class _Folding(dict[int, str]):
    """Characters to lower case without accents, made as they are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isspace():
            folded = "\n" if char in "\n\r\u2028\u2029" else " "
        elif char in "ºª":
            folded = char
        elif char == "°":
            folded = "º"
        elif unicodedata.category(char) in ("Mn", "Cf", "Cc", "Cs", "Me"):
            folded = ""
        elif char in "‐‑‒–—―−":
            folded = "-"
        elif char in "’´`‘":
            folded = "'"
        else:
            folded = unicodedata.normalize("NFKD", char.casefold())
            folded = "".join(c for c in folded.casefold() if not unicodedata.combining(c))[:1] or "^"
            folded = folded if not folded.isdigit() or folded.isascii() else str(unicodedata.digit(char, 0))
        self[code] = folded
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True)
class Folded:
    """A text of lower-case letters without accents, and where each of its characters stands in the original."""

    text: str
    offsets: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], (self.offsets[end - 1] + 1 if end > start else self.offsets[start])


def fold(text: str) -> Folded:
    """At most `LONGEST` characters of the text, folded."""
    text = text[:LONGEST]
    folded = text.translate(_FOLDING)
    if len(folded) == len(text):
        return Folded(folded, None)
    kept = [(place, _FOLDING[ord(char)]) for place, char in enumerate(text) if _FOLDING[ord(char)]]
    return Folded("".join(char for _, char in kept), (*(place for place, _ in kept), len(text)))


class Line:
    """See the module. `claim` is the only change that it knows."""

    def __init__(self, folded: str) -> None:
        self.tokens = list(_tokens(folded))
        self.numerals: list[Numeral] = []
        self.dates: list[str] = []
        pieces: list[str] = []
        self._firsts: list[int] = []
        self._afters: list[int] = []
        self._places: list[int] = []
        place = 1
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            first, after = at, at + 1
            numeral = numeral_at(self.tokens, at) if token.kind in ("digits", "word") else None
            if numeral is not None:
                piece = f"#{len(self.numerals)}{numeral.shape}"
                self.numerals.append(numeral)
                after = numeral.after
            elif token.kind == "date":
                piece = f"@{len(self.dates)}"
                self.dates.append(token.text.replace(" ", ""))
            elif token.kind == "digits":
                piece = "Z"
            elif token.kind == "sign":
                piece = token.text if token.text in _KEPT_SIGNS else ("|" if token.text == "\n" else "^")
            else:
                piece = token.text
            pieces.append(piece)
            self._places.append(place)
            self._firsts.append(first)
            self._afters.append(after)
            place += len(piece) + 1
            at = after
        self.text = f" {' '.join(pieces)} "

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the folded text the pieces between two places of the line stand."""
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        first = bisect_right(self._places, start) - 1
        last = bisect_right(self._places, max(start, end - 1)) - 1
        return self.tokens[self._firsts[first]].start, self.tokens[self._afters[last] - 1].end

    def claim(self, start: int, end: int, letter: str) -> None:
        """Nobody else reads these pieces; `letter` says what they were."""
        self.text = self.text[:start] + re.sub(r"[^ ]", letter, self.text[start:end]) + self.text[end:]

    def numeral(self, piece: str) -> Numeral:
        """The numeral of a piece like `#12w`."""
        return self.numerals[int(piece.split()[0][1:-1])]

    def whole(self, piece: str) -> int | None:
        """The integer of a piece: a numeral, or the words um and uma."""
        if piece in ("um", "uma", "hum"):
            return 1
        return self.numeral(piece).whole if piece.startswith("#") else None


_DENIED_BEFORE = re.compile(
    r"(?:^ (?:nao|n)| (?:ao inves|em vez|invez|no lugar|em lugar) d[eao]s?)(?: (?:em|no|na|dia|o|a|r\$))* $"
    r"| (?:(?:nao|n|num) (?:e|eh|era|eram|foi|sao|quero|disse|falei)|e nao|, nao|mas nao)(?: (?:de|em|no|na|dia|por|pra|pro|a|o|entrada|r\$))* $"
)
_DENIED_AFTER = re.compile(r" (?:nao|n) (?:[,.;]|(?:da|posso|consigo|rola|vai dar|tem como|quero)(?: [,.;]| so| mas| pode))")


def affirmed(line: Line, found: Iterable[tuple[int, int, T]]) -> list[tuple[int, int, T]]:
    """In the order of the text, what is not taken back at once ("não é 200, é 100", "quinta não, sexta"); all where nothing else is left."""
    every = sorted(found, key=lambda one: one[0])
    if len(every) < 2:
        return every
    kept = [
        one
        for one in every
        if not _DENIED_BEFORE.search(line.text[max(0, one[0] - 40) : one[0]])
        and not _DENIED_AFTER.match(line.text[one[1] : one[1] + 40])
    ]
    return kept or every


def pattern(source: str) -> re.Pattern[str]:
    """A pattern over whole pieces of a line. `<n>` is any numeral, `<i>` a whole one, `<q>` also um and uma; each is a group."""
    source = source.replace("<n>", r"(#\d+[idgw])").replace("<i>", r"(#\d+[igw])").replace("<q>", r"(#\d+[igw]|uma?)")
    return re.compile(rf"(?<= )(?:{source})(?= )")


def _tokens(folded: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(folded):
        kind = match.lastgroup
        if kind == "money":
            yield Token("r$", match.start(), match.end(), "word")
        elif kind in ("sign", "end"):
            yield Token(match.group(), match.start(), match.end(), "sign")
        elif kind == "digits":
            yield Token(match.group(), match.start(), match.end(), "digits")
        elif kind == "times":
            yield Token("x", match.start(), match.end(), "word")
        elif kind == "run":
            written = match.group()
            yield Token(f"{written[:2]}/{written[2:4]}/{written[4:]}", match.start(), match.end(), "date")
        elif kind == "date":
            yield Token(match.group(), match.start(), match.end(), "date")
        elif kind == "claimed":
            yield Token(match.group(), match.start(), match.end(), "claimed")
        else:
            yield Token(match.group(), match.start(), match.end(), "word")
