"""What an agent or a supervisor may ask of a talk, and why it may be refused: the words of desk and queues' shell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fsapp.domain.arguments import Endpoint
from fsapp.domain.errors import FsappError


@dataclass(frozen=True, slots=True)
class ToAgent:
    """To the phone where this agent is signed in."""

    agent: str


@dataclass(frozen=True, slots=True)
class ToQueue:
    """To the line of a queue, the time waited so far kept."""

    queue: str


@dataclass(frozen=True, slots=True)
class ToNumber:
    """To an outside number that the dialplan allows."""

    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class ToLabel:
    """To a label of the caller's flow. `returns`: the agent waits until the flow brings the caller back."""

    label: str
    returns: bool


Consulted = ToAgent | ToQueue | ToNumber
Destination = Consulted | ToLabel


class Listening(StrEnum):
    """Who hears a supervisor that is in a talk: nobody, the agent, or both."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Recording(StrEnum):
    """What an agent may do with the recording of a talk. Masked, it is silent."""

    START = "start"
    MASK = "mask"
    UNMASK = "unmask"
    STOP = "stop"


class Note(StrEnum):
    """What an agent notes about a contact."""

    DISPOSITION = "disposition"
    WRAP_UP_CODE = "wrap_up_code"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class LastContact:
    """An agent's last contact. `data` is what went with the call; times are seconds."""

    caller: str
    """The caller's number; empty if withheld."""
    queue: str
    ended_ago: float
    data: Mapping[str, str] = field(default_factory=dict)


class Refusal(StrEnum):
    """Why something was not done. Each is a sentence of the prompt catalogue, `desk_no_<value>`."""

    UNKNOWN_CODE = "unknown_code"
    ONLY_IN_TALK = "only_in_talk"
    ONLY_DIALLED = "only_dialled"
    TOO_MANY_KEYS = "too_many_keys"
    INCOMPLETE = "incomplete"
    NOTHING_KEYED = "nothing_keyed"
    NOT_SIGNED_IN = "not_signed_in"
    WRONG_PIN = "wrong_pin"
    """Or no such agent: the answer is the same."""
    RESTING = "resting"
    """Three wrong PINs: the agent's number and the phone rest."""
    PHONE_TAKEN = "phone_taken"
    SIGNED_IN_HERE = "signed_in_here"
    IN_TALK = "in_talk"
    NOT_SUPERVISOR = "not_supervisor"
    ALREADY_READY = "already_ready"
    ALREADY_SO = "already_so"
    NOT_IN_WRAP_UP = "not_in_wrap_up"
    WRAP_UP_ENDLESS = "wrap_up_endless"
    NOT_READY = "not_ready"
    NO_CONTACT = "no_contact"
    NOBODY_WAITS = "nobody_waits"
    UNKNOWN_AGENT = "unknown_agent"
    UNKNOWN_QUEUE = "unknown_queue"
    UNKNOWN_ITEM = "unknown_item"
    OUT_OF_RANGE = "out_of_range"
    YOURSELF = "yourself"
    AGENT_OFFLINE = "agent_offline"
    AGENT_BUSY = "agent_busy"
    AGENT_NOT_IN_TALK = "agent_not_in_talk"
    NUMBER_NOT_ALLOWED = "number_not_allowed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    NO_SUPERVISOR = "no_supervisor"
    ON_HOLD = "on_hold"
    NOT_ON_HOLD = "not_on_hold"
    CONSULTING = "consulting"
    NOT_CONSULTING = "not_consulting"
    TOO_LATE = "too_late"
    """The caller, or the talk, is gone."""
    TOO_SHORT = "too_short"
    NOT_SENT = "not_sent"
    ALWAYS_RECORDED = "always_recorded"
    """The queue's talks are all recorded: nobody ends that."""
    UNUSABLE = "unusable"
    """A recording in which nobody is heard."""
    NOT_SET_UP = "not_set_up"
    """Not at this site, or not in this queue."""


class Refused(FsappError):
    """Something was not done, and nothing has changed."""

    def __init__(self, why: Refusal) -> None:
        self.why = why
        super().__init__(why.value)
