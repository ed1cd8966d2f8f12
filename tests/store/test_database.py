"""Databases by URL, and the schema."""

import subprocess
import sys
from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

from fsapp.domain.errors import StoreError
from fsapp.store import database, models

ALL = tuple(sorted(file.stem for file in database.MIGRATIONS.glob("0*.py")))


def test_an_upgrade_names_what_it_did_and_is_idempotent(url: str) -> None:
    connected = database.open(url)
    with connected.connection_context():
        assert database.upgrade(connected) == ALL
        assert database.upgrade(connected) == ()


def test_the_models_are_the_schema_that_the_migrations_make(url: str) -> None:
    connected = database.open(url)
    with connected.connection_context():
        database.upgrade(connected)
        tables = [each for name, each in vars(models).items() if name.endswith("Row")]
        with connected.bind_ctx(tables):
            assert str(diff_models(connected, tables)) == ""


def test_many_processes_may_upgrade_at_once(url: str) -> None:
    program = (
        "import sys; from fsapp.store import database\nsys.stdin.read()\nprint(len(database.upgrade_at(sys.argv[1])))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    ends = [process.communicate(timeout=50) for process in processes]
    assert sorted(out.strip() for out, _ in ends) == ["0", "0", "0", str(len(ALL))], [error for _, error in ends]


def test_a_newer_schema_is_refused(url: str) -> None:
    connected = database.open(url)
    with connected.connection_context():
        database.upgrade(connected)
        database.execute(
            connected, "INSERT INTO schema_migration (name, applied) VALUES ('0099_future', '2030-01-01 00:00:00')"
        )
        with pytest.raises(StoreError, match=r"newer fsapp.*0099_future"):
            database.upgrade(connected)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://host/calls", "'mysql' is no database"),
        ("calls.db", "is no database"),
        ("sqlite://calls.db", "three slashes"),
        ("sqlite:///", "three slashes"),
    ],
)
def test_another_url_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        database.open(url)


def test_odd_characters_in_a_path_are_part_of_it(tmp_path: Path) -> None:
    connected = database.open(f"sqlite:///{tmp_path}/a%3Fmode=ro%23 b.db")
    with connected.connection_context():
        database.upgrade(connected)
    assert (tmp_path / "a?mode=ro# b.db").exists()


def test_a_database_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "calls.db").write_bytes(b"this is no database at all, " * 40)
    with pytest.raises(StoreError, match="cannot be used"):
        database.upgrade_at(f"sqlite:///{tmp_path}/calls.db")
