"""The papers that a debtor may ask for, made from the store as it is now: receipt, letter of settlement, calculation, declaration.

Each verb gives the `file` of an utterance: `path` under the folder of documents, `filename`, `mime_type`. What was drawn is kept
under a name made with our key from its bytes: the same paper is the same file, and nobody finds one by guessing. A file's name for
people tells nothing of a debt. Papers carry a name and a document, so whoever gives one records that in the audit.
Nothing is made where there is no folder for it, or no words; and a payment that went back proves nothing any more: a human sees to it.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import get as get_conversation
from documents import agreement as agreement_paper
from documents import calculation as calculation_paper
from documents import receipt as receipt_paper
from documents import settlement as settlement_paper
from documents import statement as statement_paper
from documents.parties import Collector, Party
from documents.texts import Texts
from payments import charges
from payments.charges import ChargeItem, Payment
from payments.payee import payee_of
from payments.till import Till
from receivables import owed as rules
from receivables.agreements import get_agreement, get_offer
from receivables.brasilia import BRASILIA
from receivables.owed import DebtState
from receivables.store import Debt, debtor_document, debts_of, get_debtor, get_debts, owed, why_uncollectable

_log = structlog.get_logger("trato.payments")

FileValue = dict[str, str]
Means = Literal["pix", "boleto"]

_OPEN = ("open", "agreed", "disputed")


# ------------------------------------------------------------------------------------------------ the papers


async def receipt(conn: AsyncConnection, till: Till, payment_id: int) -> FileValue | None:
    """The receipt of a payment; None for one that belongs to no charge of ours, or that went back. Raises `LookupError`."""
    if till.documents is None or till.papers is None:
        return None
    payment = await _payment(conn, payment_id)
    if payment.charge_id is None or payment.debtor_id is None or await returned(conn, [payment.id]):
        return None
    charge = await charges.get(conn, payment.charge_id)
    items = {item.debt_id: item for item in await charges.items_of(conn, charge.id)}
    parts = await _parts_of(conn, payment.id)
    debts = {debt.id: debt for debt in await get_debts(conn, [*items, *(of for of in parts if of is not None)])}
    before = await _before(conn, payment)
    paid_on = payment.paid_at.astimezone(BRASILIA).date()
    first = debts[min(items)]
    made = receipt_paper.Receipt(
        number=f"{paid_on.year}-{payment.id:06d}",
        issued_on=till.talk.ground.clock.today(),
        creditor=_creditor(till, first),
        payer=await _debtor(conn, till, payment.debtor_id),
        payee=Party(charge.payee_name, charge.payee_document),
        amount=payment.amount,
        paid_at=payment.paid_at,
        means=_means(payment.means),
        bank_reference=payment.end_to_end_id,
        covered=tuple(
            _covered(till, debts[of], part, items.get(of), before.get(of), paid_on)
            for of, part in parts.items()
            if of is not None
        ),
        excess=sum(parts.get(None, {}).values()),
        collector=_collector(till, first),
    )
    return await _kept(till, "recibos", f"recibo-{paid_on}.pdf", partial(receipt_paper.render, made))


async def settlement_letter(conn: AsyncConnection, till: Till, debtor_id: int) -> list[FileValue]:
    """What this person has paid off, a letter for each creditor, by the creditor's name. None for what nobody paid here."""
    if till.documents is None or till.papers is None:
        return []
    paid = [debt for debt in await debts_of(conn, debtor_id) if debt.status == "paid" and debt.settled_at and debt.paid_total]
    doubtful = await _paid_with_returned(conn, [debt.id for debt in paid])
    today = till.talk.ground.clock.today()
    files: list[FileValue | None] = []
    for debts in _by_creditor(debt for debt in paid if debt.id not in doubtful):
        made = settlement_paper.Settlement(
            number=_number(till, "Q", today, debts),
            issued_on=today,
            creditor=_creditor(till, debts[0]),
            debtor=await _debtor(conn, till, debtor_id),
            debts=tuple(_settled(debt) for debt in debts),
            collector=_collector(till, debts[0]),
        )
        name = _counted("carta", today, len(files))
        files.append(await _kept(till, "cartas", name, partial(settlement_paper.render, made)))
    return _made(files)


async def calculation(conn: AsyncConnection, till: Till, debt_ids: Sequence[int]) -> list[FileValue]:
    """How today's amounts of these debts come about, a paper for each creditor; what may not be collected is left out.

    Raises ValueError for debts of several people.
    """
    if till.documents is None or till.papers is None:
        return []
    ground = till.talk.ground
    debts = [
        debt
        for debt in await get_debts(conn, debt_ids)
        if debt.status in _OPEN and why_uncollectable(ground, debt) is None and owed(ground, debt).gross > 0
    ]
    if len({debt.debtor_id for debt in debts}) > 1:
        raise ValueError("a calculation is one person's")
    today = ground.clock.today()
    files: list[FileValue | None] = []
    for group in _by_creditor(debts):
        made = calculation_paper.Calculation(
            number=_number(till, "MC", today, group),
            issued_on=today,
            creditor=_creditor(till, group[0]),
            debtor=await _debtor(conn, till, group[0].debtor_id),
            debts=tuple(
                calculation_paper.CalculatedDebt(
                    debt.title, debt.contract, debt.reference, debt.original_amount, owed(ground, debt, today)
                )
                for debt in group
            ),
            collector=_collector(till, group[0]),
        )
        name = _counted("calculo", today, len(files))
        files.append(await _kept(till, "calculos", name, partial(calculation_paper.render, made)))
    return _made(files)


async def yearly_statement(conn: AsyncConnection, till: Till, debtor_id: int, year: int) -> list[FileValue]:
    """The declaration of a year that is over, for each creditor with whom it is settled (Lei 12.007/2009); else none.

    It stands for the years before as well (art. 4º), so that nothing due by the year's end may be open. What is disputed or in
    court is left out and named (art. 2º, § 3º). A debt that its creditor withdrew was not paid here: nothing is declared then.
    """
    today = till.talk.ground.clock.today()
    if till.documents is None or till.papers is None or year >= today.year:
        return []
    files: list[FileValue | None] = []
    for debts in _by_creditor(debt for debt in await debts_of(conn, debtor_id) if debt.due_date.year <= year):
        settled = [debt for debt in debts if debt.status == "paid"]
        disputed = [debt for debt in debts if debt.status == "disputed" or (debt.judicial and debt.status in _OPEN)]
        of_year = [debt for debt in settled if debt.due_date.year == year]
        if len(settled) + len(disputed) < len(debts) or not of_year:
            continue
        if await _paid_with_returned(conn, [debt.id for debt in settled]):
            continue
        made = statement_paper.YearlyStatement(
            number=_number(till, "DQ", date(year, 12, 31), debts),
            issued_on=today,
            year=year,
            creditor=_creditor(till, debts[0]),
            debtor=await _debtor(conn, till, debtor_id),
            payments=tuple(await _year_payments(conn, of_year)),
            disputed=tuple(
                statement_paper.DisputedDebt(debt.title, debt.contract, debt.reference, debt.due_date, debt.original_amount)
                for debt in disputed
            ),
            collector=_collector(till, debts[0]),
        )
        name = f"declaracao-{year}{f'-{len(files) + 1}' if files else ''}.pdf"
        files.append(await _kept(till, "declaracoes", name, partial(statement_paper.render, made)))
    return _made(files)


async def agreement_term(conn: AsyncConnection, till: Till, agreement_id: int) -> FileValue | None:
    """The agreement on paper, as it was accepted: terms, dates, clauses, when and where the yes was said. Raises `LookupError`."""
    if till.documents is None or till.papers is None:
        return None
    agreement = await get_agreement(conn, agreement_id)
    offer = await get_offer(conn, agreement.offer_id)
    assert offer is not None
    shares = {share.debt_id: share for share in offer.terms.shares}
    debts = {debt.id: debt for debt in await get_debts(conn, agreement.debt_ids)}
    first = debts[agreement.debt_ids[0]]
    policy = till.talk.ground.policies.for_portfolio(agreement.portfolio)
    payee = payee_of(till, first.creditor_cnpj, agreement.portfolio)
    channel = (await get_conversation(conn, agreement.conversation_id)).channel if agreement.conversation_id else ""
    made = agreement_paper.Agreement(
        number=agreement.protocol,
        issued_on=agreement.accepted_at.astimezone(BRASILIA).date(),
        creditor=_creditor(till, first),
        debtor=await _debtor(conn, till, agreement.debtor_id),
        payee=Party(payee.name, payee.document),
        debts=tuple(
            agreement_paper.AgreedDebt(
                debts[of].title,
                debts[of].contract,
                debts[of].reference,
                debts[of].due_date,
                debts[of].original_amount,
                shares[of].gross,
            )
            for of in agreement.debt_ids
        ),
        discount=agreement.discount,
        finance=agreement.interest,
        total=agreement.total,
        instalments=tuple(
            agreement_paper.Instalment(one.due.number, one.agreed_due_date, one.due.amount) for one in agreement.instalments
        ),
        monthly_rate_percent=offer.terms.plan.monthly_rate_percent,
        fine_percent=policy.fine_percent,
        interest_percent_month=policy.interest_percent_month,
        broken_after_days=policy.broken_after_days,
        accepted=agreement_paper.Acceptance(agreement.accepted_at, _CHANNELS.get(channel, channel)),
        collector=_collector(till, first),
    )
    name = f"acordo-{agreement.protocol}.pdf"
    return await _kept(till, "acordos", name, partial(agreement_paper.render, made))


_CHANNELS = {"whatsapp": "WhatsApp", "rcs": "RCS"}


# ------------------------------------------------------------------------------------------------ who


def _creditor(till: Till, debt: Debt) -> Party:
    policies = till.talk.ground.policies
    terms = policies.for_portfolio(debt.portfolio).creditors.get(debt.creditor_cnpj) or policies.creditor(debt.creditor_cnpj)
    return Party(debt.creditor_name, debt.creditor_cnpj, terms.address if terms else "")


def _collector(till: Till, debt: Debt) -> Collector:
    own = till.talk.ground.policies.for_portfolio(debt.portfolio).collector
    return Collector(own.name, own.cnpj, own.address, own.site, own.phone, own.ombudsman)


async def _debtor(conn: AsyncConnection, till: Till, debtor_id: int) -> Party:
    debtor = await get_debtor(conn, debtor_id)
    return Party(debtor.name, debtor_document(till.talk.ground, debtor))


def _by_creditor(debts: Iterable[Debt]) -> list[list[Debt]]:
    groups: dict[int, list[Debt]] = {}
    for debt in debts:
        groups.setdefault(debt.creditor_id, []).append(debt)
    return sorted(groups.values(), key=lambda group: (group[0].creditor_name, group[0].creditor_id))


# ------------------------------------------------------------------------------------------------ what was paid


@dataclass(frozen=True)
class _Before:
    """A debt as a payment found it, and whether that payment settled it."""

    state: DebtState
    settled: bool


async def _payment(conn: AsyncConnection, payment_id: int) -> Payment:
    found = await conn.execute(
        text("""select id, charge_id, debtor_id, provider, means, end_to_end_id, txid, amount, paid_at, recorded_at, status, remark
                from payments where id = :id"""),
        {"id": payment_id},
    )
    row = found.one_or_none()
    if row is None:
        raise LookupError(f"there is no payment {payment_id}")
    return Payment(**row._mapping)


async def _parts_of(conn: AsyncConnection, payment_id: int) -> dict[int | None, dict[str, int]]:
    """What became of every centavo, by debt (None: the payer's own), the oldest debt first."""
    rows = await conn.execute(
        text("""select a.debt_id, a.part, a.amount from allocations a left join debts d on d.id = a.debt_id
                where a.payment_id = :id order by d.due_date, d.id, a.part"""),
        {"id": payment_id},
    )
    parts: dict[int | None, dict[str, int]] = {}
    for row in rows:
        parts.setdefault(row.debt_id, {})[row.part] = row.amount
    return parts


async def _before(conn: AsyncConnection, payment: Payment) -> dict[int, _Before]:
    rows = await conn.execute(
        text("""select c.debt_id, c.before, c.after, d.original_amount, d.due_date,
                    d.extended_from, d.extended_to, d.extended_before
                from debt_changes c join debts d on d.id = c.debt_id where c.source = :source"""),
        {"source": f"payment:{payment.end_to_end_id}"},
    )
    return {
        row.debt_id: _Before(
            replace(
                _state(row.before, row.original_amount, row.due_date),
                extended_from=row.extended_from,
                extended_to=row.extended_to,
                extended_before=row.extended_before,
            ),
            row.after["status"] == "paid",
        )
        for row in rows
    }


def _state(before: Mapping[str, Any], original_amount: int, due_date: date) -> DebtState:
    until = before["charged_until"]
    return DebtState(
        # A creditor may have lowered the amount since: what was left then stays what it was.
        original_amount=max(original_amount, before["principal_left"]),
        due_date=due_date,
        principal_left=before["principal_left"],
        charges_left=before["charges_left"],
        charged_until=date.fromisoformat(until) if until else None,
        fine_charged=before["fine_charged"],
    )


def _covered(
    till: Till, debt: Debt, parts: Mapping[str, int], item: ChargeItem | None, before: _Before | None, paid_on: date
) -> receipt_paper.Covered:
    ground = till.talk.ground
    to_charges = parts.get("fine", 0) + parts.get("interest", 0)
    to_principal = parts.get("principal", 0)
    discount = 0
    if before is not None and before.settled:
        if item is not None and to_charges + to_principal >= item.amount:
            discount = item.discount
        else:
            due = rules.owed(before.state, ground.policies.for_portfolio(debt.portfolio), paid_on)
            discount = max(0, due.gross - to_charges - to_principal)
    if debt.status == "paid":
        left: int | None = 0
    elif debt.status in _OPEN and why_uncollectable(ground, debt) is None:
        left = owed(ground, debt).total
    else:
        left = None
    return receipt_paper.Covered(debt.title, debt.contract, debt.reference, to_principal, to_charges, discount, left)


def _settled(debt: Debt) -> settlement_paper.SettledDebt:
    assert debt.settled_at is not None
    return settlement_paper.SettledDebt(
        debt.title,
        debt.contract,
        debt.reference,
        debt.due_date,
        debt.original_amount,
        debt.paid_total,
        debt.settled_at.astimezone(BRASILIA).date(),
    )


async def _year_payments(conn: AsyncConnection, debts: Sequence[Debt]) -> list[statement_paper.YearPayment]:
    by_id = {debt.id: debt for debt in debts}
    rows = await conn.execute(
        text("""select p.paid_at, p.means, a.debt_id, sum(a.amount)::bigint amount
                from allocations a join payments p on p.id = a.payment_id
                where a.debt_id = any(:ids) group by p.id, a.debt_id order by p.paid_at, p.id, a.debt_id"""),
        {"ids": list(by_id)},
    )
    return [
        statement_paper.YearPayment(
            row.paid_at.astimezone(BRASILIA).date(),
            by_id[row.debt_id].title,
            by_id[row.debt_id].contract,
            by_id[row.debt_id].reference,
            by_id[row.debt_id].due_date,
            _means(row.means),
            row.amount,
        )
        for row in rows
    ]


async def returned(conn: AsyncConnection, payment_ids: Sequence[int]) -> set[int]:
    """Which of these payments went back, in whole or in part."""
    rows = await conn.execute(
        text("""select p.id from payments p where p.id = any(:ids) and exists (
                    select 1 from alarms a where a.kind = 'payment_refunded' and a.subject = 'payment:' || p.end_to_end_id)"""),
        {"ids": list(payment_ids)},
    )
    return set(rows.scalars())


async def _paid_with_returned(conn: AsyncConnection, debt_ids: Sequence[int]) -> set[int]:
    """Which of these debts were paid with a payment that went back."""
    rows = await conn.execute(
        text("select distinct debt_id, payment_id from allocations where debt_id = any(:ids)"), {"ids": list(debt_ids)}
    )
    found = [(row.debt_id, row.payment_id) for row in rows]
    back = await returned(conn, [payment_id for _, payment_id in found])
    return {debt_id for debt_id, payment_id in found if payment_id in back}


def _means(means: str) -> Means:
    return "boleto" if means == "boleto" else "pix"


# ------------------------------------------------------------------------------------------------ numbers, names, files


def _number(till: Till, kind: str, day: date, debts: Sequence[Debt]) -> str:
    """A paper's number: the same for the same debts on the same day, and nothing can be counted by it."""
    named = ",".join(str(debt.id) for debt in debts)
    return f"{kind}-{day.year}-{till.talk.ground.vault.index(f'paper:{kind}:{day}:{named}').hex()[:8].upper()}"


def _counted(name: str, day: date, before: int) -> str:
    return f"{name}-{day}{f'-{before + 1}' if before else ''}.pdf"


def _made(files: Sequence[FileValue | None]) -> list[FileValue]:
    return [file for file in files if file is not None]


async def _kept(till: Till, folder: str, filename: str, draw: Callable[[Texts], bytes]) -> FileValue | None:
    """Draw a paper and keep it, off the event loop. One that cannot be drawn is logged, and is not there."""
    assert till.documents is not None
    assert till.papers is not None
    try:
        path = await asyncio.to_thread(_write, till, folder, draw)
    except (ValueError, ArithmeticError) as trouble:
        _log.error("paper_not_drawn", paper=folder, why=type(trouble).__name__)
        return None
    return {"path": path, "filename": filename, "mime_type": "application/pdf"}


def _write(till: Till, folder: str, draw: Callable[[Texts], bytes]) -> str:
    assert till.documents is not None
    assert till.papers is not None
    return write_file(till, folder, draw(till.papers), ".pdf")


def write_file(till: Till, folder: str, content: bytes, suffix: str) -> str:
    """Keep a file under a name made with our key from its bytes; returns its path under the folder of documents. Blocks."""
    assert till.documents is not None
    name = till.talk.ground.vault.index(f"paper:{hashlib.sha256(content).hexdigest()}").hex()[:40]
    path = Path(folder) / f"{name}{suffix}"
    target = till.documents / path
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Two may draw the same paper at once: each writes a draft of its own, and the last one stands.
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as draft:
            draft.write(content)
        Path(draft.name).replace(target)
    return str(path)
