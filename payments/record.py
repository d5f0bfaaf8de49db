"""A payment that its provider confirmed: written down, allocated to the debts that it settles, and told. What counts as what:

- the exact amount of a charge (or more), paid before that charge expired or was replaced, settles its debts at the price that was
  quoted, even if the bank's notice arrives after midnight or later (`GRACE` covers a bank's own delay at the end);
- a Pix on account asks for a part, and settles nothing by its own price;
- a boleto that is paid after its due date settles them too when it brings what its bank was told to add for each day;
- anything else follows the rules of the day on which it was paid, the oldest debt first: who pays what a debt comes to that day
  settles it with that day's discount, who pays less has paid a part (charges first, then principal; no discount);
- what no debt takes, and all of a payment for what was paid already, is excess: kept, shown to a human, never swallowed;
- the money of debts that are agreed on goes to their agreement, whichever charge it came by (`payments.agreed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.alarms import raise_alarm
from conversations.conversation import live_proof
from conversations.handover import announce
from conversations.reply import reply
from conversations.wording import Utterance
from payments import agreed, charges
from payments.agreed import Effect, Under
from payments.charges import Charge, ChargeItem
from payments.issue import Kind, close
from payments.present import shown_cards
from payments.provider import ReceivedPix
from payments.till import Till
from receivables.agreements import end_agreement
from receivables.brasilia import BRASILIA
from receivables.owed import Allocation, allocate
from receivables.settling import settle_debt
from receivables.store import Debt, debts_of, get_debts, owed, why_uncollectable

GRACE = timedelta(minutes=5)
"""How much later than a charge's end its payment may be booked and still count as in time: banks take a moment, and so does
the removal of a charge that was replaced while its code was being paid."""


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
    added: int = 0
    """What the bank added to a boleto that was paid after its due date, and the debts took."""
    under: Under | None = None
    """The agreement that took the payment, with what it did there."""
    effect: Effect | None = None


async def record(conn: AsyncConnection, till: Till, provider: str, payment: ReceivedPix, *, means: Kind = "pix") -> None:
    """Write down a payment that the provider confirmed, settle what it settles, and say so. Its id has one effect for ever.

    Of a boleto, `payment` names our charge by its txid and carries the id that `payments.boleto_settle` gave it.
    """
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
            means=means,
            parts=[(None, "unmatched", payment.amount)],
        )
        await raise_alarm(
            conn, "payment_unmatched", "a payment belongs to no charge of ours", now, subject=f"payment:{payment.end_to_end_id}"
        )
        return
    items = await charges.items_of(conn, charge.id)
    debt_ids = [item.debt_id for item in items]
    # The other debts of their agreement are changed with them, and locked with them.
    debts = {debt.id: debt for debt in await get_debts(conn, await agreed.with_their_agreement(conn, debt_ids), lock=True)}
    under = await agreed.under_agreement(conn, charge, debt_ids)
    charge = await charges.get(conn, charge.id, lock=True)
    if under is None:
        outcome = _decide(
            till, charge, items, debts, payment.amount, paid_at, quoted=not await charges.instalments_of(conn, charge.id)
        )
    else:
        outcome = _decide_under(till, charge, items, under, debts, payment.amount, paid_at)
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
        means=means,
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
    if outcome.under is not None and outcome.effect is not None:
        await agreed.take_effect(conn, outcome.under, outcome.effect, payment_id, paid_at=paid_at, now=now, source=source)
    if outcome.under is not None and outcome.effect is None:
        await end_agreement(conn, outcome.under.agreement, "fulfilled", source, now)
    for one in outcome.covered if outcome.effect is None else ():
        await settle_debt(conn, one.debt, one.allocation, paid_at=paid_at, now=now, source=source)
    if charge.status != "paid":
        if outcome.status != "partial" or (charge.on_account and payment.amount >= charge.amount):
            await charges.conclude(conn, charge.id, "paid", now)
        elif charge.kind == "boleto":
            # A bank that takes a part goes on taking the rest: its copy must be ended.
            await close(conn, till, charge, "expired" if charge.status == "expired" else "cancelled")
        else:
            # Any payment uses the provider's copy up; one that covered a part leaves its debts free for the next charge.
            await charges.conclude(conn, charge.id, "cancelled" if charge.live else charge.status, now)
    touched = sorted(debts) if outcome.under else [one.debt.id for one in outcome.covered]
    others = [other for other in await charges.live_of_debts(conn, touched, lock=True) if other.id != charge.id]
    for other in others:
        await close(conn, till, other, "cancelled")
    await _tell(conn, till, charge, outcome, payment.end_to_end_id, payment.amount, paid_at, others)
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


def _in_time(charge: Charge, paid_at: datetime) -> tuple[bool, int]:
    """Whether the charge could still be paid when it was, and how many days after a boleto's due date that was."""
    ended = charge.expires_at
    if charge.status == "cancelled" and charge.closed_at is not None:
        ended = min(ended, charge.closed_at)
    late = max(0, (paid_at.astimezone(BRASILIA).date() - charge.due_date).days) if charge.due_date else 0
    return paid_at <= ended + GRACE, late


def _decide_under(
    till: Till,
    charge: Charge,
    items: Sequence[ChargeItem],
    under: Under,
    debts: dict[int, Debt],
    amount: int,
    paid_at: datetime,
) -> _Outcome:
    """A payment for an agreement; one for all of its debts as they were before it, in time, is taken at its word and settles them."""
    in_time, days_late = _in_time(charge, paid_at)
    if not under.asked and {item.debt_id for item in items} == set(under.agreement.debt_ids) and in_time:
        settling = _decide(till, charge, items, debts, amount, paid_at)
        if settling.covered and all(one.allocation.settled for one in settling.covered):
            return replace(settling, under=under)
    as_quoted = in_time and bool(under.asked) and amount >= sum(one.cost(days_late) for one in under.asked)
    effect = agreed.decide(
        till, under, debts, amount, paid_at.astimezone(BRASILIA).date(), as_quoted=as_quoted, days_late=days_late
    )
    covered = tuple(
        _Covered(debt, allocation, 0, allocation.to_charges) for debt, allocation in effect.debts if allocation.applied
    )
    added = max(0, amount - effect.left - charge.amount) if as_quoted and days_late else 0
    if not effect.covered:
        return _Outcome("excess", "double", (), amount, under=under, effect=effect)
    if effect.left:
        return _Outcome("excess", "over" if in_time else "late", covered, effect.left, added, under, effect)
    if effect.complete:
        return _Outcome("applied", None if in_time else "late", covered, 0, added, under, effect)
    return _Outcome("partial", "under" if in_time else "late", covered, 0, under=under, effect=effect)


def _decide(
    till: Till,
    charge: Charge,
    items: Sequence[ChargeItem],
    debts: dict[int, Debt],
    amount: int,
    paid_at: datetime,
    *,
    quoted: bool = True,
) -> _Outcome:
    """A payment for debts themselves. `quoted`: whether the charge's price settles them; that of an instalment does not."""
    day = paid_at.astimezone(BRASILIA).date()
    in_time, days_late = _in_time(charge, paid_at)
    as_quoted = quoted and in_time and not charge.on_account and amount >= sum(item.cost(days_late) for item in items)
    left = amount
    covered: list[_Covered] = []
    for item in items:
        debt = debts[item.debt_id]
        due = owed(till.talk.ground, debt, day)
        if debt.status in ("paid", "closed") or due.gross <= 0 or left <= 0:
            continue
        price = min(item.cost(days_late), due.gross) if as_quoted else due.total or due.gross
        allocation = allocate(debt.state, due, min(left, price), settlement=price if as_quoted else None)
        interest = min(due.interest, allocation.to_charges)
        covered.append(_Covered(debt, allocation, allocation.to_charges - interest, interest))
        left -= allocation.applied
    owing = [item.debt_id for item in items if debts[item.debt_id].status not in ("paid", "closed")]
    settled = [one.debt.id for one in covered if one.allocation.settled]
    added = max(0, sum(one.allocation.applied for one in covered) - charge.amount) if as_quoted and days_late else 0
    if not covered:
        return _Outcome("excess", "double", (), amount)
    if left:
        return _Outcome("excess", "over" if in_time else "late", tuple(covered), left, added)
    if sorted(owing) == sorted(settled):
        return _Outcome("applied", None if in_time else "late", tuple(covered), 0, added)
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
    others: Sequence[Charge],
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
        first = await charges.settling_payment(conn, charge.id) if outcome.remark == "double" else None
        if outcome.under is not None and outcome.effect is not None and outcome.remark != "double":
            said += await agreed.words(conn, till, outcome.under, outcome.effect, _values(charge, outcome, amount, paid_at))
        else:
            said += _words(till, charge, outcome, debts, amount, paid_at, first, await _others(conn, till, charge, debts))
    here, source = charge.conversation_id, f"payment:{end_to_end_id}"
    words = {here: (source, said)}
    used_up = outcome.status != "partial" or (charge.on_account and amount >= charge.amount)
    if charge.activated_at is not None and charge.status != "paid" and outcome.covered and used_up:
        cards = await shown_cards(conn, charge)
        for shown in cards:
            if shown.turns:
                # A card turns to paid in every talk in which it was shown.
                status = {"reference": shown.reference, "status": "paid", "paid_at": paid_at.isoformat()}
                there = words.setdefault(shown.conversation_id, (f"{source}:{shown.conversation_id}", []))
                # Said once in full; of the same code's other cards in few words.
                again = any(one.response.startswith("utter_pix_card_paid") for one in there[1])
                there[1].append(Utterance("utter_pix_card_paid_too" if again else "utter_pix_card_paid", {"card_status": status}))
        # A card of another code for the same debts must not go on asking for money; one that carries both codes is paid.
        said += await _withdrawn(conn, others, kept=[shown.reference for shown in cards])
    # In one order for everybody, so that two payments of one person do not wait for each other.
    for conversation_id, (spoken_by, utterances) in sorted(words.items()):
        await reply(conn, till.talk, conversation_id, utterances, source=spoken_by, author="journey")
    await announce(conn, *words)


async def withdraw_cards(conn: AsyncConnection, till: Till, ended: Sequence[Charge]) -> None:
    """Take back the cards of charges that can no longer be paid though nobody paid them: the creditor closed their debts."""
    by_talk: dict[str, list[Charge]] = {}
    for charge in ended:
        if charge.conversation_id is not None:
            by_talk.setdefault(charge.conversation_id, []).append(charge)
    for conversation_id, charged in by_talk.items():
        said = await _withdrawn(conn, charged)
        if said:
            source = f"charge:{max(charge.id for charge in charged)}:withdrawn"
            await reply(conn, till.talk, conversation_id, said, source=source, author="journey")
            await announce(conn, conversation_id)


async def _withdrawn(conn: AsyncConnection, ended: Sequence[Charge], *, kept: Sequence[str] = ()) -> list[Utterance]:
    gone = {
        shown.reference
        for charge in ended
        if charge.code
        for shown in await shown_cards(conn, charge)
        if shown.conversation_id == charge.conversation_id
    }
    return [
        Utterance("utter_card_withdrawn", {"card_status": {"reference": reference, "status": "cancelled"}})
        for reference in sorted(gone - set(kept))
    ]


def _values(charge: Charge, outcome: _Outcome, amount: int, paid_at: datetime) -> dict[str, Any]:
    return {
        "amount": {"money": amount},
        "payee": charge.payee_name,
        "paid_at": {"instant": paid_at.isoformat()},
        "excess": {"money": outcome.excess},
    }


async def _others(conn: AsyncConnection, till: Till, charge: Charge, debts: dict[int, Debt]) -> int:
    """How many more debts of this person are open and may be collected: nobody is told that all is done while they are."""
    ground = till.talk.ground
    return sum(
        debt.status == "open" and debt.id not in debts and why_uncollectable(ground, debt) is None
        for debt in await debts_of(conn, charge.debtor_id)
    )


def _words(
    till: Till,
    charge: Charge,
    outcome: _Outcome,
    debts: dict[int, Debt],
    amount: int,
    paid_at: datetime,
    first: charges.Payment | None,
    others: int,
) -> list[Utterance]:
    values: dict[str, Any] = {
        **_values(charge, outcome, amount, paid_at),
        "done": [] if others else [{}],
        "others": [{"count": "uma conta" if others == 1 else f"{others} contas"}] if others else [],
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
    }
    if outcome.remark == "double":
        other = first is not None and first.means != charge.kind
        if other:
            values |= {"first_at": {"instant": first.paid_at.isoformat()}} if first else {}
        return [Utterance(f"utter_payment_double_{charge.kind}" if other else "utter_payment_double", values)]
    said = [Utterance("utter_payment_late", values)] if outcome.remark == "late" else []
    if outcome.added:
        said.append(Utterance("utter_boleto_paid_late", {**values, "added": {"money": outcome.added}}))
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
