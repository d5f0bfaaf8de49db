"""Words that say more than the wish they were taken for: a threat, a blessing, shame, "just looking", "no human, please"."""

from __future__ import annotations

import re

from actions.complained import hear_complaint, told_others
from actions.complaint import say_in_court, tells_of_court
from actions.debt import show_debts
from actions.faq import tell
from actions.identity import give_identity
from actions.rights import claim_right
from actions.scene import Scene
from actions.staying import called_off
from conversations import audit
from conversations.reply import last_response
from understanding.plain import plain
from understanding.safety.distress import distress
from understanding.safety.threats import threatens

UNDELAYED = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe colou_codigo".split())
"""What nothing comes before."""


async def hear_threat(scene: Scene) -> bool:
    """A threat against somebody is heard calmly and written down."""
    if scene.intent == "vulnerabilidade" or not threatens(_said(scene)):
        return False
    scene.say("utter_threatened")
    await audit.record(
        scene.conn, "bot", "threat.heard", scene.conversation.id, {}, scene.now, tenant_id=scene.conversation.tenant_id
    )
    return True


async def debt_told_to_others(scene: Scene) -> bool:
    """That others were told of the debt is a complaint, whatever the sentence looks like (CDC art. 42)."""
    said = _said(scene)
    if not told_others(said) or distress(said) is not None or scene.intent in ("parar_mensagens", "informar_ja_paguei"):
        return False
    await hear_complaint(scene)
    return True


async def court_told_of(scene: Scene) -> bool:
    """Who tells of a lawsuit is told what that changes."""
    said = _said(scene)
    if scene.intent in UNDELAYED or not tells_of_court(said) or distress(said) is not None:
        return False
    say_in_court(scene)
    return True


async def copy_of_own_data(scene: Scene) -> bool:
    """ "Quero uma cópia em pdf" of what was just told is no bill."""
    said = plain(_said(scene))
    named = _ALL_MY_DATA.search(said) is not None
    if scene.intent not in _COPY_MAY_BE or not (named or (_COPY.search(said) and await _after_data(scene))):
        return False
    await claim_right(scene)
    return True


async def ashamed(scene: Scene) -> bool:
    """Nobody is judged here, and it is said."""
    if scene.intent not in ("reclamar", "nlu_fallback", "despedir", "saudar") or not _ASHAMED.search(plain(_said(scene))):
        return False
    scene.say("utter_no_judgement")
    return True


async def blesses(scene: Scene) -> bool:
    """ "Obrigada meu filho, fique com deus" asks for nothing."""
    said = plain(_said(scene))
    if scene.intent not in _MISHEARD or "?" in _said(scene) or len(said.split()) > 12 or not _BLESSES.search(said):
        return False
    scene.say("utter_answer_despedir")
    return True


async def nobody_else(scene: Scene) -> bool:
    """Who fears that others learn of the debt hears who may know."""
    if scene.intent not in ("negar", "preferencia_contato", "nlu_fallback") or not _NOBODY_ELSE.search(plain(_said(scene))):
        return False
    await tell(scene, scene.till.talk.knowledge.known["who_may_know"])
    return True


async def documents_with_courtesy(scene: Scene) -> bool:
    """ "Tá, confirmei lá. Meu cpf é…": the documents are what was waited for."""
    if scene.intent not in _COURTESY or not scene.turn.given.documents or scene.form is not None:
        return False
    if await scene.proof() is not None:
        return False
    await give_identity(scene)
    return True


async def fears_the_register(scene: Scene) -> bool:
    """Who is afraid of being listed is told what is true of it."""
    if scene.intent not in _OF_REGISTERS or not _WILL_BE_LISTED.search(plain(_said(scene))):
        return False
    scene.say("utter_will_be_listed")
    await scene.go_back()
    return True


async def only_looks(scene: Scene) -> bool:
    """ "Tá bom, quero ver" buys nothing."""
    if scene.open_question != "pay" or scene.intent not in _YESES or not _ONLY_LOOKS.search(plain(_said(scene))):
        return False
    await show_debts(scene)
    return True


async def wants_no_human(scene: Scene) -> bool:
    """Who wants no person is not handed over to one, however often the word stands there."""
    if scene.intent not in ("falar_com_humano", "negar") or not _NO_HUMAN.search(plain(_said(scene))):
        return False
    if await called_off(scene):
        return True
    if scene.intent != "falar_com_humano":
        return False
    scene.say("utter_stay_with_me")
    await scene.go_back()
    return True


def _said(scene: Scene) -> str:
    return scene.turn.text or ""


async def _after_data(scene: Scene) -> bool:
    """Whether what is kept of this person was the last thing told."""
    return (await last_response(scene.conn, scene.conversation.id) or "").startswith("utter_data_")


_OF_REGISTERS = frozenset("negativacao consequencias nlu_fallback ajuda reclamar".split())
_WILL_BE_LISTED = re.compile(
    r"\b(?:nome|cpf)\b.{0,12}\b(?:vai|vao|pode|podem|va) (?:\w+ ){0,3}(?:serasa|spc|negativ\w+|suj\w+|protest\w+)\b"
    r"|\b(?:vao|vai|voces|vcs|podem?) (?:me |meu |o |nome |cpf |colocar |por |botar |mandar |sujar ){1,5}.{0,12}(?:serasa|spc|negativ\w+|nome)\b"
)
_COPY_MAY_BE = frozenset("solicitar_pagamento recibo_quitacao consultar_divida nlu_fallback enviar_comprovante".split())
_ALL_MY_DATA = re.compile(
    r"\b(?:dados|informac\w+|tudo) que (?:voces|vcs|vc|voce|ces) (?:tem|tenham|guardam|possuem|sabem)(?: (?:meus?|minhas?|de mim|sobre mim|ai))*\b"
)
_COPY = re.compile(r"\b(?:copia|pdf|arquivo)\b")
_ASHAMED = re.compile(
    r"\b(?:(?:tenho|to com|estou com|com|ate|que|morro de|muita) vergonha(?! (?:na cara|dess\w|de voces|alheia))|sem coragem de|sem jeito de)\b"
)
_MISHEARD = frozenset("nlu_fallback fora_de_escopo agradecer saudar elogiar responder".split())
_BLESSES = re.compile(
    r"\b(?:fi(?:que|ca|quem) com deus|deus (?:te|lhe|o|a|os|as|vos)? ?(?:abenco\w+|proteja|pague|ilumine|acompanhe|guarde)|vai com deus|va com deus|(?:um |uma )?(?:bom|boa|otim[oa]) (?:fim de semana|restinho de \w+|descanso|semana|trabalho)|bom dia pra (?:voce|vc)s?|ate (?:mais|logo|a proxima|breve|outra hora)|se cuida|(?:um )?abraco|bjs?|beijos?)\b"
)
"""A farewell, however it is wrapped."""
_NOBODY_ELSE = re.compile(
    r"\b(?:nao (?:quero que|pode|podem)|ninguem) (?:\w+ ){0,4}(?:saib\w+|fiqu\w+ sabendo|descubr\w+|sab\w+|souber)\b|\bnao (?:cont\w+|fal\w+|avis\w+) (?:\w+ ){0,2}(?:pra|para|pro|com) (?:\w+ ){0,2}(?:familia|marido|esposa|mulher|mae|pai|filh\w+|chefe|trabalho|ninguem)\b"
)
_COURTESY = frozenset("afirmar agradecer despedir adiar_resposta ajuda nao_entendi negar quem_e_voce".split())
_YESES = frozenset("afirmar responder solicitar_pagamento consultar_divida".split())
_ONLY_LOOKS = re.compile(
    r"\b(?:quero|queria|deixa eu|vou|posso|preciso) (?:so )?(?:ver|olhar|entender|pensar|conferir|saber)\b(?!.*\b(?:pag\w+|pix|boleto)\b)"
)
_NO_HUMAN = re.compile(
    r"\b(?:nao|num|n) (?:quero|preciso|precisa|e pra|quis) (?:\w+ ){0,3}(?:atendente|pessoa|human[oa]|gente|ninguem)\b"
    r"|\b(?:quero|prefiro) (?:\w+ ){0,3}(?:com voce|com vc|com o robo|com o bot|o robo|o bot)\b"
)
