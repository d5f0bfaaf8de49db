"""A proposal beyond the policy: taken to a human, answered by one within their authority, and told in the same talk.

The desk's verb is `answer_proposal`. What a human allows becomes an offer like any other: shown in full, accepted explicitly, kept
with its terms; its basis says that a human allowed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit, questions
from conversations.conversation import live_proof
from conversations.handover import announce, leave_queue
from conversations.protocol import new_protocol
from conversations.reply import reply
from conversations.wording import Utterance
from payments.agreeing import AUTHORITY_HOLDS, Facts, facts, lay_on_the_table
from payments.offering import SUMMARY, offer_values, words_of_summary
from payments.till import Till
from receivables.agreements import Offer, show_offer
from receivables.calendar import next_business_day
from receivables.instalments import Instalment, Plan, PlanRefused, latest_first_due, make_plan
from receivables.offers import Terms, shares_of, split_discount
from receivables.proposals import Proposal, end_proposal, get_proposal, put_proposal
from receivables.store import get_debts

Role = Literal["agent", "supervisor", "admin"]
Verdict = Literal["approve", "counter", "refuse"]


class BeyondAuthority(ValueError):
    """Whoever answers may not allow this; the message says what they may."""


@dataclass(frozen=True)
class _Relaxed:
    """A policy's instalments as a supervisor may stretch them: more of them, smaller ones, another down payment; not the rate."""

    max: int
    min_amount: int
    down_payment_percent: Decimal
    monthly_rate_percent: Decimal
    first_due_days: int
    discount_factor: Decimal


async def propose(
    conn: AsyncConnection,
    till: Till,
    known: Facts,
    wanted: Mapping[str, int],
    *,
    words: str,
    conversation_id: str | None,
    request_key: str,
    asked_by: int | None = None,
) -> Proposal:
    """Keep what somebody proposes (`total`, `count`, `down`, `instalment`; centavos; `first_due`, a day's ordinal) for a human to
    judge. The same request once. `asked_by`: the agent who asks for it because it is beyond their own authority.
    """
    now = till.talk.ground.clock.now()
    proposal = await put_proposal(
        conn,
        known.debts,
        wanted,
        words=words,
        protocol=new_protocol(known.today),
        request_key=request_key,
        conversation_id=conversation_id,
        policy_version=known.policy.version,
        now=now,
        asked_by=asked_by,
    )
    actor = f"agent:{asked_by}" if asked_by else "bot"
    await audit.record(conn, actor, "proposal.made", f"proposal:{proposal.id}", dict(wanted), now, tenant_id=proposal.tenant_id)
    return proposal


async def answer_proposal(
    conn: AsyncConnection,
    till: Till,
    proposal_id: int,
    *,
    agent_id: int,
    role: Role,
    verdict: Verdict,
    terms: Mapping[str, int] | None = None,
    reason: str = "",
) -> Proposal:
    """A human's answer, told at once in the talk that the proposal came from. Answered again, it stays as it was.

    `approve` allows what was proposed; `counter` allows `terms` instead (the same keys); `refuse` says no, with a `reason` that
    the debtor reads. An agent may give `authority.agent_discount_extra_percent` points of principal more than today's cash
    discount and nothing beyond the policy's instalments; supervisors and admins `supervisor_discount_extra_percent`, and plans
    beyond the limits. Raises `BeyondAuthority`, `CannotAgree` when the debts can no longer be agreed on, ValueError for terms
    that make no plan, `LookupError`.
    """
    proposal = await get_proposal(conn, proposal_id)
    debts = await get_debts(conn, proposal.debt_ids, lock=True)
    proposal = await get_proposal(conn, proposal_id, lock=True)
    if proposal.status != "waiting":
        return proposal
    now = till.talk.ground.clock.now()
    offer: Offer | None = None
    known: Facts | None = None
    if verdict != "refuse":
        known = await facts(conn, till, debts)
        wanted = dict(proposal.wanted if verdict == "approve" else terms or {})
        made = terms_allowed(known, wanted, role)
        offer = await lay_on_the_table(
            conn,
            till,
            known,
            made.plan,
            conversation_id=proposal.conversation_id,
            terms=made,
            basis="authority",
            holds=AUTHORITY_HOLDS,
        )
    status = {"approve": "approved", "counter": "countered", "refuse": "refused"}[verdict]
    await end_proposal(
        conn, proposal, status, agent_id=agent_id, reason=reason or None, offer_id=offer.id if offer else None, now=now
    )
    await _tell(conn, till, await get_proposal(conn, proposal_id), offer, known)
    await audit.record(
        conn,
        f"agent:{agent_id}",
        f"proposal.{status}",
        f"proposal:{proposal.id}",
        {"offer": offer.id if offer else None, "role": role},
        now,
        tenant_id=proposal.tenant_id,
    )
    return await get_proposal(conn, proposal_id)


def refusal_of(known: Facts, wanted: Mapping[str, int], role: Role) -> str | None:
    """Why this person may not allow these terms, None when they may: what an answer would be refused for, asked beforehand."""
    try:
        terms_allowed(known, wanted, role)
    except ValueError as refusal:
        return str(refusal)
    return None


def terms_allowed(known: Facts, wanted: Mapping[str, int], role: Role) -> Terms:
    """The terms of this offer, if this person may allow it. `wanted` as of `propose`. Raises `BeyondAuthority`, and ValueError for what makes no plan."""
    unknown = set(wanted) - {"total", "count", "down", "instalment", "first_due"}
    if unknown or not wanted or any(value < 0 or (value == 0 and part != "down") for part, value in wanted.items()):
        raise ValueError(
            "a proposal is made of total, count, down and instalment, each more than nothing; a down payment may be none"
        )
    authority = known.policy.authority
    extra = authority.agent_discount_extra_percent if role == "agent" else authority.supervisor_discount_extra_percent
    gross = [due.gross for due in known.dues]
    amount = wanted.get("total", known.agreed.total)
    if amount >= sum(gross):
        amount = sum(gross)
    principal = sum(due.principal for due in known.dues)
    # Whoever gets instalments gets no more off than whoever pays at once.
    if "total" in wanted and (known.cash - amount) * 100 > principal * extra:
        least = known.cash - int(principal * extra / 100)
        raise BeyondAuthority(f"at least {least} centavos")
    if "total" in wanted and set(wanted) <= {"total", "first_due"}:
        due = _first_due(known, wanted) or next_business_day(latest_first_due(known.limits, known.today))
        plan = Plan(amount, 0, None, (Instalment(1, amount, amount, 0, due),), Decimal(0))
    else:
        plan = _plan(known, amount, wanted, role)
    if sum(gross) == amount:
        discounts: tuple[int, ...] = tuple(0 for _ in gross)
    else:
        discounts = split_discount(sum(gross) - amount, gross)
    return Terms(shares_of([debt.id for debt in known.debts], gross, discounts, plan), plan)


def _first_due(known: Facts, wanted: Mapping[str, int]) -> date | None:
    """The day of the first payment that is wished for. Raises ValueError for one that is over or too late."""
    if "first_due" not in wanted:
        return None
    day = next_business_day(date.fromordinal(wanted["first_due"]))
    if not known.today <= day <= latest_first_due(known.limits, known.today):
        raise ValueError(f"the first payment is due up to {latest_first_due(known.limits, known.today)}")
    return day


def _plan(known: Facts, amount: int, wanted: Mapping[str, int], role: Role) -> Plan:
    limits = known.policy.instalments
    first_due = _first_due(known, wanted)
    down = wanted.get("down")
    count = wanted.get("count")
    if count is None and "instalment" in wanted:
        rest = amount - (down or 0)
        count = max(1, -(-rest // wanted["instalment"]))
    if count is None:
        raise ValueError("a plan needs a count or an instalment")
    if role == "agent":
        try:
            return make_plan(amount, count, limits, today=known.today, down_payment=down, first_due=first_due)
        except PlanRefused as refusal:
            raise BeyondAuthority(f"beyond the policy: {refusal.code}") from refusal
    relaxed = _Relaxed(max(limits.max, count), 1, Decimal(0), limits.monthly_rate_percent, limits.first_due_days, Decimal(0))
    try:
        return make_plan(amount, count, relaxed, today=known.today, down_payment=down, first_due=first_due)
    except PlanRefused as refusal:
        raise ValueError(f"that makes no plan: {refusal.code}") from refusal


async def _tell(conn: AsyncConnection, till: Till, proposal: Proposal, offer: Offer | None, known: Facts | None) -> None:
    """The answer, where the proposal came from: in full while identity is proven, else only that there is one."""
    if proposal.conversation_id is None:
        return
    now = till.talk.ground.clock.now()
    proof = await live_proof(conn, proposal.conversation_id, now)
    source = f"proposal:{proposal.id}:answered"
    said: list[Utterance]
    if proof is None or proof.debtor_id != proposal.debtor_id:
        said = [Utterance("utter_agreement_news_neutral")]
    elif offer is None:
        said = [Utterance("utter_proposal_refused", {"protocol": proposal.protocol, "reason": proposal.reason or ""})]
        if not proposal.reason:
            said = [Utterance("utter_proposal_refused_plainly", {"protocol": proposal.protocol})]
        await questions.put(conn, proposal.conversation_id, questions.asked("plans", ("amount", "count", "yes_no")), now)
    else:
        assert known is not None
        values = offer_values(till, offer, known.debts)
        said = [
            Utterance(f"utter_proposal_{proposal.status}", {"protocol": proposal.protocol}),
            Utterance(SUMMARY, values),
        ]
        await show_offer(conn, offer.id, words_of_summary(till, values), source)
        question = questions.asked("accept_offer", ("yes_no", "count", "amount"), offer=offer.id)
        await questions.put(conn, proposal.conversation_id, question, now)
    await leave_queue(conn, till.talk, proposal.conversation_id)
    await reply(conn, till.talk, proposal.conversation_id, said, source=source, author="journey")
    await announce(conn, proposal.conversation_id)
