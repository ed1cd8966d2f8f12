"""Time as one channel of the stand-in lives it: seconds that may take less real time, or none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
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


class Timeline:
    """Seconds since the channel began, and what is due when.

    Where media takes no real time, time passes only in applications: a channel that waits for the engine stands still.
    """

    def __init__(self, scale: float) -> None:
        self.now = 0.0
        self._scale = scale
        self._due: list[_Due] = []
        self._numbers = count()
        self._woken = Event()

    def after(self, seconds: float, action: Callable[[], None], *, awaited: bool = True) -> None:
        """Does `action` once `seconds` have passed. What is not `awaited` never draws an endless wait forward."""
        heappush(self._due, _Due(self.now + seconds, next(self._numbers), action, awaited))
        self.wake()

    def wake(self) -> None:
        """Ends the wait under way."""
        self._woken.set()

    def pass_to(self, deadline: float) -> None:
        """Lets time pass to `deadline`, to the next thing due, or to a wake-up, whichever comes first."""
        first = min((due.at for due in self._due if due.awaited or deadline < inf or self._scale), default=inf)
        self._wait_until(max(min(deadline, first), self.now))
        self._do_what_is_due()

    def rest(self) -> None:
        """Waits for the engine: until a wake-up, or something due if time passes at all."""
        self._wait_until(min((due.at for due in self._due), default=inf) if self._scale else inf)
        self._do_what_is_due()

    def _wait_until(self, target: float) -> None:
        began = monotonic()
        if self._scale == 0 and target < inf:
            sleep(0)
            woken = self._woken.is_set()
        else:
            woken = self._woken.wait(None if target == inf else (target - self.now) * self._scale)
        self._woken.clear()
        if not woken:
            self.now = target
        elif self._scale:
            self.now = min(target, self.now + (monotonic() - began) / self._scale)

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0].at <= self.now:
            heappop(self._due).action()
