"""Deadlines: at most one for each thing that has any, the soonest first."""

from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

_SLACK = 1000


class Timers(Generic[T]):
    """A heap whose stale entries are skipped, and thrown away once they outnumber the live ones."""

    def __init__(self) -> None:
        self._due: dict[T, float] = {}
        self._heap: list[tuple[float, int, T]] = []
        self._count = 0

    def set(self, what: T, at: float | None) -> None:
        """Replaces the deadline of `what`; None is none."""
        if at is None:
            self._due.pop(what, None)
        elif self._due.get(what) != at:
            self._due[what] = at
            self._count += 1
            heappush(self._heap, (at, self._count, what))
            self._compact()

    def get(self, what: T) -> float | None:
        """The deadline of `what`."""
        return self._due.get(what)

    def next(self) -> float | None:
        """The soonest deadline."""
        self._skip_stale()
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> T | None:
        """Takes what is due by `now`, the longest due first."""
        self._skip_stale()
        if not self._heap or self._heap[0][0] > now:
            return None
        what = heappop(self._heap)[2]
        del self._due[what]
        return what

    def _skip_stale(self) -> None:
        while self._heap and self._due.get(self._heap[0][2]) != self._heap[0][0]:
            heappop(self._heap)

    def _compact(self) -> None:
        if len(self._heap) > 2 * len(self._due) + _SLACK:
            self._heap = [entry for entry in self._heap if self._due.get(entry[2]) == entry[0]]
            heapify(self._heap)
