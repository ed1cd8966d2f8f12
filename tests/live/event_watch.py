"""The switch's events as they happen, to the millisecond: an event socket of the test's own.

FreeSWITCH looks for events to tell every 20 ms only, unless something comes (mod_event_socket.c, read_packet); so a
blank line comes each millisecond.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import gevent
from gevent import socket

from fsapp.server.freeswitch_conf import esl_password
from tests.live.switch import Switch

POKE_SECONDS = 0.001


class EventWatch:
    """`seen` holds the moment (monotonic seconds) and the event."""

    def __init__(self, switch: Switch, *names: str) -> None:
        self.seen: list[tuple[float, Mapping[str, Any]]] = []
        self._sock = socket.create_connection(("127.0.0.1", switch.settings.event_socket.port))
        self._file = self._sock.makefile("rb")
        self._sock.sendall(f"auth {esl_password(switch.settings, switch.data)}\n\n".encode())
        self._sock.sendall(f"event json {' '.join(names)}\n\n".encode())
        self._greenlets = [gevent.spawn(each) for each in (self._read, self._poke)]

    def close(self) -> None:
        gevent.killall(self._greenlets)
        self._file.close()
        self._sock.close()

    def moment(self, name: str, channel: str = "", within: float = 5.0) -> float:
        """When it happened, to this channel or to any. Raises TimeoutError."""
        limit = time.monotonic() + within
        while time.monotonic() < limit:
            for moment, event in self.seen:
                if event["Event-Name"] == name and channel in ("", event.get("Unique-ID")):
                    return moment
            gevent.sleep(0.005)
        raise TimeoutError(f"no {name} within {within} s")

    def _read(self) -> None:
        while True:
            length, kind = 0, b""
            while line := self._file.readline().strip():
                name, _, value = line.partition(b": ")
                length = int(value) if name == b"Content-Length" else length
                kind = value if name == b"Content-Type" else kind
            body = self._file.read(length)
            if kind == b"text/event-json":
                self.seen.append((time.monotonic(), json.loads(body)))

    def _poke(self) -> None:
        while True:
            gevent.sleep(POKE_SECONDS)
            self._sock.sendall(b"\n")
