"""Copies of a store in use: of one moment, whole, or not there at all."""

import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest

from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event
from fsapp.store import backups, database
from fsapp.store.backups import backup, restore
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.journal import Journal
from tests.store import busy_days
from tests.store.sums_oracle import expected, kept


def nobody(_done: int, _total: int) -> None:
    """Nobody looks."""


def fill(url: str, seed: int = 1, calls: int = 40) -> None:
    journal = Journal(url)
    journal.append(busy_days.events(Random(seed), calls=calls, spool=False))
    journal.close()


def uuids(url: str) -> set[str]:
    return {cdr.uuid for cdr in Cdrs(url).list(CdrFilter(), limit=10_000).cdrs}


def test_what_was_copied_is_there_again(url: str, tmp_path: Path) -> None:
    fill(url)
    before, copy = uuids(url), tmp_path / "copy"
    assert backup(url, copy, nobody) == copy.stat().st_size
    connected = database.open(url)
    with connected.connection_context(), connected.atomic():
        for table in ("cdr", "rollup_call", "event"):
            database.execute(connected, f"DELETE FROM {table}")  # noqa: S608 -- a table of ours
    assert uuids(url) == set()
    restore(url, copy)
    assert uuids(url) == before
    assert kept(url) == expected(url)


def test_a_copy_is_of_one_moment_whatever_is_written_meanwhile(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_url)
    before, copy = uuids(sqlite_url), tmp_path / "copy.db"
    steps: list[int] = []
    monkeypatch.setattr(backups, "PAGES", 5)

    def written(done: int, _total: int) -> None:
        steps.append(done)
        if len(steps) < 20:
            journal = Journal(sqlite_url, busy_wait=5.0)
            journal.append(_call(f"late-{len(steps)}"))
            journal.close()

    backup(sqlite_url, copy, written)
    assert len(steps) > 20
    assert steps == sorted(steps)  # it never began anew
    assert uuids(f"sqlite:///{copy}") == before
    assert len(uuids(sqlite_url)) == len(before) + 19


def _call(uuid: str) -> list[Event]:
    return busy_days._call(Random(1), uuid, spool=False)


def test_a_copy_is_one_file_with_its_checksum(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    folder = tmp_path / "copies"
    folder.mkdir()
    backup(sqlite_url, folder / "copy.db", nobody)
    assert {file.name for file in folder.iterdir()} == {"copy.db", "copy.db.sha256"}
    digest, name = (folder / "copy.db.sha256").read_text().split()
    assert (name, len(digest)) == ("copy.db", 64)


@pytest.mark.parametrize("checksum", [True, False])
@pytest.mark.parametrize("size", [0, 100, 5000, 0.5, 0.99])
def test_half_a_copy_is_refused_and_nothing_is_changed(
    sqlite_url: str, tmp_path: Path, size: float, checksum: bool
) -> None:
    fill(sqlite_url)
    copy = tmp_path / "copy.db"
    backup(sqlite_url, copy, nobody)
    content = copy.read_bytes()
    copy.write_bytes(content[: int(size if size > 1 else len(content) * size)])
    if not checksum:
        (tmp_path / "copy.db.sha256").unlink()
    before = uuids(sqlite_url)
    with pytest.raises(StoreError, match="cut short or changed" if checksum else "no whole copy of a store"):
        restore(sqlite_url, copy)
    assert uuids(sqlite_url) == before


def test_half_a_dump_is_refused_and_nothing_is_changed(postgresql_url: str, tmp_path: Path) -> None:
    fill(postgresql_url)
    before, copy = uuids(postgresql_url), tmp_path / "copy.dump"
    backup(postgresql_url, copy, nobody)
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    with pytest.raises(StoreError, match="cut short or changed"):
        restore(postgresql_url, copy)
    (tmp_path / "copy.dump.sha256").unlink()
    with pytest.raises(StoreError, match="pg_restore"):
        restore(postgresql_url, copy)
    assert uuids(postgresql_url) == before


def test_the_copy_of_a_newer_engine_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    connected = database.open(sqlite_url)
    with connected.connection_context():
        database.execute(connected, "INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '2030-01-01')")
    shutil.copyfile(tmp_path / "calls.db", tmp_path / "newer.db")
    with pytest.raises(StoreError, match=r"is of a newer fsapp \(it has 9999_x\)"):
        restore(f"sqlite:///{tmp_path}/other.db", tmp_path / "newer.db")
    assert not (tmp_path / "other.db").exists()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(5000)])
def test_a_file_that_is_no_store_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises(StoreError, match="no whole copy of a store"):
        restore(f"sqlite:///{tmp_path}/calls.db", tmp_path / "x.db")


def test_what_was_there_before_is_kept_with_what_was_not_in_its_file_yet(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    backup(sqlite_url, tmp_path / "copy.db", nobody)
    open_one = sqlite3.connect(tmp_path / "calls.db")  # whose last words are in the write-ahead log alone
    open_one.execute("DELETE FROM cdr")
    open_one.commit()
    former = restore(sqlite_url, tmp_path / "copy.db")
    open_one.close()
    assert former == tmp_path / "calls.db.before-restore"
    assert uuids(f"sqlite:///{former}") == set()
    assert len(uuids(sqlite_url)) == 40


def test_a_copy_that_fails_leaves_the_older_one(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    backup(sqlite_url, copy, nobody)
    before = copy.read_bytes()
    (tmp_path / "calls.db").unlink()
    with pytest.raises(StoreError, match="there is no database"):
        backup(sqlite_url, copy, nobody)
    assert copy.read_bytes() == before
    assert {file.name for file in copy.parent.iterdir()} == {"copy.db", "copy.db.sha256"}


def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        backup("postgresql:///calls?host=/nowhere", tmp_path / "copy", nobody)
    assert not list(tmp_path.iterdir())
