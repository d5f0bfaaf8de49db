"""What a request asks for, read from its address: numbers, documents, cursors. What cannot be read is a problem, never a fault."""

from __future__ import annotations

import base64
import binascii
import re

from api.problems import Problem
from receivables import taxid

_NUMBER = re.compile(r"[0-9]{1,18}")
_CONVERSATION = re.compile(r"c_[A-Za-z0-9_-]{16,64}")
_LONGEST = 200
MOST = 200
USUAL = 100


def path_number(text: str) -> int:
    """The id in a path; what cannot be one names nothing."""
    if not _NUMBER.fullmatch(text):
        raise Problem(404, "There is nothing with this id.")
    return int(text)


def path_conversation(text: str) -> str:
    """The id of a conversation in a path."""
    if not _CONVERSATION.fullmatch(text):
        raise Problem(404, "There is no such conversation.")
    return text


def number(name: str, text: str | None) -> int | None:
    """A number in a query."""
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise Problem(422, f"{name} must be the number of a {name}.", [(name, "not a number")])
    return int(text)


def plain(name: str, text: str | None) -> str | None:
    """A text in a query or path, as a database can hold it."""
    if text is None:
        return None
    if not text.strip() or len(text) > _LONGEST or not text.isprintable():
        raise Problem(422, f"{name} must be a text of at most {_LONGEST} characters.", [(name, "empty, too long or no text")])
    return text


def document(name: str, text: str | None) -> str:
    """A CPF or CNPJ with right check digits."""
    if text is None:
        raise Problem(422, f"{name} is required.", [(name, "missing")])
    try:
        return taxid.parse(text[:_LONGEST]).number
    except taxid.TaxIdError as error:
        raise Problem(422, f"{name} must be a CPF or a CNPJ.", [(name, str(error))]) from None


def cnpj(name: str, text: str | None) -> str | None:
    """A CNPJ with right check digits."""
    if text is None:
        return None
    try:
        return taxid.parse_cnpj(text[:_LONGEST])
    except taxid.TaxIdError as error:
        raise Problem(422, f"{name} must be a CNPJ.", [(name, str(error))]) from None


def limit(text: str | None) -> int:
    """How many items at most in one answer."""
    if text is None:
        return USUAL
    asked = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= asked <= MOST:
        raise Problem(422, f"limit must be a number from 1 to {MOST}.", [("limit", f"not from 1 to {MOST}")])
    return asked


def cursor(last: int | str) -> str:
    """The opaque name of the place after `last`."""
    return base64.urlsafe_b64encode(str(last).encode()).decode().rstrip("=")


def after_number(text: str | None) -> int:
    """The id that a list continues after; 0 from the beginning."""
    opened = _opened(text)
    if opened and not _NUMBER.fullmatch(opened):
        raise _bad_cursor()
    return int(opened or 0)


def after_conversation(text: str | None) -> str:
    """The conversation that a list continues after; empty from the beginning."""
    opened = _opened(text)
    if opened and not _CONVERSATION.fullmatch(opened):
        raise _bad_cursor()
    return opened


def _opened(text: str | None) -> str:
    if text is None:
        return ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,120}", text):
        raise _bad_cursor()
    try:
        opened = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise _bad_cursor() from None
    if not opened:
        raise _bad_cursor()
    return opened


def _bad_cursor() -> Problem:
    return Problem(422, "cursor must be what `next` said.", [("cursor", "unknown")])
