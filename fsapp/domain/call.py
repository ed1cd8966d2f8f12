"""A call: one customer contact, as the flow and the dialplan see it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """What is known when a call reaches the engine. Every text came from outside: never put it into an argument.

    `arrived_at` is an aware UTC time; `trunk` is the gateway or SIP profile the call came in by.
    """

    uuid: str
    ani: str
    dnis: str
    arrived_at: datetime
    caller_name: str = ""
    trunk: str = ""
    recovered: bool = False
    phone: str = ""
    """The extension of the agent's phone that calls, as its password proved; empty for all others."""
