"""A payment arrives: believed when the bank says so, allocated to the centavo, told in the words that it deserves."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from payments.at_provider import close_at_provider
from payments.charges import Charge
from payments.issue import expire_due
from payments.provider import Refund
from payments.settle import settle
from tests.payments.stage import Stage

PRICE = 101_533


async def allocations(stage: Stage) -> list[tuple[str, int]]:
    async with stage.engine.connect() as conn:
        rows = await conn.execute(text("select part, amount from allocations order by payment_id, part"))
        return [(row.part, row.amount) for row in rows]


async def after(stage: Stage, count: int) -> list[str | None]:
    """The responses said since the code was given."""
    return [one.response for one in await stage.said()][count:]


async def test_an_exact_payment_settles_the_debt(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await stage.paid(charge.txid, PRICE)
    paid = await stage.debt(debt)
    assert (paid.status, paid.principal_left, paid.charges_left, paid.paid_total) == ("paid", 0, 0, PRICE)
    assert paid.settled_at == stage.clock.now()
    assert (await stage.read(charge.id)).status == "paid"
    (payment,) = await stage.payments()
    assert (payment.status, payment.remark, payment.amount) == ("applied", None, PRICE)
    assert await allocations(stage) == [("fine", 466), ("interest", 1_067), ("principal", 100_000)]
    assert await stage.alarms() == []


async def test_a_confirmation_says_amount_payee_day_and_what_is_paid_off(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await stage.paid(charge.txid, PRICE)
    confirmed, card = (await stage.said())[3:]
    for words in ("R$ 1.015,33", "23/11/2026 às 12:00", "LOJAS TAMBORIL SA", "Compra de 22/10: quitada"):
        assert words in confirmed.words
    assert confirmed.author == "journey"
    assert (card.message["kind"], card.message["reference"], card.message["status"]) == ("payment_status", charge.txid, "paid")


async def test_case_17_fifty_notifications_at_once_are_one_payment(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    end_to_end_id = stage.bank.pay(charge.txid, PRICE)
    raw = b'{"pix": [{"endToEndId": "%s", "valor": "1.00"}]}' % end_to_end_id.encode()
    assert sum(await asyncio.gather(*(stage.notify(raw) for _ in range(50)))) == 1
    notice = await stage.scalar("select id from payment_notices")
    await asyncio.gather(*(settle(stage.engine, stage.till, notice) for _ in range(5)))
    await stage.work()
    assert len(await stage.payments()) == 1
    assert (await stage.debt(debt)).paid_total == PRICE
    assert await after(stage, 3) == ["utter_payment_confirmed", "utter_pix_card_paid"]


async def test_what_a_notification_claims_settles_nothing(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    forged = b'{"pix": [{"endToEndId": "E00000000202611231500forged00000", "txid": "%s", "valor": "1015.33"}]}'
    await stage.notify(forged % charge.txid.encode())
    notice = await stage.scalar("select id from payment_notices")
    for _ in range(5):
        await settle(stage.engine, stage.till, notice)
    assert (await stage.debt(debt)).status == "open"
    assert await stage.scalar("select state from payment_notices") == "set_aside"
    assert await stage.alarms() == ["payment_unknown_at_provider"]
    assert await after(stage, 3) == []


async def test_a_payment_that_its_charge_does_not_show_yet_waits(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    end_to_end_id = stage.bank.pay(charge.txid, PRICE)
    concluded = stage.bank.charges[charge.txid]
    stage.bank.charges[charge.txid] = type(concluded)(**{**vars(concluded), "status": "active", "payments": ()})
    await stage.notify(b'{"pix": [{"endToEndId": "%s"}]}' % end_to_end_id.encode())
    await stage.work()
    assert await stage.payments() == []
    stage.bank.charges[charge.txid] = concluded
    await settle(stage.engine, stage.till, await stage.scalar("select id from payment_notices"))
    assert (await stage.debt(debt)).status == "paid"


async def test_a_bank_that_is_down_settles_later(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    end_to_end_id = stage.bank.pay(charge.txid, PRICE)
    await stage.notify(b'{"pix": [{"endToEndId": "%s"}]}' % end_to_end_id.encode())
    stage.bank.down = 1
    await stage.work()
    assert await stage.payments() == []
    await settle(stage.engine, stage.till, await stage.scalar("select id from payment_notices"))
    assert len(await stage.payments()) == 1


async def test_case_12_a_pix_paid_after_it_was_replaced_goes_to_the_debt_and_cancels_the_new_one(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    stage.clock.advance(hours=12)
    new = await stage.charge(debt)
    assert new.id != old.id
    stage.clock.advance(minutes=6)
    await stage.paid(old.txid, new.amount)
    assert (await stage.debt(debt)).status == "paid"
    await stage.work()
    assert (await stage.read(new.id)).status == "cancelled"
    assert stage.bank.charges[new.txid].status == "removed"
    (payment,) = await stage.payments()
    assert (payment.status, payment.remark) == ("applied", "late")
    said = await after(stage, 6)
    # "Late" and the confirmation are one message; the card of the old charge turns to paid, that of the new one is withdrawn.
    assert said == ["utter_payment_late", "utter_pix_card_paid", "utter_card_withdrawn"]


async def test_case_12_the_old_price_of_a_replaced_pix_is_a_part(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    stage.clock.advance(hours=12)
    await stage.charge(debt)
    stage.clock.advance(minutes=6)
    await stage.paid(old.txid, old.amount)
    assert (await stage.debt(debt)).status == "open"
    assert (await stage.payments())[0].status == "partial"


async def test_case_12_a_pix_that_is_replaced_while_it_is_paid_keeps_its_price(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    stage.clock.advance(hours=12)
    await stage.charge(debt)
    stage.clock.advance(minutes=4)
    await stage.paid(old.txid, old.amount)
    assert (await stage.debt(debt)).status == "paid"


async def test_case_14_a_partial_payment_covers_charges_first_and_leaves_the_debt_open(stage: Stage) -> None:
    debt = await stage.add_debt(80_000, date(2026, 9, 23))
    charge = await stage.charge(debt)
    await stage.paid(charge.txid, 30_000)
    left = await stage.debt(debt)
    assert (left.status, left.principal_left, left.charges_left, left.paid_total) == ("open", 53_227, 0, 30_000)
    assert await allocations(stage) == [("fine", 1_600), ("interest", 1_627), ("principal", 26_773)]
    assert (await stage.payments())[0].status == "partial"
    assert (await stage.read(charge.id)).status == "cancelled"
    partial = (await stage.said())[3]
    assert partial.response == "utter_payment_partial"
    assert "R$ 532,27" in partial.words
    assert "quitad" not in partial.words
    rest = await stage.charge(debt)
    assert rest.amount == 53_227
    await stage.paid(rest.txid, 53_227)
    assert (await stage.debt(debt)).status == "paid"
    assert (await stage.debt(debt)).paid_total == 83_227


@pytest.mark.parametrize("amount", [1, PRICE - 1])
async def test_one_centavo_short_is_not_paid_off(stage: Stage, debt: int, amount: int) -> None:
    charge = await stage.charge(debt)
    await stage.paid(charge.txid, amount)
    assert (await stage.debt(debt)).status == "open"
    assert sum(of for _, of in await allocations(stage)) == amount


async def test_case_15_what_was_paid_too_much_is_kept_and_said(stage: Stage) -> None:
    debt = await stage.add_debt(48_735, date(2026, 12, 1))
    charge = await stage.charge(debt)
    await stage.paid(charge.txid, 50_000)
    assert (await stage.debt(debt)).status == "paid"
    (payment,) = await stage.payments()
    assert (payment.status, payment.remark) == ("excess", "over")
    assert await allocations(stage) == [("excess", 1_265), ("principal", 48_735)]
    assert "R$ 12,65" in (await stage.said())[3].words
    assert await stage.alarms() == ["payment_excess"]


async def test_case_16_a_second_payment_of_the_same_code_is_all_excess(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await stage.paid(charge.txid, PRICE)
    await stage.paid(charge.txid, PRICE)
    assert (await stage.debt(debt)).paid_total == PRICE
    first, second = await stage.payments()
    assert (first.status, second.status, second.remark) == ("applied", "excess", "double")
    assert await after(stage, 5) == ["utter_payment_double"]
    assert await stage.alarms() == ["payment_double"]


async def test_case_18_a_payment_of_an_unknown_txid_is_kept_apart(stage: Stage) -> None:
    end_to_end_id = await stage.paid("z" * 30, 777)
    assert await stage.scalar("select status from payments where end_to_end_id = :id", id=end_to_end_id) == "unmatched"
    assert await allocations(stage) == [("unmatched", 777)]
    assert await stage.alarms() == ["payment_unmatched"]


@pytest.mark.parametrize("status", ["returned", "failed"])
async def test_case_19_a_refund_goes_to_a_human_and_undoes_nothing_by_itself(stage: Stage, debt: int, status: str) -> None:
    charge = await stage.charge(debt)
    end_to_end_id = await stage.paid(charge.txid, PRICE)
    stage.bank.refund(end_to_end_id, Refund("d1", 500, status))  # type: ignore[arg-type]
    told = {"returned": "DEVOLVIDO", "failed": "NAO_REALIZADO"}[status]
    raw = b'{"pix": [{"endToEndId": "%s", "devolucoes": {"id": "d1", "valor": "5.00", "status": "%s"}}]}'
    for _ in range(2):
        await stage.notify(raw % (end_to_end_id.encode(), told.encode()))
        await stage.work()
    assert (await stage.debt(debt)).status == "paid"
    assert await stage.alarms() == [{"returned": "payment_refunded", "failed": "payment_refund_failed"}[status]]
    assert len(await after(stage, 5)) == 1


# ------------------------------------------------------------------------------------------------ when it was paid


async def _expire(stage: Stage, charge: Charge) -> None:
    stage.clock.set(charge.expires_at + timedelta(minutes=1))
    async with stage.engine.begin() as conn:
        await expire_due(conn, stage.till)


async def test_the_quoted_price_holds_past_midnight(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    stage.clock.advance(hours=20)
    await stage.paid(charge.txid, PRICE)
    assert (await stage.debt(debt)).status == "paid"
    assert (await stage.payments())[0].remark is None
    assert sum(of for _, of in await allocations(stage)) == PRICE


async def test_a_payment_made_in_time_counts_when_its_notice_comes_after_the_expiry(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    at = charge.expires_at - timedelta(seconds=5)
    await _expire(stage, charge)
    await stage.paid(charge.txid, PRICE, at=at)
    assert (await stage.debt(debt)).status == "paid"
    assert (await stage.payments())[0].remark is None
    assert (await stage.read(charge.id)).status == "paid"


async def test_closing_finds_a_charge_that_was_paid_meanwhile(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    stage.bank.pay(charge.txid, PRICE, at=charge.expires_at - timedelta(seconds=5))
    await _expire(stage, charge)
    await close_at_provider(stage.engine, stage.till, charge.id)
    await stage.work()
    assert (await stage.debt(debt)).status == "paid"


async def test_an_expired_pix_that_is_paid_all_the_same_follows_the_rules_of_that_day(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await _expire(stage, charge)
    stage.clock.advance(days=1)
    await stage.paid(charge.txid, PRICE)
    # Two more days of interest: the old price does not reach, and without the whole price there is no discount.
    left = await stage.debt(debt)
    assert (left.status, left.paid_total) == ("open", PRICE)
    (payment,) = await stage.payments()
    assert (payment.status, payment.remark) == ("partial", "late")
    # The window of 24 hours is closed by then: one template, not one for each sentence.
    assert await after(stage, 3) == ["utter_payment_partial"]
    assert (await stage.read(charge.id)).status == "expired"


# ------------------------------------------------------------------------------------------------ several debts


async def test_one_pix_settles_all_its_debts(stage: Stage, debt: int) -> None:
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    charge = await stage.charge(debt, other)
    await stage.paid(charge.txid, PRICE + 5_000)
    assert [(await stage.debt(one)).status for one in (debt, other)] == ["paid", "paid"]
    assert "Compra de 10/12: quitada" in (await stage.said())[3].words


async def test_a_part_of_a_pix_for_two_debts_goes_to_the_oldest_first(stage: Stage, debt: int) -> None:
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    charge = await stage.charge(debt, other)
    await stage.paid(charge.txid, PRICE + 2_000)
    assert [(await stage.debt(one)).status for one in (debt, other)] == ["paid", "open"]
    assert (await stage.debt(other)).principal_left == 3_000
    words = (await stage.said())[3].words
    assert "Compra de 10/12: abatemos R$ 20,00. Para quitar hoje: R$ 30,00" in words
    assert "Compra de 22/10: quitada" in words


async def test_what_reaches_only_the_oldest_debt_says_so(stage: Stage, debt: int) -> None:
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    charge = await stage.charge(debt, other)
    await stage.paid(charge.txid, PRICE)
    assert [(await stage.debt(one)).status for one in (debt, other)] == ["paid", "open"]
    assert (await stage.payments())[0].status == "partial"
    assert await after(stage, 3) == ["utter_payment_some_settled"]


async def test_a_debt_that_was_paid_by_itself_leaves_its_part_of_a_shared_pix_as_excess(stage: Stage, debt: int) -> None:
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    shared = await stage.charge(debt, other)
    alone = await stage.charge(other)
    await stage.paid(alone.txid, 5_000)
    await stage.paid(shared.txid, PRICE + 5_000)
    assert [(await stage.debt(one)).paid_total for one in (debt, other)] == [PRICE, 5_000]
    assert ("excess", 5_000) in await allocations(stage)


async def test_two_payments_at_once_settle_one_after_the_other(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    for _ in range(2):
        end_to_end_id = stage.bank.pay(charge.txid, PRICE)
        await stage.notify(b'{"pix": [{"endToEndId": "%s"}]}' % end_to_end_id.encode())
    async with stage.engine.connect() as conn:
        notices = list((await conn.execute(text("select id from payment_notices order by id"))).scalars())
    await asyncio.gather(*(settle(stage.engine, stage.till, notice) for notice in notices))
    assert sorted(payment.status for payment in await stage.payments()) == ["applied", "excess"]
    assert (await stage.debt(debt)).paid_total == PRICE


# ------------------------------------------------------------------------------------------------ who may read it


async def test_without_proof_of_identity_only_neutral_words_go_out(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await stage.lose_proof()
    await stage.paid(charge.txid, PRICE)
    for one in (await stage.said())[3:]:
        assert one.response in ("utter_payment_received_neutral", "utter_pix_card_paid")
        for secret in ("R$", "TAMBORIL", "Tamboril", "Compra", "Maria", "dívida", "quitad"):
            assert secret not in one.words
    assert (await stage.debt(debt)).status == "paid"


async def test_when_the_window_is_closed_a_neutral_template_goes_out(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await stage.lose_proof()
    await stage.run("update conversations set last_inbound_at = last_inbound_at - interval '2 days'")
    await stage.paid(charge.txid, PRICE)
    (template,) = (await stage.said())[3:]
    assert (template.message["kind"], template.message["name"]) == ("template", "pagamento_confirmado")


async def test_a_proof_of_somebody_else_does_not_open_this_payment(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    stranger = await stage.add_debtor("11144477735", "Outra Pessoa")
    await stage.run("update proofs set debtor_id = :stranger where void_at is null", stranger=stranger)
    await stage.paid(charge.txid, PRICE)
    assert await after(stage, 3) == ["utter_payment_received_neutral", "utter_pix_card_paid"]


async def test_a_payment_of_a_charge_without_a_talk_is_settled_in_silence(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt, conversation_id=None)
    await stage.work()
    await stage.paid(charge.txid, PRICE)
    assert (await stage.debt(debt)).status == "paid"
    assert await stage.said() == []
