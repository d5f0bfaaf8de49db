"""A complaint kept, with a protocol and a day; what is told of others who came to know is one, whatever else is said."""

from __future__ import annotations

import re

from actions.proving import forget_form
from actions.scene import Scene
from conversations.requests import register
from understanding.plain import plain

_TOO_OFTEN = re.compile(
    r"\b(?:fica\w* (?:me )?(?:ligando|mandando|chamando)|todo (?:santo )?dia|toda hora|o dia (?:todo|inteiro)|\d+ vezes|varias vezes|mil vezes|sem parar|nao para[mn]?|insist\w+|perturb\w+"
    r"|incomod\w+|encher o saco|enchendo|(?:de )?madrugada|domingo|feriado|fim de semana|no (?:meu )?(?:trabalho|servico))\b"
)


_TOLD_OTHERS = re.compile(
    r"\b(?:chefe|patrao|patroa|colega\w*|vizinh\w+|encarregad[oa]|rh)\b.{0,15}\b(?:atend(?:eu|eram)|receb(?:eu|eram)|leu|viu)\b.{0,25}\b(?:ligac\w+|mensag\w+|telefon\w+|cobranca|carta|voces|vcs)\b|"
    r"\b(?:chefe|patrao|patroa|colega\w*|vizinh\w+|familia|parente\w*|marido|esposa|mae|pai|todo mundo|trabalho|empresa)\b.{0,40}\b(?:fic(?:ou|aram) sabendo|soub(?:e|eram)|descobri\w+)"
    r"|\b(?:lig\w+|telefon\w+|mand\w+)\b.{0,25}\b(?:servico|trabalho|trampo|firma|empresa|vizinh\w+|famil\w+)\b.{0,25}\b(?:fal\w+|cont\w+|diz\w+|disseram)\b.{0,25}\b(?:divida|conta|cobranca|chefe|patrao|todos?|todo mundo|outros|colegas?)\b"
    r"|\b(?:contaram|falaram|espalharam|disseram)\b.{0,30}\b(?:pro|pra|para|ao|da minha (?:divida|conta))\b"
)
"""Somebody else was told: CDC art. 42 and LGPD art. 6 forbid it, and it is looked into before anything else."""


async def hear_complaint(scene: Scene) -> None:
    """Keep it, with a protocol and a day, and answer what it is about."""
    forget_form(scene)
    kept = await register(
        scene.conn,
        scene.ground,
        scene.conversation,
        "complaint",
        scene.turn.id,
        debtor_id=await debtor_of(scene),
        words=scene.turn.text,
    )
    scene.ask("human")
    values = {"protocol": kept.protocol, "due": {"date": kept.due_on.isoformat()}}
    if told_others(scene.turn.text or ""):
        scene.say("utter_complaint_told_others", **values)
    elif not kept.new:
        scene.say("utter_complaint_again", **values)
    elif _TOO_OFTEN.search(plain(scene.turn.text or "")):
        scene.say("utter_complaint_too_often", **values)
    else:
        scene.say("utter_complaint", **values)


def told_others(said: str) -> bool:
    """Whether somebody else came to know of it through us, as the person says."""
    return _TOLD_OTHERS.search(plain(said)) is not None


async def debtor_of(scene: Scene) -> int | None:
    proof = await scene.proof()
    return proof.debtor_id if proof else None
