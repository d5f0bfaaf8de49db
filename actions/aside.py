"""What comes before the topic that was guessed: a code to be withdrawn, too many messages, a question with an answer of its own."""

from __future__ import annotations

import re

from actions.agreement import ahead_meant, cannot_keep, talk_of_agreement
from actions.by_debt import by_debt, code_of_another
from actions.called import call_wished
from actions.complaint import hear_complaint, say_in_court, tells_of_court, told_others
from actions.debt import show_debts
from actions.each import each_of_them, of_a_named_one
from actions.faq import asked_how_to_pay, digress, tell
from actions.heard import offers_nothing
from actions.human import ask_human
from actions.identity import asks_for_a_part, give_identity
from actions.instalments import shown_before
from actions.named import debts_named
from actions.negotiating import about_offer, less_down
from actions.on_screen import about_screen
from actions.on_the_table import starts_later, take_it_up
from actions.paid import claim_taken_back, how_much_paid
from actions.particulars import tell_particular
from actions.promise import another_day_after_all
from actions.protocols import protocols_asked
from actions.proving import proven
from actions.rights import claim_right, right_while_asked
from actions.scene import Scene
from actions.staying import called_off, stay_with
from actions.together import of_all_together
from actions.trust import tell_payee
from actions.uncollected import of_the_uncollected
from actions.undoing import undo
from actions.vulnerability import simply
from actions.withdrawing import only_these, withdraw, withdraw_wished
from conversations import audit
from conversations.reply import last_response
from conversations.turn import text_of, turns_since
from understanding.plain import plain
from understanding.safety.distress import distress
from understanding.safety.threats import threatens

MOST_IN_AN_HOUR = 80
"""More turns than this in an hour, and a human looks after the talk."""

_FIRST = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe colou_codigo".split())
"""What nothing comes before."""


async def turn_aside(scene: Scene) -> bool:
    """True: the message was answered, and the topic is not asked."""
    if await stay_with(scene) or await of_the_uncollected(scene):
        return True
    if (
        await protocols_asked(scene)
        or await about_screen(scene)
        or await tell_particular(scene)
        or await right_while_asked(scene)
    ):
        return True
    if scene.turn.text and not scene.turn.arguments and await _before_all(scene, scene.turn.text):
        return True
    if scene.intent == "nao_sou_a_pessoa" and await debts_named(scene):
        return True  # "e agora as do colégio" denies nothing
    if await by_debt(scene) or await code_of_another(scene) or await tell_payee(scene):
        return True
    if scene.intent not in _FIRST and not scene.turn.arguments and await of_all_together(scene):
        return True
    if scene.intent == "falar_com_humano" and not scene.turn.arguments and await take_it_up(scene):
        return True  # "pergunta pro gerente", of a proposal, asks for more than to talk with somebody
    if await _doubts_no_honesty(scene):
        return True
    if scene.turn.text and not scene.turn.arguments and (await simply(scene) or await _of_what_was_done(scene)):
        return True
    if scene.intent in _FIRST:
        return await digress(scene)
    if scene.turn.text and not scene.turn.arguments and withdraw_wished(scene.turn.text):
        await withdraw(scene)
        return True
    if (
        scene.turn.text
        and not scene.turn.arguments
        and (
            await cannot_keep(scene)
            or await take_it_up(scene)
            or await starts_later(scene)
            or await ahead_meant(scene)
            or await less_down(scene)
            or await only_these(scene)
            or await debts_named(scene)
            or await about_offer(scene)
        )
    ):
        return True
    if _WHAT_WAS_SETTLED.search(plain(scene.turn.text or "")) and await scene.proof() is not None:
        await talk_of_agreement(scene)
        return True
    if await turns_since(scene.conn, scene.conversation.id, scene.now) > MOST_IN_AN_HOUR:
        await ask_human(scene, "muitas_mensagens", "utter_many_messages")
        return True
    if scene.turn.text and not scene.turn.arguments and offers_nothing(scene) and await scene.proof() is not None:
        scene.say("utter_amount_not_positive")
        await scene.go_back()
        return True
    return await digress(scene)


async def _doubts_no_honesty(scene: Scene) -> bool:
    """ "Por que esse desconto, e não mais?": the second half, torn out, looks like a fear of swindlers. The first half is answered."""
    if (
        scene.piece is None
        or scene.intent != "suspeita_golpe"
        or any(one.get("label") == "suspeita_golpe" and one.get("certainty") == "sure" for one in scene.safety)
    ):
        return False
    return _WHY_SO_MUCH.search(plain(await text_of(scene.conn, scene.turn.id) or "")) is not None


_WHY_SO_MUCH = re.compile(r"\b(?:por ?que|pq|porq)\b.{0,20}\b(?:desconto|valor|oferta|proposta|parcela|entrada|so isso)\b")


_NOT_UNDONE = _FIRST - {"nao_sou_a_pessoa"}


async def _of_what_was_done(scene: Scene) -> bool:
    """What is said of payments and disputes that are there: how much came in, what was a mistake, several of them at once."""
    if scene.intent in _NOT_UNDONE:
        return False
    return (
        await how_much_paid(scene)
        or await claim_taken_back(scene)
        or await each_of_them(scene)
        or await undo(scene)
        or await of_a_named_one(scene)
    )


async def _before_all(scene: Scene, said: str) -> bool:
    if scene.intent != "vulnerabilidade" and threatens(said):
        scene.say("utter_threatened")
        await audit.record(
            scene.conn, "bot", "threat.heard", scene.conversation.id, {}, scene.now, tenant_id=scene.conversation.tenant_id
        )
        return True
    if told_others(said) and distress(said) is None and scene.intent not in ("parar_mensagens", "informar_ja_paguei"):
        await hear_complaint(scene)
        return True
    if scene.intent not in _FIRST and tells_of_court(said) and distress(said) is None:
        say_in_court(scene)
        return True
    if scene.intent in _COPY_MAY_BE and _COPY.search(plain(said)) and await _after_data(scene):
        await claim_right(scene)  # "quero uma cópia em pdf" of what was just told, and no bill
        return True
    if scene.intent in ("reclamar", "nlu_fallback", "despedir", "saudar") and _ASHAMED.search(plain(said)):
        scene.say("utter_no_judgement")
        return True
    if scene.intent in _MISHEARD and _BLESSES.search(plain(said)) and "?" not in said and len(plain(said).split()) <= 12:
        scene.say("utter_answer_despedir")  # "obrigada meu filho, fique com deus" asks for nothing
        return True
    if scene.intent in ("negar", "preferencia_contato", "nlu_fallback") and _NOBODY_ELSE.search(plain(said)):
        await tell(scene, scene.till.talk.knowledge.known["who_may_know"])
        return True
    if scene.intent in _COURTESY and scene.turn.given.documents and scene.form is None and await scene.proof() is None:
        await give_identity(scene)  # "tá, confirmei lá. meu cpf é…": the documents are what was waited for
        return True
    if scene.intent in _OF_REGISTERS and _WILL_BE_LISTED.search(plain(said)):
        scene.say("utter_will_be_listed")
        await scene.go_back()
        return True
    if await _before_who_asks_is_known(scene, plain(said)):
        return True
    if scene.open_question == "pay" and scene.intent in _YESES and _ONLY_LOOKS.search(plain(said)):
        await show_debts(scene)  # "tá bom, quero ver" buys nothing
        return True
    if await call_wished(scene) or await shown_before(scene) or await another_day_after_all(scene):
        return True
    if scene.intent in ("falar_com_humano", "negar") and _NO_HUMAN.search(plain(said)) and await called_off(scene):
        return True
    if scene.intent == "falar_com_humano" and _NO_HUMAN.search(plain(said)):
        scene.say("utter_stay_with_me")
        await scene.go_back()
        return True
    return await asked_how_to_pay(scene)


_WHAT_WAS_SETTLED = re.compile(
    r"^(?:e |mas )?(?:o que|oq|como) (?:foi que |e que |que )?(?:a gente |nos |eu )?(?:ficou |tinha |tinhamos |foi )?(?:combin\w+|acert\w+|marc\w+|agend\w+|defin\w+|decid\w+)(?: mesmo| entao| no fim)?$"
)


_OF_REGISTERS = frozenset("negativacao consequencias nlu_fallback ajuda reclamar".split())
_WILL_BE_LISTED = re.compile(
    r"\b(?:nome|cpf)\b.{0,12}\b(?:vai|vao|pode|podem|va) (?:\w+ ){0,3}(?:serasa|spc|negativ\w+|suj\w+|protest\w+)\b"
    r"|\b(?:vao|vai|voces|vcs|podem?) (?:me |meu |o |nome |cpf |colocar |por |botar |mandar |sujar ){1,5}.{0,12}(?:serasa|spc|negativ\w+|nome)\b"
)


async def _before_who_asks_is_known(scene: Scene, said: str) -> bool:
    """What is asked before identity is answered before identity is asked for: on and on, never the bare request again."""
    if not scene.turn.given.empty or await scene.proof() is not None:
        return False
    if scene.form is not None:
        if asks_for_a_part(said):
            scene.say("utter_identity_whole")
        elif _WHOSE_IS_IT.search(said) and scene.intent not in _FIRST:
            scene.say("utter_identity_tells_after")
        else:
            return False
        return True
    unsure = scene.intent in _UNSURE_START or (scene.intent == "nao_sou_a_pessoa" and not _NOT_FOR_ME.search(said))
    if unsure and _DOES_NOT_KNOW.search(said) and _HAD_A_MESSAGE.search(said):
        scene.say("utter_identity_step_by_step")
    elif unsure and _WHAT_CAN_BE_DONE.match(said):
        scene.say("utter_identity_what_can_be_done")
    else:
        return False
    await proven(scene, "consultar_divida")
    return True


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


async def _after_data(scene: Scene) -> bool:
    """Whether what is kept of this person was the last thing told."""
    return (await last_response(scene.conn, scene.conversation.id) or "").startswith("utter_data_")


_COPY_MAY_BE = frozenset("solicitar_pagamento recibo_quitacao consultar_divida nlu_fallback enviar_comprovante".split())
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
"""Who wants no person is not handed over to one, however often the word stands there."""
