"""The eighty tricky cases of the channels: a table names what shows each, and what no other room shows is shown here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.wording import load_responses
from tests.conversations.doubles import World, make_world
from tests.conversations.test_expectations import functions_of, talks
from trato.paths import RESPONSES

_HERE = Path(__file__).parent


@cache
def table() -> dict[int, list[str]]:
    rows = yaml.safe_load((_HERE / "cases.yml").read_text(encoding="utf-8"))
    return {int(words.split(".")[0]): shown for words, shown in rows.items()}


def test_every_case_has_a_row() -> None:
    assert sorted(table()) == list(range(1, 81))


@pytest.mark.parametrize("number", range(1, 81))
def test_every_case_is_shown_by_tests_and_talks_that_exist(number: int) -> None:
    assert_shown(table()[number])


def test_every_promise_of_a_door_is_shown_by_tests_and_talks_that_exist() -> None:
    promises = yaml.safe_load((_HERE / "promises.yml").read_text(encoding="utf-8"))
    assert len(promises) > 40
    for shown in promises.values():
        assert_shown(shown)


def assert_shown(by: list[str]) -> None:
    assert by
    for one in by:
        path, _, name = one.partition("::")
        assert name in functions_of(path) if name else one in talks(), f"there is no {one!r}"


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return make_world(engine)


async def test_fifty_messages_in_ten_seconds_have_two_answers_at_most(world: World) -> None:
    """Half of a flood comes while the first turn is thought about; what came meanwhile is one more turn."""
    for number in range(25):
        here = await world.write(f"mensagem {number}")
        world.clock.advance(seconds=0.2)

    async def meanwhile() -> None:
        world.mind.meanwhile = None
        for number in range(25, 50):
            await world.write(f"mensagem {number}")
            world.clock.advance(seconds=0.2)

    world.mind.meanwhile = meanwhile
    await world.work()
    assert len(world.mind.asked) == 2 and len(world.channel.arrived) <= 2
    assert (await world.conversation(here)).owner == "bot"


async def test_whoever_writes_at_night_is_answered_at_night(world: World) -> None:
    world.clock.advance(hours=15)  # one in the morning in São Paulo
    await world.write("oi")
    await world.work()
    assert len(world.channel.arrived) == 1


def test_whoever_tapped_and_was_not_heard_may_tap_again() -> None:
    (said,) = load_responses(RESPONSES)["utter_answer_mensagem_vazia"]
    assert "tocar de novo" in said["text"]
