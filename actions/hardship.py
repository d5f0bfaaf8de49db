"""No money, no work, too many debts: no lecture and no hurry; what fits, when, or some peace."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from actions.debts_to_negotiate import debts_meant
from actions.extension import extend
from actions.human import ask_human
from actions.negotiating import answer_capacity, known_facts
from actions.partial import part_wished
from actions.proving import forget_form
from actions.quiet import LONGEST
from actions.scene import Scene, Topic
from actions.which_debt import payable
from conversations.care import pause_person
from conversations.reply import last_response
from conversations.said import newest_said
from understanding.plain import plain
from understanding.values import read_values

PEACE = timedelta(days=30)
"""How long nobody is written to who asks for a break."""

_OVER_INDEBTED = re.compile(
    r"\b(?:super ?endivid\w*|(?:nao|n|nem) (?:tenho|da|consigo|tem) (?:como|nem|pra|para)?\s*(?:viver|comer|sobreviver|pagar (?:tudo|todas|o basico))"
    r"|(?:muita|tanta|um monte de|varias|mil) (?:divida|conta|boleto)s?|atolad\w+|afogad\w+|nome em todo lugar|devo (?:pra|para) (?:todo mundo|meio mundo)"
    r"|(?:nao|n) sobra (?:nada|um|nem)|minimo existencial|lei do superendividamento|mal da (?:pra|para) comer|escolher entre (?:comer|remedio))\b"
)


class Hardship(Topic):
    """\"Tô sem dinheiro\", \"perdi o emprego\", \"não sobra nada\"."""

    def name(self) -> str:
        return "action_hardship"

    async def act(self, scene: Scene) -> None:
        await _hear(scene)


async def _hear(scene: Scene) -> None:
    forget_form(scene)
    if _OVER_INDEBTED.search(plain(scene.turn.text or "")):
        scene.say("utter_hardship_over_indebted")
        await ask_human(scene, "superendividamento", "utter_human_requested_gently", asked=False)
        await pause_person(scene.conn, scene.conversation, "hardship", scene.turn.id, scene.now, until=scene.now + PEACE)
    elif await scene.proof() is not None and (await payable(scene))[1]:
        scene.ask("fits", takes=("amount", "date"))
        scene.say("utter_hardship_known")
    else:
        scene.say("utter_hardship")


_MISHEARD = frozenset("ajuda nlu_fallback nao_entendi fora_de_escopo consultar_divida parcelar".split())
_AT_A_LOSS = re.compile(
    r"^(?:(?:nossa|eita|vixe|poxa|mas|isso|ja|meu deus|caramba) )*(?:ta|e|eh|esta|sao|tem|devo) (?:muita|mta|mt) (?:coisa|conta|divida)s?(?: (?:pra mim|demais|ne|de uma vez|junta|tudo))*$|"
    r"\b(?:nao|num|n) (?:sei|vejo|faco ideia d[eo]) (?:\w+ ){0,2}?(?:como|se|de onde|com que) (?:eu )?(?:vou|consigo|posso|dou conta|tiro|fac[oa])\b.{0,20}\b(?:pag\w+|quit\w+|acert\w+|dinheiro|resolver)\b"
)


async def at_a_loss(scene: Scene) -> bool:
    """ "Não sei como vou pagar isso" asks for no list of what the assistant can do. False: not said."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _MISHEARD or scene.form is not None or not _AT_A_LOSS.search(said) or "?" in (scene.turn.text or ""):
        return False
    await _hear(scene)
    return True


_WAGES = r"(?:pagamento|pgto|salario|ordenado|vale|adiantamento|beneficio|auxilio|aposentadoria|pensao|bolsa(?: familia)?|decimo(?: terceiro)?|13|seguro desemprego|inss|comissao|diaria)"
_WAGES_LATE = re.compile(
    rf"\b(?:meu|minha|o|a|nosso) {_WAGES}\b(?: \w+){{0,3}}? (?:atras(?:ou|ado|ada|aram|ar|a)|vai (?:cair|sair|atrasar|entrar|demorar)|(?:so )?(?:cai|sai|entra|vem)\b|(?:ainda )?nao (?:caiu|saiu|entrou|veio))"
    r"|\b(?:patrao|patroa|firma|empresa onde|prefeitura|chefe|inss|governo|estado|servico)\b(?: \w+){0,4}? (?:(?:ainda |tb |tambem )?nao (?:\w+ )?pag(?:ou|aram)|atras(?:ou|aram)|vai atrasar|deve)\b"
)
_OF_A_PAYMENT = re.compile(r"\b(?:ai|sistema|voces|vcs|consta|baixa|boleto|pix|comprovante|paguei|fiz|mandei|quitei|parcela)\b")
_NO_CLAIM = frozenset(
    "informar_ja_paguei pagamento_duplicado_estorno enviar_comprovante nlu_fallback fora_de_escopo reclamar consultar_acordo".split()
)


async def wages_late(scene: Scene) -> bool:
    """ "Meu pagamento atrasou esse mês" speaks of wages, and of no payment that was made. False: not said."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _NO_CLAIM or scene.form is not None or not _WAGES_LATE.search(said) or _OF_A_PAYMENT.search(said):
        return False
    if "?" in (scene.turn.text or ""):
        return False
    await _hear(scene)
    return True


async def hardship_told(scene: Scene) -> bool:
    """Whoever told of hard times before it was known who writes is asked what fits, and not whether to pay now. False: nobody did."""
    names = [name for name in scene.till.talk.wording.names if name.startswith(_OF_HARDSHIP)]
    last = await newest_said(scene.conn, scene.conversation.id, names, scene.now - _REMEMBERED)
    if last is None or not last.startswith("utter_hardship") or not (await payable(scene))[1]:
        return False
    scene.ask("fits", takes=("amount", "date"))
    scene.say("utter_hardship_known")
    return True


_OF_HARDSHIP = ("utter_hardship", "utter_debt", "utter_identity_proven", "utter_agreement_made", "utter_pix_", "utter_boleto_")
_REMEMBERED = timedelta(hours=12)


class GivePeace(Topic):
    """\"Dar um tempo\": nothing of our own accord for a month."""

    def name(self) -> str:
        return "action_give_peace"

    async def act(self, scene: Scene) -> None:
        until = scene.now + PEACE
        await pause_person(scene.conn, scene.conversation, "hardship", scene.turn.id, scene.now, until=until)
        scene.ask(None)
        scene.say("utter_peace_given", until={"instant": until.isoformat()})


_A_WHILE = re.compile(
    r"\b(?:me )?(?:deixa\w*|da\w*|dao|deem|quero|queria|preciso d[eo]|pode(?:m|ria)?(?: me)? dar|prefiro|so) (?:so |de )?(?:um |uma |mais um )?(?:tempo|tempinho|pausa|folga|respiro)\b(?! (?:maior|pra pagar|para pagar))"
)
_SO_LONG = re.compile(
    r"(?:(?:uns|umas|mais|so|por|ate|tipo|acho que) )*(?:(\d{1,2})|(um|uma)|(dois|duas)|(tres)) (meses|mes|semanas?|dias)"
)


def _span(said: str) -> timedelta | None:
    """ "Dois meses", as an answer to how long: as a span of time."""
    found = _SO_LONG.fullmatch(said)
    if found is None:
        return None
    count = int(found[1]) if found[1] else 1 if found[2] else 2 if found[3] else 3
    return timedelta(days=count * (30 if found[5].startswith("mes") else 7 if found[5].startswith("semana") else 1))


async def peace_wished(scene: Scene) -> bool:
    """ "Me deixa um tempo", "dois meses", after hard times were told: silence of our own accord, for so long as is said. False: neither."""
    said = plain(scene.turn.text or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if scene.form is not None or not last.startswith(("utter_hardship", "utter_peace_given", "utter_vulnerable_")):
        return False
    span = _span(said) if scene.open_question == "fits" or last.startswith("utter_peace_given") else None
    if span is None and not _A_WHILE.search(said):
        return False
    until = scene.now + min(span or PEACE, LONGEST)
    await pause_person(scene.conn, scene.conversation, "hardship", scene.turn.id, scene.now, until=until)
    scene.ask(None)
    scene.say("utter_peace_given", until={"instant": until.isoformat()})
    return True


_THERE_IS_NOW = re.compile(
    r"^(?!.*\b(?:por mes|mensa\w+|todo mes|cada mes|parcel\w+|entrada|\d+ ?x|vezes)\b).*\b(?:agora|hoje|hj|agr|de uma vez|na mao|aqui comigo|guardad\w)\b"
)
"""An amount that is there today ("tenho 400 agora"), and none of every month."""


async def _fits(scene: Scene) -> bool:
    """What fits a month, or from when on: plans that fit, or another day."""
    heard = read_values(scene.turn.text or "", scene.today, asked="amount")
    if heard.money and _THERE_IS_NOW.search(plain(scene.turn.text or "")):
        return await part_wished(scene)
    if heard.money:
        debts = await debts_meant(scene, "parcelar")
        known = await known_facts(scene, debts) if debts else None
        if known is not None:
            await answer_capacity(scene, known, heard.money[0].amount)
        return True
    if heard.dates:
        scene.ask(None)
        await extend(scene)
        return True
    return False


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {"fits": _fits}

topics = (Hardship, GivePeace)
