"""The one writer of the database: events go in from any greenlet, and reach the disk in batches outside the hub."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import gevent
from gevent.event import Event as Signal
from gevent.threadpool import ThreadPool

from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event
from fsapp.store.journal import Journal
from fsapp.store.keeper import LAST_RETRY, Keeper, Keeping
from fsapp.store.spool import Spool

LOG = logging.getLogger("fsapp.store")

BATCH_SECONDS = 0.05
"""How long the first event of a batch waits for others."""

BATCH_EVENTS = 1000
"""The most that go to the disk at once: some 20 ms of work for the writer's thread."""

T = TypeVar("T")


class Writer:
    """Keeps events in the database at `url`, or in files below `spool` while it is away (keeper.py says how).

    Everything that touches the database or the disk runs in one native thread. `keeping` says how it stands, for
    metrics and for tests; `backlog` is the number of events accepted and not yet kept anywhere.
    """

    def __init__(
        self,
        url: str,
        spool: Path,
        *,
        busy_wait: float = 0.2,
        batch_seconds: float = BATCH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Starts writing. A database that cannot be reached is no error: see `keeping.problem`.

        Raises StoreError where the URL names no known database.
        """
        self._keeper = Keeper(Journal(url, busy_wait=busy_wait), Spool(spool), monotonic)
        self.keeping: Keeping = self._keeper.standing()
        self._batch_seconds = batch_seconds
        self._waiting: list[Event] = []
        self._accepted = self._kept = 0
        self._wake, self._hurry, self._progress = Signal(), Signal(), Signal()
        self._closed = False
        self._thread = ThreadPool(1)
        self._greenlet = gevent.spawn(self._run)

    @property
    def backlog(self) -> int:
        return self._accepted - self._kept

    def record(self, event: Event) -> None:
        """Accepts an event; never waits. Raises StoreError once the writer is closed."""
        if self._closed:
            raise StoreError("the writer is closed")
        self._waiting.append(event)
        self._accepted += 1
        if not self._wake.is_set():
            self._wake.set()

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until all that was accepted is in the database or the spool; whether that came true in `timeout`
        seconds.
        """
        goal = self._accepted
        self._hurry.set()
        waiting = gevent.spawn(self._wait_until_kept, goal)
        waiting.join(timeout)
        waiting.kill()
        return self._kept >= goal

    def close_orphans(self, live: Collection[str], now: int) -> tuple[str, ...]:
        """Writes the CDR of each call that lost its engine and is not in `live`; gives their uuids.

        `live` names the calls that may go on, also those of other engines on this database. `now` is UTC milliseconds.
        Raises StoreError while the database is away.
        """
        ended = self._in_thread(self._keeper.close_orphans, frozenset(live), now)
        self._note(self._in_thread(self._keeper.standing))
        return ended

    def close(self, timeout: float = 5.0) -> bool:
        """Accepts no more, and waits up to `timeout` seconds until all is kept; whether it is."""
        self._closed = True
        done = self.flush(timeout)
        self._greenlet.kill()
        try:
            with gevent.Timeout(timeout):
                self._note(self._in_thread(self._keeper.close))
        except gevent.Timeout:
            LOG.error("the database did not let go within %s seconds", timeout)
        self._thread.kill()
        return done and not self.keeping.held

    def _run(self) -> None:
        while True:
            self._wake.wait(self.keeping.retry_in)
            if self._waiting:
                self._hurry.wait(self._batch_seconds)
            batch = self._take()
            try:
                self._note(self._in_thread(self._keeper.keep, batch))
            except Exception:  # this greenlet must outlive any surprise
                LOG.exception("the writer stumbled; what it could not keep it holds in memory, and tries again")
                self.keeping = replace(self.keeping, retry_in=LAST_RETRY)
            self._kept += len(batch)
            self._progress.set()

    def _wait_until_kept(self, goal: int) -> None:
        while self._kept < goal:
            self._progress.clear()
            self._progress.wait()

    def _take(self) -> Sequence[Event]:
        batch, self._waiting = self._waiting[:BATCH_EVENTS], self._waiting[BATCH_EVENTS:]
        if not self._waiting:
            self._wake.clear()
            self._hurry.clear()
        return batch

    def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        value: T
        value, error = self._thread.apply(_outcome, (work, arguments))
        if error is not None:
            raise error
        return value

    def _note(self, keeping: Keeping) -> None:
        """Logs what changed, in the hub: a log handler's lock is no place for the writer's thread."""
        before, self.keeping = self.keeping, keeping
        if keeping.problem and not before.problem:
            LOG.error("the database is away, records go to the spool: %s", keeping.problem)
        elif before.problem and not keeping.problem:
            LOG.warning("the database is back, all spooled records are in it")
        if keeping.rejected > before.rejected:
            LOG.error("the database refused an event, it is in rejected.jsonl: %s", keeping.rejection)
        if keeping.lost > before.lost:
            LOG.critical("%d events lost: neither database nor spool, and memory is full", keeping.lost - before.lost)
        if keeping.torn > before.torn:
            LOG.warning("%d half-written lines in the spool of an engine that died", keeping.torn - before.torn)


def _outcome(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    """What came of it, as a value: gevent prints whatever is raised in its threads."""
    try:
        return work(*arguments), None
    except Exception as error:
        return None, error
