"""What is heard even while somebody waits for a human or talks to one: a life in danger, \"stop\", fear of a scam."""

from __future__ import annotations

import re
from typing import Literal

from understanding.contact_wishes import contact_wish
from understanding.plain import plain
from understanding.safety import speaks_of_dying

Interrupt = Literal["self_harm", "stop", "scam"]

_WHAT = r"(?:mand\w+|envi\w+|mensage\w+|msgs?|lig\w+|perturb\w+|incomod\w+|ench\w+|escrev\w+|chama\w*|procur\w+|cobr\w+)"
_STOP = re.compile(
    r"^(?:sair|stop|pare|parar|parem|para|descadastr\w*|cancelar inscricao|unsubscribe)(?: (?:por favor|agora|ja|com isso|tudo))*$"
    rf"|\b(?:pare?m?|para|parar|chega de|cans\w+ de) (?:\w+ ){{0,3}}{_WHAT}\b|\b(?:nao|n|nunca) (?:me |mais |quero (?:mais )?(?:que )?){{0,3}}{_WHAT} (?:\w+ ){{0,2}}(?:mais|nada|mensage\w*|msgs?|nunca)\b"
    r"|\b(?:nao|n) quero (?:mais )?receber\b|\bme tir\w+ (?:da|dessa|desta) lista\b|\bme (?:deixa\w*|deixe\w*) em paz\b"
)
_NOT_A_STOP = re.compile(
    r"\b(?:nao|n) (?:quero|precisa|e pra|e para) parar\b|\bparar de (?:pagar|trabalhar|chorar)\b|\bpara (?:mim|eu|pagar|falar)\b"
)
_SCAM = re.compile(
    r"\b(?:gol?pe\w*|gopi|goupe|golpista\w*|fraude|estelionat\w+|picaret\w+|e verdade isso|isso e verdade|sao (?:voces )?mesmo|confiavel"
    r"|como (?:vou |eu |que eu |posso )*(?:saber?|ter certeza|confi\w+)|(?:e|eh|isso e) (?:seguro|confiavel|falso|fake))\b"
)


def interrupt(text: str) -> Interrupt | None:
    """The weightiest of them, or nothing."""
    if speaks_of_dying(text):
        return "self_harm"
    said = plain(text)
    if _STOP.search(said) and not _NOT_A_STOP.search(said) and contact_wish(text).hours is None:
        return "stop"
    return "scam" if _SCAM.search(said) else None
