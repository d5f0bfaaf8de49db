"""Amounts and instants as providers write them in JSON: texts, never floats."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

MAX_AMOUNT = 9_999_999_999_99

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2})0*)?")


class Unreadable(ValueError):
    """An answer is not what the specification says."""


def write_amount(centavos: int) -> str:
    """`123.45`, the only way in which the API takes an amount. Raises ValueError beyond what it can carry."""
    if not 1 <= centavos <= MAX_AMOUNT:
        raise ValueError("an amount is from 1 centavo to ten digits of reais")
    return f"{centavos // 100}.{centavos % 100:02d}"


def read_amount(value: Any) -> int:
    """Centavos of `"123.45"` (also `"123"`, `"123.4"`). Raises ValueError for what is no amount."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable("an amount that is no text")
    found = _AMOUNT.fullmatch(str(value))
    if not found:
        raise Unreadable("an amount that is none")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def read_instant(value: Any) -> datetime:
    """An aware instant from RFC 3339; without an offset it is UTC. Raises ValueError."""
    if not isinstance(value, str):
        raise Unreadable("an instant that is no text")
    try:
        at = datetime.fromisoformat(value)
    except ValueError as trouble:
        raise Unreadable("an instant that is none") from trouble
    return at if at.tzinfo else at.replace(tzinfo=UTC)
