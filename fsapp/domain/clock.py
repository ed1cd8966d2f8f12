"""Time as a port: the core asks a clock that it was given."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time for what is stored, monotonic time for durations."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class SteadyTime:
    """Wall time that goes on evenly from a moment on, whatever is done to the machine's clock: what is between two of
    its times has passed.
    """

    __slots__ = ("_clock", "_started", "begun")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.begun = int(clock.now().timestamp() * 1000)
        """UTC milliseconds."""
        self._started = clock.monotonic()

    def now(self) -> int:
        """UTC milliseconds."""
        return self.begun + round((self._clock.monotonic() - self._started) * 1000)


class VirtualClock:
    """A clock that moves only when told to: for tests, `fsapp call` and simulations."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Lets `seconds` pass."""
        self._elapsed += seconds
