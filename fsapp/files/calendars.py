"""conf/calendars.yaml: business calendars as operators write them.

business:
  time_zone: Asia/Shanghai
  hours:
    mon-fri: [08:30-12:00, 13:30-17:30]
    sat: 22:00-02:00                       # past midnight
  holidays: CN                             # or {country: DE, subdivision: BY}
  days:
    2026-12-31: {name: Stocktaking, hours: 08:30-12:00}
    2027-02-11..2027-02-12: closed
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path as FilePath
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from fsapp.domain.calendar import Calendar, Calendars, OwnDay, PublicHolidays
from fsapp.domain.errors import ConfigError, Problem
from fsapp.files.models import Settings, validated
from fsapp.files.places import Document, load
from fsapp.files.week import HoursList, week

_LONGEST_RANGE = 366


def load_calendars(path: FilePath) -> Calendars:
    """Reads a file of calendars. Raises ConfigError with every problem found."""
    return calendars(load(path))


def calendars(document: Document) -> Calendars:
    """The calendars of a parsed file. Raises ConfigError with every problem found."""
    if document.data is None:
        return Calendars({})
    if not isinstance(document.data, dict):
        raise ConfigError([document.problem((), "this file holds calendars by name: `business:` and so on")])
    found: dict[str, Calendar] = {}
    problems: list[Problem] = []
    for name in document.data:
        try:
            found[name] = validated(CalendarSettings, document, (name,)).calendar()
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(sorted(problems))
    return Calendars(found)


class HolidaySettings(Settings):
    """Whose public holidays: ISO 3166 codes."""

    country: str
    subdivision: str | None = None


class OwnDaySettings(Settings):
    """A day of one's own; without hours it is a holiday."""

    name: str = ""
    hours: HoursList = ()


class CalendarSettings(Settings):
    """One calendar of the file."""

    time_zone: str
    hours: dict[str, HoursList]
    holidays: HolidaySettings | None = None
    days: dict[str, OwnDaySettings] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone; write it like Asia/Shanghai") from None
        return value

    @field_validator("hours")
    @classmethod
    def _each_day_once(cls, value: dict[str, Any]) -> dict[str, Any]:
        week(value)
        return value

    @field_validator("holidays", mode="before")
    @classmethod
    def _country_alone(cls, value: Any) -> Any:
        return {"country": value} if isinstance(value, str) else value

    @field_validator("holidays")
    @classmethod
    def _known_country(cls, value: HolidaySettings | None) -> HolidaySettings | None:
        if value:
            PublicHolidays(value.country, value.subdivision)
        return value

    @field_validator("days", mode="before")
    @classmethod
    def _hours_alone(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: day if isinstance(day, dict) else {"hours": day} for key, day in value.items()}

    @field_validator("days")
    @classmethod
    def _readable_dates(cls, value: dict[str, Any]) -> dict[str, Any]:
        for key in value:
            _dates(key)
        return value

    def calendar(self) -> Calendar:
        """The calendar that is meant."""
        return Calendar(
            zone=ZoneInfo(self.time_zone),
            week=week(self.hours),
            holidays=PublicHolidays(self.holidays.country, self.holidays.subdivision) if self.holidays else None,
            days={day: OwnDay(own.name, own.hours) for key, own in self.days.items() for day in _dates(key)},
        )


def _dates(key: str) -> Iterator[date]:
    """`2026-12-31`, or `2026-12-24..2026-12-31`. Raises ValueError."""
    first_text, _, last_text = key.partition("..")
    try:
        first = date.fromisoformat(first_text)
        last = date.fromisoformat(last_text) if last_text else first
    except ValueError:
        raise ValueError(f"{key!r} is no date: write 2026-12-31, or 2026-12-24..2026-12-31") from None
    days = (last - first).days
    if not 0 <= days < _LONGEST_RANGE:
        raise ValueError(f"{key!r} runs backward, or over a year")
    return iter([first + timedelta(days=offset) for offset in range(days + 1)])
