"""What a wallboard shows beside the floor of this moment: the day so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Figures = Mapping[str, float | int | None]


@dataclass(frozen=True, slots=True)
class LateTicket:
    """An open ticket whose time is over. `due_at` is UTC milliseconds."""

    number: str
    kind: str
    owner: str
    due_at: int


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """`calls` are of the whole day, `by_hour` of each hour that has begun; `queues` are figures (domain.figures) by
    name. `late` are the tickets that are late for the longest time, of `late_count`.
    """

    calls: Figures
    by_hour: Sequence[int]
    queues: Mapping[str, Figures]
    talks: int = 0
    mean_talk: float | None = None
    late_count: int = 0
    late: Sequence[LateTicket] = ()
