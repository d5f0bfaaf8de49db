"""\"Só reconheço a da loja\", \"a da loja é minha, as outras não\": the others are denied, which is read back before anything is written down."""

from __future__ import annotations

import re

from actions.dispute import read_back_denial
from actions.scene import Scene
from actions.which_debt import payable, spoken_of
from receivables.store import Debt
from understanding.plain import plain

_ONLY = re.compile(
    r"\b(?:so|somente|apenas) (?:eu )?(?:reconheco|conheco|lembro d\w+|fiz|comprei|contratei|(?:e|eh) (?:minha|meu))\b"
    r"|\b(?:so|somente|apenas) (?:a|o|as|os|ess[ae]) (?:\w+ ){1,4}(?:(?:e|eh|que e|que eh|sao) (?:minh\w+|meu\w*)|(?:eu )?(?:re)?conheco)\b"
)
_THE_REST_NOT = re.compile(
    r"\b(?:(?:e|eh) (?:minha|meu)|(?:re)?conheco|fui eu)\b.*\b(?:as?|os?) (?:outr[ao]s?|resto|demais|restante)\b(?: (?:eu|ja|ai|duas|tres|todas|contas?))* (?:nao|n|nunca|nem)\b"
)
_NOT_SAID = re.compile(r"\b(?:nao (?:e|eh) so|pag(?:uei|o|ar)|quit\w+)\b")


_PARTS = re.compile(r"[,;.!\n]+|\b(?:mas|e|porém|porem|já|ja|só|so|somente)\b(?= (?:a|as|o|os|ess[ae]s?) )", re.IGNORECASE)
_OWNED = re.compile(
    r"\b(?<!nao )(?:(?:e|eh|sao|foi|foram) (?:minh\w+|meus?)|(?:ta|esta|tao|estao) cert\w+|eu (?:fiz|comprei|reconheco|conheco)|reconheco|conheco|fui eu|sim)\b"
)
_NOT_OWNED = re.compile(
    r"\b(?:(?:que )?(?:nao|n|num)(?: (?:e|eh|sao|foi|foram))?(?: minh\w+| meus?)?|nunca|jamais|de jeito nenhum)$"
)


async def _half_and_half(scene: Scene) -> bool:
    """ "A de julho é minha, só a de agosto que não": the one that is denied in few words is read back, and never the other."""
    _, debts = await payable(scene) if await scene.proof() is not None else (None, [])
    debts = [debt for debt in debts if debt.status in ("open", "agreed")]
    owned: list[Debt] = []
    denied: list[Debt] = []
    for part in filter(None, (one.strip() for one in _PARTS.split(scene.turn.text or ""))):
        about = plain(part)
        if _NOT_OWNED.search(about):
            denied += spoken_of(scene, part, debts)[0]
        elif _OWNED.search(about):
            owned += spoken_of(scene, part, debts)[0]
    if not owned or not denied or {one.id for one in owned} & {one.id for one in denied}:
        return False
    await read_back_denial(scene, denied)
    return True


async def rest_denied(scene: Scene) -> bool:
    """Read the denial of the others back. False: nothing of the kind was said."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.piece is not None or "?" in (scene.turn.text or "") or _NOT_SAID.search(said):
        return False
    if await _half_and_half(scene):
        return True
    if not (_ONLY.search(said) or _THE_REST_NOT.search(said)) or await scene.proof() is None:
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status in ("open", "agreed")]
    known = spoken_of(scene, scene.turn.text or "", debts)[0]
    left = [debt for debt in debts if debt not in known]
    if not known or not left:
        return False
    await read_back_denial(scene, left)
    return True
