"""What the dispatcher records, as events for the journal: plain values, and UTC milliseconds in the place of monotonic
seconds.

    records = RunRecords("8f2c", WallTime.at(utc_ms, monotonic), [writer.record])
    records.add(command.entry)                              # of each commands.Record
    records.add(AgentActed("1001", "sign_in", "1001", now, {"phone": "8001"}))
    records.end(dispatcher.agents(), now)                   # when the engine stops in good order
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.commands import Entry
from fsapp.acd.decisions import Decision
from fsapp.acd.entries import (
    AgentActed,
    AgentStateEnded,
    ContactEnded,
    ContactQueued,
    DeskRepaired,
    OutsideLegEnded,
    RecordingNews,
    RecordRulesLoaded,
    TalkHad,
)
from fsapp.acd.estimates import Promise
from fsapp.acd.offers import Offer
from fsapp.domain.events import Event, Kind
from fsapp.domain.queue_records import RUN

ENGINE_STOPPED = "engine_stopped"
"""Why an agent's state ended with the run of the dispatcher."""

Kept = Entry | AgentActed | DeskRepaired | OutsideLegEnded | RecordingNews | RecordRulesLoaded
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WallTime:
    """Turns monotonic seconds into UTC milliseconds, always the same ones: what met in seconds meets in milliseconds.

    `offset_ms` holds for a whole run, whatever is done to the system's clock meanwhile.
    """

    offset_ms: int

    @classmethod
    def at(cls, utc_ms: int, monotonic: float) -> "WallTime":
        """Where both clocks were read at the same moment."""
        return cls(utc_ms - round(monotonic * 1000))

    def ms(self, seconds: float) -> int:
        return self.offset_ms + round(seconds * 1000)

    def between(self, since: float, until: float) -> int:
        """Milliseconds from one moment to another: what is between them where they are kept."""
        return self.ms(until) - self.ms(since)


class RunRecords:
    """The events of one run of the dispatcher. `run` is new with each start of the engine."""

    def __init__(self, run: str, wall: WallTime, sinks: Sequence[Callable[[Event], None]]) -> None:
        self._run = RUN + run
        self._wall = wall
        self._sinks = sinks
        self._seq = 0

    def add(self, entry: Kept) -> None:
        """Keeps an entry; neither waits nor raises."""
        kind, at, fields = _TELLERS[type(entry)](entry, self._wall)
        event = Event(self._run, self._seq, self._wall.ms(at), kind, fields)
        self._seq += 1
        for sink in self._sinks:
            sink(event)

    def end(self, agents: Iterable[Agent], now: float) -> None:
        """The engine stops: what agents are in the middle of ends here, as far as it is known."""
        for agent in agents:
            if agent.signed_in:
                offline = AgentState.OFFLINE
                self.add(
                    AgentStateEnded(agent.id, agent.state, agent.reason, agent.since, now, offline, ENGINE_STOPPED)
                )


def call_of(contact: str) -> str:
    """The call of a contact: its id is the call's, or `<call>/<n>` where the call asked for a queue before."""
    return contact.partition("/")[0]


Told = tuple[Kind, float, Fields]


def _contact_fields(entry: ContactQueued | ContactEnded | TalkHad | Offer | Promise) -> Fields:
    return {"contact": entry.contact, "call": call_of(entry.contact), "queue": entry.queue}


def _contact_queued(entry: ContactQueued, _wall: WallTime) -> Told:
    more = {"position": entry.position, "reason": entry.reason, "resumed": entry.resumed}
    return Kind.CONTACT_QUEUED, entry.at, _contact_fields(entry) | more


def _contact_ended(entry: ContactEnded, wall: WallTime) -> Told:
    waited = wall.between(entry.at - entry.waited, entry.at)
    more = {"end": entry.end.value, "waited_ms": waited, "within": entry.within, "agent": entry.agent}
    return Kind.CONTACT_ENDED, entry.at, _contact_fields(entry) | more


def _talk_had(entry: TalkHad, wall: WallTime) -> Told:
    more = {"agent": entry.agent, "started_at": wall.ms(entry.started_at)}
    return Kind.TALK_ENDED, entry.ended_at, _contact_fields(entry) | more


def _offer(entry: Offer, wall: WallTime) -> Told:
    """Only offers that ended are recorded."""
    if entry.end is None or entry.ended_at is None:
        raise ValueError(f"offer {entry.id} has not ended")
    more = {
        "offer": entry.id,
        "agent": entry.agent,
        "made_at": wall.ms(entry.made_at),
        "end": entry.end.value,
        "cause": str(entry.cause),
    }
    return Kind.OFFER_ENDED, entry.ended_at, _contact_fields(entry) | more


def _agent_state_ended(entry: AgentStateEnded, wall: WallTime) -> Told:
    fields = {
        "agent": entry.agent,
        "state": entry.state.value,
        "reason": str(entry.reason),
        "since": wall.ms(entry.since),
        "followed_by": entry.followed_by.value,
        "because": str(entry.because),
    }
    return Kind.AGENT_STATE_ENDED, entry.until, fields


def _decision(entry: Decision, _wall: WallTime) -> Told:
    return Kind.DISPATCH_DECIDED, entry.at, {"call": call_of(entry.contact)} | entry.as_record()


def _promise(entry: Promise, _wall: WallTime) -> Told:
    more = {
        "expected_ms": _ms(entry.estimate.seconds),
        "low_ms": _ms(entry.estimate.low),
        "high_ms": _ms(entry.estimate.high),
        "spoken": entry.trusted,
        "held": entry.right,
        "actual_ms": _ms(entry.actual),
        "mean_wait_ms": _ms(entry.mean_wait),
        "smoothed_wait_ms": _ms(entry.smoothed_wait),
    }
    return Kind.WAIT_PROMISED, entry.at, _contact_fields(entry) | more


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _agent_acted(entry: AgentActed, _wall: WallTime) -> Told:
    return Kind.AGENT_ACTED, entry.at, {**entry.details, "agent": entry.agent, "what": entry.what, "by": entry.by}


def _desk_repaired(entry: DeskRepaired, _wall: WallTime) -> Told:
    fields = {"what": entry.what, "why": entry.why, "agent": entry.agent, "contact": entry.contact}
    return Kind.DESK_REPAIRED, entry.at, fields | {"call": call_of(entry.contact)}


def _outside_leg_ended(entry: OutsideLegEnded, wall: WallTime) -> Told:
    fields: Fields = {
        "leg": entry.leg,
        "number": entry.number,
        "started_at": wall.ms(entry.rung_at),
        "ended_at": wall.ms(entry.ended_at),
        "end": entry.end,
        "cause": entry.cause,
        "contact": entry.contact,
        "call": call_of(entry.contact),
        "agent": entry.agent,
    }
    if entry.answered_at is not None:
        fields["answered_at"] = wall.ms(entry.answered_at)
    return Kind.LEG_ENDED, entry.ended_at, fields


def _recording(entry: RecordingNews, wall: WallTime) -> Told:
    return Kind(entry.kind), entry.at, {**entry.details, "started_at": wall.ms(entry.started_at)}


def _record_rules(entry: RecordRulesLoaded, _: WallTime) -> Told:
    return Kind.RECORD_RULES_LOADED, entry.at, {"rules": dict(entry.rules)}


_TELLERS: Mapping[type[Any], Callable[[Any, WallTime], Told]] = {
    ContactQueued: _contact_queued,
    ContactEnded: _contact_ended,
    TalkHad: _talk_had,
    Offer: _offer,
    AgentStateEnded: _agent_state_ended,
    Decision: _decision,
    Promise: _promise,
    AgentActed: _agent_acted,
    DeskRepaired: _desk_repaired,
    OutsideLegEnded: _outside_leg_ended,
    RecordingNews: _recording,
    RecordRulesLoaded: _record_rules,
}
