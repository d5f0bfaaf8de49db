"""Whatever is cut away, Rasa must rebuild the same state from what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.snapshot import USER_TURNS_KEPT, compact
from tests.bot.conftest import PROJECT


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load([str(PROJECT / "domain.yml"), str(PROJECT / "data/responses.yml")])


def listen() -> Event:
    return ActionExecuted("action_listen")


def user(intent: str) -> Event:
    return UserUttered("x", {"name": intent, "confidence": 1.0})


def turn(intent: str, *events: Event) -> list[Event]:
    return [user(intent), *events, listen()]


def state(events: list[Event], domain: Domain) -> Any:
    tracker = DialogueStateTracker.from_events("c", events, domain.slots)
    loop = tracker.active_loop
    return (
        tracker.current_slot_values(),
        loop and (loop.name, loop.is_interrupted, loop.rejected, (loop.trigger_message or {}).get("intent")),
        tracker.latest_action_name,
        tracker.latest_message and tracker.latest_message.intent,
        tracker.is_paused(),
        tracker.followup_action,
        domain.states_for_tracker_history(tracker)[-3:],
    )


SPOKEN = turn("cumprimentar", ActionExecuted("utter_cumprimentar"), BotUttered(None, {"custom": {}}))
FORM = turn("negociar", ActionExecuted("negociar_form"), ActiveLoop("negociar_form"), SlotSet("requested_slot", "valor"))
ANSWER = turn("informar_valor", SlotSet("valor", 7), ActionExecuted("negociar_form"), SlotSet("requested_slot", "parcelas"))
ASIDE = turn(
    "perguntar_juros", ActionExecutionRejected("negociar_form"), ActionExecuted("utter_juros"), ActionExecuted("negociar_form")
)
LEFT = turn("cancelar", ActionExecuted("action_deactivate_loop"), ActiveLoop(None), SlotSet("requested_slot", None))
TALKS: dict[str, list[Event]] = {
    "small talk": SPOKEN * 9,
    "a slot set long ago": [*turn("contar", SlotSet("contador", 3), SlotSet("nome", "Ana")), *SPOKEN * 8],
    "slots reset long ago": [*turn("contar", SlotSet("contador", 3)), *turn("contar", AllSlotsReset()), *SPOKEN * 8],
    "a slot set, reset and set": [
        *turn("contar", SlotSet("nome", "Ana")),
        *turn("contar", AllSlotsReset(), SlotSet("contador", 5)),
        *SPOKEN * 8,
    ],
    "in a form that just opened": [*SPOKEN * 8, *FORM],
    "in a form with an answer": [*SPOKEN * 8, *FORM, *ANSWER],
    "in a form opened long ago": [*SPOKEN, *FORM, *ASIDE * 9],
    "in a form after answers and asides": [*FORM, *ANSWER, *ASIDE * 8],
    "in a second form": [*FORM, *ANSWER, *LEFT, *SPOKEN * 3, *FORM, *ASIDE * 8],
    "after a form": [*FORM, *ANSWER, *LEFT, *SPOKEN * 8],
    "paused long ago": [*turn("contar", ConversationPaused()), *SPOKEN * 8],
    "a standing rejection": [*SPOKEN * 8, *FORM, user("perguntar_juros"), ActionExecutionRejected("negociar_form")],
    "a followup": [*SPOKEN * 8, user("contar"), FollowupAction("action_pix")],
}


@pytest.mark.parametrize("talk", TALKS)
def test_the_state_is_the_same_after_a_cut(talk: str, domain: Domain) -> None:
    events = [listen(), *TALKS[talk]]
    applied = DialogueStateTracker.from_events("c", events, domain.slots).applied_events()
    kept = compact(applied)
    assert len(kept) < len(applied)
    assert sum(isinstance(event, UserUttered) for event in kept) <= USER_TURNS_KEPT + 1
    assert state(kept, domain) == state(applied, domain)


@pytest.mark.parametrize("talk", TALKS)
def test_a_cut_of_a_cut_changes_nothing(talk: str, domain: Domain) -> None:
    once = compact(DialogueStateTracker.from_events("c", [listen(), *TALKS[talk]], domain.slots).applied_events())
    twice = compact(DialogueStateTracker.from_events("c", once, domain.slots).applied_events())
    assert [event.as_dict() for event in twice] == [event.as_dict() for event in once]


@pytest.mark.parametrize("talk", TALKS)
def test_cutting_after_each_turn_ends_where_one_cut_ends(talk: str, domain: Domain) -> None:
    kept: list[Event] = [listen()]
    for event in TALKS[talk]:
        kept.append(event)
        if isinstance(event, ActionExecuted) and event.action_name == "action_listen":
            kept = compact(DialogueStateTracker.from_events("c", kept, domain.slots).applied_events())
    whole = DialogueStateTracker.from_events("c", [listen(), *TALKS[talk]], domain.slots).applied_events()
    slots_and_loop = slice(0, 2)
    assert state(kept, domain)[slots_and_loop] == state(whole, domain)[slots_and_loop]
    assert state(kept, domain)[-1] == state(whole, domain)[-1]
