"""Debts as choices: rows and buttons whose short labels tell them apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from actions.which_debt import all_its_names, its_creditor
from receivables.store import Debt

_ROW_LABEL = 24
"""The longest label that a row of a list can show; those of debts have a second line, and so are never buttons."""


def options(debts: list[Debt], totals: list[int]) -> list[dict[str, Any]]:
    """The debts as answers to choose from, and all of them at once."""
    rows: list[dict[str, Any]] = [
        {
            "short": short,
            "full": debt.title,
            "hint": _short(f"{debt.creditor_name}", 48),
            "total": {"money": total},
            "arguments": {
                "debts": [debt.id],
                "also": all_its_names(debt),
                "whose": its_creditor(debt),
                "amount": total,
                "due": debt.due_date.isoformat(),
            },
        }
        for debt, total, short in zip(debts[:9], totals[:9], labels([debt.title for debt in debts[:9]]), strict=True)
    ]
    rows.append(
        {
            "short": "Todas",
            "full": "Todas",
            "hint": "as duas juntas" if len(debts) == 2 else f"as {len(debts)} contas juntas",
            "total": {"money": sum(totals)},
            "arguments": {"debts": [debt.id for debt in debts], "all": True, "also": "todas tudo"},
        }
    )
    return rows


def group_options(debts: Sequence[Debt], totals: Sequence[int]) -> list[dict[str, Any]]:
    """The debts as answers to choose from, those that one agreement can hold in one row; where each stands alone, each by itself."""
    groups: dict[tuple[int, str], list[int]] = {}
    for place, debt in enumerate(debts):
        groups.setdefault((debt.creditor_id, debt.portfolio), []).append(place)
    if len(groups) == len(debts) or len(groups) < 2:
        return options(list(debts), list(totals))
    rows: list[dict[str, Any]] = []
    for places in groups.values():
        first = debts[places[0]]
        many = len(places) > 1
        rows.append(
            {
                "short": _short(first.creditor_name) if many else _short(_with_short_month(first.title)),
                "full": first.creditor_name if many else first.title,
                "hint": f"{len(places)} contas" if many else _short(first.creditor_name, 48),
                "total": {"money": sum(totals[place] for place in places)},
                "arguments": {
                    "debts": [debts[place].id for place in places],
                    "also": f"todas {first.creditor_name}" if many else all_its_names(first),
                    "whose": first.creditor_name,
                },
            }
        )
    return rows


_MONTH_OF = re.compile(r"(?P<before>.*?)[,]?\s*(?:de )?(?P<month>[a-zç]{4,9})/(?P<year>\d{4})(?P<after>.*)", re.IGNORECASE)


def labels(titles: Sequence[str]) -> list[str]:
    """Short labels that tell titles apart: where their beginnings are alike, the month comes first."""
    short = [_short(_with_short_month(title)) for title in titles]
    if all(short.count(one) == 1 and _told_apart(one, short) for one in short):
        return short
    found = [_MONTH_OF.fullmatch(title) for title in titles]
    moved = [
        _short(f"{one['month'][:3]}/{one['year'][2:]} {one['before']}{one['after']}") if one else short[n]
        for n, one in enumerate(found)
    ]
    return moved if len(set(moved)) == len(moved) else [_short(f"{n}. {one}") for n, one in enumerate(moved, 1)]


def _told_apart(one: str, others: Sequence[str]) -> bool:
    """Whether more than the last letters before a cut tell a label from the others."""
    return not one.endswith("…") or all(other[:-4] != one[:-4] for other in others if other is not one)


def _with_short_month(title: str) -> str:
    """ "Fatura do cartão, junho/2026" in as few letters as people write: "Fatura do cartão jun/26". What fits stays as it is."""
    found = _MONTH_OF.fullmatch(title) if len(title) > _ROW_LABEL else None
    if found is None:
        return title
    return f"{found['before'].rstrip(' ,')} {found['month'][:3]}/{found['year'][2:]}{found['after'].replace(',', '')}"


def _short(title: str, most: int = _ROW_LABEL) -> str:
    """Cut between words where that leaves most of it."""
    if len(title) <= most:
        return title
    kept = title[: most - 1].rstrip(" ,")
    if title[len(kept) : len(kept) + 1] not in (" ", ",") and len(kept.rpartition(" ")[0]) > most * 2 // 3:
        kept = kept.rpartition(" ")[0].rstrip(" ,")
    return kept + "…"


def day_options(days: Sequence[date]) -> list[dict[str, Any]]:
    """Days to choose between, as answers."""
    return [{"day": {"date": day.isoformat()}, "arguments": {"day": day.isoformat()}} for day in sorted(days)[:3]]
