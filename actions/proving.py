"""Who may hear what: every topic that tells something of a debt begins here."""

from __future__ import annotations

from actions.scene import Scene
from conversations import identity
from conversations.conversation import Proof
from conversations.identity import Outcome

FORM = "identity_form"


async def proven(scene: Scene, wanted: str) -> Proof | None:
    """The proof that lets this topic go on; without one, identity is asked and `wanted` is done when it is proven.

    What the message itself held (CPF and birthday beside the wish) counts at once.
    """
    proof = await scene.proof()
    if proof is not None:
        return proof
    scene.set_slot("wanted", wanted)
    locked = await identity.lock_of(scene.conn, scene.conversation.id, scene.now)
    if locked is not None:
        say_locked(scene, Outcome("locked", until=locked))
        return None
    outcome = None
    if not scene.turn.given.empty:
        outcome = await identity.consider(scene.conn, scene.ground, scene.conversation, scene.turn.given, scene.turn.id)
        if outcome.verdict == "proven":
            return await scene.proof()
        if outcome.verdict == "locked":
            say_locked(scene, outcome)
            return None
        if outcome.verdict == "wrong":
            scene.say("utter_identity_wrong", left=outcome.left)
    ask_next(scene, outcome)
    scene.set_slot("identity_proven", None)
    scene.then(FORM)
    return None


def ask_next(scene: Scene, outcome: Outcome | None) -> None:
    """Remember what the form asks next."""
    verdict = outcome.verdict if outcome else "nothing"
    scene.set_slot("identity_next", "start" if verdict in ("nothing", "wrong", "need_document") else verdict)


def say_locked(scene: Scene, outcome: Outcome) -> None:
    """The tries are used up; a human can still help."""
    assert outcome.until is not None
    scene.say("utter_identity_locked", until={"instant": outcome.until.isoformat()})
