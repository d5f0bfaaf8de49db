"""The signals of the rules and the chances of the classifier, brought together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from understanding.safety.rules import Certainty
from understanding.safety.signals import ORDER, Signal

SURELY = {
    "vulnerabilidade": 0.03,
    "nao_sou_a_pessoa": 0.1,
    "suspeita_golpe": 0.1,
    "falar_com_humano": 0.15,
    "ameaca_juridica": 0.15,
}
"""A sure rule overrules the classifier when that gives its label at least this chance; the labels not named here, from 0.3.

Chosen on the phrases in cross-validation: below, more messages were turned wrong than right.
"""
_SURELY_ELSE = 0.3
_SURELY_OF_THE_DEAD = 0.04
"""Of somebody who died a rule reads nothing by chance."""
_CONFIRMED, _SURE_ALONE, _MAYBE_WITH_RULE, _MAYBE_ALONE = 0.02, 0.5, 0.05, 0.15


def weighed(signals: Sequence[Signal], chances: Mapping[str, float]) -> tuple[Signal, ...]:
    """The signals of the rules and the classifier's chances of each label together, the weightiest first.

    A rule that the classifier contradicts is a maybe, except where a life is at stake; a label that the classifier alone gives is
    sure from 0.5.
    """
    found: dict[str, Signal] = {}
    for one in signals:
        chance = chances.get(one.label, 0.0)
        if one.kind == "self_harm" and one.certainty == "sure":
            certainty: Certainty | None = "sure"
        elif one.certainty == "sure":
            certainty = "sure" if chance >= _CONFIRMED else "maybe"
        else:
            certainty = "sure" if chance >= _SURE_ALONE else "maybe" if chance >= _MAYBE_WITH_RULE else None
        if certainty is None or (one.label in found and found[one.label].certainty == "sure"):
            continue
        found[one.label] = Signal(one.label, one.kind, one.words, certainty)
    for label in ORDER:
        chance = chances.get(label, 0.0)
        if label not in found and chance >= _MAYBE_ALONE:
            found[label] = Signal(label, "", "", "sure" if chance >= _SURE_ALONE else "maybe")
    return tuple(sorted(found.values(), key=lambda one: (one.certainty != "sure", ORDER.index(one.label))))


def overruling(signals: Sequence[Signal], chances: Mapping[str, float]) -> str | None:
    """The label that a sure rule puts in the place of the classifier's first, if one does: always where a life is at stake."""
    if any(one.kind == "self_harm" and one.certainty == "sure" for one in signals):
        return "vulnerabilidade"
    first = max(chances, key=lambda label: chances[label], default="")
    sure = [one.label for one in signals if one.certainty == "sure"]
    if first in ORDER:
        # Both say the same. Of the other labels, what both say in doubt is right in less than half (in cross-validation).
        return first if first == "vulnerabilidade" and first in sure else None
    dead = {one.label for one in signals if one.kind == "deceased" and one.certainty == "sure"}
    fit = [
        label
        for label in sure
        if chances.get(label, 0.0) >= (_SURELY_OF_THE_DEAD if label in dead else SURELY.get(label, _SURELY_ELSE))
    ]
    return max(fit, key=lambda label: chances[label]) if fit else None
