"""Whether a message threatens the people who answer it with violence: "vou botar fogo aí". Pure, and strict: anger alone is none."""

from __future__ import annotations

import re

from understanding.plain import plain

_PEOPLE = r"(?:voces|vcs|vc|voce|alguem|quem|o primeiro|um|todos|todo mundo|funcionari\w+|atendente\w*|cobrador\w*|essa empresa|nessa empresa|a empresa|na empresa|o escritorio|no escritorio|essa porra|ai)"
_WILL = r"(?:vou|vo|irei|vamos|quero|queria|hei de|ainda)"
_VIOLENCE = re.compile(
    rf"\b{_WILL} (?:\w+ ){{0,4}}(?:met(?:er|o) (?:a )?(?:bala|faca|porrada)|dar (?:um |uns )?(?:tiros?|porrada|facada)\w*|encher (?:\w+ )?de (?:bala|tiro|porrada))\b"
    rf"|\b{_WILL} (?:\w+ ){{0,4}}(?:matar|esfaquear|atirar em|bater em|espancar|explodir|quebrar a cara d\w+|acabar com a raca d\w+|(?:tacar|botar|por|meter) fogo (?:em|n\w+)) ?{_PEOPLE}\b"
    rf"|\b(?:tacar|botar|meter|por) fogo n(?:essa|esse|a|o) (?:empresa|escritorio|predio|loja)\b|\bsei onde (?:voces|vcs|voce) (?:mora\w*|trabalha\w*|fica\w*)\b"
)


def threatens(text: str) -> bool:
    """Whether violence against whoever reads it, or their house, is announced."""
    return _VIOLENCE.search(plain(text)) is not None
