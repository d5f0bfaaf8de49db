"""Termo de acordo: what is resolved, for how much, by which instalments, and what happens if one of them is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reportlab.platypus import Flowable, KeepTogether

from documents import figures, letterhead
from documents.parties import Collector, Party
from documents.texts import Texts
from receivables.taxid import formatted


@dataclass(frozen=True, slots=True)
class AgreedDebt:
    """A debt that the agreement resolves; `amount` is what it comes to on the agreement's day before any discount, centavos."""

    description: str
    contract: str
    reference: str
    due_date: date
    original_amount: int
    amount: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of the agreement. Number 0 is the down payment; amounts in centavos."""

    number: int
    due_date: date
    amount: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """When the debtor said yes, and where (`WhatsApp`, `RCS`)."""

    at: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement. `sum of debts - discount + finance == total == sum of instalments`, else ValueError.

    `finance` is the interest of paying in instalments at `monthly_rate_percent`. `fine_percent` and `interest_percent_month`
    are for a late instalment. `clean_name_after_first` promises the debtor's name to be cleared after the first payment
    instead of the last.
    """

    number: str
    issued_on: date
    creditor: Party
    debtor: Party
    payee: Party
    debts: tuple[AgreedDebt, ...]
    discount: int
    finance: int
    total: int
    instalments: tuple[Instalment, ...]
    monthly_rate_percent: Decimal
    fine_percent: Decimal
    interest_percent_month: Decimal
    broken_after_days: int
    accepted: Acceptance | None = None
    clean_name_after_first: bool = False
    collector: Collector | None = None

    def __post_init__(self) -> None:
        if sum(debt.amount for debt in self.debts) - self.discount + self.finance != self.total:
            raise ValueError("the debts, less discount, plus interest of instalments, are not the agreement's total")
        if not self.instalments or sum(one.amount for one in self.instalments) != self.total:
            raise ValueError("the instalments do not sum to the agreement's total")


def render(agreement: Agreement, texts: Texts) -> bytes:
    """The agreement as PDF, A4."""
    sheet = letterhead.Sheet(
        title=texts.plain("agreement.title"),
        subject=texts.plain("agreement.subject"),
        number=agreement.number,
        issued_on=agreement.issued_on,
        creditor=agreement.creditor,
        collector=agreement.collector,
    )
    parties = [(texts.rich("agreement.creditor"), letterhead.person(agreement.creditor, texts))]
    if agreement.collector is not None:
        parties.append((texts.rich("agreement.collector"), letterhead.person(agreement.collector, texts)))
    parties.append((texts.rich("agreement.debtor"), letterhead.person(agreement.debtor, texts)))
    story: list[Flowable] = [
        *letterhead.heading(texts.rich("agreement.parties")),
        letterhead.facts(parties),
        *letterhead.heading(texts.rich("agreement.debts")),
        _debts(agreement, texts),
        letterhead.gap(3),
        KeepTogether([_sums(agreement, texts)]),
        *letterhead.heading(texts.rich("agreement.schedule")),
        _schedule(agreement, texts),
        *letterhead.heading(texts.rich("agreement.clauses")),
        *(letterhead.paragraph(f"{n}. {clause}", after=5) for n, clause in enumerate(_clauses(agreement, texts), 1)),
        letterhead.together(
            letterhead.heading(texts.rich("agreement.accepted")),
            letterhead.paragraph(_accepted(agreement, texts)),
            letterhead.signature(sheet, texts),
        ),
    ]
    return letterhead.build(sheet, story, texts)


def _debts(agreement: Agreement, texts: Texts) -> Flowable:
    return letterhead.rows_table(
        [texts.rich(f"agreement.column_{name}") for name in ("debt", "due", "original", "agreed")],
        [
            [
                texts.rich("agreement.debt", description=d.description, contract=d.contract, reference=d.reference),
                figures.day(d.due_date),
                figures.money(d.original_amount),
                figures.money(d.amount),
            ]
            for d in agreement.debts
        ],
        (0.46, 0.15, 0.18, 0.21),
        right=(2, 3),
    )


def _sums(agreement: Agreement, texts: Texts) -> Flowable:
    updated = sum(debt.amount for debt in agreement.debts)
    rows = [(texts.rich("agreement.updated", day=figures.day(agreement.issued_on)), figures.money(updated))]
    if agreement.discount:
        rows.append((texts.rich("agreement.discount"), figures.money(-agreement.discount)))
    if agreement.finance:
        rate = figures.percent(agreement.monthly_rate_percent)
        rows.append((texts.rich("agreement.finance", percent=rate), figures.money(agreement.finance)))
    rows.append((f"<b>{texts.rich('agreement.total')}</b>", f"<b>{figures.money(agreement.total)}</b>"))
    return letterhead.facts(rows, 0.62, right=True)


def _schedule(agreement: Agreement, texts: Texts) -> Flowable:
    count = str(sum(1 for one in agreement.instalments if one.number > 0))
    return letterhead.rows_table(
        [texts.rich(f"agreement.column_{name}") for name in ("number", "due_on", "amount")],
        [
            [
                texts.rich("agreement.instalment", number=str(one.number), count=count)
                if one.number
                else texts.rich("agreement.down_payment"),
                figures.day(one.due_date),
                figures.money(one.amount),
            ]
            for one in agreement.instalments
        ],
        (0.4, 0.3, 0.3),
        right=(2,),
        total=[texts.rich("agreement.total"), "", figures.money(agreement.total)],
        size=9.5,
    )


def _clauses(agreement: Agreement, texts: Texts) -> list[str]:
    return [
        texts.rich(
            "agreement.clause_schedule",
            total=figures.money(agreement.total),
            words=figures.in_words(agreement.total, texts),
        ),
        texts.rich("agreement.clause_codes", payee=agreement.payee.name, document=formatted(agreement.payee.document)),
        texts.rich("agreement.clause_early"),
        texts.rich(
            "agreement.clause_late",
            fine=figures.percent(agreement.fine_percent),
            interest=figures.percent(agreement.interest_percent_month),
        ),
        texts.rich("agreement.clause_broken", days=str(agreement.broken_after_days)),
        texts.rich("agreement.clause_name_first" if agreement.clean_name_after_first else "agreement.clause_name_all"),
        texts.rich("agreement.clause_rights"),
    ]


def _accepted(agreement: Agreement, texts: Texts) -> str:
    debtor = letterhead.person(agreement.debtor, texts)
    if agreement.accepted is None:
        return texts.rich("agreement.not_accepted", debtor=debtor)
    at = figures.instant(agreement.accepted.at, texts)
    return texts.rich("agreement.accepted_by", debtor=debtor, at=at, channel=agreement.accepted.channel)
