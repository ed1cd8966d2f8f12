"""What outside calls come to: how many are under way, and minutes, cost and attempts of the site's day. Pure.

Each begun minute counts whole. A call has one outside leg at a time; what is under way counts as if it talked.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from math import ceil

from fsapp.domain.dialplan import Limits, Tariff
from fsapp.domain.errors import NotAllowed

ALARM_FACTOR = 3.0
"""So many times the minutes of a normal day are alarming."""

ALARM_LEAST = 60
"""Minutes of a day that are never alarming."""

NORMAL_DAYS = 28
"""Days whose mean is normal: of these, those with any outside call."""


class LimitReached(NotAllowed):
    """The dialplan allows the number, but not another call now; `limit` is the name of what is reached."""

    def __init__(self, limit: str, sentence: str) -> None:
        self.limit = limit
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class OutsideLeg:
    """A leg to an outside number that is over: UTC milliseconds, None where nobody answered."""

    number: str
    answered_at: int | None
    ended_at: int

    @property
    def minutes(self) -> int:
        if self.answered_at is None:
            return 0
        return max(1, ceil((self.ended_at - self.answered_at) / 60_000))


@dataclass(frozen=True, slots=True)
class OutsideNumber:
    """Whom a call dials: the same however it was dialled; and the tariff of that."""

    destination: str
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class _UnderWay:
    number: OutsideNumber
    since: datetime
    price: float

    def minutes(self, now: datetime) -> int:
        return max(1, ceil((now - self.since).total_seconds() / 60))


class OutsideCalls:
    """Counts what goes out. `zone` is where the site's day begins and ends."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._under_way: dict[str, _UnderWay] = {}
        self._day = date.min
        self._minutes = 0
        self._cost = 0.0
        self._attempts: Counter[str] = Counter()
        self._days: deque[tuple[date, int]] = deque(maxlen=NORMAL_DAYS)

    # What happens.

    def begin(self, call: str, number: OutsideNumber, limits: Limits, now: datetime) -> None:
        """A call is about to dial; what it dialled before does not count any more. Raises LimitReached."""
        self._turn_day(now)
        self._check(call, number, limits, now)
        self._under_way[call] = _UnderWay(number, now, limits.cost_per_minute[number.tariff])

    def dialled_by(self, call: str) -> OutsideNumber | None:
        """Whom a call is about to dial, or has dialled."""
        leg = self._under_way.get(call)
        return leg.number if leg is not None else None

    def ended(self, call: str, number: OutsideNumber, leg: OutsideLeg, limits: Limits, now: datetime) -> None:
        """A leg is over, whether it was answered or not."""
        self._turn_day(now)
        self._under_way.pop(call, None)
        self._count(number, leg, limits)

    def call_over(self, call: str) -> None:
        """Nothing more comes of this call."""
        self._under_way.pop(call, None)

    def clock_set(self, ahead: timedelta) -> None:
        """The clock by which `now` is told was set so far ahead, or back."""
        for call, leg in self._under_way.items():
            self._under_way[call] = replace(leg, since=leg.since + ahead)

    def recall(self, today: Iterable[tuple[OutsideNumber, OutsideLeg]], limits: Limits, now: datetime) -> None:
        """What was dialled today already, by whichever engine."""
        self._turn_day(now)
        for number, leg in today:
            self._count(number, leg, limits)

    def recall_days(self, legs: Iterable[OutsideLeg]) -> None:
        """What was dialled on the days before today, by the time of their ends."""
        days: Counter[date] = Counter()
        for leg in legs:
            days[self.day_of(leg)] += leg.minutes
        self._days.extendleft(sorted(days.items(), reverse=True))

    def day_of(self, leg: OutsideLeg) -> date:
        """The day on which a leg counts."""
        return datetime.fromtimestamp(leg.ended_at / 1000, self._zone).date()

    # How it stands: this changes nothing, and so may be asked from another thread.

    def under_way(self) -> int:
        return len(self._under_way)

    def minutes(self, now: datetime) -> int:
        """Of today, those under way included."""
        spent = self._minutes if self._is_today(now) else 0
        return spent + sum(each.minutes(now) for each in list(self._under_way.values()))

    def cost(self, now: datetime) -> float:
        """As `minutes`."""
        spent = self._cost if self._is_today(now) else 0.0
        return spent + sum(each.minutes(now) * each.price for each in list(self._under_way.values()))

    def normal(self) -> float:
        """Minutes of a normal day; 0.0 where no day is known."""
        days = list(self._days)
        return sum(minutes for _, minutes in days) / len(days) if days else 0.0

    def alarming(self, now: datetime) -> bool:
        """Whether today is far from normal."""
        return self.minutes(now) > max(ALARM_LEAST, ALARM_FACTOR * self.normal())

    def _check(self, call: str, number: OutsideNumber, limits: Limits, now: datetime) -> None:
        others = [leg for name, leg in self._under_way.items() if name != call]
        minutes = self._minutes + sum(leg.minutes(now) for leg in others)
        cost = self._cost + sum(leg.minutes(now) * leg.price for leg in others)
        attempts = self._attempts[number.destination] + sum(leg.number == number for leg in others)
        for name, limit, comes_to in (
            ("concurrent", limits.concurrent, len(others) + 1),
            ("minutes_per_day", limits.minutes_per_day, minutes + 1),
            ("per_number_per_day", limits.per_number_per_day, attempts + 1),
            ("cost_per_day", limits.cost_per_day, cost + limits.cost_per_minute[number.tariff]),
        ):
            if limit is not None and comes_to > limit:
                raise LimitReached(name, f"outside calls have reached the dialplan's limit {name}={limit:g}")

    def _count(self, number: OutsideNumber, leg: OutsideLeg, limits: Limits) -> None:
        self._minutes += leg.minutes
        self._cost += leg.minutes * limits.cost_per_minute[number.tariff]
        self._attempts[number.destination] += 1

    def _turn_day(self, now: datetime) -> None:
        if self._is_today(now):
            return
        day = now.astimezone(self._zone).date()
        if self._minutes and self._day > day - timedelta(days=NORMAL_DAYS):
            self._days.append((self._day, self._minutes))
        self._day, self._minutes, self._cost = day, 0, 0.0
        self._attempts.clear()

    def _is_today(self, now: datetime) -> bool:
        """Also where a clock was set back over midnight: what was spent stays spent."""
        return now.astimezone(self._zone).date() <= self._day
