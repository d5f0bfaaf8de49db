"""Talks that together hold every kind of message, through each provider's own door: from its payload to its payload.

The talks are those of `talks/`, by name; what must be said and read is the same on every channel. A channel without payment cards
says no card, and none of them shows WhatsApp's marks where they would be seen.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
import yaml
from procrastinate import App
from sqlalchemy import text

from api.public.papers import PapersContext, create_papers
from conversations.reply import reply
from conversations.wording import Utterance
from tests.channels import twilio_house
from tests.conversations.doors.phones import OWN_NUMBER, SECRET, TOKEN, Meta, PhonePerson, Provider, Rbm, Twilio
from tests.conversations.house import NOW, House, open_house
from tests.conversations.people import Town
from tests.conversations.test_talks import SETTLED, TALKS, _do, _said_so_far
from trato.app import create_app
from trato.clock import SystemClock
from trato.program import Program
from trato.settings import load_settings
from trato.templates import submit_templates

ROOT = Path(__file__).resolve().parents[3]
CHOSEN = {
    "happy_path": (
        "From oi to a paid Pix",
        "One of several debts is chosen by its number",
        "One of several debts is chosen by its name",
        "All debts at once, a Pix for each creditor",
        "A company proves itself with its CNPJ and its contract",
    ),
    "boleto": (
        "A boleto asked for in the first message",
        "A boleto tapped below the calculation, and the same one when asked again",
    ),
    "agreement": (
        "Only a clear yes binds",
        "A double tap makes one agreement",
        "How it stands, the code again, and paying ahead to the end",
        "Given up before anything was paid",
    ),
    "instalments": (
        "Instalments from the wish to the first code and the payment",
        "A small bill is for cash only, and that is said",
        "A plan is chosen by its place in the list",
    ),
    "extension": (
        "A day is read back with weekday and amount, confirmed, and the boleto falls due on the new day",
        "Two Fridays are two days, and both are shown",
        "Later than the policy allows is refused with the latest day, which can be taken at once",
    ),
    "promise": ("A date is repeated with its weekday, confirmed, and what is paused is said",),
    "dispute": (
        "Not recognised, with a reason by button, a protocol and a deadline, and a person is called",
        "It is taken back after a question, and the debt is as before",
    ),
    "receipts_sent": (
        "A PDF is read back, is in review until a day, and is never called paid",
        "A photo is kept for a person, honestly",
    ),
    "people": (
        "A human is one word away, the bot is silent meanwhile, and knows afterwards",
        "Stop is stop, in the middle of anything",
        "A voice note cannot be heard, and that is said",
        "A sticker in the middle of a talk needs no answer",
        "Despair is met by a human and the CVV, and no word about paying",
    ),
    "stop": ("Coming back by a tap",),
    "wrong_person": ("A wrong number is let go of, with an apology and a protocol",),
    "identity": ("A human is asked for in the middle", "A wrong birthday is corrected"),
    "repair": (
        "Wrong three times is locked, without a hint which factor was wrong, and a human is offered",
        "Several messages in a row are answered once",
        "An old button does no harm",
        "Cancel this Pix closes the code, and what is owed stays",
    ),
    "papers": ("Who has paid everything gets the letter and the receipt",),
    "partial": ("A hundred today is taken on account, with what it leaves said before",),
    "rights": ("A copy as PDF and JSON, after proof",),
    "trust": ("Who fears a scam at the first word gets a code, who we are, and what is never asked",),
    "preferences": ("Only in the afternoon",),
}
"""The talks, by file and name."""


WITHOUT = {"Google RBM": {"A sticker in the middle of a talk needs no answer"}}
"""What a telephone on this channel cannot send."""


def _talks() -> list[Any]:
    found = []
    for file, names in CHOSEN.items():
        talks = {talk["talk"]: talk["steps"] for talk in yaml.safe_load((TALKS / f"{file}.yml").read_text(encoding="utf-8"))}
        found += [pytest.param(name, talks[name], id=f"{file}: {name}") for name in names]
    return found


PROVIDERS: dict[str, Callable[[], Provider]] = {
    "Meta": Meta,
    "Twilio WhatsApp": lambda: Twilio("whatsapp"),
    "Twilio RCS": lambda: Twilio("rcs"),
    "Google RBM": Rbm,
}


@dataclass
class Door:
    """One provider with a house of its own behind it, so that everybody in the book is there once for each."""

    name: str
    house: House
    town: Town
    provider: Provider
    web: httpx.AsyncClient

    def person(self) -> PhonePerson:
        self.house.people += 1
        digits = f"55119{80000000 + self.house.people}"
        provider = self.provider
        return PhonePerson(
            self.house, provider.raw(digits), provider.channel_name, provider=provider, web=self.web, digits=digits
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=PROVIDERS)
async def door(
    request: pytest.FixtureRequest, databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Door]:
    """The real web application, with its webhooks, over the house's store; the provider's side is the fake one of its tests."""
    settings = load_settings(
        {
            "TRATO_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
            "TRATO_REDIS_URL": "redis://127.0.0.1:9/0",
            "TRATO_DATA_DIR": str(tmp_path_factory.mktemp("doors")),
            "TRATO_PUBLIC_URL": twilio_house.PUBLIC,
            "TRATO_META_APP_SECRET": SECRET,
            "TRATO_META_VERIFY_TOKEN": "verify-me",
            "TRATO_META_ACCESS_TOKEN": "token",
            "TRATO_META_PHONE_NUMBER_ID": OWN_NUMBER,
            "TRATO_TWILIO_ACCOUNT_SID": twilio_house.ACCOUNT,
            "TRATO_TWILIO_AUTH_TOKEN": twilio_house.TOKEN,
            "TRATO_TWILIO_WHATSAPP_FROM": twilio_house.WHATSAPP_FROM,
            "TRATO_TWILIO_RCS_FROM": twilio_house.RCS_FROM,
            "TRATO_RBM_AGENT_ID": "trato",
            "TRATO_RBM_CLIENT_TOKEN": TOKEN,
        },
        tmp_path_factory.mktemp("none") / "no.env",
    )
    provider = PROVIDERS[request.param]()
    async with open_house(databases()) as house:
        house.doors |= provider.channels(house)
        app = create_app(settings)
        # Its queue and clock are the house's own, behind `talk`.
        clock, queue = cast(SystemClock, house.clock), cast(App, None)
        app.state.program = Program(settings, house.engine, clock, queue, house.talk, house.till, house.doors)
        assert house.till.documents is not None
        app.include_router(create_papers(PapersContext(house.engine, house.talk.ground, house.till.documents)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://trato") as web:
            yield Door(request.param, house, Town(), provider, web)


def _plain(words: object) -> str:
    """Without marks and line ends, which each channel has in its own way."""
    return re.sub(r"\s+", " ", re.sub(r"[*_~]", "", str(words)))


@pytest.mark.parametrize(("talk", "steps"), _talks())
async def test_a_talk_goes_through_every_door(door: Door, talk: str, steps: list[dict[str, Any]]) -> None:
    if talk in WITHOUT.get(door.name, ()):
        pytest.skip("there is no such thing on this channel")
    house = door.house
    house.clock.set(NOW)
    person, names = door.person(), door.town.names()
    for place, step in enumerate(steps, 1):
        told = await _said_so_far(house, person)
        heard = await _do(house, person, names, step)
        said = (await _said_so_far(house, person))[len(told) :]
        read = _plain("\n".join(message.read for message in heard))
        where = f"step {place} ({ {k: step[k] for k in step if k not in ('says', 'hear', 'never')} })"
        if "R$" in read and not set(said) & SETTLED and "desk" not in step:
            assert "CNPJ" in read, f"{where} told what is owed without naming the creditor:\n{read}"
        if "says" in step:
            # Where there are no cards, none turns to paid.
            expected = [one for one in step["says"] if one != "utter_pix_card_paid" or door.provider.channel_name == "whatsapp"]
            assert said == expected, f"{where} was answered with {said}:\n{read}"
        for words in step.get("hear", ()):
            assert _plain(words) in read, f"{where} was answered without {words!r}:\n{read}"
        for words in step.get("never", ()):
            assert _plain(words).lower() not in read.lower(), f"{where} was answered with {words!r}:\n{read}"


@pytest.mark.parametrize("kind", ["location", "contacts", "unknown", "video"])
async def test_what_is_no_text_is_answered_honestly_once_and_tells_nothing(door: Door, kind: str) -> None:
    door.house.clock.set(NOW)
    person = door.person()
    heard = await (person.send_media(kind) if kind == "video" else person.send(kind))
    read = "\n".join(message.read for message in heard)
    assert heard and "R$" not in read and "dívida" not in read.lower()
    assert await person.write("oi")


async def test_a_typed_number_and_a_typed_label_answer_what_was_offered(door: Door) -> None:
    door.house.clock.set(NOW)
    for answer in ("1", None):
        person, names = door.person(), door.town.names()
        (*_, list_) = await person.write(names.fill("{two}"))
        assert list_.answers or "1." in list_.words
        async with door.house.engine.connect() as conn:
            label = (
                await conn.execute(
                    text("""select k.label from choices k join conversations c on c.id = k.conversation_id
                            where c.address_raw = :raw and k.position = 1 order by k.created_at desc limit 1"""),
                    {"raw": person.number},
                )
            ).scalar_one()
        before = len(await _said_so_far(door.house, person))
        heard = await person.write(answer or label)
        said = (await _said_so_far(door.house, person))[before:]
        assert said[0].startswith("utter_debt"), (said, [message.read for message in heard])


async def test_the_same_notification_twice_and_at_once_is_one_turn(door: Door) -> None:
    door.house.clock.set(NOW)
    person = door.person()
    door.house.messages += 1
    name = str(door.house.messages)
    request = [door.provider.notification(person.digits, name, {"text": "oi"}, NOW) for _ in range(3)]
    answers = await asyncio.gather(*(door.web.send(one) for one in request))
    assert {answer.status_code for answer in answers} == {200}
    await door.house.work()
    assert len([message for message in person.got if message.kind != "file"]) == len(await _said_so_far(door.house, person))
    async with door.house.engine.connect() as conn:
        count = text("select count(*) from turns t join conversations c on c.id = t.conversation_id where c.address_raw = :raw")
        assert (await conn.execute(count, {"raw": person.number})).scalar_one() == 1


async def test_a_forged_or_unsigned_notification_reaches_nobody(door: Door) -> None:
    person = door.person()
    request = door.provider.notification(person.digits, "forged", {"text": "oi"}, NOW)
    signed = next(name for name in request.headers if "signature" in name)
    request.headers[signed] = request.headers[signed][:-3] + "AAA"
    assert (await door.web.send(request)).status_code == 401
    await door.house.work()
    assert person.got == []


async def test_a_reaction_is_no_answer(door: Door) -> None:
    if door.name != "Meta":
        pytest.skip("neither Twilio nor Google tells of reactions")
    door.house.clock.set(NOW)
    person = door.person()
    await person.write("oi")
    assert await person.react() == []


async def test_what_is_said_after_the_window_closed_is_announced_by_a_template_where_there_is_a_window(door: Door) -> None:
    door.house.clock.set(NOW)
    person = door.person()
    await person.write("oi")
    before = len(person.got)
    await submit_templates(iter(door.house.doors.values()), ROOT / "data" / "templates.yml")
    door.house.clock.advance(timedelta(hours=26))
    async with door.house.engine.begin() as conn:
        found = "select id from conversations where address_raw = :raw and channel = :channel"
        conversation = (await conn.execute(text(found), {"raw": person.number, "channel": person.channel})).scalar_one()
        await reply(conn, door.house.talk, conversation, [Utterance("utter_greet")], source="late")
    await door.house.work()
    (heard,) = person.got[before:]
    if door.provider.channel_name == "whatsapp":
        assert heard.kind == "template" or "A sua resposta está pronta" in heard.words, heard
    else:
        assert heard.kind == "question" and heard.answers, heard


HANDED = {
    "Meta": {"template", "text", "button", "list", "document", "order_details", "order_status"},
    "Twilio WhatsApp": {"text", "quick-reply", "list-picker", "media", "pay"},
    "Twilio RCS": {"text", "card", "carousel", "media"},
    "Google RBM": {"text", "reply", "carouselCard", "contentInfo", "openUrlAction", "createCalendarEventAction"},
}
"""What each provider is handed in these talks, in its own names."""

TAKEN = {"text", "tap", "image", "voice", "document", "video", "location", "contacts", "unknown"}
TAKEN_TOO = {"Meta": {"row", "reaction", "sticker"}, "Twilio WhatsApp": {"row", "sticker"}, "Twilio RCS": {"sticker"}}


async def test_together_the_talks_touched_every_kind_of_message_of_this_door(door: Door) -> None:
    if door.house.people < 45:
        pytest.skip("only some of the talks ran")
    assert HANDED[door.name] <= door.provider.forms(), HANDED[door.name] - door.provider.forms()
    missing = (TAKEN | TAKEN_TOO.get(door.name, set())) - door.provider.taken
    assert not missing, missing
