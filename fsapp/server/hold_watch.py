"""How long callers were on hold: begun by one act at the desk and ended by another, or by the end of the agent's part.

A hold that is over is kept as one more act (`held`), so that its record is made of a single event, as all records are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fsapp.acd.service import Service
from fsapp.domain.events import Event, Kind
from fsapp.domain.queue_records import HELD

BEGINS = frozenset({"hold", "consult_agent", "consult_queue", "consult_number"})
"""Acts at the desk (fsapp.desk.codes) after which the caller hears music."""

ENDS = frozenset({"take_back", "cancel_consult", "conference", "complete_transfer", "visit_label"})
"""Acts after which the caller hears somebody, or another one's label."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A hold under way: since when (UTC milliseconds), and of whom."""

    since: int
    of: Mapping[str, Any]


class HoldWatch:
    """A sink of events, the last of all: what it adds comes after what it was told."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._held: dict[str, _Held] = {}

    def __call__(self, event: Event) -> None:
        """Notes when a hold begins, and keeps it when it is over; neither waits nor raises."""
        agent = str(event.fields.get("agent", ""))
        if event.kind == Kind.TALK_ENDED:
            self._over(agent, event.at)
        elif event.kind == Kind.AGENT_ACTED:
            what = event.fields.get("what")
            if what in BEGINS and agent not in self._held:
                self._begun(agent, event.at)
            elif what in ENDS:
                self._over(agent, event.at)

    def _begun(self, agent: str, at: int) -> None:
        talk = self._service.talk_of(agent)
        if talk is not None:
            place = talk.place
            of = {"contact": talk.contact, "call": place.caller, "queue": place.request.queue}
            self._held[agent] = _Held(at, MappingProxyType(of))

    def _over(self, agent: str, at: int) -> None:
        held = self._held.pop(agent, None)
        if held is not None and held.since <= at:
            self._service.acted(agent, HELD, agent, **held.of, started_at=held.since)
