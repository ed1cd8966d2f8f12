"""A block of header lines, decoded when asked for: of 165 in the answer to `connect`, a dozen matter."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes


class Block(Mapping[str, str]):
    """The lines `Name: value` of a block, split before anything is decoded; each value is decoded by itself.

    The first header of a name wins. `encoded` says that the values are url-encoded. A line without a colon is left out.
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
