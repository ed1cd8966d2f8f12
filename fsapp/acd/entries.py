"""What is kept of queues and agents: queue log and agent times are folded from these. Times are monotonic seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fsapp.acd.agents import AgentState


class ContactEnd(StrEnum):
    """How a contact left the queues; every one leaves in exactly one way."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    FULL = "full"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"
    KEY = "key"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class ContactQueued:
    """A contact stands in a queue; `reason` says why where it came from another one."""

    contact: str
    queue: str
    at: float
    position: int
    reason: str = ""
    resumed: bool = False
    """Got the place back that it had before it was cut off."""


@dataclass(frozen=True, slots=True)
class ContactEnded:
    """`waited` counts from the first queue on, to the moment both heard each other, or the contact left."""

    contact: str
    queue: str
    end: ContactEnd
    at: float
    waited: float
    agent: str = ""
    within: bool = False
    """Answered within the service level's seconds."""


@dataclass(frozen=True, slots=True)
class TalkHad:
    """One agent's part of a talk. A talk that was taken over has several."""

    contact: str
    queue: str
    agent: str
    started_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class AgentStateEnded:
    """A stretch of time in one state: what an agent has of these adds up to the time signed in."""

    agent: str
    state: AgentState
    reason: str
    since: float
    until: float
    followed_by: AgentState
    because: str = ""
    """The reason of the state that follows."""


@dataclass(frozen=True, slots=True)
class AgentActed:
    """What an agent, or somebody else `by` name, did at the desk: `sign_in`, `break` …; the shell tells it.

    `details` are plain values: phone, code, reason, call … A PIN is never among them.
    """

    agent: str
    what: str
    by: str
    at: float
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskRepaired:
    """The sweeper found the dispatcher's word and the switch's apart, and mended it: what, and why."""

    what: str
    why: str
    at: float
    agent: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class OutsideLegEnded:
    """A leg that an agent had rung to an outside number in a talk, consulted or to take the caller; `end` is that of a
    ringing phone, `answered_at` None where nobody answered.
    """

    contact: str
    agent: str
    leg: str
    number: str
    rung_at: float
    answered_at: float | None
    ended_at: float
    end: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class RecordRulesLoaded:
    """What queues say of recording from now on."""

    at: float
    rules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordingNews:
    """What became of a recording; `kind` is an event's, `details` are its fields but for `started_at`."""

    kind: str
    started_at: float
    at: float
    details: Mapping[str, Any]
