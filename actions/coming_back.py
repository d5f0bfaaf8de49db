"""\"Não era pra ter parado, coloca de volta\": after a stop, messages come back by any words that wish them back."""

from __future__ import annotations

import re

from actions.heard import is_question
from actions.scene import Scene
from conversations.consent import opt_in, opted_out
from understanding.plain import plain

_MESSAGES = r"(?:mensage\w*|msgs?|avisos?|lembretes?|contatos?|notificac\w+|recados?)"
_BACK = re.compile(
    rf"\b(?:coloc\w+|bot[ae]\w*|p[oõ]e|poem|lig\w+|religu?\w*|ativ\w+|reativ\w+|retom\w+|desfa[czç]\w*|volt\w+|liber\w+|deix\w+) (?:\w+ ){{0,4}}?(?:de volta|de novo|outra vez|como (?:era|estava|tava)|{_MESSAGES})\b"
    rf"|\b(?:quero|queria|pod\w+|prefiro|gostaria) (?:\w+ ){{0,4}}?(?:volt\w+|continu\w+|seguir|receber|ser avisad\w) (?:\w+ ){{0,3}}?{_MESSAGES}\b|\bpode(?:m)? (?:voltar a |continuar a |continuar |me )*(?:mandar|mandando|escrever|escrevendo|avisar|avisando)\b"
    rf"|\b(?:nao era (?:pra|para)|nao (?:pedi|mandei|queria|quis|quero)) (?:\w+ ){{0,3}}?(?:par(?:ar|ado|asse\w*)|cancel\w+|deslig\w+|tir(?:ar|ado)|bloque\w+) (?:\w+ ){{0,3}}?{_MESSAGES}\b"
    r"|\b(?:nao era (?:pra|para)|nao (?:pedi|mandei|queria|quis) (?:pra |para |que )?)(?: ?(?:vcs|voces|vc|voce|ter|terem|eu))* ?(?:par(?:ar|arem|ado|assem?)|cancelado)$"
    rf"|\b(?:parei|cancelei|pedi (?:pra|para) parar) (?:\w+ ){{0,4}}?(?:sem querer|por engano|errado)\b|\b(?:me arrependi|mudei de ideia)\b.*\b{_MESSAGES}\b"
)
_NOT_BACK = re.compile(
    r"\b(?:nao|num|n|nem|nunca|sem) (?:quero (?:mais |que )*|precisa(?:m)? |e (?:pra|para) |volt\w+ |queria que )*(?:volt\w+|receb\w+|mand\w+|deix\w+|coloc\w+|lig\w+)\b|\bse (?:\w+ ){0,2}(?:volt\w+|mand\w+)|\b(?:voltaram|voltou|voltam|voltando)\b|\b(?:pix|boleto|codigo|proposta|oferta|parcela\w*|conta|divida|acordo)\b"
)

_REFUSED = re.compile(
    r"\b(?:nao|num|n|nem|nunca|jamais) (?:quero |e (?:pra|para) |precisa\w* |queria |gostaria |pod\w+ )(?:mais |que |voces |vcs |eu |me |de )*(?:volt|receb|mand|escrev|cont)\w+"
)


async def messages_back(scene: Scene) -> bool:
    """Undo the stop in so many words. False: nothing was stopped, or it is not wished back."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _NEVER and _REFUSED.search(said) and await opted_out(scene.conn, scene.conversation):
        scene.say("utter_opted_out_sure")  # "não quero que voltem a mandar"
        return True
    if not _BACK.search(said) or _NOT_BACK.search(said) or is_question(scene) or scene.intent in _NEVER:
        return False
    if not await opted_out(scene.conn, scene.conversation):
        return False
    await opt_in(scene.conn, scene.conversation, scene.now)
    scene.say("utter_opted_in")
    return True


_NEVER = frozenset(
    "vulnerabilidade nao_sou_a_pessoa suspeita_golpe falar_com_humano colou_codigo ameaca_juridica reclamar".split()
)
