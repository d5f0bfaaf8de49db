"""A number that was let go of as somebody else's, and proves to be the person's: it is theirs again, and they are told what holds."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from actions.scene import Scene
from conversations import effects
from conversations.consent import opt_in, opted_out
from understanding.bare import yes_or_no
from understanding.plain import plain

_BACK = "utter_number_back"
_REMEMBERED = timedelta(days=30)


async def tell_number_back(scene: Scene) -> None:
    """After the thanks for the proof: the number counts as theirs again, and messages come back only by their own word. Said once."""
    if any(name == _BACK for name, _ in scene.said):
        scene.said.sort(key=lambda one: one[0] == _BACK)
        return
    last = await effects.newest_said(scene.conn, scene.conversation.id, ("utter_wrong_person", _BACK), scene.now - _REMEMBERED)
    if last is not None and last[0] != _BACK and await opted_out(scene.conn, scene.conversation):
        scene.say(_BACK)


_NUMBER = r"(?:numero|telefone|celular|zap|whats\w*|contato|cadastro)"
_NOTICES = r"(?:avis\w+|mensage\w+|msgs?|lembretes?|notific\w+|recados?)"
_LINKED = re.compile(
    rf"\b{_NUMBER}\b (?:\w+ ){{0,3}}?(?:ligad[oa]|religad[oa]|desligad[oa]|ativ[oa]|ativad[oa]|cadastrad[oa]|vinculad[oa]|de volta|voltou|no cadastro|no sistema|valendo)\b"
    rf"|\b(?:religaram|religou|ligaram de novo|ligou de novo|reativaram|reativou|desligaram|desligou|tiraram|tirou|recadastr\w+|voltou|voltaram|ta|esta|fica|ficou) (?:\w+ ){{0,2}}?{_NUMBER}\b"
)
_WILL_WRITE = re.compile(
    rf"\b(?:vao|vai|voces|vcs|vc|voce) (?:\w+ )?(?:me )?(?:(?:continu\w+|volt\w+)(?: a)? )?(?:me )?(?:avis\w+|lembr\w+|mand\w+ (?:\w+ ){{0,2}}?{_NOTICES}|notific\w+)\b"
    rf"|\b(?:vou|eu|ainda|vai|vao) (?:\w+ ){{0,2}}?(?:receb\w+|cheg\w+|perd\w+) (?:\w+ ){{0,2}}?{_NOTICES}\b|\b{_NOTICES} (?:\w+ )?(?:vao|vai|ainda|continuam?|voltam?|chegam?)\b"
)
_ASKS = re.compile(r"\?|\bou nao\b|\b(?:sera|queria saber|me diz|por que|pq)\b")
_NO_NUMBER = re.compile(
    r"\bnumero (?:d[oae]s? )?(?:boleto|contrato|protocolo|pix|conta|acordo|fila)\b|\b(?:pag\w+|pix|boleto|parcela\w*)\b"
)


async def number_asked(scene: Scene) -> bool:
    """ "Meu número tá ligado de novo?", "vão me avisar aqui ou não?", of a number that had been let go of: what holds, and whether
    messages shall come back. False: not asked, nobody is proven, or nothing was ever let go of."""
    text = scene.turn.text or ""
    said = plain(text)
    if not (_LINKED.search(said) or _WILL_WRITE.search(said)) or not (_ASKS.search(text) or _ASKS.search(said)):
        return False
    if _NO_NUMBER.search(said) or scene.form is not None or await scene.proof() is None:
        return False
    let_go = await effects.newest_said(scene.conn, scene.conversation.id, ("utter_wrong_person",), scene.now - _REMEMBERED)
    if let_go is None:
        return await _no_stop_meant(scene, said)
    if await opted_out(scene.conn, scene.conversation):
        scene.ask("messages_again", takes=("yes_no",))
        scene.say("utter_number_back_quiet")
    else:
        scene.say("utter_number_back_on")
    return True


async def _no_stop_meant(scene: Scene, said: str) -> bool:
    """ "Vou receber aviso nesse número?", taken for a stop by the classifier alone: what holds is told, and nothing is stopped."""
    known = any(one.get("label") == "parar_mensagens" and one.get("words") for one in scene.safety)
    if scene.intent != "parar_mensagens" or known or not _WILL_WRITE.search(said) or _ENOUGH.search(said):
        return False
    scene.say("utter_opted_out_already" if await opted_out(scene.conn, scene.conversation) else "utter_opted_in_already")
    return True


_ENOUGH = re.compile(
    r"\b(?:par(?:a|e|em|ar|aram|ou)|cheg(?:a|am|ou)|ate quando|quantas vezes|tod[ao] (?:dia|hora|santo)|nao (?:quero|aguento|precis\w+)|sem parar|de novo|enche\w*|mais)\b"
)


async def _whether_again(scene: Scene) -> bool:
    """The answer to `utter_number_back_quiet`. False: neither yes nor no."""
    said = yes_or_no(scene.turn.text or "")
    if scene.intent == "afirmar" or (said is not None and said.kind == "yes"):
        scene.ask(None)
        await opt_in(scene.conn, scene.conversation, scene.now)
        scene.say("utter_opted_in")
    elif scene.intent in ("negar", "cancelar") or (said is not None and said.kind == "no"):
        scene.ask(None)
        scene.say("utter_opted_out_fine")
    else:
        return False
    return True


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {"messages_again": _whether_again}
