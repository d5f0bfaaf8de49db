"""Collection that stands still: whose, why, since when. Offers, reminders and charges of our own accord ask here first.

Somebody in need, in mourning, not of age or in dispute is not asked for money (CDC arts. 42 and 54-C IV; Lei 14.181/2021). A pause ends
when a human lifts it, or at its own end. Whoever has not proven who they are is paused by their conversation; the pause becomes the
debtor's as soon as they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Reason = Literal[
    "self_harm",
    "illness",
    "bereavement",
    "deceased",
    "minor",
    "incapable",
    "representative",
    "hardship",
    "dispute",
    "already_paid",
    "legal_threat",
    "wrong_person",
    "asked_quiet",
]
REASONS: tuple[str, ...] = get_args(Reason)

NO_CHARGE_AT_ALL = frozenset({"deceased", "minor", "incapable", "self_harm"})
"""For these no charge is made even when it is asked for: a human decides."""

_WEIGHT = {
    reason: weight
    for weight, reason in enumerate(
        (
            "self_harm",
            "deceased",
            "minor",
            "incapable",
            "bereavement",
            "illness",
            "representative",
            "wrong_person",
            "dispute",
            "legal_threat",
            "already_paid",
            "hardship",
            "asked_quiet",
        )
    )
}


@dataclass(frozen=True)
class Pause:
    """A pause that holds. `until` is None when only a human ends it."""

    id: int
    reason: str
    since: datetime
    until: datetime | None
    debtor_id: int | None
    conversation_id: str | None

    @property
    def no_charge_at_all(self) -> bool:
        """Whether not even a charge that is asked for may be made."""
        return self.reason in NO_CHARGE_AT_ALL


_PAUSE = "select id, reason, since, until, debtor_id, conversation_id from collection_pauses"


async def pause_collection(
    conn: AsyncConnection,
    reason: Reason,
    now: datetime,
    *,
    key: str,
    debtor_id: int | None = None,
    conversation_id: str | None = None,
    until: datetime | None = None,
    tenant_id: int = 1,
) -> bool:
    """Stop collecting from this debtor, or from whoever this conversation turns out to be. The same `key` pauses once, for ever.

    False when it did so before. Raises `ValueError` when neither is named.
    """
    if debtor_id is None and conversation_id is None:
        raise ValueError("whose collection?")
    done = await conn.execute(
        text("""insert into collection_pauses (tenant_id, debtor_id, conversation_id, reason, key, since, until)
                values (:tenant, :debtor, :conversation, :reason, :key, :now, :until) on conflict (tenant_id, key) do nothing"""),
        {
            "tenant": tenant_id,
            "debtor": debtor_id,
            "conversation": conversation_id,
            "reason": reason,
            "key": key,
            "now": now,
            "until": until,
        },
    )
    return done.rowcount == 1


async def collection_paused(conn: AsyncConnection, debtor_id: int, now: datetime | None = None) -> Pause | None:
    """The weightiest pause of this debtor that holds, or nothing. Without `now`, one whose end has just come still counts."""
    rows = await conn.execute(
        text(
            f"{_PAUSE} where debtor_id = :debtor and lifted_at is null and (until is null or cast(:now as timestamptz) is null"
            " or until > :now)"
        ),
        {"debtor": debtor_id, "now": now},
    )
    return _weightiest([Pause(**row._mapping) for row in rows])


async def conversation_paused(conn: AsyncConnection, conversation_id: str, now: datetime) -> Pause | None:
    """The same for somebody who has not proven who they are, by their conversation."""
    rows = await conn.execute(
        text(f"{_PAUSE} where conversation_id = :id and lifted_at is null and (until is null or until > :now)"),
        {"id": conversation_id, "now": now},
    )
    return _weightiest([Pause(**row._mapping) for row in rows])


async def adopt_pauses(conn: AsyncConnection, conversation_id: str, debtor_id: int) -> None:
    """The person of this conversation has proven to be this debtor: what was paused by the conversation is theirs."""
    await conn.execute(
        text("""update collection_pauses set debtor_id = :debtor
                where conversation_id = :id and debtor_id is null and lifted_at is null and reason <> 'wrong_person'"""),
        {"id": conversation_id, "debtor": debtor_id},
    )


async def lift_pause(conn: AsyncConnection, pause_id: int, by: str, now: datetime) -> bool:
    """End one pause; False when it had ended. `by` as in the audit."""
    done = await conn.execute(
        text("update collection_pauses set lifted_at = :now, lifted_by = :by where id = :id and lifted_at is null"),
        {"id": pause_id, "by": by, "now": now},
    )
    return done.rowcount == 1


async def end_pauses_due(conn: AsyncConnection, now: datetime) -> int:
    """End the pauses whose own end has come; returns how many. For the periodic sweep."""
    done = await conn.execute(
        text("update collection_pauses set lifted_at = :now, lifted_by = 'time' where lifted_at is null and until <= :now"),
        {"now": now},
    )
    return done.rowcount


def _weightiest(pauses: list[Pause]) -> Pause | None:
    return min(pauses, key=lambda pause: _WEIGHT[pause.reason], default=None)
