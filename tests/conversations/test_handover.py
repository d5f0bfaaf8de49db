from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from channels.message import Text
from conversations import audit, handover
from conversations.reply import reply, say_as_agent
from conversations.wording import Utterance
from tests.desk.stage import CPF, Stage, make_stage
from trato.database import make_engine

PHONE = "+5511987654321"


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    engine = make_engine(database_url, size=15)
    yield make_stage(engine)
    await engine.dispose()


async def ask(stage: Stage, conversation_id: str) -> handover.HandoffPlace:
    async with stage.engine.begin() as conn:
        return await handover.request_human(conn, stage.talk, conversation_id, "falar_com_humano", "Quer falar do boleto.")


async def take(stage: Stage, conversation_id: str, agent_id: int) -> bool:
    async with stage.engine.begin() as conn:
        return await handover.take(conn, stage.talk, conversation_id, agent_id)


async def give_back(stage: Stage, conversation_id: str, agent_id: int, outcome: str, note: str = "") -> bool:
    async with stage.engine.begin() as conn:
        return await handover.give_back(conn, stage.talk, conversation_id, agent_id, outcome, note)


async def test_people_who_ask_for_a_human_stand_in_the_order_in_which_they_asked(stage: Stage) -> None:
    first, second = await stage.conversation(PHONE), await stage.conversation("+5511987650000")
    assert (await ask(stage, first)).place == 1
    stage.clock.advance(minutes=1)
    place = await ask(stage, second)
    assert (place.place, place.waiting, place.taken, place.new) == (2, 2, False, True)
    row = await stage.one("select owner, fence from conversations where id = :id", id=second)
    assert (row.owner, row.fence) == ("queue", 1)


async def test_asking_again_changes_nothing_and_tells_the_same_place(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    first = await ask(stage, one)
    again = await ask(stage, one)
    assert (again.handoff_id, again.place, again.new) == (first.handoff_id, 1, False)
    assert (await stage.one("select fence from conversations where id = :id", id=one)).fence == 1
    assert len(await stage.rows("select 1 from handoffs")) == 1


async def test_of_twenty_agents_who_take_at_once_one_wins(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    await ask(stage, one)
    agents = [await stage.agent(f"a{n}@trato.example", f"Agente {n}") for n in range(20)]
    won = await asyncio.gather(*(take(stage, one, agent) for agent in agents))
    assert sum(won) == 1
    row = await stage.one("select owner, agent_id, fence from conversations where id = :id", id=one)
    assert (row.owner, row.agent_id, row.fence) == ("agent", agents[won.index(True)], 2)
    assert len(await stage.rows("select 1 from audit where what = 'handoff.taken'")) == 1


async def test_taking_twice_by_the_same_agent_is_taking_once(stage: Stage) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    await ask(stage, one)
    assert await take(stage, one, agent)
    assert await take(stage, one, agent)
    assert (await stage.one("select fence from conversations where id = :id", id=one)).fence == 2


async def test_an_agent_of_another_tenant_or_disabled_takes_nothing(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    stranger = await stage.agent("eva@outra.example", "Eva", tenant_id=2)
    gone = await stage.agent("beto@trato.example", "Beto")
    await stage.rows("update agents set disabled_at = now() where id = :id", id=gone)
    assert not await take(stage, one, stranger)
    assert not await take(stage, one, gone)
    assert (await stage.one("select owner from conversations where id = :id", id=one)).owner == "bot"


async def test_an_agent_can_take_a_talk_that_the_bot_has(stage: Stage) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    assert await take(stage, one, agent)
    row = await stage.one("select status, reason from handoffs")
    assert (row.status, row.reason) == ("taken", "assumido_pelo_atendente")


async def test_what_the_bot_queued_before_is_under_an_older_fence_and_later_it_is_silent(stage: Stage) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    said = [Utterance("utter_human_left_queue")]
    async with stage.engine.begin() as conn:
        assert await reply(conn, stage.talk, one, said, source="turn:1") == 1
    await take(stage, one, agent)
    async with stage.engine.begin() as conn:
        assert await reply(conn, stage.talk, one, said, source="turn:2") == 0
    row = await stage.one(
        "select o.fence, c.fence now_fence from outbox o join conversations c on c.id = o.conversation_id where c.id = :id",
        id=one,
    )
    assert row.fence < row.now_fence


@pytest.mark.parametrize("outcome", handover.OUTCOMES)
async def test_the_bot_that_gets_the_talk_back_says_that_it_knows_how_it_ended(stage: Stage, outcome: str) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    one, agent = await stage.conversation(PHONE, debtor_id=debtor), await stage.agent("ana@trato.example", "Ana")
    await stage.prove(one, debtor)
    await ask(stage, one)
    await take(stage, one, agent)
    assert await give_back(stage, one, agent, outcome, "CPF 529.982.247-25 conferido")
    row = await stage.one("select owner, agent_id, outcome, fence from conversations where id = :id", id=one)
    assert (row.owner, row.agent_id, row.outcome, row.fence) == ("bot", None, outcome, 3)
    ended = await stage.one("select status, outcome, note from handoffs")
    assert (ended.status, ended.outcome, ended.note) == ("returned", outcome, "CPF ***.982.247-** conferido")
    said = await stage.one("select author, response, source, fence, words from outbox")
    assert (said.author, said.response, said.fence) == ("bot", f"utter_returned_{outcome}", 3)
    assert "assistente virtual" in said.words


@pytest.mark.parametrize("outcome", ["promessa", "pagamento_combinado", "sem_acordo"])
async def test_without_a_proof_the_words_afterwards_do_not_tell_that_there_is_a_debt(stage: Stage, outcome: str) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    await take(stage, one, agent)
    assert await give_back(stage, one, agent, outcome)
    said = await stage.one("select response from outbox")
    assert said.response == "utter_returned_unproven"
    assert await stage.rows("select 1 from alarms") == []


async def test_a_wrong_person_loses_the_proof(stage: Stage) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    one, agent = await stage.conversation(PHONE, debtor_id=debtor), await stage.agent("ana@trato.example", "Ana")
    await stage.prove(one, debtor)
    await take(stage, one, agent)
    assert await give_back(stage, one, agent, "nao_e_a_pessoa")
    assert (await stage.one("select void_reason from proofs")).void_reason == "wrong_person"


async def test_only_the_owner_gives_back_and_only_with_a_known_outcome(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    ana, beto = await stage.agent("ana@trato.example", "Ana"), await stage.agent("beto@trato.example", "Beto")
    await take(stage, one, ana)
    assert not await give_back(stage, one, beto, "resolvido")
    with pytest.raises(ValueError, match="not an outcome"):
        await give_back(stage, one, ana, "sumiu")
    assert await give_back(stage, one, ana, "resolvido")
    assert not await give_back(stage, one, ana, "resolvido")
    assert len(await stage.rows("select 1 from outbox")) == 1


async def test_the_second_hand_over_of_a_talk_is_told_anew(stage: Stage) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    for _ in range(2):
        assert (await ask(stage, one)).new
        await take(stage, one, agent)
        assert await give_back(stage, one, agent, "resolvido")
    assert len(await stage.rows("select 1 from outbox where response = 'utter_returned_resolvido'")) == 2


async def test_a_person_leaves_the_queue_but_not_an_agent(stage: Stage) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    await ask(stage, one)
    async with stage.engine.begin() as conn:
        assert await handover.leave_queue(conn, stage.talk, one)
        assert not await handover.leave_queue(conn, stage.talk, one)
        assert await handover.place_in_queue(conn, one) is None
    await take(stage, one, agent)
    async with stage.engine.begin() as conn:
        assert not await handover.leave_queue(conn, stage.talk, one)
        place = await handover.request_human(conn, stage.talk, one, "falar_com_humano", "")
        assert (place.taken, place.place) == (True, 0)
        assert await handover.close(conn, stage.talk, one, "debtor", "parar_mensagens")
        assert not await handover.close(conn, stage.talk, one, "debtor", "parar_mensagens")
    assert (await stage.one("select owner from conversations where id = :id", id=one)).owner == "bot"


async def test_an_agent_speaks_only_while_the_talk_is_theirs(stage: Stage) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    async with stage.engine.begin() as conn:
        assert not await say_as_agent(conn, stage.talk, one, agent, Text(body="Oi"), "Oi", source="agent:1:a")
    await take(stage, one, agent)
    async with stage.engine.begin() as conn:
        assert await say_as_agent(conn, stage.talk, one, agent, Text(body="Oi"), "Oi", source="agent:1:b")
        assert await say_as_agent(conn, stage.talk, one, agent, Text(body="Oi"), "Oi", source="agent:1:b")
    assert len(await stage.rows("select 1 from outbox")) == 1


async def test_desks_hear_of_a_change_when_it_is_committed_and_not_before(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    url = stage.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as listener:
        await listener.execute("listen trato_desk")
        async with stage.engine.begin() as conn:
            await handover.request_human(conn, stage.talk, one, "falar_com_humano", "")
            assert [notice async for notice in listener.notifies(timeout=0.1)] == []
        heard = [notice.payload.split() async for notice in listener.notifies(timeout=1, stop_after=1)]
    kept = await stage.rows("select tenant_id::text, horizon::text, conversation_id from desk_changes")
    assert [tuple(words) for words in heard] == [tuple(row) for row in kept]
    assert [row.conversation_id for row in kept] == [one]


async def test_the_audit_is_whole_and_shows_what_was_changed_or_removed(stage: Stage) -> None:
    one, agent = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    await ask(stage, one)
    await take(stage, one, agent)
    await give_back(stage, one, agent, "outro")
    async with stage.engine.begin() as conn:
        await audit.record(conn, "agent:1", "document.revealed", "debtor:1", {"por quê": "ligação", "n": 3}, stage.clock.now())
        assert await audit.check_chain(conn) == []
        # The store refuses to rewrite its record; somebody who owns the tables can switch that off.
        await conn.execute(text("alter table audit disable trigger user"))
        await conn.execute(text("update audit set actor = 'agent:99' where id = 2"))
        assert await audit.check_chain(conn) == ["audit 2: the line was changed after it was written"]
    async with stage.engine.begin() as conn:
        await conn.execute(text("update audit set actor = :actor where id = 2"), {"actor": f"agent:{agent}"})
        await conn.execute(text("delete from audit where id = 3"))
        assert await audit.check_chain(conn) == ["audit 4: the line before it was removed or changed"]


async def test_the_chain_holds_when_many_write_at_once(stage: Stage) -> None:
    async def write(n: int) -> None:
        async with stage.engine.begin() as conn:
            await audit.record(conn, "bot", "counted", str(n), {}, stage.clock.now() + timedelta(seconds=n))

    await asyncio.gather(*(write(n) for n in range(25)))
    async with stage.engine.connect() as conn:
        assert await audit.check_chain(conn) == []
    assert len(await stage.rows("select 1 from audit")) == 25


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("Mon-Fri 09:00-18:00", "segunda a sexta, das 9h às 18h"),
        ("Mon-Fri 08:30-18:00, Sat 09:00-13:00", "segunda a sexta, das 8h30 às 18h; sábado, das 9h às 13h"),
        ("sempre", "sempre"),
    ],
)
def test_opening_hours_are_said_as_people_say_them(hours: str, said: str) -> None:
    assert handover.hours_in_words(hours) == said
