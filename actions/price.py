"""What is said of the price itself: that it is too much, and by what rate it grows."""

from __future__ import annotations

import re

from actions.discount import haggle
from actions.faq import tell
from actions.heard import is_question
from actions.negotiating import known_facts
from actions.proposed import percent_in
from actions.proving import proven
from actions.scene import Scene
from receivables.store import get_debts
from understanding.plain import plain


async def price_refused(scene: Scene) -> bool:
    """ "Nesse preço não pago": nobody denies the bill or names a day; the best price is told. False: nothing such was said."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _MISREAD or not _REFUSED.search(said) or _DENIES.search(said):
        return False
    if scene.form is not None:
        return False
    if await proven(scene, "pedir_desconto"):
        await haggle(scene)
    return True


async def percent_wished(scene: Scene) -> bool:
    """ "Me dá 20%", without the word discount: so much off, whatever it was taken for. False: no such percentage."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or percent_in(scene) is None or scene.intent not in _MISREAD | _OF_RATES | {"parcelar"}:
        return False
    if _NO_WISH.search(said) or len(said.split()) > _SHORT or await scene.proof() is None:
        return False
    await haggle(scene)
    return True


_SHORT = 12
_NO_WISH = re.compile(
    r"\b(?:juros?|multas?|taxa|entrada|sinal|bateria|sms|email|mensagem|oferta|golpe|verdade|por que|porque|pq|quanto|ao mes|por mes|paguei|errad\w+)\b"
)


async def without_interest(scene: Scene) -> bool:
    """ "E se eu pagar só o valor, sem juros?": today's best price, which is the answer. False: not said."""
    said = plain(scene.turn.text or "")
    if (
        scene.form is not None
        or scene.intent not in _OF_RATES | _MISREAD
        or not _BARE_PRICE.search(said)
        or _DIVIDES.search(said)
    ):
        return False
    if await scene.proof() is None:
        return False
    await haggle(scene)
    return True


_BARE_PRICE = re.compile(
    r"\b(?:pag\w+|quit\w+|fica\w*|faz\w*|da|tir\w+)\b.{0,30}\b(?:sem (?:os |a |o )?(?:juros|multa|encargos)|so o (?:principal|valor (?:original|da compra|da fatura|inicial)))\b"
)


_WITHOUT = re.compile(
    r"(?:(?:e|mas|entao|ai|fica|e isso|isso|assim|tudo|sao|eh) )*(?:sem|com|tem|nao tem) (?:nenhum )?juros(?: (?:ne|mesmo|nenhum|ou nao|ou sem|no parcelamento))*"
)


async def plans_without_interest(scene: Scene) -> bool:
    """ "Sem juros?", below plans that were shown: yes or no, from what they sum to. False: not asked, or no plans are open."""
    text = scene.turn.text or ""
    if scene.open_question != "plans" or not text.rstrip().endswith("?") or not _WITHOUT.fullmatch(plain(text)):
        return False
    kept = scene.question.arguments.get("debts") or () if scene.question else ()
    debts = await get_debts(scene.conn, kept) if kept else []
    known = await known_facts(scene, debts) if debts and await scene.proof() is not None else None
    if known is None:
        return False
    free = known.limits.monthly_rate_percent == 0
    scene.say("utter_plans_without_interest" if free else "utter_plans_with_interest", total={"money": known.agreed.total})
    return True


async def rate_asked(scene: Scene) -> bool:
    """ "Esse juros é de quanto por mês?": the rule, with one's own fine and interest. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _OF_RATES or not _RATE.search(said) or not (is_question(scene) or scene.intent == "reclamar"):
        return False
    if _DIVIDES.search(said):
        return False
    await tell(scene, scene.till.talk.knowledge.known["interest_how"])
    return True


_MISREAD = frozenset(
    "contestar_divida promessa_pagamento negar pedir_prorrogacao nlu_fallback fora_de_escopo reclamar informar_data solicitar_pagamento".split()
)
_REFUSED = re.compile(
    r"\b(?:n?esse|n?este|por esse|com esse|a esse) (?:preco|valor)\b.{0,15}\b(?:nao|nem|num|n|impossivel|sem chance)\b"
    r"|\b(?:nao|num|n|nem) (?:vou |da pra |consigo |tenho como )?(?:pago|pagar|fecho|fechar|aceito|quito)\b (?:\w+ ){0,2}(?:nesse|por esse|esse|a esse|com esse) (?:preco|valor)\b"
)
_DENIES = re.compile(
    r"\b(?:errad\w+|nao (?:devo|e meu|e minha|reconheco|fiz|comprei|bate|confere)|ja paguei|cobranca indevida|ate|dia)\b"
)
_OF_RATES = frozenset(
    "consultar_divida reclamar consequencias ajuda nlu_fallback fora_de_escopo contestar_divida quem_e_voce informar_valor".split()
)
_RATE = re.compile(
    r"\b(?:juros?|multa|taxa)\b.{0,25}\b(?:por|ao|no|cada) (?:mes|dia|ano)\b|\bqual (?:\w+ )?(?:taxa|percentual|porcentagem)\b|\b(?:juros?|multa) (?:e |eh |sao )?(?:de )?quantos? por ?cento\b"
    r"|\bquantos? por ?cento\b.{0,15}\b(?:juros?|multa)\b"
)
_DIVIDES = re.compile(r"\b(?:parcel\w+|vezes|entrada|\d+ ?x)\b")
