"""Recibo de pagamento: what was received, from whom, and what every centavo of it did (CC arts. 319 and 320)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reportlab.platypus import Flowable

from documents import figures, letterhead, typeface
from documents.parties import Collector, Party
from documents.texts import Texts

Means = Literal["pix", "boleto"]


@dataclass(frozen=True, slots=True)
class Covered:
    """What a payment did for one debt, in centavos: `to_principal` and `to_charges` paid, `discount` let off.

    `left` is what is still owed on the receipt's day, 0 when settled, None when it is not said.
    """

    description: str
    contract: str
    reference: str
    to_principal: int
    to_charges: int
    discount: int = 0
    left: int | None = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment. `amount` is all that was received; `excess` the part of it beyond what was owed, the payer's own.

    Raises ValueError when the parts do not sum to the amount.
    """

    number: str
    issued_on: date
    creditor: Party
    payer: Party
    payee: Party
    amount: int
    paid_at: datetime
    means: Means
    bank_reference: str
    covered: tuple[Covered, ...]
    excess: int = 0
    collector: Collector | None = None

    def __post_init__(self) -> None:
        parts = sum(item.to_principal + item.to_charges for item in self.covered) + self.excess
        if self.amount <= 0 or parts != self.amount:
            raise ValueError(f"a receipt of {self.amount} centavos whose parts sum to {parts}")


def render(receipt: Receipt, texts: Texts) -> bytes:
    """The receipt as PDF, A4."""
    sheet = letterhead.Sheet(
        title=texts.plain("receipt.title"),
        subject=texts.plain("receipt.subject"),
        number=receipt.number,
        issued_on=receipt.issued_on,
        creditor=receipt.creditor,
        collector=receipt.collector,
    )
    means = texts.plain(f"receipt.{receipt.means}")
    paid_at = figures.instant(receipt.paid_at, texts)
    amount = figures.money(receipt.amount)
    body = texts.rich(
        "receipt.body",
        payer=letterhead.person(receipt.payer, texts),
        amount=amount,
        words=figures.in_words(receipt.amount, texts),
        paid_at=paid_at,
        means=means,
    )
    story: list[Flowable] = [
        letterhead.gap(2),
        letterhead.panel(texts.rich("receipt.received"), amount),
        letterhead.gap(4),
        letterhead.paragraph(body, 10.5, after=10),
        letterhead.facts(
            [
                (texts.rich("receipt.payer"), letterhead.person(receipt.payer, texts)),
                (texts.rich("receipt.payee"), letterhead.person(receipt.payee, texts)),
                (texts.rich("receipt.paid_at"), typeface.markup(paid_at)),
                (texts.rich("receipt.means"), typeface.markup(means[:1].upper() + means[1:])),
                (texts.rich("receipt.bank_reference"), typeface.markup(receipt.bank_reference)),
            ]
        ),
        *letterhead.heading(texts.rich("receipt.covered")),
        _table(receipt, texts),
        letterhead.gap(2),
        letterhead.paragraph(texts.rich("receipt.discount_note"), 8.5, grey=True),
    ]
    if receipt.excess:
        story.append(letterhead.paragraph(texts.rich("receipt.excess_note", excess=figures.money(receipt.excess))))
    story += [letterhead.paragraph(texts.rich("receipt.keep")), letterhead.together(letterhead.signature(sheet, texts))]
    return letterhead.build(sheet, story, texts)


def _table(receipt: Receipt, texts: Texts) -> Flowable:
    columns = ("debt", "principal", "charges", "discount", "applied")
    rows = [
        [
            _debt(item, receipt.issued_on, texts),
            figures.money(item.to_principal),
            figures.money(item.to_charges),
            figures.money(item.discount),
            figures.money(item.to_principal + item.to_charges),
        ]
        for item in receipt.covered
    ]
    if receipt.excess:
        rows.append([texts.rich("receipt.excess"), "", "", "", figures.money(receipt.excess)])
    return letterhead.rows_table(
        [texts.rich(f"receipt.column_{name}") for name in columns],
        rows,
        (0.42, 0.145, 0.145, 0.145, 0.145),
        right=(1, 2, 3, 4),
        total=[texts.rich("receipt.total"), "", "", "", figures.money(receipt.amount)],
    )


def _debt(item: Covered, day: date, texts: Texts) -> str:
    named = texts.rich("receipt.debt", description=item.description, contract=item.contract, reference=item.reference)
    if item.left is None:
        state = texts.rich("receipt.left_open")
    elif item.left:
        state = texts.rich("receipt.left", left=figures.money(item.left), day=figures.day(day))
    else:
        state = texts.rich("receipt.settled")
    return f"{named}<br/>{state}"
