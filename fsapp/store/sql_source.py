"""A look-up source in a database: one fixed query, run off the hub, over a connection that cannot write."""

import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from gevent.threadpool import ThreadPool
from peewee import Database, PeeweeException

from fsapp.domain.errors import LookupFailed
from fsapp.store import database

_PARAMETER = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*|::|:([A-Za-z_][A-Za-z0-9_]*)")
"""A `:name`, or one of the places where a colon is none: quotes, comments, PostgreSQL's casts."""

Record = dict[str, Any]


class Backend(Protocol):
    """A database as a query sees it. Blocks; raises LookupFailed."""

    def first(self, arguments: Mapping[str, str]) -> Record | None: ...

    def close(self) -> None: ...


class SqlSource:
    """Gives the first row of `query` as a dict: text, numbers, booleans, None; times in ISO 8601, decimals as numbers.

    `:name` in the query is a parameter, bound by the driver as text and never put into the statement.
    """

    def __init__(self, url: str, query: str, *, timeout: float, threads: int = 4) -> None:
        """`timeout` is in seconds. Raises StoreError where the URL names no known database."""
        self.arguments = frozenset(parameters(query))
        path = database.sqlite_path(url)
        self._backend: Backend = Sqlite(path, query, timeout) if path else Postgresql(url, query, timeout)
        self._threads = ThreadPool(threads, idle_task_timeout=60)

    def find(self, arguments: Mapping[str, str]) -> Record | None:
        """The record, or None where no row matches. Raises LookupFailed."""
        outcome: Record | LookupFailed | None = self._threads.apply(_outcome, (self._backend, arguments))
        if isinstance(outcome, LookupFailed):
            raise outcome
        return outcome

    def close(self) -> None:
        """Lets idle connections go; a look-up under way ends well."""
        self._backend.close()


class Sqlite:
    """An SQLite file, opened for each look-up, so that a file replaced by a newer one is read at once."""

    def __init__(self, path: Path, query: str, timeout: float) -> None:
        self._uri = f"file:{quote(str(path))}?mode=ro"
        self._query = query
        self._timeout = timeout

    def first(self, arguments: Mapping[str, str]) -> Record | None:
        deadline = time.monotonic() + self._timeout
        try:
            with closing(sqlite3.connect(self._uri, uri=True, timeout=self._timeout)) as connection:
                connection.set_progress_handler(lambda: time.monotonic() > deadline, 1000)
                cursor = connection.execute(self._query, dict(arguments))
                return _first(cursor)
        except sqlite3.Error as error:
            raise LookupFailed(f"SQLite: {error}") from error

    def close(self) -> None:
        """There is nothing to let go."""


class Postgresql:
    """A PostgreSQL server; connections are kept for the next look-up until one fails."""

    def __init__(self, url: str, query: str, timeout: float) -> None:
        database.open(url)
        self._url = url
        self._timeout = timeout
        self._statement = _percent_style(query)
        self._idle: list[Database] = []

    def first(self, arguments: Mapping[str, str]) -> Record | None:
        connected = self._idle.pop() if self._idle else self._new()
        try:
            record = _first(database.execute(connected, self._statement, dict(arguments)))
        except (PeeweeException, LookupFailed, ValueError) as error:
            connected.close()
            self.close()  # what broke this one may have broken the others
            raise LookupFailed(f"PostgreSQL: {error}") from error
        self._idle.append(connected)
        return record

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _new(self) -> Database:
        return database.open(self._url, read_only=True, busy_wait=self._timeout, statement_limit=self._timeout)


def parameters(query: str) -> Sequence[str]:
    """The names of a query's `:name` parameters."""
    return [match[1] for match in _PARAMETER.finditer(query) if match[1]]


def _percent_style(query: str) -> str:
    """The query as psycopg reads it."""
    return _PARAMETER.sub(lambda match: f"%({match[1]})s" if match[1] else match[0], query.replace("%", "%%"))


def _outcome(backend: Backend, arguments: Mapping[str, str]) -> Record | LookupFailed | None:
    """What came of it, as a value: gevent prints whatever is raised in its threads."""
    try:
        return backend.first(arguments)
    except LookupFailed as failure:
        return failure
    except (ValueError, OSError) as error:
        return LookupFailed(str(error))


def _first(cursor: Any) -> Record | None:
    """The first row of a DB-API cursor."""
    if cursor.description is None:
        raise LookupFailed("the query gives no rows, not even none")
    row = cursor.fetchone()
    if row is None:
        return None
    return {column[0]: _plain(column[0], value) for column, value in zip(cursor.description, row, strict=True)}


def _plain(name: str, value: Any) -> Any:
    """What flows, the journal and JSON can hold. A decimal that no float equals stays text, so that no cent is lost."""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime | date | time_of_day):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        raise LookupFailed(f"column {name!r} is binary")
    return value if value is None or isinstance(value, str | int | float | dict | list) else str(value)


def _number(value: Decimal) -> int | float | str:
    if value.is_finite():
        if value == value.to_integral_value():
            return int(value)
        if Decimal(repr(float(value))) == value:
            return float(value)
    return str(value)
