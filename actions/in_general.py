"""What holds for everybody, told before it is asked who somebody is."""

from __future__ import annotations

import re

from actions.heard import is_question
from actions.scene import Scene
from understanding.plain import plain


async def told_in_general(scene: Scene) -> bool:
    """What holds for everybody is told before it is asked who somebody is: "tem desconto?", "dá pra parcelar?". False: not asked so."""
    said = scene.turn.text or ""
    name = _IN_GENERAL.get(scene.intent or "")
    if (
        name is None
        or _AGAIN.search(plain(said))
        or not is_question(scene)
        or scene.turn.arguments
        or not scene.turn.given.empty
        or re.search(r"\d", said)
    ):
        return False
    known = scene.till.talk.knowledge
    sure = known.asked(said).sure
    scene.say("utter_faq", answer={"phrase": f"faq:{(sure or known.known[name]).name}"})
    return True


_AGAIN = re.compile(r"\b(?:ontem|de novo|dnv|anterior|n?aquel[ae] (?:propost\w+|ofert\w+|plano))\b")
"""What was told to one person before is nothing in general."""
_IN_GENERAL = {"parcelar": "instalments_how", "pedir_desconto": "discount_how", "pedir_prorrogacao": "extension_how"}
"""By the wish: what is told of it in general."""
