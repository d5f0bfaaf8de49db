"""One particular of one's own account, asked by itself, is answered in a line and not with the whole account: when it fell due, whose
it is, what it comes to on a day, until when it may be collected, and how far a protocol is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from actions.agreement import talk_of_agreement
from actions.promised_day import cheaper_rows
from actions.resting import resting
from actions.scene import Scene
from actions.which_debt import named_by_words, payable
from conversations.effects import said_in
from conversations.requests import NAMED_KINDS, open_requests_of
from receivables.claims import claims_of
from receivables.disputing import disputes_of
from receivables.later import cheaper_then
from receivables.owed import uncollectable_from
from receivables.promise import last_day
from receivables.promising import limits_of, owed_on
from receivables.store import Debt, debts_of, owed, why_uncollectable
from understanding.plain import plain
from understanding.values import read_values

_FROM = frozenset(
    """consultar_divida quem_e_voce consequencias suspeita_golpe pedir_prorrogacao adiar_resposta reclamar saudar nlu_fallback ajuda
    nao_entendi fora_de_escopo consultar_acordo contestar_divida solicitar_pagamento promessa_pagamento direitos_lgpd negativacao
    recibo_quitacao informar_ja_paguei informar_data""".split()
)

_OF_AMOUNTS = frozenset("pedir_desconto parcelar informar_valor escolher_opcao".split())
"""Under these, only what fine and interest come to is a particular."""

_SOLD = re.compile(
    r"\b(?:divida|debito|conta|credito)\b.{0,20}\b(?:vendid\w+|cedid\w+)\b|\b(?:vend(?:eu|eram)|compr(?:ou|aram)|cedeu) (?:a |o )?(?:minha |meu )?(?:divida|debito|conta|credito)"
)
_WHY_US = re.compile(
    r"\bpor ?que (?:sao |e |eh |que )*(?:voces|vcs|vc)\b.{0,20}\bcobr\w+|\bnao (?:e )?a (?:propria )?(?:loja|escola|empresa)(?: (?:que|quem))?(?: \w+)?$"
)
_WHAT = re.compile(
    r"^(?:(?:mas|e|nossa|ai|so que|que) )*(?:eu )?(?:nao|num|n) (?:me )?(?:lembro|lembrava|sei|to lembrad[oa]|recordo) (?:mais )?(?:d?o|de) ?(?:que|q) (?:e|eh|era|se trata|foi)(?: (?:isso|essa|mesmo|divida|conta|ela|mais))*$|"
    r"\b(?:d[eo] ?que (?:e|eh|se trata|sao|era|foi)\b|(?:isso|essa|esse|ela|era|foi|e|eh) (?:e |era |foi |tudo |mesmo |ai )*d[eo] ?que(?: (?:isso|mesmo|essa|ai|tudo))?$|d[eo] ?que (?:mesmo )?(?:essa|esse)|que (?:conta|divida|compra|cobranca) (?:e|eh) ess[ae]|referente a (?:o )?que)"
    r"|^(?:(?:e|mas|ah|entao|sera que|isso|isto|essa|esse|ai|conta|divida|por acaso|essa conta|sera) )*(?:e|eh|foi|era|seria) (?:a conta |a divida |ainda )?(?:d?aquel[ae]|d[oa]|de uma?) (?!ano|mes|semana|dia|minha|meu|loja|mesm|outr|vez|banco)\w+(?: (?:que|d[aeo]|eu|n[ao]|comprei|la|peguei|antig[ao]|velh[ao]|novo|nova)(?: \w+){0,4})?$"
    r"|^(?:(?:e|mas|ue|ta|oxe|gente|nossa) )*(?:eu )?comprei (?:o que|oq|que)(?: (?:mesmo|la|nessa loja|com voces|com vcs))*$|\b(?:o que|oq) (?:foi )?(?:que )?(?:eu )?comprei\b"
)
_OF_A_THING = re.compile(
    r"^(?!.*\bde ?que\b).*\b(?:e|eh|foi|era|seria) (?:a conta |a divida |ainda )?(?:d?aquel[ae]|d[oa]|de uma?) \w"
)
""" "É daquele fogão?": what this is is told, where it is asked; as a statement it is somebody's own words."""
_WHOSE = re.compile(
    r"\b(?:de qual|de que|qual|quem) (?:e |eh )?(?:a |o )?(?:loja|empresa|credor\w*)\b(?! (?:e |eh |sao )?(?:isso|voces|vcs|vc)\b)"
)
_DUE = re.compile(
    r"^(?:(?:e|mas|eh|isso|essa|esse|ela|ele|conta|foi|ai|a|compra|divida) )*de quando(?: (?:e|eh|que|isso|foi|essa|esse|ela|mesmo|compra|conta|divida|era|ai|a))*$|"
    r"\b(?:quando|que dia) (?:foi )?(?:que )?(?:el[ae]s? )?(?:venceu|vence\w*)\b|\bqual (?:e |era |foi )?(?:o |a )?(?:data d[eo] )?vencimento\b"
)
_LATE = re.compile(
    r"\b(?:quantos|qtos) dias\b.{0,25}\batras\w*|\b(?:quanto tempo|quantos meses)\b.{0,25}\b(?:atras\w*|vencid\w*)|\bdias de atraso\b"
)
_CONTRACT = re.compile(r"\b(?:qual (?:e |o )*|numero )(?:numero )?(?:d[oe] |o )?(?:meu )?contrato\b")
_PRINCIPAL = re.compile(
    r"^(?:(?:e|mas|ai|qual) )*(?:(?:o|era|e|eh|foi|seria) )*(?:valor )?(?:original|inicial|da compra mesmo|de origem)(?: (?:era|e|eh|foi|quanto|qual|dela|disso|mesmo))*$|"
    r"\b(?:quanto|qual|valor)\b.{0,40}\b(?:antes d(?:o|a|os|as|e) (?:juros|multa|encargos|correcao)|sem (?:os |a |o |contar (?:os |a )?)?(?:juros|multa|encargos)|original|no (?:comeco|inicio)|originalmente|inicial)\b"
    r"|\b(?:antes d(?:o|os) juros|sem (?:os )?juros) (?:\w+ )?(?:era|e|foi|dava|ficava) quanto\b|\bquanto (?:que )?era (?:a|o) (?:\w+ )?(?:divida|conta|valor|compra|fatura|mensalidade)\b"
)
_CHARGES = re.compile(
    r"^(?:(?:e|mas|ai) )*(?:essa|a|esses|os|esse|o) (?:multa|juros?|encargos?)(?: (?:ai|e de quanto|quanto e|e quanto|de que|do que))*$|"
    r"\bquanto\b.{0,25}\b(?:juros|multa|encargos)\b|\bqual (?:e |o |foi )*(?:valor d(?:os|a|e) )?(?:juros|multa|encargos)\b"
)
_NOT_PRINCIPAL = re.compile(r"\b(?:se eu|a vista|avista|pagar|pagando|tir\w+|parcel\w+|vezes|descont\w+)\b")
_NOT_CHARGES = re.compile(
    r"\b(?:sem|tir\w+|abat\w+|por ?que|pq|como|dia|atras\w+|parcel\w+|vezes|por mes|ao mes|por dia|se eu|descont\w+)\b"
)
_NOT_OF_IT = {"principal": _NOT_PRINCIPAL, "charges": _NOT_CHARGES}
_HOW_MUCH = re.compile(
    r"\bquanto (?:que )?(?:eu )?(?:fica\w*|vai (?:ficar|dar|ser)|sai\w*|da|daria|pago|pagaria|seria|e|vou pagar)\b"
    r"|\b(?:qual|inform\w+|saber|diz\w*|me d[ae]) (?:\w+ ){0,4}valor\b.{0,30}\b(?:dia|no|em|na|para|pra|ate)\b"
)
_GROWS = re.compile(
    r"\bquanto (?:que )?(?:vai |ia |iria )?(?:aument\w+|sub\w+|sob\w+|cresc\w+|encarec\w+|fica a mais)\b.{0,30}\b(?:deix\w+|esper\w+|pag\w+|pra|para|em|ate)\b"
)
_CHANGES = re.compile(
    r"\b(?:o )?(?:valor|preco|total)\b.{0,12}\b(?:muda\w*|altera\w*|aumenta\w*|sobe|continua|e o mesmo|fica (?:o mesmo|igual|maior|mais))\b"
    r"|\b(?:muda\w*|altera\w*|aumenta\w*|sobe|continua|fica) (?:\w+ )?(?:o |esse )?(?:mesmo )?(?:valor|preco|total)\b"
    r"|\b(?:vale|valeria|valer|mantem|mantem se|segue|segura\w*|garante\w*)\b(?: (?:\w+ )?(?:o|esse|este|ess[ae]s?)(?: mesmo)?)? (?:valor|preco|total|desconto)\b"
    r"|\b(?:valor|preco|total|desconto)\b(?: \w+){0,2} (?:vale|valeria|mantem|se mantem|segue)\b"
    r"|\b(?:aumenta|fica mais caro|sai mais caro|encarece|vai aumentar|cobra mais)\b"
)
""""E amanhã muda o valor?", with a day beside it."""
_WAITING = re.compile(
    r"\b(?:compensa|vale a pena|e melhor|eh melhor|melhor|adianta|sai mais barato|ganho algo|tem vantagem)\b.{0,25}\b(?:esper\w+|deix\w+ (?:pra|para) (?:depois|mais tarde)|pagar (?:hoje|agora|ja|logo|depois))\b"
    r"|^(?:(?:e|mas|ai|entao) )*se (?:eu )?(?:esperar|deixar|demorar|empurrar|ficar|pagar so|for pagar so)\b.{0,40}\b(?:acontece|fica|muda|quanto|problema|aumenta|piora|como)\b"
    r"|\bse (?:eu )?esperar (?:\w+ ){0,4}(?:melhora|abaixa|baixa|diminui|desconto|barato|menos|aumenta|sobe|muda|encarece)\b"
    r"|\b(?:desconto|valor|preco) (?:vai |pode )?(?:aumenta\w*|melhora\w*|baixa\w*|diminui\w*|cai\w*) (?:\w+ ){0,3}(?:esper\w+|depois|pra frente|com o tempo|mais tarde)\b"
)
_SO_MUCH = re.compile(
    r"\b(?:tudo isso|tanto assim|isso tudo|esse valor todo|tudo isto|tao alto|tao caro)\b.*\b(?:devia|era|eram|comprei|lembr\w+|pensei|achei|gastei|dava|so)\b"
    r"|^(?:nossa|eita|caramba|gente|meu deus|nossa senhora|oxe|vixe|uai|ue|mas|ave maria|misericordia|credo|poxa|[ ,])*(?:tudo isso|isso tudo|tanto assim|tudo isto)(?: mesmo| ja| so| tudo| ne| de (?:divida|juros|valor)| agora)*$"
    r"|\b(?:por ?que|pq|como) (?:\w+ ){0,3}(?:tudo isso|tanto|tao alto|tao caro|subiu tanto|aumentou tanto|ficou tao)\b|\b(?:eu )?(?:devia|era|eram) (?:so |uns |umas )?\w+ e pouco\b"
)
_DENIED = re.compile(
    r"\b(?:errad\w+|paguei|pago|nunca|nao (?:e|eh|devo|fiz|reconheco|conheco)|contest\w+|golpe|fraude|quem|parcel\w+|\d+ ?x)\b"
)
_TOO_OLD = re.compile(r"\b(?:prescr\w+|caduc\w+)\b")
_ASKS = re.compile(r"\?|\b(?:ne|nao e|nao|sera|certo|verdade)\s*\W*$|^(?:sera|quando|ja nao|nao)\b")
_LISTED = re.compile(r"\b(?:tir\w+|limp\w+|sai\w*|serasa|spc|nome)\b.*\b(?:meu nome|nome|serasa|spc|cadastro|dai)\b")

_NEWS = re.compile(
    r"\b(?:em |daqui a )?(?:quanto tempo|quando|que dia|ate quando)\b.{0,30}\b(?:me )?(?:respond\w*|retorn\w*|resposta|resolv\w+|confer\w+|analis\w+)"
    r"|\b(?:alguma|tem|teve) (?:novidade|resposta)|\bja (?:viram|conferiram|analisaram|olharam|resolveram)\b"
    r"|\b(?:como (?:ta|esta|anda|ficou)|cade) .{0,15}\b(?:protocolo|contestacao|reclamacao|pedido|caso|conferencia)\b|\b(?:ta|esta|deu) (?:tudo )?certo$"
)
_GOES_ON = re.compile(r"\b(?:vao|vai|voces vao) (?:continuar|seguir|ficar) (?:me )?cobr\w+|\bcontinua\w* (?:me )?cobrando\b")
_NOT_FOUND = re.compile(r"\bse (?:nao|num|n) (?:acharem|encontrarem|localizarem|aparecer)\b")


_DOUBTFUL = 0.8


async def tell_particular(scene: Scene) -> bool:
    """Answer what was asked of one's own account; False: nothing of the kind was asked, or it is not known who asks."""
    if scene.turn.text is None or scene.form is not None or scene.turn.arguments:
        return False
    said = plain(scene.turn.text)
    wanted = next((name for name, words in _PARTICULARS if words.search(said)), None)
    # "Por que continuam me cobrando então", guessed to be a stop, is asked of what is under way.
    doubtful_stop = wanted == "goes_on" and scene.intent == "parar_mensagens" and scene.confidence < _DOUBTFUL
    if scene.intent not in _FROM | _OF_AMOUNTS and not doubtful_stop:
        return False
    if scene.intent in _OF_AMOUNTS and wanted not in (*_NOT_OF_IT, "so_much", "waiting"):
        return False
    if wanted == "what" and _OF_A_THING.match(said) and "?" not in scene.turn.text:
        return False
    if wanted == "so_much" and _DENIED.search(said):
        return False
    if wanted is None or scene.turn.given.of_a_person or await scene.proof() is None:
        return False
    if wanted in ("news", "goes_on", "not_found"):
        return await _under_way(scene, wanted)
    debtor, debts = await payable(scene)
    if not debts:
        return await _of_what_is_not_collected(scene, debtor.id, wanted)
    meant = await named_by_words(scene) or [d for d in debts if d.id in (scene.slots.get("focus") or ())] or debts
    if wanted == "due" and any(debt.status == "agreed" for debt in meant):
        await talk_of_agreement(scene)  # "quando vence a próxima?": the bill's own day is over
        return True
    if wanted == "waiting":
        return await _waiting(scene, meant)
    if wanted == "so_much":
        if scene.piece and any(name == "utter_particular_why_so_much" for name, _ in await said_in(scene.conn, scene.turn.id)):
            return True  # the other half of the message was answered by it
        return await _why_so_much(scene, meant)
    if wanted == "on_day":
        return await _on_day(scene, meant)
    if wanted in ("principal", "charges"):
        return await _part_of_it(scene, meant, wanted)
    if wanted == "too_old":
        return _ASKS.search(scene.turn.text.strip().lower()) is not None and await _limitation(scene, meant)
    if wanted == "listed":
        return False
    creditors = " e ".join(sorted({debt.creditor_name for debt in meant}))
    scene.say(f"utter_particular_{wanted}", debts=[_row(scene, debt) for debt in meant], creditors=creditors)
    await scene.go_back()
    return True


_PARTICULARS = (
    ("goes_on", _GOES_ON),
    ("not_found", _NOT_FOUND),
    ("news", _NEWS),
    ("sold", _SOLD),
    ("why_us", _WHY_US),
    ("too_old", _TOO_OLD),
    ("principal", _PRINCIPAL),
    ("charges", _CHARGES),
    ("so_much", _SO_MUCH),
    ("waiting", _WAITING),
    ("on_day", _GROWS),
    ("on_day", _CHANGES),
    ("on_day", _HOW_MUCH),
    ("late", _LATE),
    ("due", _DUE),
    ("contract", _CONTRACT),
    ("whose", _WHOSE),
    ("what", _WHAT),
    ("listed", _LISTED),
)


def _row(scene: Scene, debt: Debt) -> dict[str, Any]:
    return {
        "description": debt.title,
        "creditor": debt.creditor_name,
        "contract": debt.contract,
        "due": {"date": debt.due_date.isoformat()},
        "days": owed(scene.ground, debt).days_overdue,
        "until": {"date": uncollectable_from(debt.due_date).isoformat()},
    }


_MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_MONTH = re.compile(rf"\b(?:pra|para|em|ate|so em|no mes de) ({'|'.join(_MONTHS)})\b")
"""A month without a day: its first."""


async def _on_day(scene: Scene, debts: Sequence[Debt]) -> bool:
    """What it comes to on a day that is named, by the rules of today; of an agreement its own dates say it."""
    values = read_values(scene.turn.text or "", scene.today)
    if values.money or values.counts:
        return False  # a part, or instalments: asked of another topic
    days = [when.readings[0] for when in values.dates if len(when.readings) == 1 and when.readings[0] > scene.today]
    if not days and (month := _MONTH.search(plain(scene.turn.text or ""))):
        number = _MONTHS.index(month[1]) + 1
        days = [date(scene.today.year + (number <= scene.today.month), number, 1)]
    if len(days) != 1 or any(debt.status == "agreed" for debt in debts):
        return False
    dues = [owed(scene.ground, debt, days[0]) for debt in debts]
    scene.say(
        "utter_particular_on_day",
        day={"date": days[0].isoformat()},
        debts=[{"description": debt.title, "total": {"money": due.total}} for debt, due in zip(debts, dues, strict=True)],
        total={"money": sum(due.total for due in dues)},
        now={"money": sum(owed(scene.ground, debt).total for debt in debts)},
        today={"date": scene.today.isoformat()},
        cheaper=cheaper_rows(scene, debts, days[0]),
    )
    scene.set_slot("focus", [debt.id for debt in debts])
    return True


async def _waiting(scene: Scene, debts: Sequence[Debt]) -> bool:
    """ "Compensa esperar?": what these come to today, and whether some day that may still be promised costs less or more."""
    debts = [debt for debt in debts if debt.status == "open"]
    if not debts or await resting(scene, debts):
        return False
    now = owed_on(scene.ground, debts, scene.today)
    last = last_day(limits_of(scene.ground, debts), scene.today)
    days = [scene.today + timedelta(days=n) for n in range(1, (last - scene.today).days + 1)]
    cheapest = min(days, key=lambda day: (owed_on(scene.ground, debts, day), day), default=None)
    found = cheaper_then(scene.ground, debts, cheapest) if cheapest is not None else None
    soon = min(scene.today + timedelta(days=7), last)
    week, month = owed_on(scene.ground, debts, soon), owed_on(scene.ground, debts, last)
    scene.set_slot("focus", [debt.id for debt in debts])
    scene.ask("pay")
    scene.say(
        "utter_particular_waiting",
        now={"money": now},
        cheaper=[
            {"since": {"date": cheapest.isoformat()}, "total": {"money": found.now - found.less}, "less": {"money": found.less}}
        ]
        if found is not None and cheapest is not None
        else [],
        dearer=[
            {
                "soon": {"date": soon.isoformat()},
                "week": {"money": week},
                "late": {"date": last.isoformat()},
                "month": {"money": month},
            }
        ]
        if found is None and max(week, month) > now
        else [],
        same=[{"until": {"date": last.isoformat()}}] if found is None and week == month == now else [],
        arguments={"debts": [debt.id for debt in debts]},
    )
    return True


async def _why_so_much(scene: Scene, debts: Sequence[Debt]) -> bool:
    """ "Tudo isso? Eu devia mil e pouco": where the amount comes from, line by line; nothing is contested by being surprised."""
    debts = [debt for debt in debts if debt.status == "open"]
    if not debts or await resting(scene, debts):
        return False
    rows = []
    for debt in debts:
        due = owed(scene.ground, debt)
        rows.append(
            {
                "description": debt.title,
                "due": {"date": debt.due_date.isoformat()},
                "principal": {"money": due.principal},
                "fine": {"money": due.fine},
                "interest": {"money": due.interest},
                "discount": {"money": -due.discount},
                "total": {"money": due.total},
            }
        )
    dues = [owed(scene.ground, debt) for debt in debts]
    principal, total = sum(due.principal for due in dues), sum(due.total for due in dues)
    both = [{"principal": {"money": principal}, "total": {"money": total}}]
    scene.set_slot("focus", [debt.id for debt in debts])
    scene.ask("pay")
    less = total < principal
    scene.say("utter_particular_why_so_much", debts=rows, less=both if less else [], more=both if not less else [])
    return True


async def _part_of_it(scene: Scene, debts: Sequence[Debt], wanted: str) -> bool:
    """What it was before fine and interest, or what these come to; of what is agreed on, its agreement says it."""
    said = plain(scene.turn.text or "")
    if any(debt.status == "agreed" for debt in debts) or _NOT_OF_IT[wanted].search(said):
        return False
    rows = []
    for debt in debts:
        due = owed(scene.ground, debt)
        rows.append(
            {
                "description": debt.title,
                "principal": {"money": due.principal},
                "fine": {"money": due.fine},
                "interest": {"money": due.interest},
                "total": {"money": due.total},
            }
        )
    scene.say(f"utter_particular_{wanted}", debts=rows, today={"date": scene.today.isoformat()})
    return True


async def _limitation(scene: Scene, debts: Sequence[Debt]) -> bool:
    """Until when each may be collected (CC art. 206 §5 I): asked, and not yet denied."""
    scene.say("utter_particular_limitation", debts=[_row(scene, debt) for debt in debts])
    await scene.go_back()
    return True


async def _of_what_is_not_collected(scene: Scene, debtor_id: int, wanted: str) -> bool:
    """What is too old or in court is explained and not collected: whose it is may be asked, its amount not."""
    debts = [debt for debt in await debts_of(scene.conn, debtor_id) if debt.status in ("open", "agreed", "disputed")]
    old = [debt for debt in debts if why_uncollectable(scene.ground, debt) == "prescribed"]
    if wanted == "listed" and old:
        scene.say("utter_particular_listed_old")
        return True
    if wanted in ("whose", "what", "due", "contract") and debts:
        scene.say("utter_particular_whose_only", debts=[_row(scene, debt) for debt in debts])
        return True
    return False


_WHY = re.compile(r"^(?:e |mas |entao )*(?:por ?que|pq|porq)\b")


async def _under_way(scene: Scene, wanted: str) -> bool:
    """Every protocol of this person that is not answered yet, with its day; False where there is none."""
    proof = await scene.proof()
    assert proof is not None
    denied = [] if wanted == "not_found" else await disputes_of(scene.conn, proof.debtor_id)
    rows = [("dispute", one.protocol, one.answer_by) for one in denied if one.status == "open"]
    rows += [
        ("claim", one.protocol, one.review_until)
        for one in await claims_of(scene.conn, proof.debtor_id)
        if one.status == "open" and one.review_until >= scene.today
    ]
    if wanted == "news":
        rows += [
            (one.kind if one.kind in NAMED_KINDS else "request", one.protocol, one.due_on)
            for one in await open_requests_of(scene.conn, proof.debtor_id, scene.conversation.id)
        ]
    if not rows:
        return False
    scene.say(
        {
            "goes_on": "utter_under_way_why" if _WHY.search(plain(scene.turn.text or "")) else "utter_under_way_rests",
            "not_found": "utter_under_way_not_found",
        }.get(wanted, "utter_under_way"),
        rows=[
            {"what": {"phrase": f"kind:{what}"}, "protocol": protocol, "until": {"date": day.isoformat()}}
            for what, protocol, day in rows
        ],
    )
    return True
