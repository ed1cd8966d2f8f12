"""Databases to test against: a fresh SQLite file, or a fresh database in a PostgreSQL of our own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fsapp.domain.events import Event, Kind

T0 = 1_790_000_000_000

Call = Callable[..., list[Event]]


@pytest.fixture
def a_call() -> Call:
    """Makes the events of a call: `a_call("uuid-1", steps=2, ani=…)`; `ended=False` leaves out the last."""

    def events(uuid: str, steps: int = 2, at: int = T0, ended: bool = True, **arrived: Any) -> list[Event]:
        step = {"flow": "hotline", "label": "main", "index": 0, "step": "say", "exit": "done", "ms": 5}
        leg = {"leg": "b", "number": "1001", "started_at": at, "ended_at": at + 9, "end": "busy", "cause": "USER_BUSY"}
        rows: list[tuple[str, dict[str, Any]]] = [
            (Kind.CALL_ARRIVED, {"ani": "13800138000", "dnis": "95598"} | arrived),
            (Kind.FLOW_CHOSEN, {"flow": "hotline", "hash": "h", "language": "zh", "rule": "r"}),
            *[(Kind.STEP_FINISHED, step)] * steps,
            (Kind.LEG_ENDED, leg),
            (Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller"}),
        ]
        made = [Event(uuid, seq, at + seq, kind, fields) for seq, (kind, fields) in enumerate(rows)]
        return made if ended else made[:-1]

    return events


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/calls.db"


class Cluster:
    """A PostgreSQL server on a unix socket, run by a user who is not root."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self.folder = folder
        self._numbers = count(1)

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            user="postgres" if os.getuid() == 0 else None,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )

    def start(self) -> None:
        options = f"-F -c listen_addresses='' -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", "immediate", "stop")

    def new_database(self) -> str:
        name = f"calls{next(self._numbers)}"
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql:///{name}?host={self.folder}&user=postgres"


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
    if os.getuid() == 0 and not any(user.pw_name == "postgres" for user in pwd.getpwall()):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a unix socket's path must be short
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    server = Cluster(programs, folder)
    server.run("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def postgresql_url(cluster: Cluster) -> str:
    return cluster.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    made: str = request.getfixturevalue(f"{request.param}_url")
    return made
