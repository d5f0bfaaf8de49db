"""Who may hear what: every topic that tells something of a debt begins here."""

from __future__ import annotations

from datetime import timedelta

from actions.in_general import told_in_general
from actions.number_back import tell_number_back
from actions.oneself import speaks_as_oneself
from actions.scene import Scene
from actions.staying import say_to_mourner
from conversations import identity
from conversations.conversation import Proof, void_proof
from conversations.identity import Outcome
from conversations.said import newest_said
from receivables.store import debtor_by_document

FORM = "identity_form"
_THIRD_PARTY = ("utter_relative", "utter_deceased", "utter_representative", "utter_minor", "utter_own_person")
"""The beginnings of what was said to whoever is not the person that owes."""
_PROOF_ASKED_OF_ANYBODY = ("utter_wrong_person", "utter_number_was_off")
"""After these whoever gives a proof is believed: what was another's is settled, or the proof was asked for."""
_THIRD_PARTY_FOR = timedelta(hours=24)


async def proven(scene: Scene, wanted: str) -> Proof | None:
    """The proof that lets this topic go on; without one, identity is asked and `wanted` is done when it is proven.

    What the message itself held (CPF and birthday beside the wish) counts at once.
    """
    proof = await scene.proof()
    if proof is not None and not await _somebody_else(scene, proof):
        return proof
    if await third_party(scene):
        if not await say_to_mourner(scene):
            scene.say("utter_relative_documents")
        return None
    scene.want(wanted)
    if scene.form is None:
        forget_form(scene)
    locked = await identity.lock_of(scene.conn, scene.conversation.id, scene.now)
    if locked is not None:
        say_locked(scene, Outcome("locked", until=locked))
        return None
    outcome, given_before = None, False
    if not scene.turn.given.empty:
        outcome = await identity.consider(scene.conn, scene.ground, scene.conversation, scene.turn.given, scene.turn.id)
        if outcome.verdict == "proven":
            await tell_number_back(scene)
            return await scene.proof()
        if outcome.verdict == "locked":
            say_locked(scene, outcome)
            return None
        if outcome.verdict == "wrong":
            scene.say("utter_identity_wrong", left=outcome.left)
    elif scene.form is None and await identity.has_progress(scene.conn, scene.conversation.id, scene.now):
        # What was given beside something else is not asked for again.
        outcome = await identity.consider(scene.conn, scene.ground, scene.conversation, scene.turn.given, scene.turn.id)
        given_before = True
    if outcome is None or given_before:
        await told_in_general(scene)
    ask_next(scene, outcome)
    scene.set_slot("identity_proven", None)
    scene.then(FORM)
    return None


async def done_once_proven(scene: Scene, wanted: str) -> None:
    """Do what was wished: at once where it is known who asks, or the message itself proves it; else when it is proven."""
    if await proven(scene, wanted):
        await scene.turn_to(wanted)


async def third_party(scene: Scene) -> bool:
    """Whether this talk is with somebody who has said to be another person: no document proves them until they say otherwise."""
    if not await third_party_told(scene):
        return False
    if scene.turn.arguments.get("own") or speaks_as_oneself(scene.turn.text or "", scene.turn.given):
        scene.say("utter_own_person")
        return False
    return True


async def third_party_told(scene: Scene) -> bool:
    """Whether somebody has said in this talk to be another person, and nothing else since."""
    names = [name for name in scene.till.talk.wording.names if name.startswith((*_THIRD_PARTY, *_PROOF_ASKED_OF_ANYBODY))]
    last = await newest_said(scene.conn, scene.conversation.id, names, scene.now - _THIRD_PARTY_FOR)
    return last not in (None, "utter_own_person") and not last.startswith(_PROOF_ASKED_OF_ANYBODY)


def says_another_person(scene: Scene) -> bool:
    """Whether this very turn answers somebody who is another person."""
    return any(name.startswith(_THIRD_PARTY) for name, _ in scene.said)


async def _somebody_else(scene: Scene, proof: Proof) -> bool:
    """Another document than the proven person's ends the proof: whoever it belongs to must be proven anew."""
    documents = scene.turn.given.documents
    if not documents:
        return False
    named = await debtor_by_document(scene.conn, scene.ground, scene.conversation.tenant_id, documents[-1])
    if named is not None and named.id == proof.debtor_id:
        return False
    await void_proof(scene.conn, scene.conversation.id, scene.now, "another_document")
    scene.set_slot("focus", None)
    scene.ask(None)
    scene.say("utter_identity_another")
    return True


def forget_form(scene: Scene) -> None:
    """The form is over, or begins anew: what it asked last no longer counts."""
    for slot in ("identity_next", "identity_asked"):
        if scene.slots.get(slot) is not None:
            scene.set_slot(slot, None)


def ask_next(scene: Scene, outcome: Outcome | None) -> None:
    """Remember what the form asks next."""
    verdict = outcome.verdict if outcome else "nothing"
    given = scene.turn.given
    if verdict == "need_document" and not (given.dates or (given.contracts and scene.intent == "informar_cpf")):
        verdict = "nothing"
    scene.set_slot("identity_next", "start" if verdict in ("nothing", "wrong") else verdict)


def say_locked(scene: Scene, outcome: Outcome) -> None:
    """The tries are used up; a human can still help."""
    assert outcome.until is not None
    scene.say("utter_identity_locked", until={"instant": outcome.until.isoformat()})
