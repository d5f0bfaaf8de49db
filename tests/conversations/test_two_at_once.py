"""The same person on two channels at the same instant: one agreement, one code, one promise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from conversations.receive import receive
from conversations.turn import drain
from tests.conversations.house import ACCOUNT, NOW, House, Person
from tests.conversations.people import Town


async def at_once(house: House, *said: tuple[Person, str]) -> None:
    """Everybody writes this in the same moment, and each talk is answered by a worker of its own."""
    async with house.engine.begin() as conn:
        events = [person._event("text", text=words) for person, words in said]
        await receive(conn, house.talk, events, frozenset({ACCOUNT}))
    talks = [subject for task, subject in house.jobs.waiting if task == "drain"]
    assert len(talks) == len(said)
    house.jobs.waiting.clear()
    channels: Any = {(name, ACCOUNT): house.channel for name in ("whatsapp", "rcs")}
    await asyncio.gather(*(drain(house.engine, house.talk, house.mind, channels, talk, 0) for talk in talks))
    await house.work()


@pytest.mark.parametrize(
    ("wish", "answer", "table"),
    [
        ("quero parcelar em 2x", "aceito", "agreements"),
        ("quero pagar", "quero pagar com pix", "charges"),
        ("pago dia 30/11", "sim", "promises"),
    ],
)
async def test_a_person_on_two_channels_at_once_sets_one_thing_going(
    house: House, town: Town, wish: str, answer: str, table: str
) -> None:
    house.clock.set(NOW)
    here = house.person()
    there = replace(here, channel="rcs")
    names = town.names()
    await there.write(names.fill("{one}"))
    await here.write(names.fill("{one}"))
    await here.write(wish)
    await at_once(house, (here, answer), (there, answer))
    # And once more, after both have been shown what is open.
    await at_once(house, (here, answer), (there, answer))
    async with house.engine.connect() as conn:
        found = await conn.execute(
            text(f"""select count(*) from {table} where debtor_id = (
                         select debtor_id from conversations where address_raw = :raw and channel = 'rcs')"""),
            {"raw": here.number},
        )
        assert found.scalar_one() == 1
        alarms = await conn.execute(text("select kind from alarms where kind in ('turn_dropped', 'personal_without_proof')"))
        assert list(alarms.scalars()) == []
