"""Full dates in the past as people write their birthday: 12/03/1985, 12-3-85, 12031985, 12 de março de 1985."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from understanding.numbers import number_word
from understanding.plain import plain

_MONTHS = (
    "janeiro",
    "fevereiro",
    "marco",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
)
_NUMERIC = re.compile(
    r"(?<!\d)(?<!\d[.,/\-])(\d{1,2})(?:\s?[/.\-\s]\s?|\s+d[eo]\s+)(\d{1,2})(?:\s?[/.\-\s]\s?|\s+d[eo]\s+)(\d{4}|\d{2})(?![./\-]?\d)",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_RUN = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")
_WORDS = re.compile(
    r"(?<!\d)(\d{1,2})[ºo°]?\s*(?:de\s+|/)?([a-zç]{3,9})\.?\s*(?:de\s+|/|do\s+)?(\d{4}|\d{2})(?!\d)"
    r"(?!\s?(?:x|vezes|parcelas?|presta[cç]\w+|reais|real|conto|pila)\b)(?!,\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class BirthDate:
    """A possible birthday found at `start` to `end`."""

    value: date
    start: int
    end: int


def find_birth_dates(text: str, today: date) -> list[BirthDate]:
    """Every full date between 120 years and one day before `today`; day before month, two-digit years in the past."""
    found: list[BirthDate] = []

    def add(start: int, end: int, year: str, month: int, day: int) -> None:
        whole = int(year)
        if len(year) == 2:
            whole += 2000 if 2000 + whole < today.year else 1900
        try:
            value = date(whole, month, day)
        except ValueError:
            return
        if today.year - 120 <= value.year and value < today and all(end <= f.start or start >= f.end for f in found):
            found.append(BirthDate(value, start, end))

    for match in _ISO.finditer(text):
        add(match.start(), match.end(), match[1], int(match[2]), int(match[3]))
    for match in _NUMERIC.finditer(text):
        add(match.start(), match.end(), match[3], int(match[2]), int(match[1]))
    for match in _WORDS.finditer(text):
        word = plain(match[2])
        months = [n for n, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
        if len(months) == 1:
            add(match.start(), match.end(), match[3], months[0], int(match[1]))
    for start, end, year, month, day in _spoken(text):
        add(start, end, year, month, day)
    for match in _RUN.finditer(text):
        add(match.start(), match.end(), match[3], int(match[2]), int(match[1]))
    return sorted(found, key=lambda f: f.start)


_COUNTED = frozenset("x vezes vez parcelas parcela prestacoes reais real conto pila mil".split())


def _spoken(text: str) -> Iterator[tuple[int, int, str, int, int]]:
    """Dates in words, "vinte e oito de maio de mil novecentos e noventa e oito", "seis do seis de noventa", with digits in either part:
    start, end, year, month, day."""
    words = [(plain(found.group()), found.start(), found.end()) for found in re.finditer(r"[^\W_]+", text)]
    for place, (word, _, _) in enumerate(words):
        month = _MONTHS.index(word) + 1 if word in _MONTHS else _month_by_number(words, place)
        if month is None:
            continue
        back = place - 1
        while back >= 0 and words[back][0] in ("de", "do", "dia"):
            back -= 1
        first = _first_of_day(words, back)
        ahead = place + 1
        while ahead < len(words) and words[ahead][0] in ("de", "do"):
            ahead += 1
        if ahead < len(words) and words[ahead][0] == "e":
            continue  # "dia 10 de dezembro e 12 de 51,39" goes on with something else
        last = ahead
        while last < len(words) and (words[last][0] in ("e", "mil") or _value(words[last][0]) is not None):
            last += 1
        while last > ahead and words[last - 1][0] == "e":
            last -= 1
        if last < len(words) and words[last][0] in _COUNTED:
            continue  # "dia 15 de janeiro 12 parcelas"
        day, year = _sum(words[first : back + 1]), _sum(words[ahead:last])
        if day is not None and year is not None and 1 <= day <= 31 and (10 <= year <= 99 or 1900 <= year <= 2100):
            yield words[first][1], words[last - 1][2], str(year), month, day


def _month_by_number(words: Sequence[tuple[str, int, int]], place: int) -> int | None:
    """The month that a number word names between two "de": "seis do seis de noventa e oito"."""
    if not 0 < place < len(words) - 1 or words[place - 1][0] not in ("de", "do") or words[place + 1][0] not in ("de", "do"):
        return None
    word = words[place][0]
    month = None if word.isdigit() else number_word(word)
    return month if month is not None and 1 <= month <= 12 else None


def _first_of_day(words: Sequence[tuple[str, int, int]], last: int) -> int:
    """Where the day begins that ends with the word `last`: a number said before it, such as a document's digits, is no part of it."""
    if last < 0 or _value(words[last][0]) is None:
        return last + 1
    ones = last - 1 if last > 0 and words[last - 1][0] == "e" else last
    tens = ones - 1
    return tens if tens >= 0 and words[tens][0] in ("vinte", "trinta") and (_value(words[last][0]) or 10) < 10 else last


def _value(word: str) -> int | None:
    if word == "primeiro":
        return 1
    return int(word) if word.isdigit() and len(word) <= 4 else number_word(word)


def _sum(words: Sequence[tuple[str, int, int]]) -> int | None:
    total: int | None = None
    for word, _, _ in words:
        if word == "mil":
            total = (total or 1) * 1000
        elif word != "e":
            total = (total or 0) + (_value(word) or 0)
    return total
