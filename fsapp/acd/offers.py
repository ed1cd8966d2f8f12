"""Offers: attempts to give a contact to an agent. Each ends once, in one of five ways."""

from dataclasses import dataclass
from enum import StrEnum


class OfferEnd(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class Withdrawal(StrEnum):
    """Why an offer was taken back."""

    LOST_RACE = "lost_race"
    """Another agent answered first."""
    CALLER_GONE = "caller_gone"
    AGENT_LEFT = "agent_left"
    """Signed out, or took a break, while the phone rang."""
    TIMED_OUT = "timed_out"
    """The offer ended by `no_answer`: stop ringing."""
    PHONE_GONE = "phone_gone"
    """The offer failed: the phone is not registered any more."""
    QUEUE_LEFT = "queue_left"
    """The contact was moved or sent away."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Times are monotonic seconds. `cause` says more of an end: a hang-up cause, or a Withdrawal."""

    id: str
    contact: str
    agent: str
    queue: str
    made_at: float
    deadline: float
    end: OfferEnd | None = None
    ended_at: float | None = None
    cause: str = ""
