"""What the records know of a number, for calls under way: off the hub, within a time limit, remembered for a minute.

Whoever cannot be told in time goes on with what is known of nobody: no call waits for a database that is slow or away.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

import gevent
from gevent.threadpool import ThreadPool

from fsapp.domain.caller_history import can_be_known
from fsapp.domain.clock import Clock
from fsapp.domain.errors import StoreError
from fsapp.lookup.breaker import Breaker

LIMIT = 0.5
"""Seconds that a call waits at most."""

REMEMBERED = 60.0
"""Seconds."""

MOST_REMEMBERED = 10_000

_THREADS = 4
_FAILURES, _REST_SECONDS = 3, 15.0
"""After so many in a row nobody asks for a while."""

_log = logging.getLogger("fsapp.store")

V = TypeVar("V")


class Remembered(Generic[V]):
    """`read` gives what is known of a number, blocking; it may raise StoreError. `what` names it in the log."""

    def __init__(self, read: Callable[[str], V], nothing: V, what: str, clock: Clock, *, limit: float = LIMIT) -> None:
        self._read = read
        self._nothing = nothing
        self._what = what
        self._clock = clock
        self._limit = limit
        self._threads = ThreadPool(_THREADS)
        self._breaker = Breaker(_FAILURES, _REST_SECONDS)
        self._remembered: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def of(self, ani: str) -> V:
        """What is known of a number; never raises."""
        if not can_be_known(ani):
            return self._nothing
        now = self._clock.monotonic()
        until, known = self._remembered.get(ani, (0.0, self._nothing))
        if now < until:
            return known
        if not self._breaker.admits(now):
            return self._nothing
        # a greenlet of its own: whoever asked may hang up, and the breaker wants to know all the same
        found: list[V] = gevent.spawn(self._found, ani).get()
        return found[0] if found else self._nothing

    def forget(self, ani: str) -> None:
        """What was remembered of this number is out of date."""
        self._remembered.pop(ani, None)

    def close(self) -> None:
        """Lets idle threads go."""
        self._threads.kill()

    def _found(self, ani: str) -> list[V]:
        """What is known, or nothing at all."""
        found, problem = self._read_in_time(ani)
        now = self._clock.monotonic()
        if found:
            self._breaker.succeeded()
            self._remember(ani, found[0], now)
        else:
            self._breaker.failed(now)
            _log.warning("%s could not be read, the call goes on without it: %s", self._what, problem)
        return found

    def _read_in_time(self, ani: str) -> tuple[list[V], str]:
        """What is known, or why that cannot be told."""
        limit = gevent.Timeout.start_new(self._limit)
        try:
            outcome: tuple[list[V], str] = self._threads.apply(_outcome, (self._read, ani))
            return outcome
        except gevent.Timeout:
            return [], f"nothing within {self._limit:g} s"
        finally:
            limit.close()

    def _remember(self, ani: str, known: V, now: float) -> None:
        self._remembered[ani] = (now + REMEMBERED, known)
        self._remembered.move_to_end(ani)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)


def _outcome(read: Callable[[str], V], ani: str) -> tuple[list[V], str]:
    """What came of it, as a value: gevent prints whatever is raised in its threads."""
    try:
        return [read(ani)], ""
    except StoreError as error:
        return [], str(error)
    except Exception as error:
        return [], f"{type(error).__name__}: {error}"
