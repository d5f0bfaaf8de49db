"""\"Não quero parcelar, quero Pix\", while plans are talked about: the plans are left, and what the words name is paid at once."""

from __future__ import annotations

import re

from actions.pix import pay
from actions.scene import Scene
from actions.which_debt import named_by_words
from understanding.plain import plain

_PLANS_OPEN = frozenset({"plans", "accept_offer", "capacity", "which_to_divide"})
_DIVIDE = r"(?:parcel\w+|divid\w+|divis\w+|prestac\w+|acordo|acerto em parcela\w*)"
_NOT_IN_PARTS = re.compile(
    r"\b(?:nao|num|n|nem) (?:e (?:pra|para) |era (?:pra|para) |precis\w+ |quero |queria |vou |vo |pedi |falei (?:em |de )?|preciso )?(?:mais )?(?:de |em |pra )?"
    rf"(?:(?:isso|esse|essa|nenhum\w?|negocio|nada|fazer|mais|o|a|de|em) )*{_DIVIDE}\b"
    rf"|\b(?:cancel\w+|esquec\w+|par[ae]|larg\w+|deix\w+|tir\w+|desist\w+)(?: (?:isso|esse|essa|negocio|de|do|da|com|o|a|as|pra|la|historia|ess\w+))*(?: (?:de|do|da|o|a))? ?{_DIVIDE}\b"
    rf"|\bsem (?:essa de )?{_DIVIDE}\b"
)
_PAYS_AT_ONCE = re.compile(
    r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|a vista|avista|de uma (?:so )?vez|pag(?:ar|o|uei)? (?:tudo|logo|agora|hoje|a vista)|inteir[oa]|quit\w+)\b"
)
_CHANGED = re.compile(
    r"\b(?:pensando (?:bem|melhor)|mudei de ideia|melhor|na verdade|quer saber|prefiro|decidi)\b.*\b(?:pag\w+|quit\w+|pix|boleto)\b.*\b(?:a vista|avista|de uma (?:so )?vez|tudo de uma|logo tudo)\b"
)
_ASKS = re.compile(r"\b(?:quanto|qual|qto|qnto|tem como|da pra|posso|e se|se eu)\b")


async def paid_instead(scene: Scene) -> bool:
    """Pay at once what was to be divided, or what is named. False: nothing of the kind was said, or it is only asked about."""
    said = plain(scene.turn.text or "")
    question = scene.question
    if question is None or question.name not in _PLANS_OPEN or scene.piece is not None or "?" in (scene.turn.text or ""):
        return False
    if not ((_NOT_IN_PARTS.search(said) and _PAYS_AT_ONCE.search(said)) or _CHANGED.search(said)) or _ASKS.search(said):
        return False
    if await scene.proof() is None:
        return False
    kept = list(question.arguments.get("debts") or ())
    if not await named_by_words(scene) and kept:
        scene.set_slot("focus", kept)
    if re.search(r"\bpix\b", said):
        scene.set_slot("means", "pix")
    elif re.search(r"\bb[ou]l+[eao]?[tl]\w*\b", said):
        scene.set_slot("means", "boleto")
    scene.wish_words = scene.turn.text
    await pay(scene)
    return True
