"""The running engine: start, reload, drain, stop."""

import logging
import signal
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Protocol

import gevent
from gevent.event import Event as Signal

from fsapp.domain.clock import Clock
from fsapp.domain.errors import StoreError
from fsapp.server.call_handler import CallHandler
from fsapp.server.control_socket import ControlSocket
from fsapp.server.listener import Listener
from fsapp.server.reloading import Reloader
from fsapp.server.status import StatusServer
from fsapp.server.watchdog import Watchdog

_log = logging.getLogger("fsapp.engine")

ORPHANS_AGAIN_SECONDS = 60.0

SUCCESSOR_SECONDS = 0.5
"""Between two looks for an engine that stands by."""

HAND_BACK_SECONDS = 5.0
"""For calls that were handed back to journal their end."""


class Journal(Protocol):
    """What keeps events."""

    def close_orphans(self, live: Collection[str], now: int) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Engine:
    """Parts that fit one another; fsapp.app puts them together. `closing` are called in order at the very end."""

    listener: Listener
    status: StatusServer | None
    handler: CallHandler
    reloader: Reloader[Any]
    journal: Journal
    control: ControlSocket
    clock: Clock
    drain_seconds: float
    orphan_seconds: float
    alive: Callable[[], Collection[str]]
    """The calls that go on, here or in the switch."""
    watchdog: Watchdog
    succeeded: Callable[[], bool]
    """Whether another engine stands by, which goes on with the calls as soon as this one ends."""
    chores: Sequence[Callable[[], None]]
    closing: Sequence[Callable[[], object]]

    def start(self) -> None:
        """Begins to serve. Raises OSError where an address is taken."""
        self.listener.start()
        if self.status is not None:
            self.status.start()
        self.control.start()
        for chore in (*self.chores, self.watchdog.run, self._close_orphans):
            gevent.spawn(chore)
        self.watchdog.ready()

    def ready_line(self) -> str:
        """What `fsapp serve` prints once it is ready."""
        flows = len(self.reloader.site().plan.flows)
        where = "off" if self.status is None else "http://{}:{}/metrics".format(*self.status.address)
        return "fsapp ready: flows {}, listening on {}:{}, metrics {}".format(flows, *self.listener.address, where)

    def serve_until_stopped(self) -> None:
        """Returns when SIGTERM or SIGINT came and every call is over or handed back; a second one hurries.

        SIGHUP reloads.
        """
        stopping, hurry = Signal(), Signal()
        reload_all = partial(reload, self.listener, self.reloader)

        def stop() -> None:
            (hurry if stopping.is_set() else stopping).set()

        for number, react in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, reload_all)):
            gevent.signal_handler(number, react)
        stopping.wait()
        self.drain(hurry)

    def drain(self, hurry: Signal) -> None:
        """Accepts no more; calls end by themselves, or are handed back: at `hurry`, after `drain_seconds`, or where
        another engine stands by.
        """
        self.listener.close()
        self.watchdog.stopping()
        _log.info("stopping: %d calls are under way", self.listener.calls)
        self._let_calls_end(hurry)
        if not self.listener.empty.is_set():
            _log.warning("%d calls are handed back to the switch", self.listener.calls)
            self.handler.hand_back()
            self.listener.empty.wait(HAND_BACK_SECONDS)
        for close in self.closing:
            close()

    def _let_calls_end(self, hurry: Signal) -> None:
        limit = monotonic() + self.drain_seconds
        while not self.listener.empty.is_set() and not hurry.is_set() and not self.succeeded():
            left = limit - monotonic()
            if left <= 0:
                return
            gevent.wait([self.listener.empty, hurry], timeout=min(left, SUCCESSOR_SECONDS), count=1)

    def _close_orphans(self) -> None:
        """Again and again: a call that outlived its engine may end where nobody sees it."""
        before: frozenset[str] = frozenset()
        gevent.sleep(self.orphan_seconds)
        while True:
            alive = frozenset(self.alive())
            self._close_all_but(alive | before)  # what has just ended may be on its way into the journal
            before = alive
            gevent.sleep(max(self.orphan_seconds, ORPHANS_AGAIN_SECONDS))

    def _close_all_but(self, alive: Collection[str]) -> None:
        try:
            closed = self.journal.close_orphans(alive, int(self.clock.now().timestamp() * 1000))
        except StoreError as error:
            _log.warning("calls of an engine that died keep open records for now: %s", error)
            return
        if closed:
            _log.warning("%d calls lost their engine and did not come back", len(closed))


def reload(listener: Listener, reloader: Reloader[Any]) -> Sequence[str]:
    """Replaces what is in force, if the new is without problems; else those."""
    problems = reloader.reload()
    listener.capacity = reloader.in_force.capacity
    return problems


def health(listener: Listener, reloader: Reloader[Any]) -> tuple[bool, Mapping[str, Any]]:
    """Whether new calls are welcome, and what else there is to say."""
    calls, capacity = listener.calls, listener.capacity
    state = "draining" if listener.closed else "full" if calls >= capacity else "ready"
    flows = len(reloader.site().plan.flows)
    return state == "ready", {"state": state, "calls": calls, "capacity": capacity, "flows": flows}
