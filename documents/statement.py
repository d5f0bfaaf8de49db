"""Declaração anual de quitação de débitos (Lei 12.007/2009): a year's payments, in place of the year's receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reportlab.platypus import Flowable

from documents import figures, letterhead
from documents.parties import Collector, Party
from documents.texts import Texts


@dataclass(frozen=True, slots=True)
class YearPayment:
    """One payment of the year; `amount` in centavos."""

    paid_on: date
    description: str
    contract: str
    reference: str
    due_date: date
    means: Literal["pix", "boleto"]
    amount: int


@dataclass(frozen=True, slots=True)
class DisputedDebt:
    """A debt of the year that is being disputed, which the declaration leaves out (art. 2º, § 3º)."""

    description: str
    contract: str
    reference: str
    due_date: date
    original_amount: int


@dataclass(frozen=True, slots=True)
class YearlyStatement:
    """The year's declaration. Whoever calls has made sure that nothing of the year is open, `disputed` aside (art. 2º)."""

    number: str
    issued_on: date
    year: int
    creditor: Party
    debtor: Party
    payments: tuple[YearPayment, ...]
    disputed: tuple[DisputedDebt, ...] = ()
    collector: Collector | None = None

    def __post_init__(self) -> None:
        if self.issued_on.year <= self.year:
            raise ValueError("the year is declared after it has ended")


def render(statement: YearlyStatement, texts: Texts) -> bytes:
    """The declaration as PDF, A4."""
    year = str(statement.year)
    sheet = letterhead.Sheet(
        title=texts.plain("statement.title"),
        subject=texts.plain("statement.subject", year=year),
        number=statement.number,
        issued_on=statement.issued_on,
        creditor=statement.creditor,
        collector=statement.collector,
    )
    body = texts.rich(
        "statement.body_except" if statement.disputed else "statement.body",
        debtor=letterhead.person(statement.debtor, texts),
        creditor=letterhead.person(statement.creditor, texts),
        year=year,
    )
    story: list[Flowable] = [
        letterhead.gap(2),
        letterhead.paragraph(body, 11, after=8),
        letterhead.paragraph(texts.rich("statement.replaces"), 11, after=8),
    ]
    if statement.payments:
        story += [*letterhead.heading(texts.rich("statement.payments")), _payments(statement, texts)]
    if statement.disputed:
        story += [*letterhead.heading(texts.rich("statement.disputed")), _disputed(statement, texts)]
    story.append(letterhead.together(letterhead.signature(sheet, texts)))
    return letterhead.build(sheet, story, texts)


def _payments(statement: YearlyStatement, texts: Texts) -> Flowable:
    count = len(statement.payments)
    counted = texts.rich("statement.count_one") if count == 1 else texts.rich("statement.count", count=str(count))
    return letterhead.rows_table(
        [texts.rich(f"statement.column_{name}") for name in ("paid", "debt", "due", "means", "amount")],
        [
            [
                figures.day(p.paid_on),
                texts.rich("statement.debt", description=p.description, contract=p.contract, reference=p.reference),
                figures.day(p.due_date),
                texts.rich(f"statement.{p.means}"),
                figures.money(p.amount),
            ]
            for p in statement.payments
        ],
        (0.13, 0.45, 0.14, 0.11, 0.17),
        right=(4,),
        total=[
            "",
            f"{texts.rich('statement.total')}, {counted}",
            "",
            "",
            figures.money(sum(p.amount for p in statement.payments)),
        ],
    )


def _disputed(statement: YearlyStatement, texts: Texts) -> Flowable:
    return letterhead.rows_table(
        [texts.rich(f"statement.column_{name}") for name in ("debt", "due", "original")],
        [
            [
                texts.rich("statement.debt", description=d.description, contract=d.contract, reference=d.reference),
                figures.day(d.due_date),
                figures.money(d.original_amount),
            ]
            for d in statement.disputed
        ],
        (0.66, 0.15, 0.19),
        right=(2,),
    )
