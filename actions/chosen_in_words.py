"""Several accounts chosen by what they have in common: "as de menos de 200", "outubro, novembro e janeiro", "as duas mais velhas",
"todas menos dezembro". Pure: words and what is shown in, positions (from 1) out; nothing where the words leave a doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from understanding.options import Shown
from understanding.plain import plain

_MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_A_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b")
_DAY_OF_MONTH = re.compile(rf"\b(?:dia )?\d{{1,2}} (?:de |do )?(?:{'|'.join(_MONTHS)})\b")
_BUT = re.compile(r"\b(?:menos|exceto|tirando|fora|sem ser|sem|nao|so nao)\b")
_ALL = re.compile(r"\b(?:tod[ao]s|tudo|as (?:outras|demais)|o resto)\b")

_AMOUNT = r"(?:r\$ ?)?(?P<amount>\d[\d.]*(?:,\d{2})?)(?! ?(?:x|vez\w*|parcel\w*|dias?|mes\w*|anos?|%|/))"
_BILLS = r"\b(?:as|das|nas|pras|contas?|faturas?|boletos?|mensalidades?|compras?|todas|aquelas|essas|elas|umas)\b(?: (?!parcel|vez|por|entrada)\w+){0,4}? "
_BELOW = re.compile(
    _BILLS
    + r"(?P<how>menos de|menos que|menores (?:que|do que|de)|menor(?:es)? que|abaixo de|inferior\w* a|ate|no maximo|nao pass\w+ de) "
    + _AMOUNT
)
_ABOVE = re.compile(
    _BILLS
    + r"(?P<how>mais de|mais que|maiores (?:que|do que|de)|maior(?:es)? que|acima de|superior\w* a|pass\w+ de|a partir de) "
    + _AMOUNT
)
_MORE_THAN = re.compile(r"\b(?:mais|acima|maior\w*|superior\w*) (?:de|que)? ?(?:r\$ ?)?\d")
_LESS_THAN = re.compile(r"\b(?:menos|abaixo|menor\w*|inferior\w*) (?:de|que)? ?(?:r\$ ?)?\d")
_NO_BILLS = re.compile(r"\b(?:por mes|mensais|ao mes|parcelas? de|posso pagar|consigo pagar|tenho)\b")

_HOW_MANY = {"duas": 2, "dois": 2, "2": 2, "tres": 3, "3": 3, "quatro": 4, "4": 4, "cinco": 5, "5": 5}
_MOST = re.compile(
    rf"\b(?:as|os|das|dos|nas|so|primeiro) (?P<many>{'|'.join(_HOW_MANY)}) (?:contas? |faturas? |boletos? |mensalidades? |compras? |que (?:sao|estao|tao) )?(?:as )?"
    r"(?P<how>mais (?:velh|antig|atrasad|barat|pequen|baix|nov|recent|car|alt|grand|pesad|em conta)\w*|men[ou]r\w*|maior\w*|(?:pequen|grand|barat|antig|velh)\w*|caras|carinhas"
    r"|de (?:menor|maior) valor)\b"
)
_OLD = re.compile(r"velh|antig|atrasad")
_NEW = re.compile(r"nov|recent")
_SMALL = re.compile(r"barat|pequen|baix|men[ou]r|em conta")


def chosen_in_words(words: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    """The positions (from 1) of the accounts that are chosen by their months, by a limit of their amounts, or as so many of the oldest
    or the cheapest; empty where nothing of the kind is said or it could be others as well."""
    if len(shown) < 2:
        return ()
    limited = _within(words, shown)
    return _of_months(words, shown, limited) or limited or _so_many(words, shown)


def chosen_by_measure(words: str, shown: Sequence[Shown]) -> bool:
    """Whether a limit or a superlative chose them, so that their names are yet to be said back."""
    limited = _within(words, shown)
    return not _of_months(words, shown, limited) and bool(limited or _so_many(words, shown))


def _within(words: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    said = _folded(words)
    if _NO_BILLS.search(said):
        return ()
    below, above = _BELOW.search(said), _ABOVE.search(said)
    if (below is None and above is None) or any(one.amount is None for one in shown):
        return ()
    if (below is None or above is None) and _MORE_THAN.search(said) and _LESS_THAN.search(said):
        return ()  # two limits, of which one was not understood
    found = []
    for position, one in enumerate(shown, 1):
        amount = one.amount or 0
        under = below is None or amount < _centavos(below["amount"]) + (1 if below["how"] in ("ate", "no maximo") else 0)
        over = above is None or amount > _centavos(above["amount"]) - (1 if above["how"] == "a partir de" else 0)
        if under and over:
            found.append(position)
    return tuple(found)


def _of_months(words: str, shown: Sequence[Shown], limited: Sequence[int]) -> tuple[int, ...]:
    said = _DAY_OF_MONTH.sub(" ", plain(words))
    but = _BUT.search(said)
    left_out = but is not None and _ALL.search(said[: but.start()]) is not None
    if but is not None and not left_out and _A_MONTH.search(said[but.start() :]) and not limited:
        return ()
    about = said[but.end() :] if left_out and but is not None else said
    months = list(dict.fromkeys(_A_MONTH.findall(about)))
    if len(months) < (1 if left_out else 2):
        return ()
    found: list[int] = []
    for month in months:
        called = [n for n, one in enumerate(shown, 1) if month in plain(one.label).split()]
        if len(called) > 1 and limited:
            called = [n for n in called if n in limited]
        if len(called) != 1:
            return ()
        found += called
    if left_out:
        return tuple(n for n in range(1, len(shown) + 1) if n not in found)
    return tuple(sorted(found))


def _so_many(words: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    found = _MOST.search(plain(words))
    if found is None:
        return ()
    many, how = _HOW_MANY[found["many"]], found["how"]
    if many >= len(shown):
        return ()
    by_due = _OLD.search(how) is not None or _NEW.search(how) is not None
    measures = [one.due if by_due else one.amount for one in shown]
    if any(measure is None for measure in measures):
        return ()
    rising = _OLD.search(how) is not None or _SMALL.search(how) is not None
    ordered = sorted(range(1, len(shown) + 1), key=lambda n: (measures[n - 1], n), reverse=not rising)
    if measures[ordered[many - 1] - 1] == measures[ordered[many] - 1]:
        return ()  # the last of them is as old, or as cheap, as one that would be left out
    return tuple(sorted(ordered[:many]))


def _folded(words: str) -> str:
    """Lower case without accents; commas and points of amounts stay."""
    return " ".join("".join(char if char in ".,$" else plain(char) or " " for char in words.lower()).split())


def _centavos(amount: str) -> int:
    whole, _, cents = amount.rstrip(".").replace(".", "").partition(",")
    return int(whole) * 100 + int(cents or 0)
