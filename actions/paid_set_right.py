"""What sounds like a payment and is none, and what was told of a payment and is put right: "seria mentira dizer que paguei", "foi dia 6"."""

from __future__ import annotations

import re

from actions.heard import amount_of, day_of, is_question, yes_or_no
from actions.paid import (
    NAMED_MEANS,
    answerers,
    ask_to_close,
    ask_which,
    claim_meant,
    close_claim,
    look_into,
    means_of,
    noted,
    tell_paid,
)
from actions.paid_day import day_paid, other_days_paid
from actions.scene import Scene
from actions.which_debt import named_by_words, payable
from conversations.reply import last_response
from conversations.turn import text_of
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
    if _A_JOKE.fullmatch(said) and (scene.open_question or "").startswith("paid_") and await scene.proof() is not None:
        return await ask_to_close(scene)
    if scene.form is not None or scene.intent not in _MAY_WISH or not _PAID.search(said) or not _UNTRUE.search(said):
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


_A_JOKE = re.compile(
    r"(?:(?:ah|e|era|foi|eh|to|tava|estou|isso|nao|opa|eu) )*(?:mentira|mentirinha|brincadeira|brincadeirinha|brincando|zoeira|zoando|menti)(?: (?:minha|eu|so|viu|k+|rs+|ha\w*|desculp\w*))*"
)
"""Said of one's own payment, right after it was told."""
_MAY_WISH = frozenset(
    "informar_ja_paguei corrigir_informacao negar afirmar nlu_fallback fora_de_escopo suspeita_golpe responder ajuda cancelar agradecer".split()
)
"""Beside a wish of its own ("queria já ter pago, dá pra parcelar?") it is the wish that is served."""


async def paid_and_stops(scene: Scene) -> bool:
    """ "Quitei ano passado, não me mandem mais mensagem": the payment is looked for, and the messages stop. False: only one of them."""
    said = plain(scene.turn.text or "")
    if scene.intent != "parar_mensagens" or scene.form is not None or scene.piece is not None or "?" in (scene.turn.text or ""):
        return False
    if not _PAID.search(said) or _UNTRUE.search(said) or _UNPAID.search(said) or await scene.proof() is None:
        return False
    await tell_paid(scene, stops=True)
    return True


_UNPAID = re.compile(
    r"\b(?:nao|num|n|nem|nunca|se|quando|depois que|ate) (?:\w+ ){0,2}(?:paguei|pagei|quitei|pag[oa]|quitad[oa])\b"
)


_TELLS = re.compile(
    r"\b(?:foi|foram|era|eram|paguei|pagei|fiz|quitei|mandei|transferi|depositei|corrig\w+|na verdade|errei|me enganei|me confundi|minto|alias|quer dizer|digo)\b"
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
_BARE_SUM = re.compile(r"\b(?:foram|eram|valor|foi|paguei) (?:(?:de|so|uns|na verdade|era|o valor) )*(\d{3,}|\d+[.,]\d[\d.,]*)$")
_ANOTHER_DAY = re.compile(r"\boutr[ao]\b|\be (?:no |em )?dia\b")
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
    if not (asked or "").startswith("paid_") and not (
        asked in (None, "pay") and last.startswith(("utter_paid_", "utter_receipt_"))
    ):
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
        day, means = day_paid(scene), means_of(scene)
        if day is None and (bare := _BARE_SUM.search(said.rstrip(" .!"))) is not None:
            scene.wish_words = f"{bare[1]} reais"
        amount = amount_of(scene)
    finally:
        scene.wish_words = kept
    day = day if day is not None and day <= scene.today else None
    means = means if means in NAMED_MEANS else None
    if day is None and means is None and amount is None:
        return False
    more = other_days_paid(scene, day) if len(claim.also_paid_on) or _ANOTHER_DAY.search(said) else []
    claim = await tell_more(scene.conn, claim.id, paid_on=day, also_paid_on=more, means=means, amount=amount)
    if claim.means is None:
        scene.ask("paid_means", takes=("option",), claim=claim.id)
        rest = [{"day": {"date": one.isoformat()}} for one in claim.also_paid_on]
        scene.say("utter_paid_means", day={"date": (claim.paid_on or scene.today).isoformat()}, more=rest)
        return True
    scene.ask("paid_receipt", takes=("amount", "date"), claim=claim.id)
    scene.say("utter_paid_noted", **noted(claim, await get_debts(scene.conn, claim.debts)))
    return True


_NEVER = frozenset(
    "vulnerabilidade parar_mensagens nao_sou_a_pessoa suspeita_golpe falar_com_humano contestar_divida pagamento_duplicado_estorno colou_codigo".split()
)


_FORGOTTEN = re.compile(
    r"(?:(?:eu|ih|ah|agora|assim|olha|moc[oa]|acho que|confesso que|bem|ja) )*(?:nao|num|n|nem) (?:me )?(?:lembro|lembrar|recordo|sei|faco ideia|tenho certeza|tenho ideia)(?: \w+){0,5}"
    r"|(?:(?:eu|ja|agora|ih|nossa) )*(?:esqueci|nao faco (?:a )?(?:menor )?ideia|sei la)(?: \w+){0,4}"
)
_ALSO = re.compile(
    r"(?:e |mas |ah )*(?:(?:a|as|o|os|ess[ae]|d[ao]) (?:\w+ ){0,4}?(?:tambem|tb|tbm|tambm)|(?:tambem|tb|tbm) (?:a|as|o|d[ao]) (?:\w+ ?){1,4})"
)
_OTHER = re.compile(r"\boutr[ao]s?\b")
_SHORT = 10


async def claim_answered(scene: Scene) -> bool:
    """A short answer to when or by what something was paid, whatever it was taken for: "10/10", "não lembro", "lotérica", "a outra também".
    False: it is something else."""
    said = plain(scene.turn.text or "")
    asked = scene.open_question
    if asked not in ("paid_when", "paid_means", "paid_receipt") or scene.form is not None or scene.piece is not None:
        return False
    if not said or len(said.split()) > _SHORT or scene.intent in _NEVER or is_question(scene) or _WISHES.search(said):
        return False
    assert scene.question is not None
    if await scene.proof() is None:
        return False
    if _ALSO.fullmatch(said) and await _another_too(scene, said):
        return True
    if asked == "paid_receipt" and _NAMES_THE_BANK.fullmatch(said):
        scene.say("utter_paid_bank_told")
        return True
    if asked == "paid_receipt" or scene.question.arguments.get("claim") is None:
        return False
    if _FORGOTTEN.fullmatch(said):
        return await answerers[asked](scene)
    if asked == "paid_when" and yes_or_no(scene) is True:
        scene.say("utter_paid_when")
        return True
    if asked == "paid_when":
        by_what = means_of(scene) in NAMED_MEANS and _BY_WHAT_ALONE.search(said) is not None
        told = day_paid(scene, asked=True) is not None or by_what
    else:
        told = means_of(scene) is not None and (scene.intent in _READ_ANYHOW or means_of(scene) in NAMED_MEANS)
        if not told and _AT_THE_BANK.search(said):
            scene.wish_words = "outro jeito"  # "pelo app do banco" is neither a Pix nor a boleto yet
            told = True
    if not told and asked in ("paid_when", "paid_means") and await _told_besides(scene, asked):
        return True
    return told and await answerers[asked](scene)


async def _told_besides(scene: Scene, asked: str) -> bool:
    """ "200 reais", "semana passada", where by what is asked: kept, and asked again. False: neither is told."""
    assert scene.question is not None
    amount = amount_of(scene)
    day = day_paid(scene) if asked == "paid_means" else None
    if (amount is None and day is None) or (day is not None and day > scene.today):
        return False
    claim = await tell_more(scene.conn, int(scene.question.arguments["claim"]), paid_on=day, amount=amount)
    scene.say("utter_paid_noted_so_far", **noted(claim, await get_debts(scene.conn, claim.debts)))
    scene.say(asked_again(asked))
    return True


def asked_again(asked: str) -> str:
    return "utter_paid_when" if asked == "paid_when" else "utter_paid_means_without_day_again"


_BY_WHAT_ALONE = re.compile(
    r"\b(?:foi|paguei|pagei|fiz|era|pago)\b|\b(?:loterica|lot[eé]rica|dinheiro|balcao|transferencia|ted|deposito|cartao|na loja|no caixa)\b"
)
""""Foi boleto, lotérica" tells by what it was paid; "boleto" alone asks for one."""
_READ_ANYHOW = frozenset(
    "informar_data informar_valor responder nlu_fallback fora_de_escopo consultar_divida solicitar_pagamento informar_ja_paguei enviar_comprovante negar escolher_opcao corrigir_informacao".split()
)


_NAMES_THE_BANK = re.compile(
    r"(?:(?:foi|paguei|pago|eu|na|no|pela|pelo|la|da|do|conta|minha|com|usei|app|aplicativo|banco|agencia|caixa eletronico|internet banking|em|uma|um) )*(?:banco do brasil|bb|caixa(?: economica)?(?: federal)?|itau|bradesco|santander|nubank|nu|inter|sicredi|sicoob|mercado pago|picpay|pagbank|c6|banrisul|brb|original|neon|next|bmg|pan|caixa tem|banco|app|aplicativo|loterica|correios?|internet banking|caixa eletronico)(?: (?:mesmo|la|daqui|da minha cidade|do centro|tem|bank))*"
)
""""No banco do Brasil", where the receipt is asked for."""
_AT_THE_BANK = re.compile(r"\b(?:app|aplicativo|internet banking|caixa eletronico|agencia|banco|celular)\b")


async def _another_too(scene: Scene, said: str) -> bool:
    """ "A outra também": paid as well. What is told next is of that one."""
    debtor, debts = await payable(scene)
    claim = await claim_meant(scene, debtor.id)
    left = [debt for debt in debts if claim is None or debt.id not in claim.debts]
    named = [debt for debt in await named_by_words(scene) if debt in left]
    if not named and _OTHER.search(said):
        named = left
        if len(left) > 1 and not re.search(r"\boutr[ao]s\b", said):
            ask_which(scene, left)
            return True
    if not named:
        return False
    await look_into(scene, debtor.id, debts, sure=named)
    return True


_THAT_IS_IT = re.compile(
    r"(?:(?:e|esse|essa|isso|este|ai|ta|esta|foto|ali|aqui|o|eh|moc[oa]|ja|te|eu) )*(?:(?:mandei|enviei|e|eh|o|esta) )*(?:comprovante|recibo)(?: (?:do pagamento|que (?:eu )?paguei|da conta|ai|esse|isso|do pix|do boleto))*"
)


async def receipt_named(scene: Scene) -> bool:
    """ "É o comprovante", right after a file was taken as one: it is here, and is not asked for. False: no such words or file."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _THAT_IS_IT.fullmatch(said) or "?" in (scene.turn.text or ""):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    proof = await scene.proof()
    if proof is None or not last.startswith("utter_receipt_") or last in ("utter_receipt_send",):
        return False
    claim = await claim_meant(scene, proof.debtor_id)
    if claim is None:
        return False
    scene.say("utter_paid_noted_yes", **noted(claim, await get_debts(scene.conn, claim.debts)))
    return True
