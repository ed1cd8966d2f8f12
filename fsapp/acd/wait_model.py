"""How long a wait will be, worked out from who stands before, who serves them, and how long talks go on.

By a moment t from now, agents have become free m(t) times: each talk under way has ended with some likelihood, and
those that follow end at the usual rate. Of the contacts before this one some have given up by then. The wait is over
when m(t) reaches one more than those who are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

HORIZON = 14_400.0
"""Longer than four hours nobody is told to wait."""

_HALVINGS = 18


@dataclass(frozen=True, slots=True)
class Residual:
    """When one agent will be free: on average after so many seconds of a talk, or exactly then (`certain`)."""

    seconds: float
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a contact's wait depends on.

    `ahead` is how many contacts stand before it, each counted by the share of its agents that could also serve this
    one; `servers` how many agents could; `residuals` tells of each that is not free (empty where there are too many
    to look at one by one); `after` is in how many seconds things will be so, if the contact waits that long.
    """

    ahead: float
    servers: int
    residuals: tuple[Residual, ...] = ()
    after: float = 0.0


@dataclass(frozen=True, slots=True, order=True)
class Wait:
    """Mean and standard deviation, in seconds."""

    mean: float
    deviation: float


def wait(outlooks: Sequence[Outlook], handle_time: float, patience: float) -> Wait | None:
    """Of several outlooks the one that is over first counts; none is over before it begins.

    `handle_time` is the mean of talk and wrap-up, `patience` how many of those who wait give up each second. None
    where nobody serves.
    """
    waits = [_Course(outlook, handle_time, patience).wait() for outlook in outlooks if outlook.servers]
    return min(waits, default=None)


class _Course:
    """How things go on from one outlook."""

    def __init__(self, outlook: Outlook, handle_time: float, patience: float) -> None:
        self._outlook = outlook
        self._handle_time = handle_time
        self._patience = patience

    def wait(self) -> Wait:
        low, high = 0.0, self._bound()
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._freed(middle) < self._needed(middle):
                low = middle
            else:
                high = middle
        deviation = sqrt(self._needed(high)) / max(self._rate(high), 1 / HORIZON)
        return Wait(max(self._outlook.after, high), max(1.0, deviation))

    def _bound(self) -> float:
        """A moment by which the wait is surely over."""
        bound = self._handle_time
        while bound < HORIZON and self._freed(bound) < self._needed(bound):
            bound *= 2
        return min(bound, HORIZON)

    def _needed(self, at: float) -> float:
        return 1.0 + self._outlook.ahead * exp(-self._patience * at)

    def _freed(self, at: float) -> float:
        if not self._outlook.residuals:
            return at * self._outlook.servers / self._handle_time
        return sum(self._freed_by(each, at) for each in self._outlook.residuals)

    def _freed_by(self, residual: Residual, at: float) -> float:
        """How often one agent becomes free."""
        if residual.certain:
            over = at - residual.seconds
            return 1.0 + over / self._handle_time if over >= 0 else 0.0
        ended = 1.0 - exp(-at / residual.seconds)
        return ended + (at - residual.seconds * ended) / self._handle_time

    def _rate(self, at: float) -> float:
        """How fast the line gets shorter then."""
        leaving = self._patience * (self._needed(at) - 1.0)
        if not self._outlook.residuals:
            return leaving + self._outlook.servers / self._handle_time
        step = max(1.0, at / 10)
        return leaving + (self._freed(at + step) - self._freed(max(0.0, at - step))) / (step + min(step, at))
