"""Lengths of text as the providers count them, and cuts that leave words, emoji and accents whole.

A provider says "characters" and rarely which. UTF-16 units are counted here: never fewer than code points, so a text that
fits by this count fits by the other.
"""

from __future__ import annotations

import re
import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"
_SENTENCE_END = re.compile(r"[.!?…:;]\s")


def length(text: str) -> int:
    """UTF-16 units of `text`."""
    return len(text) + sum(1 for char in text if char > "\uffff")


def cut(text: str, limit: int) -> str:
    """`text` itself when it fits, else its beginning up to a word's end and "…", within `limit` units."""
    if length(text) <= limit:
        return text
    end = _fitting(text, limit - 1)
    beginning = text[:end]
    space = beginning.rfind(" ")
    if text[end] != " " and space > len(beginning) // 2:
        beginning = beginning[:space]
    return beginning.rstrip() + "…"


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` units: at a paragraph's end where there is one, else a line's, a sentence's, a word's.

    Nothing is lost but the white space at the cuts. Blank text has no pieces.
    """
    found: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        end = _best_end(rest, _fitting(rest, limit))
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        found.append(rest)
    return found


def _best_end(text: str, fitting: int) -> int:
    window = text[:fitting]
    shortest = fitting // 4
    for mark in ("\n\n", "\n"):
        end = window.rfind(mark)
        if end > shortest:
            return end
    sentences = [match.end() for match in _SENTENCE_END.finditer(window)]
    if sentences and sentences[-1] > shortest:
        return sentences[-1]
    space = window.rfind(" ")
    return space if space > shortest else fitting


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit in `limit` units, at least one, without breaking a seen character."""
    used = 0
    for index, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > limit:
            return _whole(text, index)
    return len(text)


def _whole(text: str, end: int) -> int:
    for candidate in range(end, max(end - 32, 1), -1):
        if not _joins(text, candidate):
            return candidate
    return max(end, 1)


def _joins(text: str, at: int) -> bool:
    """Whether the characters before and at `at` are seen as one."""
    before, after = text[at - 1], text[at]
    if before == _ZERO_WIDTH_JOINER or after == _ZERO_WIDTH_JOINER or unicodedata.combining(after):
        return True
    if "\ufe00" <= after <= "\ufe0f" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if _is_flag_letter(after) and _is_flag_letter(before):
        run = 0
        while run < at and _is_flag_letter(text[at - 1 - run]):
            run += 1
        return run % 2 == 1
    return False


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
