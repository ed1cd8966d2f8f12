"""Days of 23, 24 and 25 hours, and zones that are off by half an hour: every call is on its local day, once."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fsapp.domain.events import Event, Kind
from fsapp.domain.periods import Period, midnight
from fsapp.reports import traffic
from fsapp.reports.asking import By, Request
from fsapp.reports.model import Row
from fsapp.store.facts import facts
from fsapp.store.journal import Journal

MINUTES = 20
"""Between two calls, day and night."""


def rows(folder: Path, zone: ZoneInfo, first: datetime, days: int, by: By) -> list[Row]:
    """Of calls around the clock from the day before to the day after."""
    url = f"sqlite:///{folder}/calls.db"
    period = Period(midnight(first.date(), zone), midnight((first + timedelta(days=days)).date(), zone))
    begin, count = period.since - 86_400_000, (days + 2) * 24 * 60 // MINUTES + 9
    journal = Journal(url)
    for number in range(count):
        at = begin + number * MINUTES * 60_000
        arrived = Event(f"u{number}", 0, at, Kind.CALL_ARRIVED, {"ani": "1", "dnis": "95598"})
        ended = Event(f"u{number}", 1, at + 1, Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller"})
        journal.append([arrived, ended])
    journal.close()
    with facts(url) as known:
        return list(traffic.report(known, Request(period, by, zone, period.until)).tables[0].rows)


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("Europe/Berlin", datetime(2024, 3, 30), [24, 23, 24]),
        ("Europe/Berlin", datetime(2024, 10, 26), [24, 25, 24]),
        ("Asia/Shanghai", datetime(2024, 11, 24), [24, 24, 24]),
        ("Asia/Kolkata", datetime(2024, 11, 24), [24, 24, 24]),
        ("Australia/Lord_Howe", datetime(2024, 4, 6), [24, 24.5, 24]),
    ],
)
def test_a_day_has_the_calls_of_its_hours(tmp_path: Path, zone: str, first: datetime, hours: list[float]) -> None:
    found = rows(tmp_path, ZoneInfo(zone), first, 3, By.DAY)
    expected = [length * 60 / MINUTES for length in hours]
    assert [row["calls"] for row in found] == pytest.approx(expected, abs=1 if zone == "Australia/Lord_Howe" else 0)
    assert [row["day"] for row in found] == [f"{first + timedelta(days=day):%Y-%m-%d}" for day in range(3)]


def test_a_day_of_25_hours_has_25_rows_by_the_hour(tmp_path: Path) -> None:
    found = rows(tmp_path, ZoneInfo("Europe/Berlin"), datetime(2024, 10, 27), 1, By.HOUR)
    assert [row["calls"] for row in found] == [60 // MINUTES] * 25
    assert [str(row["hour"])[11:] for row in found[:4]] == ["00:00", "01:00", "02:00+0200", "02:00+0100"]


def test_hours_begin_at_half_past_where_the_zone_does(tmp_path: Path) -> None:
    found = rows(tmp_path, ZoneInfo("Asia/Kolkata"), datetime(2024, 11, 24), 1, By.HOUR)
    assert [str(row["hour"])[11:] for row in found[:3]] == ["00:00", "00:30", "01:30"]
    assert sum(int(row["calls"] or 0) for row in found) == 24 * 60 // MINUTES
