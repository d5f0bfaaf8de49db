"""The worker's part of a boleto: registered at its bank, its codes checked, said; moved when asked; closed there once closed here.

A bank knows no idempotency key: an attempt is counted before it is made, and from the second on the bank is first searched for
our own number. The bank's name for a charge is written down the moment it is known.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from codes import boleto as slips
from conversations import audit
from conversations.alarms import raise_alarm
from conversations.handover import announce
from conversations.wording import Utterance
from payments import charges
from payments.boleto_notices import notice_of_boleto
from payments.boleto_paper import boleto_pdf
from payments.boleto_provider import Boleto, BoletoProvider, BoletoRequest, FinalPayee, Payer
from payments.charges import Charge
from payments.issue import LOST_JOB, close, days_after_due, end_of_boleto
from payments.notices import store_notices
from payments.present import present_boleto
from payments.provider import Refused, Unavailable
from payments.till import Till
from payments.trouble import ALARM_AFTER, give_up, later, postpone, say, wait_after
from receivables.brasilia import BRASILIA
from receivables.store import debtor_document, get_debtor

LOOK_AGAIN = timedelta(seconds=1)
"""How soon a bank that is still registering is asked again; the sweep adds its own rhythm."""

PATIENCE = timedelta(seconds=60)
"""How long registering may take before the person hears of it."""


class NoBank(Unavailable):
    """The settings name no such boleto provider."""


async def create_boleto(engine: AsyncEngine, till: Till, charge_id: int) -> None:
    """Register a pending boleto, or move the due date of an active one. Opens its own transactions; asks outside of any."""
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        moving = charge.status == "active" and charge.wanted_due_date is not None
        if charge.status != "pending" and not moving:
            return
        now = till.talk.ground.clock.now()
        if charge.expires_at <= now and not moving:
            await give_up(conn, till, charge, "expired before the bank could register it")
            return
        attempts = await charges.begin_attempt(conn, charge_id, now + wait_after(charge.attempts + 1) + LOST_JOB)
        request = await _request(conn, till, charge)
    try:
        bank = _bank(till, charge)
        found = await (_move(bank, charge) if moving else _register(engine, till, bank, charge, request, again=attempts > 1))
    except Unavailable as trouble:
        async with engine.begin() as conn:
            if moving:
                await postpone(conn, till, charge, attempts, trouble)
            else:
                await later(conn, till, charge_id, attempts, trouble)
        return
    except Refused as refused:
        async with engine.begin() as conn:
            charge = await charges.get(conn, charge_id, lock=True)
            if moving:
                await _not_moved(conn, till, charge, f"refused by the bank: {refused}")
            elif charge.status == "pending":
                await give_up(conn, till, charge, f"refused by the bank: {refused}")
        return
    if moving:
        await _moved(engine, till, bank, charge_id, found)
    else:
        await _registered(engine, till, bank, charge_id, found)


def _bank(till: Till, charge: Charge) -> BoletoProvider:
    bank = till.boletos.get(charge.provider)
    if bank is None:
        raise NoBank(f"there is no boleto provider {charge.provider} in the settings")
    return bank


async def _request(conn: AsyncConnection, till: Till, charge: Charge) -> BoletoRequest:
    debtor = await get_debtor(conn, charge.debtor_id)
    row = (
        await conn.execute(text("select address, city, state, postal_code from debtors where id = :id"), {"id": charge.debtor_id})
    ).one()
    items = await charges.items_of(conn, charge.id)
    assert charge.due_date is not None
    assert charge.our_number is not None
    return BoletoRequest(
        our_number=charge.our_number,
        amount=charge.amount,
        due_date=charge.due_date,
        pay_until_days=days_after_due(charge),
        payer=Payer(
            document=debtor_document(till.talk.ground, debtor),
            name=debtor.name,
            address=row.address or "",
            city=row.city or "",
            state=(row.state or "").upper(),
            postal_code=row.postal_code or "",
        ),
        payee=FinalPayee(charge.payee_document, charge.payee_name),
        late_fine=sum(item.late_fine for item in items),
        late_interest_day=sum(item.late_interest_day for item in items),
    )


async def _register(
    engine: AsyncEngine, till: Till, bank: BoletoProvider, charge: Charge, request: BoletoRequest, *, again: bool
) -> Boleto:
    """The bank's boleto for this charge, made only when it has none; one too many, made when an answer was lost, is cancelled."""
    ref = charge.provider_ref
    if ref is None and again:
        usable = [
            one for one in await bank.find(request.our_number, charge.created_at.astimezone(BRASILIA).date()) if _lives(one)
        ]
        if usable:
            ref = usable[0].ref
            for extra in usable[1:]:
                await bank.cancel(extra.ref, "ACERTOS")
    if ref is None:
        ref = await bank.issue(request)
    if ref != charge.provider_ref:
        async with engine.begin() as conn:
            await charges.name_at_provider(conn, charge.id, ref)
    found = await bank.get(ref)
    if found is None:
        raise Unavailable("the bank does not know yet what it has just taken")
    return found


def _lives(boleto: Boleto) -> bool:
    return boleto.state in ("pending", "open", "paid")


async def _registered(engine: AsyncEngine, till: Till, bank: BoletoProvider, charge_id: int, found: Boleto) -> None:
    if found.state == "pending":
        async with engine.begin() as conn:
            charge = await charges.get(conn, charge_id, lock=True)
            if charge.status == "pending":
                await _look_again(conn, till, charge)
            elif charge.status != "active":
                await close(conn, till, charge, "expired" if charge.status == "expired" else "cancelled")
        return
    async with engine.connect() as conn:
        charge = await charges.get(conn, charge_id)
    differences = compare(charge, found)
    pdf = None if differences or charge.status != "pending" else await boleto_pdf(engine, till, bank, charge, found)
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        if charge.status != "pending":
            # Closed while the bank registered it: its copy may be newer than the closing.
            if charge.status not in ("paid", "active"):
                await close(conn, till, charge, "expired" if charge.status == "expired" else "cancelled")
            return
        if found.state in ("rejected", "cancelled", "expired"):
            await give_up(conn, till, charge, f"{found.state} by the bank: {found.why or 'no reason given'}")
            return
        if differences:
            why = "; ".join(f"{d.field}: expected {d.expected}, found {d.found}" for d in differences)
            await give_up(conn, till, charge, f"the codes differ from the charge: {why}", kind="boleto_code_differs")
            return
        assert found.line is not None
        assert found.barcode is not None
        now = till.talk.ground.clock.now()
        charge = await charges.activate_boleto(
            conn, charge_id, line=found.line, barcode=found.barcode, bank_number=found.bank_number, now=now
        )
        if pdf is not None:
            charge = await _keep(conn, till, charge, pdf)
        if charge.conversation_id:
            await say(conn, till, charge, "active", await present_boleto(conn, till, charge))
            await announce(conn, charge.conversation_id)
        if found.received:
            await store_notices(conn, till, "boleto", [notice_of_boleto(found)])
        await audit.record(
            conn,
            "worker",
            "charge.active",
            f"charge:{charge.id}",
            {
                "our_number": charge.our_number,
                "amount": charge.amount,
                "code_sha256": hashlib.sha256(found.line.encode()).hexdigest(),
            },
            now,
            tenant_id=charge.tenant_id,
        )


async def _look_again(conn: AsyncConnection, till: Till, charge: Charge) -> None:
    now = till.talk.ground.clock.now()
    waited = now - charge.created_at
    await charges.look_again(conn, charge.id, now + max(LOOK_AGAIN, min(waited / 10, timedelta(minutes=10))))
    if waited > PATIENCE:
        await say(conn, till, charge, "delayed", [Utterance("utter_boleto_delayed")])
        await raise_alarm(conn, "boleto_pending", "the bank is still registering it", now, subject=f"charge:{charge.id}")


def compare(charge: Charge, found: Boleto) -> list[slips.Difference]:
    """In what the bank's boleto and its codes differ from our charge; empty when they may leave."""
    differences = [
        slips.Difference(field, str(expected), str(told))
        for field, expected, told in (
            ("our_number", charge.our_number, found.our_number),
            ("amount", charge.amount, found.amount),
            ("due_date", charge.wanted_due_date or charge.due_date, found.due_date),
            ("payee", charge.payee_document, found.payee_document or charge.payee_document),
        )
        if expected != told
    ]
    if found.state in ("rejected", "cancelled", "expired"):
        return differences
    return differences + slips.check(
        found.line or "",
        found.barcode or "",
        amount=charge.amount,
        due_date=charge.wanted_due_date or charge.due_date,
        bank=found.bank,
        our_number=found.bank_number,
    )


# ------------------------------------------------------------------------------------------------ another due date


async def _move(bank: BoletoProvider, charge: Charge) -> Boleto:
    """Ask for the due date that is wanted, unless the bank has it already; what it has then."""
    assert charge.wanted_due_date is not None
    assert charge.provider_ref is not None
    found = await bank.get(charge.provider_ref)
    if found is not None and found.state == "open" and found.due_date != charge.wanted_due_date:
        await bank.change_due_date(charge.provider_ref, charge.wanted_due_date)
        found = await bank.get(charge.provider_ref)
    if found is None:
        raise Unavailable("the bank does not know the boleto")
    return found


async def _moved(engine: AsyncEngine, till: Till, bank: BoletoProvider, charge_id: int, found: Boleto) -> None:
    async with engine.connect() as conn:
        charge = await charges.get(conn, charge_id)
    if found.due_date != charge.wanted_due_date and found.state in ("open", "pending"):
        async with engine.begin() as conn:
            # Taken, and not done yet.
            charge = await charges.get(conn, charge_id, lock=True)
            await charges.look_again(conn, charge_id, till.talk.ground.clock.now() + LOOK_AGAIN)
        return
    pdf = await boleto_pdf(engine, till, bank, charge, found)
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        if charge.status != "active" or charge.wanted_due_date is None:
            return
        if found.state != "open":
            await _not_moved(conn, till, charge, f"it is {found.state} at the bank")
            if found.received:
                await store_notices(conn, till, "boleto", [notice_of_boleto(found)])
            return
        await adopt_due_date(conn, till, charge, found, pdf)


async def _not_moved(conn: AsyncConnection, till: Till, charge: Charge, why: str) -> None:
    """The old due date stays, and an operator knows."""
    now = till.talk.ground.clock.now()
    await conn.execute(text("update charges set wanted_due_date = null, retry_at = null where id = :id"), {"id": charge.id})
    await raise_alarm(conn, "boleto_not_moved", why, now, subject=f"charge:{charge.id}")
    await say(
        conn, till, charge, f"not_moved:{charge.wanted_due_date}",
        [Utterance("utter_boleto_not_moved", {"due": {"date": str(charge.due_date)}})],
    )  # fmt: skip


async def adopt_due_date(conn: AsyncConnection, till: Till, charge: Charge, found: Boleto, pdf: bytes | None) -> None:
    """Take over the due date that the bank has by now, with its new codes, and say so. The caller has locked the charge."""
    now = till.talk.ground.clock.now()
    assert charge.due_date is not None
    due = found.due_date
    differences = [one for one in compare(charge, found) if charge.wanted_due_date is not None or one.field != "due_date"]
    differences += slips.check(found.line or "", found.barcode or "", amount=charge.amount, due_date=due, bank=found.bank)
    if differences:
        why = "; ".join(f"{d.field}: expected {d.expected}, found {d.found}" for d in differences)
        await give_up(conn, till, charge, f"the moved boleto differs: {why}", kind="boleto_code_differs")
        return
    charge = await charges.move_due_date(
        conn,
        charge.id,
        due_date=due,
        expires_at=end_of_boleto(due, days_after_due(charge)),
        line=found.line or "",
        barcode=found.barcode or "",
    )
    if pdf is not None:
        charge = await _keep(conn, till, charge, pdf)
    if charge.conversation_id:
        moved = Utterance("utter_boleto_moved", {"due": {"date": due.isoformat()}})
        await say(conn, till, charge, f"moved:{due}", [moved, *await present_boleto(conn, till, charge)])
        await announce(conn, charge.conversation_id)
    await audit.record(
        conn, "worker", "charge.moved", f"charge:{charge.id}", {"due_date": due.isoformat()}, now, tenant_id=charge.tenant_id
    )


# ------------------------------------------------------------------------------------------------ the PDF


async def _keep(conn: AsyncConnection, till: Till, charge: Charge, pdf: bytes) -> Charge:
    """Write the PDF where only its random name leads, and remember it."""
    assert till.documents is not None
    path = Path("boletos") / f"{charge.txid}-{charge.due_date}.pdf"
    target = till.documents / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_suffix(".part")
    draft.write_bytes(pdf)
    draft.replace(target)
    return await charges.keep_document(conn, charge.id, str(path))


# ------------------------------------------------------------------------------------------------ closing


async def close_boleto(engine: AsyncEngine, till: Till, charge_id: int) -> None:
    """Make sure that a closed boleto cannot be paid at its bank either; paid meanwhile leads to settling."""
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        now = till.talk.ground.clock.now()
        if charge.status not in ("expired", "cancelled") or charge.provider_closed_at is not None:
            return
        if charge.attempts == 0:
            # The bank never heard of it: an attempt is counted before it is made.
            await charges.closed_at_provider(conn, charge_id, now)
            return
        attempts = await charges.begin_attempt(conn, charge_id, now + wait_after(charge.attempts) + LOST_JOB)
    refused: Refused | None = None
    try:
        bank = _bank(till, charge)
        copies = await _copies(bank, charge)
        for copy in copies:
            if copy.state == "open":
                try:
                    await bank.cancel(copy.ref, "SUBSTITUICAO" if charge.replaced_by else "ACERTOS")
                except Refused as no:
                    refused = no
        copies = await _copies(bank, charge) if copies else copies
    except Unavailable as trouble:
        async with engine.begin() as conn:
            await postpone(conn, till, charge, attempts, trouble)
        return
    async with engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        now = till.talk.ground.clock.now()
        if charge.provider_closed_at is not None or charge.status not in ("expired", "cancelled"):
            return
        for copy in copies:
            if copy.received:
                await store_notices(conn, till, "boleto", [notice_of_boleto(copy)])
        if any(copy.state == "pending" for copy in copies):
            await charges.postpone(conn, charge_id, now + LOOK_AGAIN)
            return
        if any(copy.state == "open" for copy in copies) and charge.expires_at > now:
            await charges.postpone(conn, charge_id, min(now + wait_after(attempts), charge.expires_at))
            if refused is not None or attempts >= ALARM_AFTER:
                why = str(refused or "cancelled, and still open")
                await raise_alarm(conn, "boleto_not_cancelled", why, now, subject=f"charge:{charge_id}")
            return
        await charges.closed_at_provider(conn, charge_id, now)


async def _copies(bank: BoletoProvider, charge: Charge) -> list[Boleto]:
    """What the bank has of this charge: by its own name, else by our number (an answer may have been lost)."""
    if charge.provider_ref is not None:
        found = await bank.get(charge.provider_ref)
        return [found] if found else []
    assert charge.our_number is not None
    return await bank.find(charge.our_number, charge.created_at.astimezone(BRASILIA).date())
