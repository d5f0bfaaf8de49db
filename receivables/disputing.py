"""Disputes in the store: opened, taken back, answered. A disputed debt is collected by nobody until its dispute ends.

What can still be paid for such a debt is the caller's to cancel, in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables import promising
from receivables.dispute import REASONS, answer_by
from receivables.ground import Ground
from receivables.store import Debt, get_debts

Ending = Literal["accepted", "rejected", "withdrawn"]


class CannotDispute(ValueError):
    """None of these debts can be disputed: they are paid, closed or disputed already."""


@dataclass(frozen=True)
class Dispute:
    """One dispute of some debts of one debtor. `status`: open, accepted, rejected or withdrawn."""

    id: int
    debtor_id: int
    conversation_id: str | None
    protocol: str
    reason: str
    story: str
    opened_at: datetime
    answer_by: date
    status: str
    ended_at: datetime | None
    debts: tuple[int, ...]


_DISPUTE = """select p.id, p.debtor_id, p.conversation_id, p.protocol, p.reason, p.story, p.opened_at, p.answer_by, p.status,
    p.ended_at, array(select debt_id from dispute_debts d where d.dispute_id = p.id order by debt_id) debts from disputes p"""

_LONGEST_STORY = 2000


async def open_dispute(
    conn: AsyncConnection,
    ground: Ground,
    debt_ids: Sequence[int],
    *,
    reason: str,
    story: str,
    request_key: str,
    protocol: str,
    conversation_id: str | None,
) -> Dispute:
    """Write a dispute down and let the debts rest as `disputed`; the same request opens one. Their open promises end.

    Debts that are paid, closed or disputed already are left out; raises `CannotDispute` when none is left, and ValueError for a
    reason that is none. Locks the debts.
    """
    if reason not in REASONS:
        raise ValueError(f"not a reason of a dispute: {reason!r}")
    debts = await get_debts(conn, debt_ids, lock=True)
    known = (
        await conn.execute(
            text(f"{_DISPUTE} where p.tenant_id = :tenant and p.request_key = :key"),
            {"tenant": debts[0].tenant_id if debts else 1, "key": request_key},
        )
    ).one_or_none()
    if known is not None:
        return _dispute(known)
    disputable = [debt for debt in debts if debt.status in ("open", "agreed")]
    if not disputable:
        raise CannotDispute("nothing here can be disputed")
    now = ground.clock.now()
    dispute_id = (
        await conn.execute(
            text("""insert into disputes (tenant_id, debtor_id, conversation_id, request_key, protocol, reason, story, opened_at,
                        answer_by)
                    values (:tenant, :debtor, :conversation, :key, :protocol, :reason, :story, :now, :answer_by) returning id"""),
            {
                "tenant": disputable[0].tenant_id,
                "debtor": disputable[0].debtor_id,
                "conversation": conversation_id,
                "key": request_key,
                "protocol": protocol,
                "reason": reason,
                "story": story[:_LONGEST_STORY],
                "now": now,
                "answer_by": answer_by(ground.clock.today()),
            },
        )
    ).scalar_one()
    for debt in disputable:
        await conn.execute(
            text("""insert into dispute_debts (dispute_id, tenant_id, debt_id, status_before)
                    values (:dispute, :tenant, :debt, :before)"""),
            {"dispute": dispute_id, "tenant": debt.tenant_id, "debt": debt.id, "before": debt.status},
        )
        await _set_status(conn, debt, "disputed", now, f"dispute:{protocol}")
    await promising.cancel_for(conn, [debt.id for debt in disputable], now)
    return await get_dispute(conn, dispute_id)


async def add_story(conn: AsyncConnection, dispute_id: int, more: str, *, reason: str | None = None) -> Dispute:
    """Add words to an open dispute's story, or tell its reason better."""
    await conn.execute(
        text("""update disputes set story = left(concat_ws(E'\\n', nullif(story, ''), nullif(cast(:more as text), '')), :most),
                    reason = coalesce(:reason, reason) where id = :id and status = 'open'"""),
        {"id": dispute_id, "more": more, "reason": reason, "most": _LONGEST_STORY},
    )
    return await get_dispute(conn, dispute_id)


async def end_dispute(
    conn: AsyncConnection, ground: Ground, dispute_id: int, ending: Ending, *, by: str, note: str | None = None
) -> bool:
    """End an open dispute: `withdrawn` by the debtor, or answered (`accepted`, `rejected`) by a human. False when it is over.

    The debts are again what they were before; what an accepted dispute means for them (closing, another amount) is the creditor's
    to write. Locks the debts.
    """
    dispute = await get_dispute(conn, dispute_id)
    debts = {debt.id: debt for debt in await get_debts(conn, dispute.debts, lock=True)}
    now = ground.clock.now()
    ended = await conn.execute(
        text("""update disputes set status = :status, ended_at = :now, ended_by = :by, note = :note
                where id = :id and status = 'open'"""),
        {"status": ending, "now": now, "by": by, "note": note, "id": dispute_id},
    )
    if not ended.rowcount:
        return False
    rows = await conn.execute(
        text("update dispute_debts set live = false where dispute_id = :id and live returning debt_id, status_before"),
        {"id": dispute_id},
    )
    for row in rows.all():
        if debts[row.debt_id].status == "disputed":
            await _set_status(conn, debts[row.debt_id], row.status_before, now, f"dispute:{dispute.protocol}:{ending}")
    return True


async def get_dispute(conn: AsyncConnection, dispute_id: int) -> Dispute:
    """The dispute. Raises `LookupError`."""
    row = (await conn.execute(text(f"{_DISPUTE} where p.id = :id"), {"id": dispute_id})).one_or_none()
    if row is None:
        raise LookupError(f"there is no dispute {dispute_id}")
    return _dispute(row)


async def disputes_of(conn: AsyncConnection, debtor_id: int) -> list[Dispute]:
    """All disputes of a debtor, the newest first."""
    rows = await conn.execute(text(f"{_DISPUTE} where p.debtor_id = :id order by p.id desc"), {"id": debtor_id})
    return [_dispute(row) for row in rows]


async def open_disputes(conn: AsyncConnection, debt_ids: Sequence[int]) -> list[Dispute]:
    """The open disputes of any of these debts, the newest first."""
    rows = await conn.execute(
        text(f"""{_DISPUTE} where p.status = 'open' and exists (select 1 from dispute_debts d
                 where d.dispute_id = p.id and d.live and d.debt_id = any(:ids)) order by p.id desc"""),
        {"ids": list(debt_ids)},
    )
    return [_dispute(row) for row in rows]


async def _set_status(conn: AsyncConnection, debt: Debt, status: str, now: datetime, source: str) -> None:
    await conn.execute(
        text("update debts set status = :status, updated_at = :now where id = :id"),
        {"status": status, "now": now, "id": debt.id},
    )
    await conn.execute(
        text("""insert into debt_changes (tenant_id, debt_id, at, source, before, after)
                values (:tenant, :debt, :now, :source, cast(:before as jsonb), cast(:after as jsonb))"""),
        {
            "tenant": debt.tenant_id,
            "debt": debt.id,
            "now": now,
            "source": source,
            "before": json.dumps({"status": debt.status}),
            "after": json.dumps({"status": status}),
        },
    )


def _dispute(row: Any) -> Dispute:
    values = dict(row._mapping)
    return Dispute(**{**values, "debts": tuple(values["debts"])})
