"""\"Na verdade…\": what is being talked about is corrected by its own topic; a person's own data by the team, with a protocol."""

from __future__ import annotations

import re

from actions.answering import answer_open
from actions.rights import CORRECTION, correct_personal
from actions.scene import Scene, Topic
from understanding.plain import plain

_PERSONAL = re.compile(
    r"\b(?:telefone|celular|numero (?:de|do) (?:telefone|celular)|numero novo|zap|whats\w*|chip|nome|sobrenome|enderec\w+|rua|cep|cidade|bairro"
    r"|e ?-?mail|nascimento|nasci|cadastro|dados|estado civil|casei|divorciei|separei)\b"
)
_PROVES = re.compile(r"\b(?:cpf|cnpj|documento|nascimento|nasci|data de nasc\w*|contrato)\b")


class Correct(Topic):
    """Something said or kept is not right."""

    def name(self) -> str:
        return "action_correct"

    async def act(self, scene: Scene) -> None:
        if await answer_open(scene):
            return
        said = plain(scene.turn.text or "")
        personal = _PERSONAL.search(said) is not None
        if scene.form is not None and await scene.proof() is None:
            if personal and not _PROVES.search(said):
                scene.want(CORRECTION)
                scene.say("utter_identity_first")
            return  # the form asks again, and takes the right number
        if personal:
            await correct_personal(scene)
        else:
            scene.say("utter_correct_what")


topics = (Correct,)
