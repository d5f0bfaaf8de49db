"""A code that is shown again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from conversations import ids
from conversations.conversation import give_proof
from payments.present import present
from tests.payments.stage import Stage


async def test_a_card_that_is_shown_in_another_talk_of_the_person_has_a_reference_of_its_own(stage: Stage) -> None:
    charge = await stage.charge(await stage.add_debt(100_000, date(2026, 10, 22)))
    elsewhere = ids.conversation_id()
    async with stage.engine.begin() as conn:
        await conn.execute(
            text("""insert into conversations (id, channel, account, address_raw, last_inbound_at, created_at)
                    values (:id, 'whatsapp', '1', '5511999990001', :now, :now)"""),
            {"id": elsewhere, "now": stage.clock.now()},
        )
        await give_proof(conn, elsewhere, stage.debtor, stage.clock.now(), 30)
    moved = await stage.ask(*await stage_debts(stage), conversation_id=elsewhere)
    assert (moved.id, moved.conversation_id) == (charge.id, elsewhere)
    async with stage.engine.begin() as conn:
        shown = await present(conn, stage.till, moved)
    assert shown[-1].values["card"]["reference"] == f"{charge.txid}-2"


async def stage_debts(stage: Stage) -> list[int]:
    return [await stage.scalar("select id from debts where debtor_id = :debtor", debtor=stage.debtor)]
