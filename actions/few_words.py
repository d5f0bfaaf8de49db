"""What is said in few words of the thing just shown: an ok to a day that was moved, a thing remembered, whether a discount lasts."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.scene import Scene
from actions.which_debt import payable
from conversations.reply import last_response
from receivables.disputing import disputes_of
from receivables.store import owed
from understanding.plain import plain

_OK = re.compile(
    r"(?:(?:ta|tah|ok|okay|certo|beleza|blz|bom|bem|show|joia|perfeito|entendi|obrigad[oa]|obg|vlw|valeu|isso|sim|otimo|legal|combinado|fechou|pode ser|entao|assim|mesmo|e isso)(?: |$))+"
)


async def ok_to_moved_day(scene: Scene) -> bool:
    """ "Tá", below an instalment that was moved: a short word, and no code that nobody asked for. False: more was said."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _OK.fullmatch(said) or await scene.proof() is None:
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith("utter_instalment_moved"):
        return False
    scene.say("utter_moved_day_ok")
    return True


_REMEMBERED = re.compile(
    r"\b(?:lembrei|me lembro agora|agora (?:eu )?(?:me )?lembro|recordei|ja sei (?:o que|qual|do que|de que)|agora (?:eu )?sei (?:o que|qual|do que|de que))\b"
    r"|^(?:a+h+|aa+|ah? sim|ata|ah ta|hum+|hm+|entendi|verdade|e mesmo|ah e|sei|nossa)+ (?:sim |ta |e |eh |era |foi )*(?:[oa]s?|d[oa]s?|aquel[ae]s?|meu|minha) (?!sim\b|pessoa\b)\w+(?: \w+){0,2}$"
)
_NOT_REMEMBERED = re.compile(
    r"\b(?:nao|num|n|nunca|nem) (?:me )?(?:lembr\w+|record\w+|sei)|\b(?:paguei|quitei|cancel\w+|devolv\w+|nao (?:e|fui|comprei|devo)|mas)\b"
)
_DOUBTED = ("utter_particular_", "utter_debt", "utter_dispute_amount", "utter_dispute_maybe", "utter_back_to_pay")


async def remembered(scene: Scene) -> bool:
    """ "Ah lembrei, é do sofá", after it was asked what the account is: the doubt is over, and what was open goes on. False: what was
    registered is taken back elsewhere, or nothing was in doubt."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _REMEMBERED.search(said) or _NOT_REMEMBERED.search(said) or "?" in (scene.turn.text or ""):
        return False
    proof = await scene.proof()
    if proof is None or any(one.status == "open" for one in await disputes_of(scene.conn, proof.debtor_id)):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith(_DOUBTED):
        return False
    if (scene.open_question or "").startswith("dispute"):
        scene.ask("pay" if scene.slots.get("focus") else None)
    scene.say("utter_remembered")
    await scene.go_back()
    return True


_LASTS = re.compile(
    r"\b(?:desconto|oferta|promocao|condicao|abatimento)\b.{0,30}\b(?:so (?:ate )?hoje|ate hoje|amanha|ate quando|ate que dia|quando (?:acaba|termina|vence)|acaba|termina|expira)\b"
    r"|\b(?:amanha|ate quando|depois de hoje|semana que vem)\b.{0,30}\b(?:desconto|oferta|promocao|condicao|abatimento)\b"
)
_NO_QUESTION = re.compile(r"\b(?:vou pagar|pago|posso pagar|quero pagar|consigo pagar|parcel\w+|vezes)\b")


async def whether_discount_lasts(scene: Scene) -> bool:
    """ "Esse desconto vale só hoje ou amanhã ainda tem?": what it comes to today and tomorrow by today's rules. False: not asked, or
    there is no discount."""
    text = scene.turn.text or ""
    said = plain(text)
    if scene.form is not None or not _LASTS.search(said) or _NO_QUESTION.search(said) or await scene.proof() is None:
        return False
    if scene.open_question == "accept_offer":
        return False  # it is the offer that is asked about
    if not ("?" in text or re.search(r"\b(?:ou|ate quando|ate que dia|quando)\b", said)):
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    focus = scene.slots.get("focus") or ()
    meant = [debt for debt in debts if debt.id in focus] or debts
    tomorrow = scene.today + timedelta(days=1)
    today_is = [owed(scene.ground, debt) for debt in meant]
    then_is = [owed(scene.ground, debt, tomorrow) for debt in meant]
    if not sum(due.discount for due in today_is):
        return False
    scene.say(
        "utter_discount_tomorrow",
        total={"money": sum(due.total for due in today_is)},
        then={"money": sum(due.total for due in then_is)},
        day={"date": tomorrow.isoformat()},
        arguments={"debts": [debt.id for debt in meant]},
    )
    if scene.open_question != "discount":
        await scene.go_back()
    return True
