"""Connections for a unit of work outside the writer: one to read, one for reports, one to change in one transaction."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peewee import Database, PeeweeException, SqliteDatabase

from fsapp.domain.errors import StoreError
from fsapp.store import database

BUSY_SECONDS = 5.0
"""How long to wait for another's lock."""

REPORT_SECONDS = 60.0
"""How long a statement of a report may take."""

_LOOK_EVERY = 10_000
"""Instructions of SQLite's between two looks at the clock: about 0.1 ms."""

_ONE_MOMENT = {True: "BEGIN DEFERRED", False: "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"}
"""How SQLite and PostgreSQL are told to show one moment, whatever is written meanwhile. Closing ends it."""


@contextmanager
def reading(url: str) -> Iterator[Database]:
    """A connection that cannot write. Raises StoreError."""
    connected = database.open(url, read_only=True, busy_wait=BUSY_SECONDS)
    try:
        with connected.connection_context():
            yield connected
    except PeeweeException as error:
        raise StoreError(f"the database cannot be read: {error}") from error


@contextmanager
def reporting(url: str, limit: float = REPORT_SECONDS) -> Iterator[Database]:
    """A connection that cannot write, to a database of this very engine's schema, for at most `limit` seconds.

    What is read over it is of one moment. Raises StoreError.
    """
    _must_be_there(url)
    connected = database.open(url, read_only=True, busy_wait=BUSY_SECONDS, statement_limit=limit)
    ends = time.monotonic() + limit
    try:
        with connected.connection_context():
            _restrict(connected, ends)
            database.check_current(connected)
            database.execute(connected, _ONE_MOMENT[isinstance(connected, SqliteDatabase)])
            yield connected
    except PeeweeException as error:
        late = f"reading took longer than {limit:g} s, and was given up" if time.monotonic() >= ends else ""
        raise StoreError(late or f"the database cannot be read: {error}") from error


@contextmanager
def changing(url: str) -> Iterator[Database]:
    """A connection in a transaction: all that is done in the block, or nothing. Raises StoreError."""
    connected = database.open(url, create=False, busy_wait=BUSY_SECONDS)
    try:
        with connected.connection_context(), connected.atomic():
            yield connected
    except PeeweeException as error:
        raise StoreError(f"the database cannot be changed: {error}") from error


def _must_be_there(url: str) -> None:
    file = database.sqlite_path(url)
    if file is not None and not file.exists():
        raise StoreError(f"there is no database {file}: the engine makes it, or `fsapp db upgrade`")


def _restrict(connected: Any, ends: float) -> None:
    is_sqlite = isinstance(connected, SqliteDatabase)
    if is_sqlite:
        connected.pragma("query_only", 1)
        connected.connection().set_progress_handler(lambda: time.monotonic() >= ends, _LOOK_EVERY)
