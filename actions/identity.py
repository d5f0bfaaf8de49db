"""Identity: asked by a Rasa form, judged in the store. Rasa learns only whether it holds, never a document."""

from __future__ import annotations

import re

from actions.by_debt import SERVED, serve_by_debt
from actions.debt import show_debts
from actions.faq import told_in_general
from actions.going_on import wishes
from actions.hardship import hardship_told
from actions.proving import ask_next, forget_form, proven, say_locked
from actions.resuming import RESUME, brought_here
from actions.scene import Scene, Topic
from conversations import effects, identity
from conversations.turn import PASSED_ON, text_of
from understanding.plain import plain


class AskIdentity(Topic):
    """What the form asks: everything at first, later only what is missing, and in few words when it was asked before."""

    may_turn_aside = False
    understood = False

    def name(self) -> str:
        return "action_ask_identity_proven"

    async def act(self, scene: Scene) -> None:
        if int(scene.slots.get("misses") or 0) >= OFFER_HUMAN_AFTER:
            return  # a human was just offered; a second question beside it would only confuse
        if scene.piece and await effects.ran(scene.conn, scene.turn.id, self.name()):
            return  # another wish of the same message has asked
        if (
            scene.turn.given.empty
            and scene.intent == "informar_cpf"
            and any(kind.endswith(PASSED_ON) for kind in scene.turn.kinds)
        ):
            scene.say("utter_identity_passed_on")
        asked = scene.slots.get("identity_next") or "start"
        before = scene.slots.get("identity_asked") or []
        scene.set_slot("identity_asked", [*before, asked])
        times = before.count(asked)
        scene.say(f"utter_ask_identity_{asked}{'' if times == 0 else '_again' if times % 2 else '_once_more'}")


class ValidateIdentity(Topic):
    """What an answer to the form was worth. An answer without anything to prove by is left to the other rules."""

    may_turn_aside = False
    understood = False

    def name(self) -> str:
        return "validate_identity_form"

    async def act(self, scene: Scene) -> None:
        if await scene.proof() is not None:
            scene.set_slot("identity_proven", True)
            return
        given = scene.turn.given
        # A message that started the form was judged by the action that started it: once is enough.
        if not await _is_an_answer(scene) or await effects.another_ran(scene.conn, scene.turn.id, self.name()):
            if scene.intent in ("informar_data", "informar_valor") and _asks_birth_date(scene):
                scene.say("utter_identity_unclear_date")
            lacks_contract = scene.slots.get("identity_next") == "need_contract" and "contrato" in (scene.turn.text or "").lower()
            if lacks_contract:
                scene.say("utter_identity_no_contract")
            if scene.turn.text and asks_for_a_part(plain(scene.turn.text)):
                scene.say("utter_identity_whole")
            wanted_number = scene.intent in ("informar_data", "informar_valor")
            if lacks_contract or (scene.intent in _ANSWERED_BY_ASKING_ON and (not wanted_number or _asks_birth_date(scene))):
                scene.set_slot("identity_proven", None)  # without an event for its slot the form leaves the message to the rules
            return
        _note_wish(scene)
        outcome = await identity.consider(scene.conn, scene.ground, scene.conversation, given, scene.turn.id)
        if outcome.verdict == "proven":
            scene.set_slot("identity_proven", True)
        elif outcome.verdict == "locked":
            scene.set_slot("identity_proven", False)
        else:
            if outcome.verdict == "wrong":
                scene.say("utter_identity_wrong", left=outcome.left)
            ask_next(scene, outcome)
            scene.set_slot("identity_proven", None)


_PART_OF_CPF = re.compile(
    r"\b(?:so|apenas|somente|basta|serve|pode ser)\b.{0,25}\b(?:ultim\w+|final|primeir\w+|digitos?|pedaco|parte|metade|comeco)\b.{0,20}\bcpf\b"
    r"|\bcpf\b.{0,15}\b(?:pela metade|incompleto|so (?:o|os) (?:final|ultim\w+))\b"
)


def asks_for_a_part(said: str) -> bool:
    """Whether somebody would rather tell a part of the document: "só os três últimos números?"."""
    return _PART_OF_CPF.search(said) is not None


def _asks_birth_date(scene: Scene) -> bool:
    return scene.slots.get("identity_next") == "need_birth_date"


_ANSWERED_BY_ASKING_ON = frozenset({"informar_cpf", "informar_data", "informar_valor", "afirmar", "repetir"})
OFFER_HUMAN_AFTER = 3
"""So many misunderstandings in a row, and a human is offered."""


async def _is_an_answer(scene: Scene) -> bool:
    """Stray numbers (\"em 2019 paguei\") are no answer unless a contract is what is being asked."""
    given = scene.turn.given
    if given.documents or given.bad_documents or given.dates:
        return True
    return bool(given.contracts) and (scene.intent == "informar_cpf" or scene.slots.get("identity_next") == "need_contract")


class GiveIdentity(Topic):
    """Somebody proves who they are without having been asked."""

    def name(self) -> str:
        return "action_give_identity"

    async def act(self, scene: Scene) -> None:
        await give_identity(scene)


async def give_identity(scene: Scene) -> None:
    """Judge what was given; once it is known who writes, do what was wanted."""
    if await proven(scene, scene.slots.get("wanted") or "consultar_divida"):
        await resume(scene)


class Resume(Topic):
    """The form has ended: go on with what the person wanted, or say that it is locked."""

    may_turn_aside = False

    def name(self) -> str:
        return "action_resume"

    async def act(self, scene: Scene) -> None:
        scene.set_slot("identity_proven", None)
        forget_form(scene)
        if await scene.proof() is None:
            locked = await identity.lock_of(scene.conn, scene.conversation.id, scene.now)
            if locked is not None:
                say_locked(scene, identity.Outcome("locked", until=locked))
            else:
                scene.say("utter_identity_needed")
            return
        await resume(scene)


async def resume(scene: Scene) -> None:
    """Do what was wanted, now that it is known who wants it."""
    wanted = scene.slots.get("wanted")
    scene.set_slot("wanted", None)
    await scene.go_back_to_wish()
    scene.intent = wanted or "consultar_divida"
    scene.say("utter_identity_proven")
    if wanted in (None, "consultar_divida") and not scene.words and await brought_here(scene):
        wanted = RESUME
        scene.say("utter_resume_here")
    more = scene.slots.get("wanted_more") or ()
    if scene.wish_turn is not None and await serve_by_debt(scene, await text_of(scene.conn, scene.wish_turn) or ""):
        more = [one for one in more if one["intent"] not in SERVED]
    elif not (
        wanted in (None, "consultar_divida") and not _SAYS_ANYTHING.search(plain(scene.words)) and await hardship_told(scene)
    ):
        await wishes().get(wanted or "", show_debts)(scene)
    scene.set_slot("wanted_more", None)
    for one in more:
        if one["intent"] in wishes():
            scene.intent, scene.wish_words, scene.wish_arguments = one["intent"], one["words"], {}
            await wishes()[one["intent"]](scene)


_SAYS_ANYTHING = re.compile(r"\b(?!cpf\b|nascimento\b|nasci\b|data\b|meu\b|minha\b)[a-z]{3,}\b")
"""Words beside what proves somebody."""


class NoteWish(Topic):
    """A wish named while identity is being asked: it is what will be done afterwards."""

    def name(self) -> str:
        return "action_note_wish"

    async def act(self, scene: Scene) -> None:
        _note_wish(scene)
        if not scene.piece and not await told_in_general(scene):
            scene.say("utter_identity_first")


def _note_wish(scene: Scene) -> None:
    if scene.intent in wishes():
        assert scene.intent is not None
        scene.want(scene.intent)


class DeclineIdentity(Topic):
    """Somebody does not want to give their data: nobody is pressed, and there are other ways."""

    def name(self) -> str:
        return "action_decline_identity"

    async def act(self, scene: Scene) -> None:
        forget_form(scene)
        scene.set_slot("wanted", None)
        scene.ask("human")
        scene.say("utter_identity_declined")


class LeaveForm(Topic):
    """\"Tchau\" or \"depois eu vejo\" while identity is asked: the question is dropped, what was given waits a while."""

    def name(self) -> str:
        return "action_leave_form"

    async def act(self, scene: Scene) -> None:
        forget_form(scene)
        scene.say(f"utter_answer_{scene.intent}")


topics = (AskIdentity, ValidateIdentity, GiveIdentity, Resume, NoteWish, DeclineIdentity, LeaveForm)
