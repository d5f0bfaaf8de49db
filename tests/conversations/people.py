"""People of the example book for talks: each talk gets somebody whom no other talk names, so that none meets another's traces.

A step's text names them by what they owe: `{one}` is "CPF birthday" of somebody with one debt of some months, `{two}` with two,
`{soon}` with one that is some days late, `{three}` with three or more; `{one.cpf}` and `{one.birth}` are the parts. The same name
is the same person all through a talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from receivables.book import BookRow, read_book
from trato.paths import EXAMPLE_BOOK

_DAY = date(2026, 11, 23)
_CPF = re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}")
_NAMED = re.compile(r"\{(one|two|three|soon)(?:\.(cpf|birth))?\}")


@dataclass(frozen=True)
class Somebody:
    """What somebody proves by."""

    document: str
    birth: date

    @property
    def cpf(self) -> str:
        d = self.document
        return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"

    @property
    def birthday(self) -> str:
        return f"{self.birth:%d/%m/%Y}"


class Town:
    """Gives out people, each once."""

    def __init__(self, talks: Path) -> None:
        named = {
            cpf for path in talks.parent.rglob("*") if path.suffix in (".yml", ".py") for cpf in _CPF.findall(path.read_text())
        }
        taken = {re.sub(r"\D", "", cpf) for cpf in named}
        rows: dict[str, list[BookRow]] = {}
        for row in read_book(EXAMPLE_BOOK, today=_DAY):
            if isinstance(row, BookRow):
                rows.setdefault(row.debtor_document, []).append(row)
        self._free: dict[str, Iterator[Somebody]] = {
            kind: iter(
                [
                    Somebody(document, owed[0].birth_date)
                    for document, owed in rows.items()
                    if len(document) == 11 and document not in taken and owed[0].birth_date and _kind(owed) == kind
                ]
            )
            for kind in ("one", "two", "three", "soon")
        }

    def names(self) -> Names:
        """The people of one talk."""
        return Names(self)

    def somebody(self, kind: str) -> Somebody:
        return next(self._free[kind])


class Names:
    """Who is who in one talk."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._known: dict[str, Somebody] = {}

    def fill(self, words: str) -> str:
        """The words with the people's own data in the place of their names."""
        return _NAMED.sub(self._data, words)

    def _data(self, found: re.Match[str]) -> str:
        kind, part = found.groups()
        if kind not in self._known:
            self._known[kind] = self._town.somebody(kind)
        who = self._known[kind]
        return {"cpf": who.cpf, "birth": who.birthday, None: f"{who.cpf} {who.birthday}"}[part]


def _kind(owed: list[BookRow]) -> str | None:
    late = [(_DAY - row.due_date).days for row in owed]
    if any(row.judicial for row in owed):
        return None
    if len(owed) == 1:
        return "one" if 95 < late[0] < 1700 else "soon" if 3 < late[0] < 29 else None
    if not all(5 < days < 1700 for days in late):
        return None
    return "two" if len(owed) == 2 else "three"
