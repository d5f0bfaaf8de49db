"""Which debts a deal is wished for; asked about when that is not clear, and said where none may be had."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions.agreed_already import agreed_already
from actions.choices import group_options, options
from actions.debt import show_debts
from actions.negotiating import count_of_each, together
from actions.proposed import understood
from actions.resting import resting, say_resting
from actions.scene import Scene
from actions.which_debt import apart, called_by_price, chosen_debts, named_by_words, narrowed, payable
from conversations.said import typed_in_turn
from receivables.store import Debt, owed
from understanding.plain import plain

_DENYING = ("dispute_reason", "dispute_confirm", "dispute_maybe")


async def debts_meant(scene: Scene, again: str) -> list[Debt] | None:
    """The debts to negotiate; asked about (by the intent `again`, which a tap goes on with) when that is not clear: then None."""
    _, debts = await payable(scene)
    kept = scene.question.arguments.get("debts") if scene.question else None
    by_tap = scene.turn.arguments.get("debts")
    rests = await resting(scene, debts)
    free = [debt for debt in debts if debt.status == "open" and debt.id not in rests]
    if kept and not by_tap and scene.question is not None and scene.question.name in _DENYING:
        # "A da loja eu reconheço, divide ela": what is just being denied is not what they would pay.
        others = [debt for debt in free if debt.id not in kept]
        free, kept = others or free, None if others else kept
    if not free and any(one.kind == "claimed" for one in rests.values()):
        scene.ask(None)
        say_resting(scene, "utter_cannot_agree_claimed", debts, rests)
        return None
    debts = [debt for debt in debts if rests.get(debt.id) is None or rests[debt.id].kind == "disputed"]
    if not free:
        if debts and all(debt.status == "agreed" for debt in debts):
            await agreed_already(scene)
        elif debts:
            scene.say("utter_cannot_agree_disputed")
        else:
            await show_debts(scene)
        return None
    if by_tap and scene.question is not None and scene.question.name == "which_to_divide" and not scene.turn.text:
        # The debt is named; what was wished of it was said before.
        typed = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id)
        scene.wish_words = (
            typed if typed and offers_anew(scene, typed, free) else str(scene.question.arguments.get("words") or "")
        )
    if not by_tap:
        anew = [debt for debt in await named_by_words(scene) if debt.status == "open"]
        priced = called_by_price(scene, scene.words, free)
        if priced is not None and (not anew or priced[0] in anew):
            # "A de 362 em 2x": its price names it, and is no offer.
            anew, scene.wish_words = [priced[0]], priced[1]
            if {priced[0].id} == set(kept or ()):
                return anew
        if anew and kept and _BOTH.search(plain(scene.words)) and {debt.id for debt in anew} - set(kept):
            both = [debt for debt in free if debt.id in kept or debt in anew]
            if not apart(both):
                return both
            _apart_from_each_other(scene, both, again)
            return None
        if anew and {debt.id for debt in anew} != set(kept or ()):
            # "E o colégio?", in the middle of another debt's offer.
            return anew
        if kept and len(kept) < len(free) and _all_of_them(scene, len(free)):
            return free
    if by_tap or kept:
        meant = [debt for debt in debts if debt.id in (by_tap or kept or ())]
        if meant:
            return meant
    if len(free) == 1:
        return free
    named = await _named(scene)
    if named:
        return named
    focus = [debt for debt in free if debt.id in (scene.slots.get("focus") or ())]
    if focus:
        return focus
    alone = _only_one_of_that_size(scene, free)
    if alone is not None:
        return [alone]
    asked = scene.question.arguments if scene.question is not None and scene.question.name == "which_to_divide" else None
    one_company = len({(debt.creditor_id, debt.portfolio) for debt in free}) == 1
    if one_company and (asked is not None or again == "pedir_desconto" or _all_of_them(scene, len(free))):
        # Of one company all can be dealt with together: better an answer for all of them than the same question again.
        return free
    every = _all_of_them(scene, len(free))
    among = free if every else narrowed(scene, free)
    totals = [owed(scene.ground, debt).total for debt in among]
    scene.ask(
        "which_to_divide",
        takes=("option", "amount", "count"),
        again=again,
        words=_with_what_was_said(scene, asked),
        shown=[debt.id for debt in among] if len(among) < len(free) else None,
    )
    rows = group_options(among, totals) if every else options(among, totals)
    rows = [row for row in rows if together(among, row)]
    if not (every and await count_of_each(scene, among, rows)):
        instead = amount_instead(scene, str((asked or {}).get("words") or ""))
        if instead is not None and not every:
            scene.say("utter_which_with_amount", amount={"money": instead[0]}, options=rows)
        else:
            scene.say("utter_which_to_divide_apart" if every else "utter_which_to_divide", options=rows)
    return None


def offers_anew(scene: Scene, typed: str, free: Sequence[Debt]) -> bool:
    """ "Faz as duas por 900?" chooses, and says more than the wish that was asked about."""
    values = understood(scene, typed)
    prices = {price // 100 for debt in free for price in (owed(scene.ground, debt).total, debt.original_amount)}
    offered = [one for one in values.money if one.amount // 100 not in prices]
    return bool(offered or values.counts or "%" in typed) and called_by_price(scene, typed, free) is None


_BOTH = re.compile(r"\b(?:junt[ao]s?|as duas|os dois|amb[ao]s|tudo junto|com (?:a|as) outras?)\b")


def _apart_from_each_other(scene: Scene, both: Sequence[Debt], again: str) -> None:
    """ "E a escola também, as duas juntas", of two companies: each has an agreement of its own, and which comes first is asked."""
    rows = group_options(both, [owed(scene.ground, debt).total for debt in both])
    scene.ask(
        "which_to_divide", takes=("option", "amount", "count"), again=again, words="parcelar", shown=[debt.id for debt in both]
    )
    scene.say("utter_which_to_divide_apart", options=[row for row in rows if together(both, row)])


def _only_one_of_that_size(scene: Scene, free: Sequence[Debt]) -> Debt | None:
    """The one debt that is worth the amount that was offered for it: \"faz por 800?\" of 850 and 640."""
    if _all_of_them(scene, len(free)) or re.search(r"\b(?:tudo|todas|todos)\b", plain(scene.words)):
        return None
    offered = {one.amount for one in understood(scene, asked="amount").money if one.role in (None, "total")}
    if len(offered) != 1:
        return None
    amount = offered.pop()
    worth = [debt for debt in free if owed(scene.ground, debt).gross >= amount]
    return worth[0] if len(worth) == 1 and len(free) > 1 else None


_SO_MANY = {"duas": 2, "dois": 2, "tres": 3, "quatro": 4, "cinco": 5}
_THE_SO_MANY = re.compile(r"\b(?:as|os) (duas|dois|tres|quatro|cinco)\b(?! (?:vezes|parcelas|primeir\w+|ultim\w+))")
_TOGETHER = re.compile(r"\b(?:ambas|ambos|juntas|juntos|junt\w+ tudo|tudo junto|todas elas|somando tudo)\b")


_EVERY = re.compile(
    r"^(?:(?:e|quero|as|de|pode|ser|entao|sim|oi|bom dia) )*(?:todas|todos)\b(?! (?:as |os )?(?:parcelas|vezes|opcoes|meses|mes|dias?))|^(?:(?:e|agora|entao|ai|quero|pode|parcel\w+|divid\w+) )*(?:o resto|o restante|o que (?:falta|faltou|sobrou|ficou)|as que (?:falta\w+|sobraram|ficaram))\b|\b(?:parcel|divid|negoci|acert)\w* (?:tudo|todas|todos|ambas)\b(?! (?:as |os )?(?:parcelas|meses|dias?))"
)


def _all_of_them(scene: Scene, count: int) -> bool:
    """\"As duas\" of two, \"juntas\", \"juntar tudo\"."""
    said = plain(scene.words)
    number = _THE_SO_MANY.search(said)
    return _SO_MANY[number[1]] == count if number else (_TOGETHER.search(said) or _EVERY.search(said)) is not None


def _with_what_was_said(scene: Scene, asked: Mapping[str, Any] | None) -> str:
    """The words that the question keeps: an amount or a count that was said before is not lost to what is said after it."""
    before = str((asked or {}).get("words") or "")
    values = understood(scene)
    instead = amount_instead(scene, before)
    if instead is not None:
        return instead[1]
    return scene.words if not before or values.money or values.counts else f"{before}. {scene.words}"


_NOTHING_MORE = re.compile(
    r"(?:(?:entao|so|no maximo|maximo|consigo|posso|dou|daria|pago|dar|pagar|melhor|pode|ser|de|da|e|eu|ai|mas|agora|hoje|entrada|sinal|reais|real|conto|na|verdade|quero|digo|quis|dizer|por|enquanto|uns|umas|ate|perai|opa|nao) ?)*"
)
_A_LOT = 5000
"""From so many centavos a bare number is an amount, and no place in a list."""


def amount_instead(scene: Scene, before: str) -> tuple[int, str] | None:
    """ "Oitocentos então", after "mil e duzentos agora e o resto em oito": the new amount in centavos, and the words with it in the old
    one's place. Nothing where more is said, or no one amount stood there before."""
    said = understood(scene, asked="amount")
    if len(said.money) != 1 or said.counts or said.money[0].amount < _A_LOT or scene.turn.arguments:
        return None
    new = said.money[0]
    rest = f"{scene.words[: new.start]} {scene.words[new.end :]}"
    old = understood(scene, before).money if before else ()
    if len(old) != 1 or not _NOTHING_MORE.fullmatch(plain(rest)):
        return None
    amount = f"R$ {new.amount // 100},{new.amount % 100:02}"
    return new.amount, f"{before[: old[0].start]}{amount} {before[old[0].end :]}"


_NUMBERED = re.compile(
    r"(?:em |de |por |r\$ ?)?\b\d+(?:[.,]\d+)*\b ?(?:x|vezes|parcelas?|reais|conto|por mes)?|\b(?:parcel\w*|divid\w*|negoci\w*|descont\w*|entrada)\b",
    re.IGNORECASE,
)


async def _named(scene: Scene) -> list[Debt] | None:
    """The debts that the words name, once counts and amounts are taken out of them: in \"em 2 vezes\" nothing is the second one."""
    words, kept = scene.words, scene.wish_words
    scene.wish_words = words if not (understood(scene).counts or understood(scene).money) else _NUMBERED.sub(" ", words)
    if scene.wish_words == words:
        scene.wish_words = re.sub(r"\b(?:parcel\w*|divid\w*|negoci\w*|descont\w*)\b", " ", words, flags=re.IGNORECASE)
    try:
        named = await chosen_debts(scene)
    finally:
        scene.wish_words = kept
    return [debt for debt in named or () if debt.status == "open"] or None


async def names_others(scene: Scene) -> bool:
    """Whether the message turns to other debts than those that are being talked about: \"e o colégio?\"."""
    kept = set(scene.question.arguments.get("debts") or ()) if scene.question else set()
    anew = {debt.id for debt in await named_by_words(scene) if debt.status == "open"}
    return bool(anew) and anew != kept
