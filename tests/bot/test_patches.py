"""A patch is for one text of one function; with any other Rasa the process must not start."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot import patches

EVERY_PIN = {**patches.PINNED, **patches.PINNED_FOR_TRAINING}


@pytest.mark.parametrize("path", EVERY_PIN)
def test_the_function_is_the_one_the_patch_was_written_for(path: str) -> None:
    # The source on disk, whether or not a test before this one has patched the function.
    assert patches.digest(patches.source_of(path)) == EVERY_PIN[path]


def test_the_version_is_the_one_the_patches_were_written_for() -> None:
    import rasa

    assert rasa.__version__ == patches.RASA


def test_a_changed_function_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    path = "rasa.shared.core.events.Event.resolve_by_type"
    monkeypatch.setitem(patches.PINNED, path, "0" * 32)
    with pytest.raises(patches.WrongRasa, match="resolve_by_type"):
        patches.check()


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import rasa

    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(patches.WrongRasa, match=r"3\.6\.22"):
        patches.check()


ANSWERS: list[dict[str, Any]] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "x", "value": 1, "timestamp": None}], "responses": [{"response": "utter_x"}]},
    {"events": [{"event": "slot"}], "responses": []},
    {"events": [{"event": "nothing_known"}], "responses": []},
    {"events": {}, "responses": []},
    {"events": [], "responses": ["utter_x"]},
    {"events": [1], "responses": []},
    {"events": None},
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_quick_check_of_an_answer_judges_as_rasas(answer: dict[str, Any]) -> None:
    from jsonschema import ValidationError, validate
    from rasa.core.actions.action import RemoteAction

    patches.apply()
    action = RemoteAction("action_x", None)
    try:
        validate(answer, RemoteAction.action_response_format_spec())
        expected = True
    except ValidationError:
        expected = False
    if expected:
        assert action._validate_action_result(answer)
    else:
        with pytest.raises(ValidationError):
            action._validate_action_result(answer)


def test_the_check_of_an_answer_costs_little() -> None:
    from rasa.core.actions.action import RemoteAction

    patches.apply()
    action = RemoteAction("action_x", None)
    began = time.process_time()
    for _ in range(20):
        action._validate_action_result(ANSWERS[2])
    assert (time.process_time() - began) / 20 < 0.01


def test_every_event_of_rasa_is_found_as_rasa_finds_it() -> None:
    from rasa.shared.core.events import Event
    from rasa.shared.utils.common import all_subclasses

    patches.apply()
    for event in all_subclasses(Event):
        first = next(other for other in all_subclasses(Event) if other.type_name == event.type_name)
        assert Event.resolve_by_type(event.type_name) is first
        assert Event.resolve_by_type(event.type_name) is first


def test_an_unknown_event_is_still_an_error() -> None:
    from rasa.shared.core.events import Event, SlotSet

    patches.apply()
    with pytest.raises(ValueError, match="Unknown event"):
        Event.resolve_by_type("no_such_event")
    assert Event.resolve_by_type("no_such_event", SlotSet) is SlotSet
    assert Event.resolve_by_type("topic") is None
