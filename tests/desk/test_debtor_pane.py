"""What the debtor's pane tells: contacts and wishes, codes and what became of them, and only what is this agent's to know."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.conversation import get
from conversations.preferences import prefer
from payments.issue import issue
from payments.till import Till
from tests.desk.office import PHONE, Browser, waiting
from tests.desk.stage import CPF, NOON, Stage


async def person(stage: Stage) -> tuple[str, int]:
    debtor = await stage.debtor("Marina Lopes", CPF, phone=PHONE)
    await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    return await waiting(stage, debtor_id=debtor), debtor


async def test_thirty_days_of_contacts_and_the_wishes_are_shown(stage: Stage, ana: Browser) -> None:
    talk, _ = await person(stage)
    for author, ago in (("debtor", 1), ("debtor", 2), ("bot", 2), ("agent", 3), ("debtor", 40)):
        await stage.line(talk, author, "oi", ago=timedelta(days=ago))
    await stage.rows(
        """insert into outbox (key, conversation_id, author, source, ordinal, fence, message, words, state, due_at, queued_at,
               sent_at, delivery, unasked, response)
           values ('k', :talk, 'journey', 'j', 0, 1, '{}', 'Lembrete', 'sent', :at, :at, :at, 'read', true, 'utter_reminder_promise')""",
        talk=talk,
        at=NOON - timedelta(days=1),
    )
    async with stage.engine.begin() as conn:
        await prefer(conn, await get(conn, talk), NOON, hours="Mon-Fri 14:00-18:00", most=1, days=7)
    pane = (await ana.get(f"/c/{talk}/debtor")).text
    assert "<dt>Mensagens do cliente</dt><dd>2" in pane and "<dt>Nossas, da equipe</dt><dd>1" in pane
    assert "Lembrete da promessa" in pane and "lida" in pane
    assert "segunda a sexta, das 14h às 18h" in pane and "1 em 7 dias" in pane


async def test_the_telephone_is_masked_until_it_is_asked_for_and_the_look_is_kept(stage: Stage, ana: Browser) -> None:
    talk, debtor = await person(stage)
    assert PHONE not in (await ana.get(f"/c/{talk}")).text
    assert PHONE in (await ana.post(f"/c/{talk}/reveal", what="phone")).text
    looked = await stage.one("select subject from audit where what = 'phone.revealed'")
    assert looked.subject == f"debtor:{debtor}"
    assert PHONE not in (await ana.get(f"/c/{talk}/debtor")).text


async def test_a_charge_tells_whether_its_code_was_sent_and_read(stage: Stage, ana: Browser) -> None:
    talk, debtor = await person(stage)
    await stage.rows("update creditors set cnpj = '90731425000163'")  # one that the policy pays
    debt = await stage.one("select id from debts")
    async with stage.engine.begin() as conn:
        charge = await issue(
            conn, Till(stage.talk, {}), debtor_id=debtor, debt_ids=[debt.id], conversation_id=talk, request_key="r"
        )
    await stage.rows("update charges set status = 'active', code = 'CODE-1', activated_at = :now", now=NOON)
    await stage.rows(
        """insert into outbox (key, conversation_id, author, source, ordinal, fence, message, words, state, due_at, queued_at,
               sent_at, delivery) values ('k', :talk, 'bot', 's', 0, 1, '{}', 'CODE-1', 'sent', :at, :at, :at, 'read')""",
        talk=talk,
        at=NOON,
    )
    pane = (await ana.get(f"/c/{talk}/debtor")).text
    told = pane[pane.index(f'data-testid="told-{charge.id}"') :][:80]
    assert "lida 12:00" in told


async def test_of_a_debtor_with_two_creditors_an_agent_of_one_sees_that_ones_part(stage: Stage, ana: Browser) -> None:
    talk, debtor = await person(stage)
    other = await stage.one("insert into creditors (cnpj, name) values ('90731425000163', 'Outra') returning id")
    theirs = await stage.debt(debtor, "Conta de luz", 77_00, date(2026, 10, 22))
    await stage.rows("update debts set creditor_id = :other where id = :id", other=other.id, id=theirs)
    assert "Cartão Tamboril" in (await ana.get(f"/c/{talk}/debtor")).text
    await stage.rows("insert into agent_creditors (agent_id, creditor_id) select id, :other from agents", other=other.id)
    pane = (await ana.get(f"/c/{talk}/debtor")).text
    assert "Conta de luz" in pane and "Cartão Tamboril" not in pane
