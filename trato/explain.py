"""`trato explain`: how a debt's total comes about, in the five lines that debtors see, each with what it was made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.wording import LOCALE, money
from receivables.ground import Ground
from receivables.owed import Owed, why_uncollectable
from receivables.policy import Policies
from receivables.sealing import Vault
from receivables.store import Debt, get_debts, owed
from receivables.taxid import TaxIdError, formatted, parse_cnpj
from trato.clock import SystemClock
from trato.settings import Settings

Say = Callable[[str], None]

_STATUS = {
    "open": "em aberto",
    "agreed": "em acordo",
    "disputed": "em contestação",
    "paid": "quitada",
    "closed": "encerrada pelo credor",
}
_UNCOLLECTABLE = {
    "judicial": "Não se cobra: está na Justiça. A conta fica só para informação.",
    "prescribed": "Não se cobra: já passou o prazo de cinco anos. A conta fica só para informação.",
}


class UnknownName(ValueError):
    """A debt is named by its number, or by its creditor's CNPJ, a slash and its reference."""


async def run(settings: Settings, engine: AsyncEngine, name: str, *, day: date | None, say: Say) -> int:
    """Tell `say` how the debt's total on `day` (the clock's day if left out) comes about; returns the exit code.

    Raises UnknownName for a name that can be none.
    """
    clock = SystemClock()
    async with engine.begin() as conn:
        await clock.anchor(conn, settings.clock)
    ground = Ground(clock, Policies.load(settings.policy_dir), Vault(settings.secret_keys))
    async with engine.connect() as conn:
        debt = await find(conn, name)
    if debt is None:
        say(f"Não há débito {name}.")
        return 1
    for line in explained(debt, owed(ground, debt, day)):
        say(line)
    return 0


async def find(conn: AsyncConnection, name: str) -> Debt | None:
    """The debt that `name` names, or nothing. Raises UnknownName."""
    wanted = read_name(name)
    if isinstance(wanted, tuple):
        found = await conn.execute(
            text("""select d.id from debts d join creditors c on c.id = d.creditor_id
                    where c.cnpj = :cnpj and d.reference = :reference order by d.id limit 1"""),
            {"cnpj": wanted[0], "reference": wanted[1]},
        )
        wanted = found.scalar_one_or_none() or 0
    debts = await get_debts(conn, [wanted])
    return debts[0] if debts else None


def read_name(name: str) -> int | tuple[str, str]:
    """A debt's number, or the creditor's CNPJ (bare or with its dots and slash) and the reference. Raises UnknownName."""
    name = name.strip()
    if re.fullmatch(r"[0-9]{1,18}", name):
        return int(name)
    # Both a CNPJ and a reference may have slashes of their own: the CNPJ is the part in front that is one.
    for slash in re.finditer("/", name):
        cnpj, reference = name[: slash.start()], name[slash.end() :].strip()
        try:
            return (parse_cnpj(cnpj), reference) if reference else _unknown(name)
        except TaxIdError:
            continue
    return _unknown(name)


def _unknown(name: str) -> tuple[str, str]:
    raise UnknownName(f"A debt is named by its number or by CNPJ/reference, not {name!r}")


def explained(debt: Debt, due: Owed) -> list[str]:
    """The lines that explain what `debt` comes to, plain text."""
    lines = [
        f"{debt.title} ({debt.creditor_name}, CNPJ {formatted(debt.creditor_cnpj)})",
        f"Contrato {debt.contract}, referência {debt.reference}, débito {debt.id}, carteira {debt.portfolio}",
        f"Situação: {_STATUS[debt.status]}",
        f"Vencimento: {_due_date(due)}",
        f"Conta do dia {_day(due.day)}: {_overdue(due)}",
        "",
        f"Valor principal: {money(due.principal)}{_principal(debt)}",
        f"Multa: {money(due.fine)} ({_fine(debt, due)})",
        f"Juros: {money(due.interest)} ({_interest(due)})",
        f"Desconto: {'-' if due.discount else ''}{money(due.discount)} ({_discount(due)})",
        f"Total: {money(due.total)} (principal + multa + juros - desconto, pago à vista neste dia)",
    ]
    why = why_uncollectable(debt.due_date, debt.judicial, due.day)
    notes = [_UNCOLLECTABLE[why]] if why else []
    if debt.charged_until is not None and due.day < debt.charged_until:
        notes.append(f"Houve pagamento em {_day(debt.charged_until)}, depois deste dia: a conta usa o que restou dele.")
    return [*lines, "", *notes] if notes else lines


def _due_date(due: Owed) -> str:
    written = format_date(due.due_date, "dd/MM/yyyy (EEEE)", locale=LOCALE)
    if due.rolled_date == due.due_date:
        return written
    return f"{written}, sem expediente bancário; vale até {format_date(due.rolled_date, 'dd/MM/yyyy (EEEE)', locale=LOCALE)}"


def _overdue(due: Owed) -> str:
    if due.days_overdue == 0:
        return "nenhum dia de atraso"
    return f"{_days(due.days_overdue)} de atraso, contados de {_day(due.counted_from)}"


def _principal(debt: Debt) -> str:
    if debt.principal_left == debt.original_amount:
        return " (valor original)"
    return f" (o que resta de {money(debt.original_amount)})"


def _fine(debt: Debt, due: Owed) -> str:
    if due.day <= due.rolled_date:
        return "não há: sem atraso"
    if debt.fine_charged:
        return "já cobrada antes, não se repete"
    return f"{_percent(due.fine_percent)} de {money(due.principal)}, uma única vez"


def _interest(due: Owed) -> str:
    carried = f"{money(due.carried)} de multa e juros que um pagamento anterior não alcançou" if due.carried else ""
    if due.day <= due.rolled_date:
        return carried or "não há: sem atraso"
    start = date.fromordinal(due.day.toordinal() - due.interest_days)
    fresh = (
        f"{money(due.principal)} × {_percent(due.interest_percent_month)} ao mês × {_days(due.interest_days)} ÷ 30, "
        f"juros simples desde {_day(start)}"
    )
    return f"{fresh}, mais {carried}" if carried else fresh


def _discount(due: Owed) -> str:
    if due.days_overdue == 0:
        return "não há: sem atraso"
    if due.band is None:
        return f"nenhuma faixa para {_days(due.days_overdue)} de atraso"
    return (
        f"faixa de {due.band.overdue_from} a {due.band.overdue_to} dias de atraso: "
        f"{_percent(due.band.principal_percent)} do principal = {money(due.discount_principal)}, "
        f"{_percent(due.band.charges_percent)} da multa e dos juros = {money(due.discount_charges)}"
    )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _days(count: int) -> str:
    return "1 dia" if count == 1 else f"{format_decimal(count, locale=LOCALE)} dias"


def _percent(percent: Decimal) -> str:
    return f"{format_decimal(percent, format='#,##0.######', locale=LOCALE)}%"
