"""A wire to the switch's event socket that a test can cut."""

from contextlib import suppress
from typing import Any

import gevent
from gevent import socket
from gevent.server import StreamServer


class Wire:
    """What connects here is connected with the event socket, until `cut`; while the wire is `down` nobody is."""

    def __init__(self, port: int) -> None:
        self._far = ("127.0.0.1", port)
        self._ends: list[socket.socket] = []
        self._down = False
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()

    @property
    def port(self) -> int:
        return int(self._server.server_port or 0)

    def cut(self) -> None:
        """Every connection ends at both sides."""
        ends, self._ends = self._ends, []
        for each in ends:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def take_down(self) -> None:
        self._down = True
        self.cut()

    def put_up(self) -> None:
        self._down = False

    def close(self) -> None:
        self.take_down()
        self._server.stop(0)

    def _serve(self, near: socket.socket, _: Any) -> None:
        if self._down:
            return
        with socket.create_connection(self._far) as far:
            self._ends += [near, far]
            there = gevent.spawn(_carry, near, far)
            _carry(far, near)
            there.join()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
