"""A promise to pay: which days and amounts may be promised, until when a payment keeps it, and whether it was kept. Pure.

A promise changes nothing of what is owed: fine and interest run on until the payment. It asks for no acknowledgement of the debt,
and none is recorded for one that may not be collected (CC art. 202 VI).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from receivables.calendar import add_business_days

Verdict = Literal["open", "kept", "broken"]

LEAST_PART = 2000
"""The smallest part that can be promised or paid on account, in centavos: below it the charges of collecting eat it up."""


class PromiseLimits(Protocol):
    """What a policy allows. `receivables.policy.Promise` is one."""

    @property
    def max_days(self) -> int: ...
    @property
    def grace_business_days(self) -> int: ...


class PromiseRefused(ValueError):
    """The day or the amount cannot be promised. `code` is stable; `limit` is the last day, or the least amount (centavos).

    Codes: `past`, `too_late`, `too_little`, `none_allowed`, and of the store `disputed`, `not_open`, `uncollectable`.
    """

    def __init__(self, code: str, detail: str, *, day: date | None = None, amount: int | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.day = day
        self.amount = amount


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise as it can be made: `amount` centavos on `day`; paid up to `keep_until` it counts as kept.

    `whole`: the amount is all that will be owed on the day. `remind_on` is the day before it, or the day itself when that is over.
    """

    day: date
    amount: int
    whole: bool
    keep_until: date
    remind_on: date


def last_day(limits: PromiseLimits, today: date) -> date:
    """The last day that may be promised."""
    return today + timedelta(days=limits.max_days)


def least_part(owed_then: int) -> int:
    """The least that may be promised or paid on account of a debt that comes to `owed_then`."""
    return min(LEAST_PART, owed_then)


def check_day(day: date, limits: PromiseLimits, today: date) -> None:
    """Raises `PromiseRefused` for a day that is over or too far ahead. Weekends are allowed: a Pix works on every day."""
    if limits.max_days == 0:
        raise PromiseRefused("none_allowed", "the policy takes no promises")
    if day < today:
        raise PromiseRefused("past", f"{day} is over", day=last_day(limits, today))
    if day > last_day(limits, today):
        raise PromiseRefused("too_late", f"{day} is after {last_day(limits, today)}", day=last_day(limits, today))


def promise(day: date, amount: int | None, owed_then: int, limits: PromiseLimits, today: date) -> Promised:
    """What promising `amount` (None: all of it) on `day` comes to, when `owed_then` is owed that day. Raises `PromiseRefused`.

    More than is owed counts as all of it.
    """
    check_day(day, limits, today)
    part = owed_then if amount is None else min(amount, owed_then)
    if part < least_part(owed_then) or part <= 0:
        raise PromiseRefused("too_little", f"{part} is less than {least_part(owed_then)}", amount=least_part(owed_then))
    return Promised(
        day=day,
        amount=part,
        whole=part == owed_then,
        keep_until=keep_until(day, limits),
        remind_on=max(today, day - timedelta(days=1)),
    )


def keep_until(day: date, limits: PromiseLimits) -> date:
    """The last day on which a payment keeps the promise: banks take a while to tell (`grace_business_days`)."""
    return add_business_days(day, limits.grace_business_days) if limits.grace_business_days else day


def verdict(*, amount: int, paid: int, settled: bool, keep_until: date, today: date) -> Verdict:
    """How a promise stands: `paid` centavos arrived since it was made, `settled` says that nothing is left to pay."""
    if settled or paid >= amount:
        return "kept"
    return "broken" if today > keep_until else "open"
