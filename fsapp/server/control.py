"""How a command reaches the running engine: its id in a locked file, a signal, and the outcome in another file."""

import fcntl
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from fsapp.domain.errors import FsappError

PID_FILE = "fsapp.pid"
OUTCOME_FILE = "reload.json"
LOOK_SECONDS = 0.05


class ControlError(FsappError):
    """There is no engine to talk to, or there is one already, or it does not answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a reload: the problems that kept the old state in force, or none."""

    count: int
    """The how-manieth reload of this engine it was."""
    problems: tuple[str, ...]


class PidFile:
    """The engine's side: held while it runs, so that no second one works in the same data folder."""

    def __init__(self, data: Path) -> None:
        """Raises ControlError where another engine holds it."""
        self._outcome = data / OUTCOME_FILE
        self._outcome.unlink(missing_ok=True)
        path = data / PID_FILE
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise ControlError(f"another engine works in {data}: its id is in {path}") from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def tell(self, outcome: Outcome) -> None:
        """Leaves a reload's outcome for whoever asked for it."""
        part = self._outcome.with_suffix(".part")
        part.write_bytes(orjson.dumps({"count": outcome.count, "problems": outcome.problems}))
        part.replace(self._outcome)

    def close(self) -> None:
        self._file.truncate(0)
        self._file.close()


def reload(data: Path, limit: float) -> Sequence[str]:
    """Has the engine of this data folder reload; its problems. Raises ControlError, also after `limit` seconds."""
    pid = _running(data)
    before = _count(data)
    os.kill(pid, signal.SIGHUP)
    ends = time.monotonic() + limit
    while time.monotonic() < ends:
        outcome = _outcome(data)
        if outcome is not None and outcome.count > before:
            return outcome.problems
        time.sleep(LOOK_SECONDS)
    raise ControlError(f"the engine {pid} did not say within {limit:g} s what became of the reload; see its log")


def _running(data: Path) -> int:
    """The id of the engine that holds the lock; a stale file names whoever has that id now."""
    path = data / PID_FILE
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        raise ControlError(f"no engine runs with {data}: there is no {path}") from None
    except BlockingIOError:
        return int(path.read_text())
    raise ControlError(f"no engine runs with {data}: the one that wrote {path} has ended")


def _count(data: Path) -> int:
    outcome = _outcome(data)
    return outcome.count if outcome else 0


def _outcome(data: Path) -> Outcome | None:
    try:
        fields = orjson.loads((data / OUTCOME_FILE).read_bytes())
    except FileNotFoundError:
        return None
    return Outcome(fields["count"], tuple(fields["problems"]))
