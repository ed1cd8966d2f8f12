"""What a leg is asked to do and what came of it: requests and results, shared by every kind of leg.

Times are seconds. A leg raises CallEnded from any request once its channel is gone.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from fsapp.domain.arguments import Endpoint

FAX_TONE = "f"
"""A fax machine's tone, where keys are told."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to be heard: its words, and the audio file that says them.

    `path` is as FreeSWITCH opens it; `seconds` is the length, 0.0 where unknown.
    """

    text: str
    language: str
    path: str
    seconds: float = 0.0


_CHARACTERS_A_SECOND = MappingProxyType({"zh": 4.5, "en": 14.0})


def estimated_seconds(text: str, language: str) -> float:
    """How long words take that nobody has spoken yet."""
    return len(text) / _CHARACTERS_A_SECOND.get(language[:2], 14.0)


BELATED_SECONDS = 2.0
"""After a number that was full: a terminator pressed this soon still belongs to it, and means nothing more."""


@dataclass(frozen=True, slots=True)
class CollectKeys:
    """Play the utterances, then wait for keys.

    A key pressed during the utterances ends them if `barge_in`, and counts. Reading ends at `max_digits`, at one of the
    `terminators` (not part of the digits), after `first_timeout` without any key, or after `digit_timeout` without a
    further one. Keys typed ahead, in a barged-in prompt before this request, count first.
    `sensitive` keys appear in no log, event or record of switch or engine.
    """

    utterances: tuple[Utterance, ...]
    max_digits: int
    terminators: str = "#"
    first_timeout: float = 5.0
    digit_timeout: float = 3.0
    barge_in: bool = True
    sensitive: bool = False


class KeysEnd(StrEnum):
    """Why reading keys ended."""

    FULL = "full"
    TERMINATOR = "terminator"
    TIMEOUT = "timeout"
    NOTHING = "nothing"
    UNPLAYABLE = "unplayable"
    """The prompt's file is missing: nobody was asked anything."""


@dataclass(frozen=True, slots=True)
class KeysCollected:
    """The keys read; `terminator` is the key that ended them, or empty."""

    digits: str
    end: KeysEnd
    terminator: str = ""


class PlayEnd(StrEnum):
    """Why a playback ended."""

    PLAYED = "played"
    BARGED_IN = "barged_in"
    UNPLAYABLE = "unplayable"


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Record the caller into `path` until a terminator, silence, or `max_seconds`."""

    path: str
    max_seconds: int = 120
    silence_seconds: int = 4
    terminators: str = "#"


@dataclass(frozen=True, slots=True)
class MessageRecorded:
    """`seconds` of message, without the silence that ended it; `terminator` is the key that ended it, or empty."""

    seconds: float
    terminator: str = ""


@dataclass(frozen=True, slots=True)
class Dial:
    """Call one B-leg and connect it with this one; returns when the talk is over or never began."""

    endpoint: Endpoint
    ring_timeout: int = 30
    caller_number: str = ""


class DialEnd(StrEnum):
    """What became of a dialled leg."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Dialled:
    """`leg` is the B-leg's id or empty; `cause` its hang-up cause; `talk_seconds` 0.0 where nobody answered."""

    end: DialEnd
    cause: str = ""
    leg: str = ""
    talk_seconds: float = 0.0
