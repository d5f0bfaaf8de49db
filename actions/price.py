"""What is said of the price itself: that it is too much, and by what rate it grows."""

from __future__ import annotations

import re

from actions.cash import say_most
from actions.discount import haggle
from actions.faq import tell
from actions.heard import is_question
from actions.negotiating import known_facts
from actions.proposed import percent_in
from actions.proving import proven
from actions.resting import resting
from actions.scene import Scene
from actions.several import discounts_of_each
from actions.which_debt import named_by_words, payable
from conversations.turn import text_of
from receivables.store import get_debts, owed
from understanding.plain import plain
from understanding.values import read_values


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


_LEAST = re.compile(
    r"\b(?:menor|melhor) (?:valor|preco|condicao|proposta|oferta|desconto)\b|\b(?:valor|preco) (?:minimo|mais baixo)\b|\bo minimo (?:pra|para|que|de voces)\b"
    r"|\bcondic(?:ao|oes) (?:\w+ )?(?:especia\w+|melhor\w*|boas?|diferenciad\w+)\b|\b(?:qual|alguma|tem) (?:e |a |uma |alguma )*(?:condicao|promocao|oferta) (?:a vista|pra quitar|para quitar|hoje)\b"
    r"|\b(?:quit\w+|pagando tudo|a vista|liquid\w+) .{0,20}\b(?:por quanto|quanto (?:fica|sai|da|custa))\b|\bpor quanto (?:\w+ ){0,3}(?:quit\w+|fech\w+|sai\w*|fica\w*|faz\w*)\b"
    r"|\bquanto (?:fica|sai|custa|da) (?:eu |se eu |pra |para )*pag\w+ (?:tudo|todas|as (?:duas|tres|quatro|cinco|\d))\b"
    r"|\bquanto (?:fica|sai|custa|da) (?:\w+ ){0,2}(?:quit\w+|a vista|liquid\w+)\b"
)
_OF_PLANS = re.compile(r"\b(?:parcel\w+|vezes|entrada|\d+ ?x|por mes|mensa\w+|acordo|prestac\w+)\b")
_OF_MONEY = frozenset(
    "solicitar_pagamento parcelar pedir_desconto consultar_divida nlu_fallback fora_de_escopo escolher_opcao responder informar_valor promessa_pagamento informar_data ajuda".split()
)
_A_HALF = 6


async def least_price(scene: Scene) -> bool:
    """ "Qual o menor valor pra quitar?", "e pra pagar hoje, qual a condição especial?", of several debts and none of them named: what
    each comes to at once, and no code. False: not asked, or one debt is talked about."""
    own = plain(scene.turn.text or "")
    whole = plain((await text_of(scene.conn, scene.turn.id) if scene.piece is not None else None) or own)
    if scene.form is not None or scene.intent not in _OF_MONEY or not _LEAST.search(whole) or _OF_PLANS.search(whole):
        return False
    if scene.open_question not in (None, "which", "which_to_pay", "which_to_divide", "pay", "show", "discount"):
        return False
    if await scene.proof() is None or read_values(whole, scene.today).money:
        return False
    if scene.piece is not None and not _LEAST.search(own):
        # The other half of the message asks; this one only says when.
        return len(own.split()) <= _A_HALF and scene.intent in ("solicitar_pagamento", "informar_data", "promessa_pagamento")
    _, debts = await payable(scene)
    rests = await resting(scene, debts)
    free = [debt for debt in debts if debt.status == "open" and debt.id not in rests]
    focus = set(scene.slots.get("focus") or ())
    if focus & {debt.id for debt in free}:
        free = [debt for debt in free if debt.id in focus]
    if len(free) < 2 or await named_by_words(scene):
        return False
    if await discounts_of_each(scene, free):
        return True
    known = await known_facts(scene, free)
    if known is not None:
        scene.set_slot("focus", [debt.id for debt in free])
        say_most(scene, known)
    return known is not None


_TODAY = re.compile(
    r"(?:(?:e|mas|entao|ta|ok|e) )*se (?:eu )?(?:pagar|quitar|acertar)(?: (?:tudo|ela|essa|isso))? (?:hoje|agora|hj|a vista|hoje mesmo)(?: (?:mesmo|ainda|fica quanto|quanto fica|quanto da|da quanto|tem desconto))*"
)


async def paying_today(scene: Scene) -> bool:
    """ "E se eu pagar hoje?", of one account: what it comes to today, and no rule of what delay costs. False: not asked, or of several."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.open_question not in _AT_REST or not _TODAY.fullmatch(said) or await scene.proof() is None:
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    focus = scene.slots.get("focus") or (scene.question.arguments.get("debts") if scene.question is not None else None) or ()
    meant = [debt for debt in debts if debt.id in focus] or debts
    if len(meant) != 1:
        return False
    due = owed(scene.ground, meant[0])
    scene.set_slot("focus", [meant[0].id])
    scene.ask("pay")
    scene.say(
        "utter_paying_today",
        description=meant[0].title,
        less=[{"discount": {"money": due.discount}}] if due.discount else [],
        total={"money": due.total},
        today={"date": scene.today.isoformat()},
        arguments={"debts": [meant[0].id]},
    )
    return True


_DISCOUNT_FROM = re.compile(
    r"\b(?:descont\w+|abatimento)\b.{0,20}\b(?:de onde|por ?que|pq|como (?:foi|e) calculad\w|como (?:voces |vcs )?(?:calcul\w+|cheg\w+))\b|\b(?:de onde|por ?que|pq) (?:vem|saiu|sai|tem|tiraram|veio|surgiu|e)\b.{0,12}\b(?:descont\w+|abatimento)\b"
)


_WHY_THIS = re.compile(
    r"^(?:(?:mas|e|moca|moco|oi|ue|me|explica|explique|fala|diz) )*(?:por ?que|pq|porq|como assim|como que)\b.{0,30}\d"
)


_WHY_GREW = re.compile(
    r"\b(?:por ?que|pq|porq)\b.{0,15}\b(?:valor|conta|fatura|divida|isso|preco)?\b.{0,10}\b(?:subiu|aumentou|cresceu|mudou|ficou (?:tao )?(?:alt\w|car\w|maior))\b|\b\d+(?: ?(?:reais|real|conto|contos|pila|pilas|mil))? (?:virou|viraram|virar|foi pra|foi para|subiu pra|subiu para|passou pra|pulou pra|se transformou em|chegou a)\b (?:r\$ ?)?\d|^(?:(?:nossa|eita|caramba|gente|poxa|vixe|oxe|uai|ue|mas|e|meu deus|credo) )*(?:isso |essa conta |a conta |a divida |o valor |ta |ja )*(?:subiu|aumentou|cresceu|encareceu|triplicou|dobrou|disparou)(?: (?:isso|essa conta|a conta|a divida|o valor))?(?: (?:mt|mto|muito|demais|bastante|tanto|hein|hem|ne|assim|tudo isso|pra caramba))+$|^(?:(?:e|mas) )*quanto era (?:antes|no comeco|no inicio|originalmente|o original|a original|de verdade)$"
)


async def why_this_sum(scene: Scene) -> bool:
    """ "Pq tá 319,90?", of what is asked for: how that sum is made, and no offer. False: not asked, or it is another sum."""
    said = plain(scene.turn.text or "")
    grew = _WHY_GREW.search(said) is not None
    if scene.form is not None or scene.open_question not in _AT_REST or await scene.proof() is None:
        return False
    if _DISCOUNT_FROM.search(said):
        await tell(scene, scene.till.talk.knowledge.known["discount_how"])
        return True
    if not grew and not _WHY_THIS.search(said):
        return False
    amounts = {one.amount for one in read_values(scene.turn.text or "", scene.today, asked="amount").money}
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    meant = [debt for debt in debts if owed(scene.ground, debt).total in amounts]
    grown = grew and not meant
    if grown:
        focus = scene.slots.get("focus") or ()
        meant = [debt for debt in debts if debt.id in focus] or debts
    if (len(amounts) != 1 and not grown) or len(meant) != 1:
        return False
    due = owed(scene.ground, meant[0])
    scene.set_slot("focus", [meant[0].id])
    scene.ask("pay")
    scene.say(
        "utter_why_this_sum",
        description=meant[0].title,
        principal={"money": due.principal},
        fine={"money": due.fine},
        interest={"money": due.interest},
        gross={"money": due.gross},
        less=[{"discount": {"money": due.discount}, "days": due.days_overdue}] if due.discount else [],
        total={"money": due.total},
        today={"date": scene.today.isoformat()},
        arguments={"debts": [meant[0].id]},
    )
    return True


_AT_REST = (None, "which", "which_to_pay", "pay", "show", "discount", "human", "propose")


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
    r"\b(?:pag\w+|quit\w+|fica\w*|faz\w*|da|tir\w+)\b.{0,30}\b(?:sem (?:os |a |o |esses? |essa |tantos? |nenhum )*(?:juros|multa|encargos)|so o (?:principal|valor (?:original|da compra|da fatura|inicial)))\b"
    r"|\bsem (?:os |a |o |esses? |essa |tantos? |nenhum )*(?:juros|multa|encargos)\b.{0,12}\b(?:quanto|qual|seria|fica\w*|sai|da)\b"
)


_WITHOUT = re.compile(
    r"(?:(?:e|mas|entao|ai|fica|e isso|isso|assim|tudo|sao|eh) )*(?:sem|com|tem|nao tem|vai ter|tera|teria|cobra\w*|paga\w*|entra\w*|ja (?:ta|esta|tem) com|e com|incide\w*|corre\w*) (?:algum |nenhum |mais |os )?juros(?: (?:ne|mesmo|nenhum|ou nao|ou sem|no parcelamento|nisso|nisso ai|nas parcelas|em cima|por cima|se (?:eu )?parcelar|dividindo|parcelando|ai|tambem))*"
)
_ONLY_WITHOUT = re.compile(
    r"(?:(?:e|mas|entao|ai|ok|ta|aceito|fecho|pode|topo|eu) )*(?:so (?:se for|se|quero|aceito|fecho)|se for|(?:quero|queria|tem que ser|precisa ser|desde que seja|contanto que seja)(?: que seja)?) sem (?:nenhum )?juros(?: (?:nenhum|mesmo|ne|ta))*"
)
""" "Só se for sem juros": the plans that are shown answer it."""


async def plans_without_interest(scene: Scene) -> bool:
    """ "Sem juros?", below plans that were shown: yes or no, from what they sum to. False: not asked, or no plans are open."""
    text = scene.turn.text or ""
    asked = scene.open_question == "plans" and is_question(scene) and _WITHOUT.fullmatch(plain(text))
    only = scene.open_question in ("plans", "accept_offer") and _ONLY_WITHOUT.fullmatch(plain(text))
    if not asked and not only:
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
    r"|^(?:(?:e|mas|ai|entao|ta) )*(?:(?:isso |ela |a conta )?(?:fica|vai ficar|ficaria|aumenta|vai aumentar|sobe|vai subir|cresce|encarece)(?: mais car[oa])? (?:em )?quanto|quanto (?:a mais |que )?(?:aumenta|sobe|cresce|vai aumentar|fica mais car[oa]|encarece))(?: (?:por|ao|a cada|cada) (?:dia|mes))?(?: (?:mais|se eu esperar|esperando|entao))*$"
)
_DIVIDES = re.compile(r"\b(?:parcel\w+|vezes|entrada|\d+ ?x)\b")
