"""Questions that have one honest answer whoever asks, and files that people send."""

from __future__ import annotations

import re

from actions.debt import payable
from actions.receipt_sent import take_receipt
from actions.rights import claim_right
from actions.scene import Scene, Topic
from actions.voice import say_what_did_not_come, say_what_was_heard
from understanding.data_rights import data_right
from understanding.plain import plain

_QUESTIONS = frozenset({"suspeita_golpe", "quem_e_voce", "negativacao", "consequencias"})
"""After these the question that was open comes back in the same message."""

_PIX = re.compile(r"\b(pix|copia e cola|codigo)\b")
_WHY = re.compile(r"\b(por ?que|o que e|oq e|pq|pra ?que|para que|qual o motivo|precisa|obrigad[oa]|tem que)\b")
_THEIR_DATA = re.compile(r"\b(cpf|cnpj|nasc\w*|dados?|documentos?|informac\w+)\b")


_COMES_BACK = frozenset(
    {"pay", "which", "which_to_pay", "plans", "accept_offer", "capacity", "which_to_divide", "discount", "propose", "proposal"}
    | {"agreement", "move_to", "cancel_agreement"}
)
"""Questions that have words for coming back to them: `utter_back_to_<name>`."""


class Answer(Topic):
    """Says the response that is named after the intent, then goes back to what was open."""

    def name(self) -> str:
        return "action_answer"

    async def act(self, scene: Scene) -> None:
        if scene.intent == "quem_e_voce" and data_right(scene.turn.text or "") == "sharing":
            await claim_right(scene)  # "quem passou meu número?" asks for more than who we are
            return
        scene.say(particular_answer(scene) or f"utter_answer_{scene.intent}")
        if scene.intent == "quem_e_voce":
            await _on_behalf_of(scene)
        if scene.intent in _QUESTIONS:
            go_back_to_open(scene)


def go_back_to_open(scene: Scene) -> None:
    """After an answer to something else, the question that was open comes back in the same message."""
    if scene.form is None and scene.open_question in _COMES_BACK:
        scene.say(f"utter_back_to_{scene.open_question}")


def particular_answer(scene: Scene) -> str | None:
    """Questions without an intent of their own that deserve an answer of their own: why a CPF, and how a Pix is paid."""
    said = plain(scene.turn.text or "")
    if scene.intent in (*_QUESTIONS, "ajuda", "nao_entendi") and _WHY.search(said) and _THEIR_DATA.search(said):
        return "utter_why_identity"
    if scene.intent in ("ajuda", "nao_entendi") and scene.form:
        return "utter_simpler_identity" if scene.intent == "ajuda" else None
    if scene.intent in ("ajuda", "nao_entendi") and _PIX.search(said):
        return "utter_how_to_pay"
    return None


async def _on_behalf_of(scene: Scene) -> None:
    """For whom we speak: only to whom it concerns."""
    if await scene.proof() is not None:
        creditors = sorted({debt.creditor_name for debt in (await payable(scene))[1]})
        if creditors:
            scene.say("utter_on_behalf_of", creditors=" e ".join(creditors))


class FileReceived(Topic):
    """A photo, a PDF, a voice note: kept, and said honestly that a person will look at it."""

    def name(self) -> str:
        return "action_file_received"

    async def act(self, scene: Scene) -> None:
        kinds = {kind.removeprefix("media/") for kind in scene.turn.kinds if kind.startswith("media/")}
        if say_what_was_heard(scene) or say_what_did_not_come(scene):
            return
        if kinds & {"image", "document"} and await take_receipt(scene, scene.turn.media):
            return
        if kinds & {"voice", "audio"}:
            scene.say("utter_media_voice")
        elif kinds & {"image", "document"}:
            scene.say("utter_media_file")
        else:
            scene.say("utter_media_other")


topics = (Answer, FileReceived)
