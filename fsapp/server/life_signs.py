"""Which engines live: each says so in the switch, now and then, and looks there for the others.

What an engine left in the switch may be swept once it lives no more. The engine that had this data folder before is
known to be dead, for only one works there; any other is dead when it has given no sign for some time.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from fsapp.domain.errors import EslError

_LOG = logging.getLogger("fsapp.acd")

FILE = "engine-run"

ALIVE_SECONDS = 45.0
"""So long after a sign an engine is taken to live; one is given every ten seconds."""


class Switch(Protocol):
    """Where signs are given and seen."""

    @property
    def engine(self) -> str: ...

    def give_sign(self, at: int) -> None: ...

    def last_sign(self, engine: str) -> int: ...


class LifeSigns:
    """`now` is UTC seconds."""

    def __init__(self, switch: Switch, data: Path, now: Callable[[], float]) -> None:
        self._switch = switch
        self._file = data / FILE
        self._now = now
        self._before = self._taken_over()

    def give(self) -> None:
        """Says that this engine lives. Raises nothing."""
        with suppress(EslError):
            self._switch.give_sign(int(self._now()))

    def end(self) -> None:
        """Says that this engine stops: others may sweep what it leaves. Raises nothing."""
        with suppress(EslError):
            self._switch.give_sign(0)

    def lives(self, engine: str) -> bool:
        """Whether another engine does. Raises EslError."""
        if engine in ("", self._before, self._switch.engine):
            return False
        return abs(self._now() - self._switch.last_sign(engine)) < ALIVE_SECONDS

    def _taken_over(self) -> str:
        """The run that worked in this folder before; from now on it is this one."""
        try:
            before = self._file.read_text() if self._file.exists() else ""
            self._file.write_text(self._switch.engine)
        except (OSError, ValueError) as error:
            _LOG.warning("which engine was here before is not known: %s", error)
            return ""
        return before
