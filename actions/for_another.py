"""Whoever writes on another person's telephone: hands it over to them, passes on a word, or asks about them. Nothing of anybody is told."""

from __future__ import annotations

import re

from actions.denial import wishes_to_pay
from actions.identity import give_identity
from actions.oneself import DENIES, speaks_as_oneself
from actions.proving import done_once_proven, forget_form, proven, third_party_told
from actions.scene import Scene
from actions.staying import state_of
from understanding.plain import plain
from understanding.safety.distress import distress
from understanding.safety.relations import beside, relation

_OF_OTHERS = ("relative", "stranger")


async def for_another(scene: Scene) -> bool:
    """True: it was the person after all, a word to be passed on, or a question about another, and was answered."""
    if await scene.proof() is not None or scene.form is not None or scene.intent == "vulnerabilidade":
        return False
    text = scene.turn.text or ""
    said = plain(text)
    if distress(said) is not None:
        return False
    state = await state_of(scene)
    if state not in (None, *_OF_OTHERS):
        return False
    if speaks_as_oneself(text, scene.turn.given):
        return await _person_after_all(scene, state)
    if not scene.turn.given.empty:
        return False
    if _CALLED_THEM.search(said) and relation(said) == "relative" and scene.intent not in ("parar_mensagens", "reclamar"):
        scene.say("utter_relative_bothered")
        return True
    if relation(said) in _OF_OTHERS and (answer := _of_a_word_to_pass(said, known=state is not None)):
        scene.say(answer)
        return True
    if not _asks_of_another(said) or scene.intent == "parar_mensagens":
        return False
    if state == "stranger":
        scene.say("utter_stranger_asks")
    elif state == "relative":
        scene.say("utter_relative_asks")
    elif scene.intent in _MISHEARD and _WHO_IS.search(said) and _OF_ANOTHER.search(said) and not DENIES.search(said):
        scene.say("utter_asks_of_another")
    else:
        return False
    return True


def _of_a_word_to_pass(said: str, *, known: bool) -> str | None:
    """What is answered to who passes a word on; `known`: that somebody else writes is said already. None: there is no such word."""
    if not known and not (_OF_ANOTHER.search(said) and _YOU_LOOKED_FOR.search(said)):
        return None
    if _WHAT_TO_SAY.search(said):
        return "utter_relative_message"
    if _WILL_TELL.search(said) and not _HERE.search(said):
        return "utter_relative_will_tell"
    if known and _MAY_WRITE_HERE.search(said) and not beside(said):
        return "utter_relative_short"
    return None


async def _person_after_all(scene: Scene, state: str | None) -> bool:
    """Whose telephone it was taken for does not matter any more: the proof decides."""
    if state is None and not await third_party_told(scene) and scene.intent != "nao_sou_a_pessoa":
        return False
    forget_form(scene)
    if not scene.turn.given.documents:
        await done_once_proven(scene, "consultar_divida")
    elif not wishes_to_pay(scene.turn.text or ""):
        await give_identity(scene)
    elif await proven(scene, "solicitar_pagamento"):
        scene.say("utter_identity_proven")
        await scene.turn_to("solicitar_pagamento")
    return True


def _asks_of_another(said: str) -> bool:
    return _ASKS_OF.search(said) is not None or (_WHO_IS.search(said) is not None and _ABOUT_US.search(said) is None)


_MISHEARD = frozenset("quem_e_voce nlu_fallback nao_sou_a_pessoa fora_de_escopo ajuda saudar".split())
_OF_ANOTHER = re.compile(
    r"\b(?:dele|dela|ele|ela|(?:meu|minha|o|a) (?:pai|mae|marido|esposa|mulher|filh[oa]|irma|irmao|vo|avo|ti[oa]|sogr[oa]|chefe|patrao|patroa|vizinh[oa]|amig[oa])"
    r"|(?:ess|est|um|uma) ?(?:[ea] )?(?:tal|pessoa|cara|homem|mulher|moc[oa]|senhora?)|tal de|(?:no|em) nome de)\b"
)
_CALLED_THEM = re.compile(
    r"\b(?:lig(?:ando|am|aram|ar)|mandando|mandam|cobrando|cobram|incomod\w+|perturb\w+|enche\w*|procurando) (?:\w+ ){0,3}?(?:pra|para|pro|a|ao|com|d[oa])? ?(?:a |o )?(?:minha|meu|ela|ele)\b"
)
_YOU_LOOKED_FOR = re.compile(
    r"\b(?:voces|vcs|vc|voce)\b.{0,12}\b(?:cham\w+|procur\w+|lig\w+|mand\w+|quer\w*|escrev\w+)|\brecado\b|\bcontato\b"
)
_HERE = re.compile(r"\b(?:(?:ta|esta|to|estou) (?:aqui|do|ao|comigo)|do (?:meu )?lado|ao meu lado|agora mesmo)\b")
_MAY_WRITE_HERE = re.compile(
    r"\b(?:pode|posso|consegue|da|tem como|serve)\b.{0,25}\b(?:n?ess[ea]|n?est[ea]|por aqui|aqui) ?(?:mesmo )?(?:numero|telefone|celular|zap|whats\w*|aqui|mesmo|$)"
)
_WHAT_TO_SAY = re.compile(
    r"(?<!deixar )(?<!deixa )\b(?:o que|oq|que|como) (?:e que )?(?:eu |a gente )?(?:digo|falo|aviso|conto|posso (?:dizer|falar|avisar)|devo (?:dizer|falar)|passo)\b"
    r"|\b(?:falo|digo|conto|aviso) (?:o que|oq|que)\b|\b(?:deix\w+|pass\w+|mand\w+|tem|quer\w*|qual|dou|dar|anot\w+) (?:\w+ ){0,3}recado\b|\brecado (?:curto|pra eu|para eu|que eu)\b"
)
_WILL_TELL = re.compile(
    r"\b(?:vou|posso|pode deixar que (?:eu )?|deixa que (?:eu )?|ja vou|eu) ?(?:falar|falo|dizer|digo|avisar|aviso|pedir|peco|mandar|mando|passar|passo|contar|mostrar|mostro|dar|dou|chamar|chamo)\b"
    r"(?: \w+){0,3}? (?:pra|para|pro|a|com|ao|o|recado|ela|ele|minha|meu)\b"
)
_ASKS_OF = re.compile(
    r"\b(?:dev[ei]\w*|devendo|devia) (?:muito|quanto|o que)\b|\bquanto (?:\w+ ){0,2}(?:dev\w+|e a divida)\b|\b(?:e|eh|sobre|seria|tem) (?:uma |alguma |de )?(?:cobranca|divida)\b"
    r"|\b(?:do que|o que|oq|que) (?:se trata|e que ela|e que ele|voces querem com|vcs querem com|(?:ele|ela) (?:fez|deve|comprou|aprontou))\b|\b(?:divida|conta|cobranca) (?:dele|dela|de quanto|de que)\b"
)
_WHO_IS = re.compile(r"\bquem (?:e |eh |seria |que e )(?:(?:o|a|ess[ea]|est[ea]|um|uma|tal) )*(?:\w+)")
_ABOUT_US = re.compile(
    r"\bquem (?:e |eh |seria |que e )(?:(?:o|a|os|as|ess[ea]|est[ea]) )*(?:voces?|vcs?|tu|empresa|loja|credor\w*|cobrador\w*|acerto|responsavel|dono|assistente|robo|chefe|gerente|que\b|isso|ai\b)"
)
