"""The first day of a time that is named without a day: \"em janeiro\", \"mês que vem\", \"depois do Natal\". Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

from understanding.plain import plain

_MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_NEXT_MONTH = re.compile(r"\b(?:mes (?:que vem|seguinte)|proximo mes|outro mes)\b")
_NEXT_WEEK = re.compile(r"\b(?:semana (?:que vem|seguinte)|proxima semana|outra semana)\b")
_NEXT_YEAR = re.compile(r"\b(?:ano (?:que vem|novo|seguinte)|proximo ano|reveillon|virada)\b")


def first_of(words: str, today: date) -> date | None:
    """The first day of the time that these words name, after today; nothing where they name none. A month that runs is next year's."""
    said = plain(words)
    month = next((place for place, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}\b", said)), None)
    if month is not None:
        return date(today.year + (month <= today.month), month, 1)
    if _NEXT_MONTH.search(said):
        return date(today.year + today.month // 12, today.month % 12 + 1, 1)
    if _NEXT_WEEK.search(said):
        return today + timedelta(days=7 - today.weekday())
    if _NEXT_YEAR.search(said):
        return date(today.year + 1, 1, 2)
    if re.search(r"\bnatal\b", said):
        return date(today.year, 12, 26) if today < date(today.year, 12, 26) else None
    return None
