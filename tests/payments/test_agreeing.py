"""Agreements where money is concerned: made once, charged for, paid, late, moved, broken, given up; and proposals answered by humans."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from conversations.conversation import give_proof
from payments.agreeing import (
    CannotAgree,
    cancel_agreement,
    facts,
    keep_agreements,
    move_instalment,
    skip_instalment,
)
from payments.issue import CannotIssue
from payments.proposing import BeyondAuthority, answer_proposal, propose
from receivables.agreed import RepairRefused
from receivables.agreements import Agreement, get_offer, status_on
from receivables.claims import open_claim, take_back
from receivables.proposals import Proposal, get_proposal, waiting_proposals
from receivables.reminding import instalment
from receivables.store import get_debts
from tests.payments.bargain import agree, ask, live_charge, offer, read, say_yes
from tests.payments.stage import Stage

# 1.000,00 due 32 days ago: 1.030,67 with charges; half of the cash discount of 15,34 is kept: 1.023,00 to divide.
TOTAL, DOWN = 102_300, 20_460


async def sums_hold(stage: Stage) -> None:
    """What `trato verify` asks of money."""
    rows: list[Any] = []
    async with stage.engine.connect() as conn:
        for query in (
            """select d.id from debts d left join allocations a on a.debt_id = d.id group by d.id, d.paid_total
               having d.paid_total <> coalesce(sum(a.amount), 0)""",
            """select d.id from debts d left join allocations a on a.debt_id = d.id and a.part = 'principal'
               group by d.id, d.principal_left, d.settled_at, d.original_amount having d.principal_left <> case when d.settled_at is null
               then d.original_amount - coalesce(sum(a.amount), 0) else 0 end""",
            """select a.id from agreements a where (select coalesce(sum(d.paid), 0) from agreement_debts d where d.agreement_id = a.id)
               <> (select coalesce(sum(p.principal + p.charges), 0) from instalment_payments p
                   join agreement_instalments i on i.id = p.instalment_id where i.agreement_id = a.id)""",
        ):
            rows += (await conn.execute(text(query))).all()
    assert rows == []


async def prove(stage: Stage) -> None:
    """They prove anew who they are, and write, so that everything may be told to them."""
    async with stage.engine.begin() as conn:
        await give_proof(conn, stage.conversation, stage.debtor, stage.clock.now(), 60 * 24 * 10)
        await conn.execute(text("update conversations set last_inbound_at = :now"), {"now": stage.clock.now()})


def statuses(stage: Stage, agreement: Agreement) -> list[str]:
    return [status_on(one, stage.clock.today()) for one in agreement.instalments]


# ------------------------------------------------------------------------------------------------ accepting


async def test_an_accepted_offer_makes_an_agreement_and_its_first_code(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    assert (agreement.status, agreement.total, agreement.down_payment, agreement.count) == ("active", TOTAL, DOWN, 3)
    assert [(one.due.number, one.due.amount) for one in agreement.instalments] == [(0, DOWN), (1, 27280), (2, 27280), (3, 27280)]
    assert (await stage.debt(debt)).status == "agreed"
    charge = await live_charge(stage)
    assert (charge.amount, charge.kind) == (DOWN, "pix")
    said = [one.response for one in await stage.said()]
    assert said[-3:] == ["utter_pix_agreement", "utter_pix_code", "utter_pix_card"]
    await sums_hold(stage)


async def test_what_was_accepted_is_kept_with_the_very_text_and_cannot_be_rewritten(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    async with stage.engine.connect() as conn:
        row = (await conn.execute(text("select * from agreements"))).one()
        words = (await conn.execute(text("select words from outbox where response = 'utter_offer_summary'"))).scalar_one()
    assert row.shown_text == words and "Total do acordo: R$ 1.023,00" in words
    assert row.accepted_message_ids == ["wamid.yes"] and len(row.shown_message_ids) == 1
    assert (row.policy_version, len(row.terms_hash), row.accepted_words) == ("test", 64, "aceito")
    for change in ("total = total + 1", "terms = '{}'", "shown_text = 'outro'", "accepted_at = now()"):
        with pytest.raises(IntegrityError):
            await stage.run(f"update agreements set {change} where id = :id", id=agreement.id)


async def test_a_double_tap_makes_one_agreement(stage: Stage, debt: int) -> None:
    made = await offer(stage, debt)
    answers = await asyncio.gather(*(say_yes(stage, made) for _ in range(5)))
    assert len({agreement.id for agreement, _ in answers}) == 1 and [new for _, new in answers].count(True) == 1
    assert await stage.scalar("select count(*) from agreements") == 1
    assert await stage.scalar("select count(*) from charges") == 1


async def test_two_offers_in_two_talks_for_one_debt_make_one_agreement(stage: Stage, debt: int) -> None:
    await stage.run(
        """insert into conversations (id, channel, account, address_raw, last_inbound_at, created_at)
           values ('c_bbbbbbbbbbbbbbbbbbbb', 'rcs', '1', '5511999990001', :now, :now)""",
        now=stage.clock.now(),
    )
    async with stage.engine.begin() as conn:
        await give_proof(conn, "c_bbbbbbbbbbbbbbbbbbbb", stage.debtor, stage.clock.now(), 30)
    first = await offer(stage, debt, count=3)
    second = await offer(stage, debt, count=5, conversation="c_bbbbbbbbbbbbbbbbbbbb")
    answers = await asyncio.gather(
        say_yes(stage, first), say_yes(stage, second, conversation_id="c_bbbbbbbbbbbbbbbbbbbb"), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in answers) == ["CannotAgree", "tuple"]
    assert await stage.scalar("select count(*) from agreements") == 1


async def test_the_store_itself_refuses_a_second_live_agreement_of_a_debt(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    with pytest.raises(IntegrityError):
        async with stage.engine.begin() as conn:
            await conn.execute(text("alter table agreements disable trigger agreements_add_up"))
            await conn.execute(
                text("""insert into offers (id, debtor_id, creditor_id, portfolio, terms, terms_hash, policy_version, made_at,
                            expires_at) select 'of_aaaaaaaaaaaaaaaaaaaa', debtor_id, creditor_id, portfolio, terms, terms_hash,
                            policy_version, made_at, expires_at from offers limit 1""")
            )
            other = (
                await conn.execute(
                    text("""insert into agreements (protocol, debtor_id, creditor_id, portfolio, offer_id, gross, discount, interest,
                                total, down_payment, count, policy_version, terms, terms_hash, shown_text, shown_hash,
                                shown_message_ids, accepted_how, accepted_message_ids, accepted_at)
                            select 'P-2', debtor_id, creditor_id, portfolio, 'of_aaaaaaaaaaaaaaaaaaaa', gross, discount, interest,
                                total, down_payment, count, policy_version, terms, terms_hash, shown_text, shown_hash,
                                shown_message_ids, 'tap', accepted_message_ids, accepted_at from agreements where id = :id
                            returning id"""),
                    {"id": agreement.id},
                )
            ).scalar_one()
            await conn.execute(
                text("""insert into agreement_debts (agreement_id, debt_id, gross, discount, interest, share, principal_before,
                            charges_before, fine_charged_before) select :other, debt_id, gross, discount, interest, share,
                            principal_before, charges_before, fine_charged_before from agreement_debts where agreement_id = :id"""),
                {"other": other, "id": agreement.id},
            )


async def test_the_store_refuses_instalments_that_do_not_sum_to_the_total(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    with pytest.raises(IntegrityError, match="instalments sum to"):
        async with stage.engine.begin() as conn:
            await conn.execute(
                text("""insert into agreement_instalments (agreement_id, number, amount, principal, interest, agreed_due_date,
                            due_date, amount_left) values (:id, 9, 1, 1, 0, '2027-01-01', '2027-01-01', 1)"""),
                {"id": agreement.id},
            )


async def test_an_old_code_of_the_debt_is_worth_nothing_once_it_is_agreed_on(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    await agree(stage, debt)
    assert (await stage.read(old.id)).status == "cancelled"
    with pytest.raises(CannotIssue):
        await stage.ask(debt)


@pytest.mark.parametrize("what", ["expired", "replaced", "paid", "policy"])
async def test_an_offer_holds_no_more_once_what_it_rests_on_has_changed(stage: Stage, debt: int, what: str) -> None:
    made = await offer(stage, debt)
    if what == "expired":
        stage.clock.advance(days=1)
    elif what == "replaced":
        await offer(stage, debt, count=5)
    elif what == "paid":
        await stage.paid((await stage.charge(debt)).txid, 10_000)
    else:
        await stage.run("update offers set policy_version = 'another'")
    with pytest.raises(CannotAgree) as refused:
        await say_yes(stage, made)
    assert refused.value.why == {"expired": "expired", "replaced": "gone", "paid": "changed", "policy": "changed"}[what]
    assert await stage.scalar("select count(*) from agreements") == 0


async def test_an_offer_is_kept_past_midnight(stage: Stage, debt: int) -> None:
    made = await offer(stage, debt)
    stage.clock.advance(hours=13)
    agreement, _ = await say_yes(stage, made)
    assert agreement.total == TOTAL


async def test_an_offer_that_was_never_shown_cannot_be_accepted(stage: Stage, debt: int) -> None:
    made = await offer(stage, debt)
    await stage.run("update outbox set state = 'suppressed'")
    with pytest.raises(CannotAgree) as refused:
        await say_yes(stage, made)
    assert refused.value.why == "not_shown"


async def test_somebody_elses_offer_does_not_exist(stage: Stage, debt: int) -> None:
    made = await offer(stage, debt)
    other = await stage.add_debtor("11144477735", "Outra Pessoa")
    with pytest.raises(CannotAgree) as refused:
        await say_yes(stage, made, debtor_id=other)
    assert refused.value.why == "gone"


async def test_a_debt_is_agreed_on_as_often_as_the_policy_says(stage: Stage, debt: int) -> None:
    for _ in range(2):
        await agree(stage, debt)
        stage.clock.advance(days=20)
        await keep_agreements(stage.engine, stage.till)
        await prove(stage)
    with pytest.raises(CannotAgree) as refused:
        await offer(stage, debt)
    assert refused.value.why == "too_often"


@pytest.mark.parametrize("status,why", [("disputed", "disputed"), ("closed", "not_open")])
async def test_only_open_debts_are_agreed_on(stage: Stage, debt: int, status: str, why: str) -> None:
    await stage.run("update debts set status = :status", status=status)
    async with stage.engine.connect() as conn:
        with pytest.raises(CannotAgree) as refused:
            await facts(conn, stage.till, await get_debts(conn, [debt]))
    assert refused.value.why == why


# ------------------------------------------------------------------------------------------------ paying


async def test_the_instalments_are_paid_one_by_one_until_the_debt_is(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    await stage.paid((await live_charge(stage)).txid, DOWN)
    agreement = await read(stage, agreement)
    assert statuses(stage, agreement) == ["paid", "open", "open", "open"]
    assert (await stage.debt(debt)).principal_left == 100_000 - DOWN
    assert (await stage.said())[-2].response == "utter_instalment_paid"
    for number in (1, 2, 3):
        charge = await ask(stage, agreement, number)
        assert charge.amount == 27280
        await stage.paid(charge.txid, charge.amount)
        await sums_hold(stage)
        agreement = await read(stage, agreement)
    assert (agreement.status, agreement.paid) == ("fulfilled", TOTAL)
    paid = await stage.debt(debt)
    assert (paid.status, paid.principal_left, paid.charges_left, paid.paid_total) == ("paid", 0, 0, TOTAL)
    assert (await stage.said())[-2].response == "utter_agreement_fulfilled"
    assert await stage.alarms() == []


async def test_several_debts_are_paid_the_oldest_first_and_settled_together(stage: Stage, debt: int) -> None:
    older = await stage.add_debt(60_001, date(2026, 9, 10))
    agreement = await agree(stage, debt, older, count=2)
    assert agreement.debt_ids == (older, debt)
    await stage.paid((await live_charge(stage)).txid, agreement.down_payment)
    first, second = await stage.debt(older), await stage.debt(debt)
    assert (first.paid_total, second.paid_total) == (agreement.down_payment, 0)
    charge = await ask(stage, agreement, 1, 2)
    await stage.paid(charge.txid, charge.amount)
    assert {(await stage.debt(one)).status for one in (older, debt)} == {"paid"}
    await sums_hold(stage)


async def test_the_same_wish_gets_the_same_code_and_another_wish_replaces_it(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    first = await live_charge(stage)
    assert (await ask(stage, agreement, 0)).id == first.id
    both = await ask(stage, agreement, 0, 1)
    assert both.amount == DOWN + 27280 and (await stage.read(first.id)).status == "cancelled"


async def test_a_late_instalment_bears_fine_and_interest_from_its_own_due_date(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    stage.clock.set(stage.clock.now().replace(day=30) + timedelta(days=5))  # the down payment was due on the 30th
    await keep_agreements(stage.engine, stage.till)
    charge = await ask(stage, agreement, 0)
    assert charge.amount == DOWN + 409 + 34  # 2 %, and five days of 1 % a month
    await stage.paid(charge.txid, charge.amount)
    agreement = await read(stage, agreement)
    assert statuses(stage, agreement)[0] == "paid" and agreement.paid == DOWN + 443
    assert agreement.left == TOTAL - DOWN
    await sums_hold(stage)


async def test_a_part_of_an_instalment_leaves_the_rest_of_it(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    await stage.paid((await live_charge(stage)).txid, 10_000)
    agreement = await read(stage, agreement)
    assert (statuses(stage, agreement)[0], agreement.unpaid[0].amount_left) == ("open", DOWN - 10_000)
    assert (await stage.said())[-1].response == "utter_instalment_partial"
    charge = await ask(stage, agreement, 0)
    assert charge.amount == DOWN - 10_000
    await sums_hold(stage)


async def test_more_than_an_instalment_is_the_payers(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    await stage.paid((await live_charge(stage)).txid, DOWN + 500)
    (payment,) = await stage.payments()
    assert (payment.status, (await read(stage, agreement)).paid) == ("excess", DOWN)
    assert await stage.alarms() == ["payment_excess"]


async def test_a_code_paid_twice_is_paid_once(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    charge = await live_charge(stage)
    await stage.paid(charge.txid, DOWN)
    await stage.paid(charge.txid, DOWN)
    assert (await read(stage, agreement)).paid == DOWN
    assert [payment.status for payment in await stage.payments()] == ["applied", "excess"]


async def test_an_old_code_for_the_whole_debt_paid_in_time_settles_debt_and_agreement(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    agreement = await agree(stage, debt)
    await stage.paid(old.txid, old.amount)
    assert (await stage.debt(debt)).status == "paid"
    agreement = await read(stage, agreement)
    assert agreement.status == "fulfilled" and set(statuses(stage, agreement)) == {"cancelled"}


async def test_an_old_code_paid_too_late_goes_to_the_instalments(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    agreement = await agree(stage, debt)
    stage.clock.advance(hours=1)
    await stage.paid(old.txid, old.amount)
    agreement = await read(stage, agreement)
    assert (agreement.status, agreement.paid) == ("active", old.amount)
    assert statuses(stage, agreement) == ["paid", "paid", "paid", "open"]
    await sums_hold(stage)


async def test_a_code_of_an_agreement_that_broke_lowers_the_debt(stage: Stage, debt: int) -> None:
    await agree(stage, debt)
    charge = await live_charge(stage)
    stage.clock.advance(days=20)
    await keep_agreements(stage.engine, stage.till)
    await stage.paid(charge.txid, charge.amount)
    paid = await stage.debt(debt)
    assert (paid.status, paid.paid_total) == ("open", DOWN)
    await sums_hold(stage)


async def test_a_boleto_of_an_instalment_falls_due_with_it_and_can_be_paid_until_the_agreement_breaks(
    stage: Stage, debt: int
) -> None:
    agreement = await agree(stage, debt)
    slip = await ask(stage, agreement, 0, kind="boleto")
    assert (slip.amount, slip.due_date) == (DOWN, date(2026, 11, 30))
    assert slip.expires_at.date() <= date(2026, 12, 11)
    await stage.paid_boleto(slip)
    assert statuses(stage, await read(stage, agreement))[0] == "paid"


async def test_without_proof_a_payment_is_only_told_in_neutral_words(stage: Stage, debt: int) -> None:
    await agree(stage, debt)
    charge = await live_charge(stage)
    await stage.lose_proof()
    await stage.paid(charge.txid, DOWN)
    assert "utter_payment_received_neutral" in [one.response for one in await stage.said()][-2:]


# ------------------------------------------------------------------------------------------------ late, moved, broken


async def test_within_the_tolerance_it_is_late_and_after_it_it_breaks_with_what_was_paid_kept(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    await stage.paid((await live_charge(stage)).txid, DOWN)
    first = agreement.instalments[1].due.due_date
    stage.clock.set(stage.clock.now().replace(year=2027, month=1, day=7))  # ten days after the 28th of December
    assert (first, await keep_agreements(stage.engine, stage.till)) == (date(2026, 12, 28), 0)
    assert statuses(stage, await read(stage, agreement)) == ["paid", "late", "open", "open"]
    stage.clock.advance(days=1)
    await prove(stage)
    assert await keep_agreements(stage.engine, stage.till) == 1
    assert await keep_agreements(stage.engine, stage.till) == 0
    agreement = await read(stage, agreement)
    assert agreement.status == "broken" and statuses(stage, agreement) == ["paid", "cancelled", "cancelled", "cancelled"]
    left = await stage.debt(debt)
    assert (left.status, left.principal_left, left.paid_total) == ("open", 100_000 - DOWN, DOWN)
    (told,) = [one for one in await stage.said() if one.response == "utter_agreement_broken"]
    for words in ("R$ 1.000,00", "R$ 204,60", "R$ 795,40", "desconto de R$ 7,67"):
        assert words in told.words
    await sums_hold(stage)


async def test_nobody_is_told_of_a_broken_agreement_at_night(stage: Stage, debt: int) -> None:
    await agree(stage, debt)
    stage.clock.set(stage.clock.now().replace(month=12, day=15, hour=4))
    await keep_agreements(stage.engine, stage.till)
    assert "utter_agreement_broken" not in [one.response for one in await stage.said()]
    stage.clock.advance(hours=9)
    await keep_agreements(stage.engine, stage.till)
    said = [one.response for one in await stage.said()]
    # Outside the 24-hour window only an approved template goes out.
    assert [one.message["kind"] for one in await stage.said()][-1] == "template" and said.count(said[-1]) == 1


async def test_an_instalment_moves_once_to_a_business_day_and_its_old_code_ends(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    old = await live_charge(stage)
    async with stage.engine.begin() as conn:
        _, day = await move_instalment(conn, stage.till, agreement.id, 0, date(2026, 12, 5), actor="debtor")
    assert day == date(2026, 12, 7)  # the 5th is a Saturday
    assert (await stage.read(old.id)).status == "cancelled"
    async with stage.engine.begin() as conn:
        with pytest.raises(RepairRefused) as refused:
            await move_instalment(conn, stage.till, agreement.id, 1, date(2027, 1, 4), actor="debtor")
    assert refused.value.code == "used_up"


async def test_an_instalment_moves_no_further_than_the_policy_says_nor_back(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    for to, code in ((date(2026, 12, 20), "too_late"), (date(2026, 11, 27), "not_later")):
        async with stage.engine.begin() as conn:
            with pytest.raises(RepairRefused) as refused:
                await move_instalment(conn, stage.till, agreement.id, 0, to, actor="debtor")
        assert (refused.value.code, refused.value.limit) == (code, date(2026, 12, 10))


async def test_a_skipped_instalment_is_paid_a_month_after_the_last(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    async with stage.engine.begin() as conn:
        with pytest.raises(RepairRefused):
            await skip_instalment(conn, stage.till, agreement.id, 0, actor="debtor")
    async with stage.engine.begin() as conn:
        changed, day = await skip_instalment(conn, stage.till, agreement.id, 1, actor="debtor")
    assert day == date(2027, 4, 1) and [due.number for due in changed.unpaid] == [0, 2, 3, 1]
    async with stage.engine.begin() as conn:
        with pytest.raises(RepairRefused):
            await skip_instalment(conn, stage.till, agreement.id, 2, actor="debtor")


async def test_before_anything_was_paid_an_agreement_can_be_undone(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    charge = await live_charge(stage)
    for _ in range(2):
        async with stage.engine.begin() as conn:
            gone = await cancel_agreement(conn, stage.till, agreement.id, actor="debtor", why="test")
    assert gone.status == "cancelled" and (await stage.debt(debt)).status == "open"
    assert (await stage.read(charge.id)).status == "cancelled"
    assert (await agree(stage, debt)).id != agreement.id


async def test_once_something_was_paid_it_cannot_be_undone(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    await stage.paid((await live_charge(stage)).txid, DOWN)
    async with stage.engine.begin() as conn:
        with pytest.raises(CannotAgree):
            await cancel_agreement(conn, stage.till, agreement.id, actor="debtor", why="test")


async def test_while_a_debt_is_disputed_its_agreement_rests(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    await stage.run("update debts set status = 'disputed'")
    stage.clock.advance(days=60)
    assert await keep_agreements(stage.engine, stage.till) == 0
    with pytest.raises(CannotIssue) as refused:
        await ask(stage, agreement, 0)
    assert refused.value.why == "disputed"
    async with stage.engine.begin() as conn:
        with pytest.raises(CannotAgree):
            await cancel_agreement(conn, stage.till, agreement.id, actor="debtor", why="test")


async def test_while_an_instalment_is_said_to_be_paid_its_agreement_rests_and_nobody_is_reminded(stage: Stage, debt: int) -> None:
    agreement = await agree(stage, debt)
    async with stage.engine.begin() as conn:
        claim = await open_claim(
            conn,
            stage.till.talk.ground,
            "paid",
            agreement.debtor_id,
            [debt],
            request_key="paid:1",
            protocol="P-1",
            conversation_id=stage.conversation,
        )
        due = await instalment(conn, agreement.id, 0)
        assert due is not None and due.claimed and not due.to_be_paid
    stage.clock.advance(days=60)
    assert await keep_agreements(stage.engine, stage.till) == 0
    with pytest.raises(CannotIssue) as refused:
        await ask(stage, agreement, 0)
    assert refused.value.why == "claimed"
    async with stage.engine.begin() as conn:
        assert await take_back(conn, claim.id, stage.clock.now())
        due = await instalment(conn, agreement.id, 0)
        assert due is not None and not due.claimed
    assert await keep_agreements(stage.engine, stage.till) == 1


# ------------------------------------------------------------------------------------------------ proposals


async def proposed(stage: Stage, debt: int, **wanted: int) -> Proposal:
    async with stage.engine.begin() as conn:
        known = await facts(conn, stage.till, await get_debts(conn, [debt]))
        return await propose(
            conn, stage.till, known, wanted, words="faz por menos?", conversation_id=stage.conversation, request_key=f"t:{wanted}"
        )


async def answered(stage: Stage, proposal: Proposal, **other: Any) -> Proposal:
    await stage.run(
        """insert into agents (email, name, role, password_hash) select 'ana@x.example', 'Ana', 'supervisor', 'x'
           where not exists (select 1 from agents)"""
    )
    agent = await stage.scalar("select id from agents")
    async with stage.engine.begin() as conn:
        return await answer_proposal(conn, stage.till, proposal.id, **{"agent_id": agent, "role": "supervisor", **other})


async def test_an_approved_proposal_comes_back_as_an_offer_in_the_same_talk(stage: Stage, debt: int) -> None:
    proposal = await proposed(stage, debt, total=95_000)
    done = await answered(stage, proposal, verdict="approve")
    assert done.status == "approved" and done.offer_id is not None
    assert [one.response for one in await stage.said()] == ["utter_proposal_approved", "utter_offer_summary"]
    async with stage.engine.connect() as conn:
        made = await get_offer(conn, done.offer_id)
    assert made is not None and made.basis == "authority"
    agreement, _ = await say_yes(stage, made)
    assert (agreement.total, agreement.count, agreement.down_payment) == (95_000, 1, 0)
    charge = await live_charge(stage)
    await stage.paid(charge.txid, 95_000)
    assert (await stage.debt(debt)).status == "paid"
    await sums_hold(stage)


async def test_nobody_gives_more_than_their_authority(stage: Stage, debt: int) -> None:
    proposal = await proposed(stage, debt, total=50_000)
    with pytest.raises(BeyondAuthority):
        await answered(stage, proposal, verdict="approve")
    async with stage.engine.connect() as conn:
        assert [one.id for one in await waiting_proposals(conn)] == [proposal.id]


async def test_an_agent_may_not_go_beyond_the_policys_instalments_and_a_supervisor_may(stage: Stage, debt: int) -> None:
    proposal = await proposed(stage, debt, count=18, instalment=5_700)
    agent = {"agent_id": 1, "role": "agent", "verdict": "approve"}
    with pytest.raises(BeyondAuthority):
        await answered(stage, proposal, **agent)
    done = await answered(stage, proposal, verdict="approve")
    async with stage.engine.connect() as conn:
        made = await get_offer(conn, done.offer_id or "")
    assert made is not None and made.terms.plan.count == 18


async def test_a_counter_has_the_humans_terms(stage: Stage, debt: int) -> None:
    done = await answered(stage, await proposed(stage, debt, total=50_000), verdict="counter", terms={"total": 96_000})
    assert done.status == "countered"
    assert "Total do acordo: R$ 960,00" in (await stage.said())[-1].words


async def test_a_refusal_says_why_and_nothing_is_offered(stage: Stage, debt: int) -> None:
    done = await answered(stage, await proposed(stage, debt, total=50_000), verdict="refuse", reason="o valor é muito baixo.")
    assert (done.status, done.offer_id) == ("refused", None)
    assert "o valor é muito baixo." in (await stage.said())[-1].words


async def test_an_answer_is_given_once(stage: Stage, debt: int) -> None:
    proposal = await proposed(stage, debt, total=95_000)
    await answered(stage, proposal, verdict="refuse")
    again = await answered(stage, proposal, agent_id=1, verdict="approve")
    assert again.status == "refused"


async def test_a_newer_proposal_takes_the_place_of_the_one_that_waits(stage: Stage, debt: int) -> None:
    first = await proposed(stage, debt, total=50_000)
    await proposed(stage, debt, total=60_000)
    async with stage.engine.connect() as conn:
        assert (await get_proposal(conn, first.id)).status == "withdrawn"
        assert len(await waiting_proposals(conn)) == 1


async def test_the_same_debt_is_offered_the_same_to_everybody(stage: Stage, debt: int) -> None:
    """Two people with the same facts: only names and documents differ."""
    other = await stage.add_debtor("11144477735", "João da Silva Sauro")
    theirs = await stage.add_debt(100_000, date(2026, 10, 22), reference="other", debtor=other)
    async with stage.engine.connect() as conn:
        mine = await facts(conn, stage.till, await get_debts(conn, [debt]))
        same = await facts(conn, stage.till, await get_debts(conn, [theirs]))
    assert (mine.dues, mine.agreed, mine.cash) == (same.dues, same.agreed, same.cash)
