"""A turn that did not run to its end is an error and leaves no trace, so that it can be asked again."""

from __future__ import annotations

import concurrent.futures
import time
from typing import Any

import psycopg
import pytest

from tests.bot.conftest import Door
from tests.bot.stub_actions import StubActions


def memory_of(rows: psycopg.Connection[Any], conversation: str) -> Any:
    kept = rows.execute(
        "select snapshot, last_turn, last_answer from rasa_trackers where conversation_id = %s", (conversation,)
    ).fetchone()
    logged = rows.execute("select count(*) from rasa_events where conversation_id = %s", (conversation,)).fetchone()
    return kept, logged


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        ("falhar", "action_falhar"),
        ("palavras", "words of its own"),
        ("desconhecida", "utter_que_nao_existe"),
        ("rodar_sem_fim", "listen"),
        ("rejeitar", "action_rejeitar"),
    ],
)
def test_a_failed_action_fails_the_turn_and_leaves_the_memory_as_it_was(
    door: Door, rows: psycopg.Connection[Any], intent: str, said: str
) -> None:
    conversation = f"c-fail-{intent}"
    door.ask(conversation, intent="contar")
    before = memory_of(rows, conversation)
    status, answer = door.ask(conversation, intent=intent)
    assert status == 502
    assert answer["status"] == "failed"
    assert said in answer["error"]
    assert memory_of(rows, conversation) == before
    assert door.ask(conversation, intent="contar")[1]["messages"][0]["values"] == {"contador": 2}


def test_a_failed_first_turn_leaves_no_conversation(door: Door, rows: psycopg.Connection[Any]) -> None:
    assert door.ask("c-fail-first", intent="falhar")[0] == 502
    assert memory_of(rows, "c-fail-first") == (None, (0,))


@pytest.mark.parametrize("status", [401, 404, 409, 422, 449, 500, 503])
def test_every_status_but_ok_and_a_rejection_is_a_failure(door: Door, actions: StubActions, status: int) -> None:
    actions.broken["action_pix"] = status
    assert door.ask(f"c-status-{status}", intent="pedir_pix")[0] == 502


def test_the_same_turn_can_be_asked_again_after_a_failure(door: Door, actions: StubActions) -> None:
    actions.broken["action_pix"] = 503
    assert door.ask("c-again", intent="pedir_pix", turn="t-again")[0] == 502
    actions.broken.clear()
    status, answer = door.ask("c-again", intent="pedir_pix", turn="t-again")
    assert (status, answer["replayed"]) == (200, False)
    assert [call["tracker"]["latest_message"]["metadata"]["turn"] for call in actions.calls] == ["t-again", "t-again"]


def test_a_turn_asked_again_is_answered_from_the_store_and_runs_nothing(
    door: Door, actions: StubActions, rows: psycopg.Connection[Any]
) -> None:
    _, first = door.ask("c-replay", intent="contar", turn="t-replay")
    before = memory_of(rows, "c-replay")
    actions.calls.clear()
    status, second = door.ask("c-replay", intent="contar", turn="t-replay")
    assert status == 200
    assert second == {**first, "replayed": True}
    assert actions.calls == []
    assert memory_of(rows, "c-replay") == before


def test_two_turns_at_once_run_one_after_the_other_and_quickly(door: Door, actions: StubActions) -> None:
    actions.delay["action_contar"] = 0.05
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: door.ask("c-two", intent="contar", turn=f"t-two-{n}"), range(4)))
    assert [status for status, _ in answers] == [200] * 4
    assert sorted(answer["messages"][0]["values"]["contador"] for _, answer in answers) == [1, 2, 3, 4]
    # Rasa's own lock asks once a second whether it may go on.
    assert time.monotonic() - began < 2


def test_conversations_do_not_mix(door: Door) -> None:
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: door.ask(f"c-mix-{n}", intent="contar"), range(8)))
    assert [answer["messages"][0]["values"]["contador"] for _, answer in answers] == [1] * 8
