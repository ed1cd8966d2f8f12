"""A wire to a PostgreSQL server that may fall silent: what is sent is taken, and nothing ever comes back."""

from contextlib import suppress
from pathlib import Path

import gevent
from gevent import socket
from gevent.server import StreamServer

SOCKET = ".s.PGSQL.5432"


class SilentWire:
    """Listens in `folder` as a server there would, for one in another folder."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.silent = False
        self.connections = 0
        self._server = server / SOCKET
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(folder / SOCKET))
        listening.listen(64)
        self._listener = StreamServer(listening, self._serve)
        self._listener.start()

    def close(self) -> None:
        self._listener.stop(timeout=0)

    def _serve(self, client: socket.socket, _address: object) -> None:
        self.connections += 1
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self._server))
            pumps = [gevent.spawn(self._pump, client, server), gevent.spawn(self._pump, server, client)]
            gevent.joinall(pumps, count=1)
            gevent.killall(pumps)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self.silent:
                    sink.sendall(data)
