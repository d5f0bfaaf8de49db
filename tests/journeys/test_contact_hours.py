"""When somebody may be written to who did not ask, on their own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.contact_hours import compatible, next_allowed, zone_of
from conversations.preferences import hours_of
from receivables.calendar import bank_holidays

OFFICE = hours_of("Mon-Fri 09:00-18:00")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-23T10:00", "2026-11-23T10:00"),
        ("2026-11-23T08:59", "2026-11-23T09:00"),
        ("2026-11-23T18:00", "2026-11-24T09:00"),
        ("2026-11-27T19:00", "2026-11-30T09:00"),
        ("2026-12-24T20:00", "2026-12-28T09:00"),
        ("2026-11-20T10:00", "2026-11-23T09:00"),
        ("2027-02-08T10:00", "2027-02-10T09:00"),
    ],
)
def test_out_of_hours_it_waits_for_the_next_allowed_minute(now: str, then: str) -> None:
    assert next_allowed(local(now), SAO_PAULO, [OFFICE]) == local(then)


def test_a_persons_own_clock_counts() -> None:
    nine_in_brasilia = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert next_allowed(nine_in_brasilia, zone_of("SP", None), [OFFICE]) == nine_in_brasilia
    assert next_allowed(nine_in_brasilia, zone_of("AM", None), [OFFICE]) == nine_in_brasilia + timedelta(hours=1)
    assert next_allowed(nine_in_brasilia, zone_of(None, "+5568999990000"), [OFFICE]) == nine_in_brasilia + timedelta(hours=2)


def test_the_state_weighs_more_than_the_area_code() -> None:
    assert zone_of("SP", "+5592999990000").key == "America/Sao_Paulo"
    assert zone_of("", "+5592999990000").key == "America/Manaus"
    assert zone_of(None, None).key == "America/Sao_Paulo"
    assert zone_of("xx", "+14155550000").key == "America/Sao_Paulo"


def test_a_wish_narrows_the_hours_and_never_widens_them() -> None:
    afternoon = hours_of("Mon-Sun 12:00-24:00")
    assert next_allowed(local("2026-11-23T09:30"), SAO_PAULO, [OFFICE, afternoon]) == local("2026-11-23T12:00")
    assert next_allowed(local("2026-11-23T18:30"), SAO_PAULO, [OFFICE, afternoon]) == local("2026-11-24T12:00")


def test_hours_that_never_meet_are_never() -> None:
    night = hours_of("Mon-Sun 19:00-24:00")
    assert not compatible([OFFICE, night]) and compatible([OFFICE, hours_of("Wed 00:00-24:00")])
    assert next_allowed(local("2026-11-23T10:00"), SAO_PAULO, [OFFICE, night]) is None


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)), st.sampled_from(["SP", "AC", "AM", None])
)
def test_what_is_found_is_always_allowed_and_never_in_the_past(now: datetime, state: str | None) -> None:
    zone = zone_of(state, None)
    found = next_allowed(now, zone, [OFFICE])
    assert found is not None and found >= now
    there = found.astimezone(zone)
    assert OFFICE.allow(there) and there.date() not in bank_holidays(there.year)
