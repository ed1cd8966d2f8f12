"""A phone that the engine rings: what is asked for, and what comes of it."""

from dataclasses import dataclass
from enum import StrEnum

from fsapp.domain.arguments import Endpoint


@dataclass(frozen=True, slots=True)
class Ring:
    """`caller_*` is what the phone shows, `call` the caller's channel; seconds. `auto_answer`: by the phone itself.

    `connects_at_once`: whoever answers talks to the caller without a word before, so that the music may stop.
    """

    endpoint: Endpoint
    call: str
    ring_timeout: float
    caller_number: str = ""
    caller_name: str = ""
    auto_answer: bool = False
    connects_at_once: bool = False


class RingEnd(StrEnum):
    """What became of it."""

    ANSWERED = "answered"
    BUSY = "busy"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"
    UNREGISTERED = "unregistered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Rung:
    """`cause` is the hang-up cause of a leg that was not answered."""

    end: RingEnd
    cause: str = ""
