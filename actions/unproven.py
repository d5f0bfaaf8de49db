"""What somebody asks before the talk knows who they are: answered, and only then the proof is asked for again."""

from __future__ import annotations

import re

from actions.complained import told_others
from actions.faq import tell
from actions.going_on import wishes
from actions.identity import asks_for_a_part, asks_whether_cpf_serves, lacks_contract
from actions.overheard import UNDELAYED
from actions.proving import done_once_proven, forget_form
from actions.scene import Scene
from understanding.plain import plain
from understanding.safety.distress import distress
from understanding.values import read_values


async def while_unproven(scene: Scene) -> bool:
    """True: it was about the proof itself, what it tells after or why it is wanted, and was answered."""
    if await scene.proof() is not None:
        return False
    said = plain(scene.turn.text or "")
    if scene.turn.given.of_a_person:
        return False
    if _offers(scene, said):
        scene.intent = _OFFER
        if scene.form is None:
            await done_once_proven(scene, _OFFER)
        else:
            scene.want(_OFFER)
            scene.say("utter_identity_first")
        return True
    if _KEEPS_CPF.search(said) and scene.intent not in UNDELAYED - {"suspeita_golpe"} and not _FEARS.search(said):
        general = next((name for name, asked in _IN_GENERAL if asked.search(said)), None)
        if general is not None:
            scene.say("utter_faq", answer={"phrase": f"faq:{general}"})
            forget_form(scene)
            scene.say("utter_identity_not_now")
            return True
        if scene.form is None and scene.intent in _REFUSES and len(said.split()) <= 12:
            scene.ask("human")
            scene.say("utter_identity_declined")
            return True
    if asks_private(said) and distress(said) is None and not told_others(said):
        await tell(scene, scene.till.talk.knowledge.known["who_may_know"])
        return True
    if scene.form is None and scene.intent not in UNDELAYED - {"suspeita_golpe", "nao_sou_a_pessoa"}:
        about = next((response for response, asked in _OF_PAPERS if asked(said)), None)
        if about is not None:
            scene.say(about)
            await done_once_proven(scene, scene.slots.get("wanted") or "consultar_divida")
            return True
    if scene.form is not None:
        if asks_for_a_part(said):
            scene.say("utter_identity_whole")
        elif _WHOSE_IS_IT.search(said) and scene.intent not in UNDELAYED:
            scene.say("utter_identity_tells_after")
        else:
            return False
        return True
    if scene.intent == "contestar_divida" and _EXPIRES_IN_GENERAL.search(said) and not _OWN.search(said):
        await tell(scene, scene.till.talk.knowledge.known["prescription"])
        return True
    unsure = scene.intent in _UNSURE_START or (scene.intent == "nao_sou_a_pessoa" and not _NOT_FOR_ME.search(said))
    if unsure and _DOES_NOT_KNOW.search(said) and _HAD_A_MESSAGE.search(said):
        scene.say("utter_identity_step_by_step")
    elif unsure and _WHAT_CAN_BE_DONE.match(said):
        scene.say("utter_identity_what_can_be_done")
    elif scene.intent in _UNSURE_START and _WANTS_TO_SEE.search(said):
        pass  # asked at once who writes
    else:
        return False
    await done_once_proven(scene, "consultar_divida")
    return True


_KEEPS_CPF = re.compile(
    r"\b(?:nao|num|n|nem) (?:vou |quero |vo |posso |pretendo )?(?:\w+ )?(?:pass\w+|dar|dou|inform\w+|mand\w+|diz\w+|fal\w+|digo|coloc\w+|por) (?:(?:o|os|meu|meus|nenhum) )*(?:cpf|documentos?|dados)\b"
    r"|\bsem (?:dar|passar|falar|mandar|informar|precisar d\w+|dizer) (?:(?:o|meu) )*cpf\b"
)
_REFUSES = frozenset("negar nlu_fallback fora_de_escopo responder cancelar informar_cpf".split())
_FEARS = re.compile(r"\b(?:golpe\w*|fraude\w*|confi\w+|segur\w+|verdade|serio|falso|clon\w+)\b")
_IN_GENERAL = (
    ("discount_how", re.compile(r"\b(?:descont\w+|abat\w+|menos)\b")),
    ("instalments_how", re.compile(r"\b(?:parcel\w+|divid\w+|vezes)\b")),
    ("extension_how", re.compile(r"\b(?:prazo|adi\w+|prorrog\w+|mais tempo)\b")),
    ("ways_to_pay", re.compile(r"\b(?:pix|boleto|como (?:eu )?pag\w+|formas? de pag\w+)\b")),
    ("interest_how", re.compile(r"\bjuros?\b")),
)
_OFFER = "pedir_desconto"
_MAY_OFFER = ("consultar_divida", "promessa_pagamento", "contestar_divida", _OFFER)
_DENIES = re.compile(r"\b(?:nao|nunca|nem)\b")
_HAS = re.compile(
    r"\b(?:consigo|tenho|dou|ofereco|pago|arrumo|junt\w+|posso (?:dar|pagar|arrumar)|da pra (?:dar|pagar)|cham\w+)\b"
)
_TO_END = re.compile(r"\b(?:mat(?:ar|o)|fech\w+|quit\w+|resolv\w+|acab\w+|liquid\w+|encerr\w+|zer(?:ar|o)|limp(?:ar|o))\b")
_OTHERWISE = re.compile(
    r"\b(?:por mes|mensa\w+|mes|entrada|parcel\w*|vezes|ja paguei|paguei|nao (?:tenho|consigo|posso)|pix|boleto)\b"
)


def _offers(scene: Scene, said: str) -> bool:
    """ "Consigo 900 conto pra matar isso": an amount offered for all of it, whatever it was taken for; it is answered after the proof."""
    if scene.intent in UNDELAYED or (scene.intent in wishes() and scene.intent not in _MAY_OFFER):
        return False
    if not _HAS.search(said) or not _TO_END.search(said) or _OTHERWISE.search(said) or _DENIES.search(said):
        return False
    values = read_values(scene.turn.text or "", scene.today, asked="amount")
    return len({one.amount for one in values.money}) == 1 and not values.dates and not values.counts


_OF_PAPERS = (
    ("utter_identity_no_contract", lacks_contract),
    ("utter_identity_company", asks_whether_cpf_serves),
    ("utter_identity_whole", asks_for_a_part),
)
_WANTS_TO_SEE = re.compile(
    r"\b(?:ver|verificar|consultar|saber|resolver|acertar|tratar|regularizar|quitar)\b.{0,25}\b(?:pendenc\w+|debito\w*|divida\w*|situacao|boletos?|faturas?|contas?)\b"
)
_EXPIRES_IN_GENERAL = re.compile(
    r"\b(?:caduc\w+|prescrev\w+|prescric\w+)\b.*\b(?:anos?|ne|quando|tempo)\b|\b(?:quando|quantos anos|quanto tempo)\b.*\b(?:caduc\w+|prescrev\w+)\b"
)
_OWN = re.compile(r"\b(?:minha|meu|ess[ae]|est[ae]|ja|caducou|prescreveu)\b")
"""What makes it somebody's own case, which is looked at after the proof."""
_UNSURE_START = frozenset("nlu_fallback saudar ajuda nao_entendi fora_de_escopo quem_e_voce consultar_divida parcelar".split())
_WHOSE_IS_IT = re.compile(
    r"\b(?:de|e|eh) (?:qual|que|q) (?:loja|empresa|banco|escola|divida|conta|credor)\b|\bqual (?:e )?(?:a )?(?:loja|empresa)\b|\bde quem (?:e|eh) (?:a |essa )?(?:divida|conta)\b"
)
_NOT_FOR_ME = re.compile(
    r"\b(?:nao (?:sou|e (?:comigo|meu|minha|pra mim|para mim)|conheco|era)|errad[oa]|engano|desconheco|outra pessoa|mora\w*|faleceu|morreu)\b"
)
_HAD_A_MESSAGE = re.compile(
    r"\b(?:receb\w+|cheg\w+|mandaram|veio|apareceu|vi)\b.{0,20}\b(?:mensage\w+|msg|aviso|recado|torpedo|zap|whats\w*)\b"
)
_DOES_NOT_KNOW = re.compile(
    r"\b(?:nao|num|n) (?:sei|entend\w+|to entendendo|estou entendendo|consigo|mexo|compreend\w+)\b|\b(?:do que|o que|oq|que) (?:se trata|e isso|eh isso|seria|voces quer\w+)\b"
)
_WHAT_CAN_BE_DONE = re.compile(
    r"(?:oi |ola |e |ai |entao |bom dia |boa tarde |boa noite )*(?:o que|oq|oque|que) (?:e que )?(?:da|pode\w*|posso|tem|dava) (?:(?:pra|para|como|a|ser|eu|se) )*(?:fazer|feito|resolver)\b"
)


def asks_private(said: str) -> bool:
    """ "Meu chefe pode ver que eu devo?", "isso é sigiloso?"."""
    return _PRIVATE.search(said) is not None and _TOLD.search(said) is None


_OTHERS = r"(?:chefe|patrao|patroa|empresa|trabalho|servico|firma|rh|colegas?|familia|marido|esposa|mulher|mae|pai|filh\w+|vizinh\w+|alguem|outr\w+|mais gente|pessoal|mais ninguem)"
_PRIVATE = re.compile(
    r"\b(?:e|eh|fica|sera|esta|conversa) (?:\w+ )?(?:sigil\w+|confidencia\w+|segredo|privad\w+|particular)\b|\b(?:em|no) sigilo\b"
    rf"|\b{_OTHERS} (?:\w+ )?(?:pod\w+|consegu\w+|vai|vao|fica\w*|tem como|tem acesso)\b.{{0,12}}\b(?:ver|saber|sabend\w+|descobr\w+|olhar|acesso)\b"
    rf"|\b(?:cont\w+|fal\w+|avis\w+|mostr\w+) (?:\w+ ){{0,3}}(?:pro|pra|para|ao|a|com) (?:o |a |meu |minha )*{_OTHERS}\b(?=.*(?:\?|nao e|ne$))"
)
_TOLD = re.compile(r"\b(?:contaram|falaram|avisaram|mostraram|ligaram|disseram|ficou sabendo|ficaram sabendo)\b")
