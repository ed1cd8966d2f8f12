"""Copies of a store in use, and stores made of copies. A copy appears under its name only when it is whole.

SQLite is copied page by page as of one moment, while the engine writes on; PostgreSQL by pg_dump and pg_restore. Beside
a copy lies its checksum, as `sha256sum -c` reads it: a copy that was cut short or changed is known by it.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from fsapp.domain.errors import StoreError
from fsapp.store import database

Progress = Callable[[int, int], None]

PAGES = 4096
"""Copied at a time: some 16 MB, between which the progress is told."""

DUMP_SECONDS = 24 * 3600.0


def backup(url: str, target: Path, progress: Progress) -> int:
    """Copies the store at `url` to a file, in the place of an older copy; gives its bytes.

    Raises StoreError, OSError, and the older copy is there still.
    """
    draft = target.with_name(f".{target.name}.part")
    source = database.sqlite_path(url)
    try:
        if source is None:
            _run("pg_dump", "--format=custom", f"--file={draft}", f"--dbname={url}")
        else:
            _copy(source, draft, progress)
        check(url, draft)
        _sync(draft)
        digest = _digest(draft)
        _checksum_file(target).unlink(missing_ok=True)  # a copy without one is better than one with another's
        draft.replace(target)
        _write_checksum(target, digest)
        _sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def check(url: str, copy: Path) -> None:
    """Raises StoreError where a file is no whole copy of a store that this engine knows."""
    _check_digest(copy)
    if database.sqlite_path(url) is not None:
        _check_sqlite(copy)
    elif not _begins_as_dump(copy):
        raise StoreError(f"{copy} is no copy that pg_dump made")


def restore(url: str, copy: Path) -> Path | None:
    """Makes the store at `url` what the copy is; gives where the former one is kept (SQLite). The engine must not run.

    Raises StoreError, OSError, and has changed nothing then.
    """
    check(url, copy)
    target = database.sqlite_path(url)
    if target is None:
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", f"--dbname={url}", str(copy))
        return None
    draft = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(copy, draft)
        if target.exists():
            shutil.copymode(target, draft)
            with suppress(PermissionError):
                os.chown(draft, target.stat().st_uid, target.stat().st_gid)
        _sync(draft)
        former = _set_aside(target)
        draft.replace(target)
        _sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return former


def _begins_as_dump(copy: Path) -> bool:
    with copy.open("rb") as stream:
        return stream.read(5) == b"PGDMP"


def _copy(source: Path, draft: Path, progress: Progress) -> None:
    """As of one moment: a transaction that reads is open all the time, so that nothing begins anew."""
    if not source.exists():
        raise StoreError(f"there is no database {source}")
    draft.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, timeout=5.0)) as old,
            closing(sqlite3.connect(draft)) as new,
        ):
            old.execute("BEGIN")
            old.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            old.backup(new, pages=PAGES, progress=lambda _, left, total: progress(total - left, total), sleep=0.001)
            new.execute("PRAGMA journal_mode = DELETE")  # one file, which may be carried away
    except sqlite3.Error as error:
        raise StoreError(f"{source} cannot be copied: {error}") from error


def _check_sqlite(copy: Path) -> None:
    """Its pages, and that it is of no newer engine."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(copy.resolve()))}?mode=ro&immutable=1", uri=True)) as opened:
            (found,) = opened.execute("PRAGMA quick_check(1)").fetchone()
            names = {name for (name,) in opened.execute("SELECT name FROM schema_migration")}
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{copy} is no whole copy of a store: {error}") from None
    if found != "ok":
        raise StoreError(f"{copy} is no whole copy of a store: {found}")
    if newer := names - {file.stem for file in database.MIGRATIONS.glob("[0-9]*.py")}:
        raise StoreError(f"{copy} is of a newer fsapp (it has {', '.join(sorted(newer))}); upgrade this engine first")


def _set_aside(target: Path) -> Path | None:
    """With what SQLite keeps beside it: what a process that died has not brought into the file yet belongs to it."""
    if not target.exists():
        return None
    former = target.with_name(f"{target.name}.before-restore")
    for suffix in ("", "-wal", "-shm"):
        file, place = Path(f"{target}{suffix}"), Path(f"{former}{suffix}")
        place.unlink(missing_ok=True)
        if file.exists():
            file.replace(place)
    return former


def _checksum_file(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}.sha256")


def _write_checksum(target: Path, digest: str) -> None:
    _checksum_file(target).write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    _sync(_checksum_file(target))


def _check_digest(copy: Path) -> None:
    """Where there is a checksum beside the copy."""
    if not copy.exists():
        raise StoreError(f"there is no {copy}")
    file = _checksum_file(copy)
    if file.exists() and file.read_text(encoding="utf-8").split()[:1] != [_digest(copy)]:
        raise StoreError(f"{copy} is not what its checksum {file.name} says: it was cut short or changed")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _run(program: str, *words: str) -> None:
    try:
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=DUMP_SECONDS, check=False)
    except FileNotFoundError:
        raise StoreError(f"{program} is not installed: it comes with PostgreSQL's client programs") from None
    if done.returncode:
        raise StoreError(f"{program}: {' '.join(done.stderr.split())[:400]}")
