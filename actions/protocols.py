"""\"Qual é o meu protocolo?\": every number that this person was given and may come back with, the newest first."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from actions.proving import proven
from actions.scene import Scene
from conversations.requests import NAMED_KINDS, open_requests_of, requests_of
from receivables.agreements import agreements_of
from receivables.brasilia import BRASILIA
from receivables.claims import claims_of
from receivables.disputing import disputes_of
from receivables.extending import extensions_of
from receivables.promising import promises_of
from receivables.proposals import proposals_of
from understanding.plain import plain

PROTOCOLS = "consultar_protocolo"
"""The wish, kept while identity is asked."""

_ASKED = re.compile(
    r"\b(?:qual|quais|cade|onde|numeros?|perdi|esqueci|apaguei|anotei|mand\w+|pass\w+|diz\w*|fala|repete|quero|preciso|tem|ver|sumiu|me d[ae])\b.{0,40}\bprotocolos?\b"
    r"|^(?:e |o |meu |o meu |os meus )*protocolos?(?: (?:por favor|pfv|pf|de novo|dnv))*$|\bprotocolos?\b.{0,25}\b(?:de novo|dnv|perdi|apaguei|esqueci|qual)\b"
)
_NEWS = re.compile(r"\b(?:resposta|respond\w+|resolv\w+|novidade|andamento|como (?:ta|esta|anda|ficou))\b")
_MOST = 6
_NO_NUMBER = frozenset("parar_mensagens vulnerabilidade nao_sou_a_pessoa informar_cpf".split())
_NO_NUMBER_WHERE_SURE = frozenset("falar_com_humano reclamar ameaca_juridica".split())
_SURE = 0.6


async def protocols_asked(scene: Scene) -> bool:
    """Tell the numbers, once it is known who asks. False: it was not asked for."""
    said = plain(scene.turn.text or "")
    if not _ASKED.search(said) or _NEWS.search(said) or scene.intent in _NO_NUMBER or scene.turn.arguments:
        return False
    if scene.intent in _NO_NUMBER_WHERE_SURE and scene.confidence >= _SURE:
        return False
    if await scene.proof() is None:
        here = await open_requests_of(scene.conn, _NOBODY, scene.conversation.id)
        if here:
            _say(
                scene,
                "utter_protocols_here",
                [(one.kind if one.kind in NAMED_KINDS else "request", one.protocol, one.asked_at) for one in here],
            )
            return True
    if await proven(scene, PROTOCOLS):
        await tell_protocols(scene)
    return True


async def tell_protocols(scene: Scene) -> None:
    """The numbers of what was agreed on, promised, moved, denied, claimed and asked for; that there is none, where there is none."""
    proof = await scene.proof()
    assert proof is not None
    who = proof.debtor_id
    rows = [("agreement", one.protocol, one.accepted_at) for one in await agreements_of(scene.conn, who)]
    rows += [("promise", one.protocol, one.promised_at) for one in await promises_of(scene.conn, who) if one.status == "open"]
    rows += [("extension", one.protocol, one.granted_at) for one in await extensions_of(scene.conn, who)]
    rows += [("dispute", one.protocol, one.opened_at) for one in await disputes_of(scene.conn, who)]
    rows += [("claim", one.protocol, one.said_at) for one in await claims_of(scene.conn, who)]
    rows += [("proposal", one.protocol, one.made_at) for one in await proposals_of(scene.conn, who)]
    rows += [
        (one.kind if one.kind in NAMED_KINDS else "request", one.protocol, one.asked_at)
        for one in await requests_of(scene.conn, who)
    ]
    if not rows:
        scene.say("utter_protocols_none")
    else:
        _say(scene, "utter_protocols", rows)
    await scene.go_back()


def _say(scene: Scene, response: str, rows: list[tuple[str, str, datetime]]) -> None:
    newest = sorted(rows, key=lambda row: row[2], reverse=True)
    shown: dict[str, dict[str, Any]] = {}
    for what, protocol, at in newest:
        day = at.astimezone(BRASILIA).date().isoformat()
        shown.setdefault(protocol, {"what": {"phrase": f"kind:{what}"}, "protocol": protocol, "day": {"date": day}})
    scene.say(response, rows=list(shown.values())[:_MOST])


_NOBODY = -1
