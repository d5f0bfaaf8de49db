"""How an offer is said: everything that is agreed on, in one message, from the terms that lie in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conversations.wording import Utterance
from payments.payee import payee_of
from payments.till import Till
from receivables.agreements import Offer
from receivables.instalments import Plan
from receivables.offers import Choice, Terms, largest
from receivables.store import Debt
from receivables.taxid import formatted

SUMMARY = "utter_offer_summary"


def plan_values(plan: Plan, *, cash: int) -> dict[str, Any]:
    """A plan in one line: down payment, count, value, first date, total, and the total against cash."""
    first, last = plan.instalments[0], plan.instalments[-1]
    return {
        "count": plan.count,
        "down": {"money": plan.down_payment},
        "down_due": {"date": (plan.down_payment_due or first.due_date).isoformat()},
        "value": {"money": first.amount},
        "largest": {"money": largest(plan)},
        "last": {"money": last.amount},
        "first_due": {"date": first.due_date.isoformat()},
        "last_due": {"date": last.due_date.isoformat()},
        "total": {"money": plan.total},
        "against_cash": {"money": plan.total - cash},
    }


def choice_values(choice: Choice, *, cash: int) -> dict[str, Any]:
    """A plan as one of those to choose from."""
    return plan_values(choice.plan, cash=cash) | {"merit": choice.merits[0]}


def offer_values(till: Till, offer: Offer, debts: Sequence[Debt]) -> dict[str, Any]:
    """Everything that the summary says of an offer, as typed values."""
    terms: Terms = offer.terms
    plan = terms.plan
    titles = {debt.id: debt for debt in debts}
    first = debts[0]
    address = payee_of(till, first.creditor_cnpj, first.portfolio).creditor_address
    downs: list[dict[str, Any]] = []
    if plan.down_payment:
        assert plan.down_payment_due is not None
        downs = [{"amount": {"money": plan.down_payment}, "due": {"date": plan.down_payment_due.isoformat()}}]
    payments = [
        {"number": one.number, "amount": {"money": one.amount}, "due": {"date": one.due_date.isoformat()}}
        for one in plan.instalments
    ]
    return {
        "creditor": ", ".join(filter(None, (first.creditor_name, f"CNPJ {formatted(first.creditor_cnpj)}", address))),
        "debts": [{"description": titles[share.debt_id].title} for share in terms.shares],
        "gross": {"money": terms.gross},
        "discount": {"money": -terms.discount},
        "interest": {"money": plan.interest},
        "total": {"money": plan.total},
        "downs": downs,
        "payments": payments,
        "count": plan.count,
        "until": {"instant": offer.expires_at.isoformat()},
        "arguments": {"offer": offer.id},
    }


def words_of_summary(till: Till, values: dict[str, Any]) -> str:
    """The summary's very words, as they will be read: what an acceptance refers to."""
    return till.talk.wording.word(Utterance(SUMMARY, values), channel="", seed="").body
