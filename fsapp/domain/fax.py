"""Faxes as values: what a leg is asked to do and what came of it, documents, and faxes that wait to be sent.

Times are UTC milliseconds where they are stored, seconds elsewhere. Pages count from 1.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_STATION_ID = re.compile(r"[+0-9 ]{0,20}\Z")
_HEADER = re.compile(r"[ -}]{0,50}\Z")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")

MOST_PAGES = 500
"""Of a document: more is refused, before it is rendered."""

MAX_SECONDS = 3600.0
"""The longest fax waited for: an hour is some 100 full pages at the slowest rate."""


def station_id(text: str) -> str:
    """What identifies a fax machine: up to 20 digits, blanks and `+` (ITU-T T.30, 5.3.6.2.4). Raises ValueError."""
    if not _STATION_ID.match(text):
        raise ValueError(f"{text[:40]!r} is no station id: 20 digits, blanks and '+' at most")
    return text


def header(text: str) -> str:
    """The line that is printed above each page: up to 50 plain letters. Raises ValueError."""
    if not _HEADER.match(text):
        raise ValueError(f"{text[:60]!r} is no header line: 50 plain letters, digits and signs at most")
    return text


def document_name(text: str) -> str:
    """What a document is called in flows and commands. Raises ValueError."""
    if not _NAME.match(text):
        raise ValueError(f"{text[:40]!r} is no document's name; use small letters, digits, '_' and '-'")
    return text


@dataclass(frozen=True, slots=True)
class FaxLine:
    """How a fax travels: where T.38 is refused, by G.711. `fast` admits V.17 (14,400 bit/s), without it 9,600."""

    station_id: str = ""
    header: str = ""
    ecm: bool = True
    t38: bool = True
    fast: bool = True

    def __post_init__(self) -> None:
        station_id(self.station_id)
        header(self.header)


@dataclass(frozen=True, slots=True)
class ReceiveFax:
    """Take a fax into `path`, a TIFF file."""

    path: str
    line: FaxLine = FaxLine()
    max_seconds: float = MAX_SECONDS


@dataclass(frozen=True, slots=True)
class SendFax:
    """Send the TIFF file `path` from `first_page` on."""

    path: str
    line: FaxLine = FaxLine()
    first_page: int = 1
    max_seconds: float = MAX_SECONDS


class FaxEnd(StrEnum):
    """What became of a fax."""

    DONE = "done"
    PARTIAL = "partial"
    """Some pages went over, then it broke off."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FaxResult:
    """How a fax went. `pages` went over; `code` and `text` are the switch's words, `station_id` is the far end's."""

    success: bool
    pages: int = 0
    rate: int = 0
    station_id: str = ""
    ecm: bool = False
    t38: bool = False
    code: int = 0
    text: str = ""
    bad_rows: int = 0

    @property
    def end(self) -> FaxEnd:
        if self.success and self.pages:
            return FaxEnd.DONE
        return FaxEnd.PARTIAL if self.pages else FaxEnd.FAILED


class DocumentKind(StrEnum):
    """Where a document comes from."""

    LIBRARY = "library"
    """Added by somebody, for callers to ask for."""
    RECEIVED = "received"
    OUTGOING = "outgoing"
    """Made to be sent once."""


class Resolution(StrEnum):
    """Lines an inch: 98 or 196; always 204 dots an inch across."""

    STANDARD = "standard"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that can be sent by fax, or came as one. `id` is its name; `sha256` that of the file it was made from.

    The fields from `call` on are those of a received fax: whose call, the far end's station id, how it went. `partial`
    says that the sender broke off. `delivered_at` is when it was mailed or left in a folder.
    """

    id: str
    sha256: str
    kind: DocumentKind
    category: str
    title: str
    suffix: str
    pages: int
    resolution: Resolution
    size: int
    added_at: int
    call: str = ""
    caller: str = ""
    called: str = ""
    station_id: str = ""
    partial: bool = False
    rate: int = 0
    ecm: bool = False
    t38: bool = False
    result: str = ""
    delivered_at: int | None = None


class JobState(StrEnum):
    """What has become of a fax that is to be sent."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FaxJob:
    """A fax to be sent. `next_page` is the first that has not gone over; `rung` the step of the ladder it stands on.

    `not_before` and `expires_at` bound its attempts; `window` is of a day, `08:00-20:00`, or empty.
    """

    id: str
    number: str
    document: str
    pages: int
    queued_at: int
    not_before: int
    expires_at: int
    window: str = ""
    state: JobState = JobState.WAITING
    attempts: int = 0
    rung: int = 0
    next_page: int = 1
    result: str = ""
    ended_at: int | None = None
    by: str = ""
    leg: str = ""
    """The channel of the attempt that is under way."""
