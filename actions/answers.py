"""Questions that have one honest answer whoever asks, and files that people send."""

from __future__ import annotations

import re

from actions.scene import Scene, Topic
from understanding.plain import plain

_QUESTIONS = frozenset({"suspeita_golpe", "quem_e_voce", "negativacao", "consequencias", "ajuda"})
"""After these the question that was open comes back in the same message."""

_WHY = re.compile(r"\b(por ?que|pq|pra ?que|para que|qual o motivo|precisa|obrigad[oa]|tem que)\b")
_THEIR_DATA = re.compile(r"\b(cpf|cnpj|nasc\w*|dados?|documentos?|informac\w+)\b")


class Answer(Topic):
    """Says the response that is named after the intent, then goes back to what was open."""

    def name(self) -> str:
        return "action_answer"

    async def act(self, scene: Scene) -> None:
        scene.say("utter_why_identity" if asks_why_identity(scene) else f"utter_answer_{scene.intent}")
        asked = await scene.open_question()
        if scene.form is None and scene.intent in _QUESTIONS and asked in ("pay", "which", "which_to_pay"):
            scene.say(f"utter_back_to_{asked}")


def asks_why_identity(scene: Scene) -> bool:
    """\"Pra que vc quer meu CPF?\": no intent of its own, but a question that deserves its own answer."""
    said = plain(scene.turn.text or "")
    return scene.intent in (*_QUESTIONS, "nao_entendi", "direitos_lgpd") and bool(_WHY.search(said) and _THEIR_DATA.search(said))


class FileReceived(Topic):
    """A photo, a PDF, a voice note: kept, and said honestly that a person will look at it."""

    def name(self) -> str:
        return "action_file_received"

    async def act(self, scene: Scene) -> None:
        kinds = {kind.removeprefix("media/") for kind in scene.turn.kinds if kind.startswith("media/")}
        if kinds & {"voice", "audio"}:
            scene.say("utter_media_voice")
        elif kinds & {"image", "document"}:
            scene.say("utter_media_file")
        else:
            scene.say("utter_media_other")


topics = (Answer, FileReceived)
