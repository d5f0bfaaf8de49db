"""The memory of a conversation: bounded, right in the middle of a form, safe under two writers, and there after a restart."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.failure import ConversationMoved
from bot.turn import Turn, run_turn
from tests.bot.conftest import Door, make_agent
from tests.bot.stub_actions import StubActions


@pytest.fixture()
async def agent(model: Path, database: str, actions: StubActions) -> AsyncIterator[Any]:
    from bot.run import close_agent

    made = make_agent(model, database, actions.url)
    yield made
    await close_agent(made)


def events_kept(rows: psycopg.Connection[Any], conversation: str) -> list[dict[str, Any]]:
    row = rows.execute("select snapshot from rasa_trackers where conversation_id = %s", (conversation,)).fetchone()
    assert row is not None
    return list(row[0]["events"])


async def ask(
    agent: Any, conversation: str, number: int, intent: str | None = None, text: str | None = None, **entities: Any
) -> Any:
    given = {"name": intent, "entities": [{"entity": key, "value": value} for key, value in entities.items()]} if intent else None
    return await run_turn(agent, Turn(conversation, f"{conversation}-{number}", text, given))


async def test_what_is_kept_does_not_grow_with_the_talk(agent: Any, rows: psycopg.Connection[Any]) -> None:
    sizes = []
    for number in range(40):
        intent = ("contar", "cumprimentar", "perguntar_juros", "pedir_pix")[number % 4]
        await ask(agent, "m-bound", number, intent)
        sizes.append(len(json.dumps(events_kept(rows, "m-bound"))))
    # Longer numbers, not more of them.
    assert max(sizes[20:]) <= 1.02 * max(sizes[:12])
    assert sum(event["event"] == "user" for event in events_kept(rows, "m-bound")) == 5
    # The slot was last set ten turns of its own ago, and the log has every one.
    assert (await ask(agent, "m-bound", 40, "contar"))["messages"][0]["values"] == {"contador": 11}
    logged = rows.execute("select event from rasa_events where conversation_id = 'm-bound' order by seq").fetchall()
    assert sum(row[0]["event"] == "user" for row in logged) == 41


async def test_a_form_goes_on_after_many_turns_inside_it(agent: Any, rows: psycopg.Connection[Any]) -> None:
    opened = await ask(agent, "m-form", 0, "negociar")
    assert [said["response"] for said in opened["messages"]] == ["utter_ask_valor"]
    valued = await ask(agent, "m-form", 1, "informar_valor", valor=5000)
    assert [said["response"] for said in valued["messages"]] == ["utter_ask_parcelas"]
    sizes = []
    for number in range(2, 30):
        # An answer that the validation refuses, and a question that leaves the form and comes back.
        again = await ask(agent, "m-form", number, text="muitas vezes")
        assert [said["response"] for said in again["messages"]] == ["utter_ask_parcelas"]
        sizes.append(len(events_kept(rows, "m-form")))
    assert max(sizes) <= 30
    assert len(set(sizes[12:])) == 1
    done = await ask(agent, "m-form", 30, text="12")
    assert done["messages"] == [{"response": "utter_fechado", "values": {"valor": 5000, "parcelas": "12"}}]
    after = await ask(agent, "m-form", 31, "cumprimentar")
    assert [said["response"] for said in after["messages"]] == ["utter_cumprimentar"]


async def test_a_digression_inside_a_form_comes_back_however_often(agent: Any, rows: psycopg.Connection[Any]) -> None:
    await ask(agent, "m-digress", 0, "negociar")
    sizes = []
    for number in range(1, 30):
        aside = await ask(agent, "m-digress", number, "perguntar_juros")
        assert [said["response"] for said in aside["messages"]] == ["utter_juros", "utter_ask_valor"]
        sizes.append(len(events_kept(rows, "m-digress")))
    assert max(sizes[10:]) <= max(sizes[:10])
    valued = await ask(agent, "m-digress", 30, "informar_valor", valor=1)
    assert [said["response"] for said in valued["messages"]] == ["utter_ask_parcelas"]
    left = await ask(agent, "m-digress", 31, "cancelar")
    assert [said["response"] for said in left["messages"]] == ["utter_cancelado"]


async def test_another_process_goes_on_where_the_first_stopped(
    agent: Any, model: Path, database: str, actions: StubActions
) -> None:
    from bot.run import close_agent

    await ask(agent, "m-restart", 0, "negociar")
    await ask(agent, "m-restart", 1, "informar_valor", valor=700)
    other = make_agent(model, database, actions.url)
    done = await ask(other, "m-restart", 2, text="3")
    await close_agent(other)
    assert done["messages"] == [{"response": "utter_fechado", "values": {"valor": 700, "parcelas": "3"}}]


async def test_of_two_writers_the_second_is_told_and_writes_nothing(agent: Any, rows: psycopg.Connection[Any]) -> None:
    await ask(agent, "m-writers", 0, "contar")
    store = agent.tracker_store
    first, second = await store.load("m-writers"), await store.load("m-writers")
    await store.save_turn(first, "first", {"turn": "first"})
    logged = rows.execute("select count(*) from rasa_events where conversation_id = 'm-writers'").fetchone()
    with pytest.raises(ConversationMoved):
        await store.save_turn(second, "second", {"turn": "second"})
    assert rows.execute("select last_turn from rasa_trackers where conversation_id = 'm-writers'").fetchone() == ("first",)
    assert rows.execute("select count(*) from rasa_events where conversation_id = 'm-writers'").fetchone() == logged


async def test_of_two_writers_of_a_new_conversation_one_wins(agent: Any) -> None:
    store = agent.tracker_store
    first, second = await store.load("m-new"), await store.load("m-new")
    await store.save_turn(first, "first", {})
    with pytest.raises(ConversationMoved):
        await store.save_turn(second, "second", {})


async def test_the_same_turn_run_by_two_processes_at_once_has_one_answer(agent: Any, actions: StubActions) -> None:
    import asyncio

    actions.delay["action_contar"] = 0.1
    answers = await asyncio.gather(ask(agent, "m-same", 0, "contar"), ask(agent, "m-same", 0, "contar"))
    assert sorted(answer["replayed"] for answer in answers) == [False, True]
    assert [answer["messages"][0]["values"]["contador"] for answer in answers] == [1, 1]
    assert (await ask(agent, "m-same", 1, "contar"))["messages"][0]["values"] == {"contador": 2}


async def test_a_slot_and_a_form_that_the_new_model_lacks_are_forgotten(agent: Any, rows: psycopg.Connection[Any]) -> None:
    await ask(agent, "m-strange", 0, "negociar")
    rows.execute(
        "update rasa_trackers set snapshot = replace(replace(snapshot::text, 'negociar_form', 'velho_form'), '\"valor\"', '\"velho\"')::jsonb"
        " where conversation_id = 'm-strange'"
    )
    answer = await ask(agent, "m-strange", 1, "cumprimentar")
    assert [said["response"] for said in answer["messages"]] == ["utter_cumprimentar"]


def test_a_killed_process_comes_back_with_the_same_memory(
    model: Path, database: str, actions: StubActions, rows: psycopg.Connection[Any]
) -> None:
    door = Door(model, database, actions.url)
    door.start()
    door.ask("m-kill", intent="contar", turn="k1")
    actions.delay["action_contar"] = 1.5
    import threading

    def asked() -> None:
        import contextlib

        with contextlib.suppress(Exception):
            door.ask("m-kill", intent="contar", turn="k2")

    thread = threading.Thread(target=asked)
    thread.start()
    while len(actions.calls) < 2:
        pass
    door.stop(kill=True)
    thread.join()
    actions.delay.clear()
    assert rows.execute("select last_turn from rasa_trackers where conversation_id = 'm-kill'").fetchone() == ("k1",)
    door.start()
    status, answer = door.ask("m-kill", intent="contar", turn="k2")
    door.stop()
    assert (status, answer["replayed"]) == (200, False)
    assert answer["messages"][0]["values"] == {"contador": 2}
