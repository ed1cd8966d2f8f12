"""Connections for a unit of work outside the writer: one to read, one to change in a single transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from peewee import Database, PeeweeException

from fsapp.domain.errors import StoreError
from fsapp.store import database

BUSY_SECONDS = 5.0
"""How long to wait for another's lock."""


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
def changing(url: str) -> Iterator[Database]:
    """A connection in a transaction: all that is done in the block, or nothing. Raises StoreError."""
    connected = database.open(url, create=False, busy_wait=BUSY_SECONDS)
    try:
        with connected.connection_context(), connected.atomic():
            yield connected
    except PeeweeException as error:
        raise StoreError(f"the database cannot be changed: {error}") from error
