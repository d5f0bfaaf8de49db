"""What a conversation is worth keeping for its next turn: a bounded list of events that rebuilds the same state.

Rasa re-folds the whole list of events several times a turn, so it must not grow with the talk. It is cut before a user's turn;
what the part before the cut had established (slots, an open form, a pause) is kept as the few events that establish it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)

USER_TURNS_KEPT = 5
UTTERANCES_KEPT = 10


def compact(events: Sequence[Event], user_turns: int = USER_TURNS_KEPT) -> list[Event]:
    """The last `user_turns` turns of `events` (already without reverted ones), led by what earlier turns established.

    A form that was opened before the cut keeps its opening (trigger, form, loop), so no cut is ever seen from inside a form.
    """
    starts = _turn_starts(events)
    if len(starts) > user_turns:
        cut = starts[-user_turns]
        events = [*_established(events[:cut]), *events[cut:]]
    return _thinned(events)


def without_strangers(events: Sequence[Event], domain: Domain) -> list[Event]:
    """Drop what the loaded domain no longer knows: a slot or an open form of a model that was replaced."""
    slots = {slot.name for slot in domain.slots}
    kept = [event for event in events if not isinstance(event, SlotSet) or event.key in slots]
    loop = _last_loop(kept)
    if loop is not None and loop.name not in domain.form_names:
        kept = [event for event in kept if not _is_of_loop(event, loop.name)]
        kept += [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
    return kept


def _thinned(events: Sequence[Event]) -> list[Event]:
    """Without settings of a slot that are overwritten before any action could see them, and without utterances long past.

    Rasa folds every round of a form into its first, so inside a form these pile up although the turns do not.
    """
    kept: list[Event] = []
    overwritten: set[str] = set()
    utterances = 0
    for event in reversed(events):
        if isinstance(event, ActionExecuted):
            overwritten.clear()
        elif isinstance(event, SlotSet):
            if event.key in overwritten:
                continue
            overwritten.add(event.key)
        elif isinstance(event, BotUttered):
            utterances += 1
            if utterances > UTTERANCES_KEPT:
                continue
        kept.append(event)
    return kept[::-1]


def _is_of_loop(event: Event, name: str) -> bool:
    return (isinstance(event, ActiveLoop) and event.name == name) or (
        isinstance(event, ActionExecutionRejected) and event.action_name == name
    )


def _is_run_of(event: Event, action: str) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == action


def _turn_starts(events: Sequence[Event]) -> list[int]:
    """Where each user's turn begins: at the `action_listen` before the user's message, or at the message."""
    starts = []
    for at, event in enumerate(events):
        if isinstance(event, UserUttered):
            listening = at > 0 and _is_run_of(events[at - 1], ACTION_LISTEN_NAME)
            starts.append(at - 1 if listening else at)
    return starts


def _last_loop(events: Sequence[Event]) -> ActiveLoop | None:
    for event in reversed(events):
        if isinstance(event, ActiveLoop):
            return event if event.name else None
    return None


def _established(events: Sequence[Event]) -> list[Event]:
    slots: dict[str, SlotSet] = {}
    paused: Event | None = None
    followup: Event | None = None
    for event in events:
        if isinstance(event, SlotSet):
            # Taken out first, so that the order is the order of the last setting.
            slots.pop(event.key, None)
            slots[event.key] = event
        elif isinstance(event, AllSlotsReset):
            slots.clear()
        elif isinstance(event, ConversationPaused):
            paused = event
        elif isinstance(event, ConversationResumed):
            paused = None
        elif isinstance(event, FollowupAction):
            followup = event
        elif isinstance(event, ActionExecuted):
            followup = None
    head: list[Event] = [*_opening(events), *slots.values()]
    return head + [event for event in (paused, followup) if event is not None]


def _opening(events: Sequence[Event]) -> list[Event]:
    """The events that opened the form which is open at the end of `events`: listen, trigger, form, loop, a standing rejection."""
    loop = _last_loop(events)
    if loop is None:
        return []
    at = max(index for index, event in enumerate(events) if event is loop)
    form = next((index for index in range(at, -1, -1) if _is_run_of(events[index], loop.name)), None)
    trigger = next((index for index in range(at, -1, -1) if isinstance(events[index], UserUttered)), None)
    opening: list[Event] = []
    if trigger is not None:
        if trigger > 0 and isinstance(events[trigger - 1], ActionExecuted):
            opening.append(events[trigger - 1])
        opening.append(events[trigger])
    if form is not None:
        opening.append(events[form])
    opening.append(loop)
    for event in events[at + 1 :]:
        if isinstance(event, ActionExecutionRejected) and event.action_name == loop.name:
            opening.append(event)
        elif _is_run_of(event, loop.name):
            opening = [kept for kept in opening if not isinstance(kept, ActionExecutionRejected)]
    return opening
