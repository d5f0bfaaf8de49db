"""Which right over their own data somebody claims (LGPD art. 18), read from their own words."""

from __future__ import annotations

import re
from typing import Literal

from understanding.plain import plain

DataRight = Literal["erasure", "correction", "sharing", "copy", "review", "objection", "leak", "general", "access", "menu"]

_RIGHTS: tuple[tuple[DataRight, re.Pattern[str]], ...] = (
    ("leak", re.compile(r"\b(?:vaz\w+|exp(?:us|os)\w+ (?:a )?(?:minha|meus?)|contaram (?:pra|para)|falaram (?:da|de) minha)\b")),
    (
        "review",
        re.compile(r"\b(?:decis\w+ automati\w+|revis\w+ .{0,30}(?:decis|robo|automat|algorit)\w*|algoritmo|perfil de credito)\b"),
    ),
    (
        "copy",
        re.compile(
            r"\b(?:copia|portabilidade|portar|relatorio|exporta\w*|baixar|(?:me )?(?:mand\w+|envi\w+|entreg\w+)\b.{0,25}\b(?:dados|informac\w+|conversa)|json|pdf)\b"
        ),
    ),
    (
        "erasure",
        re.compile(
            r"\b(?:apag\w+|exclu\w+|delet\w+|remov\w+|retir\w+|elimin\w+|anonimiz\w+|esquec\w+|sumir com|some com|tir(?:a|e|em|ar|o) (?:meu|meus|minha|o|os|a|daqui|dai)|me tir(?:a|e|em|ar))\b"
        ),
    ),
    (
        "sharing",
        re.compile(
            r"\b(?:quem (?:te |lhe |vos |vcs |voces )?(?:deu|passou|forneceu|entregou|compartilh\w+|autorizou|vendeu)"
            r"|como (?:voces |vcs |voce |vc )?(?:consegui(?:u|ram)|tem|teem|arrum(?:ou|aram)|ach(?:ou|aram)|obti?ve(?:ram)?|peg(?:ou|aram))|(?:de )?onde (?:voces |vcs |voce |vc )?(?:peg(?:ou|aram)|tir(?:ou|aram)|consegui(?:u|ram)|veio|vieram|ach(?:ou|aram))"
            r"|como (?:e |eh )?(?:que |q )?(?:voces |vcs |vc |tu |ces )?(?:sab\w+|descobriram)|de onde saiu|(?:voces|vcs) (?:passaram|compraram|venderam)|por que (?:voces |vcs )?tem o|tem o (?:telefone|nome|numero) d|deu meu (?:telefone|numero)|quem (?:alem de voces |alem de vcs |mais )?(?:tem|teve) acesso|na mao de todo mundo|origem|compartilh\w+|vend(?:eram|em|e)|repass\w+|com quem)\b"
        ),
    ),
    (
        "correction",
        re.compile(
            r"\b(?:corrig\w+|correc\w+|atualiz\w+|retific\w+|errad[ao]s?|incorret[ao]s?|mud(?:ei|ar|ou|a|anca)|troc(?:ar|ou|ei|a)|sobrenome|nome social|alter\w+|acert\w+ (?:meu|meus|o))\b"
        ),
    ),
    (
        "objection",
        re.compile(
            r"\b(?:revog\w+|(?:nao|n|nunca) (?:dei|autoriz\w+|permit\w+|aceit\w+|concord\w+)|consentimento|oposic\w+|me oponho|(?:nao|n) quero (?:que |q )?us\w+)\b"
        ),
    ),
    (
        "general",
        re.compile(
            r"\b(?:dpo|encarregad[ao]|politica|privacidade|pra que|para que|por quanto tempo|quanto tempo|com que direito|base legal|sigilo|segur[ao]s?|de acordo com a lgpd"
            r"|grav\w+|contra a lei|protegid\w+|anpd|oque (?:voces|vcs) faz\w+|o que (?:voces|vcs|e que|que voces)? ?faz\w+)\b"
        ),
    ),
    (
        "access",
        re.compile(
            r"\b(?:quais|que|quantos|tod[ao]s|saber|ver|acess\w+|consult\w+|mostr\w+|confirmac\w+|armazenad\w+|guardad\w+|tem (?:de|sobre) mim|sobre (?:mim|a minha pessoa))\b.{0,40}"
            r"\b(?:dados?|informac\w+|cadastro|mim|minha pessoa|tratamento|voces|vcs)\b|\bmeus dados conforme\b|\bacesso aos? (?:meus )?dados\b"
        ),
    ),
)


def data_right(text: str) -> DataRight:
    """The right that is meant; `menu` when it is only the law or the data that are named."""
    said = plain(text)
    return next((right for right, words in _RIGHTS if words.search(said)), "menu")
