from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import Address, IdentityChange
from conversations import handover, linking, questions
from conversations.consent import opt_out, opted_out
from conversations.contact import may_write
from conversations.conversation import get, live_proof
from conversations.identity import Given
from conversations.preferences import prefer, preference_of
from tests.conversations.doubles import ACCOUNT, BORN, CPF, OTHER_CPF, World, make_world

WHATSAPP = Address(channel="whatsapp", account=ACCOUNT, raw="5511987654321")
RCS = Address(channel="rcs", account=ACCOUNT, raw="+5511987654321")
PAY = questions.asked("pay", ("yes_no",), debt=7)


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return make_world(engine)


async def both(world: World) -> tuple[str, str, int]:
    """The talks of one proven person on WhatsApp and on RCS."""
    debtor = await world.debtor()
    talks = await world.write(who=WHATSAPP), await world.write(who=RCS)
    await world.work()
    for talk in talks:
        await world.prove(talk, debtor)
    return *talks, debtor


async def put(world: World, talk: str, question: questions.Question | None) -> None:
    async with world.engine.begin() as conn:
        await questions.put(conn, talk, question, world.clock.now())


async def is_open(world: World, talk: str) -> questions.Question | None:
    async with world.engine.connect() as conn:
        return await questions.open_question(conn, talk, world.clock.now())


async def bring(world: World, talk: str) -> bool:
    async with world.engine.begin() as conn:
        proof = await live_proof(conn, talk, world.clock.now())
        assert proof is not None
        return await linking.bring_question(conn, talk, proof, world.clock.now())


async def take(world: World, talk: str, agent: int) -> bool:
    async with world.engine.begin() as conn:
        return await handover.take(conn, world.talk, talk, agent)


# ---------------------------------------------------------------------------------------------------- linking


async def test_the_same_telephone_on_two_channels_is_two_strangers_until_both_have_proven(world: World) -> None:
    debtor = await world.debtor()
    here, there = await world.write(who=WHATSAPP), await world.write(who=RCS)
    assert here != there
    await world.prove(here, debtor)
    assert (await world.conversation(there)).debtor_id is None
    await world.consider(there, Given(documents=(CPF,), dates=(BORN,)))
    assert (await world.conversation(there)).debtor_id == debtor


async def test_what_is_open_goes_with_the_person_once_and_has_to_be_shown_first(world: World) -> None:
    here, there, _ = await both(world)
    await put(world, here, PAY)
    assert await bring(world, there)
    brought = await is_open(world, there)
    assert brought is not None and (brought.name, brought.brought) == ("pay", True)
    assert await is_open(world, here) is None
    assert not await bring(world, there)


async def test_proof_itself_brings_what_is_open(world: World) -> None:
    debtor = await world.debtor()
    here, there = await world.write(who=WHATSAPP), await world.write(who=RCS)
    await world.prove(here, debtor)
    await put(world, here, PAY)
    await world.consider(there, Given(documents=(CPF,), dates=(BORN,)))
    brought = await is_open(world, there)
    assert brought is not None and brought.name == "pay" and await is_open(world, here) is None


async def test_of_two_at_once_only_one_has_it_in_the_end(world: World) -> None:
    here, there, _ = await both(world)
    third = await world.write(who=Address(channel="rcs", account=ACCOUNT, raw="+5511912340000"))
    await world.prove(third, (await world.conversation(here)).debtor_id or 0)
    await put(world, here, PAY)
    await asyncio.gather(bring(world, there), bring(world, third))
    assert len([talk for talk in (here, there, third) if await is_open(world, talk)]) == 1


async def test_what_was_asked_here_later_is_not_pushed_aside(world: World) -> None:
    here, there, _ = await both(world)
    await put(world, here, PAY)
    world.clock.advance(timedelta(minutes=1))
    await put(world, there, questions.asked("promise_day", ("date",)))
    assert not await bring(world, there)
    assert (await is_open(world, here)) is not None


async def test_a_question_that_tells_nothing_stays_where_it_was_asked(world: World) -> None:
    here, there, _ = await both(world)
    await put(world, here, questions.asked("human", public=True))
    assert not await bring(world, there)


async def test_two_people_on_one_telephone_do_not_answer_for_each_other(world: World) -> None:
    first, second = await world.debtor(), await world.debtor(OTHER_CPF, born=date(1990, 1, 2))
    talk = await world.write(who=WHATSAPP)
    await world.consider(talk, Given(documents=(CPF,), dates=(BORN,)))
    await put(world, talk, PAY)
    outcome = await world.consider(talk, Given(documents=(OTHER_CPF,), dates=(date(1990, 1, 2),)))
    assert (outcome.verdict, outcome.debtor_id) == ("proven", second) and first != second
    assert await is_open(world, talk) is None
    assert [row.debtor_id for row in await world.rows("select debtor_id from proofs where void_at is null")] == [second]


# ------------------------------------------------------------------------------------------------- order of turns


async def test_turns_of_one_person_on_two_channels_are_answered_one_after_the_other(world: World) -> None:
    here, there, _ = await both(world)
    world.mind.asked.clear()
    most, now = 0, 0

    async def watch() -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.3)
        now -= 1

    world.mind.meanwhile = watch
    await world.write("um", who=WHATSAPP)
    await world.write("dois", who=RCS)
    await asyncio.gather(world.drain(here), world.drain(there))
    assert most == 1 and sorted(asked.text or "" for asked in world.mind.asked) == ["dois", "um"]


async def test_strangers_do_not_wait_for_each_other(world: World) -> None:
    here, there = await world.write(who=WHATSAPP), await world.write(who=RCS)
    waiting = 0
    together = asyncio.Event()

    async def meet() -> None:
        nonlocal waiting
        waiting += 1
        if waiting == 2:
            together.set()
        await asyncio.wait_for(together.wait(), 10)

    world.mind.meanwhile = meet
    await asyncio.gather(world.drain(here), world.drain(there))
    assert waiting == 2


async def test_a_turn_whose_process_died_does_not_hold_the_other_channel_for_ever(world: World) -> None:
    here, there, _ = await both(world)
    world.mind.dies_after_answering = True
    await world.write("um", who=WHATSAPP)
    with pytest.raises(asyncio.CancelledError):
        await world.drain(here)
    world.clock.advance(timedelta(seconds=21))
    await world.write("dois", who=RCS)
    await world.drain(there)
    assert (await world.one("select state from turns where text = 'dois'")).state == "done"


# ----------------------------------------------------------------------------------------------------- hand-over


async def test_whoever_has_a_human_on_one_channel_has_them_on_the_other(world: World) -> None:
    here, there, _ = await both(world)
    agent = await world.agent()
    assert await take(world, here, agent)
    asked = len(world.mind.asked)
    await world.write("e aí?", who=RCS)
    await world.work()
    assert len(world.mind.asked) == asked
    assert ((await world.conversation(there)).owner, (await world.conversation(there)).agent_id) == ("agent", agent)
    async with world.engine.begin() as conn:
        assert await handover.give_back(conn, world.talk, here, agent, "outro", "")
    assert [(await world.conversation(talk)).owner for talk in (here, there)] == ["bot", "bot"]


async def test_whoever_waits_on_one_channel_keeps_the_place_on_the_other(world: World) -> None:
    here, there, _ = await both(world)
    async with world.engine.begin() as conn:
        await handover.request_human(conn, world.talk, here, "falar_com_humano", "")
    world.clock.advance(timedelta(minutes=1))
    stranger = await world.write(who=Address(channel="whatsapp", account=ACCOUNT, raw="5511911112222"))
    await world.work()
    async with world.engine.begin() as conn:
        await handover.request_human(conn, world.talk, stranger, "falar_com_humano", "")
    await world.write("oi?", who=RCS)
    await world.work()
    async with world.engine.connect() as conn:
        places = [await handover.place_in_queue(conn, talk) for talk in (here, there, stranger)]
    assert [(place.place, place.waiting) for place in places if place] == [(1, 2), (1, 2), (2, 2)]
    assert await take(world, there, await world.agent())
    assert {(await world.conversation(talk)).owner for talk in (here, there)} == {"agent"}


async def test_a_stranger_with_the_same_telephone_is_not_led_to_somebody_elses_human(world: World) -> None:
    debtor = await world.debtor()
    here, there = await world.write(who=WHATSAPP), await world.write(who=RCS)
    await world.work()
    await world.prove(here, debtor)
    assert await take(world, here, await world.agent())
    await world.write("oi", who=RCS)
    await world.work()
    assert (await world.conversation(there)).owner == "bot"


# ------------------------------------------------------------------------------------- consent, preference, reach


async def test_a_stop_on_one_channel_holds_on_all_of_them(world: World) -> None:
    here, there, _ = await both(world)
    async with world.engine.begin() as conn:
        await opt_out(conn, await get(conn, here), world.clock.now())
    async with world.engine.begin() as conn:
        assert await opted_out(conn, await get(conn, there))
        assert (await may_write(conn, world.talk, await get(conn, there))).why == "opted_out"


async def test_what_was_wished_before_proof_holds_on_the_other_channel_after_it(world: World) -> None:
    debtor = await world.debtor()
    here, there = await world.write(who=WHATSAPP), await world.write(who=RCS)
    await world.prove(there, debtor)
    async with world.engine.begin() as conn:
        await prefer(conn, await get(conn, here), world.clock.now(), channel="rcs")
    await world.consider(here, Given(documents=(CPF,), dates=(BORN,)))
    async with world.engine.begin() as conn:
        assert (await preference_of(conn, await get(conn, there))).channel == "rcs"
        assert [(one.channel, one.preferred) for one in await linking.seen_of(conn, debtor, world.clock.now())] == [
            ("rcs", True),
            ("whatsapp", False),
        ]


async def test_who_wished_for_no_channel_is_written_to_where_they_were_last_seen(world: World) -> None:
    here, there, debtor = await both(world)
    world.clock.advance(timedelta(minutes=1))
    await world.write(who=WHATSAPP)
    async with world.engine.connect() as conn:
        assert [one.conversation_id for one in await linking.seen_of(conn, debtor, world.clock.now())] == [here, there]


# ----------------------------------------------------------------------------------------------- recycled numbers


async def test_a_number_under_a_new_user_is_nobodys_until_proven_again(world: World) -> None:
    debtor = await world.debtor()
    talk = await world.write(who=WHATSAPP.model_copy(update={"user_id": "BR.1"}))
    await world.prove(talk, debtor)
    await put(world, talk, PAY)
    assert await world.write("oi", who=WHATSAPP.model_copy(update={"user_id": "BR.2"})) == talk
    async with world.engine.connect() as conn:
        assert await live_proof(conn, talk, world.clock.now()) is None
        assert await linking.seen_of(conn, debtor, world.clock.now()) == []
    assert (await world.conversation(talk)).debtor_id is None and await is_open(world, talk) is None


async def test_a_number_on_another_device_is_nobodys_until_proven_again(world: World) -> None:
    debtor = await world.debtor()
    talk = await world.write(who=WHATSAPP)
    await world.prove(talk, debtor)
    await world.receive(
        IdentityChange(
            external_id="wamid.change",
            channel="whatsapp",
            account=ACCOUNT,
            reason="customer_identity_changed",
            previous=WHATSAPP,
            current=WHATSAPP,
            at=world.clock.now(),
        )
    )
    async with world.engine.connect() as conn:
        assert (
            await live_proof(conn, talk, world.clock.now()) is None
            and await linking.seen_of(conn, debtor, world.clock.now()) == []
        )


async def test_a_number_that_was_silent_for_half_a_year_is_nobodys_until_proven_again(world: World) -> None:
    here, there, debtor = await both(world)
    await put(world, here, PAY)
    world.clock.advance(hours=24 * 100)
    await world.write(who=RCS)
    world.clock.advance(hours=24 * 81)
    async with world.engine.connect() as conn:
        assert [one.conversation_id for one in await linking.seen_of(conn, debtor, world.clock.now())] == [there]
    await world.write("oi, comprei este chip", who=WHATSAPP)
    assert (await world.conversation(here)).debtor_id is None and await is_open(world, here) is None
    await world.write(who=RCS)
    assert (await world.conversation(there)).debtor_id == debtor, "whoever goes on writing stays who they were"
