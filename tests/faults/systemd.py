"""Plays systemd for one engine: hears its signs of life, kills it when there are none, and starts it again whenever it
has ended. Times are those of conf/fsapp.service.
"""

import re
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import gevent
from gevent import socket as gevent_socket

from tests.faults.serving import ROOT, Process

_UNIT = (ROOT / "conf/fsapp.service").read_text()


def _seconds(setting: str) -> float:
    found = re.search(rf"^{setting}=(\d+)(ms)?$", _UNIT, re.MULTILINE)
    assert found, f"conf/fsapp.service has no {setting}"
    return int(found[1]) / (1000 if found[2] else 1)


class Systemd:
    """As a context manager it has the engine running, until it is left."""

    watchdog_seconds = _seconds("WatchdogSec")

    def __init__(self, engine: Process, folder: Path) -> None:
        self._engine = engine
        self._heard = gevent_socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.bind(str(folder / "notify"))
        self._environment = {
            "NOTIFY_SOCKET": self._heard.getsockname(),
            "WATCHDOG_USEC": str(int(self.watchdog_seconds * 1_000_000)),
        }
        self.killed: list[float] = []
        """When it killed an engine that gave no signs (time.monotonic)."""
        self.served: list[float] = []
        """When an engine was ready."""

    def __enter__(self) -> Self:
        self._watching = gevent.spawn(self._watch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watching.kill()
        self._heard.close()

    def _watch(self) -> None:
        while True:
            self._engine.start(environment=self._environment)
            self.served.append(time.monotonic())
            self._hear_signs()
            gevent.sleep(_seconds("RestartSec"))

    def _hear_signs(self) -> None:
        """Until there are none, or no engine."""
        last = time.monotonic()
        while not self._engine.ended:
            self._heard.settimeout(max(0.01, min(0.1, last + self.watchdog_seconds - time.monotonic())))
            try:
                self._heard.recv(100)
                last = time.monotonic()
            except TimeoutError:
                if time.monotonic() - last >= self.watchdog_seconds:
                    self._engine.kill()
                    self.killed.append(time.monotonic())
