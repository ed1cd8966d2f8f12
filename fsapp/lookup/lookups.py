"""Look-ups as flows see them: within a time limit, cached, shared, and given up early where a source is dead."""

import logging
from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import gevent
from gevent.lock import BoundedSemaphore

from fsapp.domain.errors import LookupFailed
from fsapp.lookup.breaker import Breaker
from fsapp.lookup.cache import Answer, Cache, Record
from fsapp.lookup.http_source import HttpSource
from fsapp.lookup.settings import LookupSettings, SqlSettings
from fsapp.lookup.source import Source

LOG = logging.getLogger("fsapp.lookup")

MakeSqlSource = Callable[[SqlSettings, float], Source]
"""Makes a source in a database, given its time limit in seconds."""


@dataclass(slots=True)
class Counters:
    """How often, since the start. `asked` is requests sent; each ends as found, missing or failed."""

    asked: int = 0
    found: int = 0
    missing: int = 0
    failed: int = 0
    cached: int = 0
    shared: int = 0
    refused: int = 0
    seconds: float = 0.0


class Lookups:
    """The look-up sources of a configuration, by name."""

    def __init__(self, sources: Mapping[str, "GuardedSource"]) -> None:
        self._sources = dict(sources)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._sources)

    def arguments(self, source: str) -> frozenset[str]:
        """The names of the arguments that a source wants. Raises KeyError for an unknown name."""
        return self._sources[source].arguments

    def counters(self) -> Mapping[str, Counters]:
        return {name: source.counters for name, source in self._sources.items()}

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The record found, the caller's own to keep, or None if the source has none. Raises LookupFailed."""
        guarded = self._sources.get(source)
        if guarded is None:
            raise LookupFailed(f"there is no look-up source {source!r}")
        return guarded.find(arguments)

    def close(self) -> None:
        """Lets idle connections go; look-ups under way end well."""
        for source in self._sources.values():
            source.close()


def open_lookups(
    settings: Mapping[str, LookupSettings], make_sql_source: MakeSqlSource, monotonic: Callable[[], float]
) -> Lookups:
    """The sources that the settings declare. Raises ValueError, StoreError where one cannot be made."""
    guarded = {}
    for name, wanted in settings.items():
        if wanted.http is not None:
            source: Source = HttpSource(wanted.http, timeout=wanted.timeout)
        else:
            assert wanted.sql is not None  # noqa: S101 -- the settings have one of the two, as their model checked
            source = make_sql_source(wanted.sql, wanted.timeout)
        guarded[name] = GuardedSource(name, source, wanted, monotonic)
    return Lookups(guarded)


class GuardedSource:
    """A source that cannot hurt its callers."""

    def __init__(self, name: str, source: Source, settings: LookupSettings, monotonic: Callable[[], float]) -> None:
        self.counters = Counters()
        self._name = name
        self._source = source
        self._monotonic = monotonic
        self._limit = settings.timeout
        self._cache = Cache(settings.cache_size, settings.cache, settings.cache_missing)
        self._breaker = Breaker(settings.break_after, settings.break_seconds)
        self._slots = BoundedSemaphore(settings.at_once)
        self._running: dict[Hashable, gevent.Greenlet[..., Answer | LookupFailed]] = {}

    @property
    def arguments(self) -> frozenset[str]:
        return self._source.arguments

    def close(self) -> None:
        self._source.close()

    def find(self, arguments: Mapping[str, str]) -> Record | None:
        """The record, or None. Raises LookupFailed, at the latest when the time limit is over."""
        if arguments.keys() != self.arguments:
            raise LookupFailed(f"{self._name} wants the arguments {', '.join(sorted(self.arguments)) or 'none'}")
        key = tuple(sorted(arguments.items()))
        known = self._cache.get(key, self._monotonic())
        if known is not None:
            self.counters.cached += 1
            return deepcopy(known.record)
        answer = self._request(key, arguments).get()
        if isinstance(answer, LookupFailed):
            raise LookupFailed(str(answer))
        return deepcopy(answer.record)

    def _request(self, key: Hashable, arguments: Mapping[str, str]) -> "gevent.Greenlet[..., Answer | LookupFailed]":
        """The request under way for these arguments, or a new one. It is a greenlet of its own: whoever asked first
        may hang up while others wait.
        """
        running = self._running.get(key)
        if running is not None:
            self.counters.shared += 1
            return running
        if not self._breaker.admits(self._monotonic()):
            self.counters.refused += 1
            raise LookupFailed(f"{self._name} failed too often and is left alone for a while")
        running = self._running[key] = gevent.spawn(self._ask, key, dict(arguments))
        return running

    def _ask(self, key: Hashable, arguments: Mapping[str, str]) -> Answer | LookupFailed:
        self.counters.asked += 1
        begun = self._monotonic()
        try:
            outcome = self._outcome(arguments)
        finally:
            del self._running[key]
        now = self._monotonic()
        self.counters.seconds += now - begun
        self._count(outcome, now)
        if isinstance(outcome, Answer):
            self._cache.put(key, outcome, now)
        return outcome

    def _outcome(self, arguments: Mapping[str, str]) -> Answer | LookupFailed:
        """What came of it, as a value: it is given to everyone who waits."""
        limit = gevent.Timeout.start_new(self._limit)
        try:
            with self._slots:
                return Answer(self._source.find(arguments))
        except LookupFailed as failure:
            return LookupFailed(f"{self._name}: {failure}")
        except gevent.Timeout:
            return LookupFailed(f"{self._name} gave no answer within {self._limit:g} s")
        except Exception as error:
            LOG.exception("the look-up source %s broke", self._name)
            return LookupFailed(f"{self._name} broke: {type(error).__name__}")
        finally:
            limit.close()

    def _count(self, outcome: Answer | LookupFailed, now: float) -> None:
        was_dead = self._breaker.is_open
        if isinstance(outcome, LookupFailed):
            self.counters.failed += 1
            self._breaker.failed(now)
            if self._breaker.is_open and not was_dead:  # not why: the words may hold a caller's secret
                LOG.error("the look-up source %s counts as dead: callers go on without it", self._name)
            return
        self._breaker.succeeded()
        if was_dead:
            LOG.warning("the look-up source %s answers again", self._name)
        if outcome.record is None:
            self.counters.missing += 1
        else:
            self.counters.found += 1
