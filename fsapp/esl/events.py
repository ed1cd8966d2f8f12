"""What happened in the switch. Of an event's 150 headers the engine looks at a dozen, so only these are decoded."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from fsapp.esl.errors import WireError

_FIRST = b'{"Event-Name":"'


class Mark(NamedTuple):
    """A header and its value, as an event may bear them; `member` is how FreeSWITCH writes that in JSON."""

    name: str
    value: str
    member: bytes


def mark(name: str, value: str) -> Mark:
    """Made once, looked for often."""
    return Mark(name, value, b'"%b":%b' % (name.encode(), orjson.dumps(value)))


class Event(ABC):
    """An event, in either form."""

    __slots__ = ()

    @abstractmethod
    def get(self, header: str) -> str:
        """A header, or empty; empty too for one with several values, which JSON events give as a list."""

    def bears(self, wanted: Mark) -> bool:
        """Whether a header has a certain value."""
        return self.get(wanted.name) == wanted.value

    @property
    def body(self) -> str:
        """An inner body, such as a background job's result; mostly empty."""
        return self.get("_body")

    @property
    def name(self) -> str:
        return self.get("Event-Name")

    @property
    def channel(self) -> str:
        return self.get("Unique-ID")

    def variable(self, name: str) -> str:
        """A channel variable, or empty."""
        return self.get(f"variable_{name}")

    def number(self, header: str) -> int:
        """A header that holds an unsigned integer; 0 where it does not."""
        text = self.get(header)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else 0


class PlainEvent(Event):
    """A block of headers, and perhaps a body of its own."""

    __slots__ = ("_body", "headers")

    def __init__(self, headers: Mapping[str, str], body: str = "") -> None:
        self.headers = headers
        self._body = body

    def get(self, header: str) -> str:
        return self.headers.get(header, "")

    @property
    def body(self) -> str:
        return self._body


class JsonEvent(Event):
    """A text without escapes is cut out of the bytes; for all else they are parsed.

    Within a JSON text every quotation mark is escaped, so `"Name":"` can stand nowhere but where a member begins. What
    the engine asks for FreeSWITCH adds last, so it is looked for from the end; of two members of a name the last wins,
    as with any parser of JSON.
    """

    __slots__ = ("_json", "_parsed")

    def __init__(self, json: bytes) -> None:
        self._json = json
        self._parsed: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """FreeSWITCH writes it first."""
        json = self._json
        if not json.startswith(_FIRST):
            return self.get("Event-Name")
        return json[len(_FIRST) : json.find(b'"', len(_FIRST))].decode()

    def get(self, header: str) -> str:
        json = self._json
        member = _member(header)
        start = json.rfind(member)
        if start < 0:
            return ""
        start += len(member)
        end = json.find(b'"', start + 1)
        text = json[start + 1 : end]
        if end < 0 or b"\\" in text or not json.startswith(b'"', start):
            return self._of_parsed(header)
        return text.decode(errors="replace")

    def bears(self, wanted: Mark) -> bool:
        return wanted.member in self._json or self.get(wanted.name) == wanted.value

    def _of_parsed(self, header: str) -> str:
        if self._parsed is None:
            self._parsed = _object(self._json)
        value = self._parsed.get(header, "")
        return value if isinstance(value, str) else ""


@lru_cache(maxsize=256)
def _member(name: str) -> bytes:
    """How a member of that name begins."""
    return b'"%b":' % name.encode()


def _object(body: bytes) -> dict[str, Any]:
    """FreeSWITCH passes bytes on as a caller sent them: where they are no UTF-8, they become U+FFFD."""
    try:
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError:
            parsed = orjson.loads(body.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise WireError("an event that is no JSON") from None
    if not isinstance(parsed, dict):
        raise WireError("an event that is no JSON object")
    return parsed
