"""A second engine that waits for its turn, in the data folder of the first one: it goes on where that one ended, be it
killed or told to stop. A lock says whose turn it is, and the kernel takes it from whoever dies.
"""

import fcntl
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

import gevent

from fsapp.server.control import ControlError, PidFile

STAND_BY_FILE = "fsapp.standby"

LOOK_SECONDS = 0.05


def turn(data: Path, waits: Callable[[], object]) -> PidFile:
    """Waits until no engine works in `data`, and says so before. Of several one is the next, and is seen to wait."""
    if (own := _free(data)) is not None:
        return own
    waits()
    with (data / STAND_BY_FILE).open("a") as place:
        while not _lock(place):
            gevent.sleep(LOOK_SECONDS)
        while (own := _free(data)) is None:
            gevent.sleep(LOOK_SECONDS)
    return own


def _free(data: Path) -> PidFile | None:
    """The place of the engine in `data`, if nobody has it."""
    try:
        return PidFile(data)
    except ControlError:
        return None


def somebody_stands_by(data: Path) -> bool:
    """Whether an engine waits for its turn in `data`."""
    path = data / STAND_BY_FILE
    if not path.exists():
        return False
    with path.open("a") as place:
        return not _lock(place)


def _lock(file: TextIOWrapper) -> bool:
    """Whether it is ours now, until the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
