"""\"Errei, volta\", \"foi engano\": the last thing that was done or answered is undone, or asked anew; nothing is said to be that is not."""

from __future__ import annotations

import re

from actions.dispute_withdrawn import ask_withdrawal, open_ones
from actions.heard import amount_of, day_of
from actions.instalments import show_plans_again
from actions.paid import ask_anew, ask_to_close
from actions.scene import Scene
from conversations.reply import last_response
from understanding.dispute_reasons import owns_up
from understanding.plain import plain

_SLIP = re.compile(
    r"\b(?:errei|me (?:enganei|confundi|equivoquei|atrapalhei)|foi (?:um |sem )?(?:engano|erro|querer)|(?:um )?engano meu|erro meu|falei errado|sem querer"
    r"|(?:apertei|cliquei|toquei|digitei|respondi|escolhi|mandei|escrevi) (?:\w+ )?errad[oa]|desfaz\w*|desfac\w*|nao era (?:isso|essa|esse|pra)|volta(?:r)? (?:um|uma|atras|ao|pra|para|la|ai))\b"
    r"|^(?:pera |opa |ops |nao |calma |por favor |pode |quero )*(?:volta|voltar|desfazer)$"
)
_NO_DISPUTE = re.compile(
    r"\b(?:nao (?:quero|precisa|vou|preciso|e pra|era pra) (?:mais )?(?:\w+ ){0,2}?(?:contest\w+|reclam\w+|disput\w+)|sem contestac\w+|nao (?:tem|ha) (?:mais )?(?:nada|o que) (?:a|para|pra) contestar)\b"
)
_ANOTHER = re.compile(
    r"\b(?:menu|inicio|comeco|receber|assistente|robo|amanha|depois|combin\w+|promess\w*|acordo|marcad\w+|codigo|pix|boleto)\b"
)
_LONGEST = 12
"""So many words undo something; more tell a story of their own."""
_DENIED = ("utter_dispute_", "utter_each_registered", "utter_one_by_one", "utter_card_withdrawn")


async def undo(scene: Scene) -> bool:
    """Take back the last step of the talk, or ask whether to. False: no such words, or there is nothing to take back."""
    said = plain(scene.turn.text or "")
    if not said or "?" in (scene.turn.text or "") or scene.form is not None or await scene.proof() is None:
        return False
    if _NO_DISPUTE.search(said) and await open_ones(scene):
        return await ask_withdrawal(scene)
    if len(said.split()) > _LONGEST or _ANOTHER.search(said):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    asked = scene.open_question
    slip = _SLIP.search(said) is not None
    if (slip or owns_up(said)) and (asked == "dispute_story" or last.startswith(_DENIED)) and asked not in _UNDECIDED:
        return bool(await open_ones(scene)) and await ask_withdrawal(scene)
    if not slip or day_of(scene) is not None or amount_of(scene) is not None:
        return False
    if asked in _UNDECIDED:
        scene.ask("pay")
        scene.say("utter_dispute_not_opened")
        return True
    if asked is not None and asked.startswith("paid_"):
        return await ask_anew(scene)
    if last.startswith(("utter_paid_", "utter_receipt_")):
        return await ask_to_close(scene)
    if asked == "accept_offer":
        return await show_plans_again(scene)
    if asked in ("promise_confirm", "promise_made") and last.startswith(("utter_promise_confirm", "utter_promise_done")):
        scene.say("utter_promise_other")
        return True
    return False


_UNDECIDED = ("dispute_reason", "dispute_which", "dispute_amount", "dispute_maybe")
"""Nothing of a dispute is registered while one of these is open."""
