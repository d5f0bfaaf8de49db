"""What is asked of a payment that was told: whether it arrived, whether it is noted, and what is to be done now."""

from __future__ import annotations

import re

from actions.paid import HAS_NONE, claim_meant, look_for_payment, noted
from actions.paid_asked import only_asks_if_paid
from actions.scene import Scene
from conversations.reply import last_response
from receivables.store import get_debts
from understanding.plain import plain

_ARRIVED = re.compile(
    r"\b(?<!nao )(?:caiu|entrou|compensou|deu baixa|foi confirmado|receberam|recebeu)\b.{0,25}\b(?:pix|pagamento|boleto|dinheiro)\b"
    r"|\b(?:pix|pagamento|boleto|dinheiro)\b.{0,20}\b(?<!nao )(?:caiu|entrou|compensou|foi confirmado|apareceu ai)\b|^(?:e |ja |sera que |ai |agora |entao |mas )*(?:caiu|entrou|compensou|apareceu|bateu)(?: ja| ai| sim| pra voces| pra vcs| pra vc| mesmo| msm| agora| certinho| direitinho| tudo)*$"
)


async def arrival_asked(scene: Scene) -> bool:
    """ "Caiu o Pix que você mandou?", whatever it was taken for: the payment is looked up, and no code is sent again. False: not asked."""
    said = scene.turn.text or ""
    if scene.form is not None or scene.piece is not None or not _ARRIVED.search(plain(said)) or not only_asks_if_paid(said):
        return False
    if await scene.proof() is None:
        return False
    await look_for_payment(scene)
    return True


_FOUND = re.compile(
    r"(?:(?:e|ai|oi|bom dia|boa tarde|mas|entao|ja|voces|vcs|vc|voce|moc[oa]) )*(?:ja )?(?:acharam|encontraram|localizaram|conferiram|viram|verificaram|confirmaram|identificaram|acharo|achou|encontrou|conferiu|viu|confirmou|identificou)"
    r"(?: (?:ja|ai|o|meu|pagamento|la|isso|agora|a|minha|conferencia))*"
)
""""E aí, já acharam?", of the payment that is looked for."""
_ANY_NEWS = re.compile(
    r"(?:e|oi|opa|mas|entao|moc[oa]) (?:ai|entao|agora)(?: (?:ja|deu certo|como (?:ta|esta|ficou|fica)|tudo certo|alguma (?:novidade|noticia|resposta)|novidades?))*"
    r"|(?:(?:e|ai|tem|alguma|ja tem|teve) )*(?:novidades?|noticias?|resposta|retorno)|(?:(?:e|ai|entao|ja) )*deu certo(?: ai)?"
)
""""E aí?", below a payment or a receipt that is looked into: no greeting."""
_STILL_CHARGED = re.compile(
    r"\b(?:quando|ate quando) (?:voces |vcs |ces )?(?:vao )?(?:par(?:am|ar|aram)|deix(?:am|ar)) de (?:me )?(?:cobrar|mandar cobranca|ligar)\b|\b(?:vao|vai) (?:continuar|parar de) (?:me )?cobr(?:ando|ar)\b"
)
"""Asked of who has told of a payment: nobody collects until it is looked at."""
_NOTED = re.compile(
    r"(?:(?:entao|e|mas|ai|ja|isso|voce|vc|ta|esta|ficou|foi|deixou|tem) ){1,5}(?:tudo )?(?:anot|registr|guard|salv)(?:ad[oa]s?|ou|o)"
    r"(?: (?:o valor|o dia|a data|tudo|ai|la|isso|mesmo|certinho|direitinho|o pagamento|o que (?:eu )?(?:falei|disse|contei)|que (?:eu )?(?:ja )?paguei|ne|sim))*"
)
_WHAT_NOW = re.compile(
    r"(?:(?:e|mas|entao|ta|ok|certo|bom|agora) )*(?:(?:agora )?(?:eu )?(?:faco|tenho que fazer|preciso fazer) (?:mais )?(?:o que|oq|alguma coisa|algo|nada)(?: agora)?"
    r"|(?:o que|oq)(?: e que)? (?:eu )?(?:faco|tenho que fazer|preciso fazer)(?: agora| entao)?|(?:eu )?(?:tenho|preciso) (?:que |de )?pagar (?:de novo|outra vez|mesmo assim))"
)


_SENDS_LATER = re.compile(
    r"(?:(?:ta|ok|bom|entao|beleza|blz|vou|eu|mas|assim que|quando) )*(?:(?:depois|amanha|mais tarde|logo mais|a noite|outro dia|daqui a pouco|ja|chegando em casa|em casa) (?:eu )?(?:(?:te |lhe )?(?:mando|envio|mandarei|passo|procuro|vejo)|(?:vou )?(?:mandar|enviar|procurar|ver))|(?:mando|envio|procuro|vejo|procurar|mandar|enviar) (?:\w+ )?(?:depois|amanha|mais tarde|logo|a noite|outro dia|daqui a pouco))(?: (?:o comprovante|o recibo|ta|entao|ele|isso|aqui|por aqui|quando (?:achar|chegar|puder)))*"
)
""" "Depois mando", of the receipt that was asked for."""


async def claim_asked(scene: Scene) -> bool:
    """ "Tá anotado?", "e agora, o que eu faço?", after a payment was told: what is kept of it is read back. False: no such words or claim."""
    said = plain(scene.turn.text or "")
    asks = _NOTED.fullmatch(said) is not None
    if _FOUND.fullmatch(said) or _STILL_CHARGED.search(said):
        return await _still_looked_for(scene)
    if _ANY_NEWS.fullmatch(said) and scene.open_question in (None, "paid_receipt"):
        below = await last_response(scene.conn, scene.conversation.id) or ""
        return below.startswith(("utter_paid_", "utter_receipt_")) and await _still_looked_for(scene)
    later = _SENDS_LATER.fullmatch(said) is not None
    no_receipt = later or HAS_NONE.search(said) is not None
    if not asks and not no_receipt and not _WHAT_NOW.fullmatch(said):
        return False
    proof = await scene.proof()
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if proof is None:
        return False
    if not asks and last.startswith("utter_dispute_") and scene.open_question in (None, "dispute_story"):
        scene.say("utter_dispute_nothing_to_do")
        return True
    if not ((scene.open_question or "").startswith("paid_") or last.startswith(_OF_CLAIMS)):
        return False
    claim = await claim_meant(scene, proof.debtor_id)
    if claim is None:
        return False
    if no_receipt:
        if scene.open_question == "paid_receipt":
            scene.ask(None)
        scene.say("utter_paid_receipt_later" if later else "utter_paid_without_receipt")
        if scene.open_question == "paid_when":
            scene.say("utter_paid_when")
        return True
    about = noted(claim, await get_debts(scene.conn, claim.debts))
    scene.say("utter_paid_noted_yes" if asks else "utter_paid_nothing_to_do", **about)
    return True


async def _still_looked_for(scene: Scene) -> bool:
    """How it stands with the payment that is looked for. False: none is."""
    proof = await scene.proof()
    claim = await claim_meant(scene, proof.debtor_id) if proof is not None else None
    if claim is None:
        return False
    scene.ask("paid_receipt", takes=("amount", "date"), claim=claim.id)
    scene.say("utter_paid_still_looked_into", **noted(claim, await get_debts(scene.conn, claim.debts)))
    return True


_OF_CLAIMS = ("utter_paid_", "utter_receipt_", "utter_awaited")
