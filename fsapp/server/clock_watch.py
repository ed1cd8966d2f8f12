"""Tells of a machine's clock that somebody set: what the dispatcher keeps has the time of its start, evenly gone on."""

import logging
from collections.abc import Callable
from datetime import timedelta

import gevent

from fsapp.domain.clock import Clock, SteadyTime

_LOG = logging.getLogger("fsapp.engine")

LOOK_SECONDS = 10.0

SMALL_MS = 2000
"""What a clock may be corrected by without a word."""


class ClockWatch:
    """Looks now and then."""

    def __init__(self, clock: Clock, told: Callable[[timedelta], None]) -> None:
        """`told` hears by how much the clock was set, soon after."""
        self._clock = clock
        self._told = told
        self._expected = SteadyTime(clock)

    def run(self) -> None:
        while True:
            gevent.sleep(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Says by how much the clock was set, once for each time."""
        now = SteadyTime(self._clock)
        ahead = now.begun - self._expected.now()
        if abs(ahead) > SMALL_MS:
            _LOG.error(
                "the machine's clock was set by %+.0f s: records of queues and agents have the old time until the "
                "engine is restarted",
                ahead / 1000,
            )
            self._told(timedelta(milliseconds=ahead))
            self._expected = now
