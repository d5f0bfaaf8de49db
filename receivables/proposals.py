"""What people propose beyond the policy, for a human to judge: stored, answered once, and then an offer or a no."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.store import Debt


@dataclass(frozen=True)
class Proposal:
    """A proposal. `wanted`: `total` (all at once), `count`, `down`, `instalment` in centavos, as far as they were said."""

    id: int
    tenant_id: int
    protocol: str
    debtor_id: int
    creditor_id: int
    portfolio: str
    conversation_id: str | None
    wanted: Mapping[str, int]
    words: str
    policy_version: str
    made_at: datetime
    status: str
    agent_id: int | None
    answered_at: datetime | None
    reason: str | None
    offer_id: str | None
    asked_by: int | None
    """The agent who asked for what is beyond their own authority; None where the debtor did."""
    debt_ids: tuple[int, ...]


_PROPOSAL = """select p.id, p.tenant_id, p.protocol, p.debtor_id, p.creditor_id, p.portfolio, p.conversation_id, p.wanted, p.words,
    p.policy_version, p.made_at, p.status, p.agent_id, p.answered_at, p.reason, p.offer_id, p.asked_by,
    array(select d.debt_id from proposal_debts d where d.proposal_id = p.id order by d.debt_id) debt_ids from proposals p"""


async def put_proposal(
    conn: AsyncConnection,
    debts: Sequence[Debt],
    wanted: Mapping[str, int],
    *,
    words: str,
    protocol: str,
    request_key: str,
    conversation_id: str | None,
    policy_version: str,
    now: datetime,
    asked_by: int | None = None,
) -> Proposal:
    """Keep a proposal; the same request keeps one. What waits already for any of these debts is withdrawn: the last word counts."""
    first = debts[0]
    known = await _one(conn, "where p.tenant_id = :tenant and p.request_key = :key", tenant=first.tenant_id, key=request_key)
    if known is not None:
        return known
    await withdraw_proposals(conn, [debt.id for debt in debts], now)
    proposal_id = (
        await conn.execute(
            text("""insert into proposals (tenant_id, protocol, request_key, debtor_id, creditor_id, portfolio, conversation_id,
                        wanted, words, policy_version, made_at, asked_by)
                    values (:tenant, :protocol, :key, :debtor, :creditor, :portfolio, :conversation, cast(:wanted as jsonb),
                        :words, :version, :now, :asked_by) returning id"""),
            {
                "tenant": first.tenant_id,
                "protocol": protocol,
                "key": request_key,
                "debtor": first.debtor_id,
                "creditor": first.creditor_id,
                "portfolio": first.portfolio,
                "conversation": conversation_id,
                "wanted": json.dumps(dict(wanted)),
                "words": words[:1000],
                "version": policy_version,
                "now": now,
                "asked_by": asked_by,
            },
        )
    ).scalar_one()
    for debt in debts:
        await conn.execute(
            text("insert into proposal_debts (proposal_id, tenant_id, debt_id) values (:proposal, :tenant, :debt)"),
            {"proposal": proposal_id, "tenant": debt.tenant_id, "debt": debt.id},
        )
    return await get_proposal(conn, proposal_id)


async def get_proposal(conn: AsyncConnection, proposal_id: int, *, lock: bool = False) -> Proposal:
    """The proposal. Raises `LookupError`."""
    found = await _one(conn, "where p.id = :id" + (" for update of p" if lock else ""), id=proposal_id)
    if found is None:
        raise LookupError(f"there is no proposal {proposal_id}")
    return found


async def waiting_proposals(conn: AsyncConnection, *, debtor_id: int | None = None) -> list[Proposal]:
    """Those that nobody has answered yet, the oldest first; of one debtor if given. What the desk lists."""
    return await _all(
        conn,
        "where p.status = 'waiting' and (cast(:debtor as bigint) is null or p.debtor_id = :debtor) order by p.id",
        debtor=debtor_id,
    )


async def proposals_of(conn: AsyncConnection, debtor_id: int) -> list[Proposal]:
    """All proposals of a debtor, the newest first."""
    return await _all(conn, "where p.debtor_id = :debtor order by p.id desc", debtor=debtor_id)


async def end_proposal(
    conn: AsyncConnection,
    proposal: Proposal,
    status: str,
    *,
    agent_id: int | None,
    reason: str | None,
    offer_id: str | None,
    now: datetime,
) -> None:
    """Answered: `approved`, `countered` (both with an offer) or `refused`; or `withdrawn`."""
    await conn.execute(
        text("""update proposals set status = :status, agent_id = :agent, answered_at = :now, reason = :reason, offer_id = :offer
                where id = :id and status = 'waiting'"""),
        {"id": proposal.id, "status": status, "agent": agent_id, "now": now, "reason": reason, "offer": offer_id},
    )
    await conn.execute(text("update proposal_debts set live = false where proposal_id = :id"), {"id": proposal.id})


async def withdraw_proposals(conn: AsyncConnection, debt_ids: Sequence[int], now: datetime) -> None:
    """Whatever waits for these debts needs no answer any more."""
    rows = await conn.execute(
        text("select distinct proposal_id from proposal_debts where debt_id = any(:ids) and live"), {"ids": list(debt_ids)}
    )
    for proposal_id in rows.scalars().all():
        proposal = await get_proposal(conn, proposal_id, lock=True)
        await end_proposal(conn, proposal, "withdrawn", agent_id=None, reason=None, offer_id=None, now=now)


async def _one(conn: AsyncConnection, where: str, **values: Any) -> Proposal | None:
    found = await _all(conn, where, **values)
    return found[0] if found else None


async def _all(conn: AsyncConnection, where: str, **values: Any) -> list[Proposal]:
    rows = await conn.execute(text(f"{_PROPOSAL} {where}"), values)
    return [Proposal(**{**row._mapping, "debt_ids": tuple(row.debt_ids)}) for row in rows]
