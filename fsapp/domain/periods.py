"""Periods of a report: local days of 23, 24 or 25 hours, and hours, as UTC milliseconds.

Hours are those of UTC: where the zone is off by half an hour they begin, on the wall, at half past.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from fsapp.domain.rollups import DAY, HOUR, Span


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on, before `until`."""

    since: int
    until: int

    @property
    def hours(self) -> float:
        return (self.until - self.since) / HOUR


class Step(StrEnum):
    """How a report divides its period."""

    HOUR = "hour"
    DAY = "day"


Piece = tuple[Span, int, int]
"""Whole rows of a table of sums: their span, from, until."""


def midnight(day: date, zone: tzinfo) -> int:
    """When a local day begins; where the clock skips midnight, at the skip."""
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def local_day(day: date, zone: tzinfo) -> Period:
    return Period(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def divided(period: Period, step: Step, zone: tzinfo) -> Sequence[Period]:
    """The hours or local days that a period touches, cut to it."""
    bounds = _hour_bounds(period) if step is Step.HOUR else _day_bounds(period, zone)
    return [Period(max(since, period.since), min(until, period.until)) for since, until in bounds]


def _hour_bounds(period: Period) -> Iterator[tuple[int, int]]:
    for since in range(period.since - period.since % HOUR, period.until, HOUR):
        yield since, since + HOUR


def _day_bounds(period: Period, zone: tzinfo) -> Iterator[tuple[int, int]]:
    day = datetime.fromtimestamp(period.since / 1000, zone).date()
    while midnight(day, zone) < period.until:
        following = day + timedelta(days=1)
        yield midnight(day, zone), midnight(following, zone)
        day = following


def label(moment: int, step: Step, zone: tzinfo) -> str:
    """How a part of a report is named; an hour that the clock shows twice has its offset from UTC."""
    local = datetime.fromtimestamp(moment / 1000, zone)
    if step is Step.DAY:
        return f"{local:%Y-%m-%d}"
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%Y-%m-%d %H:%M}{local:%z}" if twice else f"{local:%Y-%m-%d %H:%M}"


def pieces(period: Period, *, totals: bool) -> tuple[Sequence[Piece], Sequence[Period]]:
    """The whole rows that make up a period, as few as possible, and what is left at its ends: parts of hours, which are
    in no table of sums. `totals`: the keys that the totals keep are enough.
    """
    first, last = _up(period.since, HOUR), period.until - period.until % HOUR
    if first >= last:
        return (), _filled(Period(period.since, period.until))
    edges = (*_filled(Period(period.since, first)), *_filled(Period(last, period.until)))
    if totals:
        return ((Span.TOTAL, first, last),), edges
    day, end = _up(first, DAY), last - last % DAY
    if day >= end:
        return ((Span.HOUR, first, last),), edges
    whole = ((Span.HOUR, first, day), (Span.DAY, day, end), (Span.HOUR, end, last))
    return tuple(each for each in whole if each[1] < each[2]), edges


def _up(moment: int, length: int) -> int:
    return -(-moment // length) * length


def _filled(*periods: Period) -> tuple[Period, ...]:
    return tuple(each for each in periods if each.since < each.until)
