"""Callers' histories for calls under way: off the hub, within a time limit, remembered for a minute.

Whoever cannot be told in time who calls treats the caller as one who never called: no call waits for a database that is
slow or away.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

import gevent
from gevent.threadpool import ThreadPool

from fsapp.domain.caller_history import CallerHistory, can_be_known
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

_NOTHING = CallerHistory()

_log = logging.getLogger("fsapp.store")

Read = Callable[[str, datetime], CallerHistory]
"""Reads a number's history, blocking. Raises StoreError."""


class Histories:
    """Satisfies fsapp.flow.ports.History."""

    def __init__(self, read: Read, clock: Clock, *, limit: float = LIMIT) -> None:
        self._read = read
        self._clock = clock
        self._limit = limit
        self._threads = ThreadPool(_THREADS)
        self._breaker = Breaker(_FAILURES, _REST_SECONDS)
        self._remembered: OrderedDict[str, tuple[float, CallerHistory]] = OrderedDict()

    def of(self, ani: str) -> CallerHistory:
        if not can_be_known(ani):
            return _NOTHING
        now = self._clock.monotonic()
        until, history = self._remembered.get(ani, (0.0, _NOTHING))
        if now < until:
            return history
        if not self._breaker.admits(now):
            return _NOTHING
        # a greenlet of its own: whoever asked may hang up, and the breaker wants to know all the same
        found = gevent.spawn(self._found, ani).get()
        return found if isinstance(found, CallerHistory) else _NOTHING

    def forget(self, ani: str) -> None:
        self._remembered.pop(ani, None)

    def close(self) -> None:
        """Lets idle threads go."""
        self._threads.kill()

    def _found(self, ani: str) -> CallerHistory | None:
        found = self._read_in_time(ani)
        now = self._clock.monotonic()
        if isinstance(found, CallerHistory):
            self._breaker.succeeded()
            self._remember(ani, found, now)
            return found
        self._breaker.failed(now)
        _log.warning("a caller's history could not be read, the call goes on without it: %s", found)
        return None

    def _read_in_time(self, ani: str) -> CallerHistory | str:
        """The history, or why there is none."""
        limit = gevent.Timeout.start_new(self._limit)
        try:
            outcome: CallerHistory | str = self._threads.apply(_outcome, (self._read, ani, self._clock.now()))
            return outcome
        except gevent.Timeout:
            return f"nothing within {self._limit:g} s"
        finally:
            limit.close()

    def _remember(self, ani: str, history: CallerHistory, now: float) -> None:
        self._remembered[ani] = (now + REMEMBERED, history)
        self._remembered.move_to_end(ani)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)


def _outcome(read: Read, ani: str, now: datetime) -> CallerHistory | str:
    """What came of it, as a value: gevent prints whatever is raised in its threads."""
    try:
        return read(ani, now)
    except StoreError as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
