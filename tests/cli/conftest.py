"""A site where agents are taken on: two queues, and a switch that does not run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gevent import socket

from fsapp.cli.commands import main

QUEUES = "service: {}\nsales: {overflow: {full: service}}\n"

SETTINGS = """
data: data
queues: queues.yaml
freeswitch:
  configuration: fs
  event_socket: {port: %d}
"""

Fsapp = Callable[..., tuple[int, str, str]]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def agents_site(tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with two queues and a switch that does not run; the current folder."""
    (tmp_path / "fsapp.yaml").write_text(SETTINGS % closed_port)
    (tmp_path / "queues.yaml").write_text(QUEUES)
    monkeypatch.chdir(tmp_path)
    assert main(["freeswitch", "render", "--config", "fsapp.yaml"]) == 0
    return tmp_path


@pytest.fixture
def agents(agents_site: Path, capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs `fsapp agents …`: its exit code, what it printed, and what it complained of."""
    capsys.readouterr()

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["agents", *words, "--config", "fsapp.yaml"])
        except SystemExit as error:
            code = int(error.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run
