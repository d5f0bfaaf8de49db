"""Asking for a Pix: one charge for one wish, its code checked before anybody sees it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from channels.message import PaymentCard, outgoing_adapter
from codes import pix
from payments import charges
from payments.at_provider import close_at_provider, create_at_provider
from payments.issue import CannotIssue, expire_due
from payments.provider import PixCharge
from receivables.claims import open_claim, take_back
from receivables.pauses import pause_collection
from tests.payments.stage import CNPJ, COLLECTOR, KEY, Stage

PRICE = 100_000 + 2_000 + 1_067 - 1_534
"""1000,00 with its fine and interest on the 32nd day, less half of them (15,335 rounds up, part by part)."""


async def test_a_pix_is_written_down_first_and_made_by_the_worker(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt)
    assert (charge.status, charge.amount, charge.payee_name) == ("pending", PRICE, "LOJAS TAMBORIL SA")
    assert (charge.payee_document, charge.pix_key) == (CNPJ, KEY)
    assert stage.bank.calls == []
    await stage.work()
    made = await stage.read(charge.id)
    assert made.status == "active"
    assert made.code is not None
    assert pix.check(made.code, amount=PRICE, payee_name="Lojas Tamboril SA", location=made.location) == []


async def test_payee_amount_and_expiry_come_before_the_code_which_stands_alone(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    payee, code, card = await stage.said()
    for words in ("LOJAS TAMBORIL SA", "90.731.425/0001-63", "R$ 1.015,33", "24/11/2026 às 12:00", "Avenida dos Jequitibás"):
        assert words in payee.words
    assert code.words == charge.code
    message = outgoing_adapter.validate_python(card.message)
    assert isinstance(message, PaymentCard)
    assert message.reference == charge.txid
    assert sum(line.amount for line in message.lines) + message.charges - message.discount == message.total == charge.amount
    assert message.pix_key_type == "EVP"


async def test_the_same_wish_gets_the_same_charge(stage: Stage, debt: int) -> None:
    first = await stage.ask(debt)
    assert (await stage.ask(debt)).id == first.id
    await stage.work()
    assert (await stage.ask(debt)).id == first.id
    assert await stage.scalar("select count(*) from charges") == 1


async def test_the_same_request_gets_the_same_charge_whatever_became_of_it(stage: Stage, debt: int) -> None:
    first = await stage.ask(debt, request="turn:t_1/pay/0")
    await stage.work()
    await stage.paid(first.txid, first.amount)
    again = await stage.ask(debt, request="turn:t_1/pay/0")
    assert (again.id, again.status) == (first.id, "paid")


async def test_twenty_requests_at_once_make_one_charge(stage: Stage, debt: int) -> None:
    made = await asyncio.gather(*(stage.ask(debt) for _ in range(20)))
    assert len({charge.id for charge in made}) == 1


async def test_case_11_an_expired_charge_gives_way_to_a_new_one_and_is_removed_at_the_bank(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    stage.clock.advance(minutes=1440)
    new = await stage.ask(debt)
    await stage.work()
    assert new.txid != old.txid
    closed = await stage.read(old.id)
    assert (closed.status, closed.replaced_by) == ("expired", new.id)
    assert closed.provider_closed_at is not None
    assert stage.bank.charges[old.txid].status == "removed"
    assert (await stage.read(new.id)).status == "active"


async def test_case_11_the_sweep_expires_what_nobody_asked_about(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    stage.clock.advance(minutes=1440)
    async with stage.engine.begin() as conn:
        assert await expire_due(conn, stage.till) == 1
    await stage.work()
    assert (await stage.read(old.id)).status == "expired"
    assert stage.bank.charges[old.txid].status == "removed"


async def test_another_amount_is_another_charge(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    stage.clock.advance(hours=12)
    new = await stage.ask(debt)
    await stage.work()
    assert new.amount > old.amount
    assert (await stage.read(old.id)).status == "cancelled"
    assert stage.bank.charges[old.txid].status == "removed"


async def test_two_debts_of_one_creditor_are_one_pix_with_a_line_each(stage: Stage, debt: int) -> None:
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    charge = await stage.charge(debt, other)
    assert charge.amount == PRICE + 5_000
    said = await stage.said()
    assert "1. Compra de 22/10 (" in said[0].words
    assert "Total: R$ 1.015,33\n2. Compra de 10/12 (" in said[0].words


async def test_a_pix_for_two_debts_replaces_the_one_for_the_first(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    await stage.charge(debt, other)
    assert (await stage.read(old.id)).status == "cancelled"


async def test_what_may_not_be_charged_is_refused_with_its_reason(stage: Stage, debt: int) -> None:
    stranger = await stage.add_debtor("11144477735", "Outra Pessoa")
    elsewhere = await stage.add_creditor("91826043000186", "Ventania")
    due = date(2026, 10, 1)
    for why, wanted in (
        ("no_debts", []),
        ("other_debtor", [await stage.add_debt(100, due, debtor=stranger)]),
        ("other_debtor", [999_999]),
        ("several_creditors", [debt, await stage.add_debt(100, due, creditor=elsewhere)]),
        ("not_open", [await stage.add_debt(100, due, status="closed", reference="closed")]),
        ("disputed", [await stage.add_debt(100, due, status="disputed", reference="disputed")]),
        ("uncollectable", [await stage.add_debt(100, due, judicial=True, reference="judicial")]),
        ("uncollectable", [await stage.add_debt(100, date(2021, 11, 24))]),
    ):
        with pytest.raises(CannotIssue) as refused:
            await stage.ask(*wanted)
        assert refused.value.why == why
    assert await stage.scalar("select count(*) from charges") == 0


async def test_case_6_a_disputed_debt_is_charged_when_the_person_insists_and_stays_disputed(stage: Stage) -> None:
    disputed = await stage.add_debt(100, date(2026, 12, 1), status="disputed")
    charge = await stage.ask(disputed, despite_dispute=True)
    assert charge.amount == 100
    assert (await stage.debt(disputed)).status == "disputed"


@pytest.mark.parametrize(("holder", "payee"), [("MERCADINHO TESTE LTDA", "Mercadinho Teste Ltda"), ("OUTRO RECEBEDOR", None)])
async def test_an_unknown_creditor_may_own_the_account_and_nobody_else(stage: Stage, holder: str, payee: str | None) -> None:
    shop = await stage.add_creditor("11222333000181", "Mercadinho Teste Ltda")
    stage.bank.payee = holder
    asked = await stage.ask(await stage.add_debt(10_000, date(2026, 10, 22), creditor=shop))
    await stage.work()
    made = await stage.read(asked.id)
    if payee is None:
        assert (made.status, made.code) == ("cancelled", None)
        assert await stage.alarms() == ["pix_code_differs"]
    else:
        assert (made.status, made.payee_name, made.payee_document) == ("active", payee, "11222333000181")
        assert "Quem recebe: Mercadinho Teste Ltda\nCNPJ: 11.222.333/0001-81" in (await stage.said())[0].words


async def test_an_unknown_creditor_is_paid_through_the_collector(stage: Stage) -> None:
    unknown = await stage.add_creditor("92640517000163", "Colégio Pé de Ipê")
    debt = await stage.add_debt(10_000, date(2026, 12, 1), creditor=unknown)
    charge = await stage.ask(debt)
    assert (charge.payee_name, charge.payee_document, charge.pix_key) == ("Acerto Leve Ltda.", COLLECTOR, stage.bank.key)


# ------------------------------------------------------------------------------------------------ at the provider


async def test_a_charge_made_before_a_crash_is_found_again(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt)
    stage.bank.lost_answers = 1
    await stage.work()
    assert (await stage.read(charge.id)).status == "pending"
    await create_at_provider(stage.engine, stage.till, charge.id)
    assert (await stage.read(charge.id)).status == "active"
    assert len(stage.bank.charges) == 1
    assert [call.split()[0] for call in stage.bank.calls] == ["create", "get"]


async def test_the_job_done_twice_says_it_once(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await create_at_provider(stage.engine, stage.till, charge.id)
    assert len(await stage.said()) == 3


async def test_a_provider_that_is_down_is_asked_again_and_the_person_told_once(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt)
    stage.bank.down = 3
    waits = []
    for _ in range(3):
        await create_at_provider(stage.engine, stage.till, charge.id)
        waiting = await stage.read(charge.id)
        assert waiting.retry_at is not None
        waits.append((waiting.retry_at - stage.clock.now()).total_seconds())
        async with stage.engine.connect() as conn:
            assert await charges.waiting(conn, stage.clock.now()) == ([], [])
            stage.clock.set(waiting.retry_at)
            assert await charges.waiting(conn, stage.clock.now()) == ([charge.id], [])
    assert waits == [5, 15, 60]
    assert [one.response for one in await stage.said()] == ["utter_pix_delayed"]
    assert await stage.alarms() == ["pix_provider_down"]
    await create_at_provider(stage.engine, stage.till, charge.id)
    assert [one.response for one in await stage.said()][1:] == ["utter_pix_payee", "utter_pix_code", "utter_pix_card"]


async def test_a_provider_that_never_answers_ends_in_words_and_an_alarm(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt)
    stage.bank.down = 99
    await stage.work()
    stage.clock.advance(minutes=1441)
    await create_at_provider(stage.engine, stage.till, charge.id)
    assert (await stage.read(charge.id)).status == "cancelled"
    assert [one.response for one in await stage.said()] == ["utter_pix_delayed", "utter_pix_blocked"]
    assert "pix_not_issued" in await stage.alarms()


async def test_a_refused_charge_is_told_honestly(stage: Stage, debt: int) -> None:
    stage.bank.refuse = "CobOperacaoInvalida"
    charge = await stage.charge(debt)
    assert charge.status == "cancelled"
    assert "CobOperacaoInvalida" in (charge.blocked_why or "")
    assert [one.response for one in await stage.said()] == ["utter_pix_blocked"]
    assert await stage.alarms() == ["pix_not_issued"]


def _with_code(**changed: object) -> object:
    def change(made: PixCharge) -> PixCharge:
        values = {"location": made.location, "name": "LOJAS TAMBORIL SA", "city": "GOIANIA", "amount": made.amount, **changed}
        return replace(made, code=pix.encode_dynamic(**values))  # type: ignore[arg-type]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _with_code(amount=1),
        _with_code(name="JOAO DA SILVA"),
        _with_code(location="golpe.example/qr/v2/1"),
        lambda made: replace(made, amount=made.amount + 1),
        lambda made: replace(made, key="golpe@example.com"),
        lambda made: replace(made, status="removed"),
        lambda made: replace(made, code=made.code[:-1] + ("0" if made.code[-1] != "0" else "1")),
        lambda made: replace(
            made,
            code=pix.encode_static(key="golpe@example.com", name="LOJAS TAMBORIL SA", city="GOIANIA", amount=made.amount),
        ),
    ],
    ids=["amount", "payee", "location", "bank's amount", "key", "status", "one byte", "static"],
)
async def test_a_code_that_differs_from_its_charge_never_leaves(stage: Stage, debt: int, change: object) -> None:
    stage.bank.change = change  # type: ignore[assignment]
    charge = await stage.charge(debt)
    assert charge.status == "cancelled"
    assert charge.code is None
    assert [one.response for one in await stage.said()] == ["utter_pix_blocked"]
    assert await stage.alarms() == ["pix_code_differs"]
    stage.bank.change = lambda made: made
    await stage.work()
    assert stage.bank.charges[charge.txid].status == "removed"


async def test_a_code_that_the_bank_leaves_out_is_written_from_its_location(stage: Stage, debt: int) -> None:
    stage.bank.change = lambda made: replace(made, code=None)
    charge = await stage.charge(debt)
    assert charge.status == "active"
    assert pix.check(charge.code or "", amount=PRICE, location=charge.location, payee_name="LOJAS TAMBORIL SA") == []


async def test_a_charge_that_is_replaced_while_the_bank_makes_it_is_removed_there(stage: Stage, debt: int) -> None:
    first = await stage.ask(debt)
    other = await stage.add_debt(5_000, date(2026, 12, 10))

    async def replace_it() -> None:
        stage.bank.during_create = None
        await stage.ask(debt, other)
        # Closing runs first and finds nothing to be worried about.
        await close_at_provider(stage.engine, stage.till, first.id)
        stage.bank.charges[first.txid] = replace(stage.bank.charges[first.txid], status="active")

    stage.bank.during_create = replace_it
    await create_at_provider(stage.engine, stage.till, first.id)
    await stage.work()
    closed = await stage.read(first.id)
    assert (closed.status, closed.code) == ("cancelled", None)
    assert stage.bank.charges[first.txid].status == "removed"
    assert [one.response for one in await stage.said()] == ["utter_pix_payee", "utter_pix_code", "utter_pix_card"]


class Killed(BaseException):
    """The worker is gone, without a chance to tidy up."""


async def test_a_worker_killed_before_it_wrote_down_the_answer_leaves_one_charge(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt)

    async def die() -> None:
        stage.bank.during_create = None
        raise Killed

    stage.bank.during_create = die
    with pytest.raises(Killed):
        await create_at_provider(stage.engine, stage.till, charge.id)
    waiting = await stage.read(charge.id)
    assert (waiting.status, waiting.attempts) == ("pending", 1)
    assert waiting.retry_at is not None
    stage.clock.set(waiting.retry_at)
    async with stage.engine.connect() as conn:
        assert await charges.waiting(conn, stage.clock.now()) == ([charge.id], [])
    await create_at_provider(stage.engine, stage.till, charge.id)
    assert (await stage.read(charge.id)).status == "active"
    assert len(stage.bank.charges) == 1


async def test_a_charge_that_the_bank_never_heard_of_needs_no_closing_there(stage: Stage, debt: int) -> None:
    first = await stage.ask(debt)
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    await stage.ask(debt, other)
    await close_at_provider(stage.engine, stage.till, first.id)
    assert (await stage.read(first.id)).provider_closed_at is not None
    assert stage.bank.calls == []


async def test_closing_waits_for_a_bank_that_is_down(stage: Stage, debt: int) -> None:
    old = await stage.charge(debt)
    stage.clock.advance(minutes=1440)
    async with stage.engine.begin() as conn:
        await expire_due(conn, stage.till)
    stage.bank.down = 1
    await stage.work()
    assert (await stage.read(old.id)).provider_closed_at is None
    stage.clock.advance(timedelta(minutes=5))
    async with stage.engine.connect() as conn:
        assert await charges.waiting(conn, stage.clock.now()) == ([], [old.id])
    await close_at_provider(stage.engine, stage.till, old.id)
    assert stage.bank.charges[old.txid].status == "removed"


async def test_without_proof_of_identity_nothing_of_the_charge_is_said(stage: Stage, debt: int) -> None:
    await stage.lose_proof()
    charge = await stage.charge(debt)
    assert charge.status == "active"
    assert [one.response for one in await stage.said()] == ["utter_identity_needed"]


async def test_a_bot_under_a_human_is_silent_but_the_humans_own_pix_is_said(stage: Stage, debt: int) -> None:
    agent = await stage.scalar(
        "insert into agents (email, name, role, password_hash) values ('a@b.example', 'Ana', 'agent', 'x') returning id"
    )
    await stage.run("update conversations set owner = 'agent', agent_id = :agent", agent=agent)
    await stage.charge(debt)
    assert await stage.said() == []
    other = await stage.add_debt(5_000, date(2026, 12, 10))
    await stage.ask(other, request="desk:1")
    await stage.work()
    assert [one.author for one in await stage.said()] == ["journey"] * 3


async def test_what_is_said_to_be_paid_is_charged_by_the_wish_after_the_notice_alone(stage: Stage, debt: int) -> None:
    other = await stage.add_debt(50_000, date(2026, 10, 22))
    async with stage.engine.begin() as conn:
        claim = await open_claim(
            conn, stage.ground, "paid", stage.debtor, [debt], request_key="c", protocol="P-1", conversation_id=None
        )
    with pytest.raises(CannotIssue) as refused:
        await stage.ask(debt, other)
    assert (refused.value.why, refused.value.debt_ids) == ("claimed", (debt,))
    assert (await stage.ask(other)).status == "pending"
    assert (await stage.ask(debt, despite_dispute=True)).status == "pending"
    async with stage.engine.begin() as conn:
        assert await take_back(conn, claim.id, stage.clock.now())
    assert (await stage.ask(debt, other)).status == "pending"


async def test_nothing_is_charged_to_whom_collection_stands_still_for_good_not_even_by_their_wish(
    stage: Stage, debt: int
) -> None:
    async with stage.engine.begin() as conn:
        await pause_collection(conn, "deceased", stage.clock.now(), key="k", debtor_id=stage.debtor)
    for wished in (False, True):
        with pytest.raises(CannotIssue) as refused:
            await stage.ask(debt, despite_dispute=wished)
        assert refused.value.why == "paused"
