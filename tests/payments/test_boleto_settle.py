"""What becomes of a boleto: paid in time, late, twice, in part, after its end; ended or moved by its bank."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from payments.boleto_notices import read_boleto_notice
from payments.boleto_settle import payment_id
from payments.issue import expire_due
from payments.notices import BadNotice
from payments.reconcile import reconcile, register_boleto_webhooks
from payments.record import withdraw_cards
from payments.settle import settle
from tests.payments.stage import Stage

PRICE = 100_000 + 2_000 + 1_067 - 1_534


async def allocations(stage: Stage) -> list[tuple[str, int]]:
    async with stage.engine.connect() as conn:
        rows = await conn.execute(text("select part, amount from allocations order by payment_id, part"))
        return [(row.part, row.amount) for row in rows]


async def last_words(stage: Stage) -> str:
    return (await stage.said())[-1].words


async def test_a_paid_boleto_settles_its_debt_and_says_so(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    paid = await stage.paid_boleto(charge)
    assert (await stage.debt(debt)).status == "paid"
    assert (await stage.read(charge.id)).status == "paid"
    (payment,) = await stage.payments()
    assert (payment.means, payment.end_to_end_id, payment.txid, payment.status) == ("boleto", paid, charge.txid, "applied")
    responses = [one.response for one in (await stage.said())[4:]]
    assert responses == ["utter_payment_confirmed", "utter_pix_card_paid"]


async def test_case_8_a_boleto_whose_notice_comes_days_later_was_paid_when_the_bank_says(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    stage.clock.advance(days=3)
    await stage.paid_boleto(charge, PRICE, on=date(2026, 11, 24))
    (payment,) = await stage.payments()
    assert (payment.status, payment.remark) == ("applied", None)
    assert payment.paid_at.isoformat() == "2026-11-24T15:00:00+00:00"


async def test_case_10_what_the_bank_added_to_a_late_payment_is_taken_and_explained(stage: Stage) -> None:
    debt = await stage.add_debt(100_000, date(2026, 11, 25))
    charge = await stage.boleto(debt)
    stage.clock.advance(days=5)
    await stage.run("update conversations set last_inbound_at = :now", now=stage.clock.now())
    await stage.paid_boleto(charge)
    (payment,) = await stage.payments()
    assert (payment.amount, payment.status) == (100_000 + 2_000 + 3 * 33, "applied")
    assert (await stage.debt(debt)).status == "paid"
    # One centavo of principal is let off: banks round the day's interest down.
    assert sum(of for _, of in await allocations(stage)) == 102_099
    assert "excess" not in [part for part, _ in await allocations(stage)]
    assert any("somou R$ 20,99 de encargos" in one.words for one in await stage.said())


async def test_case_10_a_late_payment_of_the_bare_amount_is_a_part(stage: Stage) -> None:
    debt = await stage.add_debt(100_000, date(2026, 11, 25))
    charge = await stage.boleto(debt)
    stage.clock.advance(days=5)
    await stage.paid_boleto(charge, 100_000)
    left = await stage.debt(debt)
    assert (left.status, left.principal_left) == ("open", 2_100)
    assert (await stage.payments())[0].status == "partial"


async def test_case_12_a_boleto_paid_after_it_was_cancelled_counts_and_ends_the_new_one(stage: Stage, debt: int) -> None:
    old = await stage.boleto(debt)
    stage.clock.advance(hours=1)
    new = await stage.ask(debt, kind="boleto", due_date=date(2026, 12, 1))
    # Somebody pays the old one before the bank has heard.
    stage.jobs.waiting = [job for job in stage.jobs.waiting if job[0] != "close_charge"]
    stage.clock.advance(minutes=30)
    await stage.paid_boleto(old, PRICE)
    await stage.work()
    assert (await stage.debt(debt)).status == "paid"
    (payment,) = await stage.payments()
    assert (payment.charge_id, payment.status, payment.remark) == (old.id, "applied", "late")
    assert (await stage.read(new.id)).status == "cancelled"


async def test_case_13_a_boleto_paid_past_its_last_day_follows_the_rules_of_that_day(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    stage.clock.advance(days=33)
    async with stage.engine.begin() as conn:
        await expire_due(conn, stage.till)
    stage.jobs.waiting.clear()
    await stage.paid_boleto(charge, PRICE)
    (payment,) = await stage.payments()
    assert (payment.status, payment.remark) == ("partial", "late")
    assert (await stage.debt(debt)).status == "open"


async def test_case_14_a_part_leaves_the_debt_open_and_ends_the_boleto(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    await stage.paid_boleto(charge, 50_000)
    await stage.work()
    left = await stage.debt(debt)
    assert (left.status, left.principal_left, left.paid_total) == ("open", 100_000 - (50_000 - 3_067), 50_000)
    assert (await stage.read(charge.id)).status == "cancelled"
    assert stage.slips.boletos[charge.provider_ref or ""].state == "cancelled"
    assert "quitad" not in await last_words(stage)


async def test_case_15_what_was_paid_too_much_is_kept_and_said(stage: Stage) -> None:
    debt = await stage.add_debt(48_735, date(2026, 12, 1))
    charge = await stage.boleto(debt)
    await stage.paid_boleto(charge, 50_000)
    assert await allocations(stage) == [("excess", 1_265), ("principal", 48_735)]
    assert any("R$ 12,65" in one.words for one in await stage.said())
    assert await stage.alarms() == ["payment_excess"]


async def test_a_pix_that_is_paid_cancels_the_boleto_of_the_same_debt(stage: Stage, debt: int) -> None:
    slip = await stage.boleto(debt)
    pix = await stage.charge(debt)
    await stage.paid(pix.txid, pix.amount)
    await stage.work()
    assert (await stage.read(slip.id)).status == "cancelled"
    assert stage.slips.boletos[slip.provider_ref or ""].state == "cancelled"


async def test_cards_of_a_debt_that_its_creditor_closed_are_withdrawn_once(stage: Stage, debt: int) -> None:
    slip = await stage.boleto(debt)
    pix = await stage.charge(debt)
    before = len(await stage.said())
    for _ in range(2):
        async with stage.engine.begin() as conn:
            await withdraw_cards(conn, stage.till, [slip, pix])
    said = (await stage.said())[before:]
    assert [(one.message["kind"], one.message["status"]) for one in said] == [("payment_status", "cancelled")] * 2
    assert {one.message["reference"] for one in said} == {slip.txid, pix.txid}


async def test_a_card_with_both_codes_is_paid_and_one_with_the_other_alone_is_withdrawn(stage: Stage, debt: int) -> None:
    slip = await stage.boleto(debt)
    pix = await stage.charge(debt)
    before = len(await stage.said())
    await stage.paid(pix.txid, pix.amount)
    statuses = [one.message for one in (await stage.said())[before:] if one.message["kind"] == "payment_status"]
    assert [(one["reference"], one["status"]) for one in statuses] == [(pix.txid, "paid"), (slip.txid, "cancelled")]
    before = len(await stage.said())
    await stage.paid_boleto(slip)
    assert [one.message["kind"] for one in (await stage.said())[before:]] == ["text"]


async def test_a_boleto_that_is_paid_cancels_the_pix_of_the_same_debt(stage: Stage, debt: int) -> None:
    pix = await stage.charge(debt)
    slip = await stage.boleto(debt)
    await stage.paid_boleto(slip)
    await stage.work()
    assert (await stage.read(pix.id)).status == "cancelled"
    assert stage.bank.charges[pix.txid].status == "removed"


@pytest.mark.parametrize("first", ["pix", "boleto"])
async def test_case_16_boleto_and_pix_both_paid_leave_the_second_as_excess(stage: Stage, debt: int, first: str) -> None:
    slip, pix = await stage.boleto(debt), await stage.charge(debt)
    if first == "pix":
        await stage.paid(pix.txid, pix.amount)
        await stage.paid_boleto(slip)
    else:
        await stage.paid_boleto(slip)
        await stage.paid(pix.txid, pix.amount)
    one, two = await stage.payments()
    assert (one.status, two.status, two.remark) == ("applied", "excess", "double")
    assert (await stage.debt(debt)).paid_total == PRICE
    assert await stage.alarms() == ["payment_double"]
    told = next(said.words for said in await stage.said() if "dois pagamentos" in said.words)
    assert ("já tinha sido paga pelo Pix" if first == "pix" else "já tinha sido paga pelo boleto") in told


async def test_case_16_the_same_boleto_paid_twice_is_two_payments(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    ref = charge.provider_ref or ""
    # Both notices are kept before either is looked into, the later one first.
    totals = [stage.slips.pay(ref, PRICE), stage.slips.pay(ref, PRICE)]
    for total in reversed(totals):
        await stage.notify_boleto(
            codigoSolicitacao=ref, situacao="RECEBIDO", valorTotalRecebido=f"{total // 100}.{total % 100:02d}"
        )
    await stage.work()
    first, second = await stage.payments()
    assert [first.end_to_end_id, second.end_to_end_id] == [payment_id(ref, PRICE), payment_id(ref, 2 * PRICE)]
    assert [(one.amount, one.status) for one in (first, second)] == [(PRICE, "applied"), (PRICE, "excess")]
    assert await stage.alarms() == ["payment_double"]


async def test_case_17_a_notice_twice_or_out_of_order_has_one_effect(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    ref = charge.provider_ref or ""
    await stage.paid_boleto(charge)
    for told in (
        {"situacao": "A_RECEBER"},
        {"situacao": "RECEBIDO", "valorTotalRecebido": "1015.33", "dataHoraSituacao": "2026-11-23T12:00:00"},
    ):
        await stage.notify_boleto(codigoSolicitacao=ref, **told)
        await stage.work()
    assert len(await stage.payments()) == 1
    assert await stage.notify_boleto(codigoSolicitacao=ref, situacao="A_RECEBER") == 0


async def test_case_18_a_boleto_that_is_not_ours_is_kept_apart(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    known = stage.slips.boletos[charge.provider_ref or ""]
    stage.slips.boletos["str4nge"] = replace(
        known, ref="str4nge", our_number="NOTOURS", state="paid", received=777, paid_on=date(2026, 11, 23)
    )
    await stage.notify_boleto(codigoSolicitacao="str4nge", situacao="RECEBIDO", valorTotalRecebido="7.77")
    await stage.work()
    assert await stage.scalar("select status from payments where end_to_end_id = 'str4nge.777'") == "unmatched"
    assert await stage.alarms() == ["payment_unmatched"]


async def test_case_18_a_payment_that_the_bank_does_not_know_is_set_aside(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    await stage.notify_boleto(codigoSolicitacao=charge.provider_ref, situacao="RECEBIDO", valorTotalRecebido="1015.33")
    notice = await stage.scalar("select id from payment_notices")
    for _ in range(5):
        await settle(stage.engine, stage.till, notice)
    assert await stage.payments() == []
    assert await stage.scalar("select state from payment_notices") == "set_aside"
    assert await stage.alarms() == ["payment_unknown_at_provider"]


async def test_a_bank_that_is_down_is_asked_again(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    stage.slips.down = 1
    await stage.paid_boleto(charge)
    assert await stage.payments() == []
    await settle(stage.engine, stage.till, await stage.scalar("select id from payment_notices"))
    assert (await stage.debt(debt)).status == "paid"


async def test_a_boleto_that_its_bank_ended_ends_here_and_the_person_hears_of_it(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    ref = charge.provider_ref or ""
    stage.slips.boletos[ref] = replace(stage.slips.boletos[ref], state="cancelled", why="BAIXA")
    await stage.notify_boleto(codigoSolicitacao=ref, situacao="CANCELADO")
    await stage.work()
    assert (await stage.read(charge.id)).status == "cancelled"
    assert (await stage.said())[-1].response == "utter_boleto_withdrawn"
    assert await stage.alarms() == ["boleto_ended_by_bank"]


async def test_a_boleto_that_expired_at_its_bank_expires_here(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    ref = charge.provider_ref or ""
    stage.slips.boletos[ref] = replace(stage.slips.boletos[ref], state="expired")
    await stage.notify_boleto(codigoSolicitacao=ref, situacao="EXPIRADO")
    await stage.work()
    assert (await stage.read(charge.id)).status == "expired"


async def test_a_due_date_that_its_bank_moved_is_taken_over_with_its_new_line(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    ref = charge.provider_ref or ""
    await stage.slips.change_due_date(ref, date(2026, 12, 8))
    await stage.notify_boleto(codigoSolicitacao=ref, situacao="A_RECEBER")
    await stage.work()
    moved = await stage.read(charge.id)
    assert moved.due_date == date(2026, 12, 8)
    assert moved.code == stage.slips.boletos[ref].line != charge.code
    assert (await stage.said())[4].response == "utter_boleto_moved"
    await stage.paid_boleto(moved)
    assert (await stage.debt(debt)).status == "paid"


async def test_closing_finds_a_boleto_that_was_paid_meanwhile(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    stage.slips.pay(charge.provider_ref or "")
    stage.clock.set(charge.expires_at + timedelta(minutes=1))
    async with stage.engine.begin() as conn:
        await expire_due(conn, stage.till)
    await stage.work()
    await stage.work()
    assert (await stage.debt(debt)).status == "paid"
    assert (await stage.payments())[0].remark is None


async def test_a_paid_boleto_that_nobody_told_of_is_found_by_asking(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    stage.slips.pay(charge.provider_ref or "")
    start = stage.clock.now()
    assert await reconcile(stage.engine, stage.till, start, start) == 1
    await stage.work()
    assert (await stage.debt(debt)).status == "paid"
    assert await reconcile(stage.engine, stage.till, start, start) == 0


async def test_without_proof_of_identity_only_neutral_words_go_out(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    before = len(await stage.said())
    await stage.lose_proof()
    await stage.paid_boleto(charge)
    for one in (await stage.said())[before:]:
        for secret in ("R$", "TAMBORIL", "Tamboril", "Compra", "Maria", "boleto", "quitad"):
            assert secret not in one.words
    assert (await stage.debt(debt)).status == "paid"


async def test_notifications_are_registered_at_the_bank_once(stage: Stage) -> None:
    await register_boleto_webhooks(stage.till, "https://trato.example/webhooks/boleto/s")
    assert stage.slips.hooks == ["https://trato.example/webhooks/boleto/s"]


# ------------------------------------------------------------------------------------------------ reading notices


def test_only_what_names_the_charge_and_its_state_is_kept() -> None:
    told = {
        "codigoSolicitacao": "a-1",
        "seuNumero": "TX",
        "situacao": "RECEBIDO",
        "valorTotalRecebido": 10.5,
        "dataHoraSituacao": "2026-11-23T09:00:00.123",
        "pagador": {"nome": "Maria", "cpfCnpj": "52998224725"},
    }
    (notice,) = read_boleto_notice(json.dumps([told]).encode())
    assert notice.body == {"our_number": "TX", "state": "RECEBIDO", "received": 1050, "at": "2026-11-23T09:00:00.123"}
    assert read_boleto_notice(json.dumps(told).encode()) == [notice]


def test_one_broken_item_does_not_take_the_others_with_it() -> None:
    items = read_boleto_notice(json.dumps([{}, {"codigoSolicitacao": "a", "situacao": "EXPIRADO"}, None]).encode())
    assert [bool(item.broken) for item in items] == [True, False, True]


@pytest.mark.parametrize(
    "raw", [b"", b"nada", b"null", b"7", b"[1]", b"{}", b'[{"codigoSolicitacao": "../x"}]', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_notification_is_refused(raw: bytes) -> None:
    with pytest.raises(BadNotice):
        read_boleto_notice(raw)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["codigoSolicitacao", "situacao", "seuNumero", "valorTotalRecebido", "dataHoraSituacao"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | _JSON.map(lambda value: json.dumps([value]).encode()))
@settings(max_examples=200, deadline=None)
def test_no_body_breaks_the_reader(raw: bytes) -> None:
    try:
        items = read_boleto_notice(raw)
    except BadNotice:
        return
    json.dumps([item.body for item in items]).encode()
