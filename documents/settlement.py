"""Carta de quitação: nothing more can be asked for these debts, and until when the debtor's name is clean.

The creditor has five business days from the first one after full payment (STJ, Súmula 548 and REsp 1.424.792).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable

from documents import figures, letterhead
from documents.parties import Collector, Party
from documents.texts import Texts
from receivables.calendar import add_business_days

CLEAN_NAME_BUSINESS_DAYS = 5


@dataclass(frozen=True, slots=True)
class SettledDebt:
    """A debt that was paid in full; amounts in centavos."""

    description: str
    contract: str
    reference: str
    due_date: date
    original_amount: int
    paid: int
    settled_on: date


@dataclass(frozen=True, slots=True)
class Settlement:
    """Which debts of whom are settled. Raises ValueError for none, or for one settled after the letter's own day."""

    number: str
    issued_on: date
    creditor: Party
    debtor: Party
    debts: tuple[SettledDebt, ...]
    collector: Collector | None = None

    def __post_init__(self) -> None:
        if not self.debts or any(debt.settled_on > self.issued_on for debt in self.debts):
            raise ValueError("a letter of settlement names debts settled by its own day")

    @property
    def clean_by(self) -> date:
        """The last day on which the debtor's name may still stand in a credit bureau because of these debts."""
        return add_business_days(max(debt.settled_on for debt in self.debts), CLEAN_NAME_BUSINESS_DAYS)


def render(settlement: Settlement, texts: Texts) -> bytes:
    """The letter as PDF, A4."""
    sheet = letterhead.Sheet(
        title=texts.plain("settlement.title"),
        subject=texts.plain("settlement.subject"),
        number=settlement.number,
        issued_on=settlement.issued_on,
        creditor=settlement.creditor,
        collector=settlement.collector,
    )
    body = "settlement.body" if len(settlement.debts) > 1 else "settlement.body_one"
    columns = ("debt", "due", "original", "paid", "settled")
    table = letterhead.rows_table(
        [texts.rich(f"settlement.column_{name}") for name in columns],
        [
            [
                texts.rich("settlement.debt", description=d.description, contract=d.contract, reference=d.reference),
                figures.day(d.due_date),
                figures.money(d.original_amount),
                figures.money(d.paid),
                figures.day(d.settled_on),
            ]
            for d in settlement.debts
        ],
        (0.37, 0.15, 0.17, 0.16, 0.15),
        right=(2, 3),
        total=[texts.rich("settlement.total"), "", "", figures.money(sum(d.paid for d in settlement.debts)), ""],
    )
    said = texts.rich(
        body,
        debtor=letterhead.person(settlement.debtor, texts),
        creditor=letterhead.person(settlement.creditor, texts),
    )
    story: list[Flowable] = [
        letterhead.paragraph(texts.rich("settlement.to"), 10.5, grey=True, after=10),
        letterhead.paragraph(said, 11, after=12),
        table,
        letterhead.gap(2),
        letterhead.paragraph(texts.rich("settlement.only"), 9, grey=True),
        *letterhead.heading(texts.rich("settlement.clean_heading")),
        letterhead.paragraph(texts.rich("settlement.clean", day=figures.day(settlement.clean_by)), 10.5),
        letterhead.paragraph(texts.rich("settlement.clean_after"), 10.5, after=10),
        letterhead.paragraph(texts.rich("settlement.law"), 9, grey=True),
        letterhead.together(letterhead.signature(sheet, texts)),
    ]
    return letterhead.build(sheet, story, texts)
