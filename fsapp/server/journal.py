"""The journal as one call sees it: its events, numbered and stamped, go to whoever keeps, shows or counts them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fsapp.domain.clock import Clock, SteadyTime
from fsapp.domain.events import Event

Sink = Callable[[Event], None]
"""Takes an event at once: it neither waits nor raises."""


class CallJournal:
    """Satisfies fsapp.flow.ports.Recorder. Sensitive values never come here: the context masks them."""

    __slots__ = ("_seq", "_sinks", "_time", "call")

    def __init__(self, call: str, clock: Clock, sinks: Sequence[Sink], first_seq: int = 0) -> None:
        self.call = call
        self._time = SteadyTime(clock)
        self._sinks = sinks
        self._seq = first_seq

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Keeps `fields`, which must not change afterwards."""
        event = Event(self.call, self._seq, self._time.now(), kind, fields)
        self._seq += 1
        for sink in self._sinks:
            sink(event)
