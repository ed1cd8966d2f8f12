"""A circuit breaker: callers do not wait for a source that is known to be dead. Pure; `now` is monotonic seconds."""


class Breaker:
    """After `failures` in a row nobody is let through for `seconds`; then one, whose luck decides."""

    def __init__(self, failures: int, seconds: float) -> None:
        self._limit = failures
        self._seconds = seconds
        self._failures = 0
        self._closed_until = 0.0
        self._probing = False

    def admits(self, now: float) -> bool:
        """Whether to ask the source. Who is admitted reports `succeeded` or `failed`."""
        if self._failures < self._limit:
            return True
        if self._probing or now < self._closed_until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._probing = False

    def failed(self, now: float) -> None:
        self._failures += 1
        self._probing = False
        self._closed_until = now + self._seconds

    @property
    def is_open(self) -> bool:
        """Whether the source counts as dead."""
        return self._failures >= self._limit
