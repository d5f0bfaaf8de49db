from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import Address, Media
from conversations import effects, handover
from conversations.conversation import live_proof
from conversations.rasa import RasaAway, RasaFailed
from conversations.turn import drain, facts, waiting_conversations
from conversations.wording import Utterance
from receivables.sealing import Vault
from tests.conversations.doubles import ACCOUNT, CPF, World, make_world, seconds


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return make_world(engine)


async def turns(world: World) -> list[tuple[str | None, str]]:
    return [(row.text, row.state) for row in await world.rows("select text, state from turns order by number")]


async def take(world: World, conversation_id: str) -> int:
    agent = await world.agent()
    async with world.engine.begin() as conn:
        assert await handover.take(conn, world.talk, conversation_id, agent)
    return agent


async def ask_for_human(world: World, conversation_id: str) -> None:
    async with world.engine.begin() as conn:
        await handover.request_human(conn, world.talk, conversation_id, "falar_com_humano", "")


async def waiting(world: World) -> list[str]:
    async with world.engine.connect() as conn:
        return await waiting_conversations(conn, world.clock.now())


# ------------------------------------------------------------------------------------------------------- bursts


async def test_a_burst_is_one_turn_and_answered_once(world: World) -> None:
    here = await world.write("oi")
    await world.write("quero pagar")
    await world.write("a da loja")
    await world.work()
    assert [asked.text for asked in world.mind.asked] == ["oi quero pagar a da loja"]
    assert world.channel.words == ["Oi!"]
    assert await world.rows("select 1 from inbox where state <> 'done'") == []
    assert (await world.conversation(here)).failures == 0


async def test_a_text_waits_for_a_quiet_moment_and_a_tap_does_not(world: World) -> None:
    here = await world.write("oi")
    quick = asyncio.create_task(world.drain(here, burst=30))
    await asyncio.sleep(0.2)
    assert world.mind.asked == []
    quick.cancel()
    await asyncio.gather(quick, return_exceptions=True)
    await world.rows("update inbox set state = 'done'")
    await world.receive(world.written("Sim", kind="choice", choice_id="o_unknown"))
    async with asyncio.timeout(5):
        await world.drain(here, burst=30)
    assert len(world.mind.asked) == 1


async def test_who_gets_no_answer_is_asked_to_say_it_again_and_the_team_is_told(world: World) -> None:
    world.mind.answer = ()
    await world.write("sou a rita 304.... pera, quero boleto")
    await world.work()
    assert world.channel.words[-1].endswith("Me diga de novo?")
    assert await world.alarms() == ["turn_without_answer"]


async def test_silence_is_right_while_a_code_is_made(world: World) -> None:
    world.mind.answer = ()

    async def a_code_is_made() -> None:
        async with world.engine.begin() as conn:
            await effects.keep(
                conn,
                world.mind.asked[-1].turn_id,
                "action_pay",
                0,
                {"said": [], "events": [], "code_comes": True},
                world.clock.now(),
            )

    world.mind.meanwhile = a_code_is_made
    await world.write("manda o pix")
    await world.work()
    assert world.channel.words == []
    assert await world.alarms() == []


async def test_somebody_who_never_stops_typing_is_answered_after_four_quiet_times(world: World) -> None:
    here = await world.write("um")
    world.clock.advance(seconds=8)
    await world.write("dois")
    async with asyncio.timeout(5):
        await world.drain(here, burst=2)
    assert world.mind.asked[0].text == "um dois"


async def test_a_message_that_comes_during_a_turn_is_answered_in_the_next_one(world: World) -> None:
    here = await world.write("oi")

    async def another() -> None:
        world.mind.meanwhile = None
        await world.write("mais uma")

    world.mind.meanwhile = another
    await world.drain(here)
    assert [asked.text for asked in world.mind.asked] == ["oi", "mais uma"]
    assert world.mind.asked[0].turn_id != world.mind.asked[1].turn_id


async def test_text_tap_and_photo_are_three_turns_in_order(world: World) -> None:
    await world.receive(
        world.written("oi"),
        world.written("Sim", kind="choice", choice_id="o_unknown"),
        world.written(None, kind="media", media=Media(kind="image")),
        world.written(None, kind="media", media=Media(kind="image")),
    )
    await world.work()
    rows = await world.rows("select kinds from turns order by number")
    assert [row.kinds for row in rows] == [["text"], ["choice"], ["media/image", "media/image"]]


async def test_a_sticker_in_the_middle_of_a_talk_is_no_question(world: World) -> None:
    await world.write("oi")
    await world.work()
    await world.receive(world.written(None, kind="media", media=Media(kind="sticker")))
    await world.work()
    assert len(world.mind.asked) == 1
    assert await waiting(world) == []


async def test_documents_never_reach_the_mind_and_are_kept_sealed_for_the_actions(world: World) -> None:
    await world.write("quero pagar, cpf 529.982.247-25")
    await world.work()
    asked = world.mind.asked[0]
    assert "529" not in (asked.text or "")
    async with world.engine.connect() as conn:
        assert (await facts(conn, world.talk, asked.turn_id)).given.documents == (CPF,)
    row = await world.one("select secrets_sealed, text from turns")
    assert b"529" not in bytes(row.secrets_sealed) and "529" not in row.text


async def test_messages_over_a_day_old_are_set_aside_with_an_alarm_and_newer_ones_answered(world: World) -> None:
    old = [world.written(f"velha {n}", sent_at=world.clock.now() - timedelta(hours=25)) for n in range(210)]
    await world.receive(*old, world.written("nova"))
    await world.work()
    assert [asked.text for asked in world.mind.asked] == ["nova"]
    assert await world.alarms() == ["stale_messages"]
    assert len(await world.rows("select 1 from inbox where state = 'stale'")) == 210


# ------------------------------------------------------------------------------------------------------ crashes


async def test_after_a_crash_before_the_answer_the_same_turn_is_asked_again(world: World) -> None:
    here = await world.write("oi")

    async def crash() -> None:
        world.mind.meanwhile = None
        raise asyncio.CancelledError

    world.mind.meanwhile = crash
    with pytest.raises(asyncio.CancelledError):
        await world.drain(here)
    assert await turns(world) == [("oi", "open")]
    await world.write("alô?")
    await world.drain(here)
    first, again, after = world.mind.asked
    assert (first.turn_id, first.text) == (again.turn_id, again.text)
    assert after.text == "alô?"


async def test_a_crash_between_answer_and_commit_makes_one_reply(world: World) -> None:
    here = await world.write("oi")
    world.mind.dies_after_answering = True
    with pytest.raises(asyncio.CancelledError):
        await world.drain(here)
    assert await world.outbox() == []
    await world.drain(here)
    assert len({asked.turn_id for asked in world.mind.asked}) == 1
    assert await world.outbox() == [("Oi!", "queued")]


async def test_two_workers_that_believe_to_have_the_same_turn_reply_once(world: World) -> None:
    here = await world.write("oi")
    both = asyncio.Event()

    async def together() -> None:
        if len(world.mind.asked) == 2:
            both.set()
        await both.wait()

    world.mind.meanwhile = together
    async with asyncio.timeout(20):
        await asyncio.gather(world.drain(here), world.drain(here))
    assert len(await world.outbox()) == 1
    assert await turns(world) == [("oi", "done")]


# ------------------------------------------------------------------------------------------------- Rasa in trouble


async def test_when_rasa_is_away_the_turn_waits_and_is_answered_later(world: World) -> None:
    here = await world.write("oi")
    world.mind.troubles = [RasaAway("starting"), RasaAway("starting")]
    await world.drain(here)
    assert await world.outbox() == []
    assert await waiting(world) == []
    world.clock.advance(seconds=2)
    assert await waiting(world) == [here]
    await world.drain(here)
    world.clock.advance(seconds=4)
    await world.drain(here)
    assert len({asked.turn_id for asked in world.mind.asked}) == 1
    assert await world.outbox() == [("Oi!", "queued")]
    assert (await world.conversation(here)).failures == 0


async def test_more_messages_do_not_hurry_a_rasa_that_failed_a_moment_ago(world: World) -> None:
    here = await world.write("oi")
    world.mind.troubles = [RasaFailed("HTTP 500")] * 9
    for _ in range(6):
        await world.drain(here)
        await world.write("alô?")
    assert len(world.mind.asked) == 1
    assert await turns(world) == [("oi", "open")]


async def test_whoever_waits_over_twenty_seconds_is_told_once_that_it_takes_a_moment(world: World) -> None:
    here = await world.write("oi")
    world.mind.troubles = [RasaAway("down")] * 5
    for _ in range(5):
        await world.drain(here)
        world.clock.advance(seconds=16)
    assert await world.outbox() == [("Só um momento.", "queued")]
    await world.drain(here)
    assert [words for words, _ in await world.outbox()] == ["Só um momento.", "Oi!"]


async def test_the_moment_is_asked_for_while_a_slow_rasa_still_thinks(world: World) -> None:
    here = await world.write("oi")
    world.mind.troubles = [RasaAway("down")]
    await world.drain(here)
    world.clock.advance(seconds=25)
    said: list[list[tuple[str, str]]] = []

    async def slow() -> None:
        await asyncio.sleep(1.5)
        said.append(await world.outbox())

    world.mind.meanwhile = slow
    await world.drain(here)
    assert said == [[("Só um momento.", "queued")]]
    assert [words for words, _ in await world.outbox()] == ["Só um momento.", "Oi!"]


async def test_after_four_failures_a_human_is_called_and_nothing_is_lost(world: World) -> None:
    here = await world.write("oi")
    world.mind.troubles = [RasaFailed("HTTP 500")] * 4
    for _ in range(4):
        await world.drain(here)
        world.clock.advance(seconds=16)
    assert len(world.mind.asked) == 4
    assert (await world.conversation(here)).owner == "queue"
    assert (await world.one("select state from inbox")).state == "desk"
    assert "turn_dropped" in await world.alarms()
    assert (await world.outbox())[-1] == ("Vou chamar uma pessoa. Lugar 1.", "queued")
    assert await waiting(world) == []


@pytest.mark.parametrize(
    "answer", [(Utterance("utter_that_does_not_exist"),), (Utterance("utter_debt"),), (Utterance("utter_debts", {"debts": 3}),)]
)
async def test_an_answer_that_cannot_be_worded_ends_with_a_human_and_is_not_asked_for_ever(
    world: World, answer: tuple[Utterance, ...]
) -> None:
    here = await world.write("oi")
    world.mind.answer = answer
    for _ in range(10):
        await world.drain(here)
        world.clock.advance(seconds=16)
    assert len(world.mind.asked) == 4
    assert (await world.conversation(here)).owner == "queue"


async def test_a_message_that_cannot_be_read_back_is_set_aside_and_a_human_called(world: World) -> None:
    here = await world.write("oi")
    await world.rows("update inbox set event_sealed = :sealed", sealed=world.ground.vault.seal('{"event": "?"}', "inbox"))
    for _ in range(10):
        await world.drain(here)
        world.clock.advance(seconds=16)
    assert (await world.one("select state from inbox")).state == "set_aside"
    assert (await world.conversation(here)).owner == "queue"
    assert "turn_not_made" in await world.alarms()


async def test_under_a_wrong_key_messages_wait_for_the_right_one(world: World) -> None:
    here = await world.write("oi")
    right = (await world.one("select event_sealed from inbox")).event_sealed
    await world.rows("update inbox set event_sealed = :sealed", sealed=Vault((b"w" * 32,)).seal("{}", "inbox"))
    for _ in range(10):
        await world.drain(here)
        world.clock.advance(minutes=2)
    assert await world.alarms() == ["seal_broken"]
    await world.rows("update inbox set event_sealed = :sealed", sealed=right)
    await world.drain(here)
    assert await world.outbox() == [("Oi!", "queued")]


async def test_a_read_mark_that_fails_or_hangs_does_not_hold_the_answer_back(world: World) -> None:
    world.channel.read_trouble = RuntimeError("no blue ticks today")
    await world.write("oi")
    await world.work()
    assert world.channel.words == ["Oi!"]


# ------------------------------------------------------------------------------------------------------- humans


async def test_when_a_human_takes_over_in_the_middle_of_a_turn_the_bot_says_nothing(world: World) -> None:
    here = await world.write("oi")

    async def human() -> None:
        await take(world, here)

    world.mind.meanwhile = human
    await world.work()
    assert await world.outbox() == []
    assert world.channel.words == []


async def test_what_the_bot_thought_of_before_a_human_came_and_went_is_not_said(world: World) -> None:
    here = await world.write("oi")

    async def human() -> None:
        agent = await take(world, here)
        async with world.engine.begin() as conn:
            await handover.give_back(conn, world.talk, here, agent, "outro", "")

    world.mind.meanwhile = human
    await world.work()
    assert world.channel.words == ["De volta com o assistente."]
    assert await turns(world) == [("oi", "dropped")]
    assert await waiting(world) == []


async def test_a_turn_left_open_by_a_crash_is_dropped_when_a_human_has_the_talk(world: World) -> None:
    here = await world.write("oi")
    world.mind.troubles = [RasaAway("down")]
    await world.drain(here)
    await take(world, here)
    world.clock.advance(seconds=20)
    await world.write("alguém?")
    await world.drain(here)
    assert await turns(world) == [("oi", "dropped")]
    assert {row.state for row in await world.rows("select state from inbox")} == {"desk"}


async def test_while_a_human_has_the_talk_messages_are_for_the_desk_and_the_proof_lives_on(world: World) -> None:
    here = await world.write("oi")
    await world.work()
    await world.prove(here, await world.debtor())
    await take(world, here)
    for _ in range(4):
        world.clock.advance(minutes=20)
        await world.write("e agora?")
        await world.work()
    async with world.engine.connect() as conn:
        assert await live_proof(conn, here, world.clock.now()) is not None
    assert len(world.mind.asked) == 1
    assert len(await world.rows("select 1 from inbox where state = 'desk'")) == 4


async def test_who_waits_in_the_queue_keeps_their_proof_by_writing(world: World) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    await ask_for_human(world, here)
    for _ in range(3):
        world.clock.advance(minutes=20)
        await world.write("oi?")
        await world.work()
    async with world.engine.connect() as conn:
        assert await live_proof(conn, here, world.clock.now()) is not None


async def test_who_waits_is_told_their_place_at_most_every_ten_minutes(world: World) -> None:
    here = await world.write("oi")
    await world.work()
    await ask_for_human(world, here)
    for _ in range(9):
        world.clock.advance(minutes=3)
        await world.write("e aí?")
        await world.work()
    told = [words for words in world.channel.words if "fila" in words]
    assert told == ["Você é o número 1 da fila."] * 2, "after twelve and after twenty-four minutes: the place was told at first"
    assert len(world.mind.asked) == 1


async def test_who_wants_back_to_the_assistant_gets_it_also_in_the_middle_of_a_burst(world: World) -> None:
    here = await world.write("oi")
    await world.work()
    await ask_for_human(world, here)
    await world.write("cansei de esperar")
    await world.write("voltar ao assistente")
    await world.write("quero pagar")
    await world.work()
    assert (await world.conversation(here)).owner == "bot"
    assert world.mind.asked[-1].text == "quero pagar"
    assert world.channel.words[-2:] == ["Voltei.", "Oi!"]


async def test_a_pix_code_on_its_way_still_arrives_when_the_person_asks_for_a_human(world: World) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    await world.say(here, Utterance("utter_code", {"code": {"code": "000201ABC"}}), source="charge:1:active")
    await ask_for_human(world, here)
    await world.deliver(here)
    assert world.channel.words == ["000201ABC"]


async def test_an_account_that_is_not_configured_does_not_stop_a_turn(world: World) -> None:
    here = await world.write("oi")
    await drain(world.engine, world.talk, world.mind, {}, here, 0)
    assert await world.outbox() == [("Oi!", "queued")]


async def test_the_net_finds_every_waiting_talk_once(world: World) -> None:
    people = [Address(channel="whatsapp", account=ACCOUNT, raw=f"55119{80000000 + n}") for n in range(3)]
    here = [await world.write("oi", who) for who in people]
    assert await waiting(world) == []
    world.clock.advance(seconds(2))
    assert sorted(await waiting(world)) == sorted(here)
