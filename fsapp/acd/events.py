"""What the dispatcher is told, in the past tense. Unknown ids, repetitions and what comes too late are ignored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fsapp.acd.agents import AgentProfile
from fsapp.acd.settings import QueueSettings
from fsapp.acd.skills import check_levels

# Queues


@dataclass(frozen=True, slots=True)
class QueuesLoaded:
    """These are the queues from now on; contacts of a queue that is gone leave by `closed`."""

    queues: Mapping[str, QueueSettings]


@dataclass(frozen=True, slots=True)
class QueueOpened:
    queue: str


@dataclass(frozen=True, slots=True)
class QueueClosed:
    """Nobody comes in any more; who waits is served, or leaves by `closed` if the queue was `emptied`."""

    queue: str
    emptied: bool = False


@dataclass(frozen=True, slots=True)
class OffersHeld:
    """No contact is offered for so many seconds, 0.0: any more. Those whom an engine that died had in its queues come
    back one by one, and are to be served in their old order.
    """

    seconds: float


# Agents and their phones


@dataclass(frozen=True, slots=True)
class AgentAdded:
    profile: AgentProfile


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """Skills, tiers or times are others; a talk or offer under way goes on."""

    profile: AgentProfile


@dataclass(frozen=True, slots=True)
class AgentRemoved:
    """Takes effect when a talk under way is over."""

    agent: str


@dataclass(frozen=True, slots=True)
class PhoneRegistered:
    phone: str


@dataclass(frozen=True, slots=True)
class PhoneUnregistered:
    phone: str


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """At any phone that no other agent has. `ready` agents are available at once."""

    agent: str
    phone: str
    ready: bool = True


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    """In a talk: once it is over."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentReady:
    """Ends a break, a rest and wrap-up; takes back a break or sign-out asked for in a talk."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentWentOnBreak:
    """In a talk: once it is over."""

    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class WrapUpExtended:
    """So many seconds more."""

    agent: str
    seconds: float


@dataclass(frozen=True, slots=True)
class OtherCallStarted:
    """The agent's phone is in a call that no queue gave."""

    agent: str
    call: str


@dataclass(frozen=True, slots=True)
class OtherCallEnded:
    agent: str
    call: str


# Contacts


@dataclass(frozen=True, slots=True)
class ContactArrived:
    """A caller asks for a queue. `contact` is new with each asking, though the call be the same.

    `caller` is who calls, for a place kept after a cut; empty where that is not known. `queued_at` is given where the
    waiting began before: after an engine's restart, or a transfer that keeps the place. Raises ValueError for a level
    out of range.
    """

    contact: str
    queue: str
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: int = 0
    customer_level: str = ""
    sticky_agent: str = ""
    caller: str = ""
    queued_at: float | None = None

    def __post_init__(self) -> None:
        check_levels(self.skills)


@dataclass(frozen=True, slots=True)
class ContactAbandoned:
    """The caller hung up."""

    contact: str


@dataclass(frozen=True, slots=True)
class ContactLeft:
    """The caller chose another way, `by` key or callback."""

    contact: str
    by: Literal["key", "callback"]


@dataclass(frozen=True, slots=True)
class ContactMoved:
    """A supervisor sent a waiting contact to another queue, its waiting time kept."""

    contact: str
    queue: str


@dataclass(frozen=True, slots=True)
class ContactPicked:
    """An agent or supervisor gave a waiting contact to an available agent, past the order of the line."""

    contact: str
    agent: str


# Offers and talks


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """The agent answered, and confirmed where that is asked."""

    offer: str


@dataclass(frozen=True, slots=True)
class OfferRejected:
    """The agent, or a busy phone, refused."""

    offer: str
    busy: bool = False


@dataclass(frozen=True, slots=True)
class OfferNotAnswered:
    offer: str


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The phone could not be called; `unregistered`: because it is not there."""

    offer: str
    cause: str = ""
    unregistered: bool = False


@dataclass(frozen=True, slots=True)
class TalkStarted:
    """Caller and agent hear each other."""

    contact: str


@dataclass(frozen=True, slots=True)
class TalkFailed:
    """The agent's leg ended before the two were connected."""

    contact: str


@dataclass(frozen=True, slots=True)
class TalkTakenOver:
    """Another signed-in agent has the caller now: an attended transfer, or a supervisor."""

    contact: str
    agent: str


@dataclass(frozen=True, slots=True)
class TalkEnded:
    contact: str


@dataclass(frozen=True, slots=True)
class TalkRestored:
    """A talk that began under an earlier run of the engine, and goes on. The agent is signed in already."""

    contact: str
    queue: str
    agent: str
    started_at: float


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """Nothing happened but time."""


QueueEvent = QueuesLoaded | QueueOpened | QueueClosed | OffersHeld
StaffEvent = AgentAdded | AgentChanged | AgentRemoved | PhoneRegistered | PhoneUnregistered
DeskEvent = AgentSignedIn | AgentSignedOut | AgentReady | AgentWentOnBreak | WrapUpExtended
OtherCallEvent = OtherCallStarted | OtherCallEnded
ContactEvent = ContactArrived | ContactAbandoned | ContactLeft | ContactMoved | ContactPicked
OfferEvent = OfferAccepted | OfferRejected | OfferNotAnswered | OfferFailed
TalkEvent = TalkStarted | TalkFailed | TalkTakenOver | TalkEnded | TalkRestored
Event = QueueEvent | StaffEvent | DeskEvent | OtherCallEvent | ContactEvent | OfferEvent | TalkEvent | DeadlinePassed
