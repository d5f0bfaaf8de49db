"""A talk on RCS: offers as cards, answers by number, the switch in the app, and messages that end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import Address, File, Preference, Status, Typing
from channels.rbm import RbmChannel, message_id
from conversations.talk import Talk
from conversations.wording import Utterance, Wording
from tests.channels.rbm_google import FakeGoogle, lost
from tests.conversations.doubles import ACCOUNT, RESPONSES, World, make_world, seconds

JO = Address(channel="rcs", account=ACCOUNT, raw="+5511987654321")
PLANS = Utterance(
    "utter_plans",
    {
        "count": 2,
        "plans": [
            {"short": "3x", "total": {"money": 30000}, "arguments": {"plan": 1}},
            {"short": "6x", "total": {"money": 36000}, "arguments": {"plan": 2}},
        ],
    },
)
SAID: dict[str, list[dict[str, Any]]] = {
    "utter_plans": [
        {
            "text": "As opções são: {count}",
            "buttons": [{"title": "Outra proposta", "payload": "/pedir_desconto"}],
            "metadata": {
                "options": {"from": "plans", "title": "{short}", "description": "{total}", "meaning": "escolher_plano"},
                "cards": {
                    "title": "{short}",
                    "body": "Total: {total}",
                    "button": "Quero esta",
                    "lead": "Veja as {count} opções:",
                },
                "expires": "today",
            },
        }
    ],
    "utter_long": [{"text": "{long}"}],
    "utter_code": [{"text": "{code}", "metadata": {"alone": True, "expires": "until"}}],
    "utter_day": [
        {"text": "Combinado.", "metadata": {"actions": [{"calendar": "Lembrar no dia", "day": "day", "title": "Lembrete"}]}}
    ],
    "utter_opted_out": [{"text": "Pronto, parei.", "metadata": {"purpose": "acknowledgement"}}],
    "utter_opted_in": [{"text": "Volto a avisar.", "metadata": {"purpose": "acknowledgement"}}],
}


async def _link(file: File, key: str, now: datetime) -> str:
    return f"https://trato.example/d/{key}"


@dataclass
class RcsWorld(World):
    """The small world, with Google behind it."""

    google: FakeGoogle = field(default_factory=FakeGoogle)

    @property
    def channels(self) -> Any:
        if not hasattr(self, "rcs"):
            self.rcs = RbmChannel(
                api_url="http://127.0.0.1:9", agent_id="trato", link=_link, clock=self.clock.now, client=self.google.client()
            )
        return {("rcs", ACCOUNT): self.rcs}

    @property
    def contents(self) -> list[dict[str, Any]]:
        return [body["contentMessage"] for _, _, body in self.google.sent]


@pytest.fixture
async def world(engine: AsyncEngine) -> AsyncIterator[RcsWorld]:
    made = make_world(engine)
    made.talk = Talk(made.ground, Wording(RESPONSES | SAID, {}), made.jobs)
    rcs = RcsWorld(**vars(made))
    yield rcs
    await rcs.channels[("rcs", ACCOUNT)].aclose()


async def offered(world: RcsWorld) -> str:
    world.mind.answer = (PLANS,)
    talk = await world.write("quero parcelar", JO)
    await world.work()
    return talk


async def test_offers_are_a_carousel_and_its_answers_are_rows_of_the_store(world: RcsWorld) -> None:
    await offered(world)
    carousel = world.contents[-1]
    cards = carousel["richCard"]["carouselCard"]["cardContents"]
    ids = [row.id for row in await world.rows("select id from choices order by position")]
    assert [card["suggestions"][0]["reply"]["postbackData"] for card in cards] == ids[:2]
    assert carousel["suggestions"][0]["reply"] == {"text": "Outra proposta", "postbackData": ids[2]}
    assert [content["text"] for content in world.contents if "text" in content][-1].endswith("Veja as 2 opções:")
    assert [card["description"] for card in cards] == ["Total: R$ 300,00", "Total: R$ 360,00"]


@pytest.mark.parametrize("typed", ["2", "a segunda", "6x"])
async def test_a_typed_number_or_name_answers_a_card(world: RcsWorld, typed: str) -> None:
    await offered(world)
    await world.write(typed, JO)
    await world.work()
    last = (await world.rows("select choice_id from turns order by number desc limit 1"))[0]
    second = (await world.rows("select id from choices where position = 2 order by created_at limit 1"))[0]
    assert last.choice_id == second.id


async def test_a_tap_on_a_card_is_its_answer_and_a_forged_one_is_only_words(world: RcsWorld) -> None:
    await offered(world)
    first = (await world.rows("select id from choices where position = 1"))[0].id
    await world.receive(world.written("Quero esta", JO, kind="choice", choice_id=first))
    await world.work()
    assert world.mind.asked[-1].intent == "escolher_plano"
    await world.receive(world.written("Quero esta", JO, kind="choice", choice_id="o_forged"))
    await world.work()
    assert world.mind.asked[-1].intent != "escolher_plano"


async def test_amounts_of_today_are_not_delivered_tomorrow(world: RcsWorld) -> None:
    await offered(world)
    assert world.google.sent[-1][2]["expireTime"] == "2026-11-24T03:00:00.000000Z"
    talk = await offered(world)
    await world.rows("update outbox set state = 'queued', pieces_sent = 0 where conversation_id = :id", id=talk)
    world.clock.advance(timedelta(days=1))
    before = len(world.google.sent)
    await world.deliver(talk)
    assert len(world.google.sent) == before
    assert {row.error_code for row in await world.rows("select error_code from outbox where state = 'dead'")} == {"expired"}


async def test_there_is_no_window_and_no_template_on_rcs(world: RcsWorld) -> None:
    talk = await world.write("oi", JO)
    world.clock.advance(timedelta(days=9))
    await world.say(talk, Utterance("utter_paid", {"amount": {"money": 100}}), source="payment:1", author="journey")
    await world.deliver(talk)
    (_, _, body) = world.google.sent[-1]
    assert body["contentMessage"]["text"] == "Recebemos R$ 1,00." and body["messageTrafficType"] == "TRANSACTION"


async def test_the_pieces_of_a_long_message_have_names_of_their_own_and_the_last_one_the_messages(world: RcsWorld) -> None:
    talk = await world.write("oi", JO)
    await world.say(talk, Utterance("utter_long", {"long": "uma frase comprida. " * 400}))
    await world.deliver(talk)
    ids = [id_ for _, id_, _ in world.google.sent]
    assert len(ids) == len(set(ids)) == 3
    row = await world.one("select key, provider_id, state from outbox")
    assert ids[-1] == message_id(row.key) == row.provider_id and row.state == "sent"


async def test_a_delivery_told_before_the_answer_is_known_keeps_a_lost_answer_from_a_repeat(world: RcsWorld) -> None:
    world.google.answers = [lost(httpx.ReadTimeout)]
    talk = await world.write("oi", JO)
    await world.say(talk)
    await world.deliver(talk)
    row = await world.one("select key, state from outbox")
    assert row.state == "unknown" and len(world.google.sent) == 1
    told = Status(channel="rcs", account=ACCOUNT, provider_id=message_id(row.key), status="delivered", at=None, key=row.key)
    await world.receive(told)
    world.clock.advance(seconds(90))
    await world.deliver(talk)
    assert len(world.google.sent) == 1 and (await world.one("select state from outbox")).state == "sent"


async def test_a_lost_answer_is_repeated_under_the_same_name_after_a_minute(world: RcsWorld) -> None:
    world.google.answers = [lost(httpx.ReadTimeout)]
    talk = await world.write("oi", JO)
    await world.say(talk)
    await world.deliver(talk)
    world.clock.advance(seconds(59))
    await world.deliver(talk)
    assert len(world.google.sent) == 1
    world.clock.advance(seconds(2))
    await world.deliver(talk)
    assert len({id_ for _, id_, _ in world.google.sent}) == 1 and len(world.google.sent) == 2


@pytest.mark.parametrize("order", [("delivered", "failed"), ("failed", "delivered")])
async def test_delivered_beats_an_expiry_in_either_order(world: RcsWorld, order: tuple[Any, ...]) -> None:
    talk = await world.write("oi", JO)
    await world.say(talk)
    await world.deliver(talk)
    key = (await world.one("select key from outbox")).key
    for status in order:
        await world.receive(Status(channel="rcs", account=ACCOUNT, provider_id=message_id(key), status=status, at=None, key=key))
    await world.receive(Status(channel="rcs", account=ACCOUNT, provider_id=message_id(key), status="unknown", at=None, key=key))
    assert (await world.one("select delivery from outbox")).delivery == "delivered"


async def test_unsubscribe_is_a_stop_confirmed_once_and_subscribe_takes_it_back(world: RcsWorld) -> None:
    for event_id in ("1", "1", "2"):
        await world.receive(Preference(external_id=event_id, address=JO, wants="stop"))
        world.clock.advance(seconds(1))
    await world.work()
    assert [row.address for row in await world.rows("select address from opt_outs where lifted_at is null")]
    assert [one["text"] for one in world.contents] == ["Pronto, parei."]
    assert world.google.sent[-1][2]["messageTrafficType"] == "ACKNOWLEDGEMENT"
    await world.receive(Preference(external_id="3", address=JO, wants="resume"))
    await world.work()
    assert not await world.rows("select 1 from opt_outs where lifted_at is null")
    assert world.contents[-1]["text"] == "Volto a avisar."


async def test_who_is_seen_writing_is_waited_for_but_not_for_ever(world: RcsWorld) -> None:
    talk = await world.write("oi", JO)
    world.clock.advance(seconds(1.4))
    await world.receive(Typing(external_id="t1", address=JO))
    assert (await world.conversation(talk)).typing_at == world.clock.now()
    world.clock.advance(seconds(10))
    await world.receive(Typing(external_id="t2", address=JO))
    await world.drain(talk, burst=1.5)
    assert len(world.mind.asked) == 1


async def test_a_day_that_was_agreed_on_can_be_put_into_the_calendar(world: RcsWorld) -> None:
    talk = await world.write("oi", JO)
    await world.say(talk, Utterance("utter_day", {"day": {"date": "2026-12-05"}}))
    await world.deliver(talk)
    event = world.contents[-1]["suggestions"][0]["action"]["createCalendarEventAction"]
    assert event["startTime"] == "2026-12-05T12:00:00Z" and event["title"] == "Lembrete"


async def test_a_question_with_more_behind_it_writes_its_answers_out(world: RcsWorld) -> None:
    talk = await world.write("oi", JO)
    debts = Utterance("utter_debts", {"debts": [{"description": "Carnê"}, {"description": "Internet"}]})
    code = Utterance("utter_code", {"code": {"code": "000201"}, "until": {"instant": "2026-11-23T15:00:00+00:00"}})
    await world.say(talk, debts, code)
    await world.deliver(talk)
    assert "1. Carnê\n2. Internet" in world.contents[0]["text"]
    assert world.contents[1] == {"text": "000201"}
    assert world.google.sent[1][2]["expireTime"].startswith("2026-11-23T15:00:00")


async def test_the_reading_sign_goes_to_the_telephone_that_wrote(world: RcsWorld) -> None:
    event = world.written("oi", JO, external_id="5511987654321/MxB")
    await world.receive(event)
    await world.work()
    assert (JO.raw, {"eventType": "READ", "messageId": "MxB"}) in [(phone, body) for phone, _, body in world.google.events]


async def test_the_desk_reads_that_the_switch_was_used(world: RcsWorld) -> None:
    await world.receive(Preference(external_id="1", address=JO, wants="stop"))
    lines = [row.text for row in await world.rows("select text from transcript order by id")]
    assert lines == ["(parou as nossas mensagens no próprio aplicativo)", "Pronto, parei."]
    assert not await world.rows("""select 1 from inbox i where i.conversation_id is not null
                                   and not exists (select 1 from transcript t where t.inbox_id = i.id)""")
