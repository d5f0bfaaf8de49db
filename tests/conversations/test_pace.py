"""Not faster than the providers let us: so many a second for a sender, one in six seconds for a person with a reserve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.delivery import deliver, due_conversations
from conversations.pace import Limit, OwnPace, Pace
from conversations.wording import Utterance
from tests.conversations.doubles import World, make_world
from trato.embedded import EmbeddedRedis
from trato.pacing import SharedPace


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_person_gets_forty_five_at_once_and_then_one_in_six_seconds() -> None:
    time = Time()
    pace = OwnPace(time)
    assert [await pace.take("s", "ana") for _ in range(45)] == [0.0] * 45
    assert await pace.take("s", "ana") == pytest.approx(6.0)
    assert await pace.take("s", "bia") == 0.0
    time.now += 5.9
    assert await pace.take("s", "ana") == pytest.approx(0.1)
    time.now += 0.2
    assert await pace.take("s", "ana") == 0.0
    assert await pace.take("s", "ana") == pytest.approx(5.9)


async def test_twenty_at_once_are_made_up_for_in_two_minutes() -> None:
    time = Time()
    pace = OwnPace(time)
    for _ in range(20):
        await pace.take("s", "ana")
    time.now += 120
    assert [await pace.take("s", "ana") for _ in range(45)] == [0.0] * 45


async def test_a_sender_has_eighty_a_second_whoever_they_are_for() -> None:
    time = Time()
    pace = OwnPace(time)
    assert sum([await pace.take("s", f"p{n}") == 0.0 for n in range(200)]) == 80
    assert await pace.take("another", "p1") == 0.0
    time.now += 1.0
    assert sum([await pace.take("s", f"q{n}") == 0.0 for n in range(200)]) == 80


async def test_what_has_to_wait_takes_no_room() -> None:
    time = Time()
    pace = OwnPace(time, Limit(1.0, 10), Limit(6.0, 1))
    assert await pace.take("s", "ana") == 0.0
    for _ in range(50):
        assert await pace.take("s", "ana") > 0
    assert sum([await pace.take("s", f"p{n}") == 0.0 for n in range(20)]) == 9


async def test_more_pieces_than_the_reserve_go_when_everything_is_made_up_for() -> None:
    time = Time()
    pace = OwnPace(time, person=Limit(6.0, 3))
    assert await pace.take("s", "ana", 7) == 0.0
    assert await pace.take("s", "ana", 7) == pytest.approx(18.0)
    time.now += 18.1
    assert await pace.take("s", "ana", 7) == 0.0


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(Path(tmp_path_factory.mktemp("redis")))
    process = server.start()
    yield server.url
    server.stop(process)


async def test_all_workers_share_one_pace_in_redis(redis_url: str) -> None:
    one, other = (SharedPace(redis_url, person=Limit(60.0, 5)) for _ in range(2))
    try:
        taken = [await (one if n % 2 else other).take("shared", "ana") for n in range(8)]
        assert [wait == 0.0 for wait in taken] == [True] * 5 + [False] * 3
        assert 59 < taken[-1] <= 60
        assert await other.take("shared", "bia") == 0.0
        assert one.shared
        assert other.shared
    finally:
        await one.aclose()
        await other.aclose()


async def test_without_redis_each_worker_keeps_to_the_pace_by_itself() -> None:
    pace = SharedPace("redis://127.0.0.1:9/0", person=Limit(60.0, 2))
    try:
        assert [await pace.take("s", "ana") == 0.0 for _ in range(3)] == [True, True, False]
        assert not pace.shared
    finally:
        await pace.aclose()


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return make_world(engine)


async def sent_with(world: World, here: str, pace: Pace) -> list[str]:
    before = len(world.channel.words)
    await deliver(world.engine, world.talk, world.channels, here, pace)
    return world.channel.words[before:]


async def test_a_message_that_has_to_wait_is_put_off_in_order_and_counts_as_no_attempt(world: World) -> None:
    time = Time()
    pace = OwnPace(time, person=Limit(6.0, 2))
    here = await world.write("oi")
    await world.prove(here, await world.debtor())
    for n in range(4):
        await world.say(here, Utterance("utter_code", {"code": {"code": str(n)}}), source=f"turn:{n}")
    assert await sent_with(world, here, pace) == ["0", "1"]
    assert await sent_with(world, here, pace) == []
    rows = await world.rows("select attempts from outbox order by id")
    assert [row.attempts for row in rows] == [1, 1, 0, 0]
    time.now += 6.1
    world.clock.advance(seconds=6.1)
    async with world.engine.connect() as conn:
        assert await due_conversations(conn, world.clock.now()) == [here]
    assert await sent_with(world, here, pace) == ["2"]


async def test_a_message_that_cannot_be_cut_is_given_up_and_not_asked_for_ever(world: World) -> None:
    def broken(message: object) -> list[object]:
        raise ValueError("cannot be cut")

    here = await world.write("oi")
    await world.say(here, Utterance("utter_hello"), source="turn:1")
    world.channel.split = broken  # type: ignore[assignment]
    await deliver(world.engine, world.talk, world.channels, here, OwnPace())
    assert [state for _, state in await world.outbox()] == ["unknown"]
