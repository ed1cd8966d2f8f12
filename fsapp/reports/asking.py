"""What a report is asked for, whom it asks, and how the answers become rows."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Protocol, TypeVar

from fsapp.domain.errors import FsappError
from fsapp.domain.periods import Period, Step, divided, label
from fsapp.domain.queue_reports import Stretch
from fsapp.domain.repeats import FirstCall
from fsapp.domain.rollups import Family
from fsapp.domain.sums import Amounts, Keys, Question, Sums
from fsapp.domain.ticket_figures import TicketFacts

T = TypeVar("T")

MOST_PARTS = 20_000
"""Hours or days of a report."""


class By(StrEnum):
    """What has a row of its own."""

    HOUR = "hour"
    DAY = "day"
    QUEUE = "queue"
    AGENT = "agent"
    NUMBER = "number"
    FLOW = "flow"
    TRUNK = "trunk"
    CAUSE = "cause"
    DISPOSITION = "disposition"
    KIND = "kind"
    OWNER = "owner"


IN_TIME = (By.HOUR, By.DAY)

KEYS: Mapping[By, str] = {
    By.QUEUE: "queue",
    By.AGENT: "agent",
    By.NUMBER: "dnis",
    By.FLOW: "flow",
    By.TRUNK: "trunk",
    By.CAUSE: "cause",
    By.DISPOSITION: "disposition",
}
"""The key of sums that a row has."""


class Facts(Protocol):
    """Whatever is known, as of one moment. All raise StoreError."""

    def sums(self, question: Question, periods: Sequence[Period]) -> Sums:
        """Sums of each period."""
        ...

    def open_states(self, period: Period) -> Sequence[Stretch]:
        """Agents' states within the period that have no end in the records: those of now, and of engines that died."""
        ...

    def names(self) -> Mapping[str, str]:
        """Of each agent the name."""
        ...

    def first_calls(self, period: Period, days: int) -> Iterable[FirstCall]:
        """Calls of numbers that had not called for so many days."""
        ...

    def tickets(self, period: Period) -> Iterable[TicketFacts]:
        """Tickets opened in the period. Raises StoreError where the database has none at all."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """`where` names the queue, agent or number that it is about, by the key of the sums. `now` is UTC milliseconds."""

    period: Period
    by: By
    zone: tzinfo
    now: int
    where: Mapping[str, str] = field(default_factory=dict)
    satisfied_from: int = 4
    repeat_days: int = 7

    @property
    def parts(self) -> Sequence[tuple[str, Period]]:
        """The rows' periods with their names: the hours or days that have begun, or the whole. Raises FsappError."""
        if self.by not in IN_TIME:
            return [("", self.period)]
        known = Period(self.period.since, max(self.period.since, min(self.period.until, self.now)))
        return _divided(known, Step(self.by.value), self.zone)


@lru_cache(maxsize=4)
def _divided(period: Period, step: Step, zone: tzinfo) -> Sequence[tuple[str, Period]]:
    parts = divided(period, step, zone)
    if len(parts) > MOST_PARTS:
        raise FsappError(f"that is {len(parts)} rows: ask for a shorter period, or --by day")
    return [(label(part.since, step, zone), part) for part in parts]


Rows = Mapping[str, Mapping[Keys, Amounts]]
"""By the row's name, and by what is asked for beside."""


def rows(facts: Facts, request: Request, family: Family, beside: Keys = ()) -> Rows:
    """The sums of a family for each row that the request wants; no row where nothing was."""
    where = {name: value for name, value in request.where.items() if name in family.keys}
    parts = request.parts
    own = () if request.by in IN_TIME else (KEYS[request.by],)
    found: dict[str, dict[Keys, Amounts]] = {}
    answer = facts.sums(Question(family, (*own, *beside), where), [period for _, period in parts])
    for (number, keys), amounts in answer.items():
        name = keys[0] if own else parts[number][0]
        found.setdefault(name, {})[keys[len(own) :]] = amounts
    return found


def names(request: Request, *found: Rows) -> Sequence[str]:
    """The rows in order: each hour or day, if there was anything at all; else those that there were."""
    known = {name for each in found for name in each}
    if request.by in IN_TIME:
        return [name for name, _ in request.parts] if known else []
    return sorted(known, key=lambda name: (name == "", len(name) if name.isdecimal() else 0, name))


def grouped(
    request: Request, items: Iterable[T], moment: Callable[[T], int], name: Callable[[T], str]
) -> Mapping[str, list[T]]:
    """Single things for each row that the request wants: by their moments, or by the name that each has."""
    known = sorted(items, key=moment)
    if request.by not in IN_TIME:
        groups: dict[str, list[T]] = {each: [] for each in sorted(set(map(name, known)))}
        for item in known:
            groups[name(item)].append(item)
        return groups
    moments = [moment(item) for item in known]
    return {
        part_name: known[bisect_left(moments, part.since) : bisect_left(moments, part.until)]
        for part_name, part in (request.parts if known else ())
    }


def total(found: Rows, beside: int = 0) -> Mapping[Keys, Amounts]:
    """All rows together, by the first `beside` of what was asked for beside."""
    summed: dict[Keys, dict[str, int]] = {}
    for row in found.values():
        for keys, amounts in row.items():
            _add(summed.setdefault(keys[:beside], {}), amounts)
    return summed


def by_first(row: Mapping[Keys, Amounts]) -> Mapping[str, Amounts]:
    """Of a row's sums those of each value of what was asked for first beside."""
    return by_key(row, 0)


def by_key(row: Mapping[Keys, Amounts], index: int) -> Mapping[str, Amounts]:
    """Of sums by several keys those of each value of one."""
    summed: dict[str, dict[str, int]] = {}
    for keys, amounts in row.items():
        _add(summed.setdefault(keys[index], {}), amounts)
    return summed


def _add(into: dict[str, int], more: Amounts) -> None:
    """The longest wait is the longest of all; everything else adds up."""
    for name, amount in more.items():
        into[name] = max(into.get(name, 0), amount) if name == "longest_ms" else into.get(name, 0) + amount
