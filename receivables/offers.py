"""Which plans are offered, how a counter-offer is answered, what fits somebody's month, and why an offer is as it is. Pure.

Nothing here knows who asks: an offer follows from what is owed, from the policy and from the day, so that the same facts make the
same offer whatever the name, the sex or the place. Amounts are integer centavos. Every plan comes from `receivables.instalments`
and is one that the policy allows; a wish beyond it is answered with the nearest plans that are, and with the limit that was hit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from receivables.instalments import (
    MOST_INSTALMENTS,
    AgreedAmount,
    Instalment,
    Plan,
    PlanLimits,
    PlanRefused,
    all_plans,
    latest_first_due,
    lowest_down_payment,
    make_plan,
    most_instalments,
    split_equal,
    split_price,
)
from receivables.money import half_up
from receivables.owed import Owed

Merit = Literal["cheapest", "lowest", "balanced"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan that is shown, and what speaks for it: the cheapest in total, the lowest instalment, the balance of both."""

    plan: Plan
    merits: tuple[Merit, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """What somebody proposes, as far as they said it: centavos, a count of instalments, the day of the first payment."""

    count: int | None = None
    down: int | None = None
    instalment: int | None = None
    first_due: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return self.count is None and self.down is None and self.instalment is None and self.first_due is None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a counter-offer comes to: `plan` when the policy allows it, else why not (`refused`) and the nearest that are allowed.

    With neither, what was said leaves a choice (a down payment alone): `near` are the plans to choose from.
    """

    plan: Plan | None
    refused: PlanRefused | None
    near: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """What fits somebody's month: the plans, or none and the one that asks the least (`least`) with why it does not fit.

    `why`: `down_payment` when only the down payment is too large, else `instalment`. `tried` counts the plans that were looked at.
    """

    plans: tuple[Choice, ...]
    least: Plan | None
    why: Literal["down_payment", "instalment", "only_cash"] | None
    tried: int


# ------------------------------------------------------------------------------------------------ three of all


def choices(plans: Iterable[Plan]) -> tuple[Choice, ...]:
    """At most three of these plans, each once: cheapest in total, lowest instalment, and the one in the middle.

    Of plans that cost the same the shortest is the cheapest, but one of a single instalment only when there is no other: who asks
    for instalments wants some. They stand in order of their count.
    """
    among = sorted(plans, key=lambda plan: (plan.count, plan.down_payment))
    if not among:
        return ()
    cheapest = min(among, key=lambda plan: (plan.total, plan.count < 2, plan.count))
    lowest = min(among, key=lambda plan: (largest(plan), plan.total, plan.count))
    middle = (min(plan.count for plan in among) + max(plan.count for plan in among)) // 2
    balanced = min(among, key=lambda plan: (abs(plan.count - middle), plan.total, plan.count))
    merits: dict[int, list[Merit]] = {}
    picked: list[tuple[Plan, Merit]] = [(cheapest, "cheapest"), (lowest, "lowest"), (balanced, "balanced")]
    for plan, merit in picked:
        merits.setdefault(among.index(plan), []).append(merit)
    return tuple(Choice(among[place], tuple(why)) for place, why in sorted(merits.items()))


def offered(amount: int, limits: PlanLimits, *, today: date, down_payment: int | None = None) -> tuple[Choice, ...]:
    """What is offered to everybody who owes `amount`: at most three of all plans; none where only cash is allowed."""
    return choices(all_plans(amount, limits, today=today, down_payment=down_payment))


def largest(plan: Plan) -> int:
    """The largest of the monthly instalments; the down payment aside."""
    return max(instalment.amount for instalment in plan.instalments)


# ------------------------------------------------------------------------------------------------ counter-offers


def answer(amount: int, counter: Counter, limits: PlanLimits, *, today: date) -> Answer:
    """That very plan if the policy allows it, else why not and the nearest ones that it does. Raises ValueError for an empty one."""
    if counter.empty:
        raise ValueError("nothing was proposed")
    lowest = lowest_down_payment(amount, limits)
    if most_instalments(amount, limits) == 0:
        return Answer(None, PlanRefused("only_cash", "the policy allows no instalments for this amount"), ())
    refused = _refused_by_itself(amount, counter, limits, lowest, today)
    if refused is None and counter.count is None and counter.instalment is None:
        found = all_plans(amount, limits, today=today, down_payment=counter.down, first_due=counter.first_due)
        return Answer(None, None, tuple(choice.plan for choice in choices(found)))
    if refused is None:
        try:
            return Answer(_exact(amount, counter, limits, today), None, ())
        except PlanRefused as refusal:
            refused = refusal
    if counter.count is None and counter.instalment is None:
        return Answer(None, refused, _closest_choice(amount, counter, limits, today))
    return Answer(None, refused, nearest(amount, counter, limits, today=today))


def _refused_by_itself(amount: int, counter: Counter, limits: PlanLimits, lowest: int, today: date) -> PlanRefused | None:
    """What is wrong with a part of the proposal, whatever the rest of it is."""
    if counter.down is not None and counter.down < lowest:
        return PlanRefused("down_payment_too_small", f"{counter.down} centavos, at least {lowest}", lowest)
    if counter.down is not None and most_instalments(amount, limits, down_payment=counter.down) == 0:
        return PlanRefused("down_payment_too_large", "too little is left for an instalment", amount - limits.min_amount)
    if counter.first_due is not None and counter.first_due < today:
        return PlanRefused("first_due_past", f"{counter.first_due} is before today", latest_first_due(limits, today))
    if counter.first_due is not None and counter.first_due > latest_first_due(limits, today):
        return PlanRefused("first_due_too_late", f"{counter.first_due} is too late", latest_first_due(limits, today))
    return None


def _exact(amount: int, counter: Counter, limits: PlanLimits, today: date) -> Plan:
    """The plan as it was proposed. An instalment without a count means as few as keep every one of them within it."""
    if counter.count is not None:
        plan = make_plan(amount, counter.count, limits, today=today, down_payment=counter.down, first_due=counter.first_due)
        if counter.instalment is not None and largest(plan) > counter.instalment:
            raise PlanRefused("instalment_too_low", "so many instalments have to be larger", largest(plan))
        return plan
    assert counter.instalment is not None
    found = all_plans(amount, limits, today=today, down_payment=counter.down, first_due=counter.first_due)
    fitting = [plan for plan in found if largest(plan) <= counter.instalment]
    if not fitting:
        raise PlanRefused("instalment_too_low", "no plan has so small an instalment", min(map(largest, found), default=None))
    return min(fitting, key=lambda plan: plan.count)


def _closest_choice(amount: int, counter: Counter, limits: PlanLimits, today: date) -> tuple[Plan, ...]:
    """The choice that a proposal without a count leaves once its limit is kept: the smallest or largest down payment, the latest day."""
    down = counter.down
    if down is not None:
        down = max(lowest_down_payment(amount, limits), min(down, amount - limits.min_amount))
    latest = latest_first_due(limits, today)
    first = None if counter.first_due is None else min(max(counter.first_due, today), latest)
    return tuple(choice.plan for choice in choices(all_plans(amount, limits, today=today, down_payment=down, first_due=first)))


def nearest(amount: int, counter: Counter, limits: PlanLimits, *, today: date) -> tuple[Plan, ...]:
    """The two allowed plans that come closest to the proposal, the closest first; none when only cash is allowed.

    Closest is the smallest sum of what differs, each part against what was asked for: the count, the down payment, and what the
    instalment is above the wish.
    """
    lowest = lowest_down_payment(amount, limits)
    latest = latest_first_due(limits, today)
    first_due = None if counter.first_due is None or not today <= counter.first_due <= latest else counter.first_due
    if counter.first_due is not None and counter.first_due > latest:
        first_due = latest
    downs = {lowest}
    if counter.down is not None:
        downs.add(max(lowest, min(counter.down, amount - limits.min_amount)))
    most = most_instalments(amount, limits)
    if counter.instalment is not None:
        # What a larger down payment would have to be, for the longest plans to come down to the wish.
        # It stays within what was said, or within twice the least: nobody who has little a month has much at once.
        cap = max(lowest, counter.down) if counter.down is not None else 2 * lowest
        larger = {max(lowest, amount - counter.instalment * count) for count in {most, counter.count or most} if count > 0}
        downs |= {down for down in larger if down <= cap}
    found = {plan for down in downs for plan in all_plans(amount, limits, today=today, down_payment=down, first_due=first_due)}
    return tuple(sorted(found, key=lambda plan: (_distance(plan, counter, amount), plan.count, plan.down_payment))[:2])


def _distance(plan: Plan, counter: Counter, amount: int) -> Fraction:
    apart = Fraction(0)
    if counter.count is not None:
        apart += Fraction(abs(plan.count - counter.count), max(1, counter.count))
    wanted_down = counter.down if counter.down is not None else 0
    apart += Fraction(abs(plan.down_payment - wanted_down), amount)
    if counter.instalment is not None:
        apart += Fraction(max(0, largest(plan) - counter.instalment), max(1, counter.instalment))
    return apart


# ------------------------------------------------------------------------------------------------ what fits the month


def plans_that_fit(amount: int, monthly: int, limits: PlanLimits, *, today: date) -> Fit:
    """The plans of which no payment, down payment included, is above `monthly`; at most three, or the proof that there is none.

    Tried are all counts, each with the smallest down payment that makes it fit: the policy's, or a larger one that is still
    within the month. That none was found means that there is none.
    """
    lowest = lowest_down_payment(amount, limits)
    most = min(limits.max, MOST_INSTALMENTS)
    fitting: list[Plan] = []
    tried = 0
    for count in range(1, most + 1):
        down, looked_at = _down_that_fits(amount, count, monthly, lowest, limits)
        tried += looked_at
        if down is not None:
            fitting.append(make_plan(amount, count, limits, today=today, down_payment=down))
    if fitting:
        return Fit(choices(fitting), None, None, tried)
    everything = all_plans(amount, limits, today=today)
    if not everything:
        return Fit((), None, "only_cash", tried)
    least = min(everything, key=lambda plan: (largest(plan), plan.count))
    return Fit((), least, "down_payment" if largest(least) <= monthly else "instalment", tried)


def _down_that_fits(amount: int, count: int, monthly: int, lowest: int, limits: PlanLimits) -> tuple[int | None, int]:
    """The smallest down payment within the month with which `count` instalments are too, and how many were tried.

    What is left for instalments is tried from the most down: rounding makes a part of it fit where a little more or less does
    not, so each centavo is looked at until one fits, or until the instalments are below what the policy asks.
    """
    tried = 1
    over, under = limits.monthly_rate_percent.as_integer_ratio()
    whole = 100 * under
    rest = min(amount - lowest, count * monthly)
    while rest >= max(amount - monthly, limits.min_amount):
        parts = _parts(rest, count, limits)
        if max(parts) <= monthly and min(parts) >= limits.min_amount:
            return amount - rest, tried
        tried += 1
        if sum(parts) < count * limits.min_amount:
            break
        # A part too large by more than rounding can mend comes down no faster than the rest and a month's interest on it.
        beyond = max(parts) - monthly - count
        rest -= max(1, beyond * whole // (whole + over)) if over and beyond > 0 else 1
    return None, tried


def _parts(rest: int, count: int, limits: PlanLimits) -> list[int]:
    if limits.monthly_rate_percent == 0:
        return list(split_equal(rest, count))
    return [principal + interest for principal, interest in split_price(rest, limits.monthly_rate_percent, count)]


# ------------------------------------------------------------------------------------------------ terms, kept and compared


@dataclass(frozen=True, slots=True)
class Share:
    """One debt's part of a plan: gross - discount + interest = amount."""

    debt_id: int
    gross: int
    discount: int
    interest: int

    @property
    def amount(self) -> int:
        """What the debt takes of the plan's total."""
        return self.gross - self.discount + self.interest


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that is offered and accepted: the debts and their parts, and the plan."""

    shares: tuple[Share, ...]
    plan: Plan

    @property
    def gross(self) -> int:
        """What is owed on the day of the offer, without any discount."""
        return sum(share.gross for share in self.shares)

    @property
    def discount(self) -> int:
        """What is let off."""
        return sum(share.discount for share in self.shares)

    def as_json(self) -> dict[str, Any]:
        """The terms as they are kept: the same terms are the same text (`canonical`)."""
        return {
            "debts": [
                {
                    "debt": share.debt_id,
                    "gross": share.gross,
                    "discount": share.discount,
                    "interest": share.interest,
                    "amount": share.amount,
                }
                for share in self.shares
            ],
            "amount": self.plan.amount,
            "interest": self.plan.interest,
            "total": self.plan.total,
            "monthly_rate_percent": str(self.plan.monthly_rate_percent),
            "down_payment": self.plan.down_payment,
            "down_payment_due": self.plan.down_payment_due.isoformat() if self.plan.down_payment_due else None,
            "instalments": [
                {
                    "number": one.number,
                    "amount": one.amount,
                    "principal": one.principal,
                    "interest": one.interest,
                    "due_date": one.due_date.isoformat(),
                }
                for one in self.plan.instalments
            ],
        }


def terms_of(debt_ids: Sequence[int], dues: Sequence[Owed], plan: Plan, limits: PlanLimits) -> Terms:
    """The terms of a plan over `agreed_amount(dues, limits)`: each debt keeps its own discount, the plan's interest is divided."""
    over, under = limits.discount_factor.as_integer_ratio()
    discounts = [half_up(due.discount * over, under) for due in dues]
    return Terms(shares_of(debt_ids, [due.gross for due in dues], discounts, plan), plan)


def shares_of(debt_ids: Sequence[int], gross: Sequence[int], discounts: Sequence[int], plan: Plan) -> tuple[Share, ...]:
    """What each debt takes of a plan; the plan's interest goes by size, the centavos left over to the last debt.

    Raises ValueError when the debts do not come to what the plan divides.
    """
    amounts = [whole - off for whole, off in zip(gross, discounts, strict=True)]
    if sum(amounts) != plan.amount:
        raise ValueError(f"the debts come to {sum(amounts)} centavos, the plan divides {plan.amount}")
    interests = [plan.interest * part // plan.amount for part in amounts]
    interests[-1] += plan.interest - sum(interests)
    return tuple(Share(*of) for of in zip(debt_ids, gross, discounts, interests, strict=True))


def split_discount(total: int, gross: Sequence[int]) -> tuple[int, ...]:
    """A discount over several debts by their size; the centavos left over to the largest ones that can take them."""
    whole = sum(gross)
    if not 0 <= total < whole:
        raise ValueError("a discount leaves something to pay")
    parts = [total * one // whole for one in gross]
    for place in sorted(range(len(parts)), key=lambda place: -gross[place])[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def terms_from(kept: Mapping[str, Any]) -> Terms:
    """The terms that `as_json` kept."""
    due = kept["down_payment_due"]
    return Terms(
        tuple(Share(one["debt"], one["gross"], one["discount"], one["interest"]) for one in kept["debts"]),
        Plan(
            amount=kept["amount"],
            down_payment=kept["down_payment"],
            down_payment_due=date.fromisoformat(due) if due else None,
            instalments=tuple(
                Instalment(one["number"], one["amount"], one["principal"], one["interest"], date.fromisoformat(one["due_date"]))
                for one in kept["instalments"]
            ),
            monthly_rate_percent=Decimal(kept["monthly_rate_percent"]),
        ),
    )


def canonical(terms: Mapping[str, Any]) -> str:
    """Terms as one text: keys in order, no blanks."""
    return json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(kept: str) -> str:
    """The SHA-256 of a text, by which anybody sees that it was not changed."""
    return hashlib.sha256(kept.encode()).hexdigest()


# ------------------------------------------------------------------------------------------------ why this offer


@dataclass(frozen=True, slots=True)
class Why:
    """What an offer follows from, all of it: no other fact about the person or the debt was looked at."""

    portfolio: str
    policy_version: str
    day: date
    gross: int
    cash_discount: int
    discount: int
    amount: int
    factor_percent: Decimal
    days_overdue: tuple[int, ...]
    down_payment_percent: Decimal
    max_count: int
    min_amount: int
    monthly_rate_percent: Decimal
    first_due_days: int


def why(dues: Sequence[Owed], limits: PlanLimits, agreed: AgreedAmount, *, portfolio: str, policy_version: str) -> Why:
    """The rule, its version and its inputs."""
    return Why(
        portfolio=portfolio,
        policy_version=policy_version,
        day=dues[0].day,
        gross=agreed.gross,
        cash_discount=sum(due.discount for due in dues),
        discount=agreed.discount,
        amount=agreed.total,
        factor_percent=limits.discount_factor * 100,
        days_overdue=tuple(due.days_overdue for due in dues),
        down_payment_percent=limits.down_payment_percent,
        max_count=limits.max,
        min_amount=limits.min_amount,
        monthly_rate_percent=limits.monthly_rate_percent,
        first_due_days=limits.first_due_days,
    )
