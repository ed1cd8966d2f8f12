"""An HTTP server that does as it is told."""

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from gevent.server import StreamServer
from gevent.socket import socket

Behave = Callable[[socket, bytes], None]


class Server:
    """Answers each request by `behave(connection, request)`; keeps the requests that came."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.behave: Behave = lambda _connection, _request: None
        self.requests: list[bytes] = []
        options: Any = {"ssl_context": tls} if tls else {}
        self._server = StreamServer(("127.0.0.1", 0), self._serve, **options)
        self._server.start()

    @property
    def port(self) -> int:
        return int(self._server.address[1])

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def says(self, content: bytes, status: str = "200 OK", *headers: str) -> None:
        """From now on every answer is this one."""
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers, "", ""]
        answer = "\r\n".join(head).encode() + content
        self.behave = lambda connection, _request: connection.sendall(answer)

    def close(self) -> None:
        self._server.stop()

    def _serve(self, connection: socket, _address: object) -> None:
        with suppress(OSError):  # a client may leave at any time
            self._answer(connection)

    def _answer(self, connection: socket) -> None:
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            head, separator, body = received.partition(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
            )
            if separator and len(body) >= length:
                self.requests.append(received)
                received = b""
                self.behave(connection, self.requests[-1])


@pytest.fixture
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of our own for 127.0.0.1; its key lies beside it as `key`."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made = tmp_path / "certificate"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{tmp_path}/key", "-out", str(made)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True, timeout=30)
    return made


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.parent / "key")
    started = Server(context)
    yield started
    started.close()
