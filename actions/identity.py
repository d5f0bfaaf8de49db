"""Identity: asked by a Rasa form, judged in the store. Rasa learns only whether it holds, never a document."""

from __future__ import annotations

from sqlalchemy import text

from actions.debt import show_debts
from actions.paid import look_for_payment
from actions.pix import pay
from actions.proving import ask_next, proven, say_locked
from actions.scene import Scene, Topic
from conversations import identity


class AskIdentity(Topic):
    """What the form asks: everything at first, later only what is missing."""

    def name(self) -> str:
        return "action_ask_identity_proven"

    async def act(self, scene: Scene) -> None:
        asked = scene.slots.get("identity_next") or "start"
        if asked == "start":
            # The whole explanation once; when the question comes back after something else, in few words.
            asked = "again" if scene.slots.get("identity_explained") else "start"
            scene.set_slot("identity_explained", True)
        scene.say(f"utter_ask_identity_{asked}")


class ValidateIdentity(Topic):
    """What an answer to the form was worth. An answer without anything to prove by is left to the other rules."""

    def name(self) -> str:
        return "validate_identity_form"

    async def act(self, scene: Scene) -> None:
        if await scene.proof() is not None:
            scene.set_slot("identity_proven", True)
            return
        given = scene.turn.given
        if given.empty or not await _is_an_answer(scene) or await _judged_already(scene):
            return
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


async def _is_an_answer(scene: Scene) -> bool:
    """Stray numbers (\"em 2019 paguei\") are no answer unless a contract is what is being asked."""
    given = scene.turn.given
    if given.documents or given.bad_documents or given.dates:
        return True
    return bool(given.contracts) and scene.slots.get("identity_next") == "need_contract"


async def _judged_already(scene: Scene) -> bool:
    """Whether what this message held was judged when it started the form: it is judged, and answered, once."""
    found = await scene.conn.execute(
        text("select 1 from action_effects where turn_id = :turn and action <> :mine limit 1"),
        {"turn": scene.turn.id, "mine": "validate_identity_form"},
    )
    return found.first() is not None


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

    def name(self) -> str:
        return "action_resume"

    async def act(self, scene: Scene) -> None:
        scene.set_slot("identity_proven", None)
        scene.set_slot("identity_next", None)
        scene.set_slot("identity_explained", None)
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
    wanted = scene.slots.get("wanted") or "consultar_divida"
    scene.set_slot("wanted", None)
    scene.say("utter_identity_proven")
    if wanted == "solicitar_pagamento":
        await pay(scene)
    elif wanted == "informar_ja_paguei":
        await look_for_payment(scene)
    else:
        await show_debts(scene)


class NoteWish(Topic):
    """A wish named while identity is being asked: it is what will be done afterwards."""

    def name(self) -> str:
        return "action_note_wish"

    async def act(self, scene: Scene) -> None:
        if scene.intent in ("solicitar_pagamento", "informar_ja_paguei", "consultar_divida"):
            scene.set_slot("wanted", scene.intent)
        scene.say("utter_identity_first")


topics = (AskIdentity, ValidateIdentity, GiveIdentity, Resume, NoteWish)
