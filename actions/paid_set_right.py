"""What sounds like a payment and is none, and what was told of a payment and is put right: "seria mentira dizer que paguei", "foi dia 6"."""

from __future__ import annotations

import re

from actions.heard import amount_of, day_of, is_question
from actions.paid import NAMED_MEANS, claim_meant, close_claim, means_of, noted
from actions.scene import Scene
from conversations.reply import last_response
from conversations.turn import text_of
from receivables.calendar import months_later
from receivables.claims import tell_more
from receivables.store import get_debts
from understanding.plain import plain

_PAID = re.compile(r"\b(?:paguei|pagei|quitei|(?:ja |foi |ta |esta |tivesse |ter |tava |estava )+(?:pag[oa]|quitad[oa])s?)\b")
_UNTRUE = re.compile(
    r"\b(?:seria|era|e|estaria|estou|to|tava|ia (?:ser|estar)|vou estar) (?:uma |so |tudo |pura )?(?:mentira|mentindo|brincadeira|brincando|zoeira|zoando|lorota)\b"
    r"|\b(?:quem dera|quisera|tomara|antes) (?:\w+ ){0,3}(?:pago|paguei|quitad[oa])\b|\bse eu (?:ja )?(?:tivesse|tivese|houvesse) (?:\w+ )?(?:pago|quitado|acertado)\b"
    r"|\b(?:queria|gostaria|adoraria|bom|otimo|facil|lindo|podia|poderia|ia|iria|adiant\w+) (?:\w+ ){0,2}(?:dizer|falar|te dizer|contar|responder) que (?:eu )?(?:ja )?(?:paguei|quitei|(?:ta|esta|foi) pag[oa])\b"
    r"|\b(?:queria|gostaria de|devia|deveria|era pra eu|era pra) (?:eu )?(?:ja )?ter (?:ja )?(?:pago|quitado|acertado)\b"
    r"|\b(?:nao (?:vou|posso|quero) (?:mentir|dizer que (?:ja )?(?:paguei|quitei)))\b"
)
_IS_TRUE = re.compile(
    r"\b(?:nao|num|n|nem) (?:e|eh|to|estou|tava|seria|era) (?:\w+ )?(?:mentira|mentindo|brincadeira|brincando|zoeira|zoando)\b"
)
_CONTRADICTS = re.compile(r"\b(?:mentira|mentindo) (?:d[ae]|de voces|sua|de vcs)\b")


async def no_payment_told(scene: Scene) -> bool:
    """ "Quem dera eu tivesse pago": no payment is looked for, and one that is looked into is not any more. False: it was not said."""
    whole = scene.turn.text if scene.piece is None else await text_of(scene.conn, scene.turn.id)
    said = plain(whole or "")
    if scene.form is not None or not _PAID.search(said) or not _UNTRUE.search(said):
        return False
    if _IS_TRUE.search(said) or _CONTRADICTS.search(said) or "?" in (whole or "") or day_of(scene, later=True) is not None:
        return False
    proof = await scene.proof()
    if proof is None:
        return False
    claim = await claim_meant(scene, proof.debtor_id)
    if claim is not None:
        await close_claim(scene, claim)
        scene.say("utter_paid_taken_back_what_now", protocol=claim.protocol, arguments={"debts": list(claim.debts)})
        return True
    if (scene.open_question or "").startswith("paid_"):
        scene.ask("pay")
    scene.say("utter_paid_none_told")
    return True


_TELLS = re.compile(
    r"\b(?:foi|era|paguei|pagei|fiz|quitei|mandei|transferi|depositei|corrig\w+|na verdade|errei|me enganei|me confundi|minto|alias|quer dizer|digo)\b"
)
_WISHES = re.compile(
    r"\b(?:quero|queria|manda|mande|gera|gere|vou|vo|pago|posso|consigo|pretendo|prefiro|amanha|que vem|proxim[oa]|me ve|troca|muda)\b"
    r"|\b(?:nao|num|n|nem) (?:\w+ )?(?:paguei|quitei|foi pag[oa])\b"
)
_DUE = re.compile(
    r"\b(?:venc\w+|compr\w+|contrat\w+|cancel\w+|combin\w+|marquei|marcad\w+|promet\w+|anotei|nasci\w*|aniversario)\b"
)
_REFUSED_MEANS = re.compile(
    r"\b(?:nao|num|n|nem|em vez d[eo]) (?:foi |era |e |paguei )?(?:n[oa] |por |pel[oa] |com |de |d[oa] |o |a )?"
    r"(?:pix|boleto|cartao|loja|dinheiro|ted|doc|deposito|transferencia|credito|loterica)\b"
)
_LONGEST = 16


async def claim_set_right(scene: Scene) -> bool:
    """ "Na verdade foi dia 6", "foi no boleto, não no pix", after a payment was told: kept, and all of it read back. False: no such words,
    or no payment is looked into."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.piece is not None or scene.intent in _NEVER or is_question(scene):
        return False
    if len(said.split()) > _LONGEST or not _TELLS.search(said) or _WISHES.search(said) or _DUE.search(said):
        return False
    asked = scene.open_question
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not (asked or last).startswith(("paid_", "utter_paid_")) and not (asked is None and last.startswith("utter_paid_")):
        return False
    proof = await scene.proof()
    claim = await claim_meant(scene, proof.debtor_id) if proof is not None else None
    if claim is None:
        return False
    # What is told for the first time, to the question for it, is taken by that question.
    if asked == "paid_when" or (asked == "paid_means" and day_of(scene, past=True) is None):
        return False
    kept = scene.wish_words
    scene.wish_words = _REFUSED_MEANS.sub(" ", said) if _REFUSED_MEANS.search(said) else None
    try:
        heard, means, amount = day_of(scene, past=True), means_of(scene), amount_of(scene)
    finally:
        scene.wish_words = kept
    day = heard.readings[0] if heard is not None and heard.readings else None
    if day is not None and day > scene.today:
        day = months_later(day, -1)  # "dia 6", of what is over, is the last one
    day = day if day is not None and day <= scene.today else None
    means = means if means in NAMED_MEANS else None
    if day is None and means is None and amount is None:
        return False
    claim = await tell_more(scene.conn, claim.id, paid_on=day, means=means, amount=amount)
    if claim.means is None:
        scene.ask("paid_means", takes=("option",), claim=claim.id)
        scene.say("utter_paid_means", day={"date": (claim.paid_on or scene.today).isoformat()})
        return True
    scene.ask("paid_receipt", takes=("amount", "date"), claim=claim.id)
    scene.say("utter_paid_noted", **noted(claim, await get_debts(scene.conn, claim.debts)))
    return True


_NEVER = frozenset(
    "vulnerabilidade parar_mensagens nao_sou_a_pessoa suspeita_golpe falar_com_humano contestar_divida pagamento_duplicado_estorno colou_codigo".split()
)
