from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Address, Broken, IdentityChange, Media, Notice, Received, Status, event_adapter
from conversations.conversation import live_proof
from tests.conversations.doubles import ACCOUNT, ANA, BIA, World, make_world
from trato.database import make_engine


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    engine = make_engine(database_url, size=20)
    yield make_world(engine)
    await engine.dispose()


async def stored(world: World, external_id: str) -> Received:
    row = await world.one("select event_sealed from inbox where external_id = :id", id=external_id)
    event = event_adapter.validate_json(world.ground.vault.open(row.event_sealed, "inbox"))
    assert isinstance(event, Received)
    return event


async def proven(world: World, conversation_id: str) -> bool:
    async with world.engine.connect() as conn:
        return await live_proof(conn, conversation_id, world.clock.now()) is not None


def on(account: str = ACCOUNT, raw: str | None = None, user_id: str | None = None) -> Address:
    return Address(channel="whatsapp", account=account, raw=raw, user_id=user_id)


async def test_a_message_makes_one_row_one_line_and_one_job(world: World) -> None:
    assert await world.receive(world.written("oi")) == 1
    row = await world.one("select conversation_id, state, kind from inbox")
    assert (row.state, row.kind) == ("pending", "text")
    assert world.jobs.waiting == [("drain", row.conversation_id)]
    line = await world.one("select author, text from transcript")
    assert (line.author, line.text) == ("debtor", "oi")


async def test_the_same_message_a_second_time_changes_nothing(world: World) -> None:
    event = world.written("oi")
    await world.receive(event)
    world.jobs.waiting.clear()
    assert await world.receive(event) == 0
    assert world.jobs.waiting == []
    assert len(await world.rows("select 1 from inbox")) == 1
    assert len(await world.rows("select 1 from transcript")) == 1


async def test_the_same_message_weeks_later_changes_nothing(world: World) -> None:
    event = world.written("oi")
    await world.receive(event)
    await world.work()
    world.clock.advance(hours=24 * 40)
    assert await world.receive(event) == 0
    await world.work()
    assert len(world.mind.asked) == 1 and len(world.channel.arrived) == 1


async def test_the_same_message_twice_in_one_batch_and_again_in_another_is_one(world: World) -> None:
    event, other = world.written("oi"), world.written("tudo bem?")
    assert await world.receive(event, event) == 1
    assert await world.receive(event, other) == 1
    assert len(await world.rows("select 1 from transcript")) == 2


async def test_twenty_copies_at_once_make_one_row_and_one_turn(world: World) -> None:
    event = world.written("oi")
    fresh = await asyncio.gather(*(world.receive(event) for _ in range(20)))
    assert sorted(fresh) == [0] * 19 + [1]
    row = await world.one("select conversation_id from inbox")
    assert len(await world.rows("select 1 from conversations")) == 1
    await world.drain(row.conversation_id)
    assert len(await world.rows("select 1 from turns")) == 1


async def test_twenty_first_messages_of_one_person_at_once_make_one_conversation(world: World) -> None:
    who = on(raw=ANA.raw, user_id="BR.77")
    await asyncio.gather(*(world.receive(world.written(f"{n}", who)) for n in range(20)))
    assert len(await world.rows("select 1 from conversations")) == 1
    assert len(await world.rows("select 1 from conversation_addresses")) == 2
    assert len(await world.rows("select 1 from inbox")) == 20


async def test_one_bad_item_is_set_aside_and_the_others_of_its_batch_are_stored_in_order(world: World) -> None:
    good = [world.written(str(n)) for n in range(9)]
    nameless = world.written("?", on())
    assert await world.receive(*good[:5], nameless, *good[5:]) == 10
    states = await world.rows("select external_id, state from inbox order by id")
    assert [row.external_id for row in states if row.state == "pending"] == [event.external_id for event in good]
    assert [row.external_id for row in states if row.state == "set_aside"] == [nameless.external_id]
    assert await world.alarms() == ["item_set_aside"]


async def test_what_the_channel_could_not_read_is_kept_with_the_reason(world: World) -> None:
    assert await world.receive(Broken(external_id="b1", channel="whatsapp", account=ACCOUNT, why="no sender", raw={"a": 1})) == 1
    row = await world.one("select state, why from inbox")
    assert (row.state, row.why) == ("set_aside", "no sender")


async def test_a_message_for_an_account_that_is_not_ours_is_set_aside_with_an_alarm(world: World) -> None:
    await world.receive(world.written("oi", on("999", raw=ANA.raw)))
    assert (await world.one("select state, why from inbox")).state == "set_aside"
    assert await world.rows("select 1 from conversations") == []
    assert (await world.one("select subject from alarms")).subject == "999"
    assert world.jobs.waiting == []


async def test_the_inbox_keeps_the_order_of_receipt_whatever_the_senders_clock_says(world: World) -> None:
    late = world.written("segunda", sent_at=world.clock.now() - timedelta(minutes=9))
    await world.receive(world.written("primeira"), late)
    await world.drain((await world.rows("select conversation_id from inbox"))[0].conversation_id)
    assert world.mind.asked[0].text == "primeira segunda"


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke", "system"])
async def test_what_asks_for_no_answer_is_recorded_without_a_turn(world: World, kind: str) -> None:
    await world.receive(world.written(None, kind=kind))
    assert (await world.one("select state from inbox")).state == "recorded"
    assert world.jobs.waiting == []


@pytest.mark.parametrize("odd", [{"group": "g1"}, {"from_us": True}])
async def test_groups_and_our_own_echoes_make_neither_a_conversation_nor_a_turn(world: World, odd: dict[str, object]) -> None:
    await world.receive(world.written("oi", **odd))
    assert (await world.one("select state, conversation_id from inbox")).conversation_id is None
    assert await world.rows("select 1 from conversations") == []
    assert world.jobs.waiting == []


async def test_a_person_without_a_telephone_has_a_conversation_by_their_user_id(world: World) -> None:
    here = await world.write("oi", on(user_id="BR.123"))
    conversation = await world.conversation(here)
    assert (conversation.address.raw, conversation.address.user_id, conversation.phone_key) == (None, "BR.123", None)
    assert await world.write("de novo", on(user_id="BR.123")) == here


async def test_a_user_id_seen_first_with_a_known_telephone_is_the_same_person_and_keeps_the_proof(world: World) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    assert await world.write("oi", on(raw=ANA.raw, user_id="BR.1")) == here
    assert await world.write("oi", on(user_id="BR.1")) == here
    assert await proven(world, here)


async def test_a_telephone_that_comes_with_another_user_id_has_to_prove_identity_again(world: World) -> None:
    here = await world.write("oi", on(raw=ANA.raw, user_id="BR.1"))
    await world.prove(here, await world.debtor())
    assert await world.write("oi", on(raw=ANA.raw, user_id="BR.2")) == here
    assert not await proven(world, here)


async def test_twelve_and_thirteen_digits_are_one_person_and_the_last_form_received_is_answered(world: World) -> None:
    here = await world.write("oi", on(raw="5531988887777"))
    assert await world.write("oi", on(raw="553188887777")) == here
    assert (await world.conversation(here)).address_raw == "553188887777"
    assert await world.write("oi", on(raw="5531988887777")) == here
    assert (await world.conversation(here)).address_raw == "5531988887777"


async def test_an_old_message_delivered_again_does_not_change_the_address_that_is_answered(world: World) -> None:
    old = world.written("oi", on(raw="5531988887777"))
    await world.receive(old)
    here = await world.write("oi", on(raw="553188887777"))
    await world.receive(old)
    assert (await world.conversation(here)).address_raw == "553188887777"


async def test_a_landline_and_a_mobile_that_differ_by_a_nine_are_two_people(world: World) -> None:
    assert await world.write("oi", on(raw="551133334444")) != await world.write("oi", on(raw="5511933334444"))


@pytest.mark.parametrize("reason", ["user_changed_number", "user_changed_user_id", "customer_identity_changed"])
async def test_a_change_of_identity_voids_the_proof_and_what_was_given_of_one(world: World, reason: str) -> None:
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    await world.rows(
        "insert into identity_progress (conversation_id, factors_sealed, updated_at) values (:id, 'x', now())", id=here
    )
    change = IdentityChange.model_validate(
        {
            "external_id": "s1",
            "channel": "whatsapp",
            "account": ACCOUNT,
            "reason": reason,
            "previous": ANA,
            "current": on(raw="5511955554444"),
            "at": world.clock.now(),
        }
    )
    assert await world.receive(change) == 1
    assert not await proven(world, here)
    assert await world.rows("select 1 from identity_progress") == []
    assert await world.write("sou eu", on(raw="5511955554444")) == here
    await world.prove(here, (await world.one("select id from debtors")).id)
    assert await world.receive(change) == 0
    assert await proven(world, here), "the same notice again must not void a later proof"


async def test_whoever_gets_a_number_that_was_given_up_is_a_stranger(world: World) -> None:
    here = await world.write("oi")
    change = IdentityChange(
        external_id="s1",
        channel="whatsapp",
        account=ACCOUNT,
        reason="user_changed_number",
        previous=ANA,
        current=on(raw="5511955554444"),
        at=None,
    )
    await world.receive(change, world.written("número novo", on(raw="5511955554444")))
    await world.prove(here, await world.debtor())
    stranger = await world.write("quem fala?")
    assert stranger != here
    assert not await proven(world, stranger)
    assert len(await world.rows("select 1 from conversations")) == 2


async def test_a_time_in_the_future_counts_as_the_receipt(world: World) -> None:
    here = await world.receive(world.written("oi", sent_at=world.clock.now() + timedelta(days=300))) and (
        await world.one("select conversation_id id, sent_at from inbox")
    )
    assert here.sent_at == world.clock.now()
    assert (await world.conversation(here.id)).last_inbound_at == world.clock.now()


async def test_the_window_is_counted_from_the_persons_time_and_never_goes_back(world: World) -> None:
    written = world.clock.now() - timedelta(hours=20)
    await world.receive(world.written("atrasada", sent_at=written))
    here = (await world.one("select conversation_id id from inbox")).id
    assert (await world.conversation(here)).last_inbound_at == written
    await world.write("agora")
    await world.receive(world.written("mais atrasada", sent_at=written - timedelta(hours=1)))
    assert (await world.conversation(here)).last_inbound_at == world.clock.now()


async def test_nul_and_lone_surrogates_are_stored_safely_everywhere(world: World) -> None:
    event = world.written("a\x00b\ud800c \U0001f600", profile_name="\udfff\x00", detail={"k\x00": ["\ud83d"]})
    assert await world.receive(event) == 1
    kept = await stored(world, event.external_id)
    assert kept.text == "ab\ufffdc \U0001f600"
    assert (await world.one("select text from transcript")).text == kept.text
    assert (await world.one("select state from inbox")).state == "pending"


async def test_an_id_that_the_store_cannot_hold_as_it_is_still_has_one_effect(world: World) -> None:
    long = [world.written("oi", external_id="w" * 600 + str(n)) for n in range(2)]
    assert await world.receive(*long, *long) == 2
    assert await world.receive(world.written("oi", external_id="\x00")) == 1


async def test_a_hundred_kilobytes_are_kept_whole_and_a_thousand_characters_are_asked(world: World) -> None:
    event = world.written("blá " * 25_000)
    await world.receive(event)
    here = (await world.one("select conversation_id id from inbox")).id
    await world.drain(here)
    assert len((await stored(world, event.external_id)).text or "") == 100_000
    assert len(world.mind.asked[0].text or "") <= 1000


async def test_documents_are_masked_in_the_transcript_and_sealed_in_the_inbox(world: World) -> None:
    await world.receive(world.written("meu cpf é 529.982.247-25"))
    assert (await world.one("select text from transcript")).text == "meu cpf é ***.982.247-**"
    row = await world.one("select event_sealed from inbox")
    assert b"529" not in bytes(row.event_sealed)


async def test_media_is_kept_with_its_kind(world: World) -> None:
    await world.receive(world.written(None, kind="media", media=Media(kind="voice", provider_id="9")))
    assert (await world.one("select detail->>'media' media from transcript")).media == "voice"


async def test_an_alarming_notice_alarms_once_and_a_plain_one_never(world: World) -> None:
    for n, alarming in enumerate((True, True, False)):
        await world.receive(
            Notice(external_id=f"n{n}", channel="whatsapp", account=ACCOUNT, field=f"f{n // 2}", alarming=alarming)
        )
    assert [(row.detail, row.times) for row in await world.rows("select detail, times from alarms")] == [("f0", 2)]


async def test_a_batch_of_everything_is_stored_in_one_go(world: World) -> None:
    fresh = await world.receive(
        world.written("oi"),
        Status(channel="whatsapp", account=ACCOUNT, provider_id="w1", status="sent", at=None),
        world.written("oi", BIA),
        Broken(external_id="b", channel="whatsapp", account=None, why="?"),
        world.written(None, kind="reaction"),
    )
    assert fresh == 5
    assert len(world.jobs.waiting) == 2


async def test_batches_with_the_same_people_in_opposite_order_do_not_hold_each_other_up(world: World) -> None:
    people = [on(raw=f"55119{80000000 + n}") for n in range(15)]
    for known in range(6):
        there = [world.written("a", who) for who in people]
        back = [world.written("b", who) for who in reversed(people)]
        status = [
            Status(channel="whatsapp", account=ACCOUNT, provider_id=f"{known}/{n}", status="sent", at=None) for n in range(9)
        ]
        counts = await asyncio.gather(world.receive(*there, *status), world.receive(*reversed(status), *back))
        assert sum(counts) == 39


async def test_nothing_is_kept_of_a_batch_whose_transaction_failed(world: World) -> None:
    class BrokenQueue:
        async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
            raise SQLAlchemyError("the store went away")

    working, event = world.talk, world.written("oi")
    world.talk = type(working)(working.ground, working.wording, BrokenQueue())
    with pytest.raises(SQLAlchemyError):
        await world.receive(event)
    assert await world.rows("select 1 from inbox") == []
    world.talk = working
    assert await world.receive(event) == 1
