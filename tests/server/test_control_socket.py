"""Commands reach the running engine, and nobody who asks badly, slowly or never holds it up."""

import json
import socket
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.event import Event as Signal

from fsapp.server.control import ControlError, PidFile
from fsapp.server.control_socket import MAX_REQUEST, SOCKET_FILE, ControlSocket, Handler, request

LIMIT = 5.0

Start = Callable[..., Path]


def refuse(_fields: Mapping[str, Any]) -> None:
    raise ControlError("agent 1001 is not known")


HANDLERS: Mapping[str, Handler] = {
    "echo": lambda fields: {"fields": fields, "text": "你好"},
    "refuse": refuse,
    "break": lambda fields: fields["what is not there"],
    "mumble": lambda _fields: object(),
    "long": lambda _fields: "x" * 5_000_000,
}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts engines' sockets; gives their data folder."""
    started: list[tuple[ControlSocket, PidFile]] = []

    def begin(handlers: Mapping[str, Handler] = HANDLERS, folder: Path = tmp_path, **limits: float) -> Path:
        pid_file = PidFile(folder)
        control = ControlSocket(pid_file, handlers, **limits)
        started.append((control, pid_file))
        control.start()
        return folder

    yield begin
    for control, pid_file in started:
        control.close()
        pid_file.close()


def connected(data: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(LIMIT)
    connection.connect(str(data / SOCKET_FILE))
    return connection


def said(connection: socket.socket) -> bytes:
    """All that comes back, to the end."""
    with connection.makefile("rb") as reading:
        return reading.read()


def answered(data: Path, line: bytes) -> dict[str, Any]:
    with connected(data) as connection, connection.makefile("rb") as reading:
        connection.sendall(line)
        reply: dict[str, Any] = json.loads(reading.readline())
        return reply


def test_a_request_is_answered_by_what_its_handler_gives(start: Start) -> None:
    assert request(start(), "echo", {"agent": "王"}, LIMIT) == {"fields": {"agent": "王"}, "text": "你好"}


def test_it_is_one_line_of_json_each_way(start: Start) -> None:
    with connected(start()) as connection:
        connection.sendall(b'{"agent": 1001, "do"')
        connection.sendall(b': "echo"}\n')
        assert said(connection) == '{"ok":{"fields":{"agent":1001},"text":"你好"}}\n'.encode()


def test_only_user_and_group_may_command(start: Start) -> None:
    mode = (start() / SOCKET_FILE).stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o660


def test_a_refusal_is_the_handlers_sentence(start: Start) -> None:
    with pytest.raises(ControlError, match=r"^agent 1001 is not known$"):
        request(start(), "refuse", {}, LIMIT)


@pytest.mark.parametrize(("name", "error"), [("break", "KeyError"), ("mumble", "TypeError")])
def test_a_handler_that_breaks_is_logged_and_told_of_and_the_next_request_is_served(
    start: Start, caplog: pytest.LogCaptureFixture, name: str, error: str
) -> None:
    data = start()
    with pytest.raises(ControlError, match=f"^'{name}' failed, the engine goes on: {error}; see its log$"):
        request(data, name, {"pin": "739105"}, LIMIT)
    assert request(data, "echo", {}, LIMIT)
    (record,) = caplog.records
    assert (record.getMessage(), record.levelname) == (f"{name} failed", "ERROR")
    assert "739105" not in caplog.text


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"\n", "a request is a line of JSON"),
        (b"reload\n", "a request is a line of JSON"),
        (b'{"do": "\xff"}\n', "a request is a line of JSON"),
        (b"[" * 60_000 + b"\n", "a request is a line of JSON"),
        (b'["echo"]\n', 'a request is an object with a name in "do"'),
        (b'{"what": "echo"}\n', 'a request is an object with a name in "do"'),
        (b'{"do": ["echo"]}\n', 'a request is an object with a name in "do"'),
        (b'{"do": "quit"}\n', "this engine cannot 'quit'; it can: break, echo, long, mumble, refuse"),
        (b'{"do": "echo", "x": "' + b"x" * MAX_REQUEST + b'"}\n', f"a request is one line of at most {MAX_REQUEST}"),
    ],
)
def test_a_request_that_is_none_is_told_so(start: Start, line: bytes, sentence: str) -> None:
    assert answered(start(), line)["error"].startswith(sentence)


def test_a_long_reply_comes_whole(start: Start) -> None:
    assert len(request(start(), "long", {}, LIMIT)) == 5_000_000


@pytest.mark.parametrize("sent", [b"", b'{"do": "ec', b'{"do": "long"}\n'])
def test_clients_that_stall_are_dropped_and_hold_up_nobody(start: Start, sent: bytes) -> None:
    data = start(client_seconds=0.5)
    stalled = [connected(data) for _ in range(20)]
    for each in stalled:
        each.sendall(sent)
    gevent.sleep(0)
    began = time.monotonic()
    assert request(data, "echo", {}, LIMIT)
    assert time.monotonic() - began < 0.4
    gevent.sleep(0.6)
    for each in stalled:
        assert len(said(each)) < 5_000_000
        each.close()


def test_work_goes_on_when_the_client_has_left(start: Start) -> None:
    begun, may_end, ended = Signal(), Signal(), Signal()

    def work(_fields: Mapping[str, Any]) -> None:
        begun.set()
        may_end.wait(LIMIT)
        ended.set()

    with connected(start({"work": work})) as connection:
        connection.sendall(b'{"do": "work"}\n')
        assert begun.wait(LIMIT)
    may_end.set()
    assert ended.wait(LIMIT)


def test_work_that_takes_too_long_is_told_of_and_goes_on(start: Start) -> None:
    may_end, ended = Signal(), Signal()

    def work(_fields: Mapping[str, Any]) -> None:
        may_end.wait(LIMIT)
        ended.set()

    data = start({"work": work}, work_seconds=0.05)
    with pytest.raises(ControlError, match=r"^'work' is not done within 0\.05 s; the engine goes on with it$"):
        request(data, "work", {}, LIMIT)
    may_end.set()
    assert ended.wait(LIMIT)


def test_an_engine_that_does_not_answer_is_an_error(start: Start) -> None:
    never = Signal()
    data = start({"work": lambda _fields: never.wait(LIMIT)})
    with pytest.raises(ControlError, match=r"^the engine did not say within 0\.05 s what became of 'work'"):
        request(data, "work", {}, 0.05)
    never.set()


def test_an_engine_that_ends_in_the_midst_is_an_error(tmp_path: Path) -> None:
    pid_file = PidFile(tmp_path)
    asked, never = Signal(), Signal()

    def work(_fields: Mapping[str, Any]) -> None:
        asked.set()
        never.wait(LIMIT)

    control = ControlSocket(pid_file, {"work": work})
    control.start()
    asking = gevent.spawn(_refusal, tmp_path)
    assert asked.wait(LIMIT)
    control.close()
    assert asking.get(timeout=LIMIT) == "the engine ended before it said what became of 'work'; see its log"
    never.set()
    pid_file.close()


def _refusal(data: Path) -> str:
    with pytest.raises(ControlError) as raised:
        request(data, "work", {}, LIMIT)
    return str(raised.value)


def test_a_request_that_is_too_long_is_not_sent(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="'echo' is too long"):
        request(tmp_path, "echo", {"text": "x" * MAX_REQUEST}, LIMIT)


def left_behind(data: Path) -> None:
    """A socket whose engine was killed."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(data / SOCKET_FILE))


@pytest.mark.parametrize("stale", [False, True])
def test_no_engine_is_an_error(tmp_path: Path, stale: bool) -> None:
    if stale:
        left_behind(tmp_path)
    with pytest.raises(ControlError, match=f"^no engine runs with {tmp_path}: nobody listens at "):
        request(tmp_path, "echo", {}, LIMIT)


def test_no_data_folder_is_no_engine(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=r"^no engine runs with "):
        request(tmp_path / "nowhere", "echo", {}, LIMIT)


def test_the_socket_of_a_dead_engine_is_replaced(start: Start, tmp_path: Path) -> None:
    left_behind(tmp_path)
    assert request(start(), "echo", {}, LIMIT)


def test_a_data_folder_with_a_long_path_will_do(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    assert request(start(folder=folder), "echo", {}, LIMIT)


def test_nothing_is_left_of_an_engine_that_stopped(tmp_path: Path) -> None:
    pid_file = PidFile(tmp_path)
    control = ControlSocket(pid_file, HANDLERS)
    control.start()
    control.close()
    pid_file.close()
    assert not list(tmp_path.glob("control*"))
