"""CPF and CNPJ: read as people and spreadsheets write them, checked by their digits, shown masked.

A normalised CPF is eleven digits; a normalised CNPJ is fourteen characters, of which the first twelve may be capital letters
(in force since July 2026).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from operator import mul
from typing import Literal

Kind = Literal["person", "company"]

_DECORATION = re.compile(r"[\s.\-/\u2010-\u2015\u2212\u00a0]")
_PLAIN_DECORATION = {ord(character): None for character in " \t\n\r\f\v.-/"}
_CPF_SHAPE = re.compile(r"[0-9]{11}")
_CNPJ_SHAPE = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_CPF_WEIGHTS = (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_REPEATED = frozenset(digit * length for digit in "0123456789" for length in (11, 14))


class TaxIdError(ValueError):
    """The text is no CPF or CNPJ with right check digits. The message never repeats it."""


@dataclass(frozen=True, slots=True)
class TaxId:
    """A valid document. `lost_zero` tells that its first zero was missing, as spreadsheets drop it."""

    number: str
    lost_zero: bool = False

    @property
    def kind(self) -> Kind:
        """Whose document it is."""
        return "person" if len(self.number) == 11 else "company"


def bare(text: str) -> str:
    """`text` without dots, hyphens, slashes and spaces, letters in capitals, digits of other scripts as ASCII."""
    if text.isascii():
        return text.translate(_PLAIN_DECORATION).upper()
    return _DECORATION.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_cpf(number: str) -> bool:
    """Whether eleven bare digits are a CPF; the same digit eleven times is none."""
    return bool(_CPF_SHAPE.fullmatch(number)) and number not in _REPEATED and _check_digits_right(number, _CPF_WEIGHTS)


def is_cnpj(number: str) -> bool:
    """Whether fourteen bare characters are a CNPJ, with letters or without."""
    return bool(_CNPJ_SHAPE.fullmatch(number)) and number not in _REPEATED and _check_digits_right(number, _CNPJ_WEIGHTS)


def _check_digits_right(number: str, weights: tuple[int, ...]) -> bool:
    """Modulo 11 over the characters' codes less 48 (letters count 17 to 42); a remainder under two gives the digit zero."""
    values = [code - 48 for code in number.encode()]
    first = sum(map(mul, values, weights[1:])) % 11
    second = sum(map(mul, values, weights)) % 11
    return values[-2] == (0 if first < 2 else 11 - first) and values[-1] == (0 if second < 2 else 11 - second)


def parse(text: str) -> TaxId:
    """The CPF or CNPJ that `text` writes. Raises TaxIdError.

    Ten digits are a CPF without its first zero when that makes the check digits right.
    """
    number = bare(text)
    if len(number) == 10 and is_cpf("0" + number):
        return TaxId("0" + number, lost_zero=True)
    if is_cpf(number) or is_cnpj(number):
        return TaxId(number)
    if len(number) == 11 or len(number) == 14:
        raise TaxIdError("its check digits are wrong")
    raise TaxIdError("a CPF has 11 digits and a CNPJ 14 characters")


def parse_cnpj(text: str) -> str:
    """The fourteen characters of the CNPJ that `text` writes. Raises TaxIdError."""
    number = bare(text)
    if is_cnpj(number):
        return number
    raise TaxIdError("its check digits are wrong" if len(number) == 14 else "a CNPJ has 14 characters")


def formatted(number: str) -> str:
    """A normalised document with its dots: `529.982.247-25`, `12.ABC.345/01DE-35`."""
    if len(number) == 11:
        return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"
    return f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"


def masked(number: str) -> str:
    """A normalised document that only its holder would recognise: `•••.982.247-••`, `••.ABC.345/••••-••`."""
    if len(number) == 11:
        return f"•••.{number[3:6]}.{number[6:9]}-••"
    return f"••.{number[2:5]}.{number[5:8]}/••••-••"
