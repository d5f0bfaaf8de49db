"""\"Aqui é a Juliana agora, meu CPF é…\": who writes is the person, whatever was said before by somebody else on the same telephone."""

from __future__ import annotations

import re

from conversations.identity import Given
from understanding.plain import plain
from understanding.safety.relations import in_person, relation


def speaks_as_oneself(text: str, given: Given) -> bool:
    """Whether the words are those of the very person: they say so, or give the own CPF, or the name beside the proof."""
    said = plain(text)
    if in_person(said):
        return True
    if _OF_ANOTHER.search(said) or DENIES.search(said) or relation(said) != "stranger":
        return False
    if _ME_NOW.search(said):
        return True
    return bool(given.documents) and (_MY_OWN.search(said) is not None or (bool(given.dates) and _NAMED.search(said) is not None))


_OF_ANOTHER = re.compile(r"\b(?:dele|dela|ele|ela|d[oa] (?:meu|minha)|outra pessoa)\b")
DENIES = re.compile(r"\b(?:nao|num|nem) (?:sou|e|eh|conheco|tenho|moro)\b|\b(?:engano|errad[oa])\b")
"""Words that say that somebody is not the person."""
_ME_NOW = re.compile(
    r"\bsou eu (?:agora|a pessoa|quem|que|sim|aqui|falando)\b|\bagora (?:sou eu|e eu)\b|\b(?:eu )?sou a pessoa (?:certa|que)\b"
    r"|\b(?:aqui|quem (?:ta |esta )?(?:aqui|fala|falando|escreve|escrevendo)) (?:agora )?(?:e|eh) (?:a |o )?(?!da\b|do\b|de\b|um\b|uma\b|outr)\w{3,} (?:agora|mesm[oa]|falando)\b"
)
_MY_OWN = re.compile(r"\b(?:meu (?:cpf|documento|cnpj)|meus dados|nasci|minha data|sou nascid[oa])\b")
_NAMED = re.compile(
    r"\b(?:aqui|quem (?:ta |esta )?(?:aqui|fala|falando|escreve|escrevendo)|meu nome) (?:agora )?(?:e|eh) (?:a |o )?(?!da\b|do\b|um\b|uma\b|outr)\w{3,}|\bme chamo \w+|\beu sou (?:a |o )?\w+"
)
