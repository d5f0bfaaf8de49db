"""What an action works with, and the one way in which all of them run.

An action is a topic's decision: it reads the store, calls one verb, and says a named response with typed values. `Topic` opens the
transaction, gives the facts of the turn, and keeps what came of it under (turn, action, ordinal), so that a turn that is asked
again after a crash or a time-out gets the same answer and has no second effect.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import effects, linking, questions
from conversations.conversation import Conversation, Proof, get, live_proof
from conversations.identity import Given
from conversations.questions import Question
from conversations.turn import TurnFacts, facts, text_of
from payments.till import Till
from receivables.brasilia import BRASILIA
from receivables.ground import Ground
from understanding.bare import Asked
from understanding.safety import read_safety

_DEADLOCK = "40P01"
_NOT_TWICE = ("utter_identity_", "utter_ask_identity_", "utter_greet", "utter_not_understood", "utter_back_to_")
"""What led to a question and is no part of it."""
_OFFERS_HUMAN = frozenset({"utter_offer_human", "utter_offer_human_again"})
_SAME_TALK = timedelta(hours=12)
"""For so long people remember what they were told."""
_PIECE = 1000
"""Each wish of a message counts its actions from a thousand on: places of a turn never meet."""


Again = Callable[["Scene"], Awaitable[None]]
"""Asks an open question once more, with today's values and in few words."""


@dataclass(frozen=True)
class Repair:
    """What every topic may need when the talk turns aside: how the open questions (by name) are asked again, what does a wish (by its
    intent), and `digress`, which answers in the place of the topic that was guessed (True: it did); `afterwards` sees to what a topic left lying."""

    again: Mapping[str, Again] = field(default_factory=dict)
    wishes: Callable[[], Mapping[str, Again]] = dict
    digress: Callable[[Scene], Awaitable[bool]] | None = None
    afterwards: Callable[[Scene], Awaitable[None]] | None = None


@dataclass
class Scene:
    """One run of one action: the open transaction, who talks, what was said, and what is to be said."""

    conn: AsyncConnection
    till: Till
    turn: TurnFacts
    conversation: Conversation
    intent: str | None
    confidence: float
    slots: Mapping[str, Any]
    form: str | None = None
    safety: tuple[Mapping[str, Any], ...] = ()
    """What must not be missed in the message, the weightiest first: `label`, `kind`, `words`, `certainty` (sure, maybe)."""
    wishes: tuple[Mapping[str, Any], ...] = ()
    """Every wish of the message, the weightiest first: `intent`, `confidence`, `text`. Empty for a tap."""
    question: Question | None = None
    """What the talk has asked and not had answered; None, too, when it is about debts and the proof of identity has lapsed."""
    lapsed: Question | None = None
    """The open question that may not be answered now: it is about debts and the proof of identity has lapsed, or it was asked on
    another channel and is to be shown here first."""
    asked_anew: bool = False
    ranking: Sequence[tuple[str, float]] = ()
    """What the classifier took the message for, with its confidence, the likeliest first."""
    repair: Repair = field(default_factory=Repair)
    wish_words: str | None = None
    wish_turn: str | None = None
    """The turn in which the wish was named, where identity came between."""
    wish_arguments: Mapping[str, Any] = field(default_factory=dict)
    """What the tap carried with which the wish was named, before identity came between."""
    piece: int | None = None
    """Which of several wishes of the message this is, from 0; None: the message holds one thing."""
    more_to_come: bool = False
    """Whether a further wish of the same message is served after this one."""
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    events: list[EventType] = field(default_factory=list)
    word_for_word: bool = False
    """Whether what was said before is said once more on purpose."""
    code_comes: bool = False
    """Whether a code is being made: the worker says it, and until then silence is right."""

    @property
    def ground(self) -> Ground:
        return self.till.talk.ground

    @property
    def words(self) -> str:
        """The words that carry the wish: this message's, or those that were written before identity was asked."""
        return (self.wish_words if self.wish_words is not None else self.turn.text) or ""

    @property
    def today(self) -> date:
        """The day in Brazil that debtors count from."""
        return self.ground.clock.today()

    @property
    def now(self) -> datetime:
        return self.ground.clock.now()

    def say(self, response: str, **values: Any) -> None:
        """Say a response by its name; its words are chosen later, at the one place that words them."""
        self.said.append((response, values))

    def set_slot(self, name: str, value: Any) -> None:
        self.events.append(SlotSet(name, value))
        self.slots = {**self.slots, name: value}

    def ask(self, name: str | None, *, takes: Sequence[Asked] = (), public: bool = False, **arguments: Any) -> None:
        """What the talk asks from now on; None: nothing. `takes`: see `Question`. Arguments are JSON values."""
        before = self.question or self.lapsed
        self.question = None
        if name is not None:
            found = questions.asked(name, takes, public=public or name == "human", **arguments)
            wish = before.wish if before else None
            if self.intent is not None and self.intent in self.repair.wishes():
                wish = (self.intent, self.words)
            self.question = replace(found, turn=self.turn.id, wish=wish)
        self.lapsed = None
        self.asked_anew = True

    @property
    def open_question(self) -> str | None:
        """The name of what is open."""
        return self.question.name if self.question else None

    async def go_back(self) -> None:
        """After an answer to something else, the question that was open comes back in the same message."""
        if self.form is not None or self.question is None or self.more_to_come:
            return
        if self.question.name in self.repair.again:
            await self.repair.again[self.question.name](self)
        elif self.question.name == "pay" and self.slots.get("means") == "boleto":
            self.say("utter_back_to_pay_slip")
        elif f"utter_back_to_{self.question.name}" in self.till.talk.wording.names:
            self.say(f"utter_back_to_{self.question.name}")

    async def ask_again(self) -> bool:
        """Ask what is open once more in full: as it stands when that was today, else from the facts of today. False: nothing is open."""
        question = self.question
        if question is None:
            return False
        same_day = question.asked_at is not None and question.asked_at.astimezone(BRASILIA).date() == self.today
        said = await effects.said_in(self.conn, question.turn) if question.turn and same_day else []
        if said:
            self.said += [(response, values) for response, values in said if not response.startswith(_NOT_TWICE)]
        elif question.wish and question.wish[0] in self.repair.wishes():
            self.intent, self.wish_words = question.wish
            await self.turn_to(question.wish[0])
        else:
            await self.go_back()
        return bool(self.said)

    async def turn_to(self, wish: str) -> None:
        """Go on with another wish, by its intent: so topics lead to each other without standing on each other."""
        await self.repair.wishes()[wish](self)

    def then(self, action: str) -> None:
        """Have Rasa run this action (or form) next."""
        self.events.append(FollowupAction(action))

    async def go_back_to_wish(self) -> None:
        """From now on `words` are those with which the wish was named, before identity came between."""
        turn_id = self.slots.get("wanted_turn")
        if turn_id and turn_id != self.turn.id:
            self.wish_turn = str(turn_id)
            self.wish_words = self.slots.get("wanted_words") or await text_of(self.conn, str(turn_id))
            self.wish_arguments = (await facts(self.conn, self.till.talk, str(turn_id))).arguments
        self.set_slot("wanted_turn", None)

    def want(self, wanted: str) -> None:
        """Remember what is to be done once identity is proven; a further wish of the same message is done after it."""
        if self.piece and self.slots.get("wanted_turn") == self.turn.id:
            more = [one for one in self.slots.get("wanted_more") or () if one["intent"] != wanted]
            if wanted != self.slots.get("wanted"):
                self.set_slot("wanted_more", [*more, {"intent": wanted, "words": self.turn.text}])
            return
        self.set_slot("wanted", wanted)
        self.set_slot("wanted_turn", self.turn.id)
        self.set_slot("wanted_words", None if self.piece is None else self.turn.text)
        self.set_slot("wanted_more", None)

    async def vary(self) -> None:
        """Nothing is said twice in the same words: what was said a short while ago gives way to its other words."""
        if self.word_for_word or not any(self.till.talk.wording.again(response) for response, _ in self.said):
            return
        before = await effects.named_since(self.conn, self.conversation.id, self.now - _SAME_TALK)
        varied = []
        for response, values in self.said:
            family = (response, *self.till.talk.wording.again(response))
            # Whichever was said least, the earliest first: no words come back before all others have had their turn.
            varied.append((min(family, key=before.count), values))
        self.said = varied
        if any(response in _OFFERS_HUMAN for response, _ in varied) and self.open_question != "human":
            self.ask("human")

    async def proof(self) -> Proof | None:
        """Whom the person has proven to be, if that holds now."""
        return await live_proof(self.conn, self.conversation.id, self.now)


class Topic(Action, ABC):
    """An action of the talk. A subclass is one file's one idea: its Rasa name and `act`."""

    understood = True
    """Whether running it means that the person was understood, which ends a row of misunderstandings."""
    may_turn_aside = True
    """Whether a known question may be answered in its place when the classifier was not sure."""

    def __init__(self, engine: AsyncEngine, till: Till, repair: Repair | None = None) -> None:
        self._engine = engine
        self._till = till
        self._repair = repair or Repair()

    @abstractmethod
    def name(self) -> str:
        """The action's name in `domain.yml`."""

    @abstractmethod
    async def act(self, scene: Scene) -> None:
        """Decide, in the scene's transaction. An exception undoes everything and fails the turn, which is asked again."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Run once for this place in this turn; again, only repeat what was said and decided."""
        turn_id, ordinal = place_of(tracker, self.name())
        piece = (tracker.latest_message.get("metadata") or {}).get("piece")
        try:
            known = await self._once(tracker, turn_id, ordinal, piece)
        except DBAPIError as trouble:
            # A payment of the same person at the same moment locks in the other order; whoever is refused goes again.
            if getattr(trouble.orig, "sqlstate", None) != _DEADLOCK:
                raise
            known = await self._once(tracker, turn_id, ordinal, piece)
        for response, values in known["said"]:
            dispatcher.utter_message(response=response, **values)
        return list(known["events"])

    async def _once(self, tracker: Tracker, turn_id: str, ordinal: int, piece: int | None) -> dict[str, Any]:
        """What came of this place of the turn, now or before: one transaction."""
        async with self._engine.begin() as conn:
            # The same place of a turn asked twice at once: the second waits, then repeats the first one's answer. The conversation
            # itself is locked only by the verbs that change it, after debts and charges: always in that order.
            await effects.one_at_a_time(conn, turn_id)
            conversation = await get(conn, tracker.sender_id)
            proof = await live_proof(conn, conversation.id, self._till.talk.ground.clock.now())
            if proof is not None:
                await linking.one_at_a_time(conn, proof.debtor_id)
            known = await effects.known(conn, turn_id, self.name(), ordinal)
            if known is None:
                turn = await facts(conn, self._till.talk, turn_id)
                if piece is not None:
                    # What proves somebody stands once in the message, whichever of its wishes it stands beside.
                    turn = replace(turn, text=tracker.latest_message.get("text"), given=turn.given if piece == 0 else Given())
                read = tracker.latest_message.get("safety")
                scene = Scene(
                    conn=conn,
                    till=self._till,
                    turn=turn,
                    piece=piece,
                    more_to_come=piece is not None and piece + 1 < int(tracker.latest_message["metadata"].get("pieces") or 0),
                    # A choice that was typed never went through the classifier; its words are read all the same.
                    safety=tuple(read if read is not None else map(asdict, read_safety(turn.text or ""))),
                    wishes=tuple(tracker.latest_message.get("wishes") or ()),
                    conversation=conversation,
                    intent=(tracker.latest_message.get("intent") or {}).get("name"),
                    confidence=float((tracker.latest_message.get("intent") or {}).get("confidence") or 0.0),
                    ranking=[
                        (one["name"], float(one.get("confidence") or 0.0))
                        for one in tracker.latest_message.get("intent_ranking") or ()
                    ],
                    repair=self._repair,
                    slots=dict(tracker.slots),
                    form=(tracker.active_loop or {}).get("name"),
                )
                question = await questions.open_question(conn, conversation.id, scene.now)
                if question is not None and not question.brought and (question.public or await scene.proof() is not None):
                    scene.question = question
                else:
                    scene.lapsed = question
                if scene.turn.arguments.get("said_in"):
                    # One of several readings was picked: its words are those of the message that was read.
                    scene.wish_words = await text_of(conn, str(scene.turn.arguments["said_in"]))
                if self.may_turn_aside and self._repair.digress is not None and await self._repair.digress(scene):
                    scene.set_slot("misses", 0)
                else:
                    if self.understood and scene.slots.get("misses"):
                        scene.set_slot("misses", 0)
                    await self.act(scene)
                if self.may_turn_aside and self._repair.afterwards is not None:
                    await self._repair.afterwards(scene)
                await scene.vary()
                if self.may_turn_aside:  # a form that gets any event of its own does not leave the message to the rules
                    known_person = proof is not None or await scene.proof() is not None
                    if known_person != bool(scene.slots.get("known_person")):
                        scene.set_slot("known_person", known_person)
                if scene.asked_anew:
                    if scene.question is not None:
                        scene.question = replace(scene.question, focus=tuple(scene.slots.get("focus") or ()))
                    await questions.put(conn, conversation.id, scene.question, scene.now)
                known = {"said": scene.said, "events": scene.events, "code_comes": scene.code_comes}
                await effects.keep(conn, turn_id, self.name(), ordinal, known, self._till.talk.ground.clock.now())
        return known


def place_of(tracker: Tracker, action: str) -> tuple[str, int]:
    """The turn's id, and how many times this action has run in it already."""
    ordinal = _PIECE * int((tracker.latest_message.get("metadata") or {}).get("piece") or 0)
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            turn_id = (event.get("metadata") or {}).get("turn")
            if turn_id:
                return str(turn_id), ordinal
        if event.get("event") == "action" and event.get("name") == action:
            ordinal += 1
    raise LookupError("an action was asked for outside a turn")
