"""Signs of life for systemd: a datagram socket stands for it."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
from gevent import socket as gevent_socket

from fsapp.server.watchdog import ALIVE, READY, STOPPING, Watchdog
from tests.server.test_serving import COMMAND, write_site


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[gevent_socket.socket]:
    with gevent_socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(20)
        yield listening


def environment(systemd: gevent_socket.socket, microseconds: int = 30_000) -> dict[str, str]:
    return {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": str(microseconds)}


def test_it_says_that_it_is_ready_lives_and_stops(systemd: gevent_socket.socket) -> None:
    watchdog = Watchdog(environment(systemd))
    watchdog.ready()
    living = gevent.spawn(watchdog.run)
    assert [systemd.recv(100) for _ in range(3)] == [READY, ALIVE, ALIVE]
    living.kill()
    watchdog.stopping()
    assert systemd.recv(100) == STOPPING


def test_a_hub_that_hangs_gives_no_sign(systemd: gevent_socket.socket) -> None:
    living = gevent.spawn(Watchdog(environment(systemd)).run)
    assert systemd.recv(100) == ALIVE
    living.kill()
    systemd.settimeout(0.1)
    with pytest.raises(TimeoutError):
        systemd.recv(100)


def all_said(systemd: gevent_socket.socket) -> bool:
    """Reads until nothing more is said for a while."""
    try:
        while systemd.recv(100):
            pass
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "", "WATCHDOG_USEC": "3"}, {"WATCHDOG_USEC": "3000000"}])
def test_without_systemd_nobody_is_told(environ: dict[str, str]) -> None:
    watchdog = Watchdog(environ)
    watchdog.ready()
    watchdog.run()


def test_a_systemd_that_is_gone_is_borne(tmp_path: Path) -> None:
    Watchdog({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()


def test_the_engine_gives_signs_until_it_is_stopped(systemd: gevent_socket.socket, tmp_path: Path) -> None:
    settings = write_site(tmp_path, drain=1)
    environ = {"PATH": "/usr/bin:/bin", **environment(systemd, 300_000)}
    with subprocess.Popen(
        [*COMMAND, "serve", "--config", str(settings)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ
    ) as engine:
        told = {systemd.recv(100) for _ in range(4)}
        engine.send_signal(signal.SIGTERM)
        while (said := systemd.recv(100)) != STOPPING:
            assert said == ALIVE
        engine.communicate(timeout=20)
    assert told == {READY, ALIVE}


def test_a_stopped_engine_gives_no_sign(systemd: gevent_socket.socket, tmp_path: Path) -> None:
    settings = write_site(tmp_path, drain=1)
    environ = {"PATH": "/usr/bin:/bin", **environment(systemd, 300_000)}
    with subprocess.Popen(
        [*COMMAND, "serve", "--config", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environ,
    ) as engine:
        while systemd.recv(100) != ALIVE:
            pass
        engine.send_signal(signal.SIGSTOP)
        systemd.settimeout(1.0)
        silent = gevent.spawn(all_said, systemd).get(timeout=10)
        engine.kill()
    assert silent
