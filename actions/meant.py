"""Which debts a wish is about: tapped, named, talked about just now, or the only one there is; else it is asked, once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from actions.choices import options
from actions.scene import Scene
from actions.which_debt import MONTHS, chosen_debts, in_common, of_months, payable
from receivables.store import Debt, owed
from understanding.plain import plain
from understanding.values import read_values


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
    if named is None and _all_are_meant(scene, len(debts)):
        return debts
    ids = {debt.id for debt in debts}
    if named is not None and any(debt.id in ids for debt in named):
        return [debt for debt in named if debt.id in ids]
    focus = [debt for debt in debts if debt.id in (scene.slots.get("focus") or ())]
    if focus and (many or len(focus) == 1):
        return focus
    if many and _THESE.search(plain(scene.words)) and not _BUT_SOME.search(plain(scene.words)):
        return debts  # "essas contas", with none of them spoken of before, are all that were shown
    before = scene.question.arguments.get("said") if scene.question is not None and scene.question.name == question else None
    scene.ask(question, takes=("option",), said=" ".join(filter(None, (before, scene.words))))
    scene.say("utter_which_meant", options=options(debts, [owed(scene.ground, debt).total for debt in debts]))
    return None


_SO_MANY = {"duas": 2, "dois": 2, "tres": 3, "quatro": 4, "cinco": 5}
_THE_SO_MANY = re.compile(r"\b(?:as|os) (duas|dois|tres|quatro|cinco)\b(?! (?:vezes|parcelas|primeir\w+|ultim\w+|d[aeo]s?\b))")
_EVERY_ONE = re.compile(
    r"\b(?:ambas|ambos|tod[ao]s (?:elas|eles|as contas|as dividas|as faturas|os boletos)|as contas todas|tudo isso|isso tudo)\b"
    r"|\b(?:pag\w*|quit\w*|acert\w*|resolv\w*|liquid\w*) (?:\w+ )?tudo\b"
)
_THESE = re.compile(
    r"\b(?:n|d)?(?:essas|estas|esses|estes) (?:(?:duas|tres|quatro|cinco) )?(?:contas|dividas|faturas|boletos|cobrancas|compras|debitos|ai|aqui)\b"
)
_BUT_SOME = re.compile(r"\b(?:menos|exceto|tirando|fora|uma d|qual d|alguma)\b")
_BUT = re.compile(r"\b(?:menos|exceto|tirando|fora|nao)\b")


def _all_are_meant(scene: Scene, count: int) -> bool:
    """\"Segura as duas até lá\" of two, in the middle of a sentence."""
    said = plain(scene.words)
    if _BUT.search(said):
        return False
    number = _THE_SO_MANY.search(said)
    return _SO_MANY[number[1]] == count if number else _EVERY_ONE.search(said) is not None


async def named_debts(scene: Scene) -> list[Debt] | None:
    """The debts that were tapped or named; the days and amounts of the sentence are no names (\"pago dia 2\")."""
    kept, words = scene.wish_words, scene.words
    values = read_values(words, scene.today)
    everything = (await payable(scene))[1]
    told_apart = of_months(scene, words, everything) or in_common(scene, words, everything) or await _by_due_date(scene)
    if told_apart:
        return told_apart
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


_DUE = r"\b(?:a|o|as|os|pra|pro|da|do|na|no|essa|esse|n?aquela|n?aquele|conta|fatura|boleto|uma) que (?:ja |vai |vao )?venc\w+"
_DUE_FIRST = re.compile(rf"{_DUE} (?:primeiro|antes|mais cedo|ha mais tempo)\b")
_DUE_LAST = re.compile(rf"{_DUE} (?:por ultimo|depois|mais tarde|ha menos tempo)\b")
_DUE_SOON = re.compile(rf"{_DUE} (?:agora )?(hoje|amanha|ontem)\b")
_DUE_IN = re.compile(rf"{_DUE} (?:agora )?(?:em|n?o mes de) ({'|'.join(MONTHS)})\b")
_DUE_ON = re.compile(
    rf"{_DUE} (?:agora )?(?:n?o |em )?(?:dia )?(primeiro|\d{{1,2}})(?: (?:de |do )?({'|'.join(MONTHS)}|\d{{1,2}})\b)?"
)


async def _by_due_date(scene: Scene) -> list[Debt]:
    """The one debt that its due date names: "a que vence dia primeiro", "a que venceu em agosto", "a que vence antes"."""
    said = plain(scene.words)
    found: list[Debt] = []
    if "venc" not in said:
        return []
    debts = sorted((await payable(scene))[1], key=lambda debt: debt.payable_to)
    if _DUE_FIRST.search(said):
        found = [debt for debt in debts if debt.payable_to == debts[0].payable_to]
    elif _DUE_LAST.search(said):
        found = [debt for debt in debts if debt.payable_to == debts[-1].payable_to]
    elif soon := _DUE_SOON.search(said):
        day_meant = scene.today + timedelta(days={"hoje": 0, "amanha": 1, "ontem": -1}[soon[1]])
        found = [debt for debt in debts if day_meant in (debt.due_date, debt.payable_to)]
    elif month := _DUE_IN.search(said):
        found = [debt for debt in debts if MONTHS[debt.due_date.month - 1] == month[1]]
    elif on := _DUE_ON.search(said):
        day = 1 if on[1] == "primeiro" else int(on[1])
        found = [debt for debt in debts if day in (debt.due_date.day, debt.payable_to.day)]
        if on[2]:
            month_of = MONTHS.index(on[2]) + 1 if on[2] in MONTHS else int(on[2])
            found = [debt for debt in found if debt.due_date.month == month_of]
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
