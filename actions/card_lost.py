"""\"Perdi meu cartão, bloqueia\": who can block a card is told; nothing is blocked here, and no message is stopped by the word."""

from __future__ import annotations

import re

from actions.scene import Scene
from conversations import effects
from conversations.turn import text_of
from understanding.plain import plain

_BLOCK = re.compile(
    r"\b(?:bloque(?:ia|ie|iem|iar|io|ei)|desbloque(?:ia|ie|iem|iar)|cancel(?:a|e|em|ar)|sust(?:a|e|ar)|suspend(?:e|er|a))\b"
)
_CARD = re.compile(r"\bcart(?:ao|oes|aozinho)\b")
_LOST = re.compile(
    r"\b(?:perdi|perdeu|roub\w+|furt\w+|levaram|assalt\w+|clon\w+|sumiu|extravi\w+|nao acho|nao encontro|esqueci)\b"
)
_THE_CARD = re.compile(
    r"\b(?:bloque(?:ia|ie|iem|ar|iar)|desbloque(?:ia|ie|iem|ar|iar)|cancel(?:a|e|em|ar)|sust(?:a|e|ar)) (?:(?:o|a|meu|esse|este|pra mim|por favor|pfv|ai|logo|ja|agora) )*cart(?:ao|oes|aozinho)\b"
)
_OTHER = re.compile(
    r"\b(?:acordo|boleto|pix|parcela\w*|contest\w+|compra\w*|reconhec\w+|banco (?:\w+ )?(?:bloque\w+|cancel\w+)|vao|podem|vai|se eu|vcs bloque\w+|voces bloque\w+|divida|conta do cartao|fatura|mensage\w+|msgs?)\b"
)


async def card_lost(scene: Scene) -> bool:
    """Tell who blocks a card. False: no card was to be blocked."""
    whole = (scene.turn.text if scene.piece is None else await text_of(scene.conn, scene.turn.id)) or ""
    said = plain(whole)
    if (
        not _CARD.search(said)
        or _OTHER.search(said)
        or not (_THE_CARD.search(said) or (_LOST.search(said) and _BLOCK.search(said)))
    ):
        return False
    if scene.piece and any(name == "utter_card_lost" for name, _ in await effects.said_in(scene.conn, scene.turn.id)):
        return True  # told with the piece before
    scene.say("utter_card_lost")
    if scene.open_question not in ("pay", "show"):
        await scene.go_back()
    return True
