"""Time as one channel of the stand-in lives it: seconds that may take less real time, or none."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from time import monotonic

from gevent import sleep
from gevent.event import Event


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the stand-in lives: real seconds that a second takes of media (0: none), of lingering, of patience.

    Patience is for the engine's first command, for which the switch waits 25 s.
    """

    media: float = 0.0
    linger: float = 1.0
    patience: float = 1.0


@dataclass(order=True, slots=True)
class _Due:
    at: float
    number: int
    action: Callable[[], None] = field(compare=False)
    awaited: bool = field(compare=False)
    owner: "Timeline" = field(compare=False)


class Timeline:
    """Seconds since the channel began, and what is due when.

    Where media takes no real time, time passes only in applications: a channel that waits for the engine stands still.
    """

    def __init__(self, scale: float) -> None:
        self._now = 0.0
        self._scale = scale
        self._due: list[_Due] = []
        self._numbers = count()
        self._woken = Event()
        self._leader: Timeline | None = None
        self._ahead = 0.0

    @property
    def now(self) -> float:
        return self._leader.now + self._ahead if self._leader else self._now

    @now.setter
    def now(self, seconds: float) -> None:
        self._now = seconds

    def after(self, seconds: float, action: Callable[[], None], *, awaited: bool = True) -> None:
        """Does `action` once `seconds` have passed. What is not `awaited` never draws an endless wait forward."""
        leader = self._leader or self
        leader._take(_Due(leader.now + seconds, 0, action, awaited, self))

    def _take(self, due: _Due) -> None:
        due.number = next(self._numbers)
        heappush(self._due, due)
        self.wake()

    def wake(self) -> None:
        """Ends the wait under way."""
        self._woken.set()

    def follow(self, leader: "Timeline") -> None:
        """From now on time passes here as it does there, as for two who talk; what is due here comes in its order."""
        self._leader, self._ahead = leader, self._now - leader.now
        mine, self._due = self._due, []
        for due in mine:
            leader._take(replace(due, at=due.at - self._ahead))

    def part(self) -> None:
        """Time passes by itself again."""
        leader, self._leader = self._leader, None
        if leader is None:
            return
        self._now = leader.now + self._ahead
        for due in [due for due in leader._due if due.owner is self]:
            leader._due.remove(due)
            self._take(replace(due, at=due.at + self._ahead))
        heapify(leader._due)

    def pass_to(self, deadline: float) -> None:
        """Lets time pass to `deadline`, to the next thing due, or to a wake-up, whichever comes first."""
        if self._leader:
            self._until_woken(None)
            return
        first = min((due.at for due in self._due if due.awaited or deadline < inf or self._scale), default=inf)
        self._wait_until(max(min(deadline, first), self._now))
        self._do_what_is_due()

    def rest(self, deadline: float = inf) -> None:
        """Waits for the engine: until a wake-up, or, if time passes at all, something due or the deadline."""
        if self._leader:
            self._until_woken(None)
            return
        first = min((due.at for due in self._due), default=inf)
        self._wait_until(min(first, deadline) if self._scale else inf)
        self._do_what_is_due()

    def _wait_until(self, target: float) -> None:
        began = monotonic()
        if self._scale == 0 and target < inf:
            sleep(0)
            woken = self._woken.is_set()
            self._woken.clear()
        else:
            woken = self._until_woken(None if target == inf else (target - self._now) * self._scale)
        if not woken:
            self._now = target
        elif self._scale:
            self._now = min(target, self._now + (monotonic() - began) / self._scale)

    def _until_woken(self, seconds: float | None) -> bool:
        woken = self._woken.wait(seconds)
        self._woken.clear()
        return bool(woken)

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0].at <= self._now:
            heappop(self._due).action()
