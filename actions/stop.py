"""People who want to be left alone, and people who are not who we look for."""

from __future__ import annotations

import re

from actions.proving import forget_form
from actions.scene import Scene, Topic
from conversations.consent import let_go, opt_out
from understanding.plain import plain


class OptOut(Topic):
    """\"Para de me mandar mensagem\": at once, and how to come back."""

    def name(self) -> str:
        return "action_opt_out"

    async def act(self, scene: Scene) -> None:
        forget_form(scene)
        scene.say("utter_opted_out")
        await opt_out(scene.conn, scene.conversation, scene.now)


_DEATH = re.compile(r"\b(falec\w*|morr\w*|obito|viuv[ao]|falecid[ao]|partiu|inventari\w*)\b")


class WrongPerson(Topic):
    """\"Não sou essa pessoa\": the number is let go of, and nothing is told about anybody."""

    def name(self) -> str:
        return "action_wrong_person"

    async def act(self, scene: Scene) -> None:
        for slot in ("wanted", "wanted_turn", "focus"):
            scene.set_slot(slot, None)
        scene.ask(None)
        forget_form(scene)
        scene.say("utter_wrong_person_mourning" if _DEATH.search(plain(scene.turn.text or "")) else "utter_wrong_person")
        await let_go(scene.conn, scene.conversation, scene.now)


topics = (OptOut, WrongPerson)
