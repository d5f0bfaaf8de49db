"""Slips of utilities and of the state ("arrecadação"): read and checked so that they can be told from a bank's boleto.

44 digits in the barcode, or 48 in four blocks of eleven and a check digit. They begin with 8, carry no due date where one could
read it, and are never ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from codes.slip_digits import SlipError, digits_of, mod10, mod11_remainder

_BLOCK = 11


@dataclass(frozen=True, slots=True)
class UtilitySlip:
    """What a utility slip says. `amount` is in centavos; None when the slip holds a quantity or an index, or no amount."""

    barcode: str
    segment: str
    """Who it is for: 1 city, 2 water, 3 power and gas, 4 telephone, 5 the state, 6 booklets, 7 traffic fines, 9 a bank's own."""
    amount: int | None
    company: str
    """The eight digits after the amount: a FEBRABAN number and its own use, or the root of a CNPJ (segment 6)."""

    @property
    def line(self) -> str:
        """The 48 digits that people type."""
        return line_of_utility(self.barcode)

    @property
    def formatted(self) -> str:
        """The line as it is printed: `83620000000-5 66780048100-0 …`."""
        return " ".join(f"{self.line[at : at + _BLOCK]}-{self.line[at + _BLOCK]}" for at in range(0, 48, 12))


def decode_utility(text: str) -> UtilitySlip:
    """What a utility slip's 44 or 48 digits say, with or without their mask. Raises SlipError."""
    digits = digits_of(text)
    if len(digits) not in (44, 48):
        raise SlipError("bad_length", f"{len(digits)} digits; a utility slip has 44 in its bars and 48 in its line")
    if digits[0] != "8":
        raise SlipError("not_a_utility_slip", "a utility slip begins with 8")
    if digits[2] not in "6789":
        raise SlipError("bad_value_kind", "the third digit is 6, 7, 8 or 9")
    if len(digits) == 48:
        for block, at in enumerate(range(0, 48, 12), start=1):
            if _check_digit(digits[2], digits[at : at + _BLOCK]) != digits[at + _BLOCK]:
                raise SlipError("check_digit_mismatch", f"the check digit of block {block} is not the one of its digits")
    barcode = digits if len(digits) == 44 else "".join(digits[at : at + _BLOCK] for at in range(0, 48, 12))
    if _check_digit(barcode[2], barcode[:3] + barcode[4:]) != barcode[3]:
        raise SlipError("check_digit_mismatch", "the slip's own check digit is not the one of its digits")
    amount = int(barcode[4:15]) if barcode[2] in "68" else 0
    return UtilitySlip(barcode=barcode, segment=barcode[1], amount=amount or None, company=barcode[15:23])


def line_of_utility(barcode: str) -> str:
    """The 48 digits of a utility slip's 44."""
    blocks = (barcode[at : at + _BLOCK] for at in range(0, 44, _BLOCK))
    return "".join(block + _check_digit(barcode[2], block) for block in blocks)


def _check_digit(kind: str, digits: str) -> str:
    if kind in "67":
        return mod10(digits)
    remainder = mod11_remainder(digits)
    return "0" if remainder < 2 else str(11 - remainder)
