"""A caller in a queue, as flow and queues tell each other: what is asked for, and the news while it lasts.

Times are seconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fsapp.domain.call import Call
from fsapp.domain.leg import Utterance

WayOut = Literal["key", "callback"]
"""Why a caller leaves by choice."""


@dataclass(frozen=True, slots=True)
class QueueRequest:
    """What a call asks of a queue. `data` goes where the call goes: to the agent, and with every transfer.

    `labels` are the flow's labels that an agent may send the caller to, by the key that the agent presses.
    """

    call: Call
    queue: str
    language: str
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: int = 0
    customer_level: str = ""
    sticky_agent: str = ""
    whisper: Utterance | None = None
    """Said to the agent alone, before the talk."""
    data: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    waited: float = 0.0
    """Seconds that the caller has waited already: when an engine goes on where another one died."""
    record: Callable[[str, Mapping[str, Any]], None] | None = None
    """Journals in the call's own record, as long as it is open."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the caller is to be told: the position in the line, and the wait that is left, where it may be told."""

    position: int | None
    low: float | None = None
    high: float | None = None
    sound: str = ""
    """A prompt of the catalogue that goes first; empty for none."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The caller waits in another queue from now on."""

    queue: str
    music: str = ""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A supervisor's recorded words to all who wait."""

    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed a key while waiting; or is a machine, and gives its tone (domain.leg.FAX_TONE)."""

    key: str


@dataclass(frozen=True, slots=True)
class TalkBegan:
    """Caller and agent hear each other."""

    agent: str


@dataclass(frozen=True, slots=True)
class Held:
    """The agent holds the caller: music until the talk goes on, which no news tells."""


@dataclass(frozen=True, slots=True)
class TalkOver:
    """The talk ended and the caller is still there."""

    agent: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SentTo:
    """An agent sent the caller to a label of the flow. `returns`: the agent waits for the flow's `return`."""

    label: str
    returns: bool


@dataclass(frozen=True, slots=True)
class FaxWanted:
    """The agent wants this document sent to the caller's fax machine, and waits."""

    document: str


@dataclass(frozen=True, slots=True)
class LeftQueue:
    """The queue keeps the caller no longer: timeout, full, no_agents or closed."""

    exit: str


News = Announcement | Moved | Broadcast | KeyPressed | TalkBegan | Held | TalkOver | SentTo | FaxWanted | LeftQueue
"""What a caller's place in a queue tells, one after another."""
