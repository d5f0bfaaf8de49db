"""People for talks, beside those of the example book: each talk gets somebody of its own, so that none meets another's traces.

A step's text names them by what they owe; `{one}` is "CPF birthday", `{one.cpf}` and `{one.birth}` the parts. The same name is the
same person all through a talk.

`{one}` owes R$ 1.000,00 to Lojas Tamboril since 16/07/2026 (130 days on the first day), `{two}` that and R$ 800,00 to Ventania,
`{three}` two such and one of R$ 1.200,00 at Tamboril, `{soon}` R$ 1.000,00 for two weeks, `{much}` R$ 5.000,00 for as long, `{old}` for more than five years;
`{five}` three bills of Tamboril and two of the school Pé de Ipê, `{twins}` two bills of Tamboril that are worth the same and one of Ventania;
`{months}` Ventania's bills of July and August and Tamboril's card of October, which are called by their months;
`{lastyear}` one of Tamboril that fell due in 2025.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from receivables.book import BookRow, read_book
from trato.paths import EXAMPLE_BOOK

DAY = date(2026, 11, 23)
_OF_EACH = 600
_OWE: dict[str, tuple[tuple[str, int, int] | tuple[str, int, int, str], ...]] = {
    "one": (("Tamboril", 100_000, 130),),
    "two": (("Tamboril", 100_000, 130), ("Ventania", 80_000, 100)),
    "three": (("Tamboril", 100_000, 130), ("Ventania", 80_000, 100), ("Tamboril", 120_000, 200)),
    "soon": (("Tamboril", 100_000, 14),),
    "old": (("Tamboril", 100_000, 2000),),
    "much": (("Tamboril", 500_000, 14),),
    "five": (
        ("Tamboril", 100_000, 130),
        ("Tamboril", 120_000, 200),
        ("Tamboril", 60_000, 100),
        ("Ipê", 90_000, 120),
        ("Ipê", 90_000, 90),
    ),
    "shops": (("Tamboril", 100_000, 130), ("Ventania", 80_000, 100), ("Ipê", 90_000, 120)),
    "twins": (("Tamboril", 70_000, 130), ("Tamboril", 70_000, 130), ("Ventania", 80_000, 100)),
    "months": (
        ("Ventania", 6_200, 110, "Conta de julho/2026"),
        ("Ventania", 8_400, 80, "Conta de agosto/2026"),
        ("Tamboril", 90_000, 25, "Fatura do cartão, outubro/2026"),
    ),
    "lastyear": (("Tamboril", 5_400, 400),),
}
_NAMES = ("Rita Prado", "Davi Rocha", "Lia Campos", "Caio Nunes", "Iara Melo", "Enzo Reis", "Nair Pires", "Otto Lima")
_NAMED = re.compile(rf"\{{({'|'.join(_OWE)})(?:\.(cpf|birth))?\}}")


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


def somebody(kind: str, number: int) -> Somebody:
    """The person of this number among those who owe so."""
    digits = [int(one) for one in f"{700_000_000 + 1000 * list(_OWE).index(kind) + number}"]
    for length in (9, 10):
        total = sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length]))
        digits.append((total * 10 % 11) % 10)
    return Somebody("".join(map(str, digits)), date(1960, 1, 1) + timedelta(days=97 * number % 14600 + 13))


def rows() -> Iterator[BookRow]:
    """What all of them owe, as a book would say it."""
    patterns: dict[str, BookRow] = {}
    for row in read_book(EXAMPLE_BOOK, today=DAY):
        if isinstance(row, BookRow):
            for creditor in ("Tamboril", "Ventania", "Ipê"):
                if creditor in row.creditor_name:
                    patterns.setdefault(creditor, row)
    for kind, owed in _OWE.items():
        for number in range(_OF_EACH):
            who = somebody(kind, number)
            for place, (creditor, amount, late, *called) in enumerate(owed):
                contract = f"{creditor[:3].upper()}-{who.document[-6:]}{place}"
                yield replace(
                    patterns[creditor],
                    line=1,
                    debtor_document=who.document,
                    debtor_name=_NAMES[number % len(_NAMES)],
                    birth_date=who.birth,
                    phone=None,
                    email=None,
                    contract=contract,
                    debt_reference=f"{contract}-R",
                    description=called[0] if called else f"Compra de {DAY - timedelta(days=late + 30):%d/%m/%Y}",
                    original_amount=amount,
                    due_date=DAY - timedelta(days=late),
                    judicial=False,
                    repeats=None,
                )


class Town:
    """Gives out people, each once."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def names(self) -> Names:
        """The people of one talk."""
        return Names(self)

    def next(self, kind: str) -> Somebody:
        number = self._given.get(kind, 0)
        self._given[kind] = number + 1
        assert number < _OF_EACH, "more people are wanted than there are: raise _OF_EACH"
        return somebody(kind, number)


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
            self._known[kind] = self._town.next(kind)
        who = self._known[kind]
        return {"cpf": who.cpf, "birth": who.birthday, None: f"{who.cpf} {who.birthday}"}[part]
