"""Time limits on a business calendar: hours of open time, and working days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.business_time import Limit, after, limit, open_between
from fsapp.domain.calendar import Calendar, Hours, PublicHolidays

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = (Hours(510, 720), Hours(810, 1050))
BUSINESS = Calendar(ZONE, ((OFFICE,) * 5 + ((), ())), PublicHolidays("CN"))
"""08:30-12:00, 13:30-17:30, Monday to Friday: seven and a half hours a day."""
NIGHT = Calendar(ZONE, ((Hours(1320, 1560),),) * 7)
"""22:00-02:00."""
BERLIN = Calendar(ZoneInfo("Europe/Berlin"), ((Hours(0, 1440),),) * 7)


def local(text: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("text", "minutes", "days"), [("30m", 30, 0), ("4h", 240, 0), ("1h30m", 90, 0), ("3d", 0, 3), ("90m", 90, 0)]
)
def test_a_limit_is_read(text: str, minutes: int, days: int) -> None:
    assert limit(text) == Limit(minutes, days)
    assert limit(str(limit(text))) == limit(text)


@pytest.mark.parametrize("text", ["", "0m", "0h0m", "0d", "30", "1d2h", "-3h", "m", "h", "1.5h", "99999h", "1h "])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time limit: write 30m, 4h, 1h30m or 3d"):
        limit(text)


@pytest.mark.parametrize(
    ("start", "given", "end"),
    [
        ("2026-11-24 10:00", "30m", "2026-11-24 10:30"),  # within hours
        ("2026-11-24 11:45", "30m", "2026-11-24 13:45"),  # over lunch
        ("2026-11-24 17:15", "1h", "2026-11-25 09:15"),  # over night
        ("2026-11-27 17:15", "1h", "2026-11-30 09:15"),  # over a weekend
        ("2026-11-28 10:00", "1h", "2026-11-30 09:30"),  # given at a weekend
        ("2026-09-30 17:00", "1h", "2026-10-08 09:00"),  # over the golden week
        ("2026-11-24 03:00", "7h30m", "2026-11-24 17:30"),  # a whole day
        ("2026-11-24 10:00", "1d", "2026-11-25 17:30"),
        ("2026-11-24 23:59", "1d", "2026-11-25 17:30"),  # after hours: the same day
        ("2026-11-24 10:00", "5d", "2026-12-01 17:30"),
        ("2026-11-28 10:00", "1d", "2026-11-30 17:30"),  # a Saturday's first day is Monday
        ("2026-09-30 10:00", "1d", "2026-10-08 17:30"),
    ],
)
def test_a_limit_runs_while_the_calendar_is_open(start: str, given: str, end: str) -> None:
    assert after(BUSINESS, local(start), limit(given)) == local(end)


def test_without_a_calendar_a_limit_runs_around_the_clock() -> None:
    assert after(None, local("2026-11-28 23:50"), limit("30m")) == local("2026-11-29 00:20")
    assert after(None, local("2026-11-28 10:00"), limit("2d")) == local("2026-11-30 10:00")


def test_hours_past_midnight_count() -> None:
    assert after(NIGHT, local("2026-11-24 01:00"), limit("2h")) == local("2026-11-24 23:00")


def test_a_day_of_25_hours_has_25_open_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = local("2026-10-25 00:00", berlin)
    assert open_between(BERLIN, start, local("2026-10-26 00:00", berlin)) == timedelta(hours=25)
    assert after(BERLIN, start, limit("24h")) == datetime(2026, 10, 25, 22, 0, tzinfo=UTC)


def test_a_calendar_that_never_opens_has_no_end_of_a_limit() -> None:
    closed = Calendar(ZONE, ((),) * 7)
    assert after(closed, local("2026-11-24 10:00"), limit("1h")) is None
    assert after(closed, local("2026-11-24 10:00"), limit("1d")) is None


def test_hours_that_overlap_count_once() -> None:
    twice = Calendar(ZONE, ((Hours(1320, 1560), Hours(0, 1440)),) * 7)
    start = local("2026-11-24 00:00")
    assert open_between(twice, start, start + timedelta(days=2)) == timedelta(days=2)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda moment: moment.replace(tzinfo=ZONE))


@given(moments, st.integers(1, 5000))
def test_as_much_time_is_open_as_the_limit_gives(start: datetime, minutes: int) -> None:
    end = after(BUSINESS, start, Limit(minutes))
    assert end is not None
    assert open_between(BUSINESS, start, end) == timedelta(minutes=minutes)


@given(moments, st.integers(1, 5000), st.integers(1, 500))
def test_more_time_never_ends_earlier(start: datetime, minutes: int, more: int) -> None:
    first, second = (after(BUSINESS, start, Limit(each)) for each in (minutes, minutes + more))
    assert first is not None
    assert second is not None
    assert first < second
