"""What is asked while a dispute is open: what comes of it if it is denied, and whether one may pay meanwhile."""

from __future__ import annotations

import re

from actions.dispute_withdrawn import open_ones
from actions.scene import Scene
from actions.which_debt import payable
from conversations.reply import last_response
from understanding.plain import plain

_IF_PROVEN = re.compile(
    r"\b(?:e se|se|caso)\b.{0,40}\b(?:prov(?:ar|arem|a|em)|for (?:minha|meu) mesmo|fui eu|perder|negarem|negar|recusarem|for negad\w|nao (?:aceitarem|der certo|concordarem)|eu usei|disserem que)\b"
)


async def if_denied(scene: Scene) -> bool:
    """ "E se a loja provar que fui eu?", while a dispute is open: what comes of it then, and no lesson on swindlers. False: not asked."""
    said = plain(scene.turn.text or "")
    if not _IF_PROVEN.search(said) or scene.form is not None or scene.intent in ("vulnerabilidade", "parar_mensagens"):
        return False
    known = await open_ones(scene)
    if not known:
        return False
    scene.say("utter_dispute_if_denied", protocol=known[0].protocol, answer_by={"date": known[0].answer_by.isoformat()})
    return True


_MEANWHILE = re.compile(
    r"\b(?:posso|da pra|consigo|quero|queria|vou) (?:\w+ ){0,2}(?:pag\w+|quit\w+|acert\w+)\b.{0,30}\b(?:enquanto|nesse meio tempo|ate (?:voces|vcs) (?:\w+ )?(?:decid|respond|resolv)\w+)\b"
)


async def pays_meanwhile(scene: Scene) -> bool:
    """ "Posso pagar o resto enquanto isso?", where all that is owed is disputed: the value of today can be paid, and nothing else changes."""
    if not _MEANWHILE.search(plain(scene.turn.text or "")) or not await open_ones(scene):
        return False
    _, debts = await payable(scene)
    if not debts or any(debt.status != "disputed" for debt in debts):
        return False
    scene.ask("human")
    scene.say("utter_cannot_agree_disputed")
    return True


_A_PROOF = re.compile(
    r"\b(?:laudo|documentos?|boletim|b ?o|provas?|prints?|fotos?|contrato|papel|papeis|declarac\w+|atestado|nota|e ?-?mails?|recibo|protocolo d\w+)\b"
)
_MAY_SEND = re.compile(r"\b(?:mando|envio|mandar|enviar|passo|passar|anex\w+|mostrar|mostro)\b")


async def proofs_offered(scene: Scene) -> bool:
    """ "Tenho o laudo do hospital, mando por aqui?", right after a dispute was registered: it can be sent here. False: nothing such."""
    said = plain(scene.turn.text or "")
    if not (_A_PROOF.search(said) and _MAY_SEND.search(said)) or len(said.split()) > 16 or scene.form is not None:
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not (
        last.startswith(("utter_dispute_", "utter_anything_else")) or scene.open_question == "dispute_story"
    ) or not await open_ones(scene):
        return False
    if re.search(r"\b(?:me (?:mand\w+|envi\w+)|voces|vcs)\b", said) or scene.intent in ("parar_mensagens", "falar_com_humano"):
        return False
    scene.say("utter_dispute_proof_here", protocol=(await open_ones(scene))[0].protocol)
    return True
