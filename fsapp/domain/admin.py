"""What administrators and supervisors do, as it is kept: every act, with who and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, and when (UTC milliseconds since 1970). `who` is an OS user, or a supervisor's number."""

    who: str
    at: int


@dataclass(frozen=True, slots=True)
class AdminEntry:
    """A line of the log: `what` was done (`agent added`), and to what. Never a PIN or a password."""

    at: int
    who: str
    what: str
    fields: Mapping[str, Any]
