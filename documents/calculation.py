"""Memória de cálculo: the five lines of what is owed, each with its inputs, so that anybody can redo them by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable

from documents import figures, letterhead
from documents.parties import Collector, Party
from documents.texts import Texts
from receivables.owed import Owed


@dataclass(frozen=True, slots=True)
class CalculatedDebt:
    """A debt and what it comes to; `original_amount` in centavos."""

    description: str
    contract: str
    reference: str
    original_amount: int
    owed: Owed


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a debtor owes a creditor on one day. Raises ValueError for no debt, or for debts calculated for several days."""

    number: str
    issued_on: date
    creditor: Party
    debtor: Party
    debts: tuple[CalculatedDebt, ...]
    collector: Collector | None = None

    def __post_init__(self) -> None:
        if len({debt.owed.day for debt in self.debts}) != 1:
            raise ValueError("a calculation is of one or more debts on one day")

    @property
    def day(self) -> date:
        """The day it is for."""
        return self.debts[0].owed.day

    @property
    def total(self) -> int:
        """What settles all of it on that day, in centavos."""
        return sum(debt.owed.total for debt in self.debts)


def render(calculation: Calculation, texts: Texts) -> bytes:
    """The calculation as PDF, A4."""
    day = figures.day(calculation.day)
    sheet = letterhead.Sheet(
        title=texts.plain("calculation.title"),
        subject=texts.plain("calculation.subject"),
        number=calculation.number,
        issued_on=calculation.issued_on,
        creditor=calculation.creditor,
        collector=calculation.collector,
    )
    intro = "calculation.intro" if len(calculation.debts) == 1 else "calculation.intro_many"
    story: list[Flowable] = [
        letterhead.paragraph(texts.rich(intro, debtor=letterhead.person(calculation.debtor, texts), day=day), 10.5, after=8),
        letterhead.panel(texts.rich("calculation.total_today", day=day), figures.money(calculation.total)),
    ]
    for debt in calculation.debts:
        story += _debt(debt, texts)
    story.append(letterhead.gap(3))
    story += [
        letterhead.paragraph(texts.rich(f"calculation.{name}"), 8.5, grey=True, after=3) for name in ("rounding", "disagree")
    ]
    return letterhead.build(sheet, story, texts)


def _debt(debt: CalculatedDebt, texts: Texts) -> list[Flowable]:
    due = debt.owed
    rolled = figures.day(due.rolled_date)
    if due.rolled_date == due.due_date:
        due_words = figures.day(due.due_date)
    else:
        due_words = texts.rich("calculation.due_rolled", due=figures.day(due.due_date), rolled=rolled)
    if due.days_overdue == 0:
        days_words = texts.rich("calculation.days_none", rolled=rolled)
    else:
        days_words = texts.rich(
            "calculation.days_counted_one" if due.days_overdue == 1 else "calculation.days_counted",
            **({} if due.days_overdue == 1 else {"count": str(due.days_overdue)}),
            counted_from=figures.day(due.counted_from),
            day=figures.day(due.day),
        )
    detail = texts.rich(
        "calculation.debt_detail",
        contract=debt.contract,
        reference=debt.reference,
        original=figures.money(debt.original_amount),
    )
    table = letterhead.rows_table(
        [texts.rich(f"calculation.column_{name}") for name in ("line", "how", "amount")],
        [
            [texts.rich("calculation.principal"), _principal(debt, texts), figures.money(due.principal)],
            [texts.rich("calculation.fine"), _fine(due, texts), figures.money(due.fine)],
            [texts.rich("calculation.interest"), _interest(due, texts), figures.money(due.interest)],
            [texts.rich("calculation.discount"), _discount(due, texts), _less(due.discount)],
        ],
        (0.15, 0.64, 0.21),
        right=(2,),
        total=[texts.rich("calculation.total"), _total(due, texts), figures.money(due.total)],
        size=9.5,
    )
    return [
        letterhead.together(
            letterhead.heading(texts.rich("calculation.debt", description=debt.description)),
            letterhead.paragraph(detail, 9, grey=True, after=4),
            letterhead.facts([(texts.rich("calculation.due"), due_words), (texts.rich("calculation.days"), days_words)]),
            letterhead.gap(2),
            table,
        )
    ]


def _less(discount: int) -> str:
    return figures.money(-discount) if discount else figures.money(0)


def _principal(debt: CalculatedDebt, texts: Texts) -> str:
    if debt.owed.principal == debt.original_amount:
        return texts.rich("calculation.principal_whole")
    return texts.rich("calculation.principal_left", original=figures.money(debt.original_amount))


def _fine(due: Owed, texts: Texts) -> str:
    if due.days_overdue == 0:
        return texts.rich("calculation.nothing_yet")
    if due.fine == 0 and due.fine_percent > 0 and due.principal > 0 and due.interest_days < due.days_overdue:
        return texts.rich("calculation.fine_before")
    return texts.rich("calculation.fine_how", principal=figures.money(due.principal), percent=figures.percent(due.fine_percent))


def _interest(due: Owed, texts: Texts) -> str:
    if due.days_overdue == 0 and due.carried == 0:
        return texts.rich("calculation.nothing_yet")
    if due.interest_days == 0:
        return texts.rich("calculation.carried_only", carried=figures.money(due.carried))
    inputs = {
        "principal": figures.money(due.principal),
        "percent": figures.percent(due.interest_percent_month),
        "days": str(due.interest_days),
    }
    if due.carried == 0:
        return texts.rich("calculation.interest_how", **inputs)
    return texts.rich(
        "calculation.interest_how_carried",
        fresh=figures.money(due.interest - due.carried),
        carried=figures.money(due.carried),
        **inputs,
    )


def _discount(due: Owed, texts: Texts) -> str:
    if due.band is None:
        if due.days_overdue == 0:
            return texts.rich("calculation.discount_none_due")
        return texts.rich("calculation.discount_none", days=str(due.days_overdue))
    return texts.rich(
        "calculation.discount_how",
        principal=figures.money(due.principal),
        principal_percent=figures.percent(due.band.principal_percent),
        off_principal=figures.money(due.discount_principal),
        charges=figures.money(due.charges),
        charges_percent=figures.percent(due.band.charges_percent),
        off_charges=figures.money(due.discount_charges),
        from_days=str(due.band.overdue_from),
        to_days=str(due.band.overdue_to),
    )


def _total(due: Owed, texts: Texts) -> str:
    return texts.rich(
        "calculation.total_how",
        principal=figures.money(due.principal),
        fine=figures.money(due.fine),
        interest=figures.money(due.interest),
        discount=figures.money(due.discount),
    )
