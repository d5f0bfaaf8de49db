"""Who of those who wait for a human is helped first, and why: whoever is not well, then a dispute, then a promise of today, then much
money, then who has waited long. Within one priority who asked first is first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LOWEST = 5
AGED = "age"

_NOT_WELL = frozenset({"self_harm", "illness", "bereavement", "incapable", "minor"})
"""Pauses of collection (`receivables.pauses`) that tell that somebody must be met with care."""


@dataclass(frozen=True)
class Situation:
    """What is known of a person who asks for a human. `owed` in centavos."""

    pauses: frozenset[str] = field(default_factory=frozenset)
    disputes: bool = False
    promised_today: bool = False
    owed: int = 0


@dataclass(frozen=True)
class Rank:
    """`priority` 1 is helped first, 5 last. `why`: `reason` (what was asked for), `vulnerable`, `dispute`, `promise`, `value`, `age`."""

    priority: int
    why: str


def rank(asked: int, situation: Situation, *, high_value: int) -> Rank:
    """The priority of a hand-over whose reason alone gives `asked`. `high_value` in centavos: much money for this collector."""
    raised = []
    if situation.pauses & _NOT_WELL:
        raised.append(Rank(1, "vulnerable"))
    if situation.disputes:
        raised.append(Rank(2, "dispute"))
    if situation.promised_today:
        raised.append(Rank(3, "promise"))
    if situation.owed >= high_value:
        raised.append(Rank(4, "value"))
    best = min(raised, key=lambda one: one.priority, default=None)
    return best if best is not None and best.priority < asked else Rank(asked, "reason")


async def situation_of(
    conn: AsyncConnection, tenant_id: int, conversation_id: str, debtor_id: int | None, now: datetime, today: date
) -> Situation:
    """What the store knows of this talk's person. `debtor_id` only of whom they proved to be."""
    row = (
        await conn.execute(
            text("""select
                array(select reason from collection_pauses where tenant_id = :tenant
                    and (debtor_id = :debtor or (debtor_id is null and conversation_id = :id)) and lifted_at is null
                    and (until is null or until > :now)) pauses,
                exists (select 1 from disputes where tenant_id = :tenant and debtor_id = :debtor and status = 'open') disputes,
                exists (select 1 from promises where tenant_id = :tenant and debtor_id = :debtor and status = 'open'
                    and day = :today) promised_today,
                (select coalesce(sum(principal_left), 0) from debts where tenant_id = :tenant and debtor_id = :debtor
                    and status in ('open', 'agreed', 'disputed'))::bigint owed"""),
            {"tenant": tenant_id, "id": conversation_id, "debtor": debtor_id, "now": now, "today": today},
        )
    ).one()
    return Situation(frozenset(row.pauses), row.disputes, row.promised_today, int(row.owed))
