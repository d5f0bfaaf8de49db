"""A registered boleto as paper: ours, where it can be drawn; else the bank's own."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from codes import pix
from documents.boleto import Slip, SlipItem, render
from documents.parties import Collector, Party
from payments import charges
from payments.boleto_provider import Boleto, BoletoProvider
from payments.charges import Charge
from payments.issue import days_after_due, end_of_boleto
from payments.payee import payee_of
from payments.present import BANKS
from payments.provider import PixError
from payments.till import Till
from receivables.brasilia import BRASILIA
from receivables.store import debtor_document, get_debtor, get_debts

_log = structlog.get_logger("trato.payments")


async def boleto_pdf(engine: AsyncEngine, till: Till, bank: BoletoProvider, charge: Charge, found: Boleto) -> bytes | None:
    """The PDF of a boleto whose codes were checked; None where there is no place to keep one, or nobody can make it.

    A boleto can be paid without paper, so nothing waits for it and no trouble with it is passed on.
    """
    if till.documents is None:
        return None
    if till.papers is not None:
        try:
            async with engine.connect() as conn:
                slip = await _slip(conn, till, charge, found)
            return await asyncio.to_thread(render, slip, till.papers)
        except (ValueError, ArithmeticError, LookupError) as trouble:
            _log.error("boleto_not_drawn", charge=charge.id, why=type(trouble).__name__)
    try:
        return await bank.pdf(found.ref) if bank.capabilities.pdf else None
    except PixError as trouble:
        _log.warning("boleto_pdf_missing", charge=charge.id, why=str(trouble))
        return None


async def _slip(conn: AsyncConnection, till: Till, charge: Charge, found: Boleto) -> Slip:
    ground = till.talk.ground
    items = await charges.items_of(conn, charge.id)
    debts = {debt.id: debt for debt in await get_debts(conn, [item.debt_id for item in items])}
    first = debts[items[0].debt_id]
    policy = ground.policies.for_portfolio(first.portfolio)
    payee = payee_of(till, first.creditor_cnpj, first.portfolio)
    debtor = await get_debtor(conn, charge.debtor_id)
    line, barcode = found.line or "", found.barcode or ""
    late = any(item.late_fine or item.late_interest_day for item in items)
    collector = policy.collector
    free = barcode[19:]
    return Slip(
        creditor=Party(first.creditor_name, first.creditor_cnpj, payee.creditor_address),
        payee=Party(charge.payee_name, charge.payee_document, payee.creditor_address),
        payer=Party(debtor.name, debtor_document(ground, debtor), await _address(conn, charge.debtor_id)),
        bank_name=BANKS.get(found.bank, f"Banco {found.bank}"),
        line=line,
        barcode=barcode,
        amount=charge.amount,
        due_date=found.due_date,
        issued_on=found.issued_on or charge.created_at.astimezone(BRASILIA).date(),
        our_number=found.bank_number or charge.our_number or "",
        document_number=charge.our_number or "",
        # Inter's own field: branch, product, operation, our number.
        agency_account=f"{free[:4]}/{free[7:14]}" if found.bank == "077" else "",
        wallet=free[4:7] if found.bank == "077" else "",
        items=tuple(
            SlipItem(
                debts[item.debt_id].title, debts[item.debt_id].contract, item.principal, item.fine, item.interest, item.discount
            )
            for item in items
        ),
        pay_until=end_of_boleto(found.due_date, days_after_due(charge)).date() - timedelta(days=1),
        # What was fined already is not fined again.
        fine_percent=(policy.fine_percent if any(item.late_fine for item in items) else Decimal(0)) if late else None,
        interest_percent_month=policy.interest_percent_month if late else None,
        collector=Collector(
            collector.name, collector.cnpj, collector.address, collector.site, collector.phone, collector.ombudsman
        ),
        pix_code=_pix_of(found, charge),
    )


def _pix_of(found: Boleto, charge: Charge) -> str | None:
    """The boleto's own Pix, only when it pays the same payee the same amount."""
    if found.pix_code is None:
        return None
    try:
        same = not pix.check(found.pix_code, amount=charge.amount, payee_name=charge.payee_name)
    except pix.PixCodeError:
        return None
    return found.pix_code if same else None


async def _address(conn: AsyncConnection, debtor_id: int) -> str:
    found = await conn.execute(text("select address, city, state, postal_code from debtors where id = :id"), {"id": debtor_id})
    row = found.one()
    town = "/".join(part for part in (row.city, row.state) if part)
    return ", ".join(part for part in (row.address, town, row.postal_code) if part)
