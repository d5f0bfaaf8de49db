"""How the digits of a printed slip are read and checked: what boletos and utility slips have in common.

Sources: FEBRABAN's layouts of the bank slip ("cobrança") and of the collection slip ("arrecadação").
"""

from __future__ import annotations

import re
import unicodedata

_BARE = re.compile(r"[0-9]+")
_MASK = re.compile(r"[\s.\-_/|]+")


class SlipError(ValueError):
    """A code that no bank would take, or that must not be written. `code` is stable and safe to log; `detail` names the rule."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def without_marks(text: str) -> str:
    """`text` with invisible characters dropped and wide digits, odd spaces and dashes made plain: as people paste it."""
    folded = unicodedata.normalize("NFKC", text)
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in folded if unicodedata.category(c) != "Cf")
    return plain.strip()


def digits_of(text: str) -> str:
    """The digits of a code, its mask (spaces, dots, hyphens, slashes, bars) taken off. Raises `no_digits`, `bad_character`."""
    bare = _MASK.sub("", without_marks(text))
    if not bare:
        raise SlipError("no_digits", "the code is empty")
    if not _BARE.fullmatch(bare):
        raise SlipError("bad_character", "something else than digits and their mask")
    return bare


def mod10(digits: str) -> str:
    """The check digit modulo 10: weights 2 and 1 from the right, the digits of each product added."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 - position % 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def mod11_remainder(digits: str) -> int:
    """What modulo 11 leaves of the digits weighted 2 to 9 from the right; each layout makes its own check digit of it."""
    return sum(int(digit) * (2 + position % 8) for position, digit in enumerate(reversed(digits))) % 11
