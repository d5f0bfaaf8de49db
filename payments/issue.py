"""A Pix or a boleto for debts: written down first, made at the provider by the worker, checked, and only then said.

The amount that was quoted holds until the charge expires, even past midnight: the person was told an amount and a time, and both
are kept. How long that is is the policy's (`pix.expires_minutes`, `boleto.pay_until_days`; the shortest of the portfolios
concerned). A boleto's amount holds until its due date; after it the bank adds what was registered with it, and nothing more.

Locks are taken in one order everywhere in this room: debts (by id), then charges, then the conversation, then the audit.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from payments import charges
from payments.charges import Charge, ChargeItem, NewCharge
from payments.payee import payee_of
from payments.till import Till
from receivables.brasilia import BRASILIA
from receivables.calendar import add_business_days, next_business_day
from receivables.claims import claimed_debts
from receivables.money import percent_of
from receivables.owed import allocate, uncollectable_from
from receivables.pauses import collection_paused
from receivables.store import Debt, get_debts, owed, why_uncollectable

_ALPHABET = string.ascii_letters + string.digits

MAX_BOLETO = 99_999_999_99
"""Centavos that fit a boleto's ten digits."""

Kind = Literal["pix", "boleto"]

LOST_JOB = timedelta(seconds=60)
"""How long a charge waits before the sweep supposes that its job was lost."""

Why = Literal[
    "no_debts",
    "other_debtor",
    "several_creditors",
    "not_open",
    "disputed",
    "claimed",
    "paused",
    "uncollectable",
    "nothing_owed",
    "no_payee",
    "too_large",
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


def new_our_number() -> str:
    """Our number of a boleto: as long as banks allow (15), random, so that no two processes can make the same."""
    return "T" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(14))


async def issue(
    conn: AsyncConnection,
    till: Till,
    *,
    debtor_id: int,
    debt_ids: Sequence[int],
    conversation_id: str | None,
    request_key: str,
    despite_dispute: bool = False,
    kind: Kind = "pix",
    due_date: date | None = None,
    on_account: int | None = None,
) -> Charge:
    """One Pix or one boleto for these debts of one creditor, for what they come to today. Returns it `pending`, or as it is.

    The same request (`request_key`) and the same wish (same debts, still right, still payable) get the charge that exists; any
    other live charge of this kind for these debts is closed, here and, by a job, at the provider. A Pix and a boleto of one debt
    may live side by side. A boleto falls due on `due_date` (rolled to a business day); left out, with the first of its debts, or
    on the next business day when one is overdue. A `request_key` that begins with `desk:` says that a human agent asked.
    `on_account` asks for that part of one debt by Pix, in centavos: charges first, then principal, and no discount (CC art. 354);
    as much as is owed, or more, is an ordinary charge. `despite_dispute`: the person wishes it after the notice that the debt is under
    dispute, or that the payment they told of is being looked for. Raises `CannotIssue`, and ValueError for a `due_date` that is over and for
    a part of several debts or by boleto.
    """
    if on_account is not None and (kind != "pix" or len(set(debt_ids)) != 1 or on_account <= 0):
        raise ValueError("a part is paid by Pix, of one debt")
    wanted = sorted(set(debt_ids))
    ground = till.talk.ground
    debts = await get_debts(conn, wanted, lock=True)
    before = await charges.by_request(conn, debts[0].tenant_id, request_key) if debts else None
    if before is not None and before.debtor_id == debtor_id:
        return before
    _check(till, debtor_id, wanted, debts, despite_dispute)
    now = ground.clock.now()
    await _check_rest(conn, debtor_id, wanted, now, despite_dispute)
    items = [_item(till, debt) for debt in debts]
    if any(item.amount <= 0 for item in items):
        raise CannotIssue("nothing_owed", [item.debt_id for item in items if item.amount <= 0])
    part = on_account is not None and on_account < items[0].amount
    if part and on_account is not None:
        items = [_part(till, debts[0], items[0], on_account)]
    olds = await charges.live_of_debts(conn, wanted, kind=kind, lock=True)
    due = boleto_due_date(till, debts, due_date) if kind == "boleto" else None
    for old in olds:
        serves = await _serves(conn, old, items, now) if due is None else await _boleto_serves(conn, till, old, items, due)
        serves = serves and old.on_account == part
        if serves:
            if conversation_id is not None and conversation_id != old.conversation_id:
                return await charges.move(conn, old.id, conversation_id)
            return old
    payee = payee_of(till, debts[0].creditor_cnpj, debts[0].portfolio)
    if (kind == "pix" and not payee.pix_key) or (kind == "boleto" and payee.boleto_provider not in till.boletos):
        raise CannotIssue("no_payee", wanted)
    if due is not None:
        items = [_late(till, debt, item, due.day) for debt, item in zip(debts, items, strict=True)]
        if sum(item.amount for item in items) > MAX_BOLETO:
            raise CannotIssue("too_large", wanted)
    for old in olds:
        await close(conn, till, old, "expired" if old.expires_at <= now else "cancelled")
    policies = [ground.policies.for_portfolio(debt.portfolio) for debt in debts]
    if due is None:
        expires_at = now + timedelta(minutes=min(policy.pix.expires_minutes for policy in policies))
        extended = [debt.extended_to for debt in debts if debt.extended_to is not None]
        if len(extended) == len(debts):
            # While an extension runs the price stands still, so the code may live as long.
            expires_at = max(expires_at, end_of_boleto(min(extended), 0))
    else:
        longest = till.boletos[payee.boleto_provider].capabilities.max_days_after_due
        # A bank goes on taking it by itself: never into the days in which the debt may not be collected any more.
        too_late = min(uncollectable_from(debt.due_date) for debt in debts)
        days = min(longest, *(policy.boleto.pay_until_days for policy in policies))
        while days > 0 and next_business_day(due.day + timedelta(days=days)) >= too_late:
            days -= 1
        expires_at = end_of_boleto(due.day, days)
    charge = await charges.insert(
        conn,
        NewCharge(
            tenant_id=debts[0].tenant_id,
            creditor_id=debts[0].creditor_id,
            debtor_id=debtor_id,
            conversation_id=conversation_id,
            kind=kind,
            provider=payee.provider if kind == "pix" else payee.boleto_provider,
            txid=new_txid(),
            request_key=request_key,
            amount=sum(item.amount for item in items),
            payee_name=payee.name,
            payee_document=payee.document,
            pix_key=payee.pix_key if kind == "pix" else None,
            created_at=now,
            expires_at=expires_at,
            retry_at=now + LOST_JOB,
            due_date=due.day if due else None,
            our_number=new_our_number() if due else None,
            on_account=part,
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


async def _check_rest(conn: AsyncConnection, debtor_id: int, wanted: Sequence[int], now: datetime, despite_notice: bool) -> None:
    """Nothing is charged to whom collection stands still for good, nor, without the wish after the notice, for what is being checked."""
    pause = await collection_paused(conn, debtor_id, now)
    if pause is not None and pause.no_charge_at_all:
        raise CannotIssue("paused", wanted)
    if not despite_notice and (claimed := await claimed_debts(conn, wanted)):
        raise CannotIssue("claimed", sorted(claimed))


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


def _part(till: Till, debt: Debt, item: ChargeItem, amount: int) -> ChargeItem:
    """What a part of the price would cover: interest, then fine, then principal."""
    part = allocate(debt.state, owed(till.talk.ground, debt), amount)
    interest = min(item.interest, part.to_charges)
    return replace(
        item, amount=amount, principal=part.to_principal, fine=part.to_charges - interest, interest=interest, discount=0
    )


async def _serves(conn: AsyncConnection, old: Charge, items: Sequence[ChargeItem], now: datetime) -> bool:
    """Whether this charge asks exactly what is wanted now, and can still be paid."""
    if old.expires_at <= now or old.blocked_why:
        return False
    asked = {item.debt_id: item.amount for item in await charges.items_of(conn, old.id)}
    return asked == {item.debt_id: item.amount for item in items}


@dataclass(frozen=True)
class DueDate:
    """When a boleto falls due. `fixed`: somebody decided so (the debts' own date, a date asked for), so no other day will do."""

    day: date
    fixed: bool


def boleto_due_date(till: Till, debts: Sequence[Debt], asked: date | None = None) -> DueDate:
    """When a boleto for these debts falls due: a business day, never over. Raises ValueError for a day asked for that is."""
    today = till.talk.ground.clock.today()
    if asked is not None:
        if asked < today:
            raise ValueError(f"{asked} is over")
        return DueDate(next_business_day(asked), fixed=True)
    first = min(next_business_day(debt.payable_to) for debt in debts)
    return DueDate(first, fixed=True) if first >= today else DueDate(add_business_days(today, 1), fixed=False)


def end_of_boleto(due_date: date, pay_until_days: int) -> datetime:
    """The instant from which no bank takes the boleto: the midnight after its last day, which is a business day."""
    last = next_business_day(due_date + timedelta(days=pay_until_days))
    return datetime.combine(last + timedelta(days=1), time(), BRASILIA)


def days_after_due(charge: Charge) -> int:
    """How many days after its due date a boleto can be paid."""
    assert charge.due_date is not None
    return ((charge.expires_at - timedelta(seconds=1)).astimezone(BRASILIA).date() - charge.due_date).days


def _late(till: Till, debt: Debt, item: ChargeItem, due_date: date) -> ChargeItem:
    """What the bank is to add when the boleto is paid late: no second fine, interest on the principal alone, rounded down.

    A debt that is not due itself when the boleto is bears nothing.
    """
    if next_business_day(debt.payable_to) > due_date:
        return item
    policy = till.talk.ground.policies.for_portfolio(debt.portfolio)
    over, under = policy.interest_percent_month.as_integer_ratio()
    fined = debt.fine_charged or item.days_overdue > 0
    return replace(
        item,
        late_fine=0 if fined else percent_of(item.principal, policy.fine_percent),
        late_interest_day=item.principal * over // (3000 * under),
    )


async def _boleto_serves(conn: AsyncConnection, till: Till, old: Charge, items: Sequence[ChargeItem], due: DueDate) -> bool:
    """Whether this boleto is still right: it can be paid, falls due as wanted, and costs no more today than is owed today.

    One that is overdue but can still be paid serves on: its bank adds what is right.
    """
    clock = till.talk.ground.clock
    if old.expires_at <= clock.now() or old.blocked_why or old.due_date is None:
        return False
    if due.fixed and (old.wanted_due_date or old.due_date) != due.day:
        return False
    days_late = (clock.today() - old.due_date).days
    wanted = {item.debt_id: item for item in items}
    asked = {item.debt_id: item for item in await charges.items_of(conn, old.id)}
    return asked.keys() == wanted.keys() and all(
        one.principal == wanted[debt_id].principal and one.cost(days_late) <= wanted[debt_id].amount
        for debt_id, one in asked.items()
    )


async def expire_due(conn: AsyncConnection, till: Till) -> int:
    """Close every active charge whose time is over, here and by jobs at the provider; returns how many. For the sweep."""
    due = await charges.expired(conn, till.talk.ground.clock.now())
    for charge in due:
        await close(conn, till, charge, "expired")
    return len(due)
