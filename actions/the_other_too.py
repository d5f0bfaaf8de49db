"""\"A outra também\": what was just done, or is being talked about, of one account is wished of the other."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.debt import tell
from actions.resting import resting
from actions.scene import Scene
from actions.which_debt import payable
from conversations.effects import newest_said
from understanding.plain import plain

_TOO = re.compile(
    r"(?:(?:e|agora|ai|entao|quero|faz|faca|pode|ser|mas|vamos|bora|parcel\w+|divid\w+) )*(?:n?a |n?o |as |os |pra |para |com |da |d?essa )*outr[ao]s?(?: conta| contas| divida| dividas| fatura| faturas)?"
    r" (?:tambem|tb|tbm|tambm|igual|do mesmo jeito|da mesma forma)(?: (?:parcelad\w+|dividid\w+|quero|pode|por favor|pfv|entao))*"
    r"|(?:(?:e|agora|ai|entao|quero) )*(?:tambem|tb|tbm) (?:a|as|o|pra|para|com a|com o) (?:a )?outr[ao]s?(?: conta| contas| divida)?"
    r"|(?:(?:e|agora|ai|entao|quero|faz|faca|pode|fazer) )*(?:o mesmo|a mesma coisa|igual|do mesmo jeito) (?:com|pra|para|n|d|em)? ?(?:a|as|o|na|nas|da|pra) outr[ao]s?(?: conta| contas| divida)?"
)
_AND_THE_OTHER = re.compile(
    r"(?:(?:e|agora|mas|ta|ok|entao) )*(?:quanto (?:e|ta|fica|da) )?(?:a|as|o|da|das|com a|com as|essa) outr[ao]s?(?: conta| contas| divida| dividas)?(?: (?:quanto|como|e|ta|fica|da|la|mesmo|agora|voces|ai))*"
)
"""\"E a outra?\", by itself: what is left is shown."""
_DONE = ("utter_agreement_made", "utter_pix_payee", "utter_boleto_payee", "utter_promise_done")
_LATELY = timedelta(minutes=40)


async def the_other_asked(scene: Scene) -> bool:
    """The account that was not talked about last. False: not asked, or there is no such account."""
    if scene.form is not None or not _AND_THE_OTHER.fullmatch(plain(scene.turn.text or "")) or await scene.proof() is None:
        return False
    if scene.open_question not in (None, "pay", "show", "agreement", "human"):
        return False
    _, debts = await payable(scene)
    focus = set(scene.slots.get("focus") or ())
    others = [debt for debt in debts if debt.status == "open" and debt.id not in focus]
    if not focus or not others:
        return False
    await tell(scene, others)
    return True


async def other_too(scene: Scene) -> bool:
    """Plans for the other account, where plans are open or an agreement was made just now. False: not said, or it was something else."""
    if scene.form is not None or not _TOO.fullmatch(plain(scene.turn.text or "")) or await scene.proof() is None:
        return False
    kept = set((scene.question.arguments.get("debts") if scene.question else None) or ())
    if scene.open_question not in ("plans", "accept_offer"):
        if scene.open_question not in (None, "agreement", "pay"):
            return False
        last = await newest_said(scene.conn, scene.conversation.id, _DONE, scene.now - _LATELY)
        if last is None or last[0] != "utter_agreement_made":
            return False
    _, debts = await payable(scene)
    rests = await resting(scene, debts)
    others = [debt for debt in debts if debt.status == "open" and debt.id not in rests and debt.id not in kept]
    if not others:
        return False
    scene.ask(None)
    scene.set_slot("focus", [debt.id for debt in others] if len(others) == 1 else None)
    scene.wish_words = "parcelar"
    await scene.turn_to("parcelar")
    return True
