"""Text from outside made harmless: nothing that a person types can be a command of Rasa or of a terminal.

The order matters and is tested: compatibility forms are folded, invisible and control characters go, white space is trimmed, and
only then, as the last step, a leading slash is replaced. Done earlier, a full-width or hidden slash would come back.
"""

from __future__ import annotations

import re
import unicodedata

CAP = 1000
"""Characters of one turn that are understood. The whole text stays in the inbox; a long one would stall everybody else."""
_BEGINNING = 600
"""So many of them are of the beginning, where a text is longer: the wish of a letter stands at its end."""

_SLASH = "\u2215"
"""DIVISION SLASH: looks like a slash, survives normalising, and is never a command."""

_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_PREFIX = re.compile(r"^\s*EXTERNAL\s*:\s*", re.IGNORECASE)


def tidy(text: str) -> str:
    """The text in NFKC without control, format and surrogate characters, blanks collapsed and trimmed; lines kept."""
    folded = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    kept = []
    for char in folded:
        kind = unicodedata.category(char)
        if char == "\n" or kind == "Zs":
            kept.append("\n" if char == "\n" else " ")
        elif kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind not in ("Cf", "Cs", "Co", "Cn") or char in "\u200d\ufe0f":
            kept.append(char)
    return _LINES.sub("\n", _BLANKS.sub(" ", "".join(kept))).strip(" \n\u200d\ufe0f")


def shortened(text: str, most: int) -> str:
    """The beginning and the end of a long text, cut between words; a short one as it is. At most `most` characters."""
    if len(text) <= most:
        return text
    begins = text[: most * _BEGINNING // CAP]
    ends = text[len(text) - (most - len(begins) - 1) :]
    begins = begins[: max(begins.rfind(" "), begins.rfind("\n")) + 1] or begins
    cut = min((place for place in (ends.find(" "), ends.find("\n")) if place >= 0), default=-1)
    return f"{begins.strip()}\n{ends[cut + 1 :].strip()}"[:most]


def harmless(text: str) -> str:
    """What Rasa may be asked: tidy, at most `CAP` characters, in one line, and never the beginning of a command."""
    line = shortened(tidy(text), CAP).replace("\n", " ").strip(" \u200d\ufe0f")
    line = _PREFIX.sub("externo ", line).strip()
    bare = line.lstrip("/")
    return _SLASH * (len(line) - len(bare)) + bare if bare != line else line
