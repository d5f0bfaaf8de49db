"""\"Me liga dia 10\": nobody is called from here, and none is promised; the wish goes to the team with a protocol, and who can be called is told."""

from __future__ import annotations

import re

from actions.scene import Scene
from conversations.requests import register
from understanding.plain import plain

_CALL_ME = re.compile(
    r"\bme (?:liga|ligue|liguem|ligar|ligarem|telefon(?:a|e|em|ar|arem))\b|\b(?:liga|ligue|liguem|ligar|telefon(?:a|e|em|ar)) (?:pra|para) mim\b"
    r"|\b(?:liga|ligue|liguem|ligar) (?:pro|no|para o|pra o) (?:meu |este |esse )?(?:celular|telefone|numero|fixo|zap)\b"
    r"|\b(?:pod\w+|consegu\w+|tem como|da pra|quero que|queria que) (?:\w+ ){0,3}(?:ligar|ligarem|ligue|telefonar|telefone|telefonem)\b|\bme d[ae] uma ligad\w+"
    r"|\b(?:retorn\w+|aguardo|espero|quero|prefiro) (?:a |uma |sua |minha )*ligac\w+\b"
)
_NOT_SO = re.compile(
    r"\b(?:nao|num|nunca|nem|par[ae]\w*|chega)\b(?: (?:de|precisa|quero|me|que|mais|vou|adianta|gosto)){0,4} (?:lig|telefon)\w*"
    r"|\b(?:cans\w+|quem|toda? (?:hora|dia)|o dia (?:todo|inteiro)|fic\w+|viv\w+|direto|insist\w+|sem parar|posso|eu (?:liguei|ligo))\b"
    r"|\b(?:se|quando|caso) (?:voces |vcs |alguem )?(?:me )?lig\w+"
)


async def call_wished(scene: Scene) -> bool:
    """Say what there is in the place of a call, with the wish registered. False: no call was wished."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _MAY_BE or not _CALL_ME.search(said) or _NOT_SO.search(said):
        return False
    proof = await scene.proof()
    kept = await register(
        scene.conn,
        scene.ground,
        scene.conversation,
        "contact",
        scene.turn.id,
        debtor_id=proof.debtor_id if proof else None,
        words=scene.turn.text,
    )
    scene.say("utter_call_wished" if kept.new else "utter_call_wished_again", protocol=kept.protocol)
    await scene.go_back()
    return True


_MAY_BE = frozenset(
    "falar_com_humano preferencia_contato nlu_fallback fora_de_escopo adiar_resposta promessa_pagamento informar_data reclamar ajuda negar afirmar".split()
)
