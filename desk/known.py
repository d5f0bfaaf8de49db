"""What the store knows of a talk's person: the amounts, days and codes that an agent may write (`desk.conduct`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import live_proof
from desk import store
from desk.conduct import Known, plain
from desk.writing import local_day
from payments.till import Till
from receivables import store as book
from receivables.agreements import agreements_of
from receivables.claims import claims_of
from receivables.disputing import disputes_of
from receivables.extending import extensions_of
from receivables.promising import promises_of
from receivables.proposals import proposals_of
from understanding.values import read_values

_SPOKEN_OF = timedelta(days=3)
_DEBT_WORDS = ("divida", "debito", "boleto", "parcela", "acordo", "cobranca", "pagar", "paguei", "devo", "fatura", "pix")


@dataclass
class _Gathered:
    amounts: dict[int, str] = field(default_factory=dict)
    dates: dict[date, str] = field(default_factory=dict)
    protocols: set[str] = field(default_factory=set)
    percents: set[Decimal] = field(default_factory=set)

    def money(self, what: str, *amounts: int | None) -> None:
        for amount in amounts:
            if amount:
                self.amounts.setdefault(amount, what)

    def days(self, what: str, *days: date | None) -> None:
        for one in days:
            if one is not None:
                self.dates.setdefault(local_day(one), what)


async def known_of(conn: AsyncConnection, till: Till, opened: store.Opened) -> Known:
    """Everything of this talk's person that may be written to them now."""
    ground = till.talk.ground
    now = ground.clock.now()
    today = ground.clock.today()
    told, spoken_on = await _spoken(conn, opened, now)
    seen = _Gathered()
    seen.days("conversa", *spoken_on)
    for request in await store.requests(conn, opened.tenant_id, opened.id, opened.debtor_id):
        seen.protocols.add(request.protocol)
        seen.days("prazo da resposta", request.due_on, request.asked_at)
    ours = _ours(till)
    if opened.debtor_id is None:
        names = await _names_by_phone(conn, opened)
        return Known(today, "unknown", dates=seen.dates, protocols=frozenset(seen.protocols), names=names, ours=ours, told=told)
    proof = await live_proof(conn, opened.id, now)
    debtor = await book.get_debtor(conn, opened.debtor_id)
    debts = await book.debts_of(conn, debtor.id)
    total = 0
    for debt in debts:
        one = book.owed(ground, debt)
        counts = debt.status in ("open", "agreed") and book.why_uncollectable(ground, debt) is None
        total += one.total if counts else 0
        seen.money(f"total de hoje, {debt.title}", one.total)
        seen.money(f"sem desconto, {debt.title}", one.gross)
        seen.money(f"principal, {debt.title}", one.principal)
        seen.money(f"multa, {debt.title}", one.fine)
        seen.money(f"juros, {debt.title}", one.interest, one.charges)
        seen.money(f"desconto, {debt.title}", one.discount, one.discount_principal, one.discount_charges)
        seen.money(f"valor original, {debt.title}", debt.original_amount)
        seen.money(f"já pago, {debt.title}", debt.paid_total)
        seen.days(f"vencimento, {debt.title}", debt.due_date, debt.payable_to)
        seen.percents |= {one.fine_percent, one.interest_percent_month}
        policy = ground.policies.for_portfolio(debt.portfolio)
        seen.percents |= {part for band in policy.discounts for part in (band.principal_percent, band.charges_percent)}
        seen.percents.add(policy.instalments.down_payment_percent)
    seen.money("total de hoje", total)
    for charge in await store.charges(conn, opened.tenant_id, debtor.id):
        seen.money("cobrança gerada", charge.amount)
        seen.days("validade da cobrança", charge.expires_at, charge.created_at)
    for payment in await store.payments(conn, opened.tenant_id, debtor.id):
        seen.money("pagamento recebido", payment.amount)
        seen.days("pagamento recebido", payment.paid_at)
    await _agreed(conn, seen, debtor.id)
    await _promised(conn, seen, debtor.id)
    await _offered(conn, seen, opened.tenant_id, debtor.id, now)
    codes = await store.active_codes(conn, opened.tenant_id, debtor.id, now)
    creditors = tuple(dict.fromkeys(debt.creditor_name for debt in debts))
    return Known(
        today,
        "proven" if proof is not None and proof.debtor_id == debtor.id else "unproven",
        amounts=seen.amounts,
        owed_today=total or None,
        dates=seen.dates,
        codes=frozenset(codes),
        protocols=frozenset(seen.protocols),
        percents=frozenset(seen.percents),
        names=(debtor.name, *creditors),
        payee=_payee(till, [debt.creditor_cnpj for debt in debts]),
        ours=ours,
        told=told,
    )


async def _spoken(conn: AsyncConnection, opened: store.Opened, now: datetime) -> tuple[bool, list[date]]:
    """Whether the person spoke of a debt by themselves lately, and the days on which this talk was held."""
    rows = await conn.execute(
        text("""select text from transcript where conversation_id = :id and tenant_id = :tenant and author = 'debtor' and at > :since
                order by id desc limit 40"""),
        {"id": opened.id, "tenant": opened.tenant_id, "since": now - _SPOKEN_OF},
    )
    told = any(word in plain(row.text) for row in rows for word in _DEBT_WORDS)
    days = await conn.execute(
        text("""select distinct on (at::date) at from (select at from transcript where conversation_id = :id and tenant_id = :tenant
                order by id desc limit 200) lately"""),
        {"id": opened.id, "tenant": opened.tenant_id},
    )
    return told, [row.at for row in days]


async def _agreed(conn: AsyncConnection, seen: _Gathered, debtor_id: int) -> None:
    for agreement in await agreements_of(conn, debtor_id):
        seen.protocols.add(agreement.protocol)
        seen.days("dia do acordo", agreement.accepted_at)
        seen.money("acordo", agreement.total, agreement.gross, agreement.discount, agreement.interest, agreement.paid)
        for kept in agreement.instalments:
            seen.money("parcela do acordo", kept.due.amount, kept.due.amount_left)
            seen.days("parcela do acordo", kept.due.due_date, kept.agreed_due_date)
        seen.money("falta do acordo", sum(due.amount_left for due in agreement.unpaid))


async def _promised(conn: AsyncConnection, seen: _Gathered, debtor_id: int) -> None:
    for promise in await promises_of(conn, debtor_id):
        seen.protocols.add(promise.protocol)
        seen.money("promessa", promise.amount)
        seen.days("promessa", promise.day, promise.keep_until, promise.promised_at)
    for extension in await extensions_of(conn, debtor_id):
        seen.protocols.add(extension.protocol)
        seen.money("prorrogação", extension.amount, extension.interest, extension.total)
        seen.days("prorrogação", extension.due_date, extension.previous_due)
    for dispute in await disputes_of(conn, debtor_id):
        seen.protocols.add(dispute.protocol)
        seen.days("contestação", dispute.answer_by, dispute.opened_at)
    for claim in await claims_of(conn, debtor_id):
        seen.protocols.add(claim.protocol)
        seen.money("pagamento que o cliente informou", claim.amount)
        seen.days("conferência do pagamento", claim.review_until, claim.paid_on, *claim.also_paid_on, claim.said_at)
    for proposal in await proposals_of(conn, debtor_id):
        seen.protocols.add(proposal.protocol)
        seen.money("proposta do cliente", *(proposal.wanted.get(part) for part in ("total", "down", "instalment")))


async def _offered(conn: AsyncConnection, seen: _Gathered, tenant_id: int, debtor_id: int, now: datetime) -> None:
    """Offers on the table, as they were shown."""
    rows = await conn.execute(
        text("""select terms ->> 'amount' amount, coalesce(shown_text, '') shown, expires_at from offers
                where tenant_id = :tenant and debtor_id = :debtor and status = 'open' and expires_at > :now
                order by made_at desc limit 20"""),
        {"tenant": tenant_id, "debtor": debtor_id, "now": now},
    )
    for row in rows:
        read = read_values(row.shown, local_day(now))
        seen.money("oferta na mesa", *(one.amount for one in read.money), int(row.amount) if row.amount else None)
        seen.days("oferta na mesa", row.expires_at, *(reading for one in read.dates for reading in one.readings[:1]))


async def _names_by_phone(conn: AsyncConnection, opened: store.Opened) -> tuple[str, ...]:
    if opened.phone_key is None:
        return ()
    return tuple(one.name for one in await store.candidates(conn, opened.tenant_id, opened.phone_key))


def _payee(till: Till, cnpjs: Iterable[str]) -> str | None:
    creditors = till.talk.ground.policies.default.creditors
    return next((creditors[cnpj].payee_name for cnpj in cnpjs if cnpj in creditors), None)


def _ours(till: Till) -> frozenset[str]:
    """Telephones (digits), e-mails and hosts of the collector's own, and of the pages that we keep."""
    policy = till.talk.ground.policies.default
    told = [
        policy.collector.site,
        policy.collector.phone,
        policy.collector.ombudsman,
        *map(str, till.talk.wording.fixed.values()),
    ]
    found: set[str] = set()
    for value in told:
        for piece in value.split():
            bare = piece.strip(".,;()").lower()
            if "@" in bare:
                found.add(bare)
            elif "." in bare:
                found.add((urlsplit(bare if "//" in bare else f"https://{bare}").hostname or "").removeprefix("www."))
        digits = "".join(char for char in value if char.isdigit())
        if 8 <= len(digits) <= 14:
            found.add(digits.removeprefix("55"))
    found.add(policy.collector.cnpj)
    return frozenset(one for one in found if one)
