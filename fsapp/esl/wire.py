"""Bytes off an event socket become messages; no socket in here.

A message is a block of `Name: value` lines, a blank line, and a body of Content-Length bytes (FreeSWITCH,
mod_event_socket.c). Bytes are split at LF before anything is decoded, each value is decoded by itself, and the first
header of a name wins: so no text of a caller's, however encoded, can become a header.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from fsapp.esl.errors import WireError
from fsapp.esl.events import Event, JsonEvent, PlainEvent
from fsapp.esl.headers import Block

MAX_MESSAGE = 4 * 1024 * 1024
MAX_LISTING = 64 * 1024 * 1024
"""Where the engine asks for lists: ten thousand channels are 10 to 30 MB."""

MAX_HEADERS = 1024 * 1024

_SHORT = 128
"""Bytes of a block that may well come again."""

_END_OF_HEADERS = b"\n\n"
_LENGTHS = re.compile(rb"^Content-Length:([^\n]*)", re.MULTILINE)
_NOTICE = b"Content-Type: text/disconnect-notice"
_LINGER_NOTICE = re.compile(
    rb"Content-Type: text/disconnect-notice\nControlled-Session-UUID: [^\n]*\nContent-Disposition: linger\n"
)
_END_OF_NOTICE = re.compile(rb"\nLinger-Time: \d+\nContent-Length: 0\n\n")
"""A notice of lingering holds the channel's name as the caller wrote it, decoded: `%0A` in a SIP user is a newline
here, and can write headers and even whole messages. So nothing of it is read but its beginning."""


class Message(NamedTuple):
    """One message: its headers, the Content-Type among them, and its body as it came."""

    headers: Mapping[str, str]
    content_type: str
    body: bytes = b""

    @property
    def reply(self) -> str:
        """The answer to a command: `+OK …` or `-ERR …`, or an api's output."""
        return self.body.decode(errors="replace") if self.body else self.headers.get("Reply-Text", "")


class Parser:
    """Collects bytes until messages are whole. After a WireError it is of no further use."""

    def __init__(self, longest: int = MAX_MESSAGE) -> None:
        self._longest = longest
        self._buffer = bytearray()
        self._searched = 0
        self._head: Head | None = None

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes. Raises WireError, after the messages before it."""
        buffer = self._buffer
        buffer += data
        while self._head is not None or self._take_headers():
            head = self._head
            if head is None or len(buffer) < head.length:
                return
            self._head = None
            if not head.length:
                yield Message(head.headers, head.content_type)
                continue
            body = bytes(buffer[: head.length])
            del buffer[: head.length]
            yield Message(head.headers, head.content_type, body)

    def _take_headers(self) -> bool:
        """Moves on to the body, if all headers are there."""
        if self._buffer.startswith(b"\n"):
            del self._buffer[: len(self._buffer) - len(self._buffer.lstrip(b"\n"))]
            self._searched = 0
        notice = _LINGER_NOTICE.match(self._buffer) if self._buffer.startswith(_NOTICE) else None
        start, end = self._notice(notice.end()) if notice else (self._buffer.find(_END_OF_HEADERS, self._searched), 0)
        if max(start, self._searched) > MAX_HEADERS:
            raise WireError(f"headers of more than {MAX_HEADERS} bytes")
        if start < 0:
            self._searched = max(len(self._buffer) - 1, 0)
            return False
        self._searched = 0
        lines = bytes(self._buffer[: notice.end() if notice else start])
        self._head = _short_head(lines) if len(lines) <= _SHORT else _head(lines, block(lines))
        if self._head.length > self._longest:
            raise WireError(f"a message of {self._head.length} bytes")
        del self._buffer[: end or start + len(_END_OF_HEADERS)]
        return True

    def _notice(self, begin: int) -> tuple[int, int]:
        found = _END_OF_NOTICE.search(self._buffer, begin - 1)
        return found.span() if found else (-1, -1)


def block(lines: bytes) -> Block:
    """A block of header lines.

    Values are url-encoded in plain events and in the answer to `connect`, which begin with their Event-Name, and raw
    elsewhere.
    """
    return Block(lines, encoded=lines.startswith(b"Event-Name:"))


class Head(NamedTuple):
    """What stands before a message's body."""

    headers: Mapping[str, str]
    content_type: str
    length: int


def _head(lines: bytes, headers: Mapping[str, str]) -> Head:
    """Raises WireError."""
    return Head(headers, headers.get("Content-Type", ""), _length(lines))


@lru_cache(maxsize=1024)
def _short_head(lines: bytes) -> Head:
    """The few that come again and again: `+OK`, and the heads of events."""
    return _head(lines, MappingProxyType(block(lines).decoded()))


def _length(lines: bytes) -> int:
    found = set(_LENGTHS.findall(lines)) if b"Content-Length:" in lines else set()
    if len(found) > 1:
        raise WireError("two Content-Lengths that disagree")
    text = found.pop().strip(b" \r") if found else b"0"
    if not text.isdigit() or len(text) > 10:
        raise WireError(f"a Content-Length of {text[:20]!r}")
    return int(text)


def event(message: Message) -> Event:
    """The event in a message, in JSON or plain. Raises WireError."""
    body = message.body
    if message.content_type == "text/event-json":
        if body.startswith(b"{") and body.endswith(b"}"):
            return JsonEvent(body)
        raise WireError("an event that is no JSON object")
    lines, _, rest = body.partition(_END_OF_HEADERS)
    return PlainEvent(block(lines), rest[: _length(lines)].decode(errors="replace"))
