"""The digits of boletos as a bank writes and reads them, made apart from the product's own so that they share no bug.

Sources: FEBRABAN's layout of bars and line; Banco Inter's own 25 digits (branch 0001, product 112, operation, nosso número).
"""

import re
from datetime import date, timedelta

BANK = "077"
OPERATION = "0000001"
_EPOCH = date(2025, 2, 22)


def _mod10(digits: str) -> str:
    total = sum(sum(map(int, str(int(digit) * (2 - at % 2)))) for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _mod11(digits: str) -> str:
    rest = sum(int(digit) * (2 + at % 8) for at, digit in enumerate(reversed(digits))) % 11
    return str(11 - rest) if rest > 1 else "1"


def barcode(cents: int, due: date, number: str) -> str:
    """The 44 digits of a boleto of this bank; factors are those since 2025-02-22."""
    factor = (due - _EPOCH).days % 9000 + 1000
    body = f"{BANK}9{factor:04d}{cents:010d}0001112{OPERATION}{number}"
    return body[:4] + _mod11(body) + body[4:]


def line(bars: str) -> str:
    """The 47 digits for the 44 of the bars."""
    parts = (bars[:4] + bars[19:24], bars[24:34], bars[34:])
    return "".join(part + _mod10(part) for part in parts) + bars[4:19]


class LineRefused(ValueError):
    """A line that no bank takes; `reason` is a stable word."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def looks_like_a_slip(code: str) -> bool:
    """Whether somebody typed a slip's digits rather than a Pix code."""
    return bool(re.fullmatch(r"[\d.\s\-]+", code.strip())) and len(re.sub(r"\D", "", code)) in (44, 46, 47, 48)


def read(code: str) -> str:
    """The 44 digits that a line or bars stand for; raises LineRefused."""
    digits = re.sub(r"\D", "", code)
    if digits[0] == "8" and len(digits) in (44, 48):
        raise LineRefused("utility_slip", "Esta é uma conta de consumo ou um tributo, não um boleto de cobrança.")
    if len(digits) == 44:
        bars = digits
    elif len(digits) == 47:
        bars = digits[:4] + digits[32:] + digits[4:9] + digits[10:20] + digits[21:31]
        if line(bars) != digits:
            raise LineRefused("bad_line", "A linha digitável não está certa. Confira os números.")
    else:
        raise LineRefused("bad_line", "A linha digitável tem 47 números.")
    if bars[4] != _mod11(bars[:4] + bars[5:]):
        raise LineRefused("bad_line", "O dígito de conferência do boleto não bate.")
    return bars


def last_day(due: date, days: int) -> date:
    """The last day on which the bank takes it, which it moves over a weekend."""
    day = due + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
