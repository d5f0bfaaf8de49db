"""Agreements where money is concerned: accepted, charged for, moved, broken, cancelled; and proposals that a human answers.

One offer makes one agreement: whoever taps twice, or on two channels, gets the one that exists. Locks are taken in the order of
this room: debts (by id), then the agreement, then charges, the conversation, the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import audit
from conversations.conversation import live_proof
from conversations.handover import announce
from conversations.protocol import new_protocol
from conversations.reply import reply
from conversations.wording import Utterance
from payments import charges
from payments.agreed import title
from payments.charges import Charge, ChargeInstalment, ChargeItem, NewCharge
from payments.issue import (
    LOST_JOB,
    MAX_BOLETO,
    CannotIssue,
    Kind,
    close,
    end_of_boleto,
    new_our_number,
    new_txid,
)
from payments.payee import payee_of
from payments.record import withdraw_cards
from payments.till import Till
from receivables import agreed as living
from receivables import agreements as store
from receivables.agreed import Due, RepairRefused, price, share_out
from receivables.agreements import Agreement, Offer
from receivables.brasilia import BRASILIA
from receivables.calendar import add_business_days, next_business_day
from receivables.claims import claimed_debts
from receivables.instalments import AgreedAmount, Plan, PlanLimits, agreed_amount
from receivables.money import percent_of
from receivables.offers import Terms, terms_of
from receivables.owed import Owed
from receivables.pauses import collection_paused
from receivables.policy import Policy
from receivables.promising import cancel_for
from receivables.proposals import withdraw_proposals
from receivables.store import Debt, get_debts, owed, why_uncollectable

AUTHORITY_HOLDS = timedelta(days=3)
"""How long an offer holds that a human allowed: its answer may reach somebody who is not there just then."""

WhyNot = Literal[
    "no_debts",
    "other_debtor",
    "several_creditors",
    "not_open",
    "agreed",
    "disputed",
    "uncollectable",
    "nothing_owed",
    "too_often",
    "gone",
    "expired",
    "changed",
    "not_shown",
]


class CannotAgree(ValueError):
    """These debts cannot be agreed on, or this offer cannot be accepted any more; `why` is for the caller to decide what to say."""

    def __init__(self, why: WhyNot, debt_ids: Sequence[int] = ()) -> None:
        super().__init__(f"{why}: {list(debt_ids)}")
        self.why: WhyNot = why
        self.debt_ids = tuple(debt_ids)


@dataclass(frozen=True)
class Facts:
    """What an offer for some debts follows from: what is owed today, the policy, and what instalments would divide."""

    debts: tuple[Debt, ...]
    dues: tuple[Owed, ...]
    policy: Policy
    agreed: AgreedAmount
    today: date

    @property
    def limits(self) -> PlanLimits:
        return self.policy.instalments

    @property
    def cash(self) -> int:
        """What all of them cost today when they are paid at once."""
        return sum(due.total for due in self.dues)


async def facts(conn: AsyncConnection, till: Till, debts: Sequence[Debt]) -> Facts:
    """The facts for an offer over these debts, which are one person's. Raises `CannotAgree`."""
    if not debts:
        raise CannotAgree("no_debts")
    ids = [debt.id for debt in debts]
    if len({debt.debtor_id for debt in debts}) > 1:
        raise CannotAgree("other_debtor", ids)
    # Other rules hold for another portfolio, and another account is paid for another creditor.
    if len({(debt.creditor_id, till.talk.ground.policies.for_portfolio(debt.portfolio).portfolio) for debt in debts}) > 1:
        raise CannotAgree("several_creditors", ids)
    for status, why in (("agreed", "agreed"), ("disputed", "disputed")):
        if found := [debt.id for debt in debts if debt.status == status]:
            raise CannotAgree("agreed" if why == "agreed" else "disputed", found)
    if closed := [debt.id for debt in debts if debt.status != "open"]:
        raise CannotAgree("not_open", closed)
    if gone := [debt.id for debt in debts if why_uncollectable(till.talk.ground, debt)]:
        raise CannotAgree("uncollectable", gone)
    ordered = tuple(sorted(debts, key=lambda debt: (debt.due_date, debt.id)))
    dues = tuple(owed(till.talk.ground, debt) for debt in ordered)
    if any(due.total <= 0 for due in dues):
        raise CannotAgree("nothing_owed", ids)
    policy = till.talk.ground.policies.for_portfolio(ordered[0].portfolio)
    if await store.times_agreed(conn, ids) >= policy.agreements.max_per_debt:
        raise CannotAgree("too_often", ids)
    return Facts(ordered, dues, policy, agreed_amount(dues, policy.instalments), till.talk.ground.clock.today())


async def lay_on_the_table(
    conn: AsyncConnection,
    till: Till,
    known: Facts,
    plan: Plan,
    *,
    conversation_id: str | None,
    terms: Terms | None = None,
    basis: str = "policy",
    holds: timedelta | None = None,
) -> Offer:
    """Make this plan the offer of the talk. It holds as long as a Pix of that portfolio would (`pix.expires_minutes`)."""
    now = till.talk.ground.clock.now()
    return await store.put_offer(
        conn,
        terms or terms_of([debt.id for debt in known.debts], known.dues, plan, known.limits),
        known.debts,
        conversation_id=conversation_id,
        policy_version=known.policy.version,
        now=now,
        expires_at=now + (holds or timedelta(minutes=known.policy.pix.expires_minutes)),
        basis=basis,
    )


# ------------------------------------------------------------------------------------------------ accepting


async def accept(
    conn: AsyncConnection,
    till: Till,
    offer_id: str,
    *,
    debtor_id: int,
    conversation_id: str | None,
    shown_message_ids: Sequence[str],
    how: Literal["tap", "words", "desk"],
    words: str | None,
    message_ids: Sequence[str],
    actor: str = "bot",
) -> tuple[Agreement, bool]:
    """Make the agreement that this offer promises, and issue its first charge; (the agreement, whether it is new).

    Accepted again, by whichever channel, the offer gives the agreement that it made. Raises `CannotAgree` when the offer holds no
    more: it was replaced, is expired, was never shown, or what it rests on (debts, policy) is not as it was.
    """
    now = till.talk.ground.clock.now()
    found = await store.get_offer(conn, offer_id)
    if found is None or found.debtor_id != debtor_id:
        raise CannotAgree("gone")
    debts = await get_debts(conn, found.debt_ids, lock=True)
    offer = await store.get_offer(conn, offer_id, lock=True)
    assert offer is not None
    if offer.status == "accepted":
        made = await store.agreement_of_offer(conn, offer_id)
        assert made is not None
        return made, False
    ids = [debt.id for debt in debts]
    if any(debt.status == "agreed" for debt in debts):
        raise CannotAgree("agreed", [debt.id for debt in debts if debt.status == "agreed"])
    if offer.status != "open":
        raise CannotAgree("gone", ids)
    if offer.expires_at <= now:
        raise CannotAgree("expired", ids)
    if offer.shown_text is None or not shown_message_ids:
        raise CannotAgree("not_shown", ids)
    known = await facts(conn, till, debts)
    _check_still_so(till, offer, known)
    agreement = await store.make_agreement(
        conn,
        offer,
        known.debts,
        protocol=new_protocol(known.today),
        conversation_id=conversation_id,
        shown_message_ids=shown_message_ids,
        how=how,
        words=words,
        message_ids=message_ids,
        now=now,
    )
    await store.close_offer(conn, offer.id, "accepted", now)
    await store.close_offers_of(conn, ids, now)
    await withdraw_proposals(conn, ids, now)
    await cancel_for(conn, ids, now)
    olds = await charges.live_of_debts(conn, ids, lock=True)
    for old in olds:
        await close(conn, till, old, "cancelled")
    await withdraw_cards(conn, till, olds)
    await issue_instalments(
        conn,
        till,
        agreement,
        [agreement.dues[0].number],
        conversation_id=conversation_id,
        request_key=f"agreement:{agreement.id}:first",
    )
    await audit.record(
        conn,
        actor,
        "agreement.accepted",
        f"agreement:{agreement.id}",
        {
            "offer": offer.id,
            "total": agreement.total,
            "how": how,
            "terms_sha256": offer.terms_hash,
            "policy": offer.policy_version,
        },
        now,
        tenant_id=agreement.tenant_id,
    )
    return agreement, True


def _check_still_so(till: Till, offer: Offer, known: Facts) -> None:
    """An offer is kept past midnight, but not past a payment, a change of the debt or of the policy, or its own first day."""
    made_on = till_day(offer.made_at)
    was = {share.debt_id: share.gross for share in offer.terms.shares}
    if any(owed(till.talk.ground, debt, made_on).gross != was.get(debt.id) for debt in known.debts):
        raise CannotAgree("changed", offer.debt_ids)
    if offer.basis == "policy" and offer.policy_version != known.policy.version:
        raise CannotAgree("changed", offer.debt_ids)
    if offer.terms.plan.first_due < known.today:
        raise CannotAgree("expired", offer.debt_ids)


def till_day(at: datetime) -> date:
    """The day in Brazil of an instant."""
    return at.astimezone(BRASILIA).date()


# ------------------------------------------------------------------------------------------------ charging


async def issue_instalments(
    conn: AsyncConnection,
    till: Till,
    agreement: Agreement,
    numbers: Sequence[int],
    *,
    conversation_id: str | None,
    request_key: str,
    kind: Kind = "pix",
    ahead: bool = False,
    despite_dispute: bool = False,
) -> Charge:
    """One Pix or boleto for these instalments of a live agreement, for what they come to today; `ahead`: less unused interest.
    `despite_dispute`: the explicit wish for it, after the notice that the debt is disputed or said to be paid.

    The same request and the same wish get the charge that exists; any other of this kind for the agreement's debts is closed.
    A boleto falls due with the first of them, or on the next business day when that is over. Raises `CannotIssue`.
    """
    ground = till.talk.ground
    debts = {debt.id: debt for debt in await get_debts(conn, agreement.debt_ids, lock=True)}
    agreement = await store.get_agreement(conn, agreement.id, lock=True)
    before = await charges.by_request(conn, agreement.tenant_id, request_key)
    if before is not None and before.debtor_id == agreement.debtor_id:
        return before
    wanted = [due for due in agreement.unpaid if due.number in numbers]
    if agreement.status != "active" or not wanted:
        raise CannotIssue("nothing_owed", agreement.debt_ids)
    if (disputed := [debt_id for debt_id, debt in debts.items() if debt.status == "disputed"]) and not despite_dispute:
        raise CannotIssue("disputed", disputed)
    if not despite_dispute and (claimed := await claimed_debts(conn, agreement.debt_ids)):
        raise CannotIssue("claimed", sorted(claimed))
    now, today = ground.clock.now(), ground.clock.today()
    pause = await collection_paused(conn, agreement.debtor_id, now)
    if pause is not None and pause.no_charge_at_all:
        raise CannotIssue("paused", agreement.debt_ids)
    first = debts[agreement.debt_ids[0]]
    policy = ground.policies.for_portfolio(agreement.portfolio)
    payee = payee_of(till, first.creditor_cnpj, agreement.portfolio)
    if (kind == "pix" and not payee.pix_key) or (kind == "boleto" and payee.boleto_provider not in till.boletos):
        raise CannotIssue("no_payee", agreement.debt_ids)
    due_date: date | None = None
    if kind == "boleto":
        due_date = min(next_business_day(due.due_date) for due in wanted)
        due_date = due_date if due_date >= today else add_business_days(today, 1)
    asked = [_asked(agreement, due, policy, today, ahead=ahead, due_date=due_date) for due in wanted]
    amount = sum(one.amount for one in asked)
    if kind == "boleto" and amount > MAX_BOLETO:
        raise CannotIssue("too_large", agreement.debt_ids)
    olds = await charges.live_of_debts(conn, agreement.debt_ids, kind=kind, lock=True)
    for old in olds:
        same = await charges.instalments_of(conn, old.id) == asked and (due_date is None or old.due_date == due_date)
        if same and old.expires_at > now and not old.blocked_why:
            if conversation_id is not None and conversation_id != old.conversation_id:
                return await charges.move(conn, old.id, conversation_id)
            return old
    for old in olds:
        await close(conn, till, old, "expired" if old.expires_at <= now else "cancelled")
    if due_date is None:
        expires_at = now + timedelta(minutes=policy.pix.expires_minutes)
    else:
        longest = till.boletos[payee.boleto_provider].capabilities.max_days_after_due
        # Not beyond the day before the agreement breaks: after it something else is owed.
        breaks = living.break_day(agreement.dues, policy.broken_after_days)
        days = min(longest, policy.boleto.pay_until_days, max(0, (breaks - due_date).days - 1) if breaks else 0)
        while days > 0 and breaks is not None and next_business_day(due_date + timedelta(days=days)) >= breaks:
            days -= 1
        expires_at = end_of_boleto(due_date, days)
    charge = await charges.insert(
        conn,
        NewCharge(
            tenant_id=agreement.tenant_id,
            creditor_id=agreement.creditor_id,
            debtor_id=agreement.debtor_id,
            conversation_id=conversation_id,
            kind=kind,
            provider=payee.provider if kind == "pix" else payee.boleto_provider,
            txid=new_txid(),
            request_key=request_key,
            amount=amount,
            payee_name=payee.name,
            payee_document=payee.document,
            pix_key=payee.pix_key if kind == "pix" else None,
            created_at=now,
            expires_at=expires_at,
            retry_at=now + LOST_JOB,
            due_date=due_date,
            our_number=new_our_number() if due_date else None,
        ),
        _items(agreement, asked, today),
        asked,
    )
    for old in olds:
        await charges.replace(conn, old.id, charge.id)
    await till.talk.jobs.put(conn, "create_charge", str(charge.id))
    return charge


def _asked(
    agreement: Agreement, due: Due, policy: Policy, today: date, *, ahead: bool, due_date: date | None
) -> ChargeInstalment:
    costs = price(agreement.dues, due, policy, today, ahead=ahead)
    late_fine, late_interest = 0, 0
    if due_date is not None and next_business_day(due.due_date) <= due_date:
        over, under = policy.interest_percent_month.as_integer_ratio()
        fined = due.fine_charged or costs.due.days_overdue > 0
        late_fine = 0 if fined else percent_of(costs.due.principal, policy.fine_percent)
        late_interest = costs.due.principal * over // (3000 * under)
    return ChargeInstalment(
        instalment_id=due.id,
        amount=costs.amount,
        principal=costs.due.principal,
        fine=costs.due.fine,
        interest=costs.due.interest,
        discount=costs.let_off,
        days_late=costs.due.days_overdue,
        late_fine=late_fine,
        late_interest_day=late_interest,
    )


def _items(agreement: Agreement, asked: Sequence[ChargeInstalment], today: date) -> list[ChargeItem]:
    """To which debts the money goes: the oldest first; late charges and what is let off stand on the first of them."""
    charged = {"fine": sum(one.fine for one in asked), "interest": sum(one.interest for one in asked)}
    items: list[ChargeItem] = []
    principal = sum(one.principal for one in asked) - sum(one.discount for one in asked)
    for place, (debt_id, of) in enumerate(share_out(agreement.parts, principal)):
        extra = charged if place == 0 else {"fine": 0, "interest": 0}
        items.append(
            ChargeItem(
                debt_id=debt_id,
                amount=of + extra["fine"] + extra["interest"],
                principal=of,
                fine=extra["fine"],
                interest=extra["interest"],
                discount=0,
                days_overdue=max(one.days_late for one in asked),
                calculated_for=today,
                late_fine=sum(one.late_fine for one in asked) if place == 0 else 0,
                late_interest_day=sum(one.late_interest_day for one in asked) if place == 0 else 0,
            )
        )
    return items


# ------------------------------------------------------------------------------------------------ living with one


async def move_instalment(
    conn: AsyncConnection, till: Till, agreement_id: int, number: int, to: date | None, *, actor: str
) -> tuple[Agreement, date]:
    """Move an instalment to another day (left out: as late as the policy allows). Raises RepairRefused, LookupError."""
    agreement, due, policy, today = await _held(conn, till, agreement_id, number)
    day = living.move(
        agreement.dues,
        due,
        policy.agreements,
        to=to,
        max_days=policy.extension.max_days,
        broken_after_days=policy.broken_after_days,
        moved_before=agreement.moved_times,
        today=today,
    )
    return await _moved(conn, till, agreement, due, day, "agreement.moved", actor, skipped=False), day


async def skip_instalment(
    conn: AsyncConnection, till: Till, agreement_id: int, number: int, *, actor: str
) -> tuple[Agreement, date]:
    """Skip an instalment: it falls due a month after the last one. Raises RepairRefused, LookupError."""
    agreement, due, policy, today = await _held(conn, till, agreement_id, number)
    day = living.skip(
        agreement.dues,
        due,
        policy.agreements,
        broken_after_days=policy.broken_after_days,
        skipped_before=agreement.skipped_times,
        today=today,
    )
    return await _moved(conn, till, agreement, due, day, "agreement.skipped", actor, skipped=True), day


async def _held(conn: AsyncConnection, till: Till, agreement_id: int, number: int) -> tuple[Agreement, Due, Policy, date]:
    agreement = await store.get_agreement(conn, agreement_id)
    await get_debts(conn, agreement.debt_ids, lock=True)
    agreement = await store.get_agreement(conn, agreement_id, lock=True)
    due = next((due for due in agreement.dues if due.number == number), None)
    if due is None or agreement.status != "active":
        raise RepairRefused("not_open", "there is no such instalment to be paid")
    return agreement, due, till.talk.ground.policies.for_portfolio(agreement.portfolio), till.talk.ground.clock.today()


async def _moved(
    conn: AsyncConnection, till: Till, agreement: Agreement, due: Due, day: date, what: str, actor: str, *, skipped: bool
) -> Agreement:
    now = till.talk.ground.clock.now()
    await store.put_due_date(conn, agreement, due, day, skipped=skipped)
    await _end_charges(conn, till, agreement)
    detail = {"number": due.number, "from": due.due_date.isoformat(), "to": day.isoformat()}
    await audit.record(conn, actor, what, f"agreement:{agreement.id}", detail, now, tenant_id=agreement.tenant_id)
    return await store.get_agreement(conn, agreement.id)


async def _end_charges(conn: AsyncConnection, till: Till, agreement: Agreement) -> None:
    """What could still be paid for it is right no more: closed here, at the provider, and its cards withdrawn."""
    olds = await charges.live_of_debts(conn, agreement.debt_ids, lock=True)
    for old in olds:
        await close(conn, till, old, "cancelled")
    await withdraw_cards(conn, till, olds)


async def cancel_agreement(conn: AsyncConnection, till: Till, agreement_id: int, *, actor: str, why: str) -> Agreement:
    """Undo an agreement under which nothing was paid yet: its debts are open as they were. Raises `CannotAgree`."""
    agreement = await store.get_agreement(conn, agreement_id)
    debts = await get_debts(conn, agreement.debt_ids, lock=True)
    agreement = await store.get_agreement(conn, agreement_id, lock=True)
    if agreement.status == "cancelled":
        return agreement
    if agreement.status != "active" or agreement.paid:
        raise CannotAgree("not_open", agreement.debt_ids)
    if any(debt.status == "disputed" for debt in debts):
        raise CannotAgree("disputed", agreement.debt_ids)
    now = till.talk.ground.clock.now()
    await store.end_agreement(conn, agreement, "cancelled", why, now)
    before = {part.debt_id: part.before for part in agreement.parts}
    for debt in debts:
        await store.set_debt(conn, debt, before[debt.id], "open", source=f"agreement:{agreement.id}:cancelled", now=now)
    await _end_charges(conn, till, agreement)
    await audit.record(
        conn, actor, "agreement.cancelled", f"agreement:{agreement.id}", {"why": why}, now, tenant_id=agreement.tenant_id
    )
    return await store.get_agreement(conn, agreement.id)


# ------------------------------------------------------------------------------------------------ late and broken


async def keep_agreements(engine: AsyncEngine, till: Till) -> int:
    """Note what is late and break what is late for too long; returns how many broke. For the sweep; one transaction each."""
    async with engine.begin() as conn:
        ids = await store.with_unpaid_before(conn, till.talk.ground.clock.today())
    broken = 0
    for agreement_id in ids:
        async with engine.begin() as conn:
            broken += await keep_agreement(conn, till, agreement_id)
    async with engine.begin() as conn:
        untold = await store.broken_untold(conn)
    for agreement_id in untold:
        async with engine.begin() as conn:
            await tell_broken(conn, till, agreement_id)
    return broken


async def keep_agreement(conn: AsyncConnection, till: Till, agreement_id: int) -> bool:
    """Note what is late of one agreement; break it when the tolerance is over. Whether it broke."""
    ground = till.talk.ground
    agreement = await store.get_agreement(conn, agreement_id)
    debts = await get_debts(conn, agreement.debt_ids, lock=True)
    agreement = await store.get_agreement(conn, agreement_id, lock=True)
    if agreement.status != "active" or any(debt.status == "disputed" for debt in debts):
        # While somebody disputes a debt nothing is done to collect it, and nothing breaks.
        return False
    now, today = ground.clock.now(), ground.clock.today()
    await store.mark_late(conn, agreement, today, now)
    policy = ground.policies.for_portfolio(agreement.portfolio)
    breaks = living.break_day(agreement.dues, policy.broken_after_days)
    if breaks is None or today < breaks or await claimed_debts(conn, agreement.debt_ids):
        return False  # nobody is held to a date while they wait for an answer
    late = agreement.unpaid[0]
    await store.end_agreement(conn, agreement, "broken", f"instalment {late.number} due {late.due_date}", now)
    by_id = {debt.id: debt for debt in debts}
    for part in agreement.parts:
        left = living.when_broken(part, policy, today)
        await store.set_debt(conn, by_id[part.debt_id], left.debt, "open", source=f"agreement:{agreement.id}:broken", now=now)
    await _end_charges(conn, till, agreement)
    await audit.record(
        conn,
        "worker",
        "agreement.broken",
        f"agreement:{agreement.id}",
        {"number": late.number, "due": late.due_date.isoformat(), "paid": agreement.paid},
        now,
        tenant_id=agreement.tenant_id,
    )
    return True


async def tell_broken(conn: AsyncConnection, till: Till, agreement_id: int) -> bool:
    """Tell once that an agreement broke, with the arithmetic while identity is proven; nobody is written to outside the hours.

    Whether it is told now, or needs no telling.
    """
    agreement = await store.get_agreement(conn, agreement_id, lock=True)
    now = till.talk.ground.clock.now()
    local = now.astimezone(BRASILIA)
    policy = till.talk.ground.policies.for_portfolio(agreement.portfolio)
    if not policy.contact.hours.allow(local) or next_business_day(local.date()) != local.date():
        return False
    await store.note_told(conn, agreement_id, now)
    if agreement.conversation_id is None:
        return True
    proof = await live_proof(conn, agreement.conversation_id, now)
    if proof is None or proof.debtor_id != agreement.debtor_id:
        said = Utterance("utter_agreement_news_neutral")
    else:
        said = Utterance("utter_agreement_broken", broken_values(till, agreement))
    await reply(conn, till.talk, agreement.conversation_id, [said], source=f"agreement:{agreement.id}:broken", author="journey")
    await announce(conn, agreement.conversation_id)
    return True


def broken_values(till: Till, agreement: Agreement) -> dict[str, Any]:
    """The arithmetic of a broken agreement: for each debt what it was, what was paid on it, and what is owed now."""
    policy = till.talk.ground.policies.for_portfolio(agreement.portfolio)
    assert agreement.ended_at is not None
    day = till_day(agreement.ended_at)
    rows = []
    total = 0
    for part in agreement.parts:
        left = living.when_broken(part, policy, day)
        total += left.due.total
        rows.append(
            {
                "debt": part.debt_id,
                "before": {"money": part.before.principal_left + part.before.charges_left},
                "paid": {"money": part.paid},
                "principal": {"money": left.due.principal},
                "fine": {"money": left.due.fine},
                "interest": {"money": left.due.interest},
                "days": left.due.days_overdue,
                "total": {"money": left.due.total},
            }
        )
    late = min((kept.due for kept in agreement.instalments if kept.status == "cancelled"), key=lambda due: due.due_date)
    return {
        "protocol": agreement.protocol,
        "title": title(agreement, late),
        "due": {"date": late.due_date.isoformat()},
        "tolerance": policy.broken_after_days,
        "paid": {"money": agreement.paid},
        "discount": {"money": agreement.discount},
        "debts": rows,
        "total": {"money": total},
        "day": {"date": day.isoformat()},
    }
