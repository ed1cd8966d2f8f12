"""A house for a test: a switch, an engine and the wires between them; and a database with tables, made once."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fsapp.store.database import upgrade_at
from tests.faults.house import House, Plot


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and nothing in them."""
    file = tmp_path_factory.mktemp("database") / "fsapp.db"
    upgrade_at(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connected:
        connected.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def build(tmp_path: Path, template: Path) -> Iterator[Callable[[Plot], House]]:
    """Builds houses where everybody is at work, and closes what is left."""
    houses: list[House] = []

    def made(plot: Plot) -> House:
        houses.append(House(tmp_path / f"house-{len(houses)}", plot, template))
        houses[-1].open()
        return houses[-1]

    yield made
    for house in houses:
        house.close()
