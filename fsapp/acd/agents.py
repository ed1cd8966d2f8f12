"""Agents: who they are, and the state they are in.

    offline -> available -> offered -> talking -> wrap_up -> available
                  ^  on_break(reason) from anywhere but a talk; asked for in a talk, it begins after it

`available` means exactly: may be given a contact now. Whoever may not is in another state, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fsapp.acd.skills import check_levels

if TYPE_CHECKING:
    from fsapp.acd.contacts import Contact
    from fsapp.acd.lines import Queue
    from fsapp.acd.offers import Offer


class AgentState(StrEnum):
    """One at a time, from sign-in to sign-out."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    ON_BREAK = "on_break"


class Rest(StrEnum):
    """Reasons for `on_break` that the dispatcher gives; all others are the agents' own."""

    NOT_READY = "not_ready"
    """Signed in without being ready."""
    NO_ANSWER = "no_answer"
    """Did not answer `max_no_answer` times in a row: lasts until the agent says to be ready."""
    UNREGISTERED = "unregistered"
    """The phone is gone: lasts until it registers."""
    NO_ANSWER_DELAY = "no_answer_delay"
    REJECT_DELAY = "reject_delay"
    BUSY_DELAY = "busy_delay"
    FAILURE_DELAY = "failure_delay"


OTHER_CALL = "other_call"
"""The reason of `talking` in a call that no queue gave."""


@dataclass(frozen=True, slots=True)
class Tier:
    """An agent's place in a queue: lower levels are asked first; within a level, positions order `top_down`."""

    level: int = 1
    position: int = 1


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """What is known of an agent whether signed in or not. Times are seconds. Raises ValueError for a wrong level."""

    id: str
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    wrap_up_time: float | None = None
    """Goes before the queue's."""
    manual_ready: bool = False
    """Wrap-up lasts until the agent ends it."""
    max_no_answer: int = 3
    """In a row; then the agent rests. 0: never."""
    reject_delay_time: float = 10.0
    busy_delay_time: float = 60.0
    no_answer_delay_time: float = 10.0

    def __post_init__(self) -> None:
        check_levels(self.skills)


@dataclass(slots=True, eq=False)
class Agent:
    """An agent as the dispatcher keeps it. `index` is its place in bitmaps, `bit` that bit."""

    profile: AgentProfile
    index: int
    bit: int
    state: AgentState = AgentState.OFFLINE
    reason: str = ""
    since: float = 0.0
    phone: str = ""
    ladder: tuple[tuple["Queue", ...], ...] = ()
    """The agent's queues by tier level, then position: the order in which they are asked for a contact."""
    offer: "Offer | None" = None
    contact: "Contact | None" = None
    talk_since: float = 0.0
    idle_since: float = 0.0
    calls: int = 0
    """Answered since signing in, as is `talk_seconds`."""
    talk_seconds: float = 0.0
    no_answers: int = 0
    turns: dict[str, int] = field(default_factory=dict)
    """When each queue made its last offer, as a running number: for `round_robin`."""
    other_calls: set[str] = field(default_factory=set)
    """Ids of calls that no queue gave."""
    break_next: str | None = None
    """The break that begins when the talk is over."""
    leaving: bool = False
    """Signs out when the talk is over."""
    removed: bool = False
    """Is forgotten once signed out."""

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def signed_in(self) -> bool:
        return self.state is not AgentState.OFFLINE
