"""A payment for an agreement: which instalments it covers, what that does to the debts, and how it is said.

What was quoted holds as for any charge; anything else covers the instalments as of the day on which it was paid, late charges first.
Every centavo is booked on a debt of the agreement too, the oldest first, as principal; when the last instalment is paid the
debts are settled, whatever the discount left of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.wording import Utterance
from payments import charges
from payments.charges import Charge, ChargeInstalment
from payments.till import Till
from receivables.agreed import Covered, Due, after_paying, break_day, cover, price, share_out
from receivables.agreements import Agreement, apply_payment, end_agreement, get_agreement, instalment_title, live_agreement_of
from receivables.owed import Allocation
from receivables.settling import settle_debt
from receivables.store import Debt


@dataclass(frozen=True)
class Under:
    """A charge whose money goes to a live agreement; `asked` is empty for one that is older than the agreement."""

    agreement: Agreement
    asked: tuple[ChargeInstalment, ...]


@dataclass(frozen=True)
class Effect:
    """What a payment does: to instalments, to debts (the debt as it was, and what of the payment it takes), and what is left over."""

    covered: tuple[Covered, ...]
    debts: tuple[tuple[Debt, Allocation], ...]
    to_debts: tuple[tuple[int, int], ...]
    fulfilled: bool
    complete: bool
    left: int


async def with_their_agreement(conn: AsyncConnection, debt_ids: Sequence[int]) -> list[int]:
    """These debts and the others that are agreed on with them: a payment for one may change all."""
    live = await live_agreement_of(conn, debt_ids)
    return sorted({*debt_ids, *(debt_id for one in live for debt_id in one.debt_ids)})


async def under_agreement(conn: AsyncConnection, charge: Charge, debt_ids: Sequence[int]) -> Under | None:
    """The live agreement that a charge's money goes to, which stays locked; None when the charge is for debts themselves.

    Lock the debts first.
    """
    live = await live_agreement_of(conn, debt_ids, lock=True)
    if not live:
        return None
    asked = tuple(await charges.instalments_of(conn, charge.id))
    mine = {due.id for due in live[0].dues}
    return Under(live[0], tuple(one for one in asked if one.instalment_id in mine))


def decide(
    till: Till, under: Under, debts: Mapping[int, Debt], amount: int, day: date, *, as_quoted: bool, days_late: int
) -> Effect:
    """What `amount` centavos, paid on `day`, do to an agreement. Pure."""
    agreement = under.agreement
    terms = till.talk.ground.policies.for_portfolio(agreement.portfolio)
    by_id = {due.id: due for due in agreement.dues}
    asked = [by_id[one.instalment_id] for one in under.asked]
    wanted: Sequence[Due] = asked or agreement.unpaid
    quoted = {one.instalment_id: one.cost(days_late) for one in under.asked} if as_quoted else None
    covered, left = cover(wanted, terms, amount, day, quoted=quoted)
    settled = {one.instalment.id for one in covered if one.allocation.settled}
    fulfilled = all(due.settled or due.id in settled for due in agreement.dues)
    to_debts = share_out(agreement.parts, amount - left) if amount > left else ()
    taken = dict(to_debts)
    changed: list[tuple[Debt, Allocation]] = []
    for part in agreement.parts:
        of = taken.get(part.debt_id, 0)
        if not of and not fulfilled:
            continue
        debt = debts[part.debt_id]
        after = after_paying(part.before, part.paid + of)
        to_principal = debt.principal_left - after.principal_left
        state = replace(after, principal_left=0, charges_left=0) if fulfilled else after
        changed.append(
            (debt, Allocation(of, of - to_principal, to_principal, excess=0, discount=0, settled=fulfilled, debt=state))
        )
    complete = bool(covered) and all(due.settled or due.id in settled for due in (asked or [one.instalment for one in covered]))
    return Effect(covered, tuple(changed), to_debts, fulfilled, complete, left)


async def take_effect(
    conn: AsyncConnection, under: Under, effect: Effect, payment_id: int, *, paid_at: datetime, now: datetime, source: str
) -> None:
    """Write it down: instalments, debts, and the agreement that is fulfilled."""
    await apply_payment(conn, under.agreement, payment_id, effect.covered, effect.to_debts, paid_at=paid_at)
    for debt, allocation in effect.debts:
        await settle_debt(conn, debt, allocation, paid_at=paid_at, now=now, source=source)
    if effect.fulfilled:
        await end_agreement(conn, under.agreement, "fulfilled", source, now)


# ------------------------------------------------------------------------------------------------ telling


def title(agreement: Agreement, due: Due) -> str:
    """What people call an instalment."""
    return instalment_title(due.number, agreement.count)


def next_of(till: Till, agreement: Agreement) -> dict[str, Any] | None:
    """The instalment that falls due next, as typed values; None when everything is paid."""
    if not agreement.unpaid:
        return None
    due = agreement.unpaid[0]
    today = till.talk.ground.clock.today()
    terms = till.talk.ground.policies.for_portfolio(agreement.portfolio)
    costs = price(agreement.dues, due, terms, today)
    breaks = break_day(agreement.dues, terms.broken_after_days)
    return {
        "title": title(agreement, due),
        "number": due.number,
        "amount": {"money": costs.amount},
        "due": {"date": due.due_date.isoformat()},
        "late": due.is_late(today),
        "days": costs.due.days_overdue,
        "fine": {"money": costs.due.fine},
        "interest": {"money": costs.due.interest},
        "breaks": {"date": breaks.isoformat()} if breaks else None,
    }


async def words(conn: AsyncConnection, till: Till, under: Under, effect: Effect, values: Mapping[str, Any]) -> list[Utterance]:
    """What is said of a payment for an agreement, read back from the store. `values`: amount, payee, paid_at, excess."""
    agreement = await get_agreement(conn, under.agreement.id)
    paid = [{"title": title(agreement, one.instalment)} for one in effect.covered if one.allocation.settled]
    shown = {
        **values,
        "protocol": agreement.protocol,
        "paid": paid,
        "left": {"money": agreement.left},
        "count_left": len(agreement.unpaid),
    }
    said: list[Utterance] = []
    if agreement.status == "fulfilled":
        said.append(Utterance("utter_agreement_fulfilled", shown))
    else:
        following = next_of(till, agreement)
        assert following is not None
        shown |= {f"next_{key}": value for key, value in following.items()}
        begun = [one for one in effect.covered if not one.allocation.settled]
        if begun:
            said.append(Utterance("utter_instalment_partial", {**shown, "title": title(agreement, begun[0].instalment)}))
        elif paid:
            said.append(Utterance("utter_instalment_paid", shown))
    if effect.left:
        said.append(Utterance("utter_payment_excess", values))
    return said
