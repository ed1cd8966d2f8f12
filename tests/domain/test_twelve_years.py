"""Every day of twelve years in five zones: leap days, days of 23 and 25 hours, and the Chinese make-up days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from fsapp.domain import spoken
from fsapp.domain.calendar import Calendar, Hours, PublicHolidays, State
from fsapp.domain.periods import Step, divided, label, local_day
from fsapp.domain.rollups import HOUR
from fsapp.fax.times import window

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago")
YEARS = range(2024, 2036)
DAYS = [date(2024, 1, 1) + timedelta(days=number) for number in range(12 * 365 + 3)]
NINE_TO_FIVE = (Hours(9 * 60, 17 * 60),)


def moment(zone: str, written: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold)


def test_leap_years_have_their_day() -> None:
    assert [day for day in DAYS if (day.month, day.day) == (2, 29)] == [
        date(year, 2, 29) for year in (2024, 2028, 2032)
    ]
    assert DAYS[-1] == date(2035, 12, 31)


@pytest.mark.parametrize("zone", ZONES)
def test_local_days_meet_and_are_as_long_as_their_clocks_say(zone: str) -> None:
    where = ZoneInfo(zone)
    days = [local_day(day, where) for day in DAYS]
    assert all(one.until == two.since for one, two in pairwise(days))
    lengths = {day.hours for day in days}
    assert lengths == {24.0} if zone == "Asia/Shanghai" else lengths - {23.0, 25.0, 23.5, 24.5} == {24.0}
    assert sum(day.hours for day in days) * HOUR == days[-1].until - days[0].since


@pytest.mark.parametrize("zone", ZONES)
def test_an_office_is_open_eight_hours_of_every_day_whatever_the_clock_does(zone: str) -> None:
    calendar = Calendar(ZoneInfo(zone), (NINE_TO_FIVE,) * 7)
    for day in DAYS:
        (opens, closes), *more = calendar.spans(day)
        assert not more
        assert closes - opens == timedelta(hours=8), day
        assert calendar.state(opens) == State.OPEN == calendar.state(closes - timedelta(seconds=1))
        assert calendar.state(closes) == State.CLOSED == calendar.state(opens - timedelta(seconds=1))


@pytest.mark.parametrize("zone", ZONES)
def test_the_hours_of_a_day_have_names_of_their_own(zone: str) -> None:
    where = ZoneInfo(zone)
    changing = [day for day in DAYS if local_day(day, where).hours != 24]
    for day in [*changing, date(2024, 2, 29), date(2028, 2, 29)]:
        hours = divided(local_day(day, where), Step.HOUR, where)
        assert len({label(hour.since, Step.HOUR, where) for hour in hours}) == len(hours)


@pytest.mark.parametrize(
    ("zone", "written", "now", "opens"),
    [
        ("America/New_York", "08:00-20:00", moment("America/New_York", "2026-03-07 21:00"), "2026-03-08T12:00+00:00"),
        ("America/New_York", "08:00-20:00", moment("America/New_York", "2026-10-31 21:00"), "2026-11-01T13:00+00:00"),
        ("Europe/London", "01:30-05:00", moment("Europe/London", "2026-03-29 00:10"), "2026-03-29T01:30+00:00"),
        ("Europe/London", "01:30-05:00", moment("Europe/London", "2026-10-25 01:10", 1), "2026-10-25T01:30+00:00"),
        ("Asia/Shanghai", "08:00-20:00", moment("Asia/Shanghai", "2028-02-28 21:00"), "2028-02-29T00:00+00:00"),
        ("Asia/Shanghai", "08:00-20:00", moment("Asia/Shanghai", "2028-02-29 21:00"), "2028-03-01T00:00+00:00"),
    ],
)
def test_a_time_of_the_day_is_that_of_the_wall(zone: str, written: str, now: datetime, opens: str) -> None:
    assert str(now.tzinfo) == zone
    found = window(written).next_open(now)
    assert found.astimezone(UTC) == datetime.fromisoformat(opens)


MAKE_UP = {
    2024: ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    2025: ("01-26", "02-08", "04-27", "09-28", "10-11"),
    2026: ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
}
"""调休上班, as the State Council gave them out: all Saturdays and Sundays."""


@pytest.mark.parametrize("year", MAKE_UP)
def test_the_make_up_days_of_a_year_are_worked_and_no_other_weekend_is(year: int) -> None:
    office = Calendar(ZoneInfo("Asia/Shanghai"), (NINE_TO_FIVE,) * 5 + ((),) * 2, PublicHolidays("CN"))
    weekends = [day for day in DAYS if day.year == year and day.weekday() >= 5]
    worked = [day for day in weekends if office.state(moment("Asia/Shanghai", f"{day} 10:00")) == State.OPEN]
    assert [f"{day:%m-%d}" for day in worked] == list(MAKE_UP[year])


@pytest.mark.parametrize(("language", "words"), [("zh", "二零二八年二月二十九日"), ("en", "February twenty-ninth")])
def test_a_leap_day_is_spoken(language: str, words: str) -> None:
    assert words in spoken.date("2028-02-29", language)
