"""A day of the store beside the providers' own books."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from payments.boleto_provider import Boleto
from payments.charges import Charge
from payments.provider import ReceivedPix
from tests.payments.stage import Stage
from trato.clock import FixedClock
from trato.reconciling import Payable, compare_boleto, run

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)


@pytest.fixture
async def stage(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(engine, FixedClock(NOW), tmp_path)
    await made.set_up()
    yield made


def pay(stage: Stage, charge: Charge) -> ReceivedPix:
    return stage.bank.payments[stage.bank.pay(charge.txid, charge.amount)]


async def compare(stage: Stage, *, repair: bool = False, day: date = DAY) -> tuple[int, list[str]]:
    said: list[str] = []
    return await run(stage.engine, stage.till, day, repair=repair, say=said.append), said


async def test_books_that_agree_have_no_difference(stage: Stage) -> None:
    debt = await stage.add_debt(100_000, date(2026, 10, 22))
    await stage.charge(debt)
    assert await compare(stage) == (0, ["2026-11-23: 1 compared, 0 differences"])
    assert await compare(stage, day=date(2026, 11, 20)) == (0, ["2026-11-20: 0 compared, 0 differences"])


async def test_a_payment_that_nobody_told_us_of_is_found_and_repaired(stage: Stage) -> None:
    debt = await stage.add_debt(100_000, date(2026, 10, 22))
    charge = await stage.charge(debt)
    paid = pay(stage, charge)
    code, said = await compare(stage)
    amount = f"{charge.amount // 100}.{charge.amount % 100:02d}"
    assert code == 1
    assert said == [
        f"api_pix: payment {paid.end_to_end_id} of {amount} is at the provider, unknown here",
        f"api_pix: charge {charge.id} ({charge.txid}) is active here, concluded at the provider",
        "2026-11-23: 2 compared, 2 differences",
    ]
    code, said = await compare(stage, repair=True)
    assert code == 1 and said[-2] == "What was missing here is being looked into; the worker settles it."
    await stage.work()
    assert (await stage.debt(debt)).status == "paid"
    assert await compare(stage) == (0, ["2026-11-23: 1 compared, 0 differences"])


async def test_a_payment_with_another_amount_or_unknown_there_is_told(stage: Stage) -> None:
    debt, other = await stage.add_debt(100_000, date(2026, 10, 22)), await stage.add_debt(50_000, date(2026, 10, 22))
    first, second = await stage.charge(debt), await stage.charge(other)
    one, two = pay(stage, first), pay(stage, second)
    await compare(stage, repair=True)
    await stage.work()
    stage.bank.payments[one.end_to_end_id] = replace(one, amount=one.amount - 1)
    del stage.bank.payments[two.end_to_end_id]
    code, said = await compare(stage)
    assert code == 1
    assert [line.split(" of ")[0].split(":")[1] for line in said[:-1]] == [
        f" payment {one.end_to_end_id} has another amount",
        f" payment {two.end_to_end_id}",
    ]
    assert "is here, unknown to the provider" in said[1]


async def test_a_charge_that_the_provider_removed_or_never_had_is_told(stage: Stage) -> None:
    debt, other = await stage.add_debt(100_000, date(2026, 10, 22)), await stage.add_debt(50_000, date(2026, 10, 22))
    first, second = await stage.charge(debt), await stage.charge(other)
    stage.bank.charges[first.txid] = replace(stage.bank.charges[first.txid], status="removed")
    del stage.bank.charges[second.txid]
    code, said = await compare(stage)
    assert code == 1
    assert said[:2] == [
        f"api_pix: charge {first.id} ({first.txid}) is active here, removed at the provider",
        f"api_pix: charge {second.id} ({second.txid}) is active here, unknown to the provider",
    ]


async def test_a_payment_on_the_other_side_of_midnight_is_no_difference(stage: Stage) -> None:
    debt = await stage.add_debt(100_000, date(2026, 10, 22))
    charge = await stage.charge(debt)
    paid = pay(stage, charge)
    await compare(stage, repair=True)
    await stage.work()
    stage.bank.payments[paid.end_to_end_id] = replace(paid, paid_at=paid.paid_at - timedelta(days=1))
    assert (await compare(stage))[0] == 0
    assert (await compare(stage, day=date(2026, 11, 22)))[0] == 0


async def test_a_provider_that_is_away_is_no_agreement(stage: Stage) -> None:
    stage.bank.down = 1
    code, said = await compare(stage)
    assert code == 1
    assert said[0] == "api_pix: no comparison, the provider does not answer well: nobody is there"


async def test_a_boleto_that_was_paid_unheard_is_found_and_repaired(stage: Stage) -> None:
    debt = await stage.add_debt(100_000, date(2026, 10, 22))
    charge = await stage.boleto(debt)
    assert charge.status == "active" and charge.provider_ref is not None
    assert await compare(stage) == (0, ["2026-11-23: 1 compared, 0 differences"])
    stage.slips.pay(charge.provider_ref, charge.amount, DAY)
    code, said = await compare(stage, repair=True)
    amount = f"{charge.amount // 100}.{charge.amount % 100:02d}"
    assert code == 1
    assert said[0] == f"simulated: boleto {charge.provider_ref} received 0.00 here, {amount} at the bank"
    await stage.work()
    assert (await stage.debt(debt)).status == "paid"
    assert await compare(stage) == (0, ["2026-11-23: 1 compared, 0 differences"])


def test_a_boleto_is_compared_by_what_it_ever_received_and_by_its_state() -> None:
    copy = Boleto(ref="B1", our_number="N1", state="open", amount=10_000, due_date=DAY, bank="077")
    charge = Payable(7, "B1", 10_000)
    assert compare_boleto("B1", 0, charge, copy) == []
    assert compare_boleto("B1", 0, charge, replace(copy, state="paid", received=10_000)) == [
        "boleto B1 received 0.00 here, 100.00 at the bank",
        "charge 7 (B1) is active here, paid at the bank",
    ]
    assert compare_boleto("B1", 10_000, None, replace(copy, state="paid", received=10_000)) == []
    assert compare_boleto("B1", 10_000, None, None) == ["boleto B1 is here, unknown to the bank"]
