""" "Por que parcelado sai mais caro?": what paying at once leaves out, in the person's own sums."""

from __future__ import annotations

import re

from actions.negotiating import known_facts
from actions.on_the_table import facts_on_the_table
from actions.scene import Scene
from actions.which_debt import payable
from understanding.plain import plain

_DIVIDED = r"(?:parcelad[oa]s?|parcelar|parcelando|dividir|dividido|dividindo|em parcelas|no parcelamento)"
_DEARER = re.compile(
    rf"\b{_DIVIDED}\b.{{0,40}}\b(?:mais car[oa]|car[oa] (?:que|demais)|encarece|aumenta|perde|perco|some|sobe)\b"
    rf"|\b(?:perde|perco|some|diminui|cai|acaba) (?:\w+ ){{0,2}}?(?:o )?desconto\b.{{0,25}}\b{_DIVIDED}\b|\bdesconto\b.{{0,20}}\b{_DIVIDED}\b.{{0,15}}\b(?:perde|perco|some|cai|menor)\b"
    rf"|\ba ?vista\b.{{0,30}}\b{_DIVIDED}\b.{{0,30}}\b(?:pq|por ?que|porq|como assim|diferenca)\b|\b(?:pq|por ?que|porq|diferenca)\b.{{0,30}}\ba ?vista\b.{{0,30}}\b{_DIVIDED}\b"
)
_NEVER = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe informar_ja_paguei".split())


async def why_dearer(scene: Scene) -> bool:
    """Tell both discounts and both sums; no amount in the question is an offer. False: not asked, or there are no plans to compare."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent in _NEVER or not _DEARER.search(said) or await scene.proof() is None:
        return False
    if scene.open_question in ("plans", "accept_offer", "capacity"):
        known = await facts_on_the_table(scene)
    else:
        focus = scene.slots.get("focus") or ()
        debts = [debt for debt in (await payable(scene))[1] if debt.status == "open" and (not focus or debt.id in focus)]
        known = await known_facts(scene, debts) if debts else None
    if known is None:
        return bool(scene.said)
    if known.agreed.total <= known.cash:
        return False
    gross = known.agreed.gross
    scene.say(
        "utter_screen_why_dearer",
        cash={"money": known.cash},
        cash_discount={"money": gross - known.cash},
        plan={"money": known.agreed.total},
        plan_discount={"money": known.agreed.discount},
    )
    await scene.go_back()
    return True
