"""The worker's part of a charge: made at the provider, checked and said; closed there once it is closed here.

The provider is asked outside of any transaction, an attempt is counted before it is made, and everything is repeated under the
same txid: killed at any point, the next call finds the provider's copy and goes on from there.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from codes import pix
from conversations import audit
from conversations.alarms import raise_alarm
from conversations.handover import announce
from payments import charges
from payments.boleto_at_bank import close_boleto, create_boleto
from payments.charges import Charge
from payments.issue import LOST_JOB, close
from payments.notices import notice_of, store_notices
from payments.payee import is_described
from payments.present import present
from payments.provider import PixCharge, PixProvider, PixRequest, Refused, Unavailable
from payments.till import Till
from payments.trouble import ALARM_AFTER, give_up, later, say, wait_after
from receivables.store import debtor_document, get_debtor, get_debts


async def create_at_provider(engine: AsyncEngine, till: Till, charge_id: int) -> None:
    """Make a pending charge at the provider, check its code and say it; move a boleto's due date. Opens its own transactions.

    The provider is asked outside of any transaction. Killed at any point, the next call finds the provider's copy under our txid.
    A provider that is down is asked again with growing waits until the charge expires; a charge that it refuses, or a code that
    differs from the charge, is never said: the person and an operator are told.
    """
    if await _is_boleto(engine, charge_id):
        await create_boleto(engine, till, charge_id)
        return
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        if charge.status != "pending":
            return
        now = till.talk.ground.clock.now()
        if charge.expires_at <= now:
            await give_up(conn, till, charge, "expired before the provider could make it")
            return
        attempts = await charges.begin_attempt(conn, charge_id, now + wait_after(charge.attempts + 1) + LOST_JOB)
        request = await _request(conn, till, charge, now)
    provider = till.providers.get(charge.provider)
    try:
        if provider is None:
            raise Unavailable(f"there is no provider {charge.provider} in the settings")
        made = await _make(provider, request, again=attempts > 1)
    except Unavailable as trouble:
        async with engine.begin() as conn:
            await later(conn, till, charge_id, attempts, trouble)
        return
    except Refused as refused:
        async with engine.begin() as conn:
            charge = await charges.get(conn, charge_id, lock=True)
            if charge.status == "pending":
                await give_up(conn, till, charge, f"refused by the provider: {refused}")
        return
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        if charge.status != "pending":
            # Closed while the provider made it: its copy may be newer than the closing.
            if charge.status not in ("paid", "active"):
                await close(conn, till, charge, "expired" if charge.status == "expired" else "cancelled")
            return
        code = made.code or _code_at(made, charge)
        charge = await _with_the_accounts_holder(conn, till, charge, code)
        differences = compare(charge, made, code)
        if differences:
            why = "; ".join(f"{d.field}: expected {d.expected}, found {d.found}" for d in differences)
            await give_up(conn, till, charge, f"the code differs from the charge: {why}", kind="pix_code_differs")
            return
        now = till.talk.ground.clock.now()
        charge = await charges.activate(conn, charge_id, code, made.location or pix.decode(code).location, now)
        if charge.conversation_id:
            await say(conn, till, charge, "active", await present(conn, till, charge))
            await announce(conn, charge.conversation_id)
        await audit.record(
            conn,
            "worker",
            "charge.active",
            f"charge:{charge.id}",
            {"txid": charge.txid, "amount": charge.amount, "code_sha256": _digest(code)},
            now,
            tenant_id=charge.tenant_id,
        )


async def _is_boleto(engine: AsyncEngine, charge_id: int) -> bool:
    async with engine.connect() as conn:
        return (await charges.get(conn, charge_id)).kind == "boleto"


async def _make(provider: PixProvider, request: PixRequest, *, again: bool) -> PixCharge:
    found = await provider.get(request.txid) if again else None
    return found or await provider.create(request)


async def _request(conn: AsyncConnection, till: Till, charge: Charge, now: datetime) -> PixRequest:
    debtor = await get_debtor(conn, charge.debtor_id)
    return PixRequest(
        txid=charge.txid,
        amount=charge.amount,
        key=charge.pix_key or "",
        expires_in=max(1, int((charge.expires_at - now).total_seconds())),
        payer_document=debtor_document(till.talk.ground, debtor),
        payer_name=debtor.name,
    )


def _code_at(made: PixCharge, charge: Charge) -> str:
    """The code of a provider that only tells the location, as older versions of the API allow."""
    if not made.location:
        return ""
    place = made.location.partition("://")[2] or made.location
    try:
        return pix.encode_dynamic(location=place, name=pix.payee_name(charge.payee_name), city="BRASIL", amount=charge.amount)
    except pix.PixCodeError:
        return ""


async def _with_the_accounts_holder(conn: AsyncConnection, till: Till, charge: Charge, code: str) -> Charge:
    """A creditor that no policy describes is paid through the one account that is set up: the collector's, or the creditor's own.

    Which of the two it is only the bank knows, and its code tells; anybody else's name stays a difference.
    """
    items = await charges.items_of(conn, charge.id)
    (debt,) = await get_debts(conn, [items[0].debt_id])
    if is_described(till, debt.creditor_cnpj, debt.portfolio):
        return charge
    try:
        holder = pix.decode(code).name
    except pix.PixCodeError:
        return charge
    if pix.same_name(charge.payee_name, holder) or not pix.same_name(debt.creditor_name, holder):
        return charge
    return await charges.name_payee(conn, charge.id, debt.creditor_name, debt.creditor_cnpj)


def compare(charge: Charge, made: PixCharge, code: str) -> list[pix.Difference]:
    """In what the provider's charge and its code differ from ours; empty when the code may leave."""
    differences = [
        pix.Difference(field, str(expected), str(found))
        for field, expected, found in (
            ("charge.status", "active", made.status),
            ("charge.txid", charge.txid, made.txid),
            ("charge.amount", charge.amount, made.amount),
            ("charge.key", charge.pix_key, made.key),
        )
        if expected != found and not (field == "charge.key" and not found)
    ]
    differences += pix.check(code, amount=charge.amount, payee_name=charge.payee_name, location=made.location, txid=charge.txid)
    if not differences and pix.decode(code).kind != "dynamic":
        differences.append(pix.Difference("kind", "dynamic", pix.decode(code).kind))
    return differences


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


async def close_at_provider(engine: AsyncEngine, till: Till, charge_id: int) -> None:
    """Make sure that a closed charge cannot be paid at the provider either. Opens its own transactions.

    Gone already is well; paid meanwhile leads to settling; a provider that is down is asked again with growing waits.
    """
    if await _is_boleto(engine, charge_id):
        await close_boleto(engine, till, charge_id)
        return
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        now = till.talk.ground.clock.now()
        if charge.status not in ("expired", "cancelled") or charge.provider_closed_at is not None:
            return
        if charge.attempts == 0:
            # The provider never heard of it: an attempt is counted before it is made.
            await charges.closed_at_provider(conn, charge_id, now)
            return
        attempts = await charges.begin_attempt(conn, charge_id, now + wait_after(charge.attempts) + LOST_JOB)
    provider = till.providers.get(charge.provider)
    refused: Refused | None = None
    found: PixCharge | None = None
    try:
        if provider is None:
            raise Unavailable(f"there is no provider {charge.provider} in the settings")
        found = await provider.get(charge.txid)
        if found is not None and found.status == "active":
            try:
                await provider.cancel(charge.txid)
            except Refused as no:
                refused = no
                found = await provider.get(charge.txid)
    except Unavailable as trouble:
        async with engine.begin() as conn:
            now = till.talk.ground.clock.now()
            await charges.postpone(conn, charge_id, now + wait_after(attempts))
            if attempts >= ALARM_AFTER:
                await raise_alarm(conn, "pix_provider_down", str(trouble), now, subject=charge.provider)
        return
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        now = till.talk.ground.clock.now()
        if charge.provider_closed_at is not None or charge.status not in ("expired", "cancelled"):
            return
        if refused is not None and found is not None and found.status == "active" and charge.expires_at > now:
            await charges.postpone(conn, charge_id, min(now + wait_after(attempts), charge.expires_at))
            await raise_alarm(conn, "pix_not_removed", str(refused), now, subject=f"charge:{charge_id}")
            return
        await charges.closed_at_provider(conn, charge_id, now)
        if found is not None and found.payments:
            await store_notices(conn, till, charge.provider, [notice_of(payment) for payment in found.payments])
