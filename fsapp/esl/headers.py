"""Headers that are decoded when somebody asks for them: of 150 in an event, the engine looks at a dozen.

Both kinds keep the rule that the first header of a name wins.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

from fsapp.esl.errors import WireError


class Block(Mapping[str, str]):
    """The lines `Name: value` of a block, split before anything is decoded; each value is decoded by itself.

    `encoded` says that the values are url-encoded. A line without a colon is left out.
    """

    __slots__ = ("_encoded", "_lines")

    def __init__(self, lines: bytes, *, encoded: bool) -> None:
        self._encoded = encoded
        self._lines = b"\n%b\n" % lines

    def get(self, name: str, default: Any = None) -> Any:
        start = self._lines.find(b"\n%b:" % name.encode(errors="surrogateescape"))
        if start < 0:
            return default
        start = self._lines.index(b":", start) + 1
        return self._text(self._lines[start : self._lines.index(b"\n", start)])

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return str(value)

    def decoded(self) -> dict[str, str]:
        """All of it."""
        found: dict[str, str] = {}
        for line in self._lines.split(b"\n"):
            name, colon, value = line.partition(b":")
            if colon:
                found.setdefault(name.decode(errors="surrogateescape"), self._text(value))
        return found

    def _text(self, value: bytes) -> str:
        value = value.strip(b" \r")
        if self._encoded and b"%" in value:
            value = unquote_to_bytes(value)
        return value.decode(errors="replace")

    def __iter__(self) -> Iterator[str]:
        return iter(self.decoded())

    def __len__(self) -> int:
        return len(self.decoded())


class JsonHeaders(Mapping[str, Any]):
    """The members of a JSON event. A text without escapes is cut out of the bytes; for all else they are parsed.

    Within a JSON text every quotation mark is escaped, so `"Name":"` can stand nowhere but where a member begins.
    """

    __slots__ = ("_body", "_parsed")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._parsed: dict[str, Any] | None = None

    def get(self, name: str, default: Any = None) -> Any:
        if self._parsed is None:
            member = _member(name)
            start = self._body.find(member)
            if start < 0:
                return default
            start += len(member)
            end = self._body.find(b'"', start + 1)
            value = self._body[start + 1 : end]
            if self._body.startswith(b'"', start) and end > 0 and b"\\" not in value:
                return value.decode(errors="replace")
        return self.parsed().get(name, default)

    def bears(self, name: str, value: str, member: bytes) -> bool:
        """Whether `name` is `value`; `member` is how FreeSWITCH writes that, made once by who asks often."""
        return member in self._body or self.get(name) == value

    def __getitem__(self, name: str) -> Any:
        return self.parsed()[name]

    def parsed(self) -> dict[str, Any]:
        """All of it. Raises WireError where it is no JSON object."""
        if self._parsed is None:
            self._parsed = _object(self._body)
        return self._parsed

    def __iter__(self) -> Iterator[str]:
        return iter(self.parsed())

    def __len__(self) -> int:
        return len(self.parsed())


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
