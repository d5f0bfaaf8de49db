"""A day that is to be promised: chosen among what was said, read back with what it comes to, or refused with the reason; in two parts, too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from actions.choices import day_options
from actions.heard import Day, month_named
from actions.meant import debts_meant
from actions.scene import Scene
from actions.which_debt import payable
from payments.charges import charges_of, items_of
from receivables.calendar import next_business_day, nth_business_day
from receivables.later import cheaper_then
from receivables.on_account import left_after
from receivables.promise import Promised, PromiseRefused, last_day
from receivables.promising import (
    limits_of,
    owed_on,
    preview,
)
from receivables.store import Debt
from understanding.plain import plain
from understanding.values import read_values

_NEXT_WEEK = re.compile(r"\b(semana que vem|proxima semana|outra semana|semana q vem)\b")
_NEXT_MONTH = re.compile(r"\b(mes que vem|proximo mes|mes q vem|outro mes|vira o mes|virar o mes)\b")
_WAGES = re.compile(r"\b(receb\w*|salario|pagamento|cair|cai|beneficio|decimo|bolsa|vale|adiantamento)\b")
THE_REST = re.compile(r"\b(?:rest[oa]|restante|outra metade|outra parte|que (?:falt\w+|sobr\w+))\b")
_BARE_PART = re.compile(r"(?<!dia )\b(\d{2,5}) (?:n?o |pro |para o |em )?dia \d")
"""An amount that nothing but its day tells from other numbers: "200 no dia 10"."""
_HALVES = re.compile(r"\bmetade\b")
_SLIP = re.compile(r"\bb[ou]l+[eao]?[tl]o\w*\b")
_DIVIDED = re.compile(r"\b(?:parcel\w*|vezes|entrada|por mes|mensa\w*|\d+ ?x)\b")


async def in_two_parts(scene: Scene) -> bool:
    """\"Metade dia 30 e metade dia 20\", \"400 dia 30 e o resto dia 15\": one day is written down at a time, the earlier one first, and
    that is said. False: nothing of the kind was named, or one of the days is today."""
    found = two_parts(scene)
    if found is None or await scene.proof() is None:
        return False
    (day, amount), (then, _) = found
    among = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    debts = await debts_meant(scene, "promise_which", among=among) if among else None
    if debts:
        scene.say("utter_promise_two_days", day={"date": day.isoformat()}, then={"date": then.isoformat()})
        await read_back(scene, debts, day, amount if amount is not None else (owed_on(scene.ground, debts, day) + 1) // 2)
    return bool(among)


def two_parts(scene: Scene) -> tuple[tuple[date, int | None], tuple[date, int | None]] | None:
    """Two days to come, each with its part in centavos (None: half, or the rest), the earlier day first."""
    said = plain(scene.words)
    values = read_values(scene.words, scene.today)
    days = [when for when in values.dates if when.kind == "exact" and len(when.readings) == 1]
    halves = len(_HALVES.findall(said)) > 1 or re.search(r"\bmetade\b.*\boutra\b", said) is not None
    parts = [money.amount for money in values.money if money.role is None] or [
        int(bare) * 100 for bare in _BARE_PART.findall(said)
    ]
    if len(days) != 2 or len({when.readings[0] for when in days}) != 2 or min(when.readings[0] for when in days) <= scene.today:
        return None
    if _DIVIDED.search(said) or not (halves or len(parts) == 2 or (len(parts) == 1 and THE_REST.search(said))):
        return None
    first, second = (when.readings[0] for when in days)
    if halves:
        return ((min(first, second), None), (max(first, second), None))
    if len(parts) == 2:
        one, other = sorted([(first, parts[0]), (second, parts[1])])
        return (one, other)
    return ((first, parts[0]), (second, None)) if first < second else None


async def promise_rest(scene: Scene, debts: Sequence[Debt], day: date, part: int) -> None:
    """Read back a promise of what `part`, paid today, leaves to pay on that day."""
    first, *others = debts
    rest = left_after(scene.ground, first, part, day=day) + owed_on(scene.ground, others, day)
    if rest > 0:
        await read_back(scene, debts, day, rest, after=part)


async def part_waiting(scene: Scene, debts: Sequence[Debt]) -> int:
    """The code for a part of these that waits to be paid, in centavos; 0 without one."""
    part = 0
    for charge in await charges_of(scene.conn, debts[0].debtor_id):
        if charge.on_account and charge.status == "active":
            part += sum(
                item.amount for item in await items_of(scene.conn, charge.id) if item.debt_id in {debt.id for debt in debts}
            )
    return part


async def consider(
    scene: Scene,
    debts: Sequence[Debt],
    heard: Day | None,
    amount: int | None,
    *,
    changing: int | None = None,
    also: Sequence[tuple[list[int], str]] = (),
) -> None:
    """Read back a promise of this, or ask for the day that is missing; nothing is recorded yet. `also`: see `read_back`."""
    scene.set_slot("focus", [debt.id for debt in debts])
    kept: dict[str, Any] = {"debts": [debt.id for debt in debts], "amount": amount, "changing": changing}
    if also:
        kept["also"] = list(also)
    limits = limits_of(scene.ground, debts)
    last = last_day(limits, scene.today)
    if heard is not None and heard.kind == "ambiguous":
        scene.ask("promise_day", takes=("date", "option"), **kept)
        scene.say("utter_which_day", options=day_options(heard.readings))
        return
    if heard is not None and heard.kind == "impossible":
        scene.ask("promise_day", takes=("date",), **kept)
        scene.say("utter_promise_no_such_day", last={"date": last.isoformat()})
        return
    if heard is not None and heard.kind == "past" and not heard.readings:
        scene.ask("promise_day", takes=("date",), **kept)
        scene.say("utter_promise_past", last={"date": last.isoformat()})
        return
    day = heard.readings[-1] if heard is not None and heard.kind in ("exact", "range", "past") and heard.readings else None
    if day is None:
        proposed = _concrete(scene, heard, last)
        if proposed is None:
            scene.ask("promise_day", takes=("date",), **kept)
            scene.say("utter_promise_when_instead" if changing else "utter_promise_when", last={"date": last.isoformat()})
            return
        scene.ask("promise_day", takes=("date", "yes_no"), proposed=proposed.isoformat(), **kept)
        scene.say("utter_promise_propose", day={"date": proposed.isoformat()}, arguments={"day": proposed.isoformat()})
        return
    await read_back(scene, debts, day, amount, changing=changing, also=also)


def _concrete(scene: Scene, heard: Day | None, last: date) -> date | None:
    """A day to propose for words that name none: the Friday of next week, the fifth business day, when wages are paid."""
    words = plain(scene.words)
    today = scene.today
    if heard is not None and heard.kind == "vague" and heard.readings:
        return min(max(heard.readings[-1], today), last)
    if _NEXT_WEEK.search(words):
        friday = today + timedelta(days=11 - today.weekday())
        return min(next_business_day(friday), last)
    if _NEXT_MONTH.search(words) or (heard is not None and heard.kind in ("event", "vague")) or _WAGES.search(words):
        return _pay_day(today, last)
    return None


def _pay_day(today: date, last: date) -> date | None:
    """The next fifth business day: when wages have to be paid (CLT art. 459 §1)."""
    year, month = today.year, today.month
    for _ in range(3):
        day = nth_business_day(year, month, 5)
        if day > today:
            return day if day <= last else None
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


async def read_back(
    scene: Scene,
    debts: Sequence[Debt],
    day: date,
    amount: int | None,
    *,
    changing: int | None = None,
    after: int | None = None,
    then: Sequence[tuple[str, int | None]] = (),
    also: Sequence[tuple[list[int], str]] = (),
) -> None:
    """Weekday, date and amount, and that it is not done yet. `after`: the part, in centavos, that is paid before it; `then`: the days
    and amounts that were named for later, which are noted one after the other; `also`: other accounts (ids) whose day, in these words,
    comes after it."""
    try:
        made = preview(scene.ground, debts, day, amount)
    except PromiseRefused as refusal:
        say_refused(scene, refusal, debts, day, amount, changing)
        return
    arguments: dict[str, Any] = {
        "debts": [debt.id for debt in debts],
        "day": day.isoformat(),
        "amount": None if made.whole else made.amount,
        "changing": changing,
        **({"then": list(then)} if then else {}),
        **({"also": list(also)} if also else {}),
    }
    scene.ask("promise_confirm", takes=("yes_no", "date", "amount"), month_named=month_named(scene, day), **arguments)
    if then and not made.whole:
        scene.say("utter_promise_confirm_first", arguments=arguments, **promise_values(scene, debts, made))
        return
    if after is not None and not made.whole:
        scene.say("utter_promise_confirm_rest", part={"money": after}, arguments=arguments, **promise_values(scene, debts, made))
        return
    if made.day > scene.today and _SLIP.search(plain(scene.words)) and "utter_code_comes_on_the_day" not in dict(scene.said):
        scene.say("utter_code_comes_on_the_day")
    dearer = _dearer(scene, debts, made)
    if dearer:
        scene.say(
            "utter_promise_confirm_part_dearer",
            dearer={"money": dearer},
            arguments=arguments,
            **promise_values(scene, debts, made),
        )
        return
    scene.say(words_for(made, scene.today), arguments=arguments, **promise_values(scene, debts, made))


def _dearer(scene: Scene, debts: Sequence[Debt], made: Promised) -> int:
    """What paying a part and the rest later costs more than paying all on that day, in centavos: the cash discount is for all at once."""
    if made.whole or len(debts) != 1:
        return 0
    then = owed_on(scene.ground, debts, made.day)
    return max(made.amount + left_after(scene.ground, debts[0], made.amount, day=made.day, paid_on=made.day) - then, 0)


def words_for(made: Promised, today: date) -> str:
    if made.day == today:
        return "utter_promise_confirm_today"
    return "utter_promise_confirm" if made.whole else "utter_promise_confirm_part"


def promise_values(scene: Scene, debts: Sequence[Debt], made: Promised) -> dict[str, Any]:
    return {
        "day": {"date": made.day.isoformat()},
        "amount": {"money": made.amount},
        "then": {"money": owed_on(scene.ground, debts, made.day)},
        "cheaper": cheaper_rows(scene, debts, made.day) if made.whole else [],
        "debts": [{"description": debt.title} for debt in debts],
    }


def cheaper_rows(scene: Scene, debts: Sequence[Debt], day: date) -> list[dict[str, Any]]:
    """Where waiting costs less than paying today: how much, and since when the discount is higher; no row where it does not."""
    found = cheaper_then(scene.ground, debts, day)
    if found is None:
        return []
    return [{"now": {"money": found.now}, "less": {"money": found.less}, "since": {"date": found.since.isoformat()}}]


def say_refused(
    scene: Scene, refusal: PromiseRefused, debts: Sequence[Debt], day: date, amount: int | None, changing: int | None
) -> None:
    kept: dict[str, Any] = {"debts": [debt.id for debt in debts], "amount": amount, "changing": changing}
    if refusal.code in ("past", "too_late"):
        assert refusal.day is not None
        scene.ask("promise_day", takes=("date",), month_named=month_named(scene, day), **kept)
        scene.say(f"utter_promise_{refusal.code}", last={"date": refusal.day.isoformat()})
    elif refusal.code == "too_little":
        scene.ask("promise_amount", takes=("amount",), day=day.isoformat(), **kept)
        scene.say("utter_promise_too_little", least={"money": refusal.amount})
    elif refusal.code == "disputed":
        scene.ask("human")
        scene.say("utter_rests_disputed", description=debts[0].title)
    else:
        scene.ask("human")
        scene.say("utter_promise_not_here")
