"""What is in force, and how it is replaced: wholly, or not at all."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import gevent
from gevent.lock import BoundedSemaphore

from fsapp.domain.errors import ConfigError
from fsapp.server.control import Outcome
from fsapp.server.live_call import Site
from fsapp.server.metrics import Metrics

_log = logging.getLogger("fsapp.reload")


@dataclass(frozen=True, slots=True)
class InForce:
    """What new calls are served by, and how many at once."""

    site: Site
    capacity: int


Load = Callable[[], InForce]
"""Reads and checks everything anew. Raises ConfigError with every problem."""


class Reloader:
    """Holds what is in force. With any problem the old stays; calls under way keep what they began with."""

    def __init__(self, load: Load, metrics: Metrics) -> None:
        """Raises ConfigError."""
        self.in_force = load()
        self._load = load
        self._metrics = metrics
        self._one_at_a_time = BoundedSemaphore()
        self._count = 0

    def site(self) -> Site:
        return self.in_force.site

    def reload(self) -> Outcome:
        """Reads, checks and, if all is well, replaces. The reading is a thread's work: calls go on meanwhile."""
        with self._one_at_a_time:
            problems = self._replaced()
            self._count += 1
            self._metrics.reloads.labels("refused" if problems else "done").inc()
            return Outcome(self._count, problems)

    def _replaced(self) -> tuple[str, ...]:
        try:
            self.in_force = gevent.get_hub().threadpool.apply(self._load)
        except ConfigError as error:
            for problem in error.problems:
                _log.error("not reloaded: %s", problem)
            return tuple(map(str, error.problems))
        except Exception as error:  # a rule file may do anything; the engine goes on as it was
            _log.exception("not reloaded")
            return (f"{type(error).__name__}: {error}",)
        _log.info("reloaded: %d flows", len(self.in_force.site.plan.flows))
        return ()
