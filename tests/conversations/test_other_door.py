"""Whoever cannot be reached on one channel is written to on another of theirs, with what may be said there; and RCS that left as SMS."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.features import BY_SMS
from channels.message import Address, Status, Unreachable
from conversations.consent import opt_out
from conversations.conversation import get, void_proof
from conversations.linking import seen_of
from conversations.phone_features import StoredFeatures
from conversations.wording import Utterance, Wording
from tests.conversations.doubles import ACCOUNT, OTHER_CPF, RESPONSES, FakeChannel, World, make_world

WHATSAPP = Address(channel="whatsapp", account=ACCOUNT, raw="5511987654321")
RCS = Address(channel="rcs", account=ACCOUNT, raw="+5511987654321")
DEBT = Utterance("utter_debt", {"amount": {"money": 15000}})
DEBTS = Utterance("utter_debts", {"debts": [{"description": "Luz", "arguments": {"debt": 1}}, {"description": "Água"}]})
WAITING = {"text": "Sua resposta está pronta.", "metadata": {"template": {"name": "mensagem_esperando", "variables": []}}}


@dataclass
class TwoDoors(World):
    """The small world with RCS beside WhatsApp."""

    rcs: FakeChannel = field(default_factory=lambda: FakeChannel(name="rcs"))

    @property
    def channels(self) -> Any:
        return {("whatsapp", ACCOUNT): self.channel, ("rcs", ACCOUNT): self.rcs}


@pytest.fixture
async def world(engine: AsyncEngine) -> TwoDoors:
    made = make_world(engine)
    made.talk = replace(made.talk, wording=Wording({**RESPONSES, "utter_message_waiting": [WAITING]}, {}))
    return TwoDoors(**vars(made))


async def both(world: TwoDoors) -> tuple[str, str]:
    """The talks of one proven person on RCS, where nothing arrives any more, and on WhatsApp."""
    debtor = await world.debtor()
    whatsapp, rcs = await world.write(who=WHATSAPP), await world.write(who=RCS)
    await world.work()
    for talk in (rcs, whatsapp):
        await world.prove(talk, debtor)
    world.rcs.arrived.clear()
    world.channel.arrived.clear()
    return rcs, whatsapp


def gone(times: int = 1) -> list[Exception | None]:
    return [Unreachable("no RCS", "404") for _ in range(times)]


async def test_what_may_be_said_on_the_other_door_is_said_there_once(world: TwoDoors) -> None:
    rcs, whatsapp = await both(world)
    world.rcs.outcomes = gone()
    await world.say(rcs, DEBT)
    await world.work()
    assert world.channel.arrived == [(WHATSAPP, "Você deve R$ 150,00.")] and world.rcs.arrived == []
    row = await world.one("select conversation_id, needs_proof, state from outbox order by id desc limit 1")
    assert (row.conversation_id, row.needs_proof, row.state) == (whatsapp, True, "sent")
    told = await world.one("select count(*) n from transcript where conversation_id = :id and author = 'bot'", id=whatsapp)
    assert told.n == 2, "the desk sees it where it was read"
    assert await world.alarms() == []


async def test_answers_that_were_offered_can_be_given_on_the_other_door(world: TwoDoors) -> None:
    rcs, whatsapp = await both(world)
    world.rcs.outcomes = gone()
    await world.say(rcs, DEBTS)
    await world.work()
    offered = await world.rows("select id, label from choices where conversation_id = :id order by position", id=whatsapp)
    assert [one.label for one in offered] == ["Luz", "Água"]
    await world.write("2", WHATSAPP)
    await world.work()
    assert world.mind.asked[-1].intent == "escolher_opcao"
    event = world.written("Luz", WHATSAPP, kind="choice", choice_id=offered[0].id)
    await world.receive(event)
    await world.work()
    assert world.mind.asked[-1].intent == "escolher_opcao"


async def test_where_identity_is_not_proven_now_one_neutral_line_asks_to_write(world: TwoDoors) -> None:
    rcs, whatsapp = await both(world)
    async with world.engine.begin() as conn:
        await void_proof(conn, whatsapp, world.clock.now(), "test")
    world.rcs.outcomes = gone(2)
    await world.say(rcs, DEBT, Utterance("utter_code", {"code": "000201"}))
    await world.work()
    assert world.channel.words == ["Sua resposta está pronta."], "neither the debt nor the code"


async def test_whoever_stopped_us_is_not_asked_to_write(world: TwoDoors) -> None:
    rcs, whatsapp = await both(world)
    async with world.engine.begin() as conn:
        await void_proof(conn, whatsapp, world.clock.now(), "test")
        await opt_out(conn, await get(conn, whatsapp), world.clock.now())
    world.rcs.outcomes = gone()
    await world.say(rcs, DEBT)
    await world.work()
    assert world.channel.arrived == []


async def test_somebody_elses_talk_on_the_same_telephone_is_no_door(world: TwoDoors) -> None:
    debtor, other = await world.debtor(), await world.debtor(OTHER_CPF)
    whatsapp, rcs = await world.write(who=WHATSAPP), await world.write(who=RCS)
    await world.work()
    await world.prove(rcs, debtor)
    await world.prove(whatsapp, other)
    world.channel.arrived.clear()
    world.rcs.outcomes = gone()
    await world.say(rcs, DEBT)
    await world.work()
    assert world.channel.arrived == []


async def test_what_was_said_to_one_is_not_told_to_the_next_who_has_proven_there(world: TwoDoors) -> None:
    rcs, whatsapp = await both(world)
    await world.say(whatsapp, DEBT)
    await world.work()
    sent = await world.one("select provider_id from outbox order by id desc limit 1")
    other = await world.debtor(OTHER_CPF)
    world.clock.advance(seconds=60)
    for talk in (whatsapp, rcs):
        await world.prove(talk, other)
    failed = {"channel": "whatsapp", "account": ACCOUNT, "provider_id": sent.provider_id, "status": "failed", "at": None}
    await world.receive(Status.model_validate(failed | {"error_code": "131026", "unreachable": True}))
    await world.work()
    assert world.rcs.words == ["Sua resposta está pronta."]


async def test_two_doors_that_both_fail_are_no_loop(world: TwoDoors) -> None:
    rcs, _ = await both(world)
    world.rcs.outcomes, world.channel.outcomes = gone(9), gone(9)
    await world.say(rcs, DEBT)
    await world.work()
    assert len(world.rcs.tried) == 2 and len(world.channel.tried) == 2, "each was tried once after the greeting"
    assert [state for words, state in await world.outbox() if "150" in words] == ["dead", "dead"]


async def test_under_a_human_on_the_other_door_the_bot_is_silent_there_too(world: TwoDoors) -> None:
    rcs, whatsapp = await both(world)
    agent = await world.agent()
    await world.rows("update conversations set owner = 'agent', agent_id = :agent where id = :id", agent=agent, id=whatsapp)
    world.rcs.outcomes = gone()
    await world.say(rcs, DEBT)
    await world.work()
    assert world.channel.arrived == []


async def test_a_failure_that_is_told_later_opens_the_other_door_once_and_the_first_is_written_to_last(world: TwoDoors) -> None:
    rcs, whatsapp = await both(world)
    await world.say(whatsapp, DEBT)
    await world.work()
    sent = await world.one("select provider_id from outbox order by id desc limit 1")
    failed = Status(
        channel="whatsapp",
        account=ACCOUNT,
        provider_id=sent.provider_id,
        status="failed",
        at=world.clock.now(),
        error_code="131026",
        unreachable=True,
    )
    await world.receive(failed)
    await world.receive(failed)
    await world.work()
    assert world.rcs.arrived == [(RCS, "Você deve R$ 150,00.")]
    debtor = (await world.conversation(rcs)).debtor_id
    assert debtor is not None
    async with world.engine.connect() as conn:
        assert [(one.channel, one.reachable) for one in await seen_of(conn, debtor, world.clock.now())] == [
            ("rcs", True),
            ("whatsapp", False),
        ]
    world.clock.advance(seconds=5)
    await world.write("voltei", WHATSAPP)
    async with world.engine.connect() as conn:
        assert [one.channel for one in await seen_of(conn, debtor, world.clock.now())] == ["whatsapp", "rcs"]


async def test_a_talk_that_knows_no_other_door_ends_there(world: TwoDoors) -> None:
    here = await world.write(who=RCS)
    world.rcs.outcomes = gone()
    await world.work()
    assert [state for _, state in await world.outbox()] == ["dead"] and await world.alarms() == []
    assert (await world.conversation(here)).debtor_id is None


# ----------------------------------------------------------------------------------------------- RCS that left as SMS


def arrived(by: str, **more: Any) -> Status:
    return Status.model_validate(
        {"channel": "rcs", "account": ACCOUNT, "provider_id": "SM1", "status": "delivered", "at": None, **more}
        | {"recipient": "+5511987654321", "carried_by": by}
    )


async def test_whose_rcs_leaves_as_sms_is_remembered_until_one_arrives_by_rcs(world: TwoDoors) -> None:
    memory = StoredFeatures(world.engine, "rcs")

    async def by_sms() -> bool:
        known = await memory.recall(ACCOUNT, "+5511987654321", world.clock.now())
        return known is not None and BY_SMS in known[0].shown

    await world.receive(arrived("sms"))
    assert await by_sms()
    await world.receive(arrived("rcs", provider_id="SM2"))
    assert not await by_sms()
    await world.receive(world.written("1", RCS, detail={"carried_by": "sms"}))
    assert await by_sms()


async def test_what_google_says_of_a_telephone_is_not_forgotten_with_it(world: TwoDoors) -> None:
    memory = StoredFeatures(world.engine, "rcs")
    await world.rows(
        """insert into phone_features values ('rcs', :account, '+5511987654321', '{RICHCARD_CAROUSEL}', true, :now)""",
        account=ACCOUNT,
        now=world.clock.now(),
    )
    await world.receive(arrived("rcs"))
    assert await memory.recall(ACCOUNT, "+5511987654321", world.clock.now()) is not None
