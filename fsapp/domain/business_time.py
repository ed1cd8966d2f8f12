"""Time limits that run while a business calendar is open (工作时间).

A limit of hours and minutes counts open time. A limit of days ends with the last of them: one day, given on a Tuesday
at any time, ends when Wednesday's business does; the day on which it is given is not counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fsapp.domain.calendar import Calendar

HORIZON_DAYS = 400
"""How far limits are looked for."""

_DAY = timedelta(days=1)
_WRITTEN = re.compile(r"(?=[0-9])(?:([0-9]{1,4})h)?(?:([0-9]{1,4})m)?\Z")
_DAYS = re.compile(r"([1-9][0-9]{0,2})d\Z")


@dataclass(frozen=True, slots=True)
class Limit:
    """Open minutes, or working days."""

    minutes: int = 0
    days: int = 0

    def __str__(self) -> str:
        hours, minutes = divmod(self.minutes, 60)
        return f"{self.days}d" if self.days else f"{hours}h" * bool(hours) + f"{minutes}m" * bool(minutes)


def limit(text: str) -> Limit:
    """`30m`, `4h`, `1h30m` or `3d`. Raises ValueError."""
    if days := _DAYS.match(text):
        return Limit(days=int(days[1]))
    written = _WRITTEN.match(text)
    minutes = int(written[1] or 0) * 60 + int(written[2] or 0) if written else 0
    if not minutes:
        raise ValueError(f"{text[:40]!r} is no time limit: write 30m, 4h, 1h30m or 3d (working days)")
    return Limit(minutes)


def after(calendar: Calendar | None, start: datetime, given: Limit) -> datetime | None:
    """When a limit given at `start` (aware) is over, in UTC. Without a calendar it runs around the clock.

    None where the calendar is not open so long within HORIZON_DAYS.
    """
    if calendar is None:
        return start.astimezone(UTC) + timedelta(minutes=given.minutes, days=given.days)
    return _day_after(calendar, start, given.days) if given.days else _open_after(calendar, start, given.minutes)


def open_between(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    """How long the calendar is open from `start` to `end`."""
    if calendar is None:
        return max(end - start, timedelta())
    total = timedelta()
    for opens, closes in open_spans(calendar, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def open_spans(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When it is open from `start` on (UTC), each moment once, for HORIZON_DAYS."""
    today = start.astimezone(calendar.zone).date()
    covered = start.astimezone(UTC)
    for offset in range(-1, HORIZON_DAYS):
        for opens, closes in sorted(calendar.spans(today + offset * _DAY)):
            if closes > covered:
                yield max(opens, covered), closes
                covered = closes


def _open_after(calendar: Calendar, start: datetime, minutes: int) -> datetime | None:
    left = timedelta(minutes=minutes)
    for opens, closes in open_spans(calendar, start):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def _day_after(calendar: Calendar, start: datetime, days: int) -> datetime | None:
    today = start.astimezone(calendar.zone).date()
    for offset in range(1, HORIZON_DAYS):
        ends = [closes for _, closes in calendar.spans(today + offset * _DAY)]
        days -= bool(ends)
        if not days:
            return max(ends)
    return None
