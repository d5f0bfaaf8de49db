"""Promises, disputes, claims and extensions in the store: once each, read back, and what rests meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from documents.receipt_reader import Receipt
from payments import charges
from payments.issue import CannotIssue, issue
from payments.moved_date import follow_extension
from payments.receipt_match import match
from receivables import claims, promising
from receivables.agreements import set_debt
from receivables.calendar import is_business_day, next_business_day
from receivables.claims import claims_of, open_claim, tell_more
from receivables.disputing import CannotDispute, disputes_of, end_dispute, open_dispute
from receivables.extending import grant, preview
from receivables.extension import Extended, ExtensionRefused, after, extend
from receivables.on_account import PartRefused, check_part
from receivables.owed import DebtState, allocate, owed
from receivables.policy import Collector, Extension, Policy, Promise
from receivables.promise import PromiseRefused, promise, verdict
from receivables.promising import correct, make, open_promises, promises_of, take_back
from receivables.resting import resting
from receivables.store import get_debts
from receivables.store import owed as owed_now
from tests.payments.stage import Stage
from trato.clock import FixedClock

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
POLICY = Policy(portfolio="default", version="1", collector=Collector(name="Acerto", cnpj="93417862000103"))


@pytest.fixture
async def stage(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(engine, FixedClock(NOW), tmp_path)
    await made.set_up()
    yield made


async def debt_of(stage: Stage, debt_id: int):  # type: ignore[no-untyped-def]
    async with stage.engine.connect() as conn:
        return (await get_debts(conn, [debt_id]))[0]


async def given_time(stage: Stage, debt_id: int, day: date, key: str = "k") -> None:
    async with stage.engine.begin() as conn:
        (debt,) = await get_debts(conn, [debt_id])
        shown = await preview(conn, stage.ground, debt, day)
        await grant(
            conn, stage.ground, debt_id, to=day, total=shown.total, request_key=key, protocol=f"2026-1123-{key}",
            conversation_id=stage.conversation, by="bot",
        )  # fmt: skip


# --------------------------------------------------------------------------------------------------- extensions

dues = st.dates(date(2026, 10, 26), date(2026, 12, 20))
amounts = st.integers(100, 10_000_000)


@settings(max_examples=200, deadline=None)
@given(amounts, dues, st.integers(1, 10), st.booleans(), st.integers(0, 60))
def test_what_is_owed_stands_still_until_the_new_day_and_goes_on_from_there(
    amount: int, due: date, days: int, charged: bool, later: int
) -> None:
    debt = DebtState.new(amount, due)
    before = owed(debt, POLICY, TODAY)
    moved = extend(debt, POLICY, Extension(charge_interest=charged), to=None, today=TODAY, times_before=0)
    assert isinstance(moved, Extended) and is_business_day(moved.due_date)
    left = after(debt, moved, TODAY)
    for day in range((moved.due_date - TODAY).days + 1):
        now = owed(left, POLICY, TODAY + timedelta(days=day))
        assert now.gross == before.gross + moved.interest
    # Each day after it costs what it would have cost without the extension, and never less than the day before.
    start = max(next_business_day(due), TODAY)
    beyond = owed(left, POLICY, moved.due_date + timedelta(days=later))
    without = owed(debt, POLICY, start + timedelta(days=later))
    assert beyond.gross == without.gross + moved.interest
    assert beyond.days_overdue == without.days_overdue


@settings(max_examples=200, deadline=None)
@given(amounts, dues, st.integers(1, 400), st.integers(0, 40))
def test_a_part_paid_under_an_extension_is_never_charged_twice(amount: int, due: date, share: int, later: int) -> None:
    debt = DebtState.new(amount, due)
    moved = extend(debt, POLICY, Extension(), to=None, today=TODAY, times_before=0)
    left = after(debt, moved, TODAY)
    paid_on = owed(left, POLICY, TODAY + timedelta(days=1))
    part = max(1, amount * share // 500)
    if part >= paid_on.total:
        return
    allocation = allocate(left, paid_on, part)
    again = owed(allocation.debt, POLICY, moved.due_date)
    assert again.gross == paid_on.gross - part
    assert owed(allocation.debt, POLICY, moved.due_date + timedelta(days=later)).gross >= again.gross


async def test_it_is_granted_once_and_only_at_what_was_shown(stage: Stage) -> None:
    debt_id = await stage.add_debt(64_000, date(2026, 11, 30))
    await given_time(stage, debt_id, date(2026, 12, 10))
    await_twice = await debt_of(stage, debt_id)
    assert await_twice.extended_to == date(2026, 12, 10) and await_twice.due_date == date(2026, 11, 30)
    async with stage.engine.begin() as conn:
        with pytest.raises(ExtensionRefused, match="already_extended"):
            await preview(conn, stage.ground, await_twice, date(2026, 12, 11))
        same = await grant(
            conn, stage.ground, debt_id, to=date(2026, 12, 10), total=64_000, request_key="k", protocol="2026-1123-other",
            conversation_id=None, by="bot",
        )  # fmt: skip
        assert same.protocol == "2026-1123-k"
    other = await stage.add_debt(63_000, date(2026, 11, 30))
    async with stage.engine.begin() as conn:
        with pytest.raises(ExtensionRefused, match="changed"):
            await grant(
                conn, stage.ground, other, to=date(2026, 12, 10), total=62_999, request_key="x", protocol="p",
                conversation_id=None, by="bot",
            )  # fmt: skip


async def test_its_charges_follow_and_the_old_ones_are_withdrawn(stage: Stage) -> None:
    debt_id = await stage.add_debt(64_000, date(2026, 11, 30))
    old = await stage.charge(debt_id)
    await given_time(stage, debt_id, date(2026, 12, 10))
    async with stage.engine.begin() as conn:
        (new,) = await follow_extension(
            conn, stage.till, debt_id, date(2026, 12, 10), conversation_id=stage.conversation, request_key="extension:1"
        )
        assert (await charges.get(conn, old.id)).status == "cancelled"
        assert new.amount == 64_000 and new.expires_at > datetime(2026, 12, 11, 2, 0, tzinfo=UTC)
        (again,) = await follow_extension(
            conn, stage.till, debt_id, date(2026, 12, 10), conversation_id=stage.conversation, request_key="extension:1"
        )
        assert again.id == new.id


# ----------------------------------------------------------------------------------------------------- promises


@settings(max_examples=200, deadline=None)
@given(st.integers(-5, 45), st.integers(1, 2_000_000), st.integers(1, 1_000_000))
def test_a_promise_is_within_the_limits_or_refused_with_them(days: int, amount: int, owed_then: int) -> None:
    day = TODAY + timedelta(days=days)
    try:
        made = promise(day, amount, owed_then, Promise(), TODAY)
    except PromiseRefused as refusal:
        assert days < 0 or days > 30 or amount < 2000
        assert refusal.day is not None or refusal.amount is not None
        return
    assert 0 <= days <= 30 and 0 < made.amount <= owed_then and made.whole == (made.amount == owed_then)
    assert made.keep_until > made.day >= made.remind_on >= TODAY
    assert (
        verdict(amount=made.amount, paid=made.amount, settled=False, keep_until=made.keep_until, today=made.keep_until) == "kept"
    )
    late = made.keep_until + timedelta(days=1)
    assert verdict(amount=made.amount, paid=made.amount - 1, settled=False, keep_until=made.keep_until, today=late) == "broken"


async def promised(stage: Stage, debt_id: int, day: date, amount: int | None = None, key: str = "p"):  # type: ignore[no-untyped-def]
    async with stage.engine.begin() as conn:
        return await make(
            conn, stage.ground, [debt_id], day=day, amount=amount, request_key=key, protocol=f"2026-1123-{key}",
            conversation_id=stage.conversation,
        )  # fmt: skip


async def test_one_field_is_corrected_and_the_rest_stays(stage: Stage) -> None:
    debt_id = await stage.add_debt(64_000, date(2026, 11, 3))
    made = await promised(stage, debt_id, date(2026, 12, 4), 10_000)
    async with stage.engine.begin() as conn:
        changed = await correct(conn, stage.ground, made.id, day=date(2026, 12, 15), amount=10_000)
    assert (changed.day, changed.amount, changed.protocol) == (date(2026, 12, 15), 10_000, made.protocol)


async def test_a_second_promise_takes_the_place_of_the_first_and_the_same_wish_makes_one(stage: Stage) -> None:
    debt_id = await stage.add_debt(64_000, date(2026, 11, 3))
    first = await promised(stage, debt_id, date(2026, 12, 4))
    assert (await promised(stage, debt_id, date(2026, 12, 9))).id == first.id
    second = await promised(stage, debt_id, date(2026, 12, 9), key="q")
    async with stage.engine.connect() as conn:
        assert [one.status for one in await promises_of(conn, stage.debtor)] == ["open", "cancelled"]
        assert [one.id for one in await open_promises(conn, [debt_id])] == [second.id]


async def test_it_is_kept_by_what_the_bank_tells_and_broken_after_the_grace(stage: Stage) -> None:
    kept, part, broken = [await stage.add_debt(30_000 + more, date(2026, 11, 3)) for more in range(3)]
    for debt_id, amount, key in ((kept, None, "a"), (part, 5_000, "b"), (broken, None, "c")):
        await promised(stage, debt_id, date(2026, 11, 25), amount, key)
    charge = await stage.charge(kept)
    await stage.paid(charge.txid, charge.amount)
    await stage.paid((await stage.charge(part)).txid, 5_000)
    async with stage.engine.begin() as conn:
        assert await promising.review(conn, stage.ground) == {"kept": 2}
        assert await promising.review(conn, stage.ground) == {}
    stage.clock.advance(timedelta(days=7))  # Monday, 30 November: the third business day is the last one
    async with stage.engine.begin() as conn:
        assert await promising.review(conn, stage.ground) == {}
    stage.clock.advance(timedelta(days=1))
    async with stage.engine.begin() as conn:
        assert await promising.review(conn, stage.ground) == {"broken": 1}


async def test_what_is_taken_back_holds_nobody(stage: Stage) -> None:
    debt_id = await stage.add_debt(64_000, date(2026, 11, 3))
    made = await promised(stage, debt_id, date(2026, 12, 4))
    async with stage.engine.begin() as conn:
        assert (await resting(conn, [debt_id], TODAY))[debt_id].why == "promised"
        assert await take_back(conn, made.id, NOW) and not await take_back(conn, made.id, NOW)
        assert await resting(conn, [debt_id], TODAY) == {}


# ----------------------------------------------------------------------------------------------------- disputes


async def disputed(stage: Stage, debt_id: int, key: str = "d"):  # type: ignore[no-untyped-def]
    async with stage.engine.begin() as conn:
        return await open_dispute(
            conn, stage.ground, [debt_id], reason="fraud", story="", request_key=key, protocol=f"2026-1123-{key}",
            conversation_id=stage.conversation,
        )  # fmt: skip


async def test_a_dispute_is_opened_once_lets_the_debt_rest_and_ends_promises(stage: Stage) -> None:
    debt_id = await stage.add_debt(64_000, date(2026, 11, 3))
    await promised(stage, debt_id, date(2026, 12, 4))
    made = await disputed(stage, debt_id)
    assert made.answer_by == date(2026, 12, 7)
    assert (await disputed(stage, debt_id)).id == made.id
    with pytest.raises(CannotDispute):
        await disputed(stage, debt_id, "again")
    assert (await debt_of(stage, debt_id)).status == "disputed"
    async with stage.engine.begin() as conn:
        assert (await resting(conn, [debt_id], TODAY + timedelta(days=400)))[debt_id].why == "disputed"
        assert await open_promises(conn, [debt_id]) == []
        with pytest.raises(CannotIssue, match="disputed"):
            await issue(conn, stage.till, debtor_id=stage.debtor, debt_ids=[debt_id], conversation_id=None, request_key="r")
        debt = (await get_debts(conn, [debt_id]))[0]
        with pytest.raises(ExtensionRefused, match="disputed"):
            await preview(conn, stage.ground, debt, None)
        with pytest.raises(PromiseRefused, match="disputed"):
            promising.preview(stage.ground, [debt], date(2026, 12, 4), None)
        with pytest.raises(PartRefused, match="disputed"):
            check_part(stage.ground, debt, 3_000)


async def test_taken_back_it_is_as_before_and_paid_it_stays_paid(stage: Stage) -> None:
    back, paid = [await stage.add_debt(30_000 + more, date(2026, 11, 3)) for more in range(2)]
    charge = await stage.charge(paid)
    first, second = await disputed(stage, back, "a"), await disputed(stage, paid, "b")
    await stage.paid(charge.txid, charge.amount)
    async with stage.engine.begin() as conn:
        assert await end_dispute(conn, stage.ground, first.id, "withdrawn", by="debtor")
        assert not await end_dispute(conn, stage.ground, first.id, "accepted", by="agent:1")
        assert await end_dispute(conn, stage.ground, second.id, "rejected", by="agent:1")
        assert {one.status for one in await disputes_of(conn, stage.debtor)} == {"withdrawn", "rejected"}
    assert (await debt_of(stage, back)).status == "open"
    assert (await debt_of(stage, paid)).status == "paid"


# -------------------------------------------------------------------------------------------- parts and claims


async def test_a_part_lowers_what_is_owed_and_never_settles(stage: Stage) -> None:
    """E18 of the worked values: 800.00 due on 23 September, 300.00 paid on 23 November, 532.27 left before any discount."""
    debt_id = await stage.add_debt(80_000, date(2026, 9, 23))
    debt = await debt_of(stage, debt_id)
    before = owed_now(stage.ground, debt)
    with pytest.raises(PartRefused, match="too_little"):
        check_part(stage.ground, debt, 1_999)
    with pytest.raises(PartRefused, match="all_of_it"):
        check_part(stage.ground, debt, before.total)
    left = check_part(stage.ground, debt, 30_000)
    async with stage.engine.begin() as conn:
        charge = await issue(
            conn, stage.till, debtor_id=stage.debtor, debt_ids=[debt_id], conversation_id=stage.conversation, request_key="part",
            on_account=30_000,
        )  # fmt: skip
    await stage.work()
    await stage.paid(charge.txid, 30_000)
    now = await debt_of(stage, debt_id)
    assert now.status == "open" and owed_now(stage.ground, now).total == left
    assert now.principal_left == 80_000 - (30_000 - before.charges)
    async with stage.engine.connect() as conn:
        assert (await charges.get(conn, charge.id)).status == "paid"
        (payment,) = await charges.payments_of(conn, stage.debtor)
        assert payment.status == "partial"


async def test_a_claim_is_one_until_it_ends_and_a_payment_confirms_it(stage: Stage) -> None:
    seen, unseen = [await stage.add_debt(30_000 + more, date(2026, 11, 3)) for more in range(2)]
    charge = await stage.charge(seen)
    async with stage.engine.begin() as conn:
        first = await open_claim(
            conn, stage.ground, "paid", stage.debtor, [seen], request_key="a", protocol="A", conversation_id=stage.conversation
        )
        same = await open_claim(
            conn, stage.ground, "paid", stage.debtor, [seen], request_key="b", protocol="B", conversation_id=stage.conversation
        )
        assert same.id == first.id and first.review_until == date(2026, 11, 26)
        told = await tell_more(conn, first.id, paid_on=date(2026, 11, 20), means="boleto")
        assert (await tell_more(conn, told.id, amount=100)).means == "boleto"
        assert (await resting(conn, [seen], TODAY))[seen].why == "claimed"
    await stage.paid(charge.txid, charge.amount)
    async with stage.engine.begin() as conn:
        assert await claims.review(conn, stage.ground) == 1
        assert [one.status for one in await claims_of(conn, stage.debtor)] == ["confirmed"]
        await open_claim(
            conn, stage.ground, "paid", stage.debtor, [unseen], request_key="c", protocol="C", conversation_id=stage.conversation
        )
    stage.clock.advance(timedelta(days=4))
    async with stage.engine.begin() as conn:
        assert await claims.review(conn, stage.ground) == 1
        assert [one.status for one in await claims_of(conn, stage.debtor)] == ["not_found", "confirmed"]


async def test_a_second_account_said_to_be_paid_has_a_claim_of_its_own(stage: Stage) -> None:
    one, other = [await stage.add_debt(30_000 + more, date(2026, 11, 3)) for more in range(2)]
    async with stage.engine.begin() as conn:
        claims_made = [
            await open_claim(
                conn, stage.ground, "paid", stage.debtor, debts, request_key=key, protocol=key, conversation_id=stage.conversation
            )
            for key, debts in (("A", [one]), ("B", [one, other]), ("C", [one, other]))
        ]
    assert [claim.debts for claim in claims_made] == [(one,), (other,), (other,)]
    assert claims_made[1].id == claims_made[2].id != claims_made[0].id


# ----------------------------------------------------------------------------------------------------- receipts


async def test_a_receipt_is_ours_confirmed_or_somebody_elses_and_settles_nothing(stage: Stage) -> None:
    debt_id = await stage.add_debt(30_000, date(2026, 11, 3))
    charge = await stage.charge(debt_id)
    paid = await stage.add_debt(20_000, date(2026, 11, 3))
    other = await stage.charge(paid)
    end_to_end = await stage.paid(other.txid, other.amount)
    async with stage.engine.begin() as conn:
        ours = await match(conn, stage.till, stage.debtor, Receipt(amount=charge.amount, payee="Lojas Tamboril SA"))
        assert (ours.verdict, ours.charge and ours.charge.id, ours.debts) == ("ours", charge.id, (debt_id,))
        masked = await match(conn, stage.till, stage.debtor, Receipt(amount=1, payee_document="**.731.425/0001-**"))
        assert masked.verdict == "ours"
        stranger = await match(conn, stage.till, stage.debtor, Receipt(amount=charge.amount, payee="JOAO DA SILVA"))
        assert stranger.verdict == "another_payee" and stranger.ours
        known = await match(conn, stage.till, stage.debtor, Receipt(amount=other.amount, end_to_end_id=end_to_end))
        assert known.verdict == "confirmed"
        somebody = await stage.add_debtor("16899535009", "Outra Pessoa")
        assert (await match(conn, stage.till, somebody, Receipt(amount=1, end_to_end_id=end_to_end))).verdict != "confirmed"
        assert (await match(conn, stage.till, stage.debtor, None)).verdict == "unreadable"
        assert (await match(conn, stage.till, stage.debtor, Receipt())).verdict == "nothing_like_it"
    assert (await debt_of(stage, debt_id)).status == "open"


async def test_an_agreement_does_not_break_while_its_debt_is_disputed(stage: Stage) -> None:
    debt_id = await stage.add_debt(30_000, date(2026, 11, 3))
    made = await disputed(stage, debt_id)
    async with stage.engine.begin() as conn:
        (debt,) = await get_debts(conn, [debt_id], lock=True)
        await set_debt(conn, debt, debt.state, "agreed", source="agreement:1", now=NOW)
        assert (await get_debts(conn, [debt_id]))[0].status == "disputed"
        assert await end_dispute(conn, stage.ground, made.id, "withdrawn", by="debtor")
        assert (await get_debts(conn, [debt_id]))[0].status == "agreed"
