"""A dispute: why somebody says that a debt is not owed so, until when they have an answer, and who looks into it. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from receivables.calendar import add_business_days

Reason = Literal[
    "not_mine", "already_paid", "wrong_amount", "fraud", "not_delivered", "cancelled", "prescribed", "deceased", "other"
]

REASONS: tuple[Reason, ...] = (
    "not_mine", "already_paid", "wrong_amount", "fraud", "not_delivered", "cancelled", "prescribed", "deceased", "other",
)  # fmt: skip

ANSWER_BUSINESS_DAYS = 10
"""How long the creditor has to answer a dispute. The law names no term for it; ten business days is what banks' ombudsmen keep
(Res. CMN 4.860/2020 art. 6), and collection of the debt rests meanwhile (CDC art. 42)."""

REVIEW_BUSINESS_DAYS = 3
"""How long a payment that somebody tells of is looked for: a boleto takes up to three business days to be confirmed."""

BY_A_HUMAN: frozenset[Reason] = frozenset({"not_mine", "fraud", "deceased"})
"""Reasons that a person hears at once: somebody may be wronged, or mourns."""


def answer_by(opened_on: date) -> date:
    """The day by which the dispute is answered."""
    return add_business_days(opened_on, ANSWER_BUSINESS_DAYS)


def review_until(said_on: date) -> date:
    """The day up to which a payment that was told of is looked for, and nothing is collected for it."""
    return add_business_days(said_on, REVIEW_BUSINESS_DAYS)
