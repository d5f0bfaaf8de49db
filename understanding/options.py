"""Which of the offered answers a typed text means: by number, by place, by all, by what is written on it, by being the dearest.

Pure: labels in, positions out. Nothing is guessed where two options fit equally well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
    minha meu hoje agora ja pix codigo gostaria acho que oi ola bom boa dia tarde noite obrigado obrigada""".split()
)
_ALL = re.compile(r"\b(todas?|todos?|tudo|cada uma|cada um|junto|juntas)\b")
_SO_MANY = re.compile(r"\b(?:(ambas?|ambos?|as duas|os dois)|(as tres|os tres)|(as quatro|os quatro))\b")
_ALL_BUT = re.compile(r"^(?:quero |pagar |paga )*(?:todas?|todos?|tudo) (?:menos|exceto|fora|tirando|sem) (.+)$")
_NEGATION = re.compile(r"\b(nao|nem|nenhum|nenhuma|nunca|sem|menos|exceto)\b")
_AND = re.compile(r"\s*(?:[,;+&/]|\be\b|\bmais a\b|\bmais o\b)\s*", re.IGNORECASE)
_MOST = (
    (re.compile(r"\b(mais (?:barat|baix|facil)\w*|menor(?:zinh[ao])?|menorzinha|de menos valor)\b"), "amount", min),
    (re.compile(r"\b(mais (?:car|alt|pesad)\w*|maior|maiorzinha)\b"), "amount", max),
    (re.compile(r"\b(mais (?:antig|velh|atrasad)\w*)\b"), "due", min),
    (re.compile(r"\b(mais (?:nov|recent)\w*)\b"), "due", max),
)


@dataclass(frozen=True)
class Shown:
    """One offered answer as people see it.

    `also` are further words by which they may name it (a creditor's name); `amount` (centavos) and `due` serve "a mais barata" and
    "a mais antiga".
    """

    label: str
    also: str = ""
    amount: int | None = None
    due: date | None = None


def picked(text: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    """The positions (from 1) of all the options meant: one, several (`1 e 3`, `todas menos a segunda`) or all; empty when unclear."""
    said = plain(text)
    every = tuple(position for position, option in enumerate(shown, 1) if not _is_all(option))
    but = _ALL_BUT.match(said)
    if but:
        left_out = set(picked(but[1], shown))
        return tuple(position for position in every if position not in left_out) if left_out else ()
    one = which(text, shown)
    if one == ALL:
        return every
    if one is not None:
        return every if _is_all(shown[one - 1]) else (one,)
    parts = [part for part in _AND.split(text.strip()) if part.strip()]
    if not 2 <= len(parts) <= len(shown):
        return ()
    each = [which(part, shown) for part in parts]
    numbers = [one for one in each if isinstance(one, int)]
    return tuple(sorted(set(numbers))) if len(numbers) == len(each) else ()


def which(text: str, shown: Sequence[Shown], *, by_place: bool = True) -> int | Literal["all"] | None:
    """The position (from 1) of the meant option, `"all"`, or nothing when the text is no clear answer.

    `by_place` is off where numbers and places would mean something else than these options.
    """
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
    single = [position for position, option in enumerate(shown, 1) if not _is_all(option)]
    if len(words) <= 6 and len(single) > 1:
        if _ALL.search(said):
            return ALL
        many = _SO_MANY.search(said)
        if many:
            return ALL if len(single) == int(many.lastindex or 0) + 1 else None
    if by_place and len(_AND.split(text.strip())) == 1:
        number = _number(content, words, len(single), len(shown))
        if number is not None:
            return number
        most = _most(said, words, shown)
        if most is not None:
            return most
    if not content or len(words) > 9:
        return None
    return _by_words(content, shown)


def _is_all(option: Shown) -> bool:
    return plain(option.label) in ("todas", "todos", "tudo")


def _number(content: list[str], words: list[str], last: int, count: int) -> int | None:
    """`2`, `opção 2`, `a segunda`, `a última`, `o do meio`: alone or with filler words around."""
    if len(content) == 0:
        content = [word for word in words if word in _CARDINALS]
    if len(content) != 1:
        return None
    word = content[0]
    if word in ("ultima", "ultimo"):
        return last
    if word == "meio" and last == 3:
        return 2
    digits = re.fullmatch(r"0*(\d{1,2})[ao]?", word)
    value = int(digits[1]) if digits else _ORDINALS.get(word, _CARDINALS.get(word))
    return value if value is not None and 1 <= value <= count else None


def _most(said: str, words: list[str], shown: Sequence[Shown]) -> int | None:
    """`a mais barata`, `a maior`, `a mais antiga`: nothing where two are alike."""
    if len(words) > 7:
        return None
    for pattern, fact, best in _MOST:
        if pattern.search(said):
            known = [
                (getattr(option, fact), n) for n, option in enumerate(shown, 1) if getattr(option, fact) and not _is_all(option)
            ]
            values = [value for value, _ in known]
            if values and values.count(best(values)) == 1:
                return best(known)[1]
    return None


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
