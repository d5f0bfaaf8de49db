"""Which of the offered answers a typed text means: by number, by place, by all, by what is written on it.

Pure: labels in, a position out. Nothing is guessed where two options fit equally well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from understanding.plain import plain

ALL: Literal["all"] = "all"

_ORDINALS = {
    "primeira": 1, "primeiro": 1, "segunda": 2, "segundo": 2, "terceira": 3, "terceiro": 3, "quarta": 4, "quarto": 4,
    "quinta": 5, "quinto": 5, "sexta": 6, "sexto": 6, "setima": 7, "setimo": 7, "oitava": 8, "oitavo": 8,
    "nona": 9, "nono": 9, "decima": 10, "decimo": 10,
}  # fmt: skip
_CARDINALS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10,
}  # fmt: skip
_FILLER = frozenset(
    """a o as os um uma de do da dos das no na nos nas em com por para pra pro e eu quero queria vou pode ser pagar paga essa esse
    este esta isso opcao opcoes numero n numeros escolho prefiro vai aquela aquele la ai divida dividas debito conta ver mostra
    mostrar favor pfv pf quitar gerar gera manda mandar me acertar resolver so somente apenas mesmo ok entao sobre qual
    minha meu""".split()
)
_ALL = re.compile(r"\b(todas?|todos?|tudo|ambas?|ambos?|as duas|os dois|as tres|os tres|as quatro|cada uma|junto|juntas)\b")
_NEGATION = re.compile(r"\b(nao|nem|nenhum|nenhuma|nunca|sem|menos|exceto)\b")


@dataclass(frozen=True)
class Shown:
    """One offered answer as people see it. `also` are further words by which they may name it (a creditor's name)."""

    label: str
    also: str = ""


def which(text: str, shown: Sequence[Shown]) -> int | Literal["all"] | None:
    """The position (from 1) of the meant option, `"all"`, or nothing when the text is no clear answer."""
    said = plain(text)
    if not said or not shown or len(said) > 120:
        return None
    for position, option in enumerate(shown, 1):
        if said == plain(option.label):
            return position
    words = said.split()
    if _NEGATION.search(said):
        return None
    content = [word for word in words if word not in _FILLER]
    if len(words) <= 6 and _ALL.search(said) and len(shown) > 1:
        return ALL
    number = _number(content, words, len(shown))
    if number is not None:
        return number
    if not content or len(words) > 9:
        return None
    return _by_words(content, shown)


def _number(content: list[str], words: list[str], count: int) -> int | None:
    """`2`, `opção 2`, `a segunda`, `a última`, `o do meio`: alone or with filler words around."""
    if len(content) == 0:
        content = [word for word in words if word in _CARDINALS]
    if len(content) != 1:
        return None
    word = content[0]
    if word in ("ultima", "ultimo"):
        return count
    if word == "meio" and count == 3:
        return 2
    digits = re.fullmatch(r"0*(\d{1,2})[ao]?", word)
    value = int(digits[1]) if digits else _ORDINALS.get(word, _CARDINALS.get(word))
    return value if value is not None and 1 <= value <= count else None


def _by_words(content: list[str], shown: Sequence[Shown]) -> int | None:
    """The one option whose words cover what was said, tolerant of typos; nothing when two do or none does."""
    scores = []
    for option in shown:
        theirs = [w for w in plain(f"{option.label} {option.also}").split() if w not in _FILLER]
        best = [max((fuzz.ratio(word, other) for other in theirs), default=0.0) for word in content]
        scores.append(sum(best) / len(best) if min(best, default=0.0) >= 75 else 0.0)
    top = max(scores)
    if top < 80:
        return None
    winners = [i for i, score in enumerate(scores, 1) if score > top - 8]
    return winners[0] if len(winners) == 1 else None
