"""What agents type into the debtor's forms, read: reais, days, counts, ticked debts. Whatever cannot be read is `Refused` with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from desk.guard import Refused
from desk.writing import centavos
from receivables.store import Debt

_COUNT = re.compile(r"[1-9][0-9]{0,2}")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def money_of(fields: Mapping[str, str], name: str, title: str) -> int | None:
    """Centavos; None for an empty field."""
    typed = fields.get(name, "").strip()
    amount = centavos(typed) if typed else None
    if typed and not amount:
        raise Refused(422, f"Escreva {title} em reais, como 1.250,00.")
    return amount


def count_of(fields: Mapping[str, str], name: str) -> int | None:
    typed = fields.get(name, "").strip()
    if typed and not _COUNT.fullmatch(typed):
        raise Refused(422, "Escreva o número de parcelas, como 12.")
    return int(typed) if typed else None


def day_of(fields: Mapping[str, str], name: str, title: str) -> date | None:
    """A day as a browser's date field sends it (2026-12-05) or as people write it (05/12/2026)."""
    typed = fields.get(name, "").strip()
    if not typed:
        return None
    found = _DAY.fullmatch(typed)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(typed)
    except ValueError as wrong:
        raise Refused(422, f"Escreva {title} como 05/12/2026.") from wrong


def agreeable(debts: Sequence[Debt]) -> list[Debt]:
    """Those that an agreement could still be about."""
    return [debt for debt in debts if debt.status == "open"]


def ticked(debts: Sequence[Debt], fields: Mapping[str, str], *, states: Sequence[str]) -> list[Debt]:
    """The debts that were ticked among those in these states. Raises `Refused` for none."""
    picked = [debt for debt in debts if debt.status in states and fields.get(f"debt-{debt.id}")]
    if not picked:
        raise Refused(422, "Marque ao menos uma dívida.")
    return picked
