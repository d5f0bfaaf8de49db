"""One turn of a conversation: read the memory, understand, let the rules act, keep everything in one write, or nothing."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.failure import ActionCallFailed, ConversationMoved, NoModel, PredictionLimitReached, UnknownResponse, WordsOutsideData
from bot.nlg import NamedResponseGenerator
from bot.nlu.intent import PROVEN
from bot.tracker_store import Memory, SnapshotTrackerStore
from bot.wishes import pieces

CHANNEL = "trato"
RANKING_SHOWN = 5
NOT_UNDERSTOOD = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 0.0}
SLASHES = "/\uff0f"
DIVISION_SLASH = "\u2215"
# Rasa's last NLU node, which reads `/intent{…}` out of a text; we ask for the result of the node before it.
SLASH_NODE = "run_RegexMessageHandler"


@dataclass(frozen=True)
class Turn:
    """What the worker asks: exactly one of `text` and `intent`; `metadata` is kept on the user's event."""

    conversation: str
    turn: str
    text: str | None = None
    intent: Mapping[str, Any] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class TurnChannel(OutputChannel):
    """Collects the responses of one turn, and refuses words that were not named."""

    def __init__(self, responses: Mapping[str, Any]) -> None:
        self._responses = responses
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        named = message.get("custom")
        if not isinstance(named, dict) or set(named) != {"response", "values"} or message.get("text"):
            raise WordsOutsideData("an action sent words of its own")
        if named["response"] not in self._responses:
            raise UnknownResponse(f"response '{named['response']}' is not in the domain")
        self.messages.append(named)


class TurnProcessor(MessageProcessor):
    """Rasa's processor, in which an action that fails makes the turn fail instead of being forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, on_circuit_break=_stop, **kwargs)
        schema = self.model_metadata.predict_schema
        slash_node = schema.nodes.get(SLASH_NODE)
        self._nlu_node = slash_node.needs["messages"] if slash_node else self.model_metadata.nlu_target
        # Sent with every call of an action; the words are no business of an action, and they are most of it.
        for_actions = {key: value for key, value in self.domain.as_dict().items() if key != "responses"}
        self.domain.as_dict = lambda: for_actions

    def understand(self, text: str, tracker: DialogueStateTracker) -> dict[str, Any]:
        """Run NLU on `text`. A leading slash has no meaning here."""
        if not text:
            # A media message without a caption, or nothing but what was taken away: no component of Rasa expects it.
            return {"text": text, "intent": dict(NOT_UNDERSTOOD), "entities": [], "intent_ranking": []}
        known = {PROVEN: bool(tracker.get_slot("known_person"))}
        message = UserMessage(text, sender_id=tracker.sender_id, input_channel=CHANNEL, metadata=known)
        result = self.graph_runner.run(
            inputs={PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: tracker}, targets=[self._nlu_node]
        )[self._nlu_node][0].as_dict(only_output_properties=True)
        intent = result.get("intent") or {}
        ranking = [_scored(one) for one in result.get("intent_ranking") or []][:RANKING_SHOWN]
        return {
            "text": text,
            "intent": _scored(intent) if intent.get("name") else dict(NOT_UNDERSTOOD),
            "entities": result.get("entities") or [],
            "intent_ranking": ranking,
            "safety": result.get("safety") or [],
            "wishes": result.get("wishes") or [],
        }

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        # Rasa's, but for one thing: there, any exception of an action is logged and its events are lost in silence.
        try:
            attempt = tracker.copy()
            attempt.update_with_events(prediction.events, self.domain)
            events = await action.run(output_channel, nlg, attempt, self.domain)
        except ActionExecutionRejection as rejection:
            # A form that gets no answer lets the rules go on; of any other action nothing would be left but silence.
            if action.name() not in self.domain.form_names:
                raise ActionCallFailed(f"action '{action.name()}' refused to run") from rejection
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return bool(self.should_predict_another_action(action.name()))
        self._log_action_on_tracker(tracker, action, events, prediction)
        if any(isinstance(event, UserUttered) for event in events):
            tracker = await self.run_action_extract_slots(output_channel, tracker)
        await self.execute_side_effects(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))


class TurnAgent(Agent):
    """Rasa's agent with our processor, and without the fall-back to memory when the database fails."""

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load the model of `model_path`; what it says about responses goes to the generator."""
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, NamedResponseGenerator):
            self.nlg.responses = dict(self.domain.responses)

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        if not isinstance(store, SnapshotTrackerStore):
            raise TypeError("the tracker store in endpoints.yml must be bot.tracker_store.SnapshotTrackerStore")
        return store


class Conversations:
    """Lets one turn at a time into a conversation of this process, in the order of asking.

    Between processes the store's guard decides, and the worker does not ask twice at once; so nothing here waits by polling.
    """

    def __init__(self) -> None:
        self._doors: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def enter(self, conversation: str) -> AsyncIterator[None]:
        """Hold the conversation."""
        lock, waiting = self._doors.get(conversation, (asyncio.Lock(), 0))
        self._doors[conversation] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._doors[conversation]
            if waiting == 1:
                del self._doors[conversation]
            else:
                self._doors[conversation] = (lock, waiting - 1)


async def run_turn(agent: Agent, turn: Turn) -> dict[str, Any]:
    """Run the turn and keep it; return the answer of the door. The caller holds the conversation.

    A turn that was the last to be finished is answered from the store. Raises `NoModel` without a model; whatever else is raised
    means that nothing was kept.
    """
    processor, store = agent.processor, agent.tracker_store
    if not isinstance(processor, TurnProcessor) or not isinstance(store, SnapshotTrackerStore):
        raise NoModel
    memory = await store.load(turn.conversation)
    if memory.last_turn == turn.turn and memory.last_answer is not None:
        return {**memory.last_answer, "replayed": True}
    answer = await _act(processor, turn, memory)
    try:
        await store.save_turn(memory, turn.turn, answer)
    except ConversationMoved:
        # Perhaps it was this very turn, asked of another process at the same time.
        now = await store.load(turn.conversation)
        if now.last_turn != turn.turn or now.last_answer is None:
            raise
        return {**now.last_answer, "replayed": True}
    return {**answer, "replayed": False}


async def _act(processor: TurnProcessor, turn: Turn, memory: Memory) -> dict[str, Any]:
    tracker = memory.tracker
    tracker.model_id = processor.model_metadata.model_id
    channel = TurnChannel(processor.domain.responses)
    await processor._update_tracker_session(tracker, channel)
    if turn.intent is None:
        parse = processor.understand(as_plain_text(turn.text or ""), tracker)
    else:
        intent = {"name": turn.intent["name"], "confidence": 1.0}
        parse = {"text": None, "intent": intent, "entities": list(turn.intent.get("entities") or []), "intent_ranking": [intent]}
    run = pieces(parse)
    for number, piece in enumerate(run):
        place = {"turn": turn.turn} if len(run) == 1 else {"turn": turn.turn, "piece": number, "pieces": len(run)}
        tracker.update(
            UserUttered(
                piece["text"],
                piece["intent"],
                piece["entities"],
                piece,
                input_channel=CHANNEL,
                message_id=turn.turn,
                metadata={**turn.metadata, **place},
            ),
            processor.domain,
        )
        await processor.run_action_extract_slots(channel, tracker)
        await processor._run_prediction_loop(channel, tracker)
    return {
        "turn": turn.turn,
        "status": "done",
        "messages": channel.messages,
        "intent": {**run[0]["intent"], "ranking": parse["intent_ranking"]},
    }


def as_plain_text(text: str) -> str:
    """`text` so that no part of Rasa can take it for a command, and the store can keep it.

    Rasa strips before it looks for a slash, so the first character that is neither blank nor invisible counts. NUL and lone
    surrogates, which PostgreSQL refuses, go.
    """
    kept = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "ignore").strip()
    for place, character in enumerate(kept):
        if unicodedata.category(character)[0] in "ZC":
            continue
        if character in SLASHES:
            return kept[:place] + DIVISION_SLASH + kept[place + 1 :]
        break
    return kept


def _scored(intent: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": intent["name"], "confidence": round(float(intent.get("confidence") or 0.0), 4)}


def _stop(tracker: DialogueStateTracker, output_channel: OutputChannel, nlg: NaturalLanguageGenerator) -> None:
    raise PredictionLimitReached("the rules did not come to listen")
