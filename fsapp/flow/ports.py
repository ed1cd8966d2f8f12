"""What steps need from the outside, as small Protocols. Adapters satisfy them; fsapp.app proves the fit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from fsapp.domain.arguments import Endpoint
from fsapp.domain.call import Call
from fsapp.domain.caller_history import CallerHistory
from fsapp.domain.customer import KnownCustomer
from fsapp.domain.fax import FaxLine, FaxResult, ReceiveFax, SendFax
from fsapp.domain.leg import (
    CollectKeys,
    Dial,
    Dialled,
    KeysCollected,
    MessageRecorded,
    PlayEnd,
    RecordMessage,
    Utterance,
)
from fsapp.domain.queueing import News, QueueRequest, WayOut
from fsapp.domain.talk import Refusal
from fsapp.domain.ticket_opening import Opening


class Leg(Protocol):
    """The caller's channel. Every method raises CallEnded once the caller is gone, and EslError if the switch fails."""

    def answer(self) -> None:
        """Answers the call; does nothing if it is answered already."""
        ...

    def play(self, utterances: Sequence[Utterance], *, barge_in: bool) -> PlayEnd:
        """Plays one after another. With `barge_in` any key ends it; that key counts for the next `collect`."""
        ...

    def collect(self, request: CollectKeys) -> KeysCollected: ...

    def pause(self, seconds: float) -> None:
        """Silence; keys pressed meanwhile count for the next `collect`."""
        ...

    def record(self, request: RecordMessage) -> MessageRecorded:
        """A caller who hangs up has left a message too: it is given here, and the next request raises CallEnded."""
        ...

    def dial(self, request: Dial) -> Dialled:
        """A caller who ends the talk has talked: this gives the talk, and the next request raises CallEnded."""
        ...

    def fax_receive(self, request: ReceiveFax) -> FaxResult:
        """A sender who hangs up ends it too: this gives what came, and the next request raises CallEnded."""
        ...

    def fax_send(self, request: SendFax) -> FaxResult:
        """As `fax_receive`."""
        ...

    def listen_for_fax(self) -> None:
        """From now on a fax tone raises FaxToneHeard from `play`, `collect` or whichever of these comes next."""
        ...

    def refer(self, endpoint: Endpoint) -> None:
        """Hands the caller over by SIP REFER and lets go. Raises EslError where the other side refuses."""
        ...

    def hang_up(self, cause: str) -> None:
        """Ends the call; always raises CallEnded."""
        ...

    def wait_apart(self, on_key: Callable[[str], None]) -> None:
        """The caller is about to wait long: costs the switch little meanwhile. Each key goes to `on_key` at once,
        and a fax tone that is listened for as FAX_TONE.
        """
        ...

    def music(self, path: str) -> None:
        """Plays music until something else is asked of the leg; does not wait. An empty path is the switch's own."""
        ...

    def come_back(self) -> None:
        """The waiting is over, and a talk perhaps: keys count for the next `collect` again."""
        ...


class Voice(Protocol):
    """Text and prompt names become utterances. Raises MediaError where no audio can be had."""

    def say(self, text: str, language: str) -> Utterance: ...

    def whisper(self, text: str, language: str) -> Utterance:
        """As `say`, for words that are secret: nothing of them is kept."""
        ...

    def prompt(self, name: str, language: str) -> Utterance:
        """A prompt of the catalogue: its recorded file if there is one, else its text synthesised."""
        ...

    def restore(self, utterance: Utterance) -> bool:
        """Makes anew an utterance whose file is gone; whether that was so, and it can be played again."""
        ...


class Lookups(Protocol):
    """Look-up sources that the configuration declares."""

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The record found, or None if the source has none. Raises LookupFailed (late, dead, wrong answer)."""
        ...


class Calendars(Protocol):
    """Business calendars that the configuration declares."""

    def state(self, name: str, now: datetime) -> str:
        """`open`, `closed` (outside hours, weekend) or `holiday`. Raises KeyError for an unknown name."""
        ...


class DialRules(Protocol):
    """The dialplan's allow-list: default deny."""

    def number(self, number: str, call: Call) -> Endpoint:
        """The way to an outside number. Raises NotAllowed."""
        ...

    def agent(self, extension: str, call: Call) -> Endpoint:
        """The way to an agent's phone. Raises NotAllowed."""
        ...


class Recordings(Protocol):
    """Where messages that callers leave are kept."""

    def message_path(self, call: Call, name: str) -> str:
        """A new file for a message of this call, in a folder that exists."""
        ...

    def discard(self, path: str) -> None:
        """Deletes a file that turned out to be no message, if there is one."""
        ...


class CallRecorder(Protocol):
    """What records a whole call or talk. None of it raises."""

    def start(self, call: Call) -> bool:
        """Whether the call is recorded from now on, or was already."""
        ...

    def stop(self, call: str) -> bool:
        """Whether there was a recording to end."""
        ...

    def mask(self, call: str, by: str) -> bool:
        """The recording is silent when this returns. Whether `by` is a new reason for that."""
        ...

    def unmask(self, call: str, by: str) -> bool:
        """The recording goes on, unless another reason is left. Whether `by` was one."""
        ...


class Faxes(Protocol):
    """Faxes that come and go, and the documents they are."""

    @property
    def line(self) -> FaxLine:
        """How the site's faxes travel, as the settings say."""
        ...

    def incoming_path(self, call: Call) -> str:
        """A new file for a fax of this call, in a folder that exists."""
        ...

    def received(self, call: Call, path: str, category: str, result: FaxResult) -> str:
        """Keeps what came as a document, and gives its name; pages are turned and mailed later, never waited for."""
        ...

    def ticket_kind(self, category: str) -> str:
        """The kind of ticket that every fax of this category becomes; empty for none."""
        ...

    def nothing_received(self, path: str) -> None:
        """No page came: deletes the file, if there is one."""
        ...

    def document(self, name: str) -> str | None:
        """The fax file of a document; None where there is none of that name. Raises StoreError, MediaError."""
        ...


class Place(Protocol):
    """A caller's place in a queue, from asking for it to leaving or the end of the talk."""

    @property
    def talking(self) -> bool:
        """Whether an agent has the caller, or is about to: nothing may be played then."""
        ...

    def next(self) -> News:
        """Waits for news."""
        ...

    def press(self, key: str) -> None:
        """The caller pressed a key; it comes back as news."""
        ...

    def leave(self, by: WayOut) -> bool:
        """The caller wants another way; False where it is too late, as an agent has answered."""
        ...

    def resume(self, why: Refusal | None = None) -> None:
        """The caller, whom an agent had sent away, is ready to talk on; `why` what was wanted came to nothing."""
        ...

    def close(self) -> None:
        """The flow goes on, or the caller is gone; may be called again."""
        ...


class Queues(Protocol):
    """The queues that the configuration declares."""

    def enter(self, request: QueueRequest) -> Place:
        """Asks for a place; what comes of it is the first news. Raises FlowError for an unknown queue."""
        ...

    def music(self, queue: str) -> str:
        """The prompt that is a queue's music; empty for the switch's own."""
        ...


class History(Protocol):
    """What is known of callers from their earlier calls."""

    def of(self, ani: str) -> CallerHistory:
        """Within a second, and never raising: a caller of whom nobody can tell in time is one who never called."""
        ...

    def forget(self, ani: str) -> None:
        """What was remembered of this caller is out of date."""
        ...


class Tickets(Protocol):
    """Tickets, as a call makes, hears and urges them. All methods raise FsappError where tickets cannot be had now."""

    def open(self, opening: Opening) -> str:
        """Makes a ticket, and gives its number. What is asked for twice is one."""
        ...

    def find(self, number: str, call: Call, language: str) -> Mapping[str, Any] | None:
        """What is known of a ticket; without a number, of this caller's latest one. None where there is none."""
        ...

    def urge(self, number: str, call: Call) -> None:
        """The caller wants it to be done at last."""
        ...


class Customers(Protocol):
    """The customers, as a call sees them."""

    def of(self, ani: str) -> KnownCustomer:
        """Within a second, and never raising: one of whom nobody can tell in time is nobody we know."""
        ...


class Recorder(Protocol):
    """The journal, as one call sees it."""

    def record(self, kind: str, fields: Mapping[str, Any]) -> None: ...
