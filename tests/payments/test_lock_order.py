"""Debts, charges, conversation: whoever locks in this order never waits in a circle, however many do it in the same second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import identity, ids, questions
from conversations.conversation import get as get_conversation
from conversations.conversation import give_proof, void_proof
from conversations.identity import Given
from conversations.questions import asked
from conversations.reply import reply
from conversations.wording import Utterance
from payments import charges
from payments.at_provider import create_at_provider
from payments.issue import issue
from tests.payments.stage import Stage

CPF = "52998224725"
BORN = date(1987, 4, 12)


@pytest.fixture
async def other(stage: Stage) -> AsyncIterator[str]:
    """The same person's talk on another channel, where they have not proven who they are."""
    await stage.run("update debtors set birth_date = :born where id = :id", born=BORN, id=stage.debtor)
    conversation = ids.conversation_id()
    await stage.run(
        """insert into conversations (id, channel, account, address_raw, last_inbound_at, created_at)
           values (:id, 'rcs', '1', '5511999990000', :now, :now)""",
        id=conversation,
        now=stage.clock.now(),
    )
    yield conversation


async def _until_it_waits(stage: Stage, pid: int, done: asyncio.Task[None]) -> None:
    """Return once that session waits for a lock, or is through."""
    async with stage.engine.connect() as conn:
        while not done.done():
            state = await conn.execute(text("select wait_event_type from pg_stat_activity where pid = :pid"), {"pid": pid})
            if state.scalar_one_or_none() == "Lock":
                return
            await conn.rollback()
            await asyncio.sleep(0.005)


async def _against_the_worker(stage: Stage, charge_id: int, act: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    """While the worker holds a charge that is ready to be said, somebody acts until they wait for it; then the worker says it."""
    pids: asyncio.Queue[int] = asyncio.Queue()

    async def action() -> None:
        async with stage.engine.begin() as conn:
            await pids.put((await conn.execute(text("select pg_backend_pid()"))).scalar_one())
            await act(conn)

    async with stage.engine.begin() as conn:
        charge = await charges.get(conn, charge_id, lock=True)
        acting = asyncio.create_task(action())
        await _until_it_waits(stage, await pids.get(), acting)
        assert charge.conversation_id is not None
        await reply(conn, stage.till.talk, charge.conversation_id, [Utterance("utter_boleto_delayed")], source=ids.outbox_key())
    await acting


async def test_proving_on_one_channel_and_paying_there_waits_in_no_circle_with_a_code_said_on_the_other(
    stage: Stage, debt: int, other: str
) -> None:
    charge = await stage.ask(debt, kind="boleto")
    for _ in range(5):
        now = stage.clock.now()
        async with stage.engine.begin() as conn:
            await void_proof(conn, other, now, "test")
            await give_proof(conn, stage.conversation, stage.debtor, now, 60)
            await questions.put(conn, other, None, now)
            await questions.put(conn, stage.conversation, asked("pay", ()), now)

        async def prove_and_pay(conn: AsyncConnection) -> None:
            conversation = await get_conversation(conn, other)
            given = Given(documents=(CPF,), dates=(BORN,))
            outcome = await identity.consider(conn, stage.ground, conversation, given, ids.turn_id())
            assert outcome.verdict == "proven"
            await charges.live_of_debts(conn, [debt], lock=True)

        await _against_the_worker(stage, charge.id, prove_and_pay)


async def test_a_second_code_in_one_transaction_waits_in_no_circle_with_the_first_one_s_worker(stage: Stage, debt: int) -> None:
    charge = await stage.ask(debt, kind="boleto")
    for turn in range(5):
        second = await stage.add_debt(50_000 + turn, date(2026, 10, 22))

        async def pay_both(conn: AsyncConnection, turn: int = turn, second: int = second) -> None:
            for one in (second, debt):
                await issue(
                    conn,
                    stage.till,
                    debtor_id=stage.debtor,
                    debt_ids=[one],
                    conversation_id=stage.conversation,
                    request_key=f"{turn}:{one}",
                    kind="boleto",
                )

        await _against_the_worker(stage, charge.id, pay_both)


async def test_a_boleto_asked_for_on_two_channels_in_the_same_second_is_one_boleto(stage: Stage, other: str) -> None:
    for turn in range(12):
        debt = await stage.add_debt(80_000 + turn, date(2026, 10, 22))

        async def ask(conversation: str, debt: int = debt) -> None:
            async with stage.engine.begin() as conn:
                if conversation == other:
                    await give_proof(conn, other, stage.debtor, stage.clock.now(), 60)
                made = await issue(
                    conn,
                    stage.till,
                    debtor_id=stage.debtor,
                    debt_ids=[debt],
                    conversation_id=conversation,
                    request_key=f"{conversation}:{debt}",
                    kind="boleto",
                )
            await create_at_provider(stage.engine, stage.till, made.id)

        await asyncio.gather(ask(stage.conversation), ask(other))
        assert await stage.scalar("select count(*) from charge_items where debt_id = :id", id=debt) == 1
