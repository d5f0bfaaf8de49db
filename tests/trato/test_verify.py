"""Every invariant is seen to fail: a sound database is broken on purpose, once its constraints and triggers are gone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations import audit
from payments.issue import issue
from receivables.claims import open_claim
from receivables.disputing import open_dispute
from receivables.extending import grant, preview
from receivables.promising import make
from receivables.sealing import Vault
from receivables.store import get_debts
from tests.payments.bargain import agree, ask, live_charge
from tests.payments.stage import Stage
from tests.postgres import embedded_postgres
from trato.clock import FixedClock
from trato.database import make_engine
from trato.migrate import upgrade
from trato.verify import INVARIANTS, find_broken

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
VAULT = Vault((b"k" * 32,))

STRIP = """
do $$
declare r record;
begin
    for r in select tgrelid::regclass t, tgname n from pg_trigger where not tgisinternal
            and tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) loop
        execute format('drop trigger %I on %s', r.n, r.t);
    end loop;
    for r in select conrelid::regclass t, conname n from pg_constraint where connamespace = 'public'::regnamespace
            and contype in ('p', 'u', 'c', 'f') and conrelid <> 0 loop
        execute format('alter table %s drop constraint if exists %I cascade', r.t, r.n);
    end loop;
    for r in select indexrelid::regclass i from pg_index join pg_class c on c.oid = indexrelid
            where indisunique and relnamespace = 'public'::regnamespace loop
        execute format('drop index %s', r.i);
    end loop;
end $$
"""

TALK = """
insert into agents (email, name, role, password_hash) values ('ana@x.example', 'Ana', 'agent', 'x');
insert into conversations (id, channel, account, address_raw, created_at, fence)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 'whatsapp', '1', '5511988880000', :now, 3);
insert into turns (id, conversation_id, number, state, started_at, done_at) values
    ('t_aaaaaaaaaaaaaaaaaaa1', 'c_aaaaaaaaaaaaaaaaaaaa', 1, 'done', :t1, :t2),
    ('t_aaaaaaaaaaaaaaaaaaa2', 'c_aaaaaaaaaaaaaaaaaaaa', 2, 'open', :t3, null);
insert into inbox (channel, account, external_id, conversation_id, kind, event_sealed, received_at, state, turn_id) values
    ('whatsapp', '1', 'wamid.1', 'c_aaaaaaaaaaaaaaaaaaaa', 'text', 'x', :t1, 'done', 't_aaaaaaaaaaaaaaaaaaa1'),
    ('whatsapp', '1', 'wamid.2', 'c_aaaaaaaaaaaaaaaaaaaa', 'text', 'x', :t3, 'turn', 't_aaaaaaaaaaaaaaaaaaa2');
insert into action_effects (turn_id, action, ordinal, result, at) values ('t_aaaaaaaaaaaaaaaaaaa1', 'action_x', 0, '{}', :t1);
insert into choices (id, conversation_id, group_id, position, label, meaning, created_at, used_at, used_turn) values
    ('o_aaaaaaaaaaaaaaaaaaaaaa', 'c_aaaaaaaaaaaaaaaaaaaa', 'g', 1, 'Sim', 'afirmar', :t1, :t1, 't_aaaaaaaaaaaaaaaaaaa1');
insert into outbox (key, conversation_id, turn_id, author, source, ordinal, fence, message, words, state, attempts, due_at,
        queued_at, sent_at, provider_id, delivery) values
    ('k1', 'c_aaaaaaaaaaaaaaaaaaaa', 't_aaaaaaaaaaaaaaaaaaa1', 'bot', 'turn:1', 0, 1, '{}', 'Oi', 'sent', 1, :t2, :t2, :t2, 'out.1',
        'delivered'),
    ('k2', 'c_aaaaaaaaaaaaaaaaaaaa', 't_aaaaaaaaaaaaaaaaaaa1', 'bot', 'turn:1', 1, 1, '{}', 'Tudo bem?', 'sent', 2, :t2, :t2, :t2,
        'out.2', null);
insert into send_attempts (outbox_id, number, started_at, finished_at, outcome)
    select id, 1, :t2, :t2, 'accepted' from outbox where key = 'k1' union all
    select id, 1, :t2, :t2, 'unknown' from outbox where key = 'k2';
insert into send_attempts (outbox_id, number, started_at, finished_at, outcome)
    select id, 2, cast(:t2 as timestamptz) + interval '61 s', cast(:t2 as timestamptz) + interval '61 s', 'accepted'
    from outbox where key = 'k2';
insert into delivery_statuses (channel, account, provider_id, status, received_at, outbox_id)
    select 'whatsapp', '1', 'out.1', 'delivered', :t2, id from outbox where key = 'k1';
insert into transcript (conversation_id, author, text, at, inbox_id)
    select conversation_id, 'debtor', 'meu CPF é •••.982.247-••', received_at, id from inbox;
insert into transcript (conversation_id, author, text, at, outbox_id)
    select conversation_id, 'bot', words, queued_at, id from outbox where key like 'k_';
insert into handoffs (conversation_id, reason, status, agent_id, asked_at, taken_at, ended_at) values
    ('c_aaaaaaaaaaaaaaaaaaaa', 'falar_com_humano', 'returned', 1, :h1, :h1, :h2);
update outbox set unasked = true where key = 'k2';
insert into scheduled_messages (kind, key, conversation_id, due_at, state, ended_at)
    values ('human_answer', 'x', 'c_aaaaaaaaaaaaaaaaaaaa', :t1, 'cancelled', :t2);
insert into requests (conversation_id, kind, protocol, key, asked_at, due_on)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 'data_copy', 'P-1', 'x', :t1, cast(:t1 as date) + 15);
insert into opt_outs (conversation_id, channel, address, since)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 'whatsapp', 'x', :t3);
insert into collection_pauses (debtor_id, reason, key, since) values (1, 'illness', 'x', :t3);
insert into rasa_trackers (conversation_id, snapshot, last_turn)
    values ('c_aaaaaaaaaaaaaaaaaaaa', '{"slots": {}}', 't_aaaaaaaaaaaaaaaaaaa1');
"""


async def build(url: str) -> None:
    """A debt paid in full, one paid in part, one charged; a payment of nobody; a talk that a human had for a while."""
    engine = make_engine(url, size=5)
    stage = Stage(engine, FixedClock(NOW))
    await stage.set_up()
    settled, partly, charged = [await stage.add_debt(amount, date(2026, 10, 22)) for amount in (100_000, 50_000, 30_000)]
    await stage.charge(charged)
    charge = await stage.charge(settled)
    await stage.paid(charge.txid, charge.amount)
    await stage.paid((await stage.charge(partly)).txid, 10_000)
    await stage.paid_boleto(await stage.boleto(await stage.add_debt(20_000, date(2026, 10, 20))))
    await stage.paid(None, 777)
    await people_say(stage)
    agreed = await agree(
        stage, await stage.add_debt(90_000, date(2026, 10, 19)), await stage.add_debt(40_000, date(2026, 10, 19))
    )
    await stage.paid((await live_charge(stage)).txid, agreed.down_payment)
    await ask(stage, agreed, 1)
    at = {
        "now": NOW,
        "h1": NOW - timedelta(hours=3),
        "h2": NOW - timedelta(hours=2),
        "t1": NOW - timedelta(minutes=90),
        "t2": NOW - timedelta(minutes=89),
        "t3": NOW - timedelta(minutes=1),
    }
    async with engine.begin() as conn:
        for statement in TALK.split(";\n"):
            if statement.strip():
                await conn.execute(text(statement), {name: value for name, value in at.items() if f":{name}" in statement})
        await audit.record(conn, "agent:1", "handoff.taken", "c_aaaaaaaaaaaaaaaaaaaa", {}, at["h1"])
        await audit.record(conn, "debtor", "request.made", "request:P-1", {}, at["t1"])
        await audit.record(conn, "bot", "test", None, {"n": 1}, NOW)
    await engine.dispose()


async def people_say(stage: Stage) -> None:
    """A date that was moved, a promise, a dispute, a payment that nobody sees, a part on account."""
    moved, promised, denied, told, part = [
        await stage.add_debt(amount, date(2026, 11, 3)) for amount in (64_000, 70_000, 80_000, 90_000, 9_000)
    ]
    ground, talk = stage.ground, stage.conversation
    async with stage.engine.begin() as conn:
        (debt,) = await get_debts(conn, [moved])
        shown = await preview(conn, ground, debt, date(2026, 12, 1))
        await grant(
            conn,
            ground,
            moved,
            to=shown.due_date,
            total=shown.total,
            request_key="e",
            protocol="2026-1123-EEEEEE",
            conversation_id=talk,
            by="bot",
        )
        await make(
            conn,
            ground,
            [promised],
            day=date(2026, 12, 1),
            amount=None,
            request_key="p",
            protocol="2026-1123-PPPPPP",
            conversation_id=talk,
        )
        await open_dispute(
            conn, ground, [denied], reason="fraud", story="", request_key="d", protocol="2026-1123-DDDDDD", conversation_id=talk
        )
        await open_claim(
            conn, ground, "paid", stage.debtor, [told], request_key="c", protocol="2026-1123-CCCCCC", conversation_id=talk
        )
        await issue(
            conn, stage.till, debtor_id=stage.debtor, debt_ids=[part], conversation_id=talk, request_key="part", on_account=3_000
        )


def prepare(url: str) -> None:
    upgrade(url)
    with psycopg.connect(url, autocommit=True) as connection:
        for trigger, table in (
            ("charge_items", "charge_items"),
            ("charges", "charges"),
            ("allocations", "allocations"),
            ("payments", "payments"),
            ("agreements", "agreements"),
            ("agreement_instalments", "agreement_instalments"),
            ("agreement_debts", "agreement_debts"),
            ("charge_instalments", "charge_instalments"),
        ):
            connection.execute(f"drop trigger {trigger}_add_up on {table}")
    # A loop of its own, so that the test run's loop is left alone.
    faults: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(build(url))
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(STRIP)


@pytest.fixture(scope="module")
def sound_database() -> Iterator[Callable[[], str]]:
    with embedded_postgres(prepare) as fresh:
        yield fresh


@pytest.fixture
async def engine(sound_database: Callable[[], str]) -> AsyncIterator[AsyncEngine]:
    made = make_engine(sound_database(), size=2)
    yield made
    await made.dispose()


WORKER = "insert into procrastinate_workers (last_heartbeat) values (now()); "
BY_KEY = "(select id from outbox where key = 'k{}')"

BREAKS = {
    "part_settles_nothing": "update charge_items set kind = 'boleto' where charge_id in (select id from charges where on_account)",
    "extension_adds_up": "update debts set extended_to = extended_to + 1 where extended_to is not null",
    "extension_is_traced": "delete from debt_changes where source like 'extension%'",
    "one_open_promise": "update promises set status = 'kept', ended_at = promised_at",
    "promise_judged": WORKER + "update promises set day = day - 30, keep_until = keep_until - 30, remind_on = remind_on - 30",
    "disputed_debts_rest": "update debts set status = 'open' where status = 'disputed'",
    "claim_of_its_debtor": "update payment_claims set debtor_id = 99",
    "inbox_once": "update inbox set external_id = 'wamid.1'",
    "inbox_transcribed": "delete from transcript where inbox_id is not null",
    "inbox_in_a_turn": "update turns set state = 'done', done_at = started_at",
    "inbox_not_left": WORKER + "update inbox set received_at = received_at - interval '1 hour' where state = 'turn'",
    "turn_alone": "update turns set state = 'open', done_at = null",
    "turns_apart": "update turns set done_at = done_at + interval '2 hours' where number = 1",
    "turns_in_order": "update turns set number = 3 - number",
    "effects_once": "insert into action_effects select * from action_effects",
    "choices_at_home": "update choices set conversation_id = 'c_bbbbbbbbbbbbbbbbbbbb'",
    "said_once": "update outbox set ordinal = 0 where key = 'k2'",
    "said_is_transcribed": "delete from transcript where outbox_id = " + BY_KEY.format(1),
    "sent_with_a_proof": "update send_attempts set outcome = 'unknown' where outbox_id = "
    + BY_KEY.format(2)
    + "; update outbox set provider_id = null where key = 'k2'",
    "sent_in_order": "update outbox set ordinal = 2 where key = 'k1'",
    "not_sent_again_too_soon": "update send_attempts set started_at = started_at - interval '30 s' where number = 2",
    "not_sent_after_it_arrived": "insert into delivery_statuses (channel, account, provider_id, status, received_at, outbox_id)"
    " select 'whatsapp', '1', 'out.2', 'read', finished_at, outbox_id from send_attempts where outcome = 'unknown'",
    "sending_ends": WORKER + "update outbox set state = 'sending' where key = 'k2'",
    "delivery_never_falls_back": "update outbox set delivery = 'sent' where key = 'k1'",
    "owner_as_handed_over": "update conversations set owner = 'queue' where id like 'c_aaaa%'",
    "bot_silent_under_a_human": "update handoffs set taken_at = (select queued_at from outbox where key = 'k1'),"
    " ended_at = taken_at + interval '3 hours'",
    "handover_is_audited": "delete from audit where what = 'handoff.taken'",
    "takeover_fences": "update outbox set fence = 9 where key = 'k1'",
    "personal_words_after_proof": "update outbox set needs_proof = true where key = 'k1'",
    "personal_words_not_sent_after_void": "update outbox set needs_proof = true where key = 'k1'",
    "proof_of_the_debtor": "update proofs set debtor_id = 99",
    "charge_adds_up": "update charges set amount = amount + 1 where status = 'active'",
    "charge_of_its_debts": "update charges set creditor_id = 99 where status = 'active'",
    "one_live_charge": "update charge_items set live = true",
    "paid_debts_are_not_charged": "update charges set status = 'active' where status = 'paid'",
    "paid_charge_has_a_payment": "update charges set status = 'paid' where status = 'active'",
    "payment_once": "update payments set end_to_end_id = 'E1'",
    "payment_of_its_charge": "update payments set debtor_id = 99 where status = 'applied'",
    "no_boleto_payment_dropped": "delete from payments where means = 'boleto'",
    "boleto_says_what_it_costs": "update charges set code = overlay(code placing '9' from 47) where kind = 'boleto'",
    "no_payment_dropped": "delete from payments where status = 'unmatched'",
    "payment_goes_somewhere": "update payments set amount = amount + 1 where status = 'partial'",
    "payment_is_audited": "delete from audit where what = 'payment.recorded'",
    "payment_is_traced": "delete from debt_changes",
    "debt_paid_total": "update debts set paid_total = paid_total + 1 where status = 'open'",
    "debt_principal": "update debts set principal_left = principal_left - 1 where status = 'open'",
    "paid_debt_was_paid": "update debts set status = 'paid' where status = 'open'",
    "debt_named_once": "insert into debts (creditor_id, debtor_id, portfolio, contract, contract_index, reference, original_amount,"
    " due_date, principal_left) select creditor_id, debtor_id, portfolio, contract, contract_index, reference, original_amount,"
    " due_date, original_amount from debts limit 1",
    "agreement_adds_up": "update agreement_instalments set amount = amount + 1 where number = 1",
    "one_live_agreement": "update debts set status = 'open' where status = 'agreed'",
    "agreement_of_its_offer": "update agreements set shown_text = shown_text || ' e nada mais'",
    "agreement_was_shown": "update outbox set words = 'outra coisa' where response = 'utter_offer_summary'",
    "agreement_is_audited": "delete from audit where what = 'agreement.accepted'",
    "instalments_as_paid": "update agreement_instalments set amount_left = amount_left - 1 where number = 2",
    "agreement_as_paid": "update agreement_debts set paid = paid + 1",
    "agreement_ended_as_told": "update agreements set status = 'broken'",
    "charge_of_its_instalments": "update agreement_instalments set status = 'cancelled' where number = 1",
    "stopped_is_stopped": "update opt_outs set since = since - interval '1 day'",
    "rest_is_respected": "update collection_pauses set since = since - interval '1 day'"
    "; update conversations set debtor_id = 1"
    "; update outbox set response = 'utter_reminder_promise' where key = 'k2'",
    "scheduled_was_said": "update scheduled_messages set state = 'sent'",
    "requests_in_time": "update requests set due_on = due_on + 1",
    "request_is_audited": "update requests set protocol = 'P-2'",
    "memory_of_its_conversation": "update rasa_trackers set conversation_id = 'c_bbbbbbbbbbbbbbbbbbbb'",
    "documents_masked": 'update rasa_trackers set snapshot = \'{"cpf": "529.982.247-25"}\'',
    "documents_sealed": "update debtors set document_index = 'x'",
    "audit_chain": "update audit set actor = 'agent:9' where what = 'test'",
}


async def test_a_sound_database_has_nothing_broken(engine: AsyncEngine) -> None:
    assert await find_broken(engine, VAULT, NOW) == []


async def test_work_left_undone_is_no_fault_while_no_worker_runs(engine: AsyncEngine) -> None:
    assert await find_broken(engine, VAULT, NOW + timedelta(days=1)) == []


async def test_a_wrong_key_is_told_once_for_all_debtors(engine: AsyncEngine) -> None:
    (broken,) = await find_broken(engine, Vault((b"z" * 32,)), NOW)
    assert broken.startswith("documents_sealed: ")


def test_every_invariant_is_broken_once() -> None:
    special = {"documents_masked", "documents_sealed", "audit_chain"}
    assert set(BREAKS) == {invariant.name for invariant in INVARIANTS} | special
    assert len({invariant.name for invariant in INVARIANTS}) == len(INVARIANTS)


@pytest.mark.parametrize("name", BREAKS)
async def test_what_is_broken_is_told(engine: AsyncEngine, name: str) -> None:
    async with engine.begin() as conn:
        for statement in BREAKS[name].split("; "):
            await conn.execute(text(statement.replace(":", "\\:")))
    told = await find_broken(engine, VAULT, NOW)
    assert any(sentence.startswith(f"{name}: ") for sentence in told), told
