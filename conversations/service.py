"""The clocks of service: by when somebody who waits is to have an answer, counted while the team is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from conversations.contact_hours import next_allowed
from receivables.brasilia import BRASILIA
from receivables.policy import ContactHours, Service


@dataclass(frozen=True)
class Waiting:
    """What a hand-over tells of its clock. `unanswered_since`: the person's first words after our last."""

    asked: bool
    priority: int
    waits_since: datetime
    first_answer_at: datetime | None
    unanswered_since: datetime | None


@dataclass(frozen=True)
class ServiceClock:
    """`kind`: `first` or `next` answer. `state`: `fine`, `soon` (warn) or `broken`. `left`: seconds, negative when broken."""

    kind: str
    since: datetime
    due: datetime
    state: str
    left: int


def due(since: datetime, minutes: int, hours: Sequence[ContactHours], zone: ZoneInfo = BRASILIA) -> datetime | None:
    """The moment when these minutes of attended time have passed; None when nobody ever attends."""
    left = timedelta(minutes=minutes)
    moment = next_allowed(since, zone, hours)
    for _ in range(400):
        if moment is None:
            return None
        closes = _closes(moment, hours, zone)
        if moment + left <= closes:
            return moment + left
        left -= closes - moment
        moment = next_allowed(closes + timedelta(seconds=1), zone, hours)
    return None


def attended(now: datetime, hours: Sequence[ContactHours], zone: ZoneInfo = BRASILIA) -> bool:
    """Whether the team is there."""
    return next_allowed(now, zone, hours) == now


def opening(now: datetime, hours: Sequence[ContactHours], zone: ZoneInfo = BRASILIA) -> datetime | None:
    """When the team comes back; None while it is there, or when it never is."""
    opens = next_allowed(now, zone, hours)
    return None if opens == now else opens


def _closes(moment: datetime, hours: Sequence[ContactHours], zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    ends = [
        datetime.combine(local.date(), window.end, zone)
        for one in hours
        for window in one.windows
        if local.weekday() in window.weekdays and window.start <= local.time() < window.end
    ]
    return min(ends).astimezone(moment.tzinfo)


def clock_of(waits: Waiting, service: Service, hours: Sequence[ContactHours], now: datetime) -> ServiceClock | None:
    """The clock that runs for this person; None when nobody waits for an answer of ours."""
    if waits.first_answer_at is None and waits.asked:
        kind, since = "first", waits.waits_since
        minutes = service.urgent_answer_minutes if waits.priority == 1 else service.first_answer_minutes
    elif waits.unanswered_since is not None:
        kind, since, minutes = "next", waits.unanswered_since, service.next_answer_minutes
    else:
        return None
    until = due(since, minutes, hours)
    if until is None:
        return None
    left = int((until - now).total_seconds())
    warned = minutes * 60 * (100 - service.warn_percent) // 100
    state = "broken" if left < 0 else "soon" if left <= warned else "fine"
    return ServiceClock(kind, since, until, state, left)
