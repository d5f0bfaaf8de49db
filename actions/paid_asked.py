"""What is only asked of payments: whether one arrived, and how much was paid in all."""

from __future__ import annotations

import re

from actions.scene import Scene
from payments.charges import payments_of
from understanding.plain import plain

_HOW_MUCH = re.compile(
    r"\b(?:quanto|qto|qnto|quantos?) (?:\w+ ){0,6}?(?:paguei|pagei|quitei|(?:ja|foi|ta|esta|tenho|tinha) pago|dei (?:pra|para|a) (?:vcs|voces))\b"
    r"|\b(?:ja )?(?:paguei|pagei) (?:\w+ ){0,2}?(?:quanto|qto|quantas? (?:vezes|parcelas))\b|\b(?:total|soma|valor|extrato|historico|lista) (?:\w+ ){0,4}?(?:ja |eu )*(?:paguei|pagei|pago ate)\b"
    r"|\b(?:meus|os|quais) (?:\w+ )?pagamentos (?:que |ja |ate |feitos|foram|eu|meus|vcs|voces|recebidos)"
)
_WILL_PAY = re.compile(
    r"\b(?:(?:nao|n|num) (?:\w+ )?paguei|paguei nao|juros|multa|se eu|eu pago quanto|vou|tenho que|devo|falta\w*|a vista|por mes|cada)\b"
)


async def how_much_paid(scene: Scene) -> bool:
    """ "Quanto já paguei até hoje?": every payment that arrived, and their sum. False: not asked, or it is not known who asks."""
    said = plain(scene.turn.text or "")
    if not _HOW_MUCH.search(said) or _WILL_PAY.search(said):
        return False
    proof = await scene.proof()
    if proof is None:
        return False
    payments = sorted(await payments_of(scene.conn, proof.debtor_id), key=lambda payment: payment.paid_at, reverse=True)
    if payments:
        scene.say(
            "utter_paid_sum",
            total={"money": sum(payment.amount for payment in payments)},
            payments=[
                {"amount": {"money": payment.amount}, "at": {"instant": payment.paid_at.isoformat()}} for payment in payments[:10]
            ],
        )
    else:
        scene.say("utter_paid_sum_none")
    await scene.go_back()
    return True


_OF_PAYING = re.compile(
    r"\b(?:pag\w+|quit\w+|ca[ií]\w*|receb\w+|compens\w+|entr(?:ou|aram)|chegou|apareceu|bateu|baix(?:a|ou)|consta\w*|confirm\w+|deu (?:certo|baixa))\b"
)
_TOLD = re.compile(
    r"\b(?:paguei|pagei|quitei|fiz o (?:pix|pagamento)|(?:eu )?(?:ja )?(?:mandei|transferi|depositei)|(?:ja|ta|esta|foi) pag[oa]s?)\b"
)
_TOLD_BEFORE = re.compile(
    r"(?<!sera )\bque (?:eu )?(?:ja )?(?:(?:disse|falei|contei|avisei) que (?:eu )?(?:ja )?)?(?:paguei|pagei|quitei|fiz|mandei)\b|^foi (?:dia|no|na|ontem|anteontem|hoje|pelo|pela|por)\b"
)
_WHETHER = re.compile(
    r"\b(?:sera que|(?:sabe|sabem|ve|ver|veja|olha|confere|diz\w*|quero saber|queria saber) (?:\w+ )?se|ou nao|ou ainda nao)\b"
    r"|^(?:e |o |a |ja |meu |minha |esse |aquele )*(?:agora |entao |mas |ai )*(?:caiu|entrou|compensou|receberam|recebeu|baixou|chegou|apareceu|bateu)\b"
)
_DOUBTS = re.compile(
    r"\btalvez\b.{0,15}\b(?:pag\w+|quit\w+)\b|\b(?:nao|num|n|nem) (?:sei|lembro|me lembro|recordo) (?:\w+ )?se (?:eu )?(?:ja )?(?:pag\w+|quit\w+)\b"
    r"|\bacho que (?:\w+ )*(?:pag\w+|quit\w+)\b.*\b(?:nao|num|n) (?:tenho (?:\w+ )?certeza|to cert\w|estou cert\w|sei)(?! d[oaei]\w*\b| o dia| quando| por onde| como)"
)
"""Nobody tells of a payment who doubts that there was one; who only forgot the day does."""
_MEANT_TO_SAY = re.compile(r"^(?:ne|nao e|viu|ok|ta|certo|entendeu|tudo bem)$")


def only_asks_if_paid(said: str) -> bool:
    """ "A da loja eu já paguei?", "caiu meu Pix?": asked and not told, so nothing is written down. "Paguei ontem, caiu?" tells."""
    if _DOUBTS.search(plain(said)):
        return True
    if not _OF_PAYING.search(plain(said)) or _TOLD_BEFORE.search(plain(said)):
        return False
    for sentence in SENTENCES.findall(said):
        asked = sentence.rstrip().endswith("?")
        parts = [plain(part) for part in re.split(r"[,;]", sentence.rstrip("?!. ")) if plain(part)]
        while asked and len(parts) > 1 and _MEANT_TO_SAY.fullmatch(parts[-1]):
            parts.pop()
            asked = False
        if asked and parts:
            last = parts.pop()
            asked = _OF_PAYING.search(last) is not None
            if re.search(r" ne$", last) or (not asked and _TOLD.search(last)):
                return False
        if any(_TOLD.search(part) and not _WHETHER.search(part) for part in parts):
            return False
        if not asked and not any(_WHETHER.search(part) for part in parts) and _OF_PAYING.search(plain(sentence)):
            return False
    return True


SENTENCES = re.compile(r"[^.!?\n]+[.!?]?")
