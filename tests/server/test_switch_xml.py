"""A switch is told to read its XML anew, over the real event socket protocol."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gevent import socket
from gevent.server import StreamServer

from fsapp.server.freeswitch_conf import esl_password
from fsapp.server.settings import EngineSettings
from fsapp.server.switch_xml import reload_xml


class EventSocket:
    """A switch's event socket of a few lines: asks for the password, and answers each command."""

    def __init__(self, password: str) -> None:
        self.commands: list[str] = []
        self.reload = "+OK [Success]\n"
        self._password = password
        self.server = StreamServer(("127.0.0.1", 0), self._serve)
        self.server.start()
        self.port = int(self.server.address[1])

    def _serve(self, connection: socket.socket, _address: object) -> None:
        connection.sendall(b"Content-Type: auth/request\n\n")
        stream = connection.makefile("rb")
        while line := stream.readline():
            if line.strip():
                self.commands.append(line.decode().strip())
                connection.sendall(self._answer(self.commands[-1]))

    def _answer(self, command: str) -> bytes:
        if command.startswith("api "):
            body = self.reload if "reloadxml" in command else "core-1"
            return f"Content-Type: api/response\nContent-Length: {len(body)}\n\n{body}".encode()
        wrong = command.startswith("auth") and command != f"auth {self._password}"
        return f"Content-Type: command/reply\nReply-Text: {'-ERR invalid' if wrong else '+OK'}\n\n".encode()


def settings(tmp_path: Path, port: int) -> EngineSettings:
    values = {"data": tmp_path, "freeswitch": {"event_socket": {"port": port}}}
    return EngineSettings.model_validate(values)


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[EventSocket]:
    made = EventSocket(esl_password(settings(tmp_path, 1).freeswitch, tmp_path))
    yield made
    made.server.stop(timeout=0)


def test_a_switch_that_runs_reads_its_xml(switch: EventSocket, tmp_path: Path) -> None:
    assert reload_xml(settings(tmp_path, switch.port)) == ""
    assert switch.commands[-1] == "api reloadxml"


def test_xml_that_the_switch_cannot_read_is_a_sentence(switch: EventSocket, tmp_path: Path) -> None:
    switch.reload = "-ERR [[error near line 7]: unclosed <user>]\n"
    told = reload_xml(settings(tmp_path, switch.port))
    assert "unclosed <user>" in told


def test_a_switch_with_another_password_is_a_sentence(switch: EventSocket, tmp_path: Path) -> None:
    (tmp_path / "freeswitch" / "esl-password").write_text("another password of 32 letters".replace(" ", "-"))
    assert "refuses the event socket's password" in reload_xml(settings(tmp_path, switch.port))


def test_a_switch_that_does_not_run_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        port = taken.getsockname()[1]
        assert reload_xml(settings(tmp_path, port)) == (
            f"FreeSWITCH cannot be reached at 127.0.0.1 port {port}: Connection refused"
        )


def test_a_password_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "freeswitch").mkdir()
    (tmp_path / "freeswitch" / "esl-password").write_text("a" * 64)
    (tmp_path / "freeswitch" / "esl-password").chmod(0o644)
    assert "others can read this password" in reload_xml(settings(tmp_path, 1))
