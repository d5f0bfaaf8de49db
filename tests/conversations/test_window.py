"""The 24-hour window, approved templates, and what a provider says about accounts, people and templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import Address, Notice, Status, Template, WindowClosed
from conversations.consent import opt_out
from conversations.conversation import get
from conversations.wording import Utterance, Wording
from tests.conversations.doubles import ACCOUNT, ANA, BIA, RESPONSES, World, make_world

WAITING = {"text": "Sua resposta está pronta.", "metadata": {"template": {"name": "mensagem_esperando", "variables": []}}}
ALICE = Address(channel="whatsapp", account=ACCOUNT, user_id="BR.1502")


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    made = make_world(engine)
    words = {**RESPONSES, "utter_message_waiting": [WAITING], "utter_phone_received": [{"text": "Obrigado!"}]}
    made.talk = replace(made.talk, wording=Wording(words, {}))
    return made


async def sources(world: World) -> list[tuple[str, str]]:
    rows = await world.rows("select message->>'kind' kind, state from outbox order by id")
    return [(row.kind, row.state) for row in rows]


async def test_a_message_that_the_closed_window_holds_back_is_announced_by_one_template(world: World) -> None:
    here = await world.write("oi")
    await world.say(here, Utterance("utter_hello"), source="turn:1")
    await world.say(here, Utterance("utter_hello"), source="turn:2")
    world.clock.advance(hours=25)
    world.jobs.waiting = [("deliver", here)]
    await world.work()
    assert await sources(world) == [("text", "dead"), ("text", "dead"), ("template", "sent")]


async def test_the_window_counts_from_the_persons_own_time_not_from_the_receipt(world: World) -> None:
    event = world.written("oi", sent_at=world.clock.now() - timedelta(hours=20))
    await world.receive(event)
    here = str((await world.one("select conversation_id from inbox")).conversation_id)
    world.clock.advance(hours=5)
    await world.say(here, Utterance("utter_hello"), source="turn:1")
    world.jobs.waiting = [("deliver", here)]
    await world.work()
    assert await sources(world) == [("text", "dead"), ("template", "sent")]


async def test_a_message_that_came_days_late_is_answered_by_a_template(world: World) -> None:
    await world.receive(world.written("oi", sent_at=world.clock.now() - timedelta(hours=30)))
    await world.work()
    assert world.mind.asked == []
    assert await sources(world) == [("template", "sent")]


async def test_a_provider_that_closes_the_window_sooner_gets_the_template_at_once(world: World) -> None:
    here = await world.write("oi")
    await world.say(here, Utterance("utter_hello"), source="turn:1")
    world.channel.outcomes = [WindowClosed("24 hours", "131047")]
    world.jobs.waiting = [("deliver", here)]
    await world.work()
    assert await sources(world) == [("text", "dead"), ("template", "sent")]


async def test_a_failure_that_is_told_later_gets_the_template_once(world: World) -> None:
    here = await world.write("oi")
    await world.say(here, Utterance("utter_hello"), source="turn:1")
    await world.deliver(here)
    world.clock.advance(hours=25)
    row = await world.one("select provider_id from outbox")
    failed = Status(
        channel="whatsapp", account=ACCOUNT, provider_id=row.provider_id, status="failed", at=None, error_code="131047", window_closed=True
    )  # fmt: skip
    await world.receive(failed)
    await world.receive(failed)
    await world.deliver(here)
    assert [kind for kind, _ in await sources(world)] == ["text", "template"]


async def test_whoever_stopped_us_gets_no_template(world: World) -> None:
    here = await world.write("oi")
    await world.say(here, Utterance("utter_hello"), source="turn:1")
    async with world.engine.begin() as conn:
        await opt_out(conn, await get(conn, here), world.clock.now())
    world.clock.advance(hours=25)
    world.jobs.waiting = [("deliver", here)]
    await world.work()
    assert await sources(world) == [("text", "dead")]


async def test_a_paused_template_is_not_sent_until_it_is_approved_again(world: World) -> None:
    def told(n: int, usable: bool) -> Notice:
        field = "message_template_status_update"
        return Notice(
            external_id=f"n{n}", channel="whatsapp", account="a waba", field=field, template="mensagem_esperando", usable=usable,
            alarming=not usable,
        )  # fmt: skip

    here = await world.write("oi")
    await world.receive(told(1, False))
    assert await world.alarms() == ["provider_notice"]
    await world.say(here, Utterance("utter_hello"), source="turn:1")
    world.clock.advance(hours=25)
    world.jobs.waiting = [("deliver", here)]
    await world.work()
    assert await sources(world) == [("text", "dead"), ("template", "dead")]
    assert "template_off" in await world.alarms()
    await world.receive(told(2, True))
    await world.write("oi")
    world.jobs.waiting.clear()
    await world.say(here, Utterance("utter_hello"), source="turn:2")
    world.clock.advance(hours=25)
    world.jobs.waiting = [("deliver", here)]
    await world.work()
    assert (await sources(world))[-1] == ("template", "sent")


async def test_a_notice_about_the_account_above_our_numbers_is_kept_and_not_set_aside(world: World) -> None:
    await world.receive(Notice(external_id="n", channel="whatsapp", account="a waba", field="phone_number_quality_update"))
    row = await world.one("select state, kind from inbox")
    assert (row.state, row.kind) == ("recorded", "notice/phone_number_quality_update")
    assert await world.alarms() == []


async def test_the_telephone_that_somebody_shares_on_our_request_is_theirs(world: World) -> None:
    here = await world.write("oi", ALICE)
    card = {"name": {}, "phones": [{"phone": "+55 11 98888-7777", "wa_id": "5511988887777"}]}
    await world.receive(world.written(None, ALICE, kind="contacts", detail={"origin": "contact_request", "contacts": [card]}))
    row = await world.one("select phone_key, address_raw from conversations where id = :id", id=here)
    assert (row.phone_key, row.address_raw) == ("+5511988887777", None)
    assert await world.outbox() == [("Obrigado!", "queued")]


async def test_anybody_elses_card_and_anybody_elses_telephone_change_nothing(world: World) -> None:
    here, there = await world.write("oi", ALICE), await world.write("oi", ANA)
    card = {"phones": [{"phone": f"+{ANA.raw}"}]}
    for origin in ("other", "contact_request"):
        await world.receive(world.written(None, ALICE, kind="contacts", detail={"origin": origin, "contacts": [card, "x", {}]}))
    rows = await world.rows("select id, phone_key from conversations")
    assert {row.id: row.phone_key for row in rows} == {here: None, there: "+5511987654321"}


async def test_the_first_advertisement_that_somebody_came_from_is_kept(world: World) -> None:
    await world.receive(world.written("oi", BIA, referral={"source_id": "ad1", "headline": "Negocie"}))
    await world.receive(world.written("oi", BIA, referral={"source_id": "ad2"}))
    assert (await world.one("select referral from conversations")).referral == {"source_id": "ad1", "headline": "Negocie"}


def test_a_template_may_carry_a_payment_card() -> None:
    assert Template(name="x", words="y").card is None
