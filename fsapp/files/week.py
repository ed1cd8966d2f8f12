"""The hours of a week as operators write them: `{mon-fri: [08:30-12:00, 13:30-17:30], sat: 22:00-02:00}`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator

from fsapp.domain.calendar import Hours

Week = tuple[tuple[Hours, ...], ...]
"""The hours of Monday to Sunday."""

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIMES = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)\Z")


def hours_list(value: Any) -> tuple[Hours, ...]:
    """One pair of times, several, or `closed`. Raises ValueError."""
    if value == "closed":
        return ()
    texts = value if isinstance(value, list) else [value]
    hours = sorted((_hours(text) for text in texts), key=lambda item: item.opens)
    for earlier, later in pairwise(hours):
        if later.opens < earlier.closes:
            raise ValueError("these hours overlap")
    return tuple(hours)


HoursList = Annotated[tuple[Hours, ...], BeforeValidator(hours_list)]


def week(hours: Mapping[str, Sequence[Hours]]) -> Week:
    """A week of hours by day (`mon`) or range of days (`mon-fri`); days that are not named have none.

    Raises ValueError, also for a day that stands there twice.
    """
    days: dict[int, tuple[Hours, ...]] = {}
    for key, listed in hours.items():
        for day in _weekdays(key):
            if day in days:
                raise ValueError(f"{_WEEK[day]} stands here twice")
            days[day] = tuple(listed)
    return tuple(days.get(day, ()) for day in range(len(_WEEK)))


def written(hours: Week) -> dict[str, list[str]]:
    """The week as it is written: `week` in the other direction."""
    found = {}
    for listed, days in groupby(range(len(hours)), key=hours.__getitem__):
        first, *others = days
        if listed:
            key = f"{_WEEK[first]}-{_WEEK[others[-1]]}" if others else _WEEK[first]
            found[key] = [f"{_clock(each.opens)}-{_clock(each.closes)}" for each in listed]
    return found


def _clock(minutes: int) -> str:
    """A time of the day; what lies past midnight is of the next one, but for 24:00."""
    within = minutes if minutes <= 1440 else minutes - 1440
    return f"{within // 60:02}:{within % 60:02}"


def _hours(text: Any) -> Hours:
    match = _TIMES.match(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} are no hours: write them like 08:30-12:00, or the word closed")
    first_hour, first_minute, last_hour, last_minute = map(int, match.groups())
    opens, closes = first_hour * 60 + first_minute, last_hour * 60 + last_minute
    if max(first_minute, last_minute) > 59 or opens >= 1440 or closes > 1440:
        raise ValueError(f"{text!r}: times of the day run from 00:00 to 24:00")
    if opens == closes:
        raise ValueError(f"{text!r} are no hours; a whole day is 00:00-24:00")
    return Hours(opens, closes if closes > opens else closes + 1440)


def _weekdays(key: str) -> Iterator[int]:
    """`mon`, or `mon-fri`. Raises ValueError."""
    first, _, last = key.partition("-")
    if first not in _WEEK or (last or first) not in _WEEK or _WEEK.index(first) > _WEEK.index(last or first):
        raise ValueError(f"{key!r} is no day of the week, nor a range: write mon, or mon-fri")
    return iter(range(_WEEK.index(first), _WEEK.index(last or first) + 1))
