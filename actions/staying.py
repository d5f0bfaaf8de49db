"""After a heavy word the talk does not fall back into routine: what comes next is read in the light of what was said before.

Whoever wrote that they want to die, that somebody has died, that they are a child, a lawyer or a relative is met as such in the turns
that follow, until a person of the team has talked to them or they say to be somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from actions.scene import Scene
from conversations.requests import newest_request
from conversations.said import newest_said
from understanding.plain import plain
from understanding.safety import speaks_of_dying
from understanding.safety.distress import distress
from understanding.safety.relations import beside, in_person, relation, wants_to_pay

_STATES: dict[str, tuple[str, timedelta]] = {
    "utter_vulnerable_self_harm": ("self_harm", timedelta(days=1)),
    "utter_deceased": ("deceased", timedelta(days=7)),
    "utter_representative": ("representative", timedelta(days=7)),
    "utter_minor": ("minor", timedelta(days=7)),
    "utter_relative": ("relative", timedelta(days=1)),
}
"""By the beginning of the response's name: what it was about, and for how long that is in the room."""
_OVER = ("utter_own_person", "utter_opted_out", "utter_wrong_person", "utter_identity_proven")
_LONGEST = timedelta(days=7)

_ANYWAY = frozenset("falar_com_humano parar_mensagens voltar_ao_assistente voltar_a_receber colou_codigo".split())
"""What is done whatever was said before."""
_TALK = frozenset("agradecer despedir saudar suspeita_golpe quem_e_voce".split())


async def stay_with(scene: Scene) -> bool:
    """Answer in the light of the heavy word that was said a while ago; False: there was none, or this asks for something else."""
    tapped = bool(scene.turn.arguments) or (scene.turn.text is None and scene.turn.given.empty)
    if scene.intent in _ANYWAY or (tapped and not _tap_of_matter(scene)):
        return False
    state = await _state(scene)
    # An old button, or words that resemble one, leads nobody in despair back to what they owe.
    return state is not None and (not tapped or state == "self_harm") and await _STAYING[state](scene)


def _tap_of_matter(scene: Scene) -> bool:
    """Whether an answer that was tapped, or named in words, goes on with what is owed."""
    return bool(scene.turn.arguments) or scene.intent in scene.repair.wishes()


async def heavy_file(scene: Scene) -> bool:
    """A photo or a PDF after such a word belongs to it; False where it is an ordinary file."""
    state = await _state(scene)
    if state == "self_harm":
        return _say(scene, "utter_vulnerable_self_harm_here")
    if state not in ("deceased", "representative"):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, state)
    if kept is None:
        return False
    scene.say(f"utter_{state}_file", protocol=kept.protocol)
    return True


async def _state(scene: Scene) -> str | None:
    names = [name for name in scene.till.talk.wording.names if name.startswith((*_STATES, *_OVER, "utter_returned_"))]
    last = await newest_said(scene.conn, scene.conversation.id, names, scene.now - _LONGEST)
    found = next((state for name, state in _STATES.items() if last is not None and last.startswith(name)), None)
    if found is None:
        return None
    state, lasts = found
    if lasts < _LONGEST and await newest_said(scene.conn, scene.conversation.id, names, scene.now - lasts) is None:
        return None
    return state


# ------------------------------------------------------------------------------------------------------ despair

_BETTER = re.compile(
    r"\b(?:melhor|mais calm[ao]|ja passou|passou|me acalmei|falei com|conversei com|liguei|to bem|estou bem|obrigad[oa]|vou ligar|vou procurar)\b"
)
_WORSE = re.compile(r"\b(?:nao (?:estou|to|fiquei) (?:bem|melhor)|ninguem|nao adianta|piorou|pior)\b")
_MATTER = re.compile(r"\b(?:divida\w*|conta\w*|pag\w*|pix|boleto|parcel\w*|valor|acordo|desconto|cobr\w*|negoci\w*)\b")


async def _with_despair(scene: Scene) -> bool:
    """Every message gets a warm line; what is owed is not talked of."""
    said = plain(scene.turn.text or "")
    if scene.intent == "vulnerabilidade" and (distress(said) == "self_harm" or speaks_of_dying(said)):
        return False  # said again: met in its own place, in other words
    scene.ask(None)
    if _BETTER.search(said) and not _WORSE.search(said):
        scene.say("utter_vulnerable_self_harm_better_matter" if _MATTER.search(said) else "utter_vulnerable_self_harm_better")
    elif _MATTER.search(said) or scene.turn.given.of_a_person or scene.turn.arguments or scene.turn.text is None:
        scene.say("utter_vulnerable_self_harm_matter")
    else:
        scene.say("utter_vulnerable_self_harm_here")
    return True


# -------------------------------------------------------------------------------------------------------- death

_PAPERS = re.compile(r"\b(?:certida\w+|obito|atestado|documento\w*|inventario|alvara|mand\w+|envi\w+|anex\w+)\b")
_WHEN = re.compile(r"\b(?:quando|quanto tempo|demora\w*|prazo|respond\w*|retorn\w*|e agora|falam comigo)\b")
_ESTATE = re.compile(
    r"\b(?:pag\w*|divida\w*|conta\w*|dev[eo]\w*|herd\w*|heranca|bens|filh[oa]s?|viuv[ao]|pensao|casa|cobr\w*|valor|quanto|nome (?:dele|dela)|negoci\w*|parcel\w*)\b"
)


async def _with_mourners(scene: Scene) -> bool:
    said = plain(scene.turn.text or "")
    if (
        scene.turn.text is None
        or in_person(said)
        or scene.intent in ("agradecer", "despedir", "suspeita_golpe", "vulnerabilidade")
    ):
        return False
    if scene.intent == "nao_sou_a_pessoa" and relation(said) != "deceased":
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "deceased")
    if kept is None:
        return False
    if _PAPERS.search(said):
        scene.say("utter_deceased_papers", protocol=kept.protocol)
    elif _ESTATE.search(said):
        scene.say("utter_deceased_estate", protocol=kept.protocol)
    elif _WHEN.search(said):
        scene.say("utter_deceased_when", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})
    elif scene.intent == "nao_sou_a_pessoa":
        scene.say("utter_deceased_known", protocol=kept.protocol)
    else:
        return False
    return True


# ------------------------------------------------------------------------------------------------ representatives

_THEIR_PAPERS = re.compile(r"\b(?:procurac\w+|curatela|termo|anexo|em anexo|segue\w*|envi\w+|oab|documento\w*|pdf|foto)\b")


async def _with_representatives(scene: Scene) -> bool:
    said = plain(scene.turn.text or "")
    if in_person(said) or scene.intent in (*_TALK, "vulnerabilidade"):
        return False
    if scene.intent == "nao_sou_a_pessoa" and relation(said) not in ("representative", "relative", "stranger"):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "representative")
    if kept is None:
        return False
    values = {"protocol": kept.protocol, "due": {"date": kept.due_on.isoformat()}}
    if _THEIR_PAPERS.search(said):
        scene.say("utter_representative_papers", **values)
    elif scene.turn.given.of_a_person or scene.intent in scene.repair.wishes() or _MATTER.search(said):
        scene.say("utter_representative_waits", **values)
    else:
        scene.say("utter_representative_noted", **values)
    return True


# ------------------------------------------------------------------------------------------------------- children


async def _with_minors(scene: Scene) -> bool:
    if scene.intent in (*_TALK, "vulnerabilidade") and scene.turn.given.empty:
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "minor")
    scene.say("utter_minor_again", protocol=kept.protocol if kept else "")
    return kept is not None


# ------------------------------------------------------------------------------------------------------ relatives


async def _with_relatives(scene: Scene) -> bool:
    said = scene.turn.text or ""
    if in_person(said) or scene.turn.given.of_a_person or scene.intent in (*_TALK, "vulnerabilidade", "ameaca_juridica"):
        return False
    if scene.intent == "nao_sou_a_pessoa" and relation(said) in ("deceased", "minor", "representative", "stranger"):
        return beside(said) and relation(said) == "stranger" and _say(scene, "utter_relative_beside")
    if beside(said):
        return _say(scene, "utter_relative_beside")
    if wants_to_pay(said) and scene.intent != "informar_ja_paguei":
        return _say(scene, "utter_relative_pays")
    return False


def _say(scene: Scene, response: str) -> bool:
    scene.say(response)
    return True


_STAYING: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "self_harm": _with_despair,
    "deceased": _with_mourners,
    "representative": _with_representatives,
    "minor": _with_minors,
    "relative": _with_relatives,
}
