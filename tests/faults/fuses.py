"""What breaks below the engine's store: the database driver's n-th call, the operating system's n-th call for a file.

Both stand at the border: the driver (sqlite3) and the system (os) are given another face, and nothing of ours is.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch


class Fuse:
    """Blows at its n-th call, and at those that follow, so many in all; in front of the call or behind it."""

    def __init__(self, at: int, error: Exception, *, lasting: int = 1, behind: bool = False) -> None:
        self.calls = 0
        self.blown = 0
        self._at = at
        self._error = error
        self._lasting = lasting
        self._behind = behind

    def before(self) -> None:
        self.calls += 1
        if not self._behind:
            self._blow()

    def after(self) -> None:
        if self._behind:
            self._blow()

    def _blow(self) -> None:
        if self._at <= self.calls < self._at + self._lasting:
            self.blown += 1
            raise type(self._error)(*self._error.args)  # a fresh one: it keeps the frames that it passes


_FUSES: dict[str, Fuse] = {}
"""By the database's file."""


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = ()) -> Any:
        fuse = self.connection.fuse  # type: ignore[attr-defined]  # it is one of ours
        if fuse is None:
            return super().execute(sql, parameters)
        fuse.before()
        done = super().execute(sql, parameters)
        fuse.after()
        return done


class _Connection(sqlite3.Connection):
    fuse: Fuse | None = None

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


_connect = sqlite3.connect


def _connected(database: str, *arguments: Any, **options: Any) -> sqlite3.Connection:
    found = next((fuse for file, fuse in _FUSES.items() if file in str(database)), None)
    if found is not None:
        found.before()
    connection = _connect(database, *arguments, factory=_Connection, **options)
    connection.fuse = found
    return connection


@contextmanager
def database_fuses() -> Iterator[dict[str, Fuse]]:
    """While in force, a fuse that is put in by the name of a database's file counts each call of the driver for it."""
    with patch.object(sqlite3, "connect", _connected):
        try:
            yield _FUSES
        finally:
            _FUSES.clear()


def take_out(file: Path) -> None:
    """Nothing breaks that database any more."""
    _FUSES.pop(str(file), None)


_FILE_CALLS = ("open", "write", "fsync", "ftruncate", "fstat")


class FusedSystem(ModuleType):
    """`os`, but its calls for files have a fuse. A write that it stops has written half of what it should."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__("os")
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        call = getattr(os, name)
        if name not in _FILE_CALLS:
            return call

        def fused(*arguments: Any, **options: Any) -> Any:
            try:
                self._fuse.before()
            except OSError:
                if name == "write":
                    os.write(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                raise
            return call(*arguments, **options)

        return fused


@contextmanager
def file_fuse(module: Any, fuse: Fuse) -> Iterator[Fuse]:
    """While in force, the `os` of one module has the fuse."""
    with patch.object(module, "os", FusedSystem(fuse)):
        yield fuse


def left_in(folder: Path) -> list[str]:
    """The names of files in a spool."""
    return sorted(file.name for file in folder.glob("*")) if folder.exists() else []
