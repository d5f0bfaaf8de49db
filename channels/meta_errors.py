"""What each error code of WhatsApp's Cloud API means for the sender, as a table.

Meta answers 400 to almost everything, rate limits included, and its titles change: only the code is reliable. The same codes
come back later in `failed` statuses, so `error_class` serves both.
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

_DAY = 86_400.0
_HOUR = 3_600.0

ERRORS: Mapping[int, type[SendError]] = MappingProxyType(
    {
        # The token, the permissions, the account, its bill or its conduct: nothing may leave, people must look.
        0: StopAll,
        3: StopAll,
        10: StopAll,
        190: StopAll,
        **dict.fromkeys(range(200, 300), StopAll),
        368: StopAll,
        130497: StopAll,
        131005: StopAll,
        131031: StopAll,
        131037: StopAll,
        131042: StopAll,
        131045: StopAll,
        131048: StopAll,
        133010: StopAll,
        # Passing trouble.
        1: TryLater,
        2: TryLater,
        131000: TryLater,
        131016: TryLater,
        133004: TryLater,
        # Limits of the account.
        4: SlowDownAll,
        17: SlowDownAll,
        32: SlowDownAll,
        613: SlowDownAll,
        80007: SlowDownAll,
        130429: SlowDownAll,
        131057: SlowDownAll,
        # Limits of one person.
        131049: SlowDownPerson,
        131056: SlowDownPerson,
        # The person.
        131026: Unreachable,
        131047: WindowClosed,
        # This message: wrong, refused or unsupported for ever.
        33: Rejected,
        100: Rejected,
        2040: Rejected,
        2046: Rejected,
        2047: Rejected,
        130472: Rejected,
        131008: Rejected,
        131009: Rejected,
        131021: Rejected,
        131030: Rejected,
        131050: Rejected,
        131051: Rejected,
        131052: Rejected,
        131053: Rejected,
        131062: Rejected,
        131063: Rejected,
        131064: Rejected,
        132000: Rejected,
        132001: Rejected,
        132005: Rejected,
        132007: Rejected,
        132008: Rejected,
        132012: Rejected,
        132015: Rejected,
        132016: Rejected,
        132068: Rejected,
        132069: Rejected,
        134011: Rejected,
        135000: Rejected,
        137000: Rejected,
    }
)

WAITS: Mapping[int, float] = MappingProxyType({131048: _HOUR, 131049: _DAY, 131057: 60.0})
"""Seconds that Meta's own pages advise to wait, where they say so and the answer does not."""


def error_class(code: int | str | None) -> type[SendError] | None:
    """What a code asks for; None when it is unknown (or no code at all)."""
    if isinstance(code, str):
        code = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else None
    return None if code is None else ERRORS.get(code)


def error_of(status: int, code: int | None, text: str, *, transient: bool = False, retry_after: float | None = None) -> SendError:
    """The error to raise for an answer that refused a request.

    The code decides. An unknown code means that Graph itself refused: for ever, unless it calls itself transient or the
    status is 5xx. Without any code it was not Graph that answered (a proxy, a wrong address): a 4xx was certainly not sent
    and is tried later, but a 5xx may hide a message that was taken.
    """
    wait = retry_after if retry_after is not None else WAITS.get(code) if code is not None else None
    shown = None if code is None else str(code)
    known = error_class(code)
    if known is not None:
        return known(text, shown, wait)
    if code is not None:
        return (TryLater if transient or status >= 500 else Rejected)(text, shown, wait)
    if status == 429:
        return SlowDownAll(text, None, wait)
    if status == 401:
        return StopAll(text, None, wait)
    if status >= 500 and status != 503:
        return OutcomeUnknown(text, None, wait)
    return TryLater(text, None, wait)
