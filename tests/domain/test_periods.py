"""Local days and hours of a period, and which whole rows of the tables of sums make it up."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.periods import Period, Step, divided, label, local_day, pieces
from fsapp.domain.rollups import DAY, HOUR, Span

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 11, 24), "Asia/Shanghai", 24),
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 4, 24), "Africa/Cairo", 23),  # the clock skips its midnight
        (date(2026, 10, 29), "Africa/Cairo", 25),
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
    ],
)
def test_a_local_day_is_as_long_as_its_clock_says(day: date, zone: str, hours: float) -> None:
    assert local_day(day, ZoneInfo(zone)).hours == hours


@pytest.mark.parametrize(("day", "parts"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_a_day_has_an_hour_for_each_hour_with_a_name_of_its_own(day: date, parts: int) -> None:
    hours = divided(local_day(day, BERLIN), Step.HOUR, BERLIN)
    assert len(hours) == parts
    assert len({label(hour.since, Step.HOUR, BERLIN) for hour in hours}) == parts


def test_an_hour_that_the_clock_shows_twice_has_its_offset() -> None:
    first = round(datetime(2026, 10, 25, 0, tzinfo=UTC).timestamp() * 1000)
    assert label(first, Step.HOUR, BERLIN) == "2026-10-25 02:00+0200"
    assert label(first + HOUR, Step.HOUR, BERLIN) == "2026-10-25 02:00+0100"
    assert label(first + 2 * HOUR, Step.HOUR, BERLIN) == "2026-10-25 03:00"


@given(
    st.integers(0, 2_000_000_000_000),
    st.integers(1, 40 * DAY),
    st.sampled_from(list(Step)),
    st.sampled_from(["Asia/Shanghai", "Asia/Kathmandu", "America/Sao_Paulo", "Africa/Cairo", "Europe/Berlin"]),
)
def test_parts_meet_and_make_up_the_period(since: int, length: int, step: Step, zone: str) -> None:
    period = Period(since, since + length)
    parts = divided(period, step, ZoneInfo(zone))
    assert parts[0].since == period.since
    assert parts[-1].until == period.until
    assert all(part.since < part.until for part in parts)
    assert all(one.until == two.since for one, two in pairwise(parts))


@given(st.integers(0, 2_000_000_000_000), st.integers(1, 40 * DAY), st.booleans())
def test_rows_and_ends_make_up_the_period(since: int, length: int, totals: bool) -> None:
    rows, edges = pieces(Period(since, since + length), totals=totals)
    found = sorted([(begin, end) for _, begin, end in rows] + [(edge.since, edge.until) for edge in edges])
    assert found[0][0] == since
    assert found[-1][1] == since + length
    assert all(one[1] == two[0] for one, two in pairwise(found))
    for span, begin, end in rows:
        assert begin % (DAY if span is Span.DAY else HOUR) == end % (DAY if span is Span.DAY else HOUR) == 0
    assert all(edge.until - edge.since < 2 * HOUR for edge in edges)


def test_a_year_is_read_by_its_days_and_a_few_hours() -> None:
    year = Period(local_day(date(2026, 1, 1), SHANGHAI).since, local_day(date(2027, 1, 1), SHANGHAI).since)
    rows, edges = pieces(year, totals=False)
    assert [(span, (end - begin) // HOUR) for span, begin, end in rows] == [
        (Span.HOUR, 8),
        (Span.DAY, 364 * 24),
        (Span.HOUR, 16),
    ]
    assert edges == ()
