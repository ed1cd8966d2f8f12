"""The keys of one talk, from their events to the desk: read in order, carried out in a greenlet of their own."""

import logging

import gevent
from gevent.queue import Empty, SimpleQueue

from fsapp.desk.key_reader import KeyReader
from fsapp.desk.plan import DeskPlan
from fsapp.desk.talk_desk import TalkDesk
from fsapp.domain.clock import Clock
from fsapp.domain.talk import Refusal

_log = logging.getLogger("fsapp.desk")


class TalkKeys:
    """From the beginning of a talk to `close`."""

    def __init__(self, plan: DeskPlan, desk: TalkDesk, clock: Clock) -> None:
        self._reader = KeyReader(plan)
        self._desk = desk
        self._clock = clock
        self._keys: SimpleQueue[str] = SimpleQueue()
        self._work = gevent.spawn(self._run)

    def press(self, key: str) -> None:
        """The agent pressed a key. Never waits."""
        self._keys.put(key)

    def refused(self, why: Refusal) -> None:
        """Tells the agent what came of something that had begun well: nobody answered a consultation."""
        self._desk.refused(why)

    def close(self) -> None:
        """The talk is over, or another agent's; what is being done is done to its end, and nothing after it."""
        self._keys.put("")

    def _run(self) -> None:
        while True:
            key = self._next_key()
            if key == "":
                return
            now = self._clock.monotonic()
            for reading in self._reader.wake(now) if key is None else self._reader.press(key, now):
                try:
                    self._desk.obey(reading)
                except Exception:  # the talk goes on, and so do its keys
                    _log.exception("%s was not carried out", reading)

    def _next_key(self) -> str | None:
        """None where the reader is to be woken first."""
        deadline = self._reader.next_deadline()
        try:
            return self._keys.get(timeout=None if deadline is None else max(0.0, deadline - self._clock.monotonic()))
        except Empty:
            return None
