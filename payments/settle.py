"""A payment, from the provider's word that it arrived to the debts that it settles and what the person is told.

A notice only says where to look; the provider's own answer settles. What counts as what:

- the exact amount of a charge (or more), paid before that charge expired or was replaced, settles its debts at the price that was
  quoted, even if the bank's notice arrives after midnight or later (`GRACE` covers a bank's own delay at the end);
- anything else follows the rules of the day on which it was paid, the oldest debt first: who pays what a debt comes to that day
  settles it with that day's discount, who pays less has paid a part (charges first, then principal; no discount);
- what no debt takes, and all of a payment for what was paid already, is excess: kept, shown to a human, never swallowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import audit
from conversations.alarms import raise_alarm
from conversations.conversation import live_proof
from conversations.handover import announce
from conversations.reply import reply
from conversations.wording import Utterance
from payments import charges
from payments.charges import Charge, ChargeItem
from payments.issue import close
from payments.present import references
from payments.provider import ReceivedPix, Refused, Unavailable
from payments.till import Till
from receivables.owed import Allocation, allocate
from receivables.settling import settle_debt
from receivables.store import Debt, get_debts, owed

_log = structlog.get_logger("trato.payments")
_ZONE = ZoneInfo("America/Sao_Paulo")

GRACE = timedelta(minutes=5)
"""How much later than a charge's end its payment may be booked and still count as in time: banks take a moment, and so does
the removal of a charge that was replaced while its code was being paid."""

_WAITS = (5, 15, 60, 300, 900, 1800)
_UNKNOWN_TRIES = 5
"""After this many answers "I know of no such payment" a notice is set aside."""

_ALARM_AFTER = 3


@dataclass(frozen=True)
class _Notice:
    id: int
    provider: str
    external_id: str
    txid: str | None
    state: str
    attempts: int
    body: dict[str, Any]

    @property
    def end_to_end_id(self) -> str:
        return str(self.body.get("end_to_end_id") or self.external_id.partition("/")[0])

    @property
    def refund_id(self) -> str | None:
        found = self.body.get("refund_id")
        return str(found) if found else None


@dataclass(frozen=True)
class _Covered:
    """What a payment did to one debt, and the debt as it was."""

    debt: Debt
    allocation: Allocation
    fine: int
    interest: int


@dataclass(frozen=True)
class _Outcome:
    status: str
    remark: str | None
    covered: tuple[_Covered, ...]
    excess: int


async def settle(engine: AsyncEngine, till: Till, notice_id: int) -> None:
    """Look into one notice and do what it calls for, once. Opens its own transactions; the provider is asked outside of any.

    The worker's task. A provider that is down, or does not know the payment yet, is asked again with growing waits (the sweep
    calls); what it goes on not knowing is set aside with an alarm.
    """
    async with engine.begin() as conn:
        notice = await _notice(conn, notice_id)
        if notice.state != "pending":
            return
        attempts = notice.attempts + 1
        now = till.talk.ground.clock.now()
        await _postpone(conn, notice_id, attempts, now + _wait(attempts) + timedelta(seconds=60))
    provider = till.providers.get(notice.provider)
    try:
        if provider is None:
            raise Unavailable(f"there is no provider {notice.provider} in the settings")
        payment = await provider.get_payment(notice.end_to_end_id)
        txid = payment.txid if payment else None
        made = await provider.get(txid) if txid and 26 <= len(txid) <= 35 else None
    except (Unavailable, Refused) as trouble:
        async with engine.begin() as conn:
            now = till.talk.ground.clock.now()
            await _postpone(conn, notice_id, attempts, now + _wait(attempts))
            if attempts >= _ALARM_AFTER:
                await raise_alarm(conn, "pix_provider_down", str(trouble), now, subject=notice.provider)
        return
    known = payment is not None and (made is None or made.status == "concluded" or _holds(made.payments, payment))
    async with engine.begin() as conn:
        notice = await _notice(conn, notice_id)
        if notice.state != "pending":
            return
        now = till.talk.ground.clock.now()
        if payment is None or not known or payment.end_to_end_id != notice.end_to_end_id:
            if attempts < _UNKNOWN_TRIES:
                await _postpone(conn, notice_id, attempts, now + _wait(attempts))
                return
            await _finish(conn, notice_id, "set_aside", "the provider does not know this payment")
            await raise_alarm(
                conn, "payment_unknown_at_provider", "a notice tells of a payment that the provider does not know", now,
                subject=f"notice:{notice_id}",
            )  # fmt: skip
            return
        if notice.refund_id is not None:
            await _refund(conn, till, notice, payment, now)
            return
        await record(conn, till, notice.provider, payment)
        await _finish(conn, notice_id, "done", None)


async def record(conn: AsyncConnection, till: Till, provider: str, payment: ReceivedPix) -> None:
    """Write down a payment that the provider confirmed, settle what it settles, and say so. Its id has one effect for ever."""
    # One at a time for one id, also when two notices tell of it.
    await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": f"payment:{payment.end_to_end_id}"})
    if await charges.payment_by_end_to_end_id(conn, payment.end_to_end_id) is not None:
        return
    now = till.talk.ground.clock.now()
    paid_at = min(payment.paid_at, now)
    charge = await charges.by_txid(conn, payment.txid) if payment.txid else None
    if charge is None or charge.provider != provider:
        await charges.add_payment(
            conn,
            charge=None,
            provider=provider,
            end_to_end_id=payment.end_to_end_id,
            txid=payment.txid,
            amount=payment.amount,
            paid_at=paid_at,
            now=now,
            status="unmatched",
            remark="unknown_charge",
            parts=[(None, "unmatched", payment.amount)],
        )
        await raise_alarm(
            conn, "payment_unmatched", "a payment belongs to no charge of ours", now, subject=f"payment:{payment.end_to_end_id}"
        )
        return
    items = await charges.items_of(conn, charge.id)
    debts = {debt.id: debt for debt in await get_debts(conn, [item.debt_id for item in items], lock=True)}
    charge = await charges.get(conn, charge.id, lock=True)
    outcome = _decide(till, charge, items, debts, payment.amount, paid_at)
    payment_id = await charges.add_payment(
        conn,
        charge=charge,
        provider=provider,
        end_to_end_id=payment.end_to_end_id,
        txid=payment.txid,
        amount=payment.amount,
        paid_at=paid_at,
        now=now,
        status=outcome.status,
        remark=outcome.remark,
        parts=[
            *(
                (one.debt.id, part, of)
                for one in outcome.covered
                for part, of in (
                    ("principal", one.allocation.to_principal),
                    ("fine", one.fine),
                    ("interest", one.interest),
                )
            ),
            (None, "excess", outcome.excess),
        ],
    )
    source = f"payment:{payment.end_to_end_id}"
    for one in outcome.covered:
        await settle_debt(conn, one.debt, one.allocation, paid_at=paid_at, now=now, source=source)
    if charge.status != "paid":
        # Any payment uses the provider's copy up; one that covered a part leaves its debts free for the next charge.
        settled = outcome.status != "partial"
        await charges.conclude(conn, charge.id, "paid" if settled else "cancelled" if charge.live else charge.status, now)
    for other in await charges.live_of_debts(conn, [one.debt.id for one in outcome.covered], lock=True):
        if other.id != charge.id:
            await close(conn, till, other, "cancelled")
    await _tell(conn, till, charge, outcome, payment.end_to_end_id, payment.amount, paid_at)
    if outcome.excess:
        kind = "payment_double" if outcome.remark == "double" else "payment_excess"
        await raise_alarm(conn, kind, f"{outcome.excess} centavos belong to the payer", now, subject=source)
    await audit.record(
        conn,
        "worker",
        "payment.recorded",
        source,
        {"payment": payment_id, "charge": charge.id, "amount": payment.amount, "status": outcome.status},
        now,
        tenant_id=charge.tenant_id,
    )


# ------------------------------------------------------------------------------------------------ deciding


def _decide(
    till: Till, charge: Charge, items: Sequence[ChargeItem], debts: dict[int, Debt], amount: int, paid_at: datetime
) -> _Outcome:
    day = paid_at.astimezone(_ZONE).date()
    ended = charge.expires_at
    if charge.status == "cancelled" and charge.closed_at is not None:
        ended = min(ended, charge.closed_at)
    in_time = paid_at <= ended + GRACE
    as_quoted = in_time and amount >= charge.amount
    left = amount
    covered: list[_Covered] = []
    for item in items:
        debt = debts[item.debt_id]
        due = owed(till.talk.ground, debt, day)
        if debt.status in ("paid", "closed") or due.gross <= 0 or left <= 0:
            continue
        price = min(item.amount, due.gross) if as_quoted else due.total or due.gross
        allocation = allocate(debt.state, due, min(left, price), settlement=price if as_quoted else None)
        interest = min(due.interest, allocation.to_charges)
        covered.append(_Covered(debt, allocation, allocation.to_charges - interest, interest))
        left -= allocation.applied
    owing = [item.debt_id for item in items if debts[item.debt_id].status not in ("paid", "closed")]
    settled = [one.debt.id for one in covered if one.allocation.settled]
    if not covered:
        return _Outcome("excess", "double", (), amount)
    if left:
        return _Outcome("excess", "over" if in_time else "late", tuple(covered), left)
    if sorted(owing) == sorted(settled):
        return _Outcome("applied", None if in_time else "late", tuple(covered), 0)
    return _Outcome("partial", "under" if in_time else "late", tuple(covered), 0)


# ------------------------------------------------------------------------------------------------ telling


async def _tell(
    conn: AsyncConnection,
    till: Till,
    charge: Charge,
    outcome: _Outcome,
    end_to_end_id: str,
    amount: int,
    paid_at: datetime,
) -> None:
    """What the person who pays is told: in full while identity is proven, else only that there is something to see."""
    if charge.conversation_id is None:
        return
    proof = await live_proof(conn, charge.conversation_id, till.talk.ground.clock.now())
    said: list[Utterance] = []
    if proof is None or proof.debtor_id != charge.debtor_id:
        said.append(Utterance("utter_payment_received_neutral"))
    else:
        debts = {debt.id: debt for debt in await get_debts(conn, [one.debt.id for one in outcome.covered])}
        said += _words(till, charge, outcome, debts, amount, paid_at)
    if charge.activated_at is not None and charge.status != "paid" and outcome.status != "partial":
        for reference in await references(conn, charge):
            status = {"reference": reference, "status": "paid", "paid_at": paid_at.isoformat()}
            said.append(Utterance("utter_pix_card_paid", {"card_status": status}))
    await reply(conn, till.talk, charge.conversation_id, said, source=f"payment:{end_to_end_id}", author="journey")
    await announce(conn, charge.conversation_id)


def _words(
    till: Till, charge: Charge, outcome: _Outcome, debts: dict[int, Debt], amount: int, paid_at: datetime
) -> list[Utterance]:
    values: dict[str, Any] = {
        "amount": {"money": amount},
        "payee": charge.payee_name,
        "paid_at": {"instant": paid_at.isoformat()},
        "settled": [{"description": one.debt.title} for one in outcome.covered if one.allocation.settled],
        "left": [
            {
                "description": one.debt.title,
                "applied": {"money": one.allocation.applied},
                "left": {"money": owed(till.talk.ground, debts[one.debt.id]).total},
            }
            for one in outcome.covered
            if not one.allocation.settled
        ],
        "excess": {"money": outcome.excess},
    }
    if outcome.remark == "double":
        return [Utterance("utter_payment_double", values)]
    said = [Utterance("utter_payment_late", values)] if outcome.remark == "late" else []
    if values["left"]:
        said.append(Utterance("utter_payment_partial", values))
        if values["settled"]:
            said.append(Utterance("utter_payment_partial_settled", values))
    elif outcome.status == "partial":
        said.append(Utterance("utter_payment_some_settled", values))
    else:
        said.append(Utterance("utter_payment_confirmed", values))
    if outcome.excess:
        said.append(Utterance("utter_payment_excess", values))
    return said


# ------------------------------------------------------------------------------------------------ refunds, notices


async def _refund(conn: AsyncConnection, till: Till, notice: _Notice, payment: ReceivedPix, now: datetime) -> None:
    """Money that went back, or could not: a human decides what it means for the debt; nothing is undone by itself."""
    refund = next((one for one in payment.refunds if one.id == notice.refund_id), None)
    state = refund.status if refund else "processing"
    await _finish(conn, notice.id, "done", f"refund {state}")
    if state == "processing":
        return
    kind = "payment_refunded" if state == "returned" else "payment_refund_failed"
    amount = refund.amount if refund else 0
    await raise_alarm(conn, kind, f"{amount} centavos", now, subject=f"payment:{payment.end_to_end_id}")
    charge = await charges.by_txid(conn, payment.txid) if payment.txid else None
    if charge is None or charge.conversation_id is None:
        return
    proof = await live_proof(conn, charge.conversation_id, now)
    if proof is None or proof.debtor_id != charge.debtor_id:
        said = Utterance("utter_payment_received_neutral")
    else:
        said = Utterance(
            "utter_payment_refunded" if state == "returned" else "utter_payment_refund_failed", {"amount": {"money": amount}}
        )
    source = f"refund:{payment.end_to_end_id}:{notice.refund_id}:{state}"
    await reply(conn, till.talk, charge.conversation_id, [said], source=source, author="journey")
    await announce(conn, charge.conversation_id)


def _holds(payments: Sequence[ReceivedPix], payment: ReceivedPix) -> bool:
    return any(one.end_to_end_id == payment.end_to_end_id for one in payments)


def _wait(attempts: int) -> timedelta:
    return timedelta(seconds=_WAITS[min(max(attempts, 1), len(_WAITS)) - 1])


async def _notice(conn: AsyncConnection, notice_id: int) -> _Notice:
    found = await conn.execute(
        text("""select id, provider, external_id, txid, state, attempts, body from payment_notices
                where id = :id for update"""),
        {"id": notice_id},
    )
    row = found.one_or_none()
    if row is None:
        raise LookupError(f"there is no payment notice {notice_id}")
    return _Notice(**row._mapping)


async def _postpone(conn: AsyncConnection, notice_id: int, attempts: int, at: datetime) -> None:
    await conn.execute(
        text("update payment_notices set attempts = :attempts, retry_at = :at where id = :id"),
        {"id": notice_id, "attempts": attempts, "at": at},
    )


async def _finish(conn: AsyncConnection, notice_id: int, state: str, why: str | None) -> None:
    await conn.execute(
        text("update payment_notices set state = :state, why = :why, retry_at = null where id = :id"),
        {"id": notice_id, "state": state, "why": why},
    )
