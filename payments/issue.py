"""A Pix for debts: written down first, made at the provider by the worker, checked, and only then said.

The amount that was quoted holds until the charge expires, even past midnight: the person was told an amount and a time, and both
are kept. How long that is is the policy's (`pix.expires_minutes`; the shortest of the portfolios concerned).

Locks are taken in one order everywhere in this room: debts (by id), then charges, then the conversation, then the audit.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from payments import charges
from payments.charges import Charge, ChargeItem, NewCharge
from payments.payee import payee_of
from payments.till import Till
from receivables.store import Debt, get_debts, owed, why_uncollectable

_ALPHABET = string.ascii_letters + string.digits

LOST_JOB = timedelta(seconds=60)
"""How long a charge waits before the sweep supposes that its job was lost."""

Why = Literal[
    "no_debts", "other_debtor", "several_creditors", "not_open", "disputed", "uncollectable", "nothing_owed", "no_payee"
]


class CannotIssue(ValueError):
    """These debts cannot be charged together, or not now; `why` is for the caller to decide what to say."""

    def __init__(self, why: Why, debt_ids: Sequence[int]) -> None:
        super().__init__(f"{why}: {list(debt_ids)}")
        self.why: Why = why
        self.debt_ids = tuple(debt_ids)


def new_txid() -> str:
    """A reference of our own, 32 random letters and digits: nobody can guess the one of another charge."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(32))


async def issue(
    conn: AsyncConnection,
    till: Till,
    *,
    debtor_id: int,
    debt_ids: Sequence[int],
    conversation_id: str | None,
    request_key: str,
    despite_dispute: bool = False,
) -> Charge:
    """One Pix for these debts of one creditor, for what they come to today. Returns it `pending`, or as it is.

    The same request (`request_key`) and the same wish (same debts, same amounts, still payable) get the charge that exists;
    any other live Pix of these debts is closed, here and, by a job, at the provider. A `request_key` that begins with `desk:`
    says that a human agent asked. Raises `CannotIssue`.
    """
    wanted = sorted(set(debt_ids))
    ground = till.talk.ground
    debts = await get_debts(conn, wanted, lock=True)
    before = await charges.by_request(conn, debts[0].tenant_id, request_key) if debts else None
    if before is not None and before.debtor_id == debtor_id:
        return before
    _check(till, debtor_id, wanted, debts, despite_dispute)
    now = ground.clock.now()
    items = [_item(till, debt) for debt in debts]
    if any(item.amount <= 0 for item in items):
        raise CannotIssue("nothing_owed", [item.debt_id for item in items if item.amount <= 0])
    olds = await charges.live_of_debts(conn, wanted, kind="pix", lock=True)
    for old in olds:
        if await _serves(conn, old, items, now):
            if conversation_id is not None and conversation_id != old.conversation_id:
                return await charges.move(conn, old.id, conversation_id)
            return old
    payee = payee_of(till, debts[0].creditor_cnpj, debts[0].portfolio)
    if not payee.pix_key:
        raise CannotIssue("no_payee", wanted)
    for old in olds:
        await close(conn, till, old, "expired" if old.expires_at <= now else "cancelled")
    minutes = min(ground.policies.for_portfolio(debt.portfolio).pix.expires_minutes for debt in debts)
    charge = await charges.insert(
        conn,
        NewCharge(
            tenant_id=debts[0].tenant_id,
            creditor_id=debts[0].creditor_id,
            debtor_id=debtor_id,
            conversation_id=conversation_id,
            kind="pix",
            provider=payee.provider,
            txid=new_txid(),
            request_key=request_key,
            amount=sum(item.amount for item in items),
            payee_name=payee.name,
            payee_document=payee.document,
            pix_key=payee.pix_key,
            created_at=now,
            expires_at=now + timedelta(minutes=minutes),
            retry_at=now + LOST_JOB,
        ),
        items,
    )
    for old in olds:
        await charges.replace(conn, old.id, charge.id)
    await till.talk.jobs.put(conn, "create_charge", str(charge.id))
    return charge


async def close(
    conn: AsyncConnection, till: Till, charge: Charge, status: Literal["expired", "cancelled"], *, blocked_why: str | None = None
) -> None:
    """The charge can no longer be paid here; a job closes the provider's copy too."""
    await charges.close(conn, charge.id, status, till.talk.ground.clock.now(), blocked_why=blocked_why)
    await till.talk.jobs.put(conn, "close_charge", str(charge.id))


def _check(till: Till, debtor_id: int, wanted: Sequence[int], debts: Sequence[Debt], despite_dispute: bool) -> None:
    if not wanted:
        raise CannotIssue("no_debts", wanted)
    mine = {debt.id for debt in debts if debt.debtor_id == debtor_id}
    if strange := [debt_id for debt_id in wanted if debt_id not in mine]:
        raise CannotIssue("other_debtor", strange)
    if len({debt.creditor_id for debt in debts}) > 1:
        raise CannotIssue("several_creditors", wanted)
    if closed := [debt.id for debt in debts if debt.status not in ("open", "disputed")]:
        raise CannotIssue("not_open", closed)
    disputed = [debt.id for debt in debts if debt.status == "disputed"]
    if disputed and not despite_dispute:
        raise CannotIssue("disputed", disputed)
    if gone := [debt.id for debt in debts if why_uncollectable(till.talk.ground, debt)]:
        raise CannotIssue("uncollectable", gone)


def _item(till: Till, debt: Debt) -> ChargeItem:
    due = owed(till.talk.ground, debt)
    return ChargeItem(
        debt_id=debt.id,
        amount=due.total,
        principal=due.principal,
        fine=due.fine,
        interest=due.interest,
        discount=due.discount,
        days_overdue=due.days_overdue,
        calculated_for=due.day,
    )


async def _serves(conn: AsyncConnection, old: Charge, items: Sequence[ChargeItem], now: datetime) -> bool:
    """Whether this charge asks exactly what is wanted now, and can still be paid."""
    if old.expires_at <= now or old.blocked_why:
        return False
    asked = {item.debt_id: item.amount for item in await charges.items_of(conn, old.id)}
    return asked == {item.debt_id: item.amount for item in items}


async def expire_due(conn: AsyncConnection, till: Till) -> int:
    """Close every active charge whose time is over, here and by jobs at the provider; returns how many. For the sweep."""
    due = await charges.expired(conn, till.talk.ground.clock.now())
    for charge in due:
        await close(conn, till, charge, "expired")
    return len(due)
