"""Codes of payments that people paste: Pix codes, end-to-end ids, txids, digitable lines and barcodes of boletos."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["pix_code", "end_to_end", "txid", "digitable_line", "barcode", "uuid"]

_PIX_CODE = re.compile(r"000201[\x21-\x7e ]{40,500}?6304[0-9a-f]{4}")
# BACEN, Manual de Padrões: E, the ISPB, when (UTC), and eleven letters or digits. A devolution begins with D.
_END_TO_END = re.compile(
    r"(?<![a-z0-9])[ed]\d{8}20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[a-z0-9]{11}(?![a-z0-9])"
)
_UUID = re.compile(r"(?<![a-z0-9-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![a-z0-9-])")
_TXID = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{26,35}(?![a-z0-9])")
_LINE = re.compile(r"(?<![a-z0-9])\d(?:[ .\-]{0,3}\d){43,47}(?![a-z0-9])")


@dataclass(frozen=True)
class Reference:
    """A code at `start` to `end`: digits only of a boleto's, else as it was written. `valid` is False where its check digits are wrong."""

    kind: Kind
    value: str
    start: int
    end: int
    valid: bool = True


def find_references(folded: str, original: str) -> list[Reference]:
    """Every such code, in order. `original` has the characters of `folded` with their case."""
    found: list[Reference] = []
    if not any(char.isdigit() for char in folded) or len(folded) < 26:
        return found

    def keep(kind: Kind, start: int, end: int, value: str, valid: bool = True) -> None:
        if all(end <= one.start or one.end <= start for one in found):
            found.append(Reference(kind, value, start, end, valid))

    for match in _PIX_CODE.finditer(folded):
        keep("pix_code", match.start(), match.end(), original[match.start() : match.end()])
    for match in _LINE.finditer(folded):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) == 44:
            keep("barcode", match.start(), match.end(), digits, _barcode_is_valid(digits))
        elif len(digits) in (47, 48):
            keep("digitable_line", match.start(), match.end(), digits, line_is_valid(digits))
    for kind, wanted in (("end_to_end", _END_TO_END), ("uuid", _UUID), ("txid", _TXID)):
        for match in wanted.finditer(folded):
            keep(kind, match.start(), match.end(), original[match.start() : match.end()])  # type: ignore[arg-type]
    return sorted(found, key=lambda one: one.start)


def line_is_valid(digits: str) -> bool:
    """The check digits of a bank's (47 digits) or a utility's (48, beginning with 8) digitable line (FEBRABAN)."""
    if len(digits) == 47:
        return all(_modulo_10(digits[a:b]) == int(digits[b]) for a, b in ((0, 9), (10, 20), (21, 31)))
    if len(digits) == 48 and digits[0] == "8" and digits[2] in "6789":
        check = _modulo_10 if digits[2] in "67" else _modulo_11
        return all(check(digits[a : a + 11]) == int(digits[a + 11]) for a in (0, 12, 24, 36))
    return False


def _barcode_is_valid(digits: str) -> bool:
    if digits[0] == "8":
        check = _modulo_10 if digits[2] in "67" else _modulo_11
        return check(digits[:3] + digits[4:]) == int(digits[3])
    body = digits[:4] + digits[5:]
    rest = 11 - sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(body))) % 11
    return int(digits[4]) == (1 if rest in (0, 10, 11) else rest)


def _modulo_10(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return -total % 10


def _modulo_11(digits: str) -> int:
    rest = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(digits))) % 11
    return 0 if rest in (0, 1) else 11 - rest
