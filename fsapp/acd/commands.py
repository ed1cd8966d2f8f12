"""What the dispatcher wants done, imperative; times are monotonic seconds."""

from dataclasses import dataclass

from fsapp.acd.decisions import Decision
from fsapp.acd.entries import AgentStateEnded, ContactEnded, ContactQueued, TalkHad
from fsapp.acd.estimates import Estimate, Promise
from fsapp.acd.offers import Offer, Withdrawal


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Ring `phone` until `deadline`; the outcome comes back as an event with the offer's id."""

    offer: str
    contact: str
    agent: str
    phone: str
    queue: str
    deadline: float


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """Stop ringing."""

    offer: str
    contact: str
    agent: str
    reason: Withdrawal


@dataclass(frozen=True, slots=True)
class ConnectTalk:
    """Let caller and agent hear each other; TalkStarted or TalkFailed comes back before `deadline`."""

    offer: str
    contact: str
    agent: str
    deadline: float


@dataclass(frozen=True, slots=True)
class ReleaseAgent:
    """Nobody is there for this agent to talk to: end the agent's leg."""

    offer: str
    contact: str
    agent: str


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The caller goes on in the flow by this exit: full, timeout, no_agents or closed."""

    contact: str
    exit: str


@dataclass(frozen=True, slots=True)
class MoveContact:
    """The contact waits in another queue from now on: its music, its announcements."""

    contact: str
    queue: str
    reason: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the caller. No estimate is given where lately given ones were wrong, or the queue gives none."""

    contact: str
    position: int | None
    estimate: Estimate | None


Entry = Offer | AgentStateEnded | ContactQueued | ContactEnded | TalkHad | Decision | Promise


@dataclass(frozen=True, slots=True)
class Record:
    """Keep this: an offer that ended, a state that ended, a decision …"""

    entry: Entry


Command = MakeOffer | WithdrawOffer | ConnectTalk | ReleaseAgent | LeaveQueue | MoveContact | Announce | Record
