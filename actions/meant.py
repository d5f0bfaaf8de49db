"""Which debts a wish is about: tapped, named, talked about just now, or the only one there is; else it is asked, once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.debt import chosen_debts, options, payable
from actions.scene import Scene
from receivables.store import Debt, owed
from understanding.plain import plain
from understanding.values import read_values

_MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_THE_ONE_OF = re.compile(
    r"\b(?:a|o|essa|esse|conta|fatura|boleto|mensalidade|parcela) (?:conta |fatura |boleto |mensalidade )?(?:de|do mes de) [a-z]+\b"
)


async def debts_meant(
    scene: Scene, question: str, *, among: Sequence[Debt] | None = None, many: bool = True
) -> list[Debt] | None:
    """The debts that are meant, of those `among` (left out: all that may be paid); None when it was asked which.

    Without `many`, several that were talked about are not taken for granted. The answer comes back to `question`, whose argument `said` keeps the wish's own words: see `take_up`.
    """
    debts = list(among) if among is not None else (await payable(scene))[1]
    if len(debts) <= 1:
        return debts
    named = await named_debts(scene)
    ids = {debt.id for debt in debts}
    if named is not None and any(debt.id in ids for debt in named):
        return [debt for debt in named if debt.id in ids]
    focus = [debt for debt in debts if debt.id in (scene.slots.get("focus") or ())]
    if focus and (many or len(focus) == 1):
        return focus
    before = scene.question.arguments.get("said") if scene.question is not None and scene.question.name == question else None
    scene.ask(question, takes=("option",), said=" ".join(filter(None, (before, scene.words))))
    scene.say("utter_which_meant", options=options(debts, [owed(scene.ground, debt).total for debt in debts]))
    return None


async def named_debts(scene: Scene) -> list[Debt] | None:
    """The debts that were tapped or named; the days and amounts of the sentence are no names (\"pago dia 2\")."""
    kept, words = scene.wish_words, scene.words
    values = read_values(words, scene.today)
    months = await _of_a_month(scene)
    if months:
        return months
    # "agosto" alone may be a bill's name; a day is none.
    spans = [(one.start, one.end) for one in values.dates if one.readings] + [(one.start, one.end) for one in values.money]
    for start, end in sorted(spans, reverse=True):
        words = f"{words[:start]} {words[end:]}"
    if not words.strip():
        return await chosen_debts(scene) if scene.turn.arguments.get("debts") else None
    scene.wish_words = words
    try:
        return await chosen_debts(scene)
    finally:
        scene.wish_words = kept


async def _of_a_month(scene: Scene) -> list[Debt]:
    """The debts whose bill is called after the one month that was named: "a de agosto eu não reconheço"."""
    said = set(plain(scene.words).split())
    named = [month for month in _MONTHS if month in said]
    if len(named) != 1 or not _THE_ONE_OF.search(plain(scene.words)):
        return []
    found = [debt for debt in (await payable(scene))[1] if named[0] in plain(debt.title).split()]
    return found if len(found) == 1 else []


async def take_up(scene: Scene) -> list[Debt] | None:
    """The debts that answer the question which one, with the words of the wish taken up again; None when none was named."""
    named = await chosen_debts(scene)
    if scene.question is None:
        return None
    if named is None:
        # Several are left when only "sim" or "essa" is said.
        if scene.intent in ("afirmar", "responder"):
            scene.say("utter_which_one")
        return None
    scene.set_slot("focus", [debt.id for debt in named])
    scene.wish_words = str(scene.question.arguments.get("said") or "")
    return named
