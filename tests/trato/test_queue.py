"""The queue and the sweep on a real store: what waits gets one job, and what has one gets no second."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from procrastinate import App
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import Address
from conversations.jobs import put_all
from conversations.talk import Talk
from payments.till import Till
from tests.conversations.doubles import ACCOUNT, World, make_world
from trato import worker
from trato.database import make_engine
from trato.program import Program
from trato.queue import TASKS, QueueJobs, make_queue
from trato.settings import load_settings
from trato.worker import sweep


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    made = make_engine(database_url, size=20)
    yield made
    await made.dispose()


@pytest.fixture
async def queue(database_url: str) -> AsyncIterator[App]:
    app = make_queue(database_url)
    for name in TASKS:
        app.task(name=name)(nothing)
    async with app.open_async():
        yield app


async def nothing(subject: str) -> None:
    return None


@pytest.fixture
def world(engine: AsyncEngine, queue: App) -> World:
    world = make_world(engine)
    world.talk = Talk(world.ground, world.talk.wording, QueueJobs(queue))
    return world


@pytest.fixture
def program(world: World, queue: App, database_url: str, tmp_path: Path) -> Program:
    settings = load_settings({"TRATO_DATABASE_URL": database_url, "TRATO_DATA_DIR": str(tmp_path)}, tmp_path / "no.env")
    clock: Any = world.clock
    return Program(settings, world.engine, clock, queue, world.talk, Till(world.talk, {}), world.channels)


async def jobs(world: World) -> list[tuple[str, str]]:
    rows = await world.rows("select queueing_lock, status::text status from procrastinate_jobs order by id")
    return [(row.queueing_lock, row.status) for row in rows]


async def start(world: World, key: str) -> None:
    """As a worker would that is alive."""
    await world.rows(
        """with worker as (insert into procrastinate_workers default values returning id)
           update procrastinate_jobs set status = 'doing', worker_id = worker.id from worker
           where queueing_lock = :key and status = 'todo'""",
        key=key,
    )


async def test_a_job_exists_only_if_its_transaction_is_committed(world: World) -> None:
    async with world.engine.connect() as conn:
        await world.talk.jobs.put(conn, "drain", "c_1")
        await conn.rollback()
    assert await jobs(world) == []


async def test_one_job_waits_and_one_may_run(world: World) -> None:
    for _ in range(3):
        async with world.engine.begin() as conn:
            await world.talk.jobs.put(conn, "drain", "c_1")
    assert await jobs(world) == [("drain:c_1", "todo")]
    await start(world, "drain:c_1")
    async with world.engine.begin() as conn:
        await world.talk.jobs.put(conn, "drain", "c_1")
    assert await jobs(world) == [("drain:c_1", "doing"), ("drain:c_1", "todo")]


async def test_a_clash_does_not_spoil_the_callers_transaction(world: World) -> None:
    async with world.engine.begin() as conn:
        await world.talk.jobs.put(conn, "drain", "c_1")
        await world.talk.jobs.put(conn, "drain", "c_1")
        await conn.execute(text("insert into clock (id, anchor, offset_seconds) values (1, null, 5)"))
    assert (await world.one("select offset_seconds from clock")).offset_seconds == 5


async def test_many_jobs_at_once_by_many_in_any_order_are_each_there_once(world: World) -> None:
    wanted = [("drain", f"c_{n}") for n in range(40)]

    async def put(order: list[tuple[str, str]]) -> None:
        async with world.engine.begin() as conn:
            await put_all(world.talk.jobs, conn, order)

    await asyncio.gather(put(wanted), put(wanted[::-1]), put(wanted[20:] + wanted[:20]), put(wanted[::2]))
    assert sorted(await jobs(world)) == sorted((f"drain:c_{n}", "todo") for n in range(40))


async def test_a_task_that_nobody_does_is_refused(world: World) -> None:
    async with world.engine.begin() as conn:
        with pytest.raises(ValueError, match="dance"):
            await world.talk.jobs.put(conn, "dance", "c_1")


async def test_the_sweep_gives_a_job_to_what_lost_its_own_and_no_second_to_what_has_one(world: World, program: Program) -> None:
    here = [await world.write("oi", Address(channel="whatsapp", account=ACCOUNT, raw=f"55119{80000000 + n}")) for n in range(3)]
    world.clock.advance(seconds=5)
    await start(world, f"drain:{here[0]}")
    await world.rows("delete from procrastinate_jobs where queueing_lock = :key", key=f"drain:{here[1]}")
    for _ in range(20):
        await sweep(program)
    assert sorted(await jobs(world)) == sorted([(f"drain:{h}", "doing" if h == here[0] else "todo") for h in here])


async def test_what_a_dead_worker_had_begun_is_taken_over(world: World, program: Program) -> None:
    here = await world.write("oi")
    await start(world, f"drain:{here}")
    await sweep(program)
    assert await jobs(world) == [(f"drain:{here}", "doing")]
    await world.rows("update procrastinate_workers set last_heartbeat = now() - interval '20 s'")
    await sweep(program)
    assert await jobs(world) == [(f"drain:{here}", "todo")]


async def test_the_queue_does_not_grow_while_rasa_is_away(world: World, program: Program) -> None:
    here = [await world.write("oi", Address(channel="whatsapp", account=ACCOUNT, raw=f"55119{80000000 + n}")) for n in range(5)]
    for _ in range(30):
        world.clock.advance(seconds=2)
        await sweep(program)
        assert len(await jobs(world)) <= len(here)


async def test_two_sweeps_at_once_do_not_wait_for_each_other(world: World, program: Program) -> None:
    await world.write("oi")
    world.clock.advance(seconds=5)
    async with asyncio.timeout(10):
        await asyncio.gather(*(sweep(program) for _ in range(5)))
    assert len(await jobs(world)) == 1


def test_every_task_that_the_worker_serves_may_be_asked_for() -> None:
    served = set(re.findall(r'@queue\.task\(name=(?:"(\w+)"|(\w+))\)', Path(worker.__file__).read_text(encoding="utf-8")))
    names = {literal or getattr(worker, constant) for literal, constant in served}
    assert names == set(TASKS)
