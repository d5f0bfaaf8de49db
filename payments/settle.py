"""A notice that a payment arrived, looked into: it only says where to look; the provider's own answer settles (`payments.record`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.alarms import raise_alarm
from conversations.conversation import live_proof
from conversations.handover import announce
from conversations.reply import reply
from conversations.wording import Utterance
from payments import charges
from payments.boleto_notices import BOLETO
from payments.boleto_settle import settle_boleto
from payments.notices import UNKNOWN_TRIES, KeptNotice, finish_notice, postpone_notice, take_notice
from payments.provider import ReceivedPix, Refused, Unavailable
from payments.record import record
from payments.till import Till
from payments.trouble import ALARM_AFTER, wait_after


async def settle(engine: AsyncEngine, till: Till, notice_id: int) -> None:
    """Look into one notice and do what it calls for, once. Opens its own transactions; the provider is asked outside of any.

    The worker's task. A provider that is down, or does not know the payment yet, is asked again with growing waits (the sweep
    calls); what it goes on not knowing is set aside with an alarm.
    """
    async with engine.begin() as conn:
        notice = await take_notice(conn, notice_id)
        if notice.state != "pending":
            return
        boleto = notice.provider == BOLETO
    if boleto:
        await settle_boleto(engine, till, notice_id)
        return
    async with engine.begin() as conn:
        notice = await take_notice(conn, notice_id)
        if notice.state != "pending":
            return
        attempts = notice.attempts + 1
        now = till.talk.ground.clock.now()
        await postpone_notice(conn, notice_id, attempts, now + wait_after(attempts) + timedelta(seconds=60))
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
            await postpone_notice(conn, notice_id, attempts, now + wait_after(attempts))
            if attempts >= ALARM_AFTER:
                await raise_alarm(conn, "pix_provider_down", str(trouble), now, subject=notice.provider)
        return
    known = payment is not None and (made is None or made.status == "concluded" or _holds(made.payments, payment))
    async with engine.begin() as conn:
        notice = await take_notice(conn, notice_id)
        if notice.state != "pending":
            return
        now = till.talk.ground.clock.now()
        if payment is None or not known or payment.end_to_end_id != notice.end_to_end_id:
            if attempts < UNKNOWN_TRIES:
                await postpone_notice(conn, notice_id, attempts, now + wait_after(attempts))
                return
            await finish_notice(conn, notice_id, "set_aside", "the provider does not know this payment")
            await raise_alarm(
                conn, "payment_unknown_at_provider", "a notice tells of a payment that the provider does not know", now,
                subject=f"notice:{notice_id}",
            )  # fmt: skip
            return
        if notice.refund_id is not None:
            await _refund(conn, till, notice, payment, now)
            return
        await record(conn, till, notice.provider, payment)
        await finish_notice(conn, notice_id, "done", None)


# ------------------------------------------------------------------------------------------------ refunds, notices


async def _refund(conn: AsyncConnection, till: Till, notice: KeptNotice, payment: ReceivedPix, now: datetime) -> None:
    """Money that went back, or could not: a human decides what it means for the debt; nothing is undone by itself."""
    refund = next((one for one in payment.refunds if one.id == notice.refund_id), None)
    state = refund.status if refund else "processing"
    await finish_notice(conn, notice.id, "done", f"refund {state}")
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
