"""A block of header lines, decoded when asked for: of 165 in the answer to `connect`, a dozen matter."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes


class Block(Mapping[str, str]):
    """The lines `Name: value` of a block, split before anything is decoded; each value is decoded by itself.

    The first header of a name wins. `encoded` says that the values are url-encoded. A line without a colon is left out.
    """

    __slots__ = ("_encoded", "_raw")

    def __init__(self, lines: bytes, *, encoded: bool) -> None:
        self._encoded = encoded
        parts = [line.partition(b":") for line in reversed(lines.split(b"\n"))]  # so that the first one wins
        self._raw = {name: value for name, colon, value in parts if colon}

    def get(self, name: str, default: Any = None) -> Any:
        value = self._raw.get(name.encode(errors="surrogateescape"))
        return default if value is None else self._text(value)

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return str(value)

    def decoded(self) -> dict[str, str]:
        """All of it."""
        return {name.decode(errors="surrogateescape"): self._text(value) for name, value in self._raw.items()}

    def _text(self, value: bytes) -> str:
        value = value.strip(b" \r")
        if self._encoded and b"%" in value:
            value = unquote_to_bytes(value)
        return value.decode(errors="replace")

    def __iter__(self) -> Iterator[str]:
        return iter(self.decoded())

    def __len__(self) -> int:
        return len(self._raw)
