"""What a bank's notice about a boleto leads to: paid, expired, cancelled, moved. Its own answer decides, the notice only points.

A bank tells how much was received on a boleto in all. What is more than we have recorded is a payment; where several notices tell
of several totals on the way there, each step is a payment of its own. A payment's id is the bank's name for the charge and the
total that was reached by it: the same at every look, for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.alarms import raise_alarm
from conversations.conversation import live_proof
from conversations.handover import announce
from conversations.reply import reply
from conversations.wording import Utterance
from payments import charges
from payments.boleto_at_bank import adopt_due_date
from payments.boleto_notices import BOLETO
from payments.boleto_paper import boleto_pdf
from payments.boleto_provider import Boleto, BoletoProvider
from payments.charges import Charge
from payments.issue import close
from payments.notices import UNKNOWN_TRIES, finish_notice, postpone_notice, take_notice
from payments.provider import ReceivedPix, Refused, Unavailable
from payments.record import record
from payments.till import Till
from payments.trouble import ALARM_AFTER, wait_after
from receivables.brasilia import BRASILIA


async def settle_boleto(engine: AsyncEngine, till: Till, notice_id: int) -> None:
    """Look into one notice about a boleto and do what it calls for, once. Opens its own transactions; asks outside of any."""
    async with engine.begin() as conn:
        notice = await take_notice(conn, notice_id)
        if notice.state != "pending" or notice.txid is None:
            return
        told: Mapping[str, Any] = notice.body.get("told") or {}
        attempts = notice.attempts + 1
        now = till.talk.ground.clock.now()
        await postpone_notice(conn, notice_id, attempts, now + wait_after(attempts) + timedelta(seconds=60))
        charge = await _charge(conn, notice.txid, told.get("our_number"))
    bank = _bank(till, charge)
    try:
        if bank is None:
            raise Unavailable("there is no boleto provider in the settings")
        found = await bank.get(notice.txid)
        moved = charge is not None and found is not None and found.state == "open" and found.due_date != charge.due_date
        pdf = await boleto_pdf(engine, till, bank, charge, found) if moved and charge and found else None
    except (Unavailable, Refused) as trouble:
        async with engine.begin() as conn:
            now = till.talk.ground.clock.now()
            await postpone_notice(conn, notice_id, attempts, now + wait_after(attempts))
            if attempts >= ALARM_AFTER:
                subject = charge.provider if charge else BOLETO
                await raise_alarm(conn, "boleto_provider_down", str(trouble), now, subject=subject)
        return
    async with engine.begin() as conn:
        notice = await take_notice(conn, notice_id)
        if notice.state != "pending":
            return
        now = till.talk.ground.clock.now()
        if found is None or found.ref != notice.txid or found.received < int(told.get("received") or 0):
            if attempts < UNKNOWN_TRIES:
                await postpone_notice(conn, notice_id, attempts, now + wait_after(attempts))
                return
            await finish_notice(conn, notice_id, "set_aside", "the bank does not know of this")
            await raise_alarm(
                conn, "payment_unknown_at_provider", "a notice tells of a boleto or a payment that its bank does not know", now,
                subject=f"notice:{notice_id}",
            )  # fmt: skip
            return
        charge = await _charge(conn, found.ref, found.our_number)
        await _payments(conn, till, charge, found)
        if charge is not None:
            if charge.provider_ref is None:
                await charges.name_at_provider(conn, charge.id, found.ref)
            await _state(conn, till, charge.id, found, pdf)
        await finish_notice(conn, notice_id, "done", found.state)


async def _charge(conn: AsyncConnection, ref: str, our_number: object) -> Charge | None:
    charge = await charges.by_provider_ref(conn, ref)
    if charge is None and isinstance(our_number, str):
        charge = await charges.by_our_number(conn, our_number)
    return charge


def _bank(till: Till, charge: Charge | None) -> BoletoProvider | None:
    if charge is not None:
        return till.boletos.get(charge.provider)
    return next(iter(till.boletos.values()), None)


# ------------------------------------------------------------------------------------------------ money


async def _payments(conn: AsyncConnection, till: Till, charge: Charge | None, found: Boleto) -> None:
    """Record what was received beyond what is recorded, one payment for each total that the bank told of."""
    # One look at a time for one boleto: what is recorded must not change between reading and writing.
    await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": f"boleto:{found.ref}"})
    recorded = await charges.received_under(conn, found.ref)
    if found.received <= recorded:
        return
    totals = await _totals(conn, found.ref)
    for total in sorted({*(one for one in totals if recorded < one < found.received), found.received}):
        paid_at = _paid_at(found, totals.get(total), last=total == found.received)
        await record(
            conn,
            till,
            charge.provider if charge else BOLETO,
            ReceivedPix(
                end_to_end_id=payment_id(found.ref, total),
                txid=charge.txid if charge else None,
                amount=total - recorded,
                paid_at=min(paid_at, till.talk.ground.clock.now()),
            ),
            means="boleto",
        )
        recorded = total


def payment_id(ref: str, total: int) -> str:
    """The id of the payment that brought a boleto's total to so many centavos."""
    return f"{ref}.{total}"


async def _totals(conn: AsyncConnection, ref: str) -> dict[int, str | None]:
    """The totals that notices told of, and when each was reached."""
    rows = await conn.execute(
        text("""select body->'told'->>'received' received, max(body->'told'->>'at') at from payment_notices
                where provider = :boleto and txid = :ref and body->'told'->>'received' ~ '^[0-9]{1,15}$' group by 1"""),
        {"boleto": BOLETO, "ref": ref},
    )
    return {int(row.received): row.at for row in rows}


def _paid_at(found: Boleto, told: str | None, *, last: bool) -> datetime:
    """When it was paid: the bank's day, with the hour that its notice told where the two agree; else that day's noon."""
    day = found.paid_on or date.max
    if told is not None:
        try:
            at = datetime.fromisoformat(told)
        except ValueError:
            pass
        else:
            # The bank writes its own local time, at times without saying so.
            at = (at if at.tzinfo else at.replace(tzinfo=BRASILIA)).astimezone(UTC)
            on = at.astimezone(BRASILIA).date()
            if on == found.paid_on or (not last and on <= day):
                return at
    if found.paid_on is None:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(found.paid_on, time(12), BRASILIA)


# ------------------------------------------------------------------------------------------------ what else may have happened


async def _state(conn: AsyncConnection, till: Till, charge_id: int, found: Boleto, pdf: bytes | None) -> None:
    """Follow the bank: a boleto that it ended ends here, one that it moved is moved."""
    charge = await charges.get(conn, charge_id, lock=True)
    now = till.talk.ground.clock.now()
    if charge.status != "active":
        return
    if found.state == "expired":
        await close(conn, till, charge, "expired")
    elif found.state in ("cancelled", "rejected"):
        await close(conn, till, charge, "cancelled")
        why = f"{found.state}: {found.why or 'no reason given'}"
        await raise_alarm(conn, "boleto_ended_by_bank", why, now, subject=f"charge:{charge.id}")
        await _tell(conn, till, charge, Utterance("utter_boleto_withdrawn", {"due": {"date": str(charge.due_date)}}), "withdrawn")
    elif found.state == "open" and found.due_date != charge.due_date and charge.wanted_due_date is None:
        await adopt_due_date(conn, till, charge, found, pdf)


async def _tell(conn: AsyncConnection, till: Till, charge: Charge, said: Utterance, event: str) -> None:
    if charge.conversation_id is None:
        return
    proof = await live_proof(conn, charge.conversation_id, till.talk.ground.clock.now())
    if proof is None or proof.debtor_id != charge.debtor_id:
        said = Utterance("utter_payment_changed_neutral")
    await reply(conn, till.talk, charge.conversation_id, [said], source=f"charge:{charge.id}:{event}", author="journey")
    await announce(conn, charge.conversation_id)
