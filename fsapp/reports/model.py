"""A report as a value: tables of figures, and pictures of them. How it is written down is another matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fsapp.domain.periods import Period

Value = str | int | float | None
"""None: it cannot be told, as a share of nothing."""

Row = Mapping[str, Value]


class Unit(StrEnum):
    """What a column's values are. Times are milliseconds, shares go from 0 to 1."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    TIME = "time"
    HOURS = "hours"
    """A long time, milliseconds too."""
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """`name` stands in CSV and JSON, and for the words of words.py."""

    name: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Table:
    """`total` is the row of all together, where there is one."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None


class Kind(StrEnum):
    """How a picture is drawn."""

    BARS = "bars"
    """One upon the other, over time or classes."""
    LINE = "line"
    RANKING = "ranking"
    """Lying bars, the longest first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Of each series, by its column's name, a value for each label."""

    name: str
    kind: Kind
    labels: Sequence[str]
    series: Mapping[str, Sequence[Value]]
    unit: Unit


@dataclass(frozen=True, slots=True)
class Report:
    """`tables` begin with the report's own. `made_at` is UTC milliseconds; `notes` name sentences of words.py."""

    name: str
    period: Period
    made_at: int
    tables: Sequence[Table]
    pictures: Sequence[Picture] = ()
    notes: Sequence[str] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Which queue, agent or number it is about, if not about all."""


def counts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Unit.COUNT) for name in names)


def texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Unit.TEXT) for name in names)


def shares(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Unit.SHARE) for name in names)


def times(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Unit.TIME) for name in names)


def hours(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Unit.HOURS) for name in names)


def numbers(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Unit.NUMBER) for name in names)
