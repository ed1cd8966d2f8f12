"""How a command speaks to the running engine: a Unix-domain socket in the data folder, one JSON line each way.

`{"do": "reload", …fields}` is answered by `{"ok": …}` or `{"error": "sentence"}`. Who may write to `control.sock` (mode
0660) may command the engine, so there is no password.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gevent
import orjson
from gevent import socket as gevent_socket
from gevent.server import StreamServer

from fsapp.domain.errors import FsappError
from fsapp.server.control import ControlError, PidFile

_LOG = logging.getLogger("fsapp.control")

SOCKET_FILE = "control.sock"
MODE = 0o660

MAX_REQUEST = 64 * 1024
"""Bytes of a request, with its newline."""

CLIENT_SECONDS = 5.0
"""How long a client may take to send its request, and as long again to take the reply."""

WORK_SECONDS = 120.0
"""After which a client is told that its request is not done yet."""

MOST_AT_ONCE = 64
"""Clients served together; more wait in the kernel."""

Handler = Callable[[Mapping[str, Any]], Any]
"""Does what a request asks, given its fields; what it returns goes back as JSON. Raises FsappError with a sentence."""


class ControlSocket:
    """The engine's side. Each client has a greenlet of its own, and each request one more: a client that leaves, or
    whose patience ends, leaves no work half done.
    """

    def __init__(
        self,
        pid_file: PidFile,
        handlers: Mapping[str, Handler],
        *,
        client_seconds: float = CLIENT_SECONDS,
        work_seconds: float = WORK_SECONDS,
    ) -> None:
        """Only who holds the data folder may listen in it. `handlers` is looked at with each request."""
        self._data = pid_file.data
        self._handlers = handlers
        self._client_seconds = client_seconds
        self._work_seconds = work_seconds
        self._server: StreamServer | None = None

    def start(self) -> None:
        """Begins to listen, in the place of an engine that died. Raises OSError."""
        self._server = StreamServer(_listening(self._data), self._serve, spawn=MOST_AT_ONCE)
        self._server.start()

    def close(self) -> None:
        """Listens no more; requests under way get no reply."""
        if self._server is not None:
            (self._data / SOCKET_FILE).unlink(missing_ok=True)
            self._server.stop(timeout=0)

    def _serve(self, connection: gevent_socket.socket, _address: object) -> None:
        with suppress(OSError, gevent.Timeout):  # a client that is gone or too slow is left to itself
            with gevent.Timeout(self._client_seconds):
                line = _request_line(connection)
            reply = self._reply(line)
            with gevent.Timeout(self._client_seconds):
                connection.sendall(reply)

    def _reply(self, line: bytes) -> bytes:
        try:
            name, handler, fields = self._asked(line)
        except ControlError as error:
            return _error(str(error))
        work = gevent.spawn(_outcome, name, handler, fields)
        try:
            return work.get(timeout=self._work_seconds)
        except gevent.Timeout:
            _LOG.error("%s is not done within %g s", name, self._work_seconds)
            return _error(f"{name!r} is not done within {self._work_seconds:g} s; the engine goes on with it")

    def _asked(self, line: bytes) -> tuple[str, Handler, Mapping[str, Any]]:
        """What a line asks for. Raises ControlError."""
        if not line.endswith(b"\n"):
            raise ControlError(f"a request is one line of at most {MAX_REQUEST} bytes")
        try:
            fields = orjson.loads(line)
        except ValueError:
            raise ControlError("a request is a line of JSON") from None
        if not isinstance(fields, dict) or not isinstance(fields.get("do"), str):
            raise ControlError('a request is an object with a name in "do"')
        name = fields.pop("do")
        if name not in self._handlers:
            raise ControlError(f"this engine cannot {name[:60]!r}; it can: {', '.join(sorted(self._handlers))}")
        return name, self._handlers[name], fields


def _outcome(name: str, handler: Handler, fields: Mapping[str, Any]) -> bytes:
    """The reply. No field is logged: there are PINs among them."""
    try:
        return orjson.dumps({"ok": handler(fields)}, option=orjson.OPT_NON_STR_KEYS) + b"\n"
    except FsappError as error:
        _LOG.info("%s was refused: %s", name, error)
        return _error(str(error))
    except Exception as error:
        _LOG.exception("%s failed", name)
        return _error(f"{name!r} failed, the engine goes on: {type(error).__name__}; see its log")


def _error(sentence: str) -> bytes:
    return orjson.dumps({"error": sentence}) + b"\n"


def _request_line(connection: gevent_socket.socket) -> bytes:
    """What the client sends up to its newline, its end, or MAX_REQUEST."""
    received = b""
    while len(received) < MAX_REQUEST and not received.endswith(b"\n"):
        chunk = connection.recv(MAX_REQUEST - len(received))
        if not chunk:
            break
        received += chunk
    return received


def _listening(data: Path) -> gevent_socket.socket:
    """A socket that listens, and appears under its name at once with its mode, whatever lay there."""
    draft = f"{SOCKET_FILE}.part"
    (data / draft).unlink(missing_ok=True)
    listening = gevent_socket.socket(socket.AF_UNIX)
    with _address(data, draft) as address:
        listening.bind(address)
    (data / draft).chmod(MODE)
    listening.listen()
    (data / draft).replace(data / SOCKET_FILE)
    return listening


@contextmanager
def _address(data: Path, name: str) -> Iterator[str]:
    """A socket's address takes 107 bytes; a folder's path may be longer."""
    folder = os.open(data, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{name}"
    finally:
        os.close(folder)


def request(data: Path, name: str, fields: Mapping[str, Any], limit: float) -> Any:
    """What the engine of this data folder replies. Raises ControlError where it refuses, where none runs, and after
    `limit` seconds.
    """
    line = orjson.dumps({**fields, "do": name}) + b"\n"
    if len(line) > MAX_REQUEST:
        raise ControlError(f"{name!r} is too long: a request has at most {MAX_REQUEST} bytes")
    try:
        reply = orjson.loads(_exchange(data, line, limit))
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        raise ControlError(f"no engine runs with {data}: nobody listens at {data / SOCKET_FILE}") from None
    except TimeoutError:
        raise ControlError(f"the engine did not say within {limit:g} s what became of {name!r}; see its log") from None
    except PermissionError:
        raise ControlError(f"you may not command the engine: its user and group may use {data / SOCKET_FILE}") from None
    except (OSError, ValueError):
        raise ControlError(f"the engine ended before it said what became of {name!r}; see its log") from None
    if "error" in reply:
        raise ControlError(reply["error"])
    return reply["ok"]


def _exchange(data: Path, line: bytes, limit: float) -> bytes:
    """The line that comes back. Raises OSError."""
    ends = time.monotonic() + limit
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(limit)
        with _address(data, SOCKET_FILE) as address:
            connection.connect(address)
        connection.sendall(line)
        received = bytearray()
        while chunk := connection.recv(65536):
            received += chunk
            connection.settimeout(max(ends - time.monotonic(), 0.001))
    return bytes(received)
