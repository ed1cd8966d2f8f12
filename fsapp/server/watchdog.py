"""Tells systemd that the engine is ready, stops, and above all lives: sd_notify(3), without its library.

The sign of life comes from the hub that serves the calls, so an engine that hangs gives none, and is killed and started
again (`WatchdogSec=` in conf/fsapp.service). Without NOTIFY_SOCKET in the environment nobody is told.
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

import gevent

READY, STOPPING, ALIVE = b"READY=1", b"STOPPING=1", b"WATCHDOG=1"

LONGEST_SECONDS = 1.0
"""Between two signs of life, however long systemd would wait."""


class Watchdog:
    """`environment` is the process's, as systemd made it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._every = _interval(environment.get("WATCHDOG_USEC", ""))

    def ready(self) -> None:
        """The engine serves calls."""
        self._tell(READY)

    def stopping(self) -> None:
        """The engine was told to stop, and goes on until its calls are over."""
        self._tell(STOPPING)

    def run(self) -> None:
        """Gives signs of life until killed; returns where nobody watches."""
        while self._address and self._every:
            self._tell(ALIVE)
            gevent.sleep(self._every)

    def _tell(self, what: bytes) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling, suppress(OSError):
            telling.setblocking(False)  # systemd is being restarted, say: the next sign will reach it
            telling.sendto(what, self._address)


def _interval(microseconds: str) -> float:
    """A third of what systemd waits (sd_watchdog_enabled(3) asks for half at the most); 0.0 where it does not watch."""
    return min(int(microseconds) / 3_000_000, LONGEST_SECONDS) if microseconds.isdigit() else 0.0
