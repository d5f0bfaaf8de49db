from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import (
    Address,
    CardLine,
    OutcomeUnknown,
    PaymentCard,
    Rejected,
    SlowDownAll,
    SlowDownPerson,
    Status,
    StopAll,
    Text,
    TryLater,
    Unreachable,
    WindowClosed,
)
from conversations import handover
from conversations.conversation import void_proof
from conversations.delivery import deliver, due_conversations
from conversations.receive import receive
from conversations.reply import say_as_agent
from conversations.wording import Utterance
from tests.conversations.doubles import ACCOUNT, BIA, OTHER_CPF, World, make_world

HELLO = Utterance("utter_hello")
DEBT = Utterance("utter_debt", {"amount": {"money": 12345}})


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return make_world(engine)


async def plain_talk(world: World, count: int) -> str:
    here = await world.write("oi")
    for n in range(count):
        await world.say(here, HELLO, source=f"turn:{n}")
    return here


async def states(world: World) -> list[str]:
    return [state for _, state in await world.outbox()]


async def due(world: World) -> list[str]:
    async with world.engine.connect() as conn:
        return await due_conversations(conn, world.clock.now())


async def status(world: World, status: str, *, provider_id: str, key: str | None = None, code: str | None = None) -> None:
    await world.receive(
        Status.model_validate(
            {
                "channel": "whatsapp",
                "account": ACCOUNT,
                "provider_id": provider_id,
                "status": status,
                "at": world.clock.now(),
                "key": key,
                "error_code": code,
            }
        )
    )


async def outbox(world: World) -> Any:
    return await world.one("select * from outbox")


async def test_messages_go_out_in_the_order_in_which_they_were_said(world: World) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    for n in range(5):
        await world.say(here, Utterance("utter_code", {"code": {"code": str(n)}}), source=f"turn:{n}")
    await world.deliver(here)
    assert world.channel.words == list("01234")
    assert await states(world) == ["sent"] * 5


async def test_passing_trouble_is_tried_again_with_growing_waits_and_nothing_overtakes(world: World) -> None:
    here = await plain_talk(world, 2)
    world.channel.outcomes = [TryLater("busy", "131016")] * 3
    waits = []
    for _ in range(4):
        await world.deliver(here)
        if await states(world) != ["sent", "sent"]:
            assert await states(world) == ["queued", "queued"]
            row = (await world.rows("select due_at from outbox order by id"))[0]
            waits.append((row.due_at - world.clock.now()).total_seconds())
            await world.deliver(here)
            world.clock.set(row.due_at)
    assert waits == [1, 2, 4]
    assert len(world.channel.tried) == 5
    assert len(world.channel.arrived) == 2


async def test_after_eight_attempts_a_message_is_given_up_with_an_alarm_and_the_next_goes(world: World) -> None:
    here = await plain_talk(world, 2)
    world.channel.outcomes = [TryLater("busy")] * 8
    for _ in range(8):
        await world.deliver(here)
        world.clock.advance(minutes=5)
    assert await states(world) == ["dead", "sent"]
    assert await world.alarms() == ["message_dead"]


async def test_the_rate_limit_of_one_person_does_not_hold_others(world: World) -> None:
    here = await plain_talk(world, 1)
    there = await world.write("oi", BIA)
    await world.say(there, HELLO, source="turn:b")
    world.channel.outcomes = [SlowDownPerson("pair rate", "131056"), SlowDownPerson("pair rate", "131056")]
    await world.deliver(here)
    assert await due(world) == [there]
    world.clock.advance(seconds=1)
    await world.deliver(here)
    row = await world.one("select due_at from outbox where conversation_id = :id", id=here)
    assert (row.due_at - world.clock.now()).total_seconds() == 4
    await world.deliver(there)
    assert [address.raw for address, _ in world.channel.arrived] == [BIA.raw]


async def test_the_rate_limit_of_the_account_slows_everybody_and_kills_no_message(world: World) -> None:
    here = await plain_talk(world, 1)
    there = await world.write("oi", BIA)
    await world.say(there, HELLO, source="turn:b")
    world.channel.outcomes = [SlowDownAll("throughput", "130429")] * 20
    for _ in range(20):
        await world.deliver(here)
        await world.deliver(there)
        assert await due(world) == []
        world.clock.advance(minutes=2)
    await world.deliver(here)
    await world.deliver(there)
    assert await states(world) == ["sent", "sent"]
    assert await world.alarms() == []


async def test_a_stopped_account_keeps_its_queue_alarms_and_is_asked_once_in_five_minutes(world: World) -> None:
    here = await plain_talk(world, 2)
    there = await world.write("oi", BIA)
    await world.say(there, HELLO, source="turn:b")
    world.channel.outcomes = [StopAll("token expired", "190")] * 12
    for _ in range(12):
        await world.deliver(here)
        await world.deliver(there)
        assert await due(world) == []
        world.clock.advance(minutes=5)
    assert len(world.channel.tried) == 12
    assert await states(world) == ["queued"] * 3
    assert (await world.one("select kind, subject, times from alarms")).subject == ACCOUNT
    # Its own trouble afterwards starts from the first wait: the stop was no fault of the message.
    world.channel.outcomes = [TryLater("busy")]
    assert sorted(await due(world)) == sorted([here, there])
    await world.deliver(here)
    row = await world.one("select due_at from outbox where conversation_id = :id and attempts > 0", id=here)
    assert (row.due_at - world.clock.now()).total_seconds() == 1


async def test_a_retry_after_told_by_the_provider_is_kept(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [TryLater("busy", "131016", retry_after=90)]
    await world.deliver(here)
    assert ((await outbox(world)).due_at - world.clock.now()).total_seconds() == 90


@pytest.mark.parametrize(("error", "alarms"), [(Rejected, ["message_dead"]), (WindowClosed, []), (Unreachable, [])])
async def test_what_will_never_be_accepted_is_not_tried_again(world: World, error: type[Rejected], alarms: list[str]) -> None:
    here = await plain_talk(world, 2)
    world.channel.outcomes = [error("no", "1")]
    await world.deliver(here)
    assert await states(world) == ["dead", "sent"]
    assert await world.alarms() == alarms


# ------------------------------------------------------------------------------------------------- unknown outcome


async def test_a_lost_answer_is_left_alone_for_a_minute_then_repeated_once(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [OutcomeUnknown("time-out")]
    await world.deliver(here)
    world.clock.advance(seconds=59)
    await world.deliver(here)
    assert len(world.channel.tried) == 1
    assert await due(world) == []
    world.clock.advance(seconds=1)
    assert await due(world) == [here]
    await world.deliver(here)
    assert len(world.channel.tried) == 2
    assert world.channel.tried[0][0] == world.channel.tried[1][0]
    assert await states(world) == ["sent"]


async def test_a_status_in_between_settles_a_lost_answer(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [OutcomeUnknown("time-out")]
    await world.deliver(here)
    world.jobs.waiting.clear()
    await status(world, "delivered", provider_id="wamid.9", key=world.channel.tried[0][0])
    assert world.jobs.waiting == [("deliver", here)]
    world.clock.advance(minutes=5)
    await world.deliver(here)
    assert len(world.channel.tried) == 1
    row = await outbox(world)
    assert (row.state, row.delivery, row.provider_id) == ("sent", "delivered", "wamid.9")


@pytest.mark.parametrize("outcome", [OutcomeUnknown("time-out"), TryLater("500 after acceptance"), Rejected("nonsense")])
async def test_a_status_that_comes_before_the_answer_is_lost_keeps_the_message_from_being_repeated(
    world: World, outcome: Exception
) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [outcome]

    async def arrives(key: str) -> None:
        await status(world, "sent", provider_id="wamid.9", key=key)

    world.channel.during = arrives
    await world.deliver(here)
    world.clock.advance(minutes=5)
    await world.deliver(here)
    assert len(world.channel.tried) == 1
    assert await states(world) == ["sent"]
    assert await world.alarms() == []


async def test_a_status_that_is_being_stored_while_the_answer_is_lost_counts(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [OutcomeUnknown("time-out")]
    stored, storing = asyncio.Event(), []

    async def store(key: str) -> None:
        async with world.engine.begin() as conn:
            arrived = Status(channel="whatsapp", account=ACCOUNT, provider_id="wamid.9", status="sent", at=None, key=key)
            await receive(conn, world.talk, [arrived], frozenset({ACCOUNT}))
            stored.set()
            await asyncio.sleep(0.5)

    async def arrives(key: str) -> None:
        storing.append(asyncio.create_task(store(key)))
        await stored.wait()

    world.channel.during = arrives
    await world.deliver(here)
    await asyncio.gather(*storing)
    assert await states(world) == ["sent"]


async def test_after_the_one_repeat_an_unknown_outcome_is_given_up_with_an_alarm(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [OutcomeUnknown("time-out")] * 5
    for _ in range(6):
        await world.deliver(here)
        world.clock.advance(seconds=61)
    assert len(world.channel.tried) == 2
    assert await states(world) == ["dead"]
    assert await world.alarms() == ["unknown_outcome"]
    await status(world, "delivered", provider_id="wamid.9", key=world.channel.tried[0][0])
    assert await states(world) == ["sent"]


async def test_an_unknown_outcome_after_a_refusal_has_its_minute_and_its_repeat_too(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [TryLater("busy"), OutcomeUnknown("time-out")]
    await world.deliver(here)
    world.clock.advance(seconds=1)
    await world.deliver(here)
    assert await states(world) == ["unknown"]
    world.clock.advance(seconds=60)
    await world.deliver(here)
    assert await states(world) == ["sent"]


async def test_a_plain_answer_that_the_talk_has_left_behind_is_not_repeated(world: World) -> None:
    here = await world.write("oi")
    await world.say(here, HELLO, source="turn:1")
    world.channel.outcomes = [OutcomeUnknown("time-out")]
    await world.deliver(here)
    await world.say(here, Utterance("utter_more"), source="turn:2")
    await world.deliver(here)
    assert world.channel.words == ["Posso ajudar?"]
    world.clock.advance(seconds=61)
    await world.deliver(here)
    assert await states(world) == ["dead", "sent"]
    assert len(world.channel.tried) == 2


async def test_a_payment_code_is_repeated_even_when_the_talk_went_on(world: World) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    await world.say(here, Utterance("utter_code", {"code": {"code": "000201"}}), source="charge:1")
    world.channel.outcomes = [OutcomeUnknown("time-out")]
    await world.deliver(here)
    await world.say(here, HELLO, source="turn:2")
    await world.deliver(here)
    world.clock.advance(seconds=61)
    await world.deliver(here)
    assert world.channel.words == ["Oi!", "000201"]


async def test_parts_of_one_answer_do_not_overtake_each_other(world: World) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    await world.say(here, HELLO, Utterance("utter_code", {"code": {"code": "000201"}}), source="charge:1")
    world.channel.outcomes = [OutcomeUnknown("time-out")]
    await world.deliver(here)
    await world.deliver(here)
    assert world.channel.words == []
    world.clock.advance(seconds=61)
    await world.deliver(here)
    assert world.channel.words == ["Oi!", "000201"]


async def interrupted(world: World, here: str) -> None:
    """A worker dies in the middle of a send."""

    class Killed(BaseException):
        pass

    async def die(key: str) -> None:
        world.channel.during = None
        raise Killed

    world.channel.during = die
    with pytest.raises(Killed):
        await world.deliver(here)


async def test_what_a_dead_worker_was_sending_is_unknown_and_repeated_once_after_a_minute(world: World) -> None:
    here = await plain_talk(world, 1)
    await interrupted(world, here)
    assert await states(world) == ["sending"]
    assert await due(world) == []
    world.clock.advance(seconds=20)
    assert await due(world) == [here]
    await world.deliver(here)
    assert await states(world) == ["unknown"]
    world.clock.advance(seconds=60)
    await interrupted(world, here)
    await world.deliver(here)
    assert await states(world) == ["dead"]
    assert await world.alarms() == ["unknown_outcome"]
    assert len(world.channel.tried) == 2


async def test_a_fault_of_ours_while_sending_is_as_unknown_as_a_lost_answer_and_no_loop(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [ZeroDivisionError()] * 9
    for _ in range(5):
        await world.deliver(here)
        world.clock.advance(seconds=61)
    assert len(world.channel.tried) == 2
    assert await states(world) == ["dead"]
    assert await world.alarms() == ["unknown_outcome"]


async def test_a_message_in_pieces_goes_on_behind_those_that_were_accepted(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.pieces = 3
    world.channel.outcomes = [None, TryLater("busy")]
    await world.deliver(here)
    world.clock.advance(seconds=2)
    await world.deliver(here)
    assert len(world.channel.arrived) == 3
    assert await states(world) == ["sent"]


# ----------------------------------------------------------------------------------------------- what may not go out


async def test_what_the_bot_queued_before_a_human_took_over_is_never_sent(world: World) -> None:
    here, agent = await plain_talk(world, 1), await world.agent()
    async with world.engine.begin() as conn:
        await handover.take(conn, world.talk, here, agent)
        await say_as_agent(conn, world.talk, here, agent, Text(body="Aqui é a Ana"), "Aqui é a Ana", source="agent:1")
    await world.deliver(here)
    assert world.channel.words == ["Aqui é a Ana"]
    assert await states(world) == ["suppressed", "sent"]
    async with world.engine.begin() as conn:
        await handover.give_back(conn, world.talk, here, agent, "outro", "")
    await world.deliver(here)
    assert "Oi!" not in world.channel.words


async def test_what_waits_for_its_retry_is_not_sent_after_a_human_came_and_went(world: World) -> None:
    here, agent = await plain_talk(world, 1), await world.agent()
    world.channel.outcomes = [TryLater("busy")]
    await world.deliver(here)
    async with world.engine.begin() as conn:
        await handover.take(conn, world.talk, here, agent)
        await handover.give_back(conn, world.talk, here, agent, "outro", "")
    world.clock.advance(minutes=1)
    await world.deliver(here)
    assert "Oi!" not in world.channel.words


async def test_what_the_store_tells_of_a_payment_is_sent_under_a_human_too(world: World) -> None:
    here, agent = await world.write("oi"), await world.agent()
    async with world.engine.begin() as conn:
        await handover.take(conn, world.talk, here, agent)
    await world.say(here, Utterance("utter_paid", {"amount": {"money": 100}}), source="payment:1", author="journey")
    await world.deliver(here)
    assert world.channel.words == ["Recebemos R$ 1,00."]


async def test_personal_words_are_not_sent_once_the_proof_is_void(world: World) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    await world.say(here, DEBT)
    async with world.engine.begin() as conn:
        await void_proof(conn, here, world.clock.now(), "user_changed_number")
    await world.deliver(here)
    assert world.channel.words == []
    row = await outbox(world)
    assert (row.state, row.error_code) == ("suppressed", "identity_void")


async def test_personal_words_of_one_debtor_are_not_sent_to_the_next_who_proves_identity_there(world: World) -> None:
    here = await world.write("oi")
    one, other = await world.debtor(), await world.debtor(OTHER_CPF)
    await world.prove(here, one)
    await world.say(here, DEBT)
    world.clock.advance(minutes=1)
    await world.prove(here, other)
    await world.say(here, DEBT, source="turn:2")
    await world.deliver(here)
    assert await states(world) == ["suppressed", "sent"]


async def test_who_proves_again_to_be_the_same_gets_what_was_waiting(world: World) -> None:
    here, one = await world.write("oi"), await world.debtor()
    await world.prove(here, one)
    await world.say(here, DEBT)
    world.clock.advance(minutes=1)
    await world.prove(here, one)
    await world.deliver(here)
    assert await states(world) == ["sent"]


async def test_outside_the_window_free_text_is_not_tried(world: World) -> None:
    here = await plain_talk(world, 1)
    world.clock.advance(hours=24)
    await world.deliver(here)
    assert world.channel.tried == []
    assert (await outbox(world)).error_code == "window_closed"


async def test_messages_of_an_account_that_is_not_configured_wait_and_alarm(world: World) -> None:
    here = await plain_talk(world, 1)
    for _ in range(5):
        await deliver(world.engine, world.talk, {}, here)
    assert await states(world) == ["queued"]
    assert (await world.one("select kind, times from alarms")).times == 1
    assert await due(world) == []
    world.clock.advance(minutes=2)
    assert await due(world) == [here]


# -------------------------------------------------------------------------------------------------------- statuses


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        (["sent", "delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["read"], "read"),
        (["played"], "read"),
        (["sent", "failed"], "failed"),
        (["failed", "sent"], "failed"),
        (["delivered", "failed"], "delivered"),
        (["failed", "delivered"], "delivered"),
    ],
)
async def test_statuses_in_any_order_show_the_most_that_they_prove(world: World, order: list[str], shown: str) -> None:
    here = await plain_talk(world, 1)
    await world.deliver(here)
    provider_id = (await outbox(world)).provider_id
    for one in order:
        await status(world, one, provider_id=provider_id, code="131026" if one == "failed" else None)
    row = await outbox(world)
    assert (row.state, row.delivery) == ("sent", shown)
    assert row.error_code == ("131026" if shown == "failed" else None)
    assert len(await world.rows("select 1 from delivery_statuses where outbox_id is not null")) == len(order)


async def test_the_same_status_twice_is_kept_once(world: World) -> None:
    here = await plain_talk(world, 1)
    await world.deliver(here)
    provider_id = (await outbox(world)).provider_id
    for _ in range(2):
        await status(world, "delivered", provider_id=provider_id)
    assert len(await world.rows("select 1 from delivery_statuses")) == 1


@pytest.mark.parametrize("by_key", [True, False])
async def test_a_status_of_an_unknown_message_is_parked_and_adopted(world: World, by_key: bool) -> None:
    here = await plain_talk(world, 1)
    key = (await outbox(world)).key
    await status(world, "delivered", provider_id="wamid.x" if by_key else f"wamid.1.{key}", key=None)
    assert len(await world.rows("select 1 from delivery_statuses where outbox_id is null")) == 1
    await world.rows("update delivery_statuses set key = :key where :by_key", key=key, by_key=by_key)
    await world.deliver(here)
    assert (await outbox(world)).delivery == "delivered"
    assert await world.rows("select 1 from delivery_statuses where outbox_id is null") == []


async def test_a_failed_status_of_an_attempt_that_will_be_repeated_does_not_end_the_message(world: World) -> None:
    here = await plain_talk(world, 1)
    world.channel.outcomes = [TryLater("131000", "131000")]
    await world.deliver(here)
    await status(world, "failed", provider_id="wamid.f", key=world.channel.tried[0][0], code="131000")
    assert await states(world) == ["queued"]
    world.clock.advance(timedelta(seconds=2))
    await world.deliver(here)
    assert await states(world) == ["sent"]


async def test_a_human_who_takes_over_while_the_bot_is_about_to_speak_silences_it(world: World) -> None:
    agent = await world.agent()
    for n in range(15):
        who = Address(channel="whatsapp", account=ACCOUNT, raw=f"55119{80000000 + n}")
        here = await world.write("oi", who)
        for part in range(3):
            await world.say(here, HELLO, source=f"turn:{n}:{part}")
        tried_at_takeover = 0

        async def take(here: str = here) -> int:
            async with world.engine.begin() as conn:
                assert await handover.take(conn, world.talk, here, agent)
            return len(world.channel.tried)

        async def slow(key: str) -> None:
            await asyncio.sleep(0.005)

        world.channel.during = slow
        tried_at_takeover, _ = await asyncio.gather(take(), world.deliver(here))
        # One may have been on its way to the provider already; its attempt was committed before.
        assert len(world.channel.tried) - tried_at_takeover <= 1
        late = await world.rows("select 1 from outbox where conversation_id = :id and state in ('queued', 'sending')", id=here)
        assert late == []


CARD = PaymentCard(
    reference="TX1", body="Quem recebe: Loja", footer="Confira", pix_code="000201", merchant_name="Loja", pix_key="k",
    pix_key_type="EVP", total=1000, lines=(CardLine(name="Luz", amount=1000),),
)  # fmt: skip


async def carded(world: World) -> str:
    """A payment card waits, and behind it the code in a message of its own."""
    here = await plain_talk(world, 2)
    await world.rows(
        "update outbox set message = cast(:card as jsonb) where id = (select min(id) from outbox)", card=CARD.model_dump_json()
    )
    world.jobs.waiting.clear()
    return here


async def card_id(world: World) -> str:
    return str((await world.one("select provider_id from outbox order by id limit 1")).provider_id)


async def test_a_payment_card_that_is_refused_is_said_in_words_before_its_code(world: World) -> None:
    here = await carded(world)
    world.channel.outcomes = [Rejected("no payments here", "134011")]
    await world.deliver(here)
    assert world.channel.words[0] == "Quem recebe: Loja\n\nConfira" and len(world.channel.words) == 2
    assert await states(world) == ["sent", "sent"]
    assert await world.alarms() == ["card_refused"]


async def test_a_payment_card_that_fails_later_is_said_in_words_once(world: World) -> None:
    here = await carded(world)
    await world.deliver(here)
    sent = await card_id(world)
    for _ in range(2):
        await status(world, "failed", provider_id=sent, code="2040")
    await world.work()
    assert world.channel.words[2:] == ["Quem recebe: Loja\n\nConfira"]


async def test_a_payment_card_that_arrived_is_not_said_again_whatever_is_told_of_it(world: World) -> None:
    here = await carded(world)
    await world.deliver(here)
    sent = await card_id(world)
    await status(world, "delivered", provider_id=sent)
    await status(world, "failed", provider_id=sent, code="2040")
    await world.work()
    assert len(world.channel.words) == 2
