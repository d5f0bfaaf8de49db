"""\"Quero pagar a escola dia 5\": a wish for that very day, and for no code of today.

Whoever names the day on which they pay has the promise of it read back, before and after identity and whatever the guess was; who asks
for the code of such a day is told when it comes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from actions.heard import Day, day_of
from actions.promise import answerers as promise_answerers
from actions.promise import promise
from actions.promised_day import two_parts
from actions.proving import proven
from actions.scene import Scene
from receivables.promising import promised_now, promises_of
from receivables.store import get_debts
from understanding.plain import plain
from understanding.values import read_values

_FREE = (None, "pay", "show", "which", "which_to_pay", "human")
"""What is open and a day does not answer."""
_OTHER_WISHES = frozenset(
    """informar_ja_paguei contestar_divida parcelar pedir_desconto pedir_prorrogacao nao_sou_a_pessoa vulnerabilidade parar_mensagens
    suspeita_golpe reclamar ameaca_juridica direitos_lgpd enviar_comprovante pagamento_duplicado_estorno colou_codigo consultar_acordo
    falar_com_humano preferencia_contato""".split()
)
_PAYS = re.compile(
    r"\b(?:quero|queria|gostaria de|vou|posso|consigo|pretendo|prefiro|da (?:pra|para)|daria (?:pra|para)|tem como|eu|so) (?:\w+ ){0,2}?(?:pagar|quitar|acertar)\b"
    r"|\b(?:pago|quito|acerto|pagaria|pagarei|pagamento)\b|^(?:pagar|quitar|acertar)\b"
)
_MAY_I = re.compile(r"\b(?:pode|posso|podia|da|daria|rola|consigo|serve)\b")
_BARE = frozenset("informar_data nlu_fallback fora_de_escopo responder escolher_opcao solicitar_pagamento".split())
_SOMETHING_ELSE = re.compile(
    r"\b(?:parcel\w+|vezes|entrada|mensa\w*|prestac\w+|acordo|\d+ ?x|por mes|todo (?:dia|mes)|vencimento|prazo|descont\w+|paguei|pagou|quanto"
    r"|pag[ao]s?(?: \w+)? (?:ontem|ja)|ja (?:foi |esta |ta )?pag\w+|comprovante|recibo|agendei|agendad\w|multa|juros|lig\w+|lembr\w+|avis\w+|proposta)\b"
    r"|\bse (?:eu|a gente|for|nao)\b|\b(?:nao|num|nem|nunca) (?:vou|quero|posso|consigo|pretendo|devo) (?:mais )?(?:pagar|quitar|acertar)\b"
)
_NOW = re.compile(r"\b(?:hoje|hj|agora|agr|ja)\b")
_NOT_NOW = re.compile(
    r"\b(?:nao|num|n|nem|sem) (?:\w+ ){0,3}?(?:hoje|hj|agora|agr|ja)\b|\b(?:hoje|hj|agora|agr) (?:\w+ )?(?:nao|num|n)\b"
)
_CODE = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]o\w*|codigo)\b")
_SENT = re.compile(r"\b(?:mand\w+|envi\w+|ger[ae]\w*|faz|faca|emit\w+|quero|queria|preciso|tem como|pode|da)\b")
_FOR_A_DAY = re.compile(
    r"\b(?:pix|b[ou]l+[eao]?[tl]o\w*|codigo) (?:pra|para|pro|p|com (?:a )?data|com vencimento|vencendo|n?o dia|de (?:sexta|segunda|terca|quarta|quinta|amanha))\b"
)
_THAT_DAY = re.compile(
    r"\b(?:ess[ea]|est[ea]|ness[ea]|dess[ea]|aquel[ea]|naquel[ea]|mesm[oa]) (?:mesm[oa] )?(?:dia|data)\b|\b(?:n?o|pro) dia (?:combinad\w|marcad\w|certo)\b"
)


async def pays_on_a_day(scene: Scene) -> bool:
    """A wish to pay on one day to come: the promise of it is read back. False: no such wish, or something else is meant with the day."""
    if scene.form is not None or scene.open_question not in _FREE or scene.intent in _OTHER_WISHES:
        return False
    said = plain(scene.words)
    if _SOMETHING_ELSE.search(said):
        return False
    coded = _CODE.search(said) is not None and (_SENT.search(said) or _FOR_A_DAY.search(said)) is not None
    if two_parts(scene) is None:
        if (_day_to_come(scene) is None and not _time_to_come(scene)) or (_NOW.search(said) and not _NOT_NOW.search(said)):
            return False
        bare = scene.intent in _BARE and "?" in scene.words and _MAY_I.search(said) and not _CODE.search(said)
        if not (_PAYS.search(said) or coded or bare):
            return False
    scene.intent = "promessa_pagamento"
    if await proven(scene, "promessa_pagamento"):
        if coded:
            scene.say("utter_code_comes_on_the_day")
        await promise(scene)
    return True


def _day_to_come(scene: Scene) -> Day | None:
    """The one day after today that is named; nothing when several stand side by side and none takes the other back."""
    heard = day_of(scene, later=True)
    if heard is None or heard.day is None or heard.day <= scene.today:
        return None
    exact = {
        when.readings[0]
        for when in read_values(scene.words, scene.today).dates
        if when.readings and when.readings[0] > scene.today
    }
    return heard if len(exact) == 1 else None


_LATER = re.compile(
    r"\b(?:que vem|q vem|qvem|proxim[ao]|seguinte|outr[ao] (?:mes|semana|ano)|fi(?:m|nal) d[eo] (?:mes|ano)|mais pra frente|receb\w+|salario|decimo|13o?)\b"
)
_WILL_PAY = re.compile(
    r"\b(?:pago|quito|acerto|pagarei|quitarei|resolvo)\b|\b(?:vou|quero|queria|pretendo|consigo|posso) (?:\w+ ){0,2}?(?:pagar|quitar|acertar)\b"
)


def _time_to_come(scene: Scene) -> bool:
    """ "Mês que vem eu quito tudo": no day, but none of today; the promise proposes one."""
    said = plain(scene.words)
    if not (_WILL_PAY.search(said) and _LATER.search(said)) or _CODE.search(said):
        return False
    dates = read_values(scene.words, scene.today).dates
    return bool(dates) and all(
        when.kind in ("vague", "event", "range") and all(one > scene.today for one in when.readings) for when in dates
    )


_WHERE_IS_IT = re.compile(
    r"\b(?:cade|kd|onde (?:ta|esta)|nao (?:veio|chegou|recebi))\b.{0,15}\b(?:pix|b[ou]l+[eao]?[tl]o\w*|codigo)\b|^(?:ta |ok |e |mas )+(?:o |cade o )?(?:pix|b[ou]l+[eao]?[tl]o\w*|codigo)$"
)
_YES_AND_ITS_CODE = re.compile(
    r"^(?:(?:sim|pode|anot\w+|marc\w+|ser|isso|ok|certo|ta|bom|beleza|blz|claro|fechado|entao|ja) )+(?:e |mas |so )*(?:cade |quero |manda\w* |me manda )?(?:o |um )?(?:pix|b[ou]l+[eao]?[tl]o\w*|codigo)\b(?! (?:de |pra |para )?(?:hoje|agora))"
)


async def yes_and_its_code(scene: Scene) -> bool:
    """ "Pode anotar, e o boleto?", to a day that was read back: it is noted, and its code comes on that day; none of today. False: no day
    is read back, or no plain yes is said."""
    if scene.open_question != "promise_confirm" or scene.form is not None or scene.question is None:
        return False
    if (
        not _YES_AND_ITS_CODE.match(plain(scene.turn.text or ""))
        or scene.question.arguments.get("day") == scene.today.isoformat()
    ):
        return False
    scene.turn = replace(scene.turn, text="sim")
    if not await promise_answerers["promise_confirm"](scene):
        return False
    scene.say("utter_code_waits_for_the_day")
    return True


async def code_for_the_day(scene: Scene) -> bool:
    """ "Manda o boleto pra esse dia", with a day that was agreed on: no code of today at another price, but when it comes. False: nothing
    was agreed on, or another day is meant."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _CODE.search(said) or _SOMETHING_ELSE.search(said.replace("vencimento", "")):
        return False
    heard = day_of(scene, later=True)
    asked_for = scene.open_question == "promise_made" and _WHERE_IS_IT.search(said) is not None
    if not asked_for and not (_SENT.search(said) and (_THAT_DAY.search(said) or (heard is not None and heard.day is not None))):
        return False
    proof = await scene.proof()
    if proof is None or (_NOW.search(said) and not _NOT_NOW.search(said)):
        return False
    held = [one for one in await promises_of(scene.conn, proof.debtor_id) if one.status == "open" and one.day > scene.today]
    if not held or (heard is not None and heard.day is not None and heard.day != held[-1].day):
        return False
    debts = await get_debts(scene.conn, list(held[-1].debts))
    scene.ask("promise_made", takes=("date", "amount"), promise=held[-1].id)
    scene.say(
        "utter_code_on_the_agreed_day",
        day={"date": held[-1].day.isoformat()},
        amount={"money": promised_now(scene.ground, held[-1], debts)},
        arguments={"debts": list(held[-1].debts)},
    )
    return True
