"""What is in force, and how it is replaced: wholly, or not at all."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

from fsapp.domain.errors import ConfigError
from fsapp.server.live_call import Site

_log = logging.getLogger("fsapp.reload")

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class InForce:
    """What new calls are served by, and how many at once."""

    site: Site
    capacity: int


class Reloader(Generic[R]):
    """Holds what is in force. With any problem the old stays; calls under way keep what they began with.

    `read` reads and checks everything anew, in a native thread while calls go on; `make` turns that into what is in
    force, on the hub. Both raise ConfigError with every problem.
    """

    def __init__(self, read: Callable[[], R], make: Callable[[R], InForce], count: Callable[[str], None]) -> None:
        """`count` is told of each reload: `done` or `refused`. Raises ConfigError."""
        self._read = read
        self._make = make
        self._count = count
        self._one_at_a_time = BoundedSemaphore()
        self.in_force = make(read())

    def site(self) -> Site:
        return self.in_force.site

    def reload(self) -> Sequence[str]:
        """Reads, checks and, if all is well, replaces; else the problems that keep the old in force."""
        with self._one_at_a_time:
            problems = self._replaced()
            self._count("refused" if problems else "done")
            return problems

    def _replaced(self) -> tuple[str, ...]:
        try:
            read = gevent.get_hub().threadpool.apply(_outcome, (self._read,))
            if isinstance(read, ConfigError):  # handed over as a value: gevent prints what a thread raises
                raise read
            self.in_force = self._make(read)
        except ConfigError as error:
            for problem in error.problems:
                _log.error("not reloaded: %s", problem)
            return tuple(map(str, error.problems))
        except Exception as error:  # a rule file may do anything; the engine goes on as it was
            _log.exception("not reloaded")
            return (f"{type(error).__name__}: {error}",)
        _log.info("reloaded: %d flows", len(self.in_force.site.plan.flows))
        return ()


def _outcome(read: Callable[[], R]) -> R | ConfigError:
    try:
        return read()
    except ConfigError as error:
        return error
