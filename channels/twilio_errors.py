"""What each error code of Twilio means for the sender, as a table.

The same codes come in answers to requests and, later, in `failed` and `undelivered` status call-backs. Source: Twilio's error and
warning dictionary; for WhatsApp its mapping of Meta's codes (docs: whatsapp/api/error-code-mapping).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from channels.message import (
    OutcomeUnknown,
    Rejected,
    SendError,
    SlowDownAll,
    SlowDownPerson,
    StopAll,
    TryLater,
    Unreachable,
    WindowClosed,
)

ERRORS: Mapping[int, type[SendError]] = MappingProxyType(
    {
        # The account, its credentials, its senders or its bill: nothing may leave, people must look.
        20003: StopAll,
        20005: StopAll,
        20006: StopAll,
        20008: StopAll,
        21408: StopAll,
        21603: StopAll,
        21606: StopAll,
        21611: SlowDownAll,
        21654: StopAll,
        21659: StopAll,
        21660: StopAll,
        21666: StopAll,
        21667: StopAll,
        21703: StopAll,
        21704: StopAll,
        21705: StopAll,
        30002: StopAll,
        30010: StopAll,
        63001: StopAll,
        63002: StopAll,
        63007: StopAll,
        63020: StopAll,
        63021: StopAll,
        63023: StopAll,
        # Limits of the account or the sender.
        14107: SlowDownAll,
        20429: SlowDownAll,
        30001: SlowDownAll,
        30022: SlowDownAll,
        63018: SlowDownAll,
        63038: SlowDownAll,
        # Limits of one person.
        63017: SlowDownPerson,
        # Passing trouble.
        20500: TryLater,
        20503: TryLater,
        30008: TryLater,
        63010: TryLater,
        63012: TryLater,
        63019: TryLater,
        # The person.
        21211: Unreachable,
        21217: Unreachable,
        21421: Unreachable,
        21612: Unreachable,
        21614: Unreachable,
        30003: Unreachable,
        30004: Unreachable,
        30005: Unreachable,
        30006: Unreachable,
        63003: Unreachable,
        63015: Unreachable,
        63024: Unreachable,
        63033: Unreachable,
        63036: Unreachable,
        63016: WindowClosed,
        # This message: wrong, refused or unsupported for ever.
        20001: Rejected,
        20404: Rejected,
        20422: Rejected,
        21602: Rejected,
        21604: Rejected,
        21610: Rejected,
        21617: Rejected,
        21619: Rejected,
        21620: Rejected,
        21623: Rejected,
        21655: Rejected,
        21656: Rejected,
        30007: Rejected,
        63005: Rejected,
        63006: Rejected,
        63008: Rejected,
        63009: Rejected,
        63013: Rejected,
        63014: Rejected,
        63022: Rejected,
        63025: Rejected,
        63026: Rejected,
        63027: Rejected,
        63028: Rejected,
        63029: Rejected,
        63030: Rejected,
        63031: Rejected,
        63032: Rejected,
        63034: Rejected,
        63035: Rejected,
        63037: Rejected,
        63040: Rejected,
        63041: Rejected,
        63042: Rejected,
    }
)

_HOUR = 3_600.0
WAITS: Mapping[int, float] = MappingProxyType({63038: _HOUR, 30022: 60.0})
"""Seconds to wait where a code names a long limit."""


def error_class(code: int | str | None) -> type[SendError] | None:
    """What a code asks for; None when it is unknown (or no code at all)."""
    if isinstance(code, str):
        code = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else None
    return None if code is None else ERRORS.get(code)


def error_of(status: int, code: int | None, text: str, retry_after: float | None = None) -> SendError:
    """The error to raise for an answer that refused a request.

    The code decides. Without one that is known, the status does: 429 slows down, 401 and 403 stop, any other 4xx refuses this message
    for ever. A 5xx of Twilio's own (with a code) and a 503 were not taken; any other 5xx may hide a message that was.
    """
    wait = retry_after if retry_after is not None else WAITS.get(code) if code is not None else None
    shown = None if code is None else str(code)
    known = error_class(code)
    if known is not None:
        return known(text, shown, wait)
    if status == 429:
        return SlowDownAll(text, shown, wait)
    if status in (401, 403):
        return StopAll(text, shown, wait)
    if status >= 500:
        return (TryLater if status == 503 or code is not None else OutcomeUnknown)(text, shown, wait)
    # A 4xx without a code was not Twilio's API: a proxy or a wrong address, where nothing was sent.
    return (Rejected if code is not None else TryLater)(text, shown, wait)
