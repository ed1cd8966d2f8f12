"""Business calendars: weekly hours, public holidays with their make-up working days, and days of one's own.

Hours are wall-clock times of the calendar's zone. A time that the clock shows twice in autumn counts when it is shown
first, one that it skips in spring counts at the moment of the skip; so hours never begin or end twice in a day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import holidays

HORIZON_DAYS = 31
"""How far `next_change` looks ahead."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class State(StrEnum):
    """What a calendar says of a moment."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` to `closes`, in minutes of the day on which they begin; past midnight, `closes` is over 1440."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < 1440 and self.opens < self.closes <= self.opens + 1440):
            raise ValueError("hours begin within the day, and last up to 24 hours")


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day with hours of its own; without any it is a holiday."""

    name: str = ""
    hours: tuple[Hours, ...] = ()


class PublicHolidays:
    """The public holidays of a country or a part of it, by ISO 3166 codes, from the `holidays` library.

    Raises ValueError for a code that the library does not know.
    """

    def __init__(self, country: str, subdivision: str | None = None) -> None:
        try:
            language = holidays.country_holidays(country).default_language
            self._days = holidays.country_holidays(country, subdiv=subdivision, language=language)
        except NotImplementedError as error:
            raise ValueError(f"no public holidays are known for {country!r}: {error}") from None
        self.country = country

    def name(self, day: date) -> str:
        """The holiday's name in the country's own language, or empty."""
        return self._days.get(day) or ""

    def is_make_up(self, day: date) -> bool:
        """Whether this day of a weekend is worked, in exchange for a day off."""
        self._days.get(day)  # the library reads a year when it is first asked for it
        return day in self._days.weekend_workdays

    def knows_make_up_days(self, year: int) -> bool:
        """False where the years before had make-up days and this one has none: they are not published yet."""
        first = date(year - 2, 1, 1)
        for offset in range(3):
            self._days.get(first.replace(year=first.year + offset))
        years = {day.year for day in self._days.weekend_workdays}
        return year in years or not years & {year - 1, year - 2}


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a service is open. `week` holds the hours of Monday to Sunday; `days` go before all else.

    A make-up working day has the hours of the week's first day that has any. A day without hours that lies between
    holidays (the Sunday of a golden week) is a holiday too.
    """

    zone: ZoneInfo
    week: tuple[tuple[Hours, ...], ...]
    holidays: PublicHolidays | None = None
    days: Mapping[date, OwnDay] = field(default_factory=dict)

    def state(self, now: datetime) -> State:
        """What the calendar says of `now`, which is aware."""
        today = now.astimezone(self.zone).date()
        for day in (today - _DAY, today):
            if any(begin <= now < end for begin, end in self.spans(day)):
                return State.OPEN
        return State.HOLIDAY if self._holiday(today) or self._between_holidays(today) else State.CLOSED

    def reason(self, now: datetime) -> str:
        """What decides about the local day of `now`, for logs."""
        today = now.astimezone(self.zone).date()
        if today in self.days:
            return f"own day: {self.days[today].name or today.isoformat()}"
        if holiday := self._holiday(today):
            return f"public holiday: {holiday}"
        if self._is_make_up(today):
            return "make-up working day"
        return "between holidays" if self._between_holidays(today) else "weekly hours"

    def next_change(self, now: datetime) -> datetime | None:
        """The next moment (UTC) at which the state is another, or None where that is not within HORIZON_DAYS."""
        today = now.astimezone(self.zone).date()
        state = self.state(now)
        for offset in range(-1, HORIZON_DAYS):
            for moment in self._moments(today + offset * _DAY):
                if moment > now and self.state(moment) != state:
                    return moment
        return None

    def warnings(self, year: int) -> tuple[str, ...]:
        """What is not known about a year, as sentences."""
        if self.holidays is None or self.holidays.knows_make_up_days(year):
            return ()
        return (
            f"the make-up working days of {year} in {self.holidays.country} are not known to the holidays library yet; "
            "update it once they are published, or write them under `days:`",
        )

    def _moments(self, day: date) -> list[datetime]:
        """When the state can change by what this day says, in order."""
        bounds = [moment for span in self.spans(day) for moment in span]
        return sorted([self._moment(day, 0), *bounds])

    def spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """When it is open on a local day (UTC); the last span may run past midnight."""
        for hours in self._hours(day):
            yield self._moment(day, hours.opens), self._moment(day, hours.closes)

    def _hours(self, day: date) -> tuple[Hours, ...]:
        own = self.days.get(day)
        if own is not None:
            return own.hours
        if self._holiday(day):
            return ()
        if self._is_make_up(day):
            return next((hours for hours in self.week if hours), ())
        return self.week[day.weekday()]

    def _holiday(self, day: date) -> str:
        """The name of the holiday that `day` is, or empty."""
        own = self.days.get(day)
        if own is not None:
            return "" if own.hours else own.name or "closed"
        return self.holidays.name(day) if self.holidays else ""

    def _is_make_up(self, day: date) -> bool:
        return self.holidays is not None and self.holidays.is_make_up(day)

    def _between_holidays(self, day: date) -> bool:
        return all(self._leads_to_holiday(day, step) for step in (-_DAY, _DAY))

    def _leads_to_holiday(self, day: date, step: timedelta) -> bool:
        """Whether a holiday follows in this direction before any day with hours, within a week."""
        for _ in range(7):
            if self._hours(day):
                return False
            if self._holiday(day):
                return True
            day += step
        return False

    def _moment(self, day: date, minutes: int) -> datetime:
        """A wall-clock time as a moment in UTC."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        moment = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == wall:
            return moment
        return self._skip_before(moment)

    def _skip_before(self, moment: datetime) -> datetime:
        """When the clock jumped, at most a day before `moment`."""
        before, offset = moment - _DAY, moment.astimezone(self.zone).utcoffset()
        while moment - before > _SECOND:
            middle = before + (moment - before) // 2
            if middle.astimezone(self.zone).utcoffset() == offset:
                moment = middle
            else:
                before = middle
        return moment.replace(microsecond=0)


class Calendars:
    """The calendars of a configuration, by name."""

    def __init__(self, calendars: Mapping[str, Calendar]) -> None:
        self._calendars = dict(calendars)

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._calendars)

    def __getitem__(self, name: str) -> Calendar:
        return self._calendars[name]

    def state(self, name: str, now: datetime) -> str:
        """`open`, `closed` or `holiday`. Raises KeyError for an unknown name."""
        return self._calendars[name].state(now)
