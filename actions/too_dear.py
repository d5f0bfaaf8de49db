"""\"Tá caro\", \"ainda é puxado pra mim\", \"não cabe no meu bolso\": nobody refuses; what fits in the month is asked."""

from __future__ import annotations

import re

from actions.debts_to_negotiate import debts_meant
from actions.heard import is_question
from actions.instalments import ask_capacity
from actions.negotiating import known_facts
from actions.scene import Scene
from actions.which_debt import payable
from receivables.store import get_debts
from understanding.plain import plain

_DEAR = r"(?:car[oa]|carinho|carissim[oa]|puxad[oa]|pesad[oa]|salgad[oa]|salgadinh[oa]|alt[oa]|altas|altos|apertad[oa]|inviavel|complicad[oa]|fora (?:do|da) (?:meu |minha )?(?:orcamento|alcance|realidade|condic\w+))"
_TOO_DEAR = re.compile(
    r"^(?:(?:nossa|eita|vixe|poxa|mas|isso|ja) )*(?:ta|e|eh|esta|sao) (?:muita|mta|mt) (?:coisa|conta|divida|grana)(?: (?:pra mim|demais|ne|de uma vez|junta))*$|"
    rf"\b(?:ta|tao|esta|estao|e|eh|ficou|fica|ficam|achei|acho|continua|parece|muito|meio|bem|ainda|demais|um pouco)\b (?:\w+ ){{0,2}}?{_DEAR}\b"
    rf"|^{_DEAR}(?: demais| isso| pra mim| ne| hein)+$"
    r"|\b(?:nao|num|n) (?:\w+ )?(?:cabe|entra|encaixa)\b.{0,12}\b(?:bolso|orcamento|mes|salario|renda|conta)\b"
    r"|\b(?:e|eh|ta|ainda e|isso e) (?:muito|muita|mt|mto) (?:pra mim|grana|dinheiro|pro meu bolso|pra mim agora)\b|^(?:(?:nossa|eita|vixe|poxa|caramba|mas|isso|ainda) )+(?:e|eh) (?:muito|demais)(?: \w+){0,2}$"
)
_SAYS_MORE = re.compile(
    r"\d|\b(?:process\w+|procon|golpe|roub\w+|ladr\w+|abus\w+|errad\w+|paguei|nao (?:devo|reconheco|vou)|atendente|desempreg\w+|doen\w+|manda|pix|boleto|parcel\w+|divid\w+|vezes|desconto|juros|multa|aluguel|remedio\w*|luz|mercado|vida|tudo)\b"
)
_LONG = 9
_MAY_BE = frozenset(
    """nlu_fallback fora_de_escopo negar responder reclamar dificuldade_financeira pedir_desconto consultar_divida despedir nao_entendi
    contestar_divida consequencias cancelar""".split()
)
_OPEN = ("plans", "accept_offer", "capacity", "discount", "pay", "fits")


async def too_dear(scene: Scene) -> bool:
    """Ask what fits, of what is talked about. False: it is not said, or something that weighs more is said beside it."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent not in _MAY_BE or scene.open_question not in _OPEN or len(said.split()) > _LONG:
        return False
    if not _TOO_DEAR.search(said) or _SAYS_MORE.search(said) or is_question(scene) or await scene.proof() is None:
        return False
    kept = (scene.question.arguments.get("debts") if scene.question is not None else None) or scene.slots.get("focus") or ()
    open_ones = {debt.id for debt in (await payable(scene))[1] if debt.status == "open"}
    debts = await get_debts(scene.conn, [one for one in kept if one in open_ones]) or await debts_meant(scene, "parcelar")
    known = await known_facts(scene, debts) if debts else None
    if known is None:
        return bool(scene.said)
    scene.set_slot("focus", [debt.id for debt in known.debts])
    ask_capacity(scene, known, words="utter_too_dear")
    return True
