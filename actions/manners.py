"""Insults in the heat of the moment, and being sorry for them: neither echoed nor held against anybody, and the matter goes on."""

from __future__ import annotations

import re

from actions.identity import give_identity
from actions.scene import Scene
from understanding.plain import plain
from understanding.safety.distress import distress
from understanding.safety.threats import threatens

_INSULTS = re.compile(
    r"\b(?:va+o?|vai|vao) (?:\w+ )?(?:se (?:fer?rar|fud\w+|fod\w+|lasc\w+|danar)|a merda|pra (?:merda|pqp|puta)|tomar no|te catar|pro inferno|pros? quint\w+|catar coquinho|plantar batata)\b"
    r"|\b(?:fdp|pqp|filh[oa]s? da puta|arrombad\w+|otari\w+|vagabund\w+|safad\w+|desgrac\w+|bando de (?:\w+)|caralh\w+|porra|merda)\b"
    r"|\b(?:voces|vcs|vc|voce|empresa|loja|cambada|bando|monte|corja|tudo|seus?|suas?|isso e|que)\b (?:\w+ ){0,3}(?:ladr(?:ao|oes|a|as|oezinhos)|assaltantes?|bandid\w+|sangue ?sugas?|agiotas?|sem vergonhas?|exploradores)\b"
)
_THIEVES = re.compile(r"\b(?:ladr(?:ao|oes|a|as)|assaltantes?|bandid\w+|agiotas?)\b")
"""Shouted at a collector, and no question whether this is a swindle."""
_MAY_BE = frozenset(
    "nlu_fallback fora_de_escopo consequencias negar consultar_divida dificuldade_financeira contestar_divida despedir responder".split()
)
_DENIES = re.compile(
    r"\b(?:nao (?:e|eh) minh\w+|nao reconhec\w+|nao devo|nao fui eu|contest\w+|process\w+|procon|golp\w+|fraud\w+|falso|mentira|clon\w+|invad\w+|roubaram|roubou|fui roubad\w|abus\w+|absurd\w+|reclama\w*|ouvidoria)\b"
)
_SORRY = re.compile(
    r"\b(?:desculp\w+|perdao|perdoa\w*|foi mal|me perdoe)\b.{0,30}\b(?:palavr\w+|grosser\w+|grosso|grossa|exalt\w+|nervos\w+|estress\w+|xing\w+|gritei|falei (?:assim|aquilo|mal)|jeito|descontei|raiva|la em cima|boca)\b"
    r"|\b(?:to|tava|estou|estava|fiquei|sou) (?:\w+ )?(?:nervos\w+|exaltad\w+|estressad\w+)\b.{0,12}\b(?:desculp\w+|perdao|foi mal)\b"
)


async def insulted(scene: Scene) -> bool:
    """An insult beside the matter: calm, and what can be done; nothing is registered that nobody asked for. False: none, or it says
    something that weighs more."""
    said = plain(scene.turn.text or "")
    called_thieves = scene.intent == "suspeita_golpe" and _THIEVES.search(said) is not None
    if scene.intent not in _MAY_BE and not called_thieves and not (scene.intent == "reclamar" and "culpa" in said.split()):
        return False
    if not _INSULTS.search(said) or _DENIES.search(said) or threatens(scene.turn.text or ""):
        return False
    if scene.turn.given.documents or distress(said) is not None or "?" in (scene.turn.text or ""):
        return False
    scene.say("utter_insulted")
    if scene.form is None:
        await scene.go_back()
    return True


async def sorry(scene: Scene) -> bool:
    """ "Desculpa os palavrões": no offence was taken, and the talk goes on; documents beside it count. False: not said."""
    said = plain(scene.turn.text or "")
    if scene.turn.arguments or not _SORRY.search(said) or scene.intent in ("parar_mensagens", "falar_com_humano"):
        return False
    if distress(said) is not None or (scene.piece or 0) > 0:
        return False
    if scene.turn.given.documents and await scene.proof() is None:
        if scene.form is not None:
            return False
        scene.say("utter_no_offence_taken")
        await give_identity(scene)
        return True
    if len(said.split()) > 14:
        return False
    scene.say("utter_no_offence")
    if scene.form is None:
        await scene.go_back()
    return True
