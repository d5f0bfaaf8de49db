"""The day on which something was paid: of what is over, "10/10" and "dia 10" are the last there were."""

from __future__ import annotations

import re
from datetime import date

from actions.heard import day_of
from actions.scene import Scene
from receivables.calendar import months_later
from understanding.plain import plain
from understanding.values import read_values


def day_paid(scene: Scene, *, asked: bool = False) -> date | None:
    """The day that was told, which may still lie ahead ("dia 30/11"); None: none was told. `asked`: it was asked for."""
    heard = day_of(scene, asked=asked, past=True)
    if heard is not None and plain(heard.words) == "ja":
        heard = None  # "paguei a entrada lá já" says that it is done, and no day
    if heard is not None and not heard.readings:
        # A day that is over, told by itself: the year stands in no word, and the payment says that it is past.
        kept = scene.wish_words
        scene.wish_words = f"paguei {scene.words}"
        try:
            heard = day_of(scene, past=True)
        finally:
            scene.wish_words = kept
    if heard is None or not heard.readings:
        return scene.today if _JUST_NOW.search(plain(scene.words)) else None
    day = heard.readings[0]
    return months_later(day, -1) if day > scene.today else day  # "dia 10" is the last one


_JUST_NOW = re.compile(
    r"\bacabei de (?:pagar|fazer|quitar|mandar|transferir|depositar)\b|\b(?:paguei|pagei|quitei|fiz|mandei|transferi|depositei)\b(?: (?:\w+|\d+)){0,5}? (?:agora|agorinha)(?: (?:mesmo|pouco|ha pouco|a pouco|pouquinho))?$"
    r"|^(?:foi )?(?:agora|agorinha)(?: (?:mesmo|pouco|ha pouco|a pouco))?$"
)
_TAKEN_BACK = re.compile(
    r"\b(?:na verdade|quer dizer|digo|errei|minto|alias|ou melhor|corrig\w+|nao foi)\b|, ?n[aã]o\b", re.IGNORECASE
)


_HEARD_OF_US = re.compile(
    r"(?:(?:ja|eu|ainda|de novo|voces|vcs|mesmo|cedo|de manha|pela manha) ?)*(?:to|tou|estou|tava|estava|recebi|receb\w+|cheg\w+|vieram|veio|mandaram|mandou|ligaram|cobr\w+|continua\w*|apareceu|aparece|vi|olhei|nao)\b"
)
"""What follows a day on which something else happened."""


def other_days_paid(scene: Scene, day: date | None) -> list[date]:
    """Further days beside `day`, each told in so many words: "metade dia 3 e a outra dia 10". None where one day corrects another."""
    if day is None or _TAKEN_BACK.search(plain(scene.words)):
        return []
    found: list[date] = []
    for when in read_values(scene.words, scene.today).dates:
        if not when.readings or when.kind not in ("past", "exact"):
            continue
        if _HEARD_OF_US.match(plain(scene.words[when.end :])) is not None:
            continue  # "paguei ontem e hoje já tô recebendo cobrança"
        other = when.readings[0] if when.readings[0] <= scene.today else months_later(when.readings[0], -1)
        if other <= scene.today and other != day and other not in found:
            found.append(other)
    return found[:11]
