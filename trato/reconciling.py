"""`trato reconcile`: one day of the store beside what the providers say of it, and every difference in words.

Compared are the payments of that day, both ways and by amount, and the charges that could be paid on it and count as payable here.
What is missing here can be looked into: it takes the way of a notification that never came, and the worker settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from payments import charges
from payments.boleto_notices import BOLETO, notice_of_boleto
from payments.boleto_provider import Boleto, BoletoProvider
from payments.notices import notice_of, store_notices
from payments.provider import PixCharge, PixError, PixProvider, ReceivedPix
from payments.reconcile import reconcile
from payments.till import Till
from receivables.brasilia import BRASILIA

Say = Callable[[str], None]


@dataclass(frozen=True)
class Recorded:
    """A payment as the store has it."""

    end_to_end_id: str
    amount: int


@dataclass(frozen=True)
class Payable:
    """A charge that counts as payable here. `ref` is the provider's name for it: the txid of a Pix."""

    id: int
    ref: str
    amount: int


@dataclass
class Day:
    """A day as asked for, and what was found."""

    start: datetime
    end: datetime
    differences: int = 0
    compared: int = 0

    @property
    def date(self) -> date:
        return self.start.date()


def day_of(day: date) -> Day:
    """The day from midnight to midnight in São Paulo."""
    return Day(datetime.combine(day, time(), BRASILIA), datetime.combine(day + timedelta(days=1), time(), BRASILIA))


async def run(engine: AsyncEngine, till: Till, day: date, *, repair: bool, say: Say) -> int:
    """Compare, tell `say` each difference and the counts last; returns the exit code: 1 if anything differs, or nobody answers.

    With `repair`, what is missing here is looked into. Opens its own transactions; the providers are asked outside of them.
    """
    asked = day_of(day)
    away = 0
    for name, provider in till.providers.items():
        try:
            await _pix(engine, till, name, provider, asked, repair, say)
        except PixError as trouble:
            away += 1
            say(f"{name}: no comparison, the provider does not answer well: {trouble}")
    for names, bank in _banks(till):
        try:
            await _boletos(engine, till, names, bank, asked, repair, say)
        except PixError as trouble:
            away += 1
            say(f"{names[0]}: no comparison, the provider does not answer well: {trouble}")
    if repair and asked.differences:
        try:
            await reconcile(engine, till, asked.start, asked.end)
        except PixError as trouble:
            say(f"not everything could be looked into: {trouble}")
        say("What was missing here is being looked into; the worker settles it.")
    silent = f", {away} not asked" if away else ""
    say(f"{day.isoformat()}: {asked.compared} compared, {asked.differences} differences{silent}")
    return 1 if asked.differences or away else 0


# ---------------------------------------------------------------------------------------------------------------- Pix


async def _pix(engine: AsyncEngine, till: Till, name: str, provider: PixProvider, day: Day, repair: bool, say: Say) -> None:
    theirs = {payment.end_to_end_id: payment for payment in await provider.payments_between(day.start, day.end) if payment.txid}
    async with engine.connect() as conn:
        here = await _payments(conn, [name], day)
        known = here | await _payments_by_id(conn, sorted(set(theirs) - set(here)))
        payable = await _payable(conn, [name], "pix", day)
    # A payment near midnight may lie on either side of it: only one that the provider does not know at all is a difference.
    for end_to_end_id in sorted(set(here) - set(theirs)):
        found = await provider.get_payment(end_to_end_id)
        if found is not None:
            theirs[end_to_end_id] = found
    lines = compare_payments(known, theirs)
    paid: list[ReceivedPix] = []
    for charge in payable:
        copy = await provider.get(charge.ref)
        lines += compare_pix(charge, copy)
        paid += copy.payments if copy is not None else ()
    _tell(day, name, lines, len(set(here) | set(theirs)) + len(payable), say)
    if repair:
        async with engine.begin() as conn:
            await store_notices(conn, till, name, [notice_of(payment) for payment in paid])


def compare_payments(here: Mapping[str, Recorded], theirs: Mapping[str, ReceivedPix]) -> list[str]:
    """Every difference between payments here and at the provider, by end-to-end id."""
    lines = []
    for end_to_end_id in sorted({*here, *theirs}):
        mine, other = here.get(end_to_end_id), theirs.get(end_to_end_id)
        if mine is None and other is not None:
            lines.append(f"payment {end_to_end_id} of {_money(other.amount)} is at the provider, unknown here")
        elif other is None and mine is not None:
            lines.append(f"payment {end_to_end_id} of {_money(mine.amount)} is here, unknown to the provider")
        elif mine is not None and other is not None and mine.amount != other.amount:
            amounts = f"{_money(mine.amount)} here, {_money(other.amount)} at the provider"
            lines.append(f"payment {end_to_end_id} has another amount: {amounts}")
    return lines


def compare_pix(charge: Payable, copy: PixCharge | None) -> list[str]:
    """Every difference between a charge that counts as payable here and the provider's copy of it."""
    if copy is None:
        return [f"charge {charge.id} ({charge.ref}) is active here, unknown to the provider"]
    lines = []
    if copy.status != "active":
        lines.append(f"charge {charge.id} ({charge.ref}) is active here, {copy.status} at the provider")
    if copy.amount != charge.amount:
        amounts = f"{_money(charge.amount)} here, {_money(copy.amount)} at the provider"
        lines.append(f"charge {charge.id} ({charge.ref}) has another amount: {amounts}")
    return lines


# ------------------------------------------------------------------------------------------------------------- boletos


def _banks(till: Till) -> list[tuple[list[str], BoletoProvider]]:
    """Each boleto bank once, with all names that it goes by."""
    names: dict[int, list[str]] = {}
    for name, bank in till.boletos.items():
        names.setdefault(id(bank), []).append(name)
    return [(found, till.boletos[found[0]]) for found in names.values()]


async def _boletos(
    engine: AsyncEngine, till: Till, names: Sequence[str], bank: BoletoProvider, day: Day, repair: bool, say: Say
) -> None:
    theirs = {boleto.ref: boleto for boleto in await bank.paid_between(day.date, day.date)}
    async with engine.connect() as conn:
        payable = await _payable(conn, names, "boleto", day)
        refs = {one.partition(".")[0] for one in await _payments(conn, names, day)} | {charge.ref for charge in payable}
        totals = {ref: await charges.received_under(conn, ref) for ref in sorted(refs | set(theirs))}
    for ref in sorted(refs - set(theirs)):
        found = await bank.get(ref)
        if found is not None:
            theirs[ref] = found
    active = {charge.ref: charge for charge in payable}
    lines = []
    for ref in sorted(refs | set(theirs)):
        lines += compare_boleto(ref, totals.get(ref, 0), active.get(ref), theirs.get(ref))
    _tell(day, names[0], lines, len(refs | set(theirs)), say)
    if repair:
        missing = [boleto for ref, boleto in theirs.items() if boleto.received > totals.get(ref, 0)]
        async with engine.begin() as conn:
            await store_notices(conn, till, BOLETO, [notice_of_boleto(boleto) for boleto in missing])


def compare_boleto(ref: str, recorded: int, charge: Payable | None, copy: Boleto | None) -> list[str]:
    """Every difference of one boleto: what was ever received on it, and whether it can be paid; `charge` if it can be here."""
    if copy is None:
        return [f"boleto {ref} is here, unknown to the bank"]
    lines = []
    if recorded != copy.received:
        lines.append(f"boleto {ref} received {_money(recorded)} here, {_money(copy.received)} at the bank")
    if charge is not None and copy.state != "open":
        lines.append(f"charge {charge.id} ({ref}) is active here, {copy.state} at the bank")
    if charge is not None and copy.amount != charge.amount:
        lines.append(
            f"charge {charge.id} ({ref}) has another amount: {_money(charge.amount)} here, {_money(copy.amount)} at the bank"
        )
    return lines


# ------------------------------------------------------------------------------------------------------------ the store


async def _payments(conn: AsyncConnection, providers: Sequence[str], day: Day) -> dict[str, Recorded]:
    rows = await conn.execute(
        text("""select end_to_end_id, amount from payments
                where provider = any(:providers) and paid_at >= :start and paid_at < :end"""),
        {"providers": list(providers), "start": day.start, "end": day.end},
    )
    return {row.end_to_end_id: Recorded(row.end_to_end_id, row.amount) for row in rows}


async def _payments_by_id(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, Recorded]:
    rows = await conn.execute(
        text("select end_to_end_id, amount from payments where end_to_end_id = any(:ids)"), {"ids": list(ids)}
    )
    return {row.end_to_end_id: Recorded(row.end_to_end_id, row.amount) for row in rows}


async def _payable(conn: AsyncConnection, providers: Sequence[str], kind: str, day: Day) -> list[Payable]:
    rows = await conn.execute(
        text("""select id, case kind when 'pix' then txid else provider_ref end ref, amount from charges
                where provider = any(:providers) and kind = :kind and status = 'active' and activated_at < :end and expires_at >= :start
                and (kind = 'pix' or provider_ref is not null) order by id"""),
        {"providers": list(providers), "kind": kind, "start": day.start, "end": day.end},
    )
    return [Payable(row.id, row.ref, row.amount) for row in rows]


def _tell(day: Day, name: str, lines: Sequence[str], compared: int, say: Say) -> None:
    day.differences += len(lines)
    day.compared += compared
    for line in lines:
        say(f"{name}: {line}")


def _money(centavos: int) -> str:
    return f"{centavos // 100}.{centavos % 100:02d}"
