"""The keys of one talk, from their events to the desk: read in order, carried out in a greenlet of their own."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import gevent
from gevent.queue import Empty, SimpleQueue

from fsapp.desk.key_reader import KeyReader, Reading
from fsapp.desk.plan import DeskPlan
from fsapp.desk.talk_desk import TalkDesk
from fsapp.domain.clock import Clock
from fsapp.domain.talk import Refusal

_log = logging.getLogger("fsapp.desk")


class _Closed:
    """The last that comes."""


@dataclass(frozen=True, slots=True)
class Referred:
    """The telephone's own transfer button was pressed: see TalkDesk.refer."""

    number: str
    other_call: str


_Coming = str | Refusal | Referred | _Closed


class TalkKeys:
    """From the beginning of a talk to `close`."""

    def __init__(self, plan: DeskPlan, desk: TalkDesk, clock: Clock) -> None:
        self._reader = KeyReader(plan)
        self._desk = desk
        self._clock = clock
        self._coming: SimpleQueue[_Coming] = SimpleQueue()
        self._work = gevent.spawn(self._run)

    def press(self, key: str) -> None:
        """The agent pressed a key. Never waits."""
        self._coming.put(key)

    def refused(self, why: Refusal) -> None:
        """Tells the agent what came of something that had begun well: nobody answered a consultation. Never waits."""
        self._coming.put(why)

    def refer(self, number: str, other_call: str) -> None:
        """The agent pressed the telephone's own transfer button. Never waits."""
        self._coming.put(Referred(number, other_call))

    def close(self) -> None:
        """The talk is over, or another agent's: nothing that comes later means anything."""
        self._coming.put(_Closed())

    def join(self, timeout: float) -> None:
        """Waits, after `close`, until nothing is being done any more; seconds."""
        self._work.join(timeout)

    def _run(self) -> None:
        while not isinstance(came := self._next(), _Closed):
            try:
                self._take(came)
            except Exception:  # the talk goes on, and so do its keys
                _log.exception("%s was not carried out", came)

    def _take(self, came: str | Refusal | Referred | None) -> None:
        now = self._clock.monotonic()
        if isinstance(came, Refusal):
            self._desk.refused(came)
        elif isinstance(came, Referred):
            self._desk.refer(came.number, came.other_call)
        elif came is None:
            self._obey(self._reader.wake(now))
        else:
            self._obey(self._reader.press(came, now))

    def _obey(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            self._desk.obey(reading)

    def _next(self) -> _Coming | None:
        """None where the reader is to be woken first."""
        deadline = self._reader.next_deadline()
        try:
            return self._coming.get(timeout=None if deadline is None else max(0.0, deadline - self._clock.monotonic()))
        except Empty:
            return None
