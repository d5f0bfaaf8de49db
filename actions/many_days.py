"""\"200 sexta, 200 na outra e o resto dia 20\", \"100 por semana\": parts on days of one's own choice. No agreement is made so, for its
instalments are monthly; what can be had is told: parts on account with one day noted at a time, or the plan that is nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from actions.debts_to_negotiate import debts_meant as debts_to_divide
from actions.meant import debts_meant
from actions.negotiating import answer_capacity, known_facts
from actions.partial import consider as consider_part
from actions.promised_day import read_back
from actions.proving import proven
from actions.scene import Scene
from actions.which_debt import payable
from conversations.turn import text_of
from receivables.calendar import months_later
from receivables.on_account import left_after_parts
from receivables.store import Debt, owed
from understanding.plain import plain
from understanding.values import read_values

_WEEKLY = re.compile(
    r"\b(?:por|cada|toda|todas as|uma vez por) semanas?\b|\bsemanal(?:mente)?\b"
    r"|\b(?:toda|todas as|cada) (?:segunda|terca|quarta|quinta|sexta)s?\b|\btod(?:o|os os|o o) (?:sabado|domingo)s?\b"
)
_FORTNIGHTLY = re.compile(
    r"\b(?:por|cada|toda) quinzena\b|\bquinzenal(?:mente)?\b|\b(?:de (?:15|quinze) em|a cada|cada|em) (?:15|quinze) (?:em quinze )?dias\b"
    r"|\bde (?:15|quinze) em (?:15|quinze)\b|\b(?:a cada )?(?:2|duas) em (?:2|duas) semanas\b|\ba cada (?:2|duas) semanas\b|\bsemana sim(?: e)? (?:outra|semana) nao\b"
)
_PAYS = re.compile(r"\b(?:pag\w+|dou|dar|consigo|posso|da pra|mando|deposit\w+|acert\w+|faco|tenho|parcel\w+|divid\w+)\b")
_OTHER_MATTER = re.compile(
    r"\b(?:paguei|ja paguei|ligam|lig\w+|cobr\w+|receb\w+|ganho|salario|mensagen\w*|mand\w+ (?:mensage\w+|msg))\b"
)
_NUMBER = re.compile(r"(?<![\d/.,])(\d{2,5})(?![\d/])(?! ?(?:x|vezes|em \d|dias?|semanas?))")
_REST = re.compile(r"\b(?:rest[oa]|restante|que (?:falt\w+|sobr\w+)|outra parte|o que ficar)\b")
_THE_NEXT = re.compile(r"\b(?:n?a|n?o|pra|para a) (?:outra|outro|proxima|proximo|seguinte)\b(?! (?:divida|conta|fatura))")
_CUT = re.compile(r"[,;+\n]|\s+(?:e|mais|depois|ai|dai)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A payment on a day; `amount` in centavos, None for what is left by then or was not said."""

    day: date
    amount: int | None
    rest: bool = False


def parts_on_days(words: str, today: date) -> list[Part]:
    """The payments that a sentence puts on three days or more, in their order; none when it does not."""
    values = read_values(words, today)
    found: list[Part] = []
    start = 0
    for end in [*(cut.start() for cut in _CUT.finditer(words)), len(words)]:
        clause, days = words[start:end], [one for one in values.dates if start <= one.start < end and one.readings]
        amounts = [one.amount for one in values.money if start <= one.start < end]
        rest = _REST.search(plain(clause)) is not None
        day = min(days[0].readings) if days else None
        if day is None and found and _THE_NEXT.search(plain(clause)):
            day = found[-1].day + timedelta(days=7)
        if day is not None:
            if found and not rest and not amounts and found[0].amount is not None:
                return []  # a day that belongs to no part
            found.append(Part(_after(found[-1].day, day, days[0].words if days else "") if found else day, _one(amounts), rest))
        elif amounts:
            return []
        start = end
    regular = all(one.day < other.day for one, other in pairwise(found))
    return found if len(found) >= 3 and regular and found[0].day >= today else []


def _one(amounts: Sequence[int]) -> int | None:
    return amounts[0] if len(amounts) == 1 else None


def _after(before: date, day: date, words: str) -> date:
    """The reading of a day that lies after the one named before it: "dia 5, dia 15, dia 25"."""
    if day > before:
        return day
    if re.search(r"[a-z]{3,}", plain(words).replace("dia", "")):
        return day + timedelta(days=7 * (-(-((before - day).days + 1) // 7)))
    while day <= before:
        day = months_later(day, 1)
    return day


def rhythm(words: str, today: date) -> tuple[int, int] | None:
    """How often a month and how much each time (centavos) somebody would pay: "100 por semana" is (4, 10000)."""
    said = plain(words)
    weekly, fortnightly = _WEEKLY.search(said), _FORTNIGHTLY.search(said)
    found = fortnightly or weekly
    if found is None:
        return None
    amounts = {one.amount for one in read_values(words, today).money}
    if not amounts:
        rest = f"{said[: found.start()]} {said[found.end() :]}"
        amounts = {int(whole) * 100 for whole in _NUMBER.findall(rest)}
    return (2 if fortnightly else 4, amounts.pop()) if len(amounts) == 1 else None


async def in_many_days(scene: Scene) -> bool:
    """Say of payments on days of one's own what can be had. False: none such were named."""
    words = scene.words
    if scene.piece is not None and scene.wish_words is None:
        words = await text_of(scene.conn, scene.turn.id) or ""
    if scene.form is not None or _OTHER_MATTER.search(plain(words)):
        return False
    often, parts = rhythm(words, scene.today), parts_on_days(words, scene.today)
    if often is None and not parts:
        return False
    if scene.piece:
        return True  # the whole message was answered with its first part
    if not await proven(scene, "promessa_pagamento"):
        return True
    scene.wish_words = words
    if often is not None:
        return await _each_week(scene, *often)
    among = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    debts = await debts_meant(scene, "promise_which", among=among) if among else None
    if debts:
        await _say_parts(scene, debts, parts)
    return bool(among)


async def _each_week(scene: Scene, often: int, amount: int) -> bool:
    debts = await debts_to_divide(scene, "parcelar")
    if not debts:
        return bool(scene.said)
    known = await known_facts(scene, debts)
    if known is not None:
        scene.say("utter_plan_is_monthly", often=often, amount={"money": amount}, monthly={"money": often * amount})
        await answer_capacity(scene, known, often * amount)
    return True


async def _say_parts(scene: Scene, debts: Sequence[Debt], parts: Sequence[Part]) -> None:
    """What these payments come to, what they leave, and the first of them read back to be noted."""
    alone = debts[0] if len(debts) == 1 else None
    told = [one for one in parts if one.amount is not None]
    values: dict[str, Any] = {
        "parts": [
            {"day": {"date": one.day.isoformat()}, "amount": {"money": one.amount}} for one in parts if one.amount is not None
        ],
        "open": [
            {"day": {"date": one.day.isoformat()}, "what": "o resto" if one.rest else "uma parte"}
            for one in parts
            if one.amount is None
        ],
        "left": [],
        "settled": [],
    }
    every = len(told) == len(parts) or (parts[-1].rest and len(told) == len(parts) - 1)
    if alone is not None and every:
        *before, final = [(one.day, one.amount or 0) for one in parts]
        rest = left_after_parts(scene.ground, alone, before, final[0])
        end = {"date": final[0].isoformat()}
        now = {"money": owed(scene.ground, alone).total}
        if parts[-1].rest or final[1] >= rest > 0:
            paid = {"money": sum(amount for _, amount in before) + rest}
            values["settled"] = [{"sum": paid, "rest": {"money": rest}, "day": end, "now": now}]
        elif rest:
            left = left_after_parts(scene.ground, alone, [*before, final], final[0])
            told_sum = {"money": sum(amount for _, amount in [*before, final])}
            values["left"] = [{"sum": told_sum, "left": {"money": left}, "day": end, "now": now}]
    scene.say("utter_parts_on_days", **values)
    first, ids = parts[0], [debt.id for debt in debts]
    then = [(one.day.isoformat(), one.amount) for one in parts[1:]]
    if first.day == scene.today and alone is not None:
        await consider_part(scene, alone, first.amount)
    elif first.amount is None:
        day = first.day.isoformat()
        scene.ask("promise_amount", takes=("amount",), debts=ids, day=day, amount=None, changing=None, then=then)
        scene.say("utter_part_of_first_day", day={"date": day})
    else:
        await read_back(scene, debts, first.day, first.amount, then=then)
