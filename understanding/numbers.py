"""Numbers as people write and say them: `1.200`, `1,2k`, "mil e duzentos", "duzentos e cinquenta", "2 mil e 500".

A numeral's value is kept in hundredths, so that nothing is ever a float.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

Shape = Literal["i", "d", "g", "w"]
"""Plain digits, digits with two decimals, digits grouped by thousands (or with mil, k), words."""

UNITS = {
    "zero": 0, "um": 1, "uma": 1, "hum": 1, "dois": 2, "doi": 2, "doiz": 2, "duas": 2, "dua": 2, "tres": 3, "treis": 3, "treiz": 3, "trez": 3, "quatro": 4, "quatru": 4, "quato": 4, "cuatro": 4,
    "cinco": 5, "sinco": 5, "seis": 6, "ceis": 6, "sete": 7, "oito": 8, "oitu": 8, "nove": 9,
}  # fmt: skip
_TEENS = {
    "dez": 10, "deis": 10, "des": 10, "onze": 11, "onzi": 11, "doze": 12, "dose": 12, "dosse": 12, "dozi": 12, "dosi": 12, "treze": 13, "quatorze": 14, "catorze": 14, "quinze": 15, "quinse": 15,
    "dezesseis": 16, "dezeseis": 16, "dezasseis": 16, "dezessete": 17, "dezesete": 17, "dezassete": 17, "dezoito": 18,
    "desoito": 18, "dezenove": 19, "dezanove": 19,
}  # fmt: skip
_TENS = {
    "vinte": 20, "vint": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "cincoenta": 50, "cinqenta": 50, "sinquenta": 50,
    "sessenta": 60, "secenta": 60, "sesenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90,
}  # fmt: skip
_HUNDREDS = {
    "cem": 100, "cento": 100, "duzento": 200, "dusento": 200, "trezento": 300, "tresento": 300, "quatrocento": 400,
    "quatrosento": 400, "quinhento": 500, "quiento": 500, "quinhetos": 500, "seiscento": 600, "seissento": 600, "seicento": 600,
    "setecento": 700, "setesento": 700, "oitocento": 800, "oitosento": 800, "novecento": 900, "novesento": 900,
}  # fmt: skip
for _word, _value in tuple(_HUNDREDS.items()):
    if _word.endswith("o") and _value > 100:
        for _form in (_word + "s", _word[:-1] + "as", _word[:-1] + "a"):
            _HUNDREDS[_form] = _value
_MILLIONS = frozenset({"milhao", "milhoes"})
_LONG = tuple(word for table in (_TENS, _HUNDREDS, _TEENS) for word in table if len(word) >= 7)
_LOOKS_LIKE_ONE = re.compile(r"(?:cent[oa]s?|ent[oa]s|[ae]nta|ze(?:s+e\w+|no\w+))$")
_MONTHS_NAMED_DEZ = re.compile(r"0?[1-9]|[12]\d|3[01]")


@dataclass(frozen=True)
class Token:
    """A piece of the folded text at `start` to `end`; `kind` is `word`, `digits`, `date`, `sign` or `claimed`."""

    text: str
    start: int
    end: int
    kind: Literal["word", "digits", "date", "sign", "claimed"]


@dataclass(frozen=True)
class Numeral:
    """A number of `hundredths`, made of the tokens `first` up to (not with) `after`."""

    hundredths: int
    shape: Shape
    first: int
    after: int

    @property
    def whole(self) -> int | None:
        """The integer that it is, if it is one."""
        return None if self.hundredths % 100 else self.hundredths // 100


@lru_cache(maxsize=4096)
def _mended(word: str) -> str:
    """A long number word with a slip of the finger put right; any other word as it is."""
    if len(word) < 7 or word in _LONG or not _LOOKS_LIKE_ONE.search(word):
        return word
    best = process.extractOne(word, _LONG, scorer=fuzz.ratio, score_cutoff=88)
    return best[0] if best else word


def number_word(word: str) -> int | None:
    """The value of a single number word under a thousand ("duzentos"), or None."""
    word = _mended(word)
    for table in (UNITS, _TEENS, _TENS, _HUNDREDS):
        if word in table:
            return table[word]
    return None


def literal(digits: str) -> tuple[int, Shape] | None:
    """The hundredths of `1200`, `1.200`, `1200,5`, `1.234,56`, `1,234.56`, `12.50`; None for what is no such number."""
    digits = digits.replace(" ", "")
    if not digits.isascii() or len(digits) > 18:
        return None
    if digits.isdigit():
        return int(digits) * 100, "i"
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{3})+|\d+),(\d{1,2})", digits) or re.fullmatch(
        r"(\d{1,3}(?:,\d{3})+|\d+)\.(\d{1,2})", digits
    )
    if match:
        return int(re.sub(r"[.,]", "", match[1])) * 100 + int(match[2].ljust(2, "0")), "d"
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:,\d{3})+", digits):
        return int(re.sub(r"[.,]", "", digits)) * 100, "g"
    return None


def numeral_at(tokens: Sequence[Token], at: int) -> Numeral | None:
    """The longest number that begins with the token `at`. A lone "um" or "uma" is an article, not a number."""
    token = tokens[at]
    if token.kind == "digits":
        read = literal(token.text)
        if read is None:
            return None
        value, shape = read
        after = at + 1
        factor = _factor(tokens, after)
        if factor:
            value, shape, after = value * factor, "g", after + 1
            if factor == 1000:
                value, after = _rest(tokens, after, value)
        return Numeral(value, shape, at, after)
    if token.kind != "word":
        return None
    if token.text == "mil":
        value, after = _rest(tokens, at + 1, 1000_00)
        return Numeral(value, "w", at, after)
    group = _group(tokens, at)
    if group is None:
        return None
    small, after = group
    factor = _factor(tokens, after)
    if factor and tokens[after].text != "k":
        value = small * 100 * factor
        after += 1
        if factor == 1000:
            value, after = _rest(tokens, after, value)
        return Numeral(value, "w", at, after)
    if token.text in ("um", "uma", "hum") and after == at + 1:
        return None
    return Numeral(small * 100, "w", at, after)


def _factor(tokens: Sequence[Token], at: int) -> int:
    """1000 where `mil` or `k` follows, a million where `milhões` does, else 0."""
    if at >= len(tokens) or tokens[at].kind != "word":
        return 0
    if tokens[at].text in ("mil", "k", "ml"):
        return 0 if tokens[at].text == "ml" else 1000
    return 1_000_000 if tokens[at].text in _MILLIONS else 0


def _rest(tokens: Sequence[Token], at: int, value: int) -> tuple[int, int]:
    """What follows `mil`: "e duzentos", "duzentos e cinquenta", "e 500"."""
    joined = at < len(tokens) and tokens[at].text == "e"
    start = at + 1 if joined else at
    if start >= len(tokens):
        return value, at
    token = tokens[start]
    if token.text == "," and start + 1 < len(tokens) and tokens[start + 1].kind == "word" and tokens[start + 1].text in _HUNDREDS:
        # "mil, cento e um", as cheques have it.
        start, token = start + 1, tokens[start + 1]
    if token.kind == "digits" and re.fullmatch(r"[1-9]\d\d(?:,\d\d)?|[1-9]\d" if joined else r"[1-9]\d\d(?:,\d\d)?", token.text):
        read = literal(token.text)
        if read is not None and not _factor(tokens, start + 1):
            return value + read[0], start + 1
    if token.kind == "word":
        group = _group(tokens, start)
        if group is not None and not _factor(tokens, group[1]) and (joined or group[0] >= 20):
            return value + group[0] * 100, group[1]
    return value, at


def _group(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A number under a thousand in words, and the place after it."""
    total = 0
    after = at
    smaller_than = 1000
    while after < len(tokens):
        place = after
        if total:
            if tokens[place].text == "e":
                place += 1
            if place >= len(tokens):
                break
        if tokens[place].kind != "word":
            break
        word = _mended(tokens[place].text)
        if word in _HUNDREDS and smaller_than == 1000:
            total, smaller_than = total + _HUNDREDS[word], 100
        elif word in _TENS and smaller_than >= 100:
            total, smaller_than = total + _TENS[word], 10
        elif word in _TEENS and smaller_than >= 100:
            if not total and _is_december(tokens, place):
                return None
            return total + _TEENS[word], place + 1
        elif word in UNITS and smaller_than >= 10 and (UNITS[word] or not total):
            if total and place == after and UNITS[word] == 1:
                # "vinte um boleto": without its "e" it may be an article.
                break
            return total + UNITS[word], place + 1
        else:
            break
        after = place + 1
    return (total, after) if after > at else None


def _is_december(tokens: Sequence[Token], at: int) -> bool:
    """`10 dez`, `10/dez`, `10 de dez`: the month."""
    if tokens[at].text != "dez" or at == 0:
        return False
    before = tokens[at - 1]
    if before.text in ("de", "/", "-", ".") and at >= 2:
        before = tokens[at - 2]
    elif before.text != "/" and before.kind != "digits":
        return False
    if before.text in ("º", "ª") and at >= 2:
        before = tokens[at - 2]
    return before.kind == "digits" and _MONTHS_NAMED_DEZ.fullmatch(before.text) is not None


def digit_group(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A group of digits as it is said in a document or phone ("um", "vinte e dois", "cento e onze"), and the place after it."""
    return _group(tokens, at) if tokens[at].kind == "word" else None
