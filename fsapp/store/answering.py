"""PostgreSQL whose silence ends: a server that takes a statement and never answers it, because it is frozen or because
a firewall forgot the connection. Its own `statement_timeout` does not help then, nor does TCP, which had its receipt.
"""

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from peewee import PostgresqlDatabase, Psycopg3Adapter

MARGIN_SECONDS = 5.0
"""Beyond what the server allows itself for a statement."""

T = TypeVar("T")


def patience(statement_limit: float) -> float:
    """How many seconds to wait for an answer, where the server gives a statement so many."""
    return statement_limit + MARGIN_SECONDS


class _NoAnswer(psycopg.OperationalError):
    """The server said nothing in time."""


class _Connection(psycopg.Connection[Any]):
    answer_limit = 15.0

    def wait(self, gen: Generator[Any, Any, T], *arguments: Any, **named: Any) -> T:
        """Raises OperationalError when `answer_limit` seconds have passed; the connection is no more then."""
        try:
            return super().wait(_within(gen, self.answer_limit), *arguments, **named)
        except _NoAnswer:
            self.pgconn.finish()  # else a rollback would wait as long again
            raise


def _within(waiting: Generator[Any, Any, T], limit: float) -> Generator[Any, Any, T]:
    """The same, for so many seconds; it is asked ten times a second at least, whether there is news or not."""
    end = monotonic() + limit
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            if not ready and monotonic() > end:
                raise _NoAnswer(f"no answer within {limit:g} s")
            wanted = waiting.send(ready)
    except StopIteration as done:
        value: T = done.value
        return value


class _Adapter(Psycopg3Adapter):
    def connect(self, db: Any, **params: Any) -> _Connection:
        answer_limit: float = params.pop("answer_limit")
        made: _Connection = _Connection.connect(dbname=db.database, **params)
        made.answer_limit = answer_limit
        return made


class AnsweringDatabase(PostgresqlDatabase):
    """Takes `answer_limit` (seconds) beside libpq's own parameters."""

    psycopg3_adapter = _Adapter
