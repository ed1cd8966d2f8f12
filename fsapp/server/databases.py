"""The databases that settings name: the engine's own, and those that look-ups ask."""

from fsapp.domain.clock import Clock
from fsapp.domain.errors import ConfigError, Problem, StoreError
from fsapp.lookup.lookups import Lookups, open_lookups
from fsapp.lookup.settings import SqlSettings
from fsapp.server.settings import EngineSettings, beside
from fsapp.store.database import sqlite_path
from fsapp.store.sql_source import SqlSource


def own_url(settings: EngineSettings) -> str:
    """Where the engine keeps its records. Raises ConfigError."""
    if settings.database is None:
        return f"sqlite:///{settings.data / 'fsapp.db'}"
    try:
        return _placed(settings.database, settings)
    except StoreError as error:
        raise _problem(settings, f"'database': {error}") from None


def lookups(settings: EngineSettings, clock: Clock) -> Lookups:
    """The look-up sources of the settings. Raises ConfigError."""

    def sql_source(wanted: SqlSettings, limit: float) -> SqlSource:
        return SqlSource(_placed(wanted.url, settings), wanted.query, timeout=limit)

    try:
        return open_lookups(settings.lookups, sql_source, clock.monotonic)
    except (StoreError, ValueError) as error:
        raise _problem(settings, f"'lookups': {error}") from None


def _placed(url: str, settings: EngineSettings) -> str:
    """A relative SQLite file lies beside the settings, as every path that they name."""
    path = sqlite_path(url)
    return url if path is None or path.is_absolute() else f"sqlite:///{beside(settings.file, path)}"


def _problem(settings: EngineSettings, sentence: str) -> ConfigError:
    return ConfigError([Problem(str(settings.file), 1, sentence)])
