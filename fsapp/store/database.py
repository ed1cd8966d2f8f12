"""Databases by URL, and their schema."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from peewee import (
    BaseQuery,
    Database,
    OperationalError,
    PeeweeException,
    PostgresqlDatabase,
    ProgrammingError,
    SqliteDatabase,
)
from playhouse.db_url import parse
from playhouse.migrations import Runner

from fsapp.domain.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"

_UPGRADE_LOCK = 0x66736170
"""The key of PostgreSQL's advisory lock that upgrades queue at."""

_POSTGRESQL_LIMITS = {"connect_timeout": 2, "tcp_user_timeout": 5000, "keepalives_idle": 5}
"""libpq's: seconds to connect, milliseconds an unanswered send may take, seconds of silence before a probe."""


def open(
    url: str, *, create: bool = True, read_only: bool = False, busy_wait: float = 0.2, statement_limit: float = 10.0
) -> Database:
    """The database at `url`, which is not connected yet: `sqlite:///relative.db`, `sqlite:////absolute.db` or
    `postgresql://user@host/name`. It belongs to one thread.

    `busy_wait` is how many seconds to wait for another's lock, `statement_limit` how many PostgreSQL may take for a
    statement. With `create` an SQLite file is made where there is none. Raises StoreError for any other URL.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return _sqlite(url, create=create, read_only=read_only, busy_wait=busy_wait)
    if scheme == "postgresql":
        return _postgresql(url, read_only=read_only, busy_wait=busy_wait, statement_limit=statement_limit)
    raise StoreError(f"{scheme or url[:40]!r} is no database this engine knows: use sqlite:///… or postgresql://…")


def sqlite_path(url: str) -> Path | None:
    """The file of an `sqlite:` URL, or None for another database. Raises StoreError where no file is named."""
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        return None
    path = unquote(parts.path[1:])
    if parts.netloc or not path:
        raise StoreError("an SQLite URL has three slashes and a file: sqlite:///calls.db or sqlite:////srv/calls.db")
    return Path(path)


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file, whatever its name holds."""
    return f"sqlite:///{quote(str(path))}"


def _sqlite(url: str, *, create: bool, read_only: bool, busy_wait: float) -> SqliteDatabase:
    mode = "ro" if read_only else "rwc" if create else "rw"
    return SqliteDatabase(
        f"file:{quote(str(sqlite_path(url)))}?mode={mode}",
        uri=True,
        timeout=busy_wait,
        pragmas={"synchronous": "full"},  # committed means on the disk; the writer's batches pay for it
        lock_type="IMMEDIATE",
        thread_safe=False,
    )


def _postgresql(url: str, *, read_only: bool, busy_wait: float, statement_limit: float) -> PostgresqlDatabase:
    settings = {"lock_timeout": f"{busy_wait * 1000:.0f}", "statement_timeout": f"{statement_limit * 1000:.0f}"}
    if read_only:
        settings["default_transaction_read_only"] = "on"
    try:
        from fsapp.store import answering
    except ImportError:  # a site without PostgreSQL has no psycopg either
        raise StoreError("for PostgreSQL install the extra: pip install 'fsapp[postgresql]'") from None
    return answering.AnsweringDatabase(
        **_POSTGRESQL_LIMITS
        | parse(url, unquote_password=True, unquote_user=True)
        | {"options": " ".join(f"-c {name}={value}" for name, value in settings.items())},
        answer_limit=answering.patience(statement_limit),
        prefer_psycopg3=True,
        thread_safe=False,
    )


def execute(database: Any, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """Runs a statement and gives its cursor; `Any` because peewee types no more than its models."""
    return database.execute_sql(sql, parameters)


def select(database: Database, query: BaseQuery) -> Iterator[Any]:
    """The rows of a query as tuples."""
    return iter(query.tuples().execute(database))


def upgrade_at(url: str) -> tuple[str, ...]:
    """`upgrade` over a connection of its own, waiting for another process that is at it. Raises StoreError."""
    database = open(url, busy_wait=20.0)
    try:
        return upgrade(database)
    finally:
        database.close()


def upgrade(database: Database) -> tuple[str, ...]:
    """Brings the schema up to date and names what was applied; safe to repeat, and in several processes at once.

    Raises StoreError where the database cannot be used, or is of a newer engine than this one.
    """
    try:
        if isinstance(database, SqliteDatabase):
            database.pragma("journal_mode", "wal")
        runner = Runner(database, str(MIGRATIONS))
        if not _missing(runner):
            return ()
        with database.atomic():
            if isinstance(database, PostgresqlDatabase):
                execute(database, "SELECT pg_advisory_xact_lock(%s)", (_UPGRADE_LOCK,))
            return tuple(runner.up())
    except PeeweeException as error:
        raise StoreError(f"the database cannot be used: {error}") from error


def check_current(database: Database) -> None:
    """Raises StoreError where a connected database is not of this engine's schema; writes nothing."""
    try:
        applied = {name for (name,) in execute(database, "SELECT name FROM schema_migration").fetchall()}
    except (OperationalError, ProgrammingError) as error:
        if "schema_migration" not in str(error):
            raise
        raise StoreError(
            "the database holds nothing of fsapp's: is it the right one? `fsapp db upgrade` makes it"
        ) from None
    own = {file.stem for file in MIGRATIONS.glob("[0-9]*.py")}
    _refuse_newer(applied - own)
    if own - applied:
        raise StoreError(f"the database lacks {', '.join(sorted(own - applied))}: run `fsapp db upgrade` first")


def _refuse_newer(names: Collection[str]) -> None:
    if names:
        raise StoreError(
            f"the database is of a newer fsapp (it has {', '.join(sorted(names))}); upgrade this engine first"
        )


def _missing(runner: Runner) -> bool:
    """Whether migrations wait to be applied. Raises StoreError where some were applied that this engine lacks."""
    rows = runner.status()
    _refuse_newer([row.name for row in rows if row.path is None])
    return any(row.applied is None for row in rows)
