"""Full dates in the past as people write their birthday: 12/03/1985, 12-3-85, 12031985, 12 de março de 1985."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

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
    r"(?<!\d)(\d{1,2})[ºo°]?\s*(?:de\s+|/)?([a-zç]{3,9})\.?\s*(?:de\s+|/|do\s+)?(\d{4}|\d{2})(?!\d)", re.IGNORECASE
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
    for match in _RUN.finditer(text):
        add(match.start(), match.end(), match[3], int(match[2]), int(match[1]))
    return sorted(found, key=lambda f: f.start)
