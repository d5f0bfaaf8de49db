"""A boleto: asked for, registered, checked and said; one for one wish."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import pytest

from channels.message import Document, PaymentCard, outgoing_adapter
from codes import boleto as slips
from documents.texts import Texts
from payments import charges
from payments.at_provider import close_at_provider, create_at_provider
from payments.boleto_change import move_boleto
from payments.boleto_provider import Boleto
from payments.issue import CannotIssue, expire_due
from payments.present import present_boleto
from receivables.owed import uncollectable_from
from tests.payments.fake_boletos import PDF
from tests.payments.stage import CNPJ, Stage
from trato.paths import PAPERS

PRICE = 100_000 + 2_000 + 1_067 - 1_534
TUESDAY = date(2026, 11, 24)


async def test_a_boleto_is_written_down_first_and_registered_by_the_worker(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt, kind="boleto")
    assert (charge.kind, charge.status, charge.amount, charge.due_date) == ("boleto", "pending", PRICE, TUESDAY)
    assert (charge.payee_name, charge.payee_document, charge.pix_key) == ("LOJAS TAMBORIL SA", CNPJ, None)
    assert stage.slips.calls == []
    await stage.work()
    made = await stage.read(charge.id)
    assert made.status == "active"
    assert slips.check(made.code or "", made.barcode, amount=PRICE, due_date=TUESDAY, bank="077") == []
    # 24/11 and 30 days are a Thursday; the boleto ends with that day in São Paulo.
    assert made.expires_at.isoformat() == "2026-12-25T03:00:00+00:00"
    (request,) = stage.slips.requests
    assert (request.pay_until_days, request.payer.document) == (30, "52998224725")


async def test_it_falls_due_with_its_debt_or_on_the_next_business_day(stage: Stage) -> None:
    saturday = await stage.add_debt(5_000, date(2026, 12, 5))
    assert (await stage.ask(saturday, kind="boleto")).due_date == date(2026, 12, 7)
    other = await stage.add_debt(6_000, date(2026, 11, 23))
    assert (await stage.ask(other, kind="boleto")).due_date == date(2026, 11, 23)
    third = await stage.add_debt(7_000, date(2026, 12, 18))
    assert (await stage.ask(third, kind="boleto", due_date=date(2026, 12, 25))).due_date == date(2026, 12, 28)
    with pytest.raises(ValueError, match="over"):
        await stage.ask(third, kind="boleto", due_date=date(2026, 11, 22))


async def test_a_bank_does_not_take_it_on_days_on_which_the_debt_may_not_be_collected(stage: Stage) -> None:
    charge = await stage.boleto(await stage.add_debt(50_000, date(2021, 12, 1)))
    assert uncollectable_from(date(2021, 12, 1)) == date(2026, 11, 30)
    # The last business day before it is a Friday: midnight in São Paulo at its end.
    assert charge.expires_at.isoformat() == "2026-11-28T03:00:00+00:00"
    assert stage.slips.requests[-1].pay_until_days == 3


async def test_the_bank_adds_a_fine_only_to_what_was_never_fined(stage: Stage, debt: int) -> None:
    await stage.boleto(debt)
    fresh = await stage.add_debt(100_000, date(2026, 12, 10))
    await stage.boleto(fresh)
    fined, unfined = stage.slips.requests
    assert (fined.late_fine, fined.late_interest_day) == (0, 33)
    assert (unfined.late_fine, unfined.late_interest_day) == (2_000, 33)


async def test_facts_come_first_then_the_line_alone_the_pdf_and_the_card(stage: Stage, debt: int) -> None:
    charge = await stage.boleto(debt)
    facts, line, file, card = await stage.said()
    for words in (
        "LOJAS TAMBORIL SA", "90.731.425/0001-63", "R$ 1.015,33", "terça-feira, 24/11/2026", "Avenida dos Jequitibás",
        "até 3 dias úteis", "24/12/2026", "Multa: R$ 20,00", "Total: R$ 1.015,33",
    ):  # fmt: skip
        assert words in facts.words
    assert (line.words, line.message["kind"]) == (charge.code, "text")
    document = outgoing_adapter.validate_python(file.message)
    assert isinstance(document, Document)
    assert document.file.mime_type == "application/pdf"
    assert (stage.documents / document.file.path).read_bytes() == PDF
    shown = outgoing_adapter.validate_python(card.message)
    assert isinstance(shown, PaymentCard)
    assert (shown.digitable_line, shown.pix_code, shown.reference, shown.total) == (charge.code, "", charge.txid, PRICE)


async def test_a_card_carries_both_ways_to_pay_where_both_live(stage: Stage, debt: int) -> None:
    slip = await stage.boleto(debt)
    pix = await stage.charge(debt)
    assert (await stage.read(slip.id)).status == "active"
    card = outgoing_adapter.validate_python((await stage.said())[-1].message)
    assert isinstance(card, PaymentCard)
    assert (card.pix_code, card.digitable_line) == (pix.code, slip.code)
    assert (await stage.said())[-1].response == "utter_boleto_card_both"
    async with stage.engine.begin() as conn:
        again = await present_boleto(conn, stage.till, slip)
    assert (again[-1].response, again[-1].values["card"]["pix_code"]) == ("utter_boleto_card_both", pix.code)


async def test_an_overdue_boleto_is_not_on_the_card_of_a_pix(stage: Stage) -> None:
    # Two banks, two amounts by now: a card shows one.
    debt = await stage.add_debt(100, date(2026, 11, 24))
    await stage.boleto(debt)
    stage.clock.advance(days=2)
    await stage.run("update conversations set last_inbound_at = :now", now=stage.clock.now())
    await stage.charge(debt)
    card = outgoing_adapter.validate_python((await stage.said())[-1].message)
    assert isinstance(card, PaymentCard)
    assert card.digitable_line is None


async def test_the_same_wish_gets_the_same_boleto(stage: Stage, debt: int) -> None:
    first = await stage.ask(debt, kind="boleto")
    await stage.work()
    assert (await stage.ask(debt, kind="boleto")).id == first.id
    stage.clock.advance(days=1)
    # It falls due today, at yesterday's price: still right.
    assert (await stage.ask(debt, kind="boleto")).id == first.id
    assert len(stage.slips.boletos) == 1


async def test_twenty_requests_at_once_make_one_boleto(stage: Stage, debt: int) -> None:
    made = await asyncio.gather(*(stage.ask(debt, kind="boleto") for _ in range(20)))
    assert len({charge.id for charge in made}) == 1


async def test_case_9_a_boleto_past_its_last_day_gives_way_to_a_new_one(stage: Stage, debt: int) -> None:
    old = await stage.boleto(debt)
    stage.clock.advance(days=35)
    async with stage.engine.begin() as conn:
        assert await expire_due(conn, stage.till) == 1
    new = await stage.boleto(debt)
    assert (await stage.read(old.id)).status == "expired"
    assert new.id != old.id
    assert new.amount > old.amount
    assert stage.slips.boletos[old.provider_ref or ""].state == "cancelled"


async def test_case_10_an_overdue_boleto_within_its_limit_keeps_its_line_and_shows_todays_cost(stage: Stage) -> None:
    debt = await stage.add_debt(100_000, date(2026, 11, 25))
    old = await stage.boleto(debt)
    stage.clock.advance(days=5)
    again = await stage.ask(debt, kind="boleto")
    assert again.id == old.id
    async with stage.engine.begin() as conn:
        facts, line, *_ = await present_boleto(conn, stage.till, again)
    assert facts.response == "utter_boleto_overdue"
    assert facts.values["today"] == {"money": 100_000 + 2_000 + 3 * 33}
    assert line.values["code"] == {"code": old.code}


async def test_a_cheaper_price_is_a_new_boleto(stage: Stage) -> None:
    # On the 31st day half of the charges are let off.
    debt = await stage.add_debt(100_000, date(2026, 10, 26))
    old = await stage.boleto(debt)
    stage.clock.advance(days=4)
    new = await stage.boleto(debt)
    assert new.id != old.id
    assert new.amount < old.amount
    closed = await stage.read(old.id)
    assert (closed.status, closed.replaced_by) == ("cancelled", new.id)
    assert stage.slips.boletos[old.provider_ref or ""].state == "cancelled"


async def test_another_due_date_is_another_boleto(stage: Stage) -> None:
    debt = await stage.add_debt(5_000, date(2026, 12, 10))
    old = await stage.boleto(debt)
    new = await stage.boleto(debt, due_date=date(2026, 12, 18))
    assert new.id != old.id
    assert (await stage.read(old.id)).status == "cancelled"


async def test_without_a_bank_for_boletos_there_is_none(stage: Stage, debt: int) -> None:
    stage.till = replace(stage.till, boletos={})
    with pytest.raises(CannotIssue) as refused:
        await stage.ask(debt, kind="boleto")
    assert refused.value.why == "no_payee"


# ------------------------------------------------------------------------------------------------ at the bank


async def test_a_boleto_that_is_still_being_registered_is_looked_at_again(stage: Stage, debt: int) -> None:
    stage.slips.pending = 2
    charge = await stage.ask(debt, kind="boleto")
    await stage.work()
    for _ in range(2):
        waiting = await stage.read(charge.id)
        assert (waiting.status, waiting.code) == ("pending", None)
        assert waiting.retry_at is not None
        stage.clock.set(waiting.retry_at)
        async with stage.engine.connect() as conn:
            assert await charges.waiting(conn, stage.clock.now()) == ([charge.id], [])
        await create_at_provider(stage.engine, stage.till, charge.id)
    assert (await stage.read(charge.id)).status == "active"
    assert len(stage.slips.boletos) == 1
    assert "utter_boleto_delayed" not in [one.response for one in await stage.said()]


async def test_an_answer_that_was_lost_is_looked_for_before_it_is_asked_again(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt, kind="boleto")
    stage.slips.lost_answers = 1
    await stage.work()
    assert (await stage.read(charge.id)).status == "pending"
    await create_at_provider(stage.engine, stage.till, charge.id)
    made = await stage.read(charge.id)
    assert (made.status, made.provider_ref) == ("active", "c0de-0001")
    assert len(stage.slips.boletos) == 1


class Killed(BaseException):
    """The worker is gone, without a chance to tidy up."""


async def test_a_worker_killed_at_the_bank_leaves_one_boleto(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt, kind="boleto")

    async def die() -> None:
        stage.slips.during_issue = None
        raise Killed

    stage.slips.during_issue = die
    with pytest.raises(Killed):
        await create_at_provider(stage.engine, stage.till, charge.id)
    await create_at_provider(stage.engine, stage.till, charge.id)
    assert (await stage.read(charge.id)).status == "active"
    assert len(stage.slips.boletos) == 1


async def test_a_bank_that_is_down_is_asked_again_and_the_person_told_once(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt, kind="boleto")
    stage.slips.down = 3
    for _ in range(3):
        await create_at_provider(stage.engine, stage.till, charge.id)
    assert [one.response for one in await stage.said()] == ["utter_boleto_delayed"]
    assert await stage.alarms() == ["boleto_provider_down"]
    await create_at_provider(stage.engine, stage.till, charge.id)
    assert (await stage.read(charge.id)).status == "active"


async def test_a_refused_boleto_is_told_honestly(stage: Stage, debt: int) -> None:
    stage.slips.refuse = "pagador.cep"
    charge = await stage.boleto(debt)
    assert charge.status == "cancelled"
    assert [one.response for one in await stage.said()] == ["utter_boleto_blocked"]
    assert await stage.alarms() == ["boleto_not_issued"]


def _coded(**changed: Any) -> Any:
    def change(made: Boleto) -> Boleto:
        values = {"bank": "077", "free_field": (made.barcode or "")[19:], "amount": made.amount, "due_date": made.due_date}
        bars = slips.encode(**{**values, **changed})
        return replace(made, barcode=bars, line=slips.line_of(bars))

    return change


@pytest.mark.parametrize(
    "change",
    [
        _coded(amount=1),
        _coded(due_date=date(2026, 12, 24)),
        _coded(bank="341"),
        _coded(free_field="0" * 25),
        lambda made: replace(made, amount=made.amount + 1),
        lambda made: replace(made, our_number="TOTHER"),
        lambda made: replace(made, due_date=date(2027, 1, 4)),
        lambda made: replace(made, payee_document="00000000000191"),
        lambda made: replace(made, barcode="0" * 44),
        lambda made: replace(made, line=made.line[:-1] + ("0" if made.line[-1] != "0" else "1")),
        lambda made: replace(made, line=None),
    ],
    ids=["amount", "due", "bank", "free field", "bank's amount", "our number", "bank's due", "payee", "bars", "digit", "none"],
)
async def test_codes_that_differ_from_their_charge_never_leave(stage: Stage, debt: int, change: Any) -> None:
    stage.slips.change = change
    charge = await stage.boleto(debt)
    assert (charge.status, charge.code) == ("cancelled", None)
    assert [one.response for one in await stage.said()] == ["utter_boleto_blocked"]
    assert await stage.alarms() == ["boleto_code_differs"]
    stage.slips.change = lambda made: made
    await stage.work()
    assert stage.slips.boletos["c0de-0001"].state == "cancelled"


async def test_a_boleto_that_is_replaced_while_the_bank_registers_it_is_cancelled_there(stage: Stage, debt: int) -> None:
    first = await stage.ask(debt, kind="boleto")
    other = await stage.add_debt(5_000, date(2026, 12, 10))

    async def replace_it() -> None:
        stage.slips.during_issue = None
        await stage.ask(debt, other, kind="boleto")
        await close_at_provider(stage.engine, stage.till, first.id)

    stage.slips.during_issue = replace_it
    await create_at_provider(stage.engine, stage.till, first.id)
    await stage.work()
    assert (await stage.read(first.id)).status == "cancelled"
    assert stage.slips.boletos["c0de-0001"].state == "cancelled"


async def test_without_proof_of_identity_nothing_of_it_is_said(stage: Stage, debt: int) -> None:
    await stage.lose_proof()
    await stage.boleto(debt)
    assert [one.response for one in await stage.said()] == ["utter_identity_needed"]


async def test_the_paper_is_drawn_here_where_its_words_are_known(stage: Stage, debt: int) -> None:
    stage.till = replace(stage.till, papers=Texts.load(PAPERS))
    charge = await stage.boleto(debt)
    content = (stage.documents / (charge.document_path or "")).read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) > 10_000
    assert not [call for call in stage.slips.calls if call.startswith("pdf")]
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    for words in (slips.formatted(charge.code or ""), "LOJAS TAMBORIL SA", "24/11/2026", "1.015,33", "24/12/2026"):
        assert words in text


# ------------------------------------------------------------------------------------------------ another due date


async def test_a_boleto_is_moved_at_its_bank_with_a_new_line_and_a_new_pdf(stage: Stage, debt: int) -> None:
    old = await stage.boleto(debt)
    async with stage.engine.begin() as conn:
        await move_boleto(conn, stage.till, old.id, date(2026, 12, 5), request_key="turn:x")
    await stage.work()
    moved = await stage.read(old.id)
    assert (moved.due_date, moved.wanted_due_date, moved.status) == (date(2026, 12, 7), None, "active")
    assert moved.code != old.code
    assert slips.check(moved.code or "", moved.barcode, amount=PRICE, due_date=date(2026, 12, 7)) == []
    said = (await stage.said())[4:]
    assert "Jogue fora" in said[0].words
    assert moved.code in [one.words for one in said]
    assert moved.document_path != old.document_path


async def test_a_bank_that_cannot_move_a_boleto_gets_a_new_one(stage: Stage, debt: int) -> None:
    stage.slips.can_move = False
    old = await stage.boleto(debt)
    async with stage.engine.begin() as conn:
        new = await move_boleto(conn, stage.till, old.id, date(2026, 12, 7), request_key="turn:x")
    await stage.work()
    assert new.id != old.id
    assert (await stage.read(old.id)).status == "cancelled"
    assert (await stage.read(new.id)).due_date == date(2026, 12, 7)
