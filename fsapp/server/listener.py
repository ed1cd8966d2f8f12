"""Accepts the switch's connections: from known peers only, and no more at once than there is room for."""

import logging
import resource
from collections.abc import Callable, Sequence
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from gevent.event import Event as Signal
from gevent.server import StreamServer
from gevent.socket import socket

_log = logging.getLogger("fsapp.listener")

BACKLOG = 4096
"""Connections that may wait to be accepted: with a short queue the kernel drops some, whose callers hear nothing."""

FULL_SHARE = 0.9
"""The share of the process's file descriptors in use from which on it counts as full, whatever its capacity."""


class Treatment(StrEnum):
    """What a connection gets."""

    SERVE = "serve"
    BUSY = "busy"
    """All lines are busy: the caller is told so."""
    REFUSE = "refuse"
    """Even that is too much: hung up at once."""


Serve = Callable[[socket, Treatment], None]
"""Serves one connection to its end, in a greenlet of its own."""


class Listener:
    """Listens for the `socket` application of FreeSWITCH."""

    def __init__(
        self,
        address: tuple[str, int],
        serve: Serve,
        *,
        capacity: int,
        peers: Sequence[IPv4Network | IPv6Network],
        rejected: Callable[[str], None],
    ) -> None:
        """`rejected` is told why a connection was closed without a word."""
        self.capacity = capacity
        self._serve = serve
        self._peers = peers
        self._rejected = rejected
        self._calls = {treatment: 0 for treatment in Treatment}
        self._descriptors = int(resource.getrlimit(resource.RLIMIT_NOFILE)[0] * FULL_SHARE)
        self._server = StreamServer(address, self._handle, backlog=BACKLOG)
        self.closed = False
        self.empty = Signal()
        """Set while no connection is open."""
        self.empty.set()

    def start(self) -> None:
        """Begins to listen. Raises OSError where the address is taken."""
        self._server.start()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, with the port that was free."""
        return bound_address(self._server)

    @property
    def calls(self) -> int:
        """Calls being served now."""
        return self._calls[Treatment.SERVE]

    def close(self) -> None:
        """Accepts no more; calls under way go on."""
        self.closed = True
        self._server.close()

    def _handle(self, connection: socket, address: Any) -> None:
        with connection:
            if not self._is_peer(address[0]):
                self._rejected("peer")
                _log.warning("a connection from %s was closed: it is not among `peers`", address[0])
                return
            treatment = self._treatment(connection.fileno())
            self._calls[treatment] += 1  # nothing can come between the decision and the count
            self.empty.clear()
            try:
                self._serve(connection, treatment)
            finally:
                self._leave(treatment)

    def _leave(self, treatment: Treatment) -> None:
        self._calls[treatment] -= 1
        if not any(self._calls.values()):
            self.empty.set()

    def _treatment(self, descriptor: int) -> Treatment:
        """The kernel gives the lowest free descriptor, so a high one says how many are in use."""
        full = descriptor >= self._descriptors
        if self._calls[Treatment.SERVE] < self.capacity and not full:
            return Treatment.SERVE
        if self._calls[Treatment.BUSY] < self.capacity and not full:
            return Treatment.BUSY
        return Treatment.REFUSE

    def _is_peer(self, host: str) -> bool:
        peer = ip_address(host.partition("%")[0])
        peer = getattr(peer, "ipv4_mapped", None) or peer
        return any(peer in network for network in self._peers)


def bound_address(server: StreamServer) -> tuple[str, int]:
    """Where a server listens, with the port that was free."""
    host, port = server.socket.getsockname()[:2]
    return str(host), int(port)
