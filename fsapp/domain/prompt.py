"""Prompts as somebody records, replaces and takes them back: what is ordered, and what is remembered of each edit."""

from dataclasses import dataclass
from enum import StrEnum

ORDER_DIGITS = 4
"""Of an order's number, as it is keyed."""


class EditKind(StrEnum):
    """How a prompt came to sound as it does."""

    IMPORTED = "imported"
    RECORDED = "recorded"
    """At a telephone."""
    RESTORED = "restored"
    """An earlier recording is back."""
    REMOVED = "removed"
    """It is spoken by a voice again."""
    FOUND = "found"
    """Somebody had put the file there by hand."""


@dataclass(frozen=True, slots=True)
class PromptEdit:
    """One edit. `at` is UTC milliseconds; `sha256` is that of the recording, empty where there is none any more."""

    at: int
    by: str
    what: EditKind
    language: str
    name: str
    sha256: str = ""
    seconds: float = 0.0
    source: str = ""
    """The file or the call that it came from."""


@dataclass(frozen=True, slots=True)
class PromptOrder:
    """Prompts of one language to be recorded at a telephone, one after another; `number` is keyed there."""

    number: str
    language: str
    names: tuple[str, ...]
    by: str
    at: int
