"""What people say of payments that we do not see: "já paguei", "paguei duas vezes". Kept with a protocol until it is looked into.

A claim settles nothing: only a payment that the provider confirmed does. Until `review_until` nothing is collected for its debts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.dispute import review_until
from receivables.ground import Ground
from receivables.store import get_debtor

Kind = Literal["paid", "refund"]


@dataclass(frozen=True)
class Claim:
    """One claim. `kind`: `paid` (somebody has paid) or `refund` (twice, too much). `amount` in centavos."""

    id: int
    kind: str
    debtor_id: int
    conversation_id: str | None
    protocol: str
    said_at: datetime
    review_until: date
    paid_on: date | None
    means: str | None
    amount: int | None
    payment_id: int | None
    status: str
    debts: tuple[int, ...]
    also_paid_on: tuple[date, ...] = ()
    """Further days, where something was paid on several."""


_CLAIM = """select p.id, p.kind, p.debtor_id, p.conversation_id, p.protocol, p.said_at, p.review_until, p.paid_on, p.means, p.amount,
    p.payment_id, p.status, p.also_paid_on, array(select debt_id from claim_debts d where d.claim_id = p.id order by debt_id) debts
    from payment_claims p"""


async def open_claim(
    conn: AsyncConnection,
    ground: Ground,
    kind: Kind,
    debtor_id: int,
    debt_ids: Sequence[int],
    *,
    request_key: str,
    protocol: str,
    conversation_id: str | None,
    payment_id: int | None = None,
) -> Claim:
    """Write a claim down. While one of this kind is open for the debtor, that one is returned: nobody says it twice over.

    Of payments each debt has a claim of its own: what is said of others than those of the open claims is written down anew.
    """
    debtor = await get_debtor(conn, debtor_id)
    known = await open_claim_of(conn, debtor_id, kind)
    if known is not None and kind == "paid":
        claimed = await claimed_debts(conn, debt_ids)
        debt_ids = [debt_id for debt_id in debt_ids if debt_id not in claimed]
        if not debt_ids:
            return max(claimed.values(), key=lambda claim: claim.id)
    elif known is not None:
        return known
    claim_id = (
        await conn.execute(
            text("""insert into payment_claims (tenant_id, kind, debtor_id, conversation_id, request_key, protocol, said_at,
                        review_until, payment_id)
                    values (:tenant, :kind, :debtor, :conversation, :key, :protocol, :now, :until, :payment) returning id"""),
            {
                "tenant": debtor.tenant_id,
                "kind": kind,
                "debtor": debtor_id,
                "conversation": conversation_id,
                "key": request_key,
                "protocol": protocol,
                "now": ground.clock.now(),
                "until": review_until(ground.clock.today()),
                "payment": payment_id,
            },
        )
    ).scalar_one()
    await conn.execute(
        text("""insert into claim_debts (claim_id, tenant_id, debt_id)
                select :claim, :tenant, id from unnest(cast(:debts as bigint[])) as id"""),
        {"claim": claim_id, "tenant": debtor.tenant_id, "debts": sorted(set(debt_ids))},
    )
    return await get_claim(conn, claim_id)


async def tell_more(
    conn: AsyncConnection,
    claim_id: int,
    *,
    paid_on: date | None = None,
    also_paid_on: Sequence[date] = (),
    means: str | None = None,
    amount: int | None = None,
) -> Claim:
    """What else the person knows of the payment; what was told before stays. A day that is told takes the place of those before."""
    await conn.execute(
        text("""update payment_claims set paid_on = coalesce(:paid_on, paid_on), means = coalesce(:means, means),
                    also_paid_on = case when cast(:paid_on as date) is null then also_paid_on else cast(:also as date[]) end,
                    amount = coalesce(:amount, amount) where id = :id"""),
        {"id": claim_id, "paid_on": paid_on, "also": list(also_paid_on), "means": means, "amount": amount},
    )
    return await get_claim(conn, claim_id)


async def narrow(conn: AsyncConnection, claim_id: int, debt_ids: Sequence[int]) -> Claim:
    """The claim is about these of its debts alone; without any of them it stays as it is."""
    await conn.execute(
        text("""delete from claim_debts where claim_id = :id and debt_id <> all(:debts)
                and exists (select 1 from claim_debts d where d.claim_id = :id and d.debt_id = any(:debts))"""),
        {"id": claim_id, "debts": list(debt_ids)},
    )
    return await get_claim(conn, claim_id)


async def take_back(conn: AsyncConnection, claim_id: int, now: datetime) -> bool:
    """The person has not paid after all: nothing is looked into any more. False when it had ended."""
    done = await conn.execute(
        text("update payment_claims set status = 'closed', ended_at = :now where id = :id and status = 'open'"),
        {"id": claim_id, "now": now},
    )
    return done.rowcount == 1


async def open_claim_of(conn: AsyncConnection, debtor_id: int, kind: Kind) -> Claim | None:
    """The claim of this kind that is being looked into."""
    rows = await conn.execute(
        text(f"{_CLAIM} where p.debtor_id = :id and p.kind = :kind and p.status = 'open' order by p.id desc limit 1"),
        {"id": debtor_id, "kind": kind},
    )
    row = rows.one_or_none()
    return _claim(row) if row else None


async def claimed_debts(conn: AsyncConnection, debt_ids: Sequence[int]) -> dict[int, Claim]:
    """Which of these debts somebody says to have paid, with the claim that is being looked into: nothing is collected for them."""
    rows = await conn.execute(
        text(
            f"{_CLAIM} where p.kind = 'paid' and p.status = 'open'"
            " and exists (select 1 from claim_debts d where d.claim_id = p.id and d.debt_id = any(:ids)) order by p.id"
        ),
        {"ids": list(debt_ids)},
    )
    found = [_claim(row) for row in rows]
    return {debt_id: claim for claim in found for debt_id in claim.debts if debt_id in set(debt_ids)}


async def claims_of(conn: AsyncConnection, debtor_id: int) -> list[Claim]:
    """All claims of a debtor, the newest first."""
    rows = await conn.execute(text(f"{_CLAIM} where p.debtor_id = :id order by p.id desc"), {"id": debtor_id})
    return [_claim(row) for row in rows]


async def get_claim(conn: AsyncConnection, claim_id: int) -> Claim:
    """The claim. Raises `LookupError`."""
    row = (await conn.execute(text(f"{_CLAIM} where p.id = :id"), {"id": claim_id})).one_or_none()
    if row is None:
        raise LookupError(f"there is no claim {claim_id}")
    return _claim(row)


async def review(conn: AsyncConnection, ground: Ground) -> int:
    """End claims that a payment confirmed, and those whose time of review is over without one; returns how many. For the sweep."""
    today, now = ground.clock.today(), ground.clock.now()
    ended = await conn.execute(
        text("""update payment_claims p set ended_at = :now, status = case when paid then 'confirmed' else 'not_found' end
                from (select c.id, exists (select 1 from allocations a join payments y on y.id = a.payment_id
                          join claim_debts d on d.debt_id = a.debt_id
                          where d.claim_id = c.id and y.recorded_at >= c.said_at) paid
                      from payment_claims c where c.status = 'open' and c.kind = 'paid' for update skip locked) found
                where p.id = found.id and (found.paid or p.review_until < :today)"""),
        {"now": now, "today": today},
    )
    return ended.rowcount


def _claim(row: Any) -> Claim:
    values = dict(row._mapping)
    return Claim(**{**values, "debts": tuple(values["debts"]), "also_paid_on": tuple(values["also_paid_on"])})
