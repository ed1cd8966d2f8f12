"""The dispatcher's ear and alarm clock: it is told one thing at a time, and woken when it asked to be."""

import logging
from collections import deque
from collections.abc import Callable

import gevent
from gevent.event import Event as Signal

from fsapp.acd.commands import Command, MakeOffer
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.events import DeadlinePassed, Event, OfferFailed

_LOG = logging.getLogger("fsapp.acd")


class TellingLoop:
    """`carry_out` begins what a command asks for, and never waits. One greenlet keeps the deadlines."""

    def __init__(self, dispatcher: Dispatcher, now: Callable[[], float], carry_out: Callable[[Command], None]) -> None:
        self._dispatcher = dispatcher
        self._now = now
        self._carry_out = carry_out
        self._told: deque[Event] = deque()
        self._telling = False
        self._sooner = Signal()
        self._keeper: gevent.Greenlet[..., None] | None = None

    def start(self) -> None:
        """Begins to keep the deadlines."""
        self._keeper = gevent.spawn(self._keep_deadlines)

    def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.kill()

    def tell(self, event: Event) -> None:
        """The dispatcher hears of it, and what it orders is begun; what is told meanwhile comes after it."""
        self._told.append(event)
        if self._telling:
            return
        self._telling = True
        before = self._dispatcher.next_deadline()
        try:
            while self._told:
                self._take(self._told.popleft())
        finally:
            self._telling = False
        if self._dispatcher.next_deadline() != before:
            self._sooner.set()

    def _take(self, event: Event) -> None:
        """Whatever breaks, the other events and commands have their turn."""
        try:
            commands = self._dispatcher.handle(event, self._now())
        except Exception:
            _LOG.exception("the dispatcher stumbled over %s", event)
            return
        for command in commands:
            try:
                self._carry_out(command)
            except Exception:
                _LOG.exception("not carried out: %s", command)
                if isinstance(command, MakeOffer):
                    self._told.append(OfferFailed(command.offer, "ENGINE_FAILED"))

    def _keep_deadlines(self) -> None:
        while True:
            deadline = self._dispatcher.next_deadline()
            self._sooner.clear()
            self._sooner.wait(None if deadline is None else max(0.0, deadline - self._now()))
            if not self._sooner.is_set():
                self.tell(DeadlinePassed())
