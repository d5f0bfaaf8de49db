"""Why nothing is to be collected for one debt just now; `receivables.pauses` tells it of a whole person. Whoever writes asks both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class Rest:
    """`why`: `disputed`, `claimed` (somebody says that it is paid), `promised` or `extended`; up to `until`, that day included.

    A dispute has no end by itself.
    """

    why: str
    until: date | None


async def resting(conn: AsyncConnection, debt_ids: Sequence[int], today: date) -> dict[int, Rest]:
    """Which of these debts rest today, and why: the weightiest reason of each."""
    rows = await conn.execute(
        text("""select id debt, 1 weight, 'disputed' why, cast(null as date) until from debts
                    where id = any(:ids) and status = 'disputed'
                union all select d.debt_id, 2, 'claimed', c.review_until from claim_debts d join payment_claims c on c.id = d.claim_id
                    where d.debt_id = any(:ids) and c.status = 'open' and c.review_until >= :today
                union all select d.debt_id, 3, 'promised', p.keep_until from promise_debts d join promises p on p.id = d.promise_id
                    where d.debt_id = any(:ids) and d.live and p.status = 'open' and p.keep_until >= :today
                union all select id, 4, 'extended', extended_to from debts where id = any(:ids) and extended_to >= :today
                order by weight desc"""),
        {"ids": list(debt_ids), "today": today},
    )
    return {row.debt: Rest(row.why, row.until) for row in rows}
