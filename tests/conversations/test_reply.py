from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from conversations import handover
from conversations.wording import Utterance, WordingError
from tests.conversations.doubles import World, make_world
from trato.database import make_engine

HELLO, MORE = Utterance("utter_hello"), Utterance("utter_more")
DEBT = Utterance("utter_debt", {"amount": {"money": 12345}})
CODE = Utterance("utter_code", {"code": {"code": "000201PIX"}})
PAID = Utterance("utter_paid", {"amount": {"money": 9990}})


def debts(*names: str) -> Utterance:
    return Utterance("utter_debts", {"debts": [{"description": name, "arguments": {"debt": n}} for n, name in enumerate(names)]})


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    engine = make_engine(database_url, size=20)
    yield make_world(engine)
    await engine.dispose()


async def test_the_same_source_speaks_once_however_often_and_at_once_it_is_asked(world: World) -> None:
    here = await world.write()
    counts = await asyncio.gather(*(world.say(here, HELLO, CODE, source="turn:1", author="bot") for _ in range(10)))
    assert sorted(counts) == [0] * 9 + [1]
    assert await world.say(here, MORE, source="turn:2") == 1


async def test_personal_words_without_a_proof_are_not_queued_and_alarm(world: World) -> None:
    here = await world.write()
    assert await world.say(here, DEBT, CODE) == 1
    assert [words for words, _ in await world.outbox()] == ["Preciso confirmar quem é você."]
    assert "personal_without_proof" in await world.alarms()
    rows = await world.rows("select text from transcript union all select message::text from outbox")
    assert not any("123,45" in row.text or "000201" in row.text for row in rows)


async def test_of_a_mixed_answer_only_what_is_not_personal_is_said_without_a_proof(world: World) -> None:
    here = await world.write()
    assert await world.say(here, HELLO, DEBT, MORE) == 1
    assert [words for words, _ in await world.outbox()] == ["Oi!\n\nPosso ajudar?"]


async def test_a_proof_that_has_ended_is_none(world: World) -> None:
    here = await world.write()
    await world.prove(here, await world.debtor())
    world.clock.advance(minutes=31)
    await world.say(here, DEBT)
    assert [words for words, _ in await world.outbox()] == ["Preciso confirmar quem é você."]


async def test_with_a_proof_personal_words_are_marked_so_that_they_are_checked_again_before_sending(world: World) -> None:
    here = await world.write()
    await world.prove(here, await world.debtor())
    await world.say(here, HELLO, DEBT)
    row = await world.one("select words, needs_proof, weight from outbox")
    assert (row.words, row.needs_proof, row.weight) == ("Oi!\n\nVocê deve R$ 123,45.", True, "plain")
    assert await world.alarms() == []


async def test_neighbours_are_one_message_and_a_payment_code_stands_alone(world: World) -> None:
    here = await world.write()
    await world.prove(here, await world.debtor())
    assert await world.say(here, HELLO, MORE, CODE, MORE, HELLO) == 3
    rows = await world.rows("select words, weight, ordinal from outbox order by id")
    assert [tuple(row) for row in rows] == [
        ("Oi!\n\nPosso ajudar?", "plain", 0),
        ("000201PIX", "payment", 1),
        ("Posso ajudar?\n\nOi!", "plain", 2),
    ]


async def test_what_stands_before_and_behind_a_question_is_one_message_with_its_answers(world: World) -> None:
    here = await world.write()
    assert await world.say(here, HELLO, debts("Cartão", "Celular"), MORE) == 1
    row = await world.one("select words, message from outbox")
    assert row.words == "Oi!\n\nQual delas?\n\nPosso ajudar?"
    assert [option["label"] for option in row.message["options"]] == ["Cartão", "Celular"]


async def test_two_questions_are_two_messages(world: World) -> None:
    here = await world.write()
    assert await world.say(here, debts("Cartão"), debts("Celular")) == 2


async def test_messages_too_long_together_stay_apart(world: World) -> None:
    here = await world.write()
    await world.prove(here, await world.debtor())
    long = Utterance("utter_debt", {"amount": "9" * 600})
    assert await world.say(here, long, long) == 2


async def test_offered_answers_are_opaque_rows_and_their_arguments_stay_in_the_store(world: World) -> None:
    here = await world.write()
    await world.say(here, debts("Cartão", "Celular"))
    message = (await world.one("select message from outbox")).message
    rows = await world.rows("select id, label, meaning, arguments, single_use, position from choices order by position")
    assert [option["id"] for option in message["options"]] == [row.id for row in rows]
    assert [(row.label, row.meaning, row.arguments, row.single_use) for row in rows] == [
        ("Cartão", "escolher_opcao", {"debt": 0}, True),
        ("Celular", "escolher_opcao", {"debt": 1}, True),
    ]
    assert "escolher_opcao" not in str(message) and "arguments" not in str(message)
    assert all(len(row.id) >= 26 for row in rows)


async def test_a_tapped_answer_works_in_its_own_talk_once_and_nowhere_else(world: World) -> None:
    here = await world.write()
    await world.say(here, debts("Cartão", "Celular"))
    option = (await world.rows("select id from choices order by position"))[0].id
    for _ in range(2):
        await world.receive(world.written("Cartão", kind="choice", choice_id=option))
        await world.drain(here)
    assert [asked.intent for asked in world.mind.asked[-2:]] == ["escolher_opcao", "escolha_antiga"]
    other = world.written("/restart", kind="choice", choice_id=option)
    await world.receive(other.model_copy(update={"address": other.address.model_copy(update={"raw": "5511911112222"})}))
    await world.work()
    assert (world.mind.asked[-1].intent, world.mind.asked[-1].text) == (None, "\u2215restart")


async def test_an_event_outside_the_window_is_said_by_its_template_and_the_rest_not_at_all(world: World) -> None:
    here = await world.write()
    world.clock.advance(hours=25)
    assert await world.say(here, HELLO, PAID, debts("Cartão"), source="payment:E1", author="journey") == 1
    message = (await world.one("select message from outbox")).message
    assert (message["kind"], message["name"], message["variables"]) == ("template", "paid_1", ["R$ 99,90"])
    assert message["words"] == "Recebemos R$ 99,90."
    assert await world.rows("select 1 from choices") == []
    await world.deliver(here)
    assert world.channel.words == ["Recebemos R$ 99,90."]


async def test_an_event_without_a_template_is_not_said_outside_the_window(world: World) -> None:
    here = await world.write()
    world.clock.advance(hours=25)
    assert await world.say(here, HELLO, source="charge:1", author="journey") == 0
    assert [job for job in world.jobs.waiting if job[0] == "deliver"] == []


async def test_an_event_inside_the_window_is_plain_words(world: World) -> None:
    here = await world.write()
    world.clock.advance(timedelta(hours=23, minutes=59))
    assert await world.say(here, PAID, source="payment:E1", author="journey") == 1
    assert (await world.one("select message from outbox")).message["kind"] == "text"


async def test_the_bot_is_silent_under_a_human_and_speaks_in_the_queue(world: World) -> None:
    here, agent = await world.write(), await world.agent()
    async with world.engine.begin() as conn:
        await handover.request_human(conn, world.talk, here, "falar_com_humano", "")
    assert await world.say(here, HELLO, source="a") == 1
    async with world.engine.begin() as conn:
        await handover.take(conn, world.talk, here, agent)
    assert await world.say(here, HELLO, source="b") == 0
    assert await world.say(here, PAID, source="c", author="journey") == 1


async def test_a_response_that_does_not_exist_is_an_error_and_queues_nothing(world: World) -> None:
    here = await world.write()
    with pytest.raises(WordingError):
        await world.say(here, HELLO, Utterance("utter_nonsense"))
    assert await world.outbox() == []


async def test_documents_in_what_is_said_are_masked_in_the_transcript_only(world: World) -> None:
    here = await world.write()
    await world.prove(here, await world.debtor())
    await world.say(here, Utterance("utter_debt", {"amount": "529.982.247-25"}))
    lines = await world.rows("select text from transcript where author = 'bot'")
    assert "529" not in lines[0].text
    assert "529.982.247-25" in (await world.one("select words from outbox")).words
