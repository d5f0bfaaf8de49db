"""\"Acabou?\", \"tô quite?\": asked by who has just paid; a yes or a "not all of it" that comes from the store."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.debt import show_debts
from actions.scene import Scene
from actions.which_debt import payable
from conversations.reply import last_response
from payments.agreed import next_of
from payments.charges import charges_of, payments_of
from payments.present import last_day_of
from receivables.agreements import agreements_of
from receivables.promising import get_promise, promised_now
from receivables.store import debts_of, get_debts
from understanding.plain import plain

_JUST = timedelta(days=1)
"""So long after a payment came in "acabou?" is about it."""
_WHAT_NEXT = re.compile(
    r"(?:(?:e|mas|ta|ok|certo|pronto|beleza|blz|paguei|obrigad[oa]|entao|oi|legal|show) )*"
    r"(?:e |mas )?(?:agora|depois|(?:o que|oq|qual) (?:\w+ ){0,3}(?:agora|depois|proximo passo|faco|fazer)|qual (?:e )?o proximo passo|(?:o que|oq) acontece)"
    r"(?: (?:agora|depois|eu|o que|oq|faco|fazer|acontece|vem|e|isso|mais|preciso))*"
)
_ASKS = re.compile(
    r"\b(?:acabou|acabo|terminou|encerrou|zer(?:ou|ei|ad[oa])|quit(?:ei|ou|ad[oa]|e|ada)|livre|limp[oa]|em dia|tudo (?:certo|pago|ok|resolvido|quitado)|ta pag[oa]|resolvid[oa]"
    r"|(?:nao|num|n) (?:devo|to devendo|estou devendo|falta|tem|fico devendo|resta|sobr\w+) (?:\w+ ){0,2}(?:mais |nada)|(?:devo|falta|tem|resta|sobr\w+) (?:mais |ainda |alguma )+(?:\w+ )?(?:alguma coisa|algo|nada|conta|divida|outra)"
    r"|falta mais|mais alguma (?:conta|divida|pendencia)|ainda devo)\b"
)
_SAYS_PAID = re.compile(r"\b(?:ja (?:paguei|quitei|tinha pago)|nome|serasa|spc|acordo|parcela|process\w+)\b")


async def next_step(scene: Scene) -> bool:
    """ "E agora?": after a payment the next one or that nothing is left; below a code, to pay it. False: not asked, or neither."""
    said = plain(scene.turn.text or "")
    if scene.turn.arguments or scene.form is not None or not _WHAT_NEXT.fullmatch(said):
        return False
    if scene.open_question not in (None, "pay", "show", "agreement", "promise_made"):
        return False
    proof = await scene.proof()
    if proof is None:
        return False
    if scene.question is not None and scene.question.name == "promise_made":
        held = await get_promise(scene.conn, int(scene.question.arguments["promise"]))
        if held.status != "open" or held.debtor_id != proof.debtor_id:
            return False
        amount = promised_now(scene.ground, held, await get_debts(scene.conn, held.debts))
        scene.say("utter_screen_until_the_day", day={"date": held.day.isoformat()}, amount={"money": amount})
        return True
    last = await last_response(scene.conn, scene.conversation.id) or ""
    waiting = [
        one
        for one in await charges_of(scene.conn, proof.debtor_id)
        if one.status == "active" and one.code and one.expires_at > scene.now
    ]
    if waiting and last.startswith(("utter_pix_", "utter_boleto_")) and not last.endswith("_paid"):
        charge = max(waiting, key=lambda one: one.id)
        scene.say(
            f"utter_screen_pay_it_{charge.kind}",
            amount={"money": charge.amount},
            until={"instant": charge.expires_at.isoformat()}
            if charge.kind == "pix"
            else {"date": last_day_of(charge).isoformat()},
        )
        return True
    paid = await payments_of(scene.conn, proof.debtor_id)
    if not any(payment.charge_id is not None and payment.paid_at > scene.now - _JUST for payment in paid):
        return False
    for agreement in await agreements_of(scene.conn, proof.debtor_id, status="active"):
        following = next_of(scene.till, agreement)
        if following is not None and agreement.paid:
            scene.say("utter_screen_next_step", **{key: following[key] for key in ("title", "amount", "due")})
            return True
    debtor, left = await payable(scene)
    if left:
        scene.say("utter_settled_but")
        await show_debts(scene)
        return True
    if any(debt.status not in ("paid", "closed") for debt in await debts_of(scene.conn, debtor.id)):
        return False
    scene.say("utter_screen_nothing_left")
    return True


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
