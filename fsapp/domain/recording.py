"""Recordings of talks: what is kept of each, made of single events of the run that recorded it.

Times are UTC milliseconds since 1970; `masked` are milliseconds from the file's beginning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fsapp.domain.events import Event, Kind

WAV_HEADER = 44
BYTES_PER_MS = 32
"""8,000 samples a second of 2 bytes, for the caller and the agent."""


class RecordRule(StrEnum):
    """What a queue says of its talks: recorded, recorded where somebody asks for it, or in no recording at all."""

    ALWAYS = "always"
    ON_DEMAND = "on_demand"
    NEVER = "never"


class RecordingState(StrEnum):
    """What became of a recording. `open`: the file is being written, or its engine died."""

    OPEN = "open"
    SAVED = "saved"
    FAILED = "failed"
    DELETED = "deleted"


Span = tuple[int, int]

STILL = -1
"""The end of a span that is not over yet."""


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """One file, or none where `why` says so. `path` is below the folder of recordings; `queue` is empty where a flow
    recorded a call that no queue had. `by` is who began it: `rule`, `step`, or an agent.
    """

    id: str
    call: str
    contact: str
    queue: str
    caller: str
    called: str
    path: str
    by: str
    state: str
    started_at: int
    ended_at: int | None = None
    ms: int = 0
    size: int = 0
    sha256: str = ""
    legs: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    masked: tuple[Span, ...] = ()
    why: str = ""
    """Why it ended, or failed."""
    ticket: str = ""
    hold: str = ""
    """Why it must not be deleted: a legal hold."""
    deleted_at: int | None = None
    deleted_why: str = ""
    packed_path: str = ""
    """The compressed file, where there is one: the WAV is gone then. `size` and `sha256` are the WAV's all the same."""
    packed_size: int = 0
    packed_sha256: str = ""


@dataclass(frozen=True, slots=True)
class TicketNoted:
    """An agent noted a ticket's number for the call."""

    call: str
    ticket: str


def recording_record(event: Event) -> RecordingRecord | None:
    """What an event says of a recording as a whole, if anything. Raises KeyError where a field is missing."""
    make = _MAKERS.get(event.kind)
    return None if make is None else make(event, event.fields)


def ticket_noted(event: Event) -> TicketNoted | None:
    """The ticket that an event of an agent's ties to a call."""
    fields = event.fields
    if event.kind != Kind.AGENT_ACTED or fields.get("what") != "ticket" or not fields.get("call"):
        return None
    return TicketNoted(str(fields["call"]), str(fields.get("value", "")))


def _started(_: Event, fields: Mapping[str, Any]) -> RecordingRecord:
    return _record(fields, RecordingState.OPEN, fields["started_at"])


def _masked(_: Event, fields: Mapping[str, Any]) -> RecordingRecord:
    """`masked` came with a later release."""
    spans = tuple((first, last) for first, last in fields.get("masked", ()))
    return _record(fields, RecordingState.OPEN, fields["started_at"], masked=spans)


def _saved(event: Event, fields: Mapping[str, Any]) -> RecordingRecord:
    return _record(
        fields,
        RecordingState.SAVED,
        fields["started_at"],
        ended_at=event.at,
        ms=fields["ms"],
        size=fields["size"],
        sha256=fields["sha256"],
        masked=tuple((first, last) for first, last in fields["masked"]),
        why=fields["why"],
    )


def _failed(event: Event, fields: Mapping[str, Any]) -> RecordingRecord:
    return _record(fields, RecordingState.FAILED, fields["started_at"], ended_at=event.at, why=fields["why"])


def _record(fields: Mapping[str, Any], state: RecordingState, started_at: int, **more: Any) -> RecordingRecord:
    names = ("call", "contact", "queue", "caller", "called", "path", "by")
    same: dict[str, Any] = {name: str(fields[name]) for name in names}
    same |= {name: tuple(fields[name]) for name in ("legs", "agents")}
    return RecordingRecord(id=str(fields["recording"]), state=state.value, started_at=started_at, **same, **more)


_MAKERS: Mapping[str, Callable[[Event, Mapping[str, Any]], RecordingRecord]] = {
    Kind.RECORDING_STARTED: _started,
    Kind.RECORDING_MASKED: _masked,
    Kind.RECORDING_UNMASKED: _masked,
    Kind.RECORDING_SAVED: _saved,
    Kind.RECORDING_FAILED: _failed,
}
