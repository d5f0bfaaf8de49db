"""Questions that have one honest answer whoever asks, and files that people send."""

from __future__ import annotations

import re

from actions.dispute_papers import paper_for_dispute
from actions.faq import answer_question, say_on_behalf_of, tell
from actions.receipt_sent import take_receipt
from actions.rights import claim_right
from actions.scene import Scene, Topic
from actions.staying import heavy_file
from actions.voice import say_what_did_not_come, say_what_was_heard
from understanding.data_rights import data_right
from understanding.plain import plain

_QUESTIONS = frozenset({"suspeita_golpe", "quem_e_voce", "negativacao", "consequencias", "enviou_outra_coisa"})
"""After these the question that was open comes back in the same message."""

_MAY_BE_ANY = {
    "quem_e_voce": frozenset({"company_who", "bot_what"}),
    "consequencias": frozenset({"stay_silent"}),
    "negativacao": frozenset[str](),
    "ajuda": frozenset({"bot_can"}),
}
"""Under these intents lie questions of many kinds: a known one has an answer of its own, unless it is what the intent itself answers."""

_WHERE = re.compile(r"\b(?:enderecos?|onde fica\w*|telefone)\b")
_REACH = re.compile(r"\b(?:endereco|telefone|site|cnpj|onde fica\w*)\b")
_WHEN_CLEAN = re.compile(r"\b(?:quando|quanto tempo|quantos dias|prazo|demora\w*)\b")
_PIX = re.compile(r"\b(pix|copia e cola|codigo)\b")
_WHY = re.compile(r"\b(por ?que|o que e|oq e|pq|pra ?que|para que|qual o motivo|precisa|obrigad[oa]|tem que)\b")
_THEIR_DATA = re.compile(r"\b(cpf|cnpj|nasc\w*|dados?|documentos?|informac\w+)\b")


class Answer(Topic):
    """Says the response that is named after the intent, then goes back to what was open."""

    def name(self) -> str:
        return "action_answer"

    async def act(self, scene: Scene) -> None:
        if scene.intent == "quem_e_voce" and data_right(scene.turn.text or "") == "sharing":
            await claim_right(scene)  # "quem passou meu número?" asks for more than who we are
            return
        if scene.intent == "quem_e_voce" and _WHERE.search(plain(scene.turn.text or "")):
            await tell(scene, scene.till.talk.knowledge.known["company_who"])
            return
        if scene.intent == "negativacao" and _WHEN_CLEAN.search(plain(scene.turn.text or "")) and await scene.proof() is not None:
            await tell(scene, scene.till.talk.knowledge.known["listing_removal"])
            return
        particular = particular_answer(scene)
        but = _MAY_BE_ANY.get(scene.intent or "", frozenset[str]())
        if _REACH.search(plain(scene.turn.text or "")):
            but -= {"company_who"}  # our address or number is asked for by name
        if particular is None and scene.intent in _MAY_BE_ANY and await answer_question(scene, but=but):
            return
        scene.say(particular or f"utter_answer_{scene.intent}")
        if scene.intent == "quem_e_voce":
            await say_on_behalf_of(scene)
        if scene.intent in _QUESTIONS:
            await scene.go_back()


_THEY_KNEW = re.compile(r"\b(?:sabia\w*|sabem|tinha\w*) (?:o )?meu\b|\bmedo\b")


def particular_answer(scene: Scene) -> str | None:
    """Questions without an intent of their own that deserve an answer of their own: why a CPF, and how a Pix is paid."""
    said = plain(scene.turn.text or "")
    if (
        scene.intent in (*_QUESTIONS, "ajuda", "nao_entendi")
        and _WHY.search(said)
        and _THEIR_DATA.search(said)
        and not _THEY_KNEW.search(said)
    ):
        return "utter_why_identity"
    if scene.intent in ("ajuda", "nao_entendi") and scene.form:
        return "utter_simpler_identity" if scene.intent == "ajuda" else None
    if scene.intent in ("ajuda", "nao_entendi") and _PIX.search(said):
        return "utter_how_to_pay"
    return None


class FileReceived(Topic):
    """A photo, a PDF, a voice note: kept, and said honestly that a person will look at it."""

    def name(self) -> str:
        return "action_file_received"

    async def act(self, scene: Scene) -> None:
        kinds = {kind.removeprefix("media/") for kind in scene.turn.kinds if kind.startswith("media/")}
        if say_what_was_heard(scene) or say_what_did_not_come(scene):
            return
        if kinds & {"image", "document"} and await heavy_file(scene):
            return
        if kinds & {"image", "document"} and await paper_for_dispute(scene):
            return
        if kinds & {"image", "document"} and await take_receipt(scene, scene.turn.media):
            return
        if kinds & {"voice", "audio"}:
            scene.say("utter_media_voice")
        elif kinds & {"image", "document"}:
            scene.say("utter_media_file")
        else:
            scene.say("utter_media_other")
        await scene.go_back()


topics = (Answer, FileReceived)
