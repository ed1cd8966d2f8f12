"""The databases that settings name: the engine's own, and those that look-ups ask."""

from collections.abc import Mapping

from fsapp.domain.clock import Clock
from fsapp.domain.errors import ConfigError, StoreError
from fsapp.lookup.lookups import Lookups, open_lookups
from fsapp.lookup.settings import LookupSettings, SqlSettings
from fsapp.server.settings import EngineSettings, beside
from fsapp.server.switch_files import share_owner
from fsapp.store import database
from fsapp.store.sql_source import SqlSource, parameters


def own_url(settings: EngineSettings) -> str:
    """Where the engine keeps its records. Raises ConfigError."""
    if settings.database is None:
        return database.sqlite_url(settings.data / "fsapp.db")
    return _known(settings.database, settings, ("database",))


def ready(settings: EngineSettings) -> str:
    """The same, with a schema that is up to date: made where there is none.

    A database that root makes belongs to whose folder it is in. Raises ConfigError, StoreError.
    """
    url = own_url(settings)
    settings.data.mkdir(mode=0o770, parents=True, exist_ok=True)
    file = database.sqlite_path(url)
    new = file is not None and not file.exists()
    database.upgrade_at(url)
    if file is not None and new:
        share_owner(file.parent, [file])
    return url


def lookups(settings: EngineSettings, clock: Clock) -> Lookups:
    """The look-up sources of the settings. Raises ConfigError."""

    def sql_source(wanted: SqlSettings, limit: float) -> SqlSource:
        return SqlSource(_placed(wanted.url, settings), wanted.query, timeout=limit)

    try:
        return open_lookups(settings.lookups, sql_source, clock.monotonic)
    except (StoreError, ValueError) as error:
        raise ConfigError([settings.problem(("lookups",), str(error))]) from None


def lookup_arguments(settings: EngineSettings) -> Mapping[str, frozenset[str]]:
    """What each look-up source must be told, by its name. Raises ConfigError."""
    return {name: _arguments(wanted, settings, ("lookups", name)) for name, wanted in settings.lookups.items()}


def _arguments(wanted: LookupSettings, settings: EngineSettings, place: tuple[str, ...]) -> frozenset[str]:
    if wanted.sql is not None:
        _known(wanted.sql.url, settings, (*place, "sql", "url"))
        return frozenset(parameters(wanted.sql.query))
    return wanted.http.arguments if wanted.http else frozenset()


def _known(url: str, settings: EngineSettings, place: tuple[str, ...]) -> str:
    """The URL, placed. Raises ConfigError where it is of no database that can be opened; connects to none."""
    try:
        placed = _placed(url, settings)
        database.open(placed)
    except StoreError as error:
        raise ConfigError([settings.problem(place, str(error))]) from None
    return placed


def _placed(url: str, settings: EngineSettings) -> str:
    """A relative SQLite file lies beside the settings, as every path that they name."""
    path = database.sqlite_path(url)
    return url if path is None or path.is_absolute() else database.sqlite_url(beside(settings.file, path))
