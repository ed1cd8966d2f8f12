"""Calendars: weekly hours, holidays, make-up days, own days, and clocks that jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.calendar import Calendar, Calendars, Hours, OwnDay, PublicHolidays, State


def hours(text: str) -> Hours:
    """`08:30-12:00` as minutes."""
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return Hours(opens, closes if closes > opens else closes + 1440)


def week(*texts: str, weekend: str = "") -> tuple[tuple[Hours, ...], ...]:
    """Monday to Friday, and both days of the weekend."""
    saturday = (hours(weekend),) if weekend else ()
    return ((tuple(map(hours, texts)),) * 5) + ((saturday,) * 2)


def at(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


SHANGHAI = "Asia/Shanghai"
OFFICE = Calendar(ZoneInfo(SHANGHAI), week("08:30-12:00", "13:30-17:30"), PublicHolidays("CN"))
ALWAYS = Calendar(ZoneInfo(SHANGHAI), week("00:00-24:00", weekend="00:00-24:00"))


@pytest.mark.parametrize(
    ("moment", "state", "reason"),
    [
        ("2024-02-04 09:00", "open", "make-up working day"),  # Sunday before Spring Festival
        ("2024-02-10 09:00", "holiday", "public holiday: 春节"),
        ("2024-02-18 09:00", "open", "make-up working day"),
        ("2024-02-29 09:00", "open", "weekly hours"),  # leap day, a Thursday
        ("2024-05-11 09:00", "open", "make-up working day"),
        ("2024-09-14 16:00", "open", "make-up working day"),
        ("2024-10-01 09:00", "holiday", "public holiday: 国庆节"),
        ("2024-10-12 09:00", "open", "make-up working day"),
        ("2024-10-13 09:00", "closed", "weekly hours"),
        ("2025-01-26 09:00", "open", "make-up working day"),
        ("2025-01-28 09:00", "holiday", "public holiday: 农历除夕"),
        ("2025-04-27 09:00", "open", "make-up working day"),
        ("2025-05-05 09:00", "holiday", None),
        ("2025-06-02 09:00", "holiday", None),
        ("2025-09-28 09:00", "open", "make-up working day"),
        ("2025-10-08 09:00", "holiday", None),
        ("2025-10-09 09:00", "open", "weekly hours"),
        ("2025-10-11 09:00", "open", "make-up working day"),
        ("2026-01-04 09:00", "open", "make-up working day"),
        ("2026-02-14 09:00", "open", "make-up working day"),
        ("2026-02-14 12:30", "closed", "make-up working day"),
        ("2026-02-17 09:00", "holiday", "public holiday: 春节"),
        ("2026-02-21 09:00", "holiday", "between holidays"),
        ("2026-02-28 09:00", "open", "make-up working day"),
        ("2026-05-09 09:00", "open", "make-up working day"),
        ("2026-09-20 09:00", "open", "make-up working day"),
        ("2026-10-01 02:00", "holiday", "public holiday: 国庆节"),
        ("2026-10-04 09:00", "holiday", "between holidays"),
        ("2026-10-08 09:00", "open", "weekly hours"),
        ("2026-10-10 09:00", "open", "make-up working day"),
        ("2026-11-20 08:29", "closed", "weekly hours"),
        ("2026-11-20 08:30", "open", "weekly hours"),
        ("2026-11-20 12:00", "closed", "weekly hours"),
        ("2026-11-20 17:29", "open", "weekly hours"),
        ("2026-11-20 17:30", "closed", "weekly hours"),
        ("2026-11-21 09:00", "closed", "weekly hours"),
    ],
)
def test_an_office_in_china(moment: str, state: str, reason: str | None) -> None:
    now = at(SHANGHAI, moment)
    assert OFFICE.state(now) == state
    assert OFFICE.state(now.astimezone(UTC)) == state
    if reason is not None:
        assert OFFICE.reason(now) == reason


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ("2026-11-20 07:00", "2026-11-20 08:30"),
        ("2026-11-20 08:30", "2026-11-20 12:00"),
        ("2026-11-20 17:30", "2026-11-23 08:30"),
        ("2026-09-30 17:30", "2026-10-01 00:00"),  # closed becomes holiday
        ("2026-10-01 00:00", "2026-10-08 00:00"),
        ("2026-02-13 17:30", "2026-02-14 08:30"),
    ],
)
def test_the_next_change(now: str, change: str) -> None:
    assert OFFICE.next_change(at(SHANGHAI, now)) == at(SHANGHAI, change)


def test_what_is_always_open_never_changes() -> None:
    now = at(SHANGHAI, "2026-10-01 02:00")
    assert ALWAYS.state(now) == "open"
    assert ALWAYS.next_change(now) is None


def test_own_days_go_before_holidays_make_up_days_and_weekly_hours() -> None:
    own = {
        date(2026, 10, 1): OwnDay("国庆值班", (hours("09:00-11:00"),)),
        date(2026, 2, 14): OwnDay(),
        date(2026, 11, 20): OwnDay("盘点"),
        date(2026, 11, 21): OwnDay(hours=(hours("10:00-11:00"),)),
    }
    calendar = Calendar(OFFICE.zone, OFFICE.week, OFFICE.holidays, own)
    found = [
        (str(calendar.state(at(SHANGHAI, moment))), calendar.reason(at(SHANGHAI, moment)))
        for moment in (
            "2026-10-01 10:00",
            "2026-10-01 12:00",
            "2026-02-14 09:00",
            "2026-11-20 09:00",
            "2026-11-21 10:30",
        )
    ]
    assert found == [
        ("open", "own day: 国庆值班"),
        ("closed", "own day: 国庆值班"),
        ("holiday", "own day: 2026-02-14"),
        ("holiday", "own day: 盘点"),
        ("open", "own day: 2026-11-21"),
    ]


NIGHT = week("22:00-06:00")
"""Monday evening to Saturday morning."""


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-11-16 05:59", "closed"),  # Monday: Sunday had no night
        ("2026-11-16 22:00", "open"),
        ("2026-11-17 00:00", "open"),
        ("2026-11-17 05:59", "open"),
        ("2026-11-17 06:00", "closed"),
        ("2026-11-21 05:59", "open"),  # Saturday morning belongs to Friday's night
        ("2026-11-21 22:00", "closed"),
        ("2026-10-01 03:00", "open"),  # a holiday, but the night began before it
        ("2026-10-01 23:00", "holiday"),
    ],
)
def test_hours_past_midnight_belong_to_the_day_on_which_they_begin(moment: str, state: str) -> None:
    assert Calendar(ZoneInfo(SHANGHAI), NIGHT, PublicHolidays("CN")).state(at(SHANGHAI, moment)) == state


@pytest.mark.parametrize(
    ("zone", "text", "moment", "fold", "state"),
    [
        # spring: the clock skips 02:00-03:00 (New York), 01:00-02:00 (London), 00:00-01:00 (Santiago)
        ("America/New_York", "02:30-05:00", "2026-03-08 01:59:59", 0, "closed"),
        ("America/New_York", "02:30-05:00", "2026-03-08 03:00", 0, "open"),
        ("America/New_York", "01:00-02:30", "2026-03-08 01:59:59", 0, "open"),
        ("America/New_York", "01:00-02:30", "2026-03-08 03:00", 0, "closed"),
        ("Europe/London", "01:15-03:00", "2026-03-29 00:59:59", 0, "closed"),
        ("Europe/London", "01:15-03:00", "2026-03-29 02:00", 0, "open"),
        ("America/Santiago", "00:00-24:00", "2026-09-06 01:00", 0, "open"),
        ("America/Santiago", "00:30-02:00", "2026-09-05 23:59:59", 0, "closed"),
        ("America/Santiago", "00:30-02:00", "2026-09-06 01:00", 0, "open"),
        ("Australia/Lord_Howe", "02:10-03:00", "2026-10-04 01:59:59", 0, "closed"),  # half an hour
        ("Australia/Lord_Howe", "02:10-03:00", "2026-10-04 02:30", 0, "open"),
        # autumn: the clock shows 01:00-02:00 twice
        ("America/New_York", "01:30-05:00", "2026-11-01 01:29", 0, "closed"),
        ("America/New_York", "01:30-05:00", "2026-11-01 01:30", 0, "open"),
        ("America/New_York", "01:30-05:00", "2026-11-01 01:15", 1, "open"),
        ("America/New_York", "00:00-01:30", "2026-11-01 01:29", 0, "open"),
        ("America/New_York", "00:00-01:30", "2026-11-01 01:30", 0, "closed"),
        ("America/New_York", "00:00-01:30", "2026-11-01 01:29", 1, "closed"),
        ("Europe/London", "00:00-24:00", "2026-10-25 01:30", 1, "open"),
        # no daylight saving at all
        ("Asia/Shanghai", "01:30-05:00", "2026-03-08 01:30", 0, "open"),
    ],
)
def test_clocks_that_jump(zone: str, text: str, moment: str, fold: int, state: str) -> None:
    calendar = Calendar(ZoneInfo(zone), week(text, weekend=text))
    assert calendar.state(at(zone, moment, fold)) == state


@pytest.mark.parametrize(
    ("zone", "text", "now", "change"),
    [
        ("America/New_York", "02:30-05:00", "2026-03-08T05:00+00:00", "2026-03-08T07:00+00:00"),
        ("America/New_York", "22:00-06:00", "2026-11-01T03:00+00:00", "2026-11-01T11:00+00:00"),  # nine hours
        ("America/New_York", "22:00-06:00", "2026-03-08T04:00+00:00", "2026-03-08T10:00+00:00"),  # seven
    ],
)
def test_the_next_change_over_a_jump(zone: str, text: str, now: str, change: str) -> None:
    calendar = Calendar(ZoneInfo(zone), week(text, weekend=text))
    assert calendar.next_change(datetime.fromisoformat(now)) == datetime.fromisoformat(change)


ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago")
BOUND = st.integers(0, 1439)


@given(
    zone=st.sampled_from(ZONES),
    bounds=st.tuples(BOUND, BOUND).filter(lambda pair: pair[0] != pair[1]),
    minute=st.integers(0, 12 * 366 * 1440),
)
def test_the_state_holds_until_the_next_change_and_not_beyond(zone: str, bounds: tuple[int, int], minute: int) -> None:
    opens, closes = bounds
    usual = (Hours(opens, closes if closes > opens else closes + 1440),)
    calendar = Calendar(ZoneInfo(zone), (usual,) * 7)
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    change = calendar.next_change(now)
    assert change is not None
    assert now < change <= now + timedelta(hours=26)
    between = now + (change - now) / 2
    assert calendar.state(now) == calendar.state(between) == calendar.state(change - timedelta(seconds=1))
    assert calendar.state(change) != calendar.state(now)


@given(zone=st.sampled_from(ZONES), bounds=st.tuples(BOUND, BOUND), day=st.integers(0, 12 * 365))
def test_a_day_opens_at_most_once_for_one_pair_of_hours(zone: str, bounds: tuple[int, int], day: int) -> None:
    opens, closes = min(bounds), max(bounds) + 1
    calendar = Calendar(ZoneInfo(zone), ((Hours(opens, closes),),) * 7)
    midnight = datetime(2024, 1, 1, tzinfo=ZoneInfo(zone)) + timedelta(days=day)
    start = midnight.astimezone(UTC)
    states = [calendar.state(start + timedelta(minutes=15 * n)) for n in range(25 * 4)]
    openings = sum(1 for n in range(1, len(states)) if states[n] == State.OPEN != states[n - 1])
    assert openings <= 2  # its own, and at most the next day's at the very end


def test_make_up_days_that_are_not_published_yet_are_a_warning() -> None:
    assert [OFFICE.warnings(year) for year in (2024, 2025, 2026)] == [(), (), ()]
    (warning,) = OFFICE.warnings(2027)
    assert "make-up working days of 2027 in CN" in warning
    assert Calendar(OFFICE.zone, OFFICE.week, PublicHolidays("DE", "BY")).warnings(2027) == ()
    assert ALWAYS.warnings(2027) == ()


def test_holidays_of_a_part_of_a_country() -> None:
    bavaria = Calendar(ZoneInfo("Europe/Berlin"), week("09:00-17:00"), PublicHolidays("DE", "BY"))
    berlin = Calendar(ZoneInfo("Europe/Berlin"), week("09:00-17:00"), PublicHolidays("DE", "BE"))
    epiphany = at("Europe/Berlin", "2026-01-06 10:00")
    assert (bavaria.state(epiphany), berlin.state(epiphany)) == ("holiday", "open")
    assert bavaria.reason(epiphany) == "public holiday: Heilige Drei Könige"


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="'XX'"):
        PublicHolidays("XX")
    with pytest.raises(ValueError, match="'DE'"):
        PublicHolidays("DE", "ZZ")


@pytest.mark.parametrize(("opens", "closes"), [(-1, 5), (1440, 1500), (600, 600), (600, 500), (600, 2041)])
def test_impossible_hours_are_refused(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="hours begin"):
        Hours(opens, closes)


def test_calendars_go_by_name() -> None:
    calendars = Calendars({"business": OFFICE, "always": ALWAYS})
    now = at(SHANGHAI, "2026-10-01 09:00")
    assert (calendars.state("business", now), calendars.state("always", now)) == ("holiday", "open")
    assert calendars.names == ("business", "always")
    assert calendars["business"] is OFFICE
    with pytest.raises(KeyError):
        calendars.state("nowhere", now)
