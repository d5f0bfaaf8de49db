"""\"A da loja eu pago sexta e a da internet dia 10\": each account has a day of its own, noted one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from actions.clauses import clauses
from actions.heard import day_of
from actions.promised_day import consider, read_back
from actions.proving import proven
from actions.scene import Scene
from actions.which_debt import payable, payable_of, spoken_of
from conversations import effects
from conversations.turn import text_of
from receivables.promising import get_promise
from receivables.store import Debt
from understanding.plain import plain
from understanding.values import read_values

Later = tuple[list[int], str]
"""Accounts (ids) whose day is still to be noted, with the words that name it."""

_MAY_BE = frozenset(
    """promessa_pagamento informar_data pedir_prorrogacao nlu_fallback responder escolher_opcao corrigir_informacao solicitar_pagamento
    consultar_divida adiar_resposta fora_de_escopo""".split()
)
_OPEN = ("promise_confirm", "promise_day", "promise_made")
_SHOWN = "utter_promises_of_each"
_OTHER = re.compile(r"\b(?:a|da|na|pra|as|o) outras?\b(?! (?:metade|parte|parcela|data)\b)")
_NO_DAY_TO_PAY = re.compile(
    r"\b(?:parcel\w+|vezes|\d+ ?x|entrada|boleto|pix|codigo|paguei|quitei|(?:foi|ta|esta|ja) pag[ao]|nao|nem|venc\w+|desde|comprei|errad\w+)\b"
)


async def day_of_each(scene: Scene) -> bool:
    """Read back the first, and keep the others for after it. False: there are no two accounts with a day each."""
    if scene.intent not in _MAY_BE or scene.form is not None or scene.turn.arguments:
        return False
    if scene.piece and any(name == _SHOWN for name, _ in await effects.said_in(scene.conn, scene.turn.id)):
        return True  # served with the piece before
    whole = (scene.turn.text if scene.piece is None else await text_of(scene.conn, scene.turn.id)) or ""
    parts = [part.words for part in clauses(whole)]
    if "?" in whole or _NO_DAY_TO_PAY.search(plain(whole)) or sum(_has_day(scene, part) for part in parts) < 2:
        return False
    if await scene.proof() is None or len({debt.id for debt in (await payable(scene))[1]}) < 2:
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    found: list[Later] = []
    for part in parts:
        known = {debt_id for ids, _ in found for debt_id in ids}
        named = _named(scene, part, debts, known)
        if not named or not _has_day(scene, part) or known & {debt.id for debt in named}:
            return False
        found.append(([debt.id for debt in named], part))
    if not await proven(scene, "promessa_pagamento"):
        return True
    scene.say(_SHOWN)
    await next_of_each(scene, found)
    return True


async def next_of_each(scene: Scene, left: Sequence[Later]) -> None:
    """Consider the first of these, with the others behind it."""
    (ids, words), *others = left
    debts = [debt for debt in await payable_of(scene, ids) if debt.status == "open"]
    if not debts:
        if others:
            await next_of_each(scene, others)
        return
    scene.wish_words = words
    await consider(scene, debts, day_of(scene), None, also=others)


async def day_of_the_other(scene: Scene) -> bool:
    """ "E a da internet dia 10", while the day of another account is read back or was noted: that one keeps its own. False: no other
    account is named, or no day for it."""
    if scene.open_question not in _OPEN or scene.question is None or scene.turn.arguments or scene.intent not in _MAY_BE:
        return False
    text = scene.turn.text or ""
    if "?" in text or _NO_DAY_TO_PAY.search(plain(text)) or not _has_day(scene, text):
        return False
    kept = scene.question.arguments
    mine = set(kept.get("debts") or ())
    if scene.open_question == "promise_made":
        mine = set((await get_promise(scene.conn, int(kept["promise"]))).debts)
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    named = _named(scene, text, debts, mine)
    if not named or {debt.id for debt in named} & mine:
        return False
    if scene.open_question == "promise_confirm":
        # One at a time: the first waits for its yes, and the other comes right after it.
        scene.say("utter_promise_first_this")
        await _read_back_again(scene, [*(kept.get("also") or ()), ([debt.id for debt in named], text)])
        return True
    await next_of_each(scene, [([debt.id for debt in named], text)])
    return True


async def day_of_what_is_left(scene: Scene) -> bool:
    """ "E a que sobra mês que vem", after the codes of the others: that one has its day. False: not said, or more than one is left."""
    text = scene.turn.text or ""
    said = plain(text)
    if scene.intent not in (*_MAY_BE, "nao_sou_a_pessoa") or scene.form is not None or scene.open_question not in (None, "pay"):
        return False
    if "?" in text or not _LEFT.search(said) or _NO_DAY_TO_PAY.search(said) or not _has_day(scene, text):
        return False
    focus = set(scene.slots.get("focus") or ())
    if not focus or await scene.proof() is None:
        return False
    left = [debt for debt in (await payable(scene))[1] if debt.status == "open" and debt.id not in focus]
    if len(left) != 1:
        return False
    await next_of_each(scene, [([left[0].id], text)])
    return True


_LEFT = re.compile(
    r"^(?:(?:e|mas|ai|agora|depois) )*(?:a|o) (?:outra|outro|que (?:sobr\w+|fal\w+|rest\w+|fic\w+)|restante|ultima)\b"
)


async def _read_back_again(scene: Scene, also: Sequence[Later]) -> None:
    assert scene.question is not None
    kept = scene.question.arguments
    await read_back(
        scene,
        await payable_of(scene, kept["debts"]),
        date.fromisoformat(kept["day"]),
        kept.get("amount"),
        changing=kept.get("changing"),
        then=kept.get("then") or (),
        also=also,
    )


def _has_day(scene: Scene, words: str) -> bool:
    return any(when.kind != "past" for when in read_values(words, scene.today).dates) or _VAGUE.search(plain(words)) is not None


_VAGUE = re.compile(r"\b(?:mes que vem|proximo mes|semana que vem|proxima semana|fim do mes|quando (?:eu )?receber)\b")


def _named(scene: Scene, words: str, debts: Sequence[Debt], before: set[int]) -> list[Debt]:
    named, sure = spoken_of(scene, words, debts)
    if named and sure:
        return named
    others = [debt for debt in debts if debt.id not in before]
    return others if before and len(others) == 1 and _OTHER.search(plain(words)) else []
