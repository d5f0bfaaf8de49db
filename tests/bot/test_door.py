"""What the worker sees of Rasa: one door, and a positive answer only for a whole turn."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.bot.conftest import TOKEN, Door
from tests.bot.stub_actions import StubActions


def test_a_text_is_understood_and_answered_by_the_name_of_a_response(door: Door) -> None:
    status, answer = door.ask("c-text", text="bom dia", turn="t-1", metadata={"channel": "whatsapp"})
    assert status == 200
    assert answer["turn"] == "t-1"
    assert (answer["status"], answer["replayed"]) == ("done", False)
    assert answer["messages"] == [{"response": "utter_cumprimentar", "values": {}}]
    assert answer["intent"]["name"] == "cumprimentar"
    assert 0.3 < answer["intent"]["confidence"] <= 1
    assert 1 <= len(answer["intent"]["ranking"]) <= 5


def test_values_of_an_action_come_through_untouched(door: Door, actions: StubActions) -> None:
    status, answer = door.ask("c-values", intent="pedir_pix")
    assert status == 200
    assert answer["messages"] == [{"response": "utter_pix", "values": {"valor": 12345, "nome": "", "feitos": [1, 2]}}]
    assert actions.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert actions.calls[0]["sender_id"] == "c-values"
    assert "responses" not in actions.calls[0]["domain"]
    assert actions.calls[0]["domain"]["forms"]


def test_a_given_intent_brings_its_entities_and_skips_understanding(door: Door, rows: psycopg.Connection[Any]) -> None:
    intent = {"name": "pedir_pix", "entities": [{"entity": "autenticado", "value": True}]}
    _, answer = door.ask("c-intent", intent=intent, turn="t-9", metadata={"origin": "button"})
    assert answer["intent"] == {"name": "pedir_pix", "confidence": 1.0, "ranking": [{"name": "pedir_pix", "confidence": 1.0}]}
    user = rows.execute(
        "select event from rasa_events where conversation_id = 'c-intent' and event->>'event' = 'user'"
    ).fetchone()
    assert user is not None
    assert user[0]["metadata"]["turn"] == "t-9"
    assert user[0]["metadata"]["origin"] == "button"


def test_an_action_sees_the_turn_in_the_latest_message(door: Door, actions: StubActions) -> None:
    door.ask("c-meta", intent="pedir_pix", turn="t-meta")
    assert actions.calls[0]["tracker"]["latest_message"]["metadata"]["turn"] == "t-meta"


def test_nothing_understood_becomes_the_fall_back(door: Door) -> None:
    _, answer = door.ask("c-fallback", text="xyzzy qwrtp")
    assert answer["intent"]["name"] == "nlu_fallback"
    assert answer["messages"] == [{"response": "utter_nlu_fallback", "values": {}}]


@pytest.mark.parametrize("token", [None, "", "outro", TOKEN + "x", TOKEN[:-1], "\u00e9"])
def test_a_wrong_token_is_refused(door: Door, token: str | None) -> None:
    body = json.dumps({"conversation": "c", "turn": "t", "text": "oi", "intent": None}).encode()
    assert door.post(body, token=token)[0] == 401


GOOD: dict[str, Any] = {"conversation": "c-bad", "turn": "t", "text": "oi", "intent": None}


@pytest.mark.parametrize(
    "change",
    [
        {"conversation": None},
        {"conversation": ""},
        {"conversation": "  "},
        {"conversation": "default"},
        {"conversation": 7},
        {"turn": None},
        {"turn": ""},
        {"text": None},
        {"intent": {"name": "pedir_pix"}},
        {"text": 123},
        {"text": ["oi"]},
        {"text": "a" * 2001},
        {"text": None, "intent": "pedir_pix"},
        {"text": None, "intent": {"name": "intencao_que_nao_existe"}},
        {"text": None, "intent": {"name": "restart"}},
        {"text": None, "intent": {"name": "session_start"}},
        {"text": None, "intent": {"name": "pedir_pix", "entities": {"valor": 1}}},
        {"metadata": "x"},
    ],
)
def test_a_body_that_is_no_turn_is_refused(door: Door, change: dict[str, Any], rows: psycopg.Connection[Any]) -> None:
    status, answer = door.post(json.dumps({**GOOD, **change}).encode())
    assert status == 400
    assert answer["status"] == "refused"
    assert rows.execute("select 1 from rasa_trackers where conversation_id in ('c-bad', 'default')").fetchone() is None


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"[" * 60_000, b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(door: Door, body: bytes) -> None:
    assert door.post(body)[0] == 400


def test_the_longest_text_is_accepted(door: Door) -> None:
    assert door.ask("c-long", text="pix " * 500)[0] == 200


def test_nothing_else_of_rasa_is_served(door: Door) -> None:
    import urllib.error
    import urllib.request

    for path in ("webhooks/rest/webhook", "conversations/c/tracker", "model", "model/parse", "domain"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{door.port}/{path}", timeout=10)
        assert caught.value.code in (404, 405)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "👍🏽👍🏽", "日本", "\x00", "\ud800", "?", "...", "1234"])
def test_a_text_without_words_is_a_turn_like_any_other(door: Door, text: str) -> None:
    status, answer = door.ask("c-wordless", text=text)
    assert status == 200, answer
    assert answer["messages"]


def test_a_conversation_that_no_rule_knows_how_to_go_on_says_so(door: Door) -> None:
    # `cancelar` has a rule inside the form only.
    status, answer = door.ask("c-norule", intent="cancelar")
    assert status == 200, answer
    assert answer["messages"] == [{"response": "utter_default", "values": {}}]
    assert door.ask("c-norule", intent="cumprimentar")[1]["messages"] == [{"response": "utter_cumprimentar", "values": {}}]
