"""\"Vocês ficam me ligando, o que tá pegando?\": why somebody is written to is asked; nothing is registered and nothing is stopped."""

from __future__ import annotations

import re

from actions.proving import done_once_proven
from actions.scene import Scene
from understanding.plain import plain

_WHY = re.compile(
    r"\b(?:por ?que|pq|porq)\b|\b(?:o )?(?:que|q|oq|qq)(?: que| q| e que)? (?:ta|esta|tava|foi|houve|acontece\w*|vcs querem|voces querem|ces querem|e isso|tem)\b"
    r"|\b(?:ta|esta) (?:pegando|acontecendo|rolando|havendo)\b|\bqual (?:e |seria )?(?:o )?(?:motivo|assunto|problema)\b|\bdo que se trata\b"
)
_CONTACT = re.compile(
    r"\b(?:lig(?:ando|am|aram|a|ou)|mand(?:ando|am|aram|a) (?:tant\w+ )?(?:mensage\w+|msgs?|zap|whats\w*)|me (?:mandando|mandam|procur\w+|cham(?:ando|am|aram)))\b"
)
_MORE_THAN_ASKED = re.compile(
    r"\b(?:par[ae]m?|parar|pararem|chega|basta|nao|nem|nunca|tir[ae]\w*|sair|procon|process\w+|justica|advogad\w+|absurdo|reclam\w+|denunci\w+|vergonha|paguei|saco|inferno|trabalho|servico|chefe|vizinh\w+"
    r"|mae|pai|filh\w+|marido|esposa|falec\w+|morreu|proposta|acordo|codigo|pix|boleto)\b"
)


async def why_contacted(scene: Scene) -> bool:
    """Say why, as far as it may be told, and what can be changed in it. False: that is not asked."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent == "vulnerabilidade" or not scene.turn.given.empty:
        return False
    if not (_WHY.search(said) and _CONTACT.search(said)) or _MORE_THAN_ASKED.search(said):
        return False
    if await scene.proof() is None:
        scene.say("utter_contact_why")
        await done_once_proven(scene, "consultar_divida")
    else:
        scene.say("utter_contact_why_known")
        await scene.go_back()
    return True
