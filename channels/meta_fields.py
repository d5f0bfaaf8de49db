"""Reading fields of untrusted JSON: each function gives a value of the type asked for, or says that there is none."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""Whatever JSON may hold."""

_DEEPEST = 40
_LONGEST_ID = 512


class Unreadable(ValueError):
    """An item lacks what makes it usable; the text says what."""


def tamed(value: Json, depth: int = 0) -> Json:
    """`value` in a form that PostgreSQL keeps: no NUL, no lone surrogate, no number that is not finite or beyond 64 bits,
    no bottomless nesting."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dict):
        if depth >= _DEEPEST:
            return None
        return {_plain(key): tamed(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return None if depth >= _DEEPEST else [tamed(item, depth + 1) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 63:
        return str(value)[:40]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _plain(text: str) -> str:
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mapping(value: Json) -> dict[str, Json]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Json) -> tuple[dict[str, Json], ...]:
    """The objects of a list, or none."""
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def words(value: Json) -> str | None:
    """A text as received, or None."""
    return value if isinstance(value, str) else None


def identifier(value: Json) -> str | None:
    """An id without the white space around it, also when it came as a number; None when empty or longer than any real one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return text if 0 < len(text) <= _LONGEST_ID else None
