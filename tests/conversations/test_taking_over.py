"""Bot and human never both answer: a hundred races of a take-over against the bot's turn, at every moment of the turn."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import Accepted, Address, Outgoing
from conversations import handover
from conversations.falling_silent import fallen_silent
from conversations.rasa import Answer
from conversations.wording import Utterance
from tests.conversations.doubles import ACCOUNT, FakeChannel, FakeMind, World, make_world
from trato.database import make_engine

RACES = 100
MOMENTS = ("before", "thinking", "answered", "sending", "whenever")
AGENT_WORDS = "Oi, aqui é a Ana, da equipe."


@dataclass
class Race:
    """One talk: what reached the phone, in order, and whether the human had been told by then that the talk is theirs."""

    moment: str
    take: Callable[[], Awaitable[None]]
    sent: list[tuple[str, bool]] = field(default_factory=list)
    taken: bool = False
    taking: asyncio.Task[None] | None = None

    def start(self, moment: str) -> None:
        if self.moment == moment and self.taking is None:
            self.taking = asyncio.ensure_future(self.take())


class Track:
    """Mind and channel of all races: each tells its race how far the bot is."""

    def __init__(self) -> None:
        self.races: dict[str, Race] = {}
        self.by_address: dict[str, Race] = {}


class RacingMind(FakeMind):
    def __init__(self, track: Track) -> None:
        super().__init__(answer=(Utterance("utter_hello"),))
        self.track = track

    async def ask(self, conversation_id: str, turn_id: str, *, text: str | None, intent: str | None) -> Answer:
        self.track.races[conversation_id].start("thinking")
        await asyncio.sleep(0)
        return await super().ask(conversation_id, turn_id, text=text, intent=intent)


class RacingChannel(FakeChannel):
    def __init__(self, track: Track) -> None:
        super().__init__()
        self.track = track

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        race = self.track.by_address[address.raw or ""]
        begun_late = race.taken
        race.start("sending")
        await asyncio.sleep(0.01)
        accepted = await super().send(address, message, key, now)
        race.sent.append((self.arrived[-1][1], begun_late or race.taken))
        return accepted


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)


async def test_after_a_hundred_take_overs_the_bot_says_nothing_more(database_url: str, chance: random.Random) -> None:
    engine = make_engine(database_url, size=12)
    try:
        world = make_world(engine)
        track = Track()
        world.mind, world.channel = RacingMind(track), RacingChannel(track)
        agent = await world.agent()
        numbers = [f"5511987{n:06d}" for n in range(RACES)]
        for start in range(0, RACES, 10):
            await asyncio.gather(*(race(world, engine, track, agent, number, chance) for number in numbers[start : start + 10]))
        assert len(track.races) == RACES
        for one in track.races.values():
            bots = [late for words, late in one.sent if words != AGENT_WORDS]
            assert not any(bots), (one.moment, one.sent)
            # And in the order in which the phone got them: nothing of the bot after the human's first words.
            assert [words for words, _ in one.sent][-1] == AGENT_WORDS, (one.moment, one.sent)
        owners = await world.rows("select owner, count(*) n from conversations group by owner")
        assert [(row.owner, row.n) for row in owners] == [("agent", RACES)]
        # Nothing of the bot is left that might still go.
        left = await world.rows("select state from outbox where author = 'bot' and state not in ('sent', 'suppressed')")
        assert left == []
        assert await world.rows("select 1 from turns where state = 'open'") == []
    finally:
        await engine.dispose()


async def race(world: World, engine: AsyncEngine, track: Track, agent: int, number: str, chance: random.Random) -> None:
    who = Address(channel="whatsapp", account=ACCOUNT, raw=number)
    talk_id = await world.write("oi", who)

    async def take() -> None:
        async with engine.begin() as conn:
            assert await handover.take(conn, world.talk, talk_id, agent)
        assert await fallen_silent(engine, talk_id, 20)
        one.taken = True

    one = Race(MOMENTS[len(track.races) % len(MOMENTS)], take)
    track.races[talk_id] = track.by_address[number] = one
    one.start("before")
    wait = chance.uniform(0, 0.05)

    async def whenever() -> None:
        await asyncio.sleep(wait)
        one.start("whenever")

    async def bot() -> None:
        await world.drain(talk_id)
        one.start("answered")
        await world.deliver(talk_id)

    await asyncio.gather(bot(), whenever())
    if one.taking is None:  # the bot had nothing left to say at that moment
        one.taking = asyncio.ensure_future(take())
    await one.taking
    async with engine.begin() as conn:
        assert await handover.speak(conn, world.talk, talk_id, agent, AGENT_WORDS, source=f"agent:{talk_id}")
    # Whatever a worker still finds to do.
    await world.write("e agora?", who)
    await world.drain(talk_id)
    await world.deliver(talk_id)
