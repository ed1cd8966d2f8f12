"""What waits in a channel's queues: commands and keys."""

from collections.abc import Mapping
from dataclasses import dataclass


class Interrupted(Exception):
    """What the channel was doing ends: it was hung up, is wanted elsewhere, or lost the engine that held it."""


@dataclass(frozen=True, slots=True)
class Command:
    """A `sendmsg`, as it waits in the channel's queue: its headers in lower case, its body."""

    headers: Mapping[str, str]
    body: str = ""

    @property
    def locks(self) -> bool:
        return self.headers.get("event-lock") == "true"

    @property
    def argument(self) -> str:
        return self.headers.get("execute-app-arg") or (self.body if "content-type" in self.headers else "")


@dataclass(frozen=True, slots=True)
class Key:
    """A key in the queue; a sensitive one is told to nobody."""

    digit: str
    sensitive: bool = False
