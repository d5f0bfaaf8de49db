"""What is told right below a dispute that was registered: a date, a detail."""

from __future__ import annotations

import re

from actions.debt import tell
from actions.denial import recognises
from actions.dispute_withdrawn import open_ones
from actions.heard import is_question
from actions.scene import Scene
from actions.which_debt import payable, spoken_of
from conversations.reply import last_response
from conversations.said import typed_in_turn
from receivables.disputing import add_story
from understanding.plain import plain

_BELOW = ("utter_dispute_open", "utter_dispute_story", "utter_dispute_documents", "utter_dispute_known", "utter_stays_registered")
_MAY_BE = frozenset(
    "informar_data informar_valor nlu_fallback fora_de_escopo responder negar despedir consultar_divida reclamar contestar_divida".split()
)
_TELLS = re.compile(
    r"\b(?:foi|foram|era|eram|fiz|fui|fomos|liguei|cancelei|comprei|devolvi|recebi|falei|avisei|mandei|assinei|nunca|tava|estava|veio|chegou|vieram|levaram|disseram|prometeram|atendente me|pedi|paguei|tinha|moro|morava|vendi|quebrou|usei|instalaram)\b"
)
_SAYS_MORE = re.compile(
    r"\b(?:quero|queria|manda|pix|boleto|parcel\w+|divid\w+|desconto|anul\w+|contest\w+|pagar|pago|pag[ao]|vou|outra|retira|cancela isso|engano|desisto|atendente|tchau|obrigad\w+|process\w+|foi isso|era isso|so isso|era so)\b"
)
_FEWEST = 2
_HOW_PAID = re.compile(
    r"(?:(?:foi|paguei|eu|tudo|acho que|la|ali|e|mas) )*(?:n[oa]|pel[oa]|por|com|em|num|via) (?:(?:um|uma|o|a) )?(?:boleto|pix|loteric\w+|banco|dinheiro|cart\w+|aplicativo|app|caixa(?: eletronico)?|loja|debito(?: automatico)?|carne|transferencia|deposito)"
    r"(?: (?:mesmo|la|n[oa]|d[oa]|em|a|boleto|loteric\w+|banco|loja|caixa|dinheiro|vista|centro|bairro|shopping))*"
)
""""No boleto, na lotérica", of what they say is paid already: no wish for a code."""
_SAME_NAME = re.compile(
    r"\b(?:mesmo nome|nome (?:e )?(?:o )?(?:mesmo|igual|parecid\w)|xara|homonim\w)\b|\b(?:cpf|rg|endereco|assinatura) (?:e que )?(?:nao|num|n) (?:e|eh|bate|confere)\b"
)
_POLICE_REPORT = re.compile(r"\b(?:b ?o|boletim(?: de ocorrencia)?)\b")
""""Fiz BO" adds to the dispute, and threatens nobody."""


async def more_told(scene: Scene) -> bool:
    """ "Foi em junho mesmo, dia 12", below the dispute: kept with it, and no day to pay. False: nothing is told of what happened."""
    text = scene.turn.text or ""
    said = plain(text)
    police = _POLICE_REPORT.search(said) is not None and "process" not in said
    how_paid = _HOW_PAID.fullmatch(said) is not None
    same_name = _SAME_NAME.search(said) is not None
    if (
        scene.form is not None
        or not (police or how_paid or same_name or scene.intent in _MAY_BE)
        or len(said.split()) < _FEWEST
        or is_question(scene)
    ):
        return False
    if (
        not (police or how_paid or same_name or _TELLS.search(said))
        or (not police and not how_paid and not same_name and _SAYS_MORE.search(said))
        or scene.open_question not in (None, "dispute_story")
    ):
        return False
    if not (await last_response(scene.conn, scene.conversation.id) or "").startswith(_BELOW):
        return False
    known = await open_ones(scene)
    disputed = {debt_id for one in known for debt_id in one.debts}
    others = [debt for debt in (await payable(scene))[1] if debt.status == "open" and debt.id not in disputed]
    if not known or (others and spoken_of(scene, text, others)[0]):
        return False
    kept = await add_story(scene.conn, known[0].id, text)
    scene.say("utter_dispute_story_kept", protocol=kept.protocol, answer_by={"date": kept.answer_by.isoformat()})
    return True


async def number_told(scene: Scene) -> bool:
    """ "20260512345", below the dispute of who has proven who they are: the number of what they cancelled, and no contract that proves
    anything. False: it is not that."""
    given = scene.turn.given
    if scene.intent != "informar_cpf" or scene.form is not None or given.documents or given.dates or await scene.proof() is None:
        return False
    if not (await last_response(scene.conn, scene.conversation.id) or "").startswith(_BELOW):
        return False
    known, words = await open_ones(scene), await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id)
    if not known or not words:
        return False
    kept = await add_story(scene.conn, known[0].id, words)
    scene.say("utter_dispute_story_kept", protocol=kept.protocol, answer_by={"date": kept.answer_by.isoformat()})
    return True


async def recognises_another(scene: Scene) -> bool:
    """ "A da loja eu reconheço", below the dispute of another account: nothing is taken back, and that account is shown. False: not said."""
    text = scene.turn.text or ""
    if scene.form is not None or not recognises(text) or is_question(scene) or _PAYS_OR_DIVIDES.search(plain(text)):
        return False
    disputed = {debt_id for one in await open_ones(scene) for debt_id in one.debts}
    if not disputed:
        return False
    named = [debt for debt in spoken_of(scene, text, (await payable(scene))[1])[0] if debt.status == "open"]
    if not named or {debt.id for debt in named} & disputed:
        return False
    await tell(scene, named)
    return True


_PAYS_OR_DIVIDES = re.compile(r"\b(?:pag\w+|pix|boleto|parcel\w+|divid\w+|vezes|\d+ ?x|desconto|nao|dia)\b")
