"""How a message is looked at by the classifier: as it was typed, as it was meant, by its stems, by its ideas, by what it denies.

Each view adds features whose first letter names it, so that none can be mistaken for another's:

`w p c` words, pairs and pieces of words as typed (accents and case folded) · `n m t` words, pairs and threes as meant ·
`s r` stems and pairs of stems · `g` what stands behind a negation · `i j f l` ideas, pairs of ideas, the first and the last ·
`z` what must not be missed, as the rules of `understanding.safety` read it · `v` what its numbers look like ·
`o` topics that are not this trade, and given names · `L` how long it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

from understanding.concepts import ideas
from understanding.normal import fold, tokens
from understanding.safety import read_words
from understanding.safety.places import without_places
from understanding.topics import STRANGE, topics

PIECES = (2, 3, 4)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"\w+|[?!]")
_NEGATIONS = frozenset("nao nem nunca jamais sem".split())
_NEGATION = re.compile(r"\b(?:nao|nem|nunca|jamais|sem)\b")
_STEM = re.compile(
    r"(?:amentos?|imentos?|acoes|acao|adas?|ados?|idas?|idos?|ando|endo|indo|aram|eram|iram|aria|eria|iria"
    r"|ar|er|ir|ei|ou|eu|iu|am|em|as|os|es|a|o|e|s)$"
)
_NEGATION_REACHES = 3
"""Words behind a negation that it may deny."""
_DENIED_WITHIN = 14
"""Characters between a negation and the idea that it denies."""
_IDEAS_PAIRED = 14


def features(text: str) -> Counter[str]:
    """Every feature of a message with how often it is met."""
    typed = _WORD.findall(_DIGITS.sub("0", without_places(fold(text))))
    counts: Counter[str] = Counter(f"w {word}" for word in typed)
    counts.update(f"p {first} {second}" for first, second in pairwise(["^", *typed, "$"]))
    for word in typed:
        counts.update(_pieces(word))
    said = without_places(" ".join(tokens(text))).split()
    meant = [_DIGITS.sub("0", word) for word in said]
    framed = ["^", *meant, "$"]
    counts.update(f"n {word}" for word in meant)
    counts.update(f"m {first} {second}" for first, second in pairwise(framed))
    counts.update(f"t {' '.join(three)}" for three in zip(framed, framed[1:], framed[2:], strict=False))
    stems = [stem(word) for word in meant]
    counts.update(f"s {one}" for one in stems)
    counts.update(f"r {first} {second}" for first, second in pairwise(["^", *stems, "$"]))
    counts.update(_denied(meant, stems))
    counts.update(_kinds_of_numbers(typed_numbers(text)))
    counts.update(_ideas(" ".join(said)))
    counts.update(_topics(meant))
    counts.update(f"z {one.label} {one.kind} {one.certainty}" for one in read_words(said))
    counts[f"L {_length(len(meant))}"] += 1
    return counts


_KINDS = (
    ("cpf", re.compile(r"\d{3}[. ]?\d{3}[. ]?\d{3}[-. /]?\d{2}(?!\d)|\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}|\bdocumento\b")),
    ("phone", re.compile(r"\(?\d{2}\)? ?9?\d{4}[- ]?\d{4}(?!\d)")),
    (
        "money",
        re.compile(r"r\$ ?\d[\d.,]*|\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d+[.,]\d{2}(?!\d)|\d+ ?(?:reais|conto|pila|pau|mil\b|k\b)"),
    ),
    ("date", re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?")),
    ("count", re.compile(r"\d{1,2} ?(?:x\b|vez|parcela|prestac)")),
    ("share", re.compile(r"\d+ ?(?:%|por ?cento)")),
    ("year", re.compile(r"\b(?:19|20)\d{2}\b")),
    ("large", re.compile(r"\d{3,}")),
    ("day", re.compile(r"\b(?:[12]?\d|3[01])\b")),
)
_NOT_LETTERS = re.compile(r"[^a-z]+")


def typed_numbers(text: str) -> tuple[list[str], bool]:
    """What the numbers of a message look like, in the order of the kinds, and whether there is nothing but numbers."""
    rest = fold(text)
    found = []
    for kind, pattern in _KINDS:
        rest, times = pattern.subn(" ", rest)
        if times:
            found.append(kind)
    return found, bool(found) and len(_NOT_LETTERS.sub("", rest)) <= 1


def _kinds_of_numbers(found: tuple[list[str], bool]) -> Iterator[str]:
    kinds, alone = found
    for kind in kinds:
        yield f"v {kind}"
        if alone:
            yield f"v {kind} alone"
    if len(kinds) > 1:
        yield f"v {' '.join(kinds)}"


def stem(word: str) -> str:
    """A word without its commonest ending; short words stay."""
    return (_STEM.sub("", word) or word) if len(word) > 4 else word


def _pieces(word: str) -> Iterator[str]:
    marked = f"_{word}_"
    for size in PIECES:
        for start in range(len(marked) - size + 1):
            yield f"c {marked[start : start + size]}"


def _denied(meant: list[str], stems: list[str]) -> Iterator[str]:
    for place, word in enumerate(meant):
        if word in _NEGATIONS:
            for behind in range(place + 1, min(place + 1 + _NEGATION_REACHES, len(meant))):
                if meant[behind] in "?!":
                    break
                yield f"g {stems[behind]}"


def _ideas(words: str) -> Iterator[str]:
    denials = [found.start() for found in _NEGATION.finditer(words)]
    named = []
    for start, _, name in ideas(words):
        denied = any(0 < start - denial < _DENIED_WITHIN for denial in denials)
        yield f"i {name}"
        if denied:
            yield f"i !{name}"
        named.append(f"!{name}" if denied else name)
    several = sorted({name.strip("!") for name in named})[:_IDEAS_PAIRED]
    for first, second in combinations(several, 2):
        yield f"j {first} {second}"
    if named:
        yield f"f {named[0]}"
        yield f"l {named[-1]}"


def _topics(meant: list[str]) -> Iterator[str]:
    found = topics(meant)
    for topic in found:
        yield f"o {topic}"
    strange = len(STRANGE & set(found))
    if strange:
        yield "o any"
        yield f"o n{min(strange, 4)}"


def _length(words: int) -> int:
    return words if words < 5 else 5 + min((words - 5) // 4, 6)
