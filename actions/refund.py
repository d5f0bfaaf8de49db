"""\"Paguei duas vezes\": looked up, explained, kept with a protocol, and given to a human, who alone gives money back."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.heard import amount_of
from actions.human import ask_human
from actions.paid import NAMED_MEANS, look_for_payment, means_of
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.which_debt import named_by_words, payable
from conversations import audit
from conversations.protocol import new_protocol
from conversations.reply import last_response
from payments.charges import excess_of, payments_of
from receivables.brasilia import BRASILIA
from receivables.calendar import add_business_days, months_later
from receivables.claims import Claim, narrow, open_claim, open_claim_of, tell_more
from receivables.dispute import ANSWER_BUSINESS_DAYS
from receivables.store import get_debts
from understanding.plain import plain
from understanding.values import read_values


class AskRefund(Topic):
    """Money back: twice, too much, by mistake."""

    def name(self) -> str:
        return "action_refund"

    async def act(self, scene: Scene) -> None:
        said = plain(scene.turn.text or "")
        if scene.turn.text and _PAID.search(said) and not _BACK.search(said):
            if await proven(scene, "informar_ja_paguei"):
                await look_for_payment(scene)
        elif await proven(scene, "pagamento_duplicado_estorno"):
            await refund(scene)


_PAID = re.compile(r"\b(?:paguei|pagei|quitei|(?:foi|ta|esta) pag[ao])\b")
_BACK = re.compile(
    r"\b(?:duas vezes|2 ?x|2 vezes|dobro|em dobro|dois pix|duplicad\w*|repetid\w*|de novo|outra vez|a mais(?! (?:barat|car|antig|nov|velh|alt|baix|recente|pequen|atrasad|urgente))|mais do que|(?<!paguei a )(?<!pagei a )(?<!quitei a )maior|errad\w*|sem querer|devolv\w*|devoluc\w*|estorn\w*|reembols\w*"
    r"|dinheiro de volta|de volta|ressarc\w*|sobr\w+|engano|indevid\w*|demais|mesma conta|mesmo boleto|ja (?:tinha|havia) (?:sido )?pag\w+|vcs receberam|duas|dois|2 ve(?:z|zes|ze)|ves(?:es)?|qrer)\b"
)
"""Words of money that came twice, too much or by mistake; without one of them a payment is told of, and nothing is claimed back."""


async def refund(scene: Scene) -> None:
    """Say what the store knows of it, and put it into a human's hands."""
    debtor, debts = await payable(scene)
    payments = await payments_of(scene.conn, debtor.id)
    excess = await excess_of(scene.conn, debtor.id)
    claim = await open_claim(
        scene.conn,
        scene.ground,
        "refund",
        debtor.id,
        [debt.id for debt in debts],
        request_key=f"refund:{scene.turn.id}",
        protocol=new_protocol(scene.today),
        conversation_id=scene.conversation.id,
        payment_id=excess[0][0].id if excess else None,
    )
    until = {"date": add_business_days(scene.today, ANSWER_BUSINESS_DAYS).isoformat()}
    if excess:
        scene.say(
            "utter_refund_found",
            payments=[
                {"amount": {"money": payment.amount}, "at": {"instant": payment.paid_at.isoformat()}} for payment in payments[:5]
            ],
            excess={"money": sum(amount for _, amount in excess)},
            protocol=claim.protocol,
            until=until,
        )
    elif payments:
        scene.say(
            "utter_refund_paid_once",
            payments=[
                {"amount": {"money": payment.amount}, "at": {"instant": payment.paid_at.isoformat()}} for payment in payments[:5]
            ],
            protocol=claim.protocol,
            until=until,
        )
    else:
        scene.say("utter_refund_not_found", protocol=claim.protocol, until=until)
    await ask_human(scene, "pagamento_duplicado_estorno", "utter_refund_to_human", asked=False)
    await audit.record(scene.conn, "bot", "refund.asked", f"claim:{claim.id}", {"protocol": claim.protocol}, scene.now)


_WHEN_BACK = re.compile(
    r"\b(?:quando|que dia|em quanto tempo|quanto tempo|quantos dias|demora)\b.{0,40}\b(?:volt\w+|devolv\w+|devoluc\w+|estorn\w+|reembols\w+|cai|caem|receb\w+|dinheiro|ressarc\w+)\b"
)
_TELLS = re.compile(
    r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|cartao|transfer\w*|dinheiro|dia|ontem|anteontem|paguei|pagei|foi|foram|reais|fatura|conta|a d[aeo]|\d{2,}(?: reais)? cada)\b"
)
_JUST = timedelta(days=2)


async def about_refund(scene: Scene) -> bool:
    """What is told or asked of a payment that was made twice, once that was written down: kept with the same number, or answered. False:
    nothing of the kind, or no such number is open."""
    words = scene.turn.text or ""
    said = plain(words)
    if scene.form is not None or scene.intent in _NEVER or len(said.split()) > 25:
        return False
    asks = _WHEN_BACK.search(said) is not None
    if not asks and not _TELLS.search(said) and not _BACK.search(said):
        return False
    proof = await scene.proof()
    claim = await open_claim_of(scene.conn, proof.debtor_id, "refund") if proof is not None else None
    if claim is None or claim.said_at < scene.now - _JUST:
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    close = last.startswith(_OF_REFUNDS)
    until = {"date": add_business_days(claim.said_at.astimezone(BRASILIA).date(), ANSWER_BUSINESS_DAYS).isoformat()}
    if asks:
        scene.say("utter_refund_when_back", protocol=claim.protocol, until=until)
        return True
    if "?" in words or not (close or _TWICE.search(said)):
        return False
    return await _keep_told(scene, claim, until) if close or scene.intent != "solicitar_pagamento" else False


async def _keep_told(scene: Scene, claim: Claim, until: dict[str, str]) -> bool:
    """Keep with the claim which account it was, on which days, by what and how much; asked once more without any of it, that it stands."""
    words = scene.turn.text or ""
    days = []
    for when in read_values(words, scene.today).dates:
        if when.readings:
            day = when.readings[0] if when.readings[0] <= scene.today else months_later(when.readings[0], -1)
            days += [day] if day <= scene.today and day not in days else []
    means, amount = means_of(scene), amount_of(scene)
    named = [debt for debt in await named_by_words(scene) if debt.id in claim.debts]
    if means not in NAMED_MEANS:
        means = None
    if not days and means is None and amount is None and not named:
        if not _BACK.search(plain(words)):
            return False
        scene.say("utter_refund_asked_already", protocol=claim.protocol, until=until)
        return True
    if _WISHES_TO_PAY.search(plain(words)) and not days:
        return False
    if named and len(named) < len(claim.debts):
        claim = await narrow(scene.conn, claim.id, [debt.id for debt in named])
    claim = await tell_more(scene.conn, claim.id, paid_on=max(days) if days else None, means=means, amount=amount)
    about = await get_debts(scene.conn, claim.debts) if len(claim.debts) == 1 else []
    scene.say(
        "utter_refund_noted",
        protocol=claim.protocol,
        until=until,
        debts=[{"description": debt.title} for debt in about],
        days=[{"day": {"date": day.isoformat()}} for day in sorted(days)],
        means=[{"by": {"phrase": f"kind:paid_by_{claim.means}"}}] if claim.means in NAMED_MEANS else [],
        amount=[{"value": {"money": claim.amount}}] if claim.amount is not None else [],
        ask=[] if claim.means else [{}],
    )
    told = {"protocol": claim.protocol, "days": [day.isoformat() for day in sorted(days)], "means": claim.means}
    await audit.record(scene.conn, "debtor", "refund.told", f"claim:{claim.id}", told, scene.now)
    return True


_OF_REFUNDS = ("utter_refund_", "utter_human_closed_still")
_TWICE = re.compile(r"\b(?:de novo|outra vez|duas vezes|2 ?x|2 vezes|as duas|os dois|repetid\w*|em dobro|segunda vez)\b")
_WISHES_TO_PAY = re.compile(r"\b(?:quero|manda\w*|gera\w*|vou|posso|preciso|me ve)\b")
_NEVER = frozenset(
    "vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe contestar_divida colou_codigo".split()
)

topics = (AskRefund,)
