"""The signals of a message, read by the rules of `rules.py` and `distress.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from understanding.normal import tokens
from understanding.safety.distress import distress
from understanding.safety.places import without_places
from understanding.safety.rules import Certainty, rules, turned


@dataclass(frozen=True)
class Signal:
    """One thing that must not be missed.

    `kind` refines the label: of `nao_sou_a_pessoa` wrong_number, relative, deceased, minor or representative; of `vulnerabilidade`
    self_harm, illness, bereavement, disaster or violence; of `contestar_divida` fraud, never_mine, wrong_amount, not_delivered or
    prescribed; else empty. `words` are the plain words that say it.
    """

    label: str
    kind: str
    words: str
    certainty: Certainty


# The order in which signals weigh: a life before everything else.
ORDER = (
    "vulnerabilidade",
    "parar_mensagens",
    "nao_sou_a_pessoa",
    "contestar_divida",
    "suspeita_golpe",
    "ameaca_juridica",
    "falar_com_humano",
)


def read_safety(text: str) -> tuple[Signal, ...]:
    """What must not be missed in this message, the weightiest first; of a label and kind the surest signal only."""
    found = read_words(tokens(text))
    if distress(text) == "self_harm" and not any(one.kind == "self_harm" and one.certainty == "sure" for one in found):
        return (Signal("vulnerabilidade", "self_harm", "", "sure"), *found)
    return found


def speaks_of_dying(text: str) -> bool:
    """Whether somebody who writes this may be about to hurt themselves: before it, nothing else in a message counts."""
    return any(one.kind == "self_harm" and one.certainty == "sure" for one in read_safety(text))


@lru_cache(maxsize=16)
def _hits(said: str) -> tuple[tuple[int, re.Match[str]], ...]:
    """Every rule that these words meet, by its place in the table, with where it meets them first."""
    return tuple((place, hit) for place, (_, _, _, pattern) in enumerate(rules()) if (hit := pattern.search(said)))


def read_words(words: Sequence[str]) -> tuple[Signal, ...]:
    """The same for words that `understanding.normal.tokens` has read already."""
    said = without_places(" ".join(words))
    reversed_: dict[str, list[tuple[int, int]]] = {}
    found: dict[tuple[str, str], Signal] = {}
    for place, hit in _hits(said):
        label, kind, certainty, _ = rules()[place]
        if (label, kind) in found and found[label, kind].certainty == "sure":
            continue
        if label not in reversed_:
            reversed_[label] = [guard.span() for one, rule in turned() if one == label for guard in rule.finditer(said)]
        sure = certainty == "sure" and not any(hit.start() < end and start < hit.end() for start, end in reversed_[label])
        if not sure and (label, kind) in found:
            continue
        found[label, kind] = Signal(label, kind, hit.group().strip(), "sure" if sure else "maybe")
    return tuple(
        sorted(found.values(), key=lambda one: (one.certainty != "sure", ORDER.index(one.label), one.kind != "self_harm"))
    )
