"""When somebody may be written to who did not ask: the policy's hours on their own clock, no national holiday, and what they wish.

Brazil has no one law of hours for messages; the policy's default (Monday to Friday, 9 to 18) keeps the strictest of the states' laws
(SP 15.426/2014, RJ 7.868/2018, ES 10.626/2017, AL 7.782/2016, PR). A debtor's own time counts: by the state they live in, else by the
telephone's area code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from receivables.brasilia import BRASILIA
from receivables.calendar import bank_holidays
from receivables.policy import ContactHours

_LOOK_AHEAD_DAYS = 40
_SOME_MONDAY = date(2026, 11, 23)
_ZONES = {
    "AC": "America/Rio_Branco",
    "AM": "America/Manaus",
    "MS": "America/Campo_Grande",
    "MT": "America/Cuiaba",
    "RO": "America/Porto_Velho",
    "RR": "America/Boa_Vista",
}
_STATES_OF_AREA_CODES = {"68": "AC", "92": "AM", "97": "AM", "67": "MS", "65": "MT", "66": "MT", "69": "RO", "95": "RR"}
"""Area codes (Anatel) of the states that do not keep Brasília's time."""


def zone_of(state: str | None, phone_key: str | None) -> ZoneInfo:
    """The clock that a person lives by. `state` as in an address (`AM`), `phone_key` canonical (`+5592…`)."""
    written = (state or "").strip().upper()
    if not written and phone_key and phone_key.startswith("+55"):
        written = _STATES_OF_AREA_CODES.get(phone_key[3:5], "")
    return ZoneInfo(_ZONES[written]) if written in _ZONES else BRASILIA


def next_allowed(now: datetime, zone: ZoneInfo, hours: Sequence[ContactHours]) -> datetime | None:
    """The first minute from `now` on that lies in all of these hours and on no national holiday; None when none does within weeks."""
    local = now.astimezone(zone)
    if _allowed(local, hours):
        return now
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = (local + timedelta(days=ahead)).date()
        if day in bank_holidays(day.year):
            continue
        # A time that is allowed begins where one of the windows begins.
        starts: set[time] = {w.start for one in hours for w in one.windows if day.weekday() in w.weekdays}
        for start in sorted(starts):
            moment = datetime.combine(day, start, zone)
            if moment > local and _allowed(moment, hours):
                return moment.astimezone(now.tzinfo)
    return None


def _allowed(local: datetime, hours: Sequence[ContactHours]) -> bool:
    return local.date() not in bank_holidays(local.year) and all(one.allow(local) for one in hours)


def compatible(hours: Sequence[ContactHours]) -> bool:
    """Whether there is any time of a week that lies in all of these hours."""
    return any(
        all(other.allow(datetime.combine(_SOME_MONDAY + timedelta(days=day), w.start)) for other in hours)
        for one in hours
        for w in one.windows
        for day in w.weekdays
    )


def together(hours: Sequence[ContactHours]) -> str | None:
    """The time that lies in all of these hours, as a policy writes it (`Mon-Fri 09:00-12:00`); None where it is more than one window
    a day, or none at all."""
    found: dict[int, tuple[time, time]] = {}
    for day in range(7):
        windows = [[(w.start, w.end) for w in one.windows if day in w.weekdays] for one in hours]
        if any(len(mine) > 1 for mine in windows):
            return None
        if not all(windows):
            continue
        start, end = max(mine[0][0] for mine in windows), min(mine[0][1] for mine in windows)
        if start < end:
            found[day] = (start, end)
    if not found or len(set(found.values())) > 1 or list(found) != list(range(min(found), max(found) + 1)):
        return None
    start, end = next(iter(found.values()))
    first, last = _DAY_NAMES[min(found)], _DAY_NAMES[max(found)]
    return f"{first if first == last else f'{first}-{last}'} {start:%H:%M}-{end:%H:%M}"


_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
