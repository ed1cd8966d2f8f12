"""The engine's id in a locked file: no second engine works in the same data folder."""

import fcntl
import os
from pathlib import Path

from fsapp.domain.errors import FsappError

PID_FILE = "fsapp.pid"


class ControlError(FsappError):
    """There is no engine to talk to, or there is one already, or it does not answer, or it refuses."""


class PidFile:
    """Held while the engine runs."""

    def __init__(self, data: Path) -> None:
        """Raises ControlError where another engine holds it."""
        self.data = data
        """The data folder, which is this engine's alone."""
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

    def close(self) -> None:
        self._file.truncate(0)
        self._file.close()
