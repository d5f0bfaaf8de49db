"""A payment's effect on debts, written down: the verbs over what `receivables.owed.allocate` decided."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.owed import Allocation
from receivables.store import Debt


async def settle_debt(
    conn: AsyncConnection, debt: Debt, allocation: Allocation, *, paid_at: datetime, now: datetime, source: str
) -> None:
    """Take over what a payment left of a debt, which the caller has locked; `source` (`payment:E…`) goes into its history.

    A debt that the payment settled becomes `paid`, whatever it was before (open, agreed, disputed); any other status stays.
    """
    left = allocation.debt
    status = "paid" if allocation.settled else debt.status
    after: dict[str, Any] = {
        "status": status,
        "principal_left": left.principal_left,
        "charges_left": left.charges_left,
        "charged_until": left.charged_until.isoformat() if left.charged_until else None,
        "fine_charged": left.fine_charged,
        "paid_total": debt.paid_total + allocation.applied,
    }
    before: dict[str, Any] = {
        "status": debt.status,
        "principal_left": debt.principal_left,
        "charges_left": debt.charges_left,
        "charged_until": debt.charged_until.isoformat() if debt.charged_until else None,
        "fine_charged": debt.fine_charged,
        "paid_total": debt.paid_total,
    }
    await conn.execute(
        text("""update debts set status = :status, principal_left = :principal, charges_left = :charges,
                charged_until = :charged_until, fine_charged = :fine_charged, paid_total = :paid_total,
                settled_at = :settled_at, updated_at = :now where id = :id"""),
        {
            "status": status,
            "principal": left.principal_left,
            "charges": left.charges_left,
            "charged_until": left.charged_until,
            "fine_charged": left.fine_charged,
            "paid_total": debt.paid_total + allocation.applied,
            "settled_at": paid_at if allocation.settled else debt.settled_at,
            "now": now,
            "id": debt.id,
        },
    )
    await conn.execute(
        text("""insert into debt_changes (tenant_id, debt_id, at, source, before, after)
                values (:tenant, :debt, :now, :source, :before, :after)"""),
        {
            "tenant": debt.tenant_id,
            "debt": debt.id,
            "now": now,
            "source": source,
            "before": json.dumps(before),
            "after": json.dumps(after),
        },
    )
