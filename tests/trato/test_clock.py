import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.postgres import embedded_postgres
from trato.clock import FixedClock, SystemClock
from trato.database import make_engine

TABLE = "create table clock (id int primary key default 1 check (id = 1), anchor text, offset_seconds double precision not null)"
ANCHOR = "2027-03-01T10:00:00-03:00"
NEAR = timedelta(seconds=10)


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with embedded_postgres() as fresh:
        yield fresh()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url, size=4)
    async with engine.begin() as connection:
        await connection.execute(text("drop table if exists clock"))
        await connection.execute(text(TABLE))
    yield engine
    await engine.dispose()


async def anchored(engine: AsyncEngine, instant: str | None) -> SystemClock:
    clock = SystemClock()
    async with engine.begin() as connection:
        await clock.anchor(connection, instant)
    return clock


async def test_an_anchored_clock_runs_on_from_its_instant(engine: AsyncEngine) -> None:
    clock = await anchored(engine, ANCHOR)
    assert abs(clock.now() - datetime(2027, 3, 1, 13, tzinfo=UTC)) < NEAR
    assert clock.today() == date(2027, 3, 1)
    before = clock.now()
    await asyncio.sleep(0.01)
    assert clock.now() > before


async def test_the_same_anchor_keeps_the_offset_over_a_restart(engine: AsyncEngine) -> None:
    first = await anchored(engine, ANCHOR)
    async with engine.begin() as connection:
        await first.move(connection, timedelta(days=3))
    again = await anchored(engine, ANCHOR)
    assert again.offset_seconds == first.offset_seconds
    assert abs(again.now() - datetime(2027, 3, 4, 13, tzinfo=UTC)) < NEAR


async def test_a_changed_anchor_anchors_anew_and_none_returns_to_the_real_time(engine: AsyncEngine) -> None:
    await anchored(engine, ANCHOR)
    clock = await anchored(engine, "2025-01-15")
    assert clock.today() == date(2025, 1, 15)
    assert (await anchored(engine, None)).offset_seconds == 0


async def test_processes_that_start_together_agree_to_the_microsecond(engine: AsyncEngine) -> None:
    clocks = await asyncio.gather(*(anchored(engine, ANCHOR) for _ in range(4)))
    assert len({clock.offset_seconds for clock in clocks}) == 1


async def test_a_process_that_follows_sees_a_move_of_another(engine: AsyncEngine) -> None:
    mover, follower = await anchored(engine, None), await anchored(engine, None)
    following = asyncio.create_task(follower.follow(engine, every_seconds=0.02))
    async with engine.begin() as connection:
        await mover.move(connection, timedelta(hours=5))
    async with asyncio.timeout(5):
        while follower.offset_seconds != mover.offset_seconds:
            await asyncio.sleep(0.01)
    following.cancel()
    assert follower.offset_seconds == 5 * 3600


async def test_following_survives_a_store_that_is_away(engine: AsyncEngine) -> None:
    clock = await anchored(engine, ANCHOR)
    kept = clock.offset_seconds
    async with engine.begin() as connection:
        await connection.execute(text("alter table clock rename to gone"))
    following = asyncio.create_task(clock.follow(engine, every_seconds=0.01))
    await asyncio.sleep(0.1)
    assert not following.done() and clock.offset_seconds == kept
    async with engine.begin() as connection:
        await connection.execute(text("alter table gone rename to clock"))
        await connection.execute(text("update clock set offset_seconds = 77"))
    async with asyncio.timeout(5):
        while clock.offset_seconds != 77:
            await asyncio.sleep(0.01)
    following.cancel()


def test_the_day_is_that_of_sao_paulo() -> None:
    clock = FixedClock(datetime(2026, 12, 6, 2, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 12, 5)
    clock.advance(minutes=1)
    assert clock.today() == date(2026, 12, 6)
    clock.advance(timedelta(days=1))
    assert clock.now() == datetime(2026, 12, 7, 3, tzinfo=UTC)


def test_a_fixed_clock_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 12, 5))
