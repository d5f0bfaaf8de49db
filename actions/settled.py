"""\"Acabou?\", \"tô quite?\": asked by who has just paid; a yes or a "not all of it" that comes from the store."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.debt import payable, show_debts
from actions.scene import Scene
from payments.charges import payments_of
from receivables.store import debts_of
from understanding.plain import plain

_JUST = timedelta(days=1)
"""So long after a payment came in "acabou?" is about it."""
_ASKS = re.compile(
    r"\b(?:acabou|acabo|terminou|encerrou|zer(?:ou|ei|ad[oa])|quit(?:ei|ou|ad[oa]|e|ada)|livre|limp[oa]|em dia|tudo (?:certo|pago|ok|resolvido|quitado)|ta pag[oa]|resolvid[oa]"
    r"|(?:nao|num|n) (?:devo|to devendo|estou devendo|falta|tem|fico devendo|resta|sobr\w+) (?:\w+ ){0,2}(?:mais |nada)|(?:devo|falta|tem|resta|sobr\w+) (?:mais |ainda |alguma )+(?:\w+ )?(?:alguma coisa|algo|nada|conta|divida|outra)"
    r"|falta mais|mais alguma (?:conta|divida|pendencia)|ainda devo)\b"
)
_SAYS_PAID = re.compile(r"\b(?:ja (?:paguei|quitei|tinha pago)|nome|serasa|spc|acordo|parcela|process\w+)\b")


async def all_settled(scene: Scene) -> bool:
    """Say whether anything is left to be paid. False: this was not asked, or nothing was paid just now."""
    said = plain(scene.turn.text or "")
    if scene.turn.arguments or len(said.split()) > 12 or not _ASKS.search(said) or _SAYS_PAID.search(said):
        return False
    proof = await scene.proof()
    if proof is None:
        return False
    paid = await payments_of(scene.conn, proof.debtor_id)
    if not any(payment.charge_id is not None and payment.paid_at > scene.now - _JUST for payment in paid):
        return False
    debtor, left = await payable(scene)
    if left:
        scene.say("utter_settled_but")
        await show_debts(scene)
        return True
    if any(debt.status not in ("paid", "closed") for debt in await debts_of(scene.conn, debtor.id)):
        return False  # in court or too old: not paid, and not collected here either
    scene.say("utter_all_settled", name=debtor.first_name)
    return True
