"""Values become bytes: every command that the engine can say on an event socket, and no other.

Headers are short, and arguments go in a counted body of the same write: FreeSWITCH reads headers one byte a system
call, and a body in one (mod_event_socket.c, read_packet); and nothing in a body can end the command.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from fsapp.domain.arguments import Name, Number, Uuid
from fsapp.esl import api_words
from fsapp.esl.arguments import Application, Argument

_WORD = re.compile(r"[\w.,:;/@%+=*#-]{1,512}\Z", re.ASCII)
_PASSWORD = re.compile(r"[!-~]{1,128}\Z")


class Command(bytes):
    """The bytes of exactly one command."""

    __slots__ = ()


class EventName(StrEnum):
    """The events that the engine listens to."""

    BACKGROUND_JOB = "BACKGROUND_JOB"
    CHANNEL_ANSWER = "CHANNEL_ANSWER"
    CHANNEL_BRIDGE = "CHANNEL_BRIDGE"
    CHANNEL_EXECUTE_COMPLETE = "CHANNEL_EXECUTE_COMPLETE"
    CHANNEL_HANGUP = "CHANNEL_HANGUP"
    CHANNEL_HANGUP_COMPLETE = "CHANNEL_HANGUP_COMPLETE"
    CUSTOM = "CUSTOM"
    DETECTED_TONE = "DETECTED_TONE"
    DTMF = "DTMF"
    RECORD_STOP = "RECORD_STOP"


class Api(StrEnum):
    """The api commands that the engine may give. None of them runs another (`system`, `expand`, `sched_api` …)."""

    GLOBAL_GETVAR = "global_getvar"
    GLOBAL_SETVAR = "global_setvar"
    ORIGINATE = "originate"
    RELOADXML = "reloadxml"
    SHOW = "show"
    SOFIA = "sofia"
    STATUS = "status"
    UUID_BREAK = "uuid_break"
    UUID_BRIDGE = "uuid_bridge"
    UUID_BROADCAST = "uuid_broadcast"
    UUID_DUAL_TRANSFER = "uuid_dual_transfer"
    UUID_EXISTS = "uuid_exists"
    UUID_GETVAR = "uuid_getvar"
    UUID_KILL = "uuid_kill"
    UUID_RECORD = "uuid_record"
    UUID_SEND_DTMF = "uuid_send_dtmf"
    UUID_SETVAR = "uuid_setvar"
    UUID_TRANSFER = "uuid_transfer"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Execute:
    """One application to run on a channel."""

    application: Application
    argument: Argument | None = None


CONNECT = Command(b"connect\n\n")
EXIT = Command(b"exit\n\n")


def linger(seconds: int) -> Command:
    """Keeps the connection for so long after the hang-up, for the events that follow it."""
    return Command(b"linger %d\n\n" % int(seconds))


def only_channel(uuid: Uuid) -> Command:
    """Hears nothing of other channels."""
    return Command(f"filter Unique-ID {Uuid(uuid)}\n\n".encode())


def forget_channel(uuid: Uuid) -> Command:
    """Hears no more of a channel."""
    return Command(f"filter delete Unique-ID {Uuid(uuid)}\n\n".encode())


def only_events(name: EventName) -> Command:
    """Hears events of this name, whatever channel they are of, beside those of other filters."""
    return Command(f"filter Event-Name {EventName(name)}\n\n".encode())


def without(application: Name) -> Command:
    """Does not hear of this application's completion. A filter that begins with `-` shuts out (mod_event_socket.c)."""
    return Command(f"filter Application -{Name(application)}\n\n".encode())


def listen(events: Sequence[EventName], custom: Sequence[str] = ()) -> Command:
    """Events come as JSON: lossless, where a plain one cannot tell a caller's `%0A` from a newline.

    `custom` are subclasses of events that modules invent.
    """
    names = [*map(EventName, events), *((EventName.CUSTOM, *custom) if custom else ())]
    return Command(f"event json {' '.join(names)}\n\n".encode())


def auth(password: str) -> Command:
    """Raises ValueError for a password with blanks or beyond ASCII."""
    if not _PASSWORD.match(password):
        raise ValueError("the event socket's password has characters that cannot be sent")
    return Command(f"auth {password}\n\n".encode())


def message_waiting(phone: Number, profile: Name, domain: Name, new: int, saved: int) -> Command:
    """Has the switch tell a phone how many messages wait (mod_sofia, sofia_presence.c)."""
    return Command(
        f"sendevent MESSAGE_WAITING\nMWI-Messages-Waiting: {'yes' if new else 'no'}\n"
        f"MWI-Message-Account: sip:{Number(phone)}@{Name(domain)}\n"
        f"MWI-Voice-Message: {int(new)}/{int(saved)} (0/0)\nSofia-Profile: {Name(profile)}\n\n".encode()
    )


def execute(work: Execute, event_uuid: Uuid | None = None, channel: Uuid | None = None) -> Command:
    """Runs an application on the connection's own channel, or on `channel`; its completion bears `event_uuid`.

    With the event lock one waits for the other; without it the second would run inside the first (switch_ivr.c).
    """
    head = _execute_head(Application(work.application), Uuid(channel) if channel is not None else None)
    if event_uuid is not None:
        head += b"event-uuid: %b\n" % Uuid(event_uuid).encode()
    if work.argument is None:
        return Command(head + b"event-lock: true\n\n")
    body = Argument(work.argument).encode()
    return Command(b"%bevent-lock: true\ncontent-type: text/plain\ncontent-length: %d\n\n%b" % (head, len(body), body))


@lru_cache(maxsize=256)
def _execute_head(application: Application, channel: Uuid | None) -> bytes:
    target = f" {channel}" if channel is not None else ""
    head = f"sendmsg{target}\ncall-command: execute\nexecute-app-name: {application.value}\n"
    return head.encode()


def api(name: Api, *words: str) -> Command:
    """Raises ValueError for a word with blanks, quotes, braces or anything that FreeSWITCH would expand."""
    return Command(f"api {_words(name, words)}\n\n".encode())


def bgapi(name: Api, job: Uuid, *words: str) -> Command:
    """As `api`, without waiting: the result is an event that bears `job`. Raises ValueError."""
    return Command(f"bgapi {_words(name, words)}\nJob-UUID: {Uuid(job)}\n\n".encode())


def _words(name: Api, words: Sequence[str]) -> str:
    for word in words:
        if not _WORD.match(word):
            raise ValueError(f"{word[:40]!r} cannot be told to FreeSWITCH's api")
    api_words.check(Api(name), words)
    return " ".join([Api(name), *words])
