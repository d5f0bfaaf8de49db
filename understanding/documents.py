"""CPF and CNPJ in what people write, by their check digits (Receita Federal).

CNPJs with letters are issued since July 2026 (IN RFB 2.229/2024).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_CPF = re.compile(r"(?<![0-9A-Za-z])\d(?:[\s.,\-/]{0,3}\d){9,10}(?![0-9A-Za-z])")
_WRITTEN_CPF = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][.,/\-])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{11})(?![0-9A-Za-z])")
_CNPJ = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{2}[\s.]?[0-9A-Za-z]{3}[\s.]?[0-9A-Za-z]{3}[\s/]?[0-9A-Za-z]{4}[\s\-]?\d{2}(?![0-9A-Za-z])"
)


@dataclass(frozen=True)
class Document:
    """A CPF or CNPJ found in a text: `value` normalised (digits, upper-case letters), at `start` to `end`.

    `valid` says whether the check digits are right; `mended` that a CPF of ten digits got its lost leading zero back.
    """

    kind: Literal["cpf", "cnpj"]
    value: str
    start: int
    end: int
    valid: bool
    mended: bool = False


def cpf_is_valid(cpf: str) -> bool:
    """Eleven digits, not all the same, both check digits right (mod 11)."""
    if len(cpf) != 11 or not cpf.isascii() or not cpf.isdigit() or len(set(cpf)) == 1:
        return False
    for size in (9, 10):
        total = sum(int(cpf[i]) * (size + 1 - i) for i in range(size))
        if int(cpf[size]) != total * 10 % 11 % 10:
            return False
    return True


def cnpj_is_valid(cnpj: str) -> bool:
    """Twelve digits or capital letters and two check digits (mod 11 over the character's code minus 48)."""
    if not re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", cnpj) or len(set(cnpj)) == 1:
        return False
    values = [ord(c) - 48 for c in cnpj]
    for size in (12, 13):
        weights = [(size - 1 - i) % 8 + 2 for i in range(size)]
        rest = sum(v * w for v, w in zip(values[:size], weights, strict=True)) % 11
        if values[size] != (0 if rest < 2 else 11 - rest):
            return False
    return True


def find_documents(text: str) -> list[Document]:
    """Every CPF- or CNPJ-like number, in order. What looks like one but has wrong check digits comes with `valid=False`."""
    found: list[Document] = []
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in taken)

    for match in _CNPJ.finditer(text):
        value = re.sub(r"[^0-9A-Za-z]", "", match.group()).upper()
        digits = sum(c.isdigit() for c in value)
        punctuated = "/" in match.group()
        if len(value) == 14 and (cnpj_is_valid(value) or value.isdigit() or (punctuated and digits >= 6)):
            found.append(Document("cnpj", value, match.start(), match.end(), cnpj_is_valid(value)))
            taken.append((match.start(), match.end()))
    for match in _WRITTEN_CPF.finditer(text):
        # As it stands on paper: a number before it ("dia 7 529.982.247-25") is none of it.
        digits_only = re.sub(r"\D", "", match.group())
        if free(match.start(), match.end()) and cpf_is_valid(digits_only):
            found.append(Document("cpf", digits_only, match.start(), match.end(), True))
            taken.append((match.start(), match.end()))
    blanked = "".join("#" if any(a <= place < b for a, b in taken) else char for place, char in enumerate(text))
    for match in _CPF.finditer(blanked):
        if not free(match.start(), match.end()):
            continue
        digits_only = re.sub(r"\D", "", match.group())
        if len(digits_only) == 11:
            found.append(Document("cpf", digits_only, match.start(), match.end(), cpf_is_valid(digits_only)))
        elif cpf_is_valid("0" + digits_only):
            found.append(Document("cpf", "0" + digits_only, match.start(), match.end(), True, mended=True))
    return sorted(found, key=lambda d: d.start)
