"""Why a proposal goes beyond the policy, for the human who judges it: each rule that it breaks, with the rule's own limit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payments.agreeing import Facts
from receivables.instalments import PlanRefused, lowest_down_payment, make_plan


@dataclass(frozen=True)
class Breach:
    """`rule`: `discount` (centavos below the least that is accepted at once), `count`, `instalment`, `down` (centavos) or `plan`; and the limit of today."""

    rule: str
    wanted: int
    limit: int


def breaches(known: Facts, wanted: Mapping[str, int]) -> list[Breach]:
    """What of the policy these terms break today; none when it allows them by now."""
    limits = known.policy.instalments
    found: list[Breach] = []
    total = wanted.get("total")
    if total is not None and total < known.cash:
        found.append(Breach("discount", total, known.cash))
    if set(wanted) <= {"total"}:
        return found
    amount = total if total is not None else known.agreed.total
    down, count = wanted.get("down"), wanted.get("count")
    if count is None and "instalment" in wanted:
        count = max(1, -(-(amount - (down or 0)) // wanted["instalment"]))
    if count is not None and count > limits.max:
        found.append(Breach("count", count, limits.max))
    lowest = lowest_down_payment(amount, limits)
    if down is not None and down < lowest:
        found.append(Breach("down", down, lowest))
    each = wanted.get("instalment") or ((amount - (lowest if down is None else down)) // count if count else 0)
    if each and each < limits.min_amount:
        found.append(Breach("instalment", each, limits.min_amount))
    if not found and count is not None:
        try:
            make_plan(amount, count, limits, today=known.today, down_payment=down)
        except PlanRefused as refusal:
            found.append(Breach("plan", count, refusal.limit if isinstance(refusal.limit, int) else 0))
    return found
