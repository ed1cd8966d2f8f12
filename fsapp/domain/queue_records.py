"""What is kept of queues and agents. Each record is made of one event, so folding needs no memory, and an event that
comes twice makes the same record.

`run` is the `call` of the events of one run of the dispatcher, and `(run, seq)` those of the event. Times are UTC
milliseconds; `call` is the caller's call, `contact` one stay of it in the queues.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fsapp.domain.events import Event, Kind

RUN = "acd:"
"""How the `call` of events of queues and agents begins."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """Where to find an event; its fields are in the journal. Empty text where the event has no such field."""

    run: str
    seq: int
    at: int
    kind: str
    queue: str
    contact: str
    call: str
    agent: str


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One contact that left the queues, in `queue` at last."""

    run: str
    seq: int
    contact: str
    call: str
    queue: str
    queued_at: int
    ended_at: int
    end: str
    waited_ms: int
    within: bool
    """Answered within the service level's time."""
    agent: str


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One attempt to give a contact to an agent."""

    run: str
    seq: int
    id: str
    contact: str
    call: str
    agent: str
    queue: str
    made_at: int
    ended_at: int
    end: str
    cause: str


@dataclass(frozen=True, slots=True)
class TalkRecord:
    """One agent's part of a talk."""

    run: str
    seq: int
    contact: str
    call: str
    queue: str
    agent: str
    started_at: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """A caller on hold: until the agent took the caller back, or let go."""

    run: str
    seq: int
    contact: str
    call: str
    queue: str
    agent: str
    started_at: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class AgentTime:
    """A stretch of time in one state; the next one of this agent begins exactly where it ends."""

    run: str
    seq: int
    agent: str
    state: str
    reason: str
    since: int
    until: int
    followed_by: str
    because: str


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """An estimate of a wait, and what came of it. `held` is None where nobody knows: the caller gave up in time."""

    run: str
    seq: int
    at: int
    contact: str
    call: str
    queue: str
    expected_ms: int
    low_ms: int
    high_ms: int
    spoken: bool
    held: bool | None
    actual_ms: int | None
    mean_wait_ms: int | None
    smoothed_wait_ms: int | None


QueueRecord = ContactRecord | OfferRecord | TalkRecord | HoldRecord | AgentTime | PromiseRecord

HELD = "held"
"""What an AgentActed says that tells of a hold which is over."""


def log_line(event: Event) -> LogLine:
    """The line of the queue log for an event of a run."""
    fields = event.fields
    queue, contact, call, agent = (str(fields.get(name) or "") for name in ("queue", "contact", "call", "agent"))
    return LogLine(event.call, event.seq, event.at, event.kind, queue, contact, call, agent)


def queue_record(event: Event) -> QueueRecord | None:
    """What an event of a run adds to the records, if anything. Raises KeyError where a field is missing."""
    make = _MAKERS.get(event.kind)
    return None if make is None else make(event, event.fields)


def _contact(event: Event, fields: Mapping[str, Any]) -> ContactRecord:
    return ContactRecord(
        event.call,
        event.seq,
        fields["contact"],
        fields["call"],
        fields["queue"],
        queued_at=event.at - fields["waited_ms"],
        ended_at=event.at,
        end=fields["end"],
        waited_ms=fields["waited_ms"],
        within=fields["within"],
        agent=fields["agent"],
    )


def _offer(event: Event, fields: Mapping[str, Any]) -> OfferRecord:
    return OfferRecord(
        event.call,
        event.seq,
        fields["offer"],
        fields["contact"],
        fields["call"],
        fields["agent"],
        fields["queue"],
        made_at=fields["made_at"],
        ended_at=event.at,
        end=fields["end"],
        cause=fields["cause"],
    )


def _talk(event: Event, fields: Mapping[str, Any]) -> TalkRecord:
    return TalkRecord(
        event.call,
        event.seq,
        fields["contact"],
        fields["call"],
        fields["queue"],
        fields["agent"],
        started_at=fields["started_at"],
        ended_at=event.at,
    )


def _agent_time(event: Event, fields: Mapping[str, Any]) -> AgentTime:
    return AgentTime(
        event.call,
        event.seq,
        fields["agent"],
        fields["state"],
        fields["reason"],
        since=fields["since"],
        until=event.at,
        followed_by=fields["followed_by"],
        because=fields["because"],
    )


def _promise(event: Event, fields: Mapping[str, Any]) -> PromiseRecord:
    return PromiseRecord(
        event.call,
        event.seq,
        event.at,
        fields["contact"],
        fields["call"],
        fields["queue"],
        expected_ms=fields["expected_ms"],
        low_ms=fields["low_ms"],
        high_ms=fields["high_ms"],
        spoken=fields["spoken"],
        held=fields["held"],
        actual_ms=fields["actual_ms"],
        mean_wait_ms=fields["mean_wait_ms"],
        smoothed_wait_ms=fields["smoothed_wait_ms"],
    )


def _hold(event: Event, fields: Mapping[str, Any]) -> HoldRecord | None:
    """Of all that agents do, holds alone have records."""
    if fields.get("what") != HELD:
        return None
    return HoldRecord(
        event.call,
        event.seq,
        fields["contact"],
        fields["call"],
        fields["queue"],
        fields["agent"],
        started_at=fields["started_at"],
        ended_at=event.at,
    )


_MAKERS: Mapping[str, Callable[[Event, Mapping[str, Any]], QueueRecord | None]] = {
    Kind.CONTACT_ENDED: _contact,
    Kind.OFFER_ENDED: _offer,
    Kind.TALK_ENDED: _talk,
    Kind.AGENT_ACTED: _hold,
    Kind.AGENT_STATE_ENDED: _agent_time,
    Kind.WAIT_PROMISED: _promise,
}
