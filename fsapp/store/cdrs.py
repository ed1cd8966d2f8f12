"""Reading records: values out, never rows; over a connection that cannot write."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from peewee import Database, PeeweeException, Tuple, fn

from fsapp.domain.cdr import fold
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event
from fsapp.domain.records import Cdr, LegRecord
from fsapp.store import database, rows
from fsapp.store.models import CdrRow, EventRow, LegRow, OpenCallRow

Cursor = tuple[int, str]
"""Where a page ended: arrived_at and uuid of its last record."""


@dataclass(frozen=True, slots=True)
class CdrFilter:
    """Which records. `since` (included) and `until` (not) are UTC milliseconds of arrival; empty text filters none."""

    since: int | None = None
    until: int | None = None
    ani: str = ""
    dnis: str = ""
    flow: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Records, newest first; `after` continues the list, None ends it."""

    cdrs: tuple[Cdr, ...]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """All that is known of a call."""

    cdr: Cdr
    legs: tuple[LegRecord, ...]
    events: tuple[Event, ...]


class Cdrs:
    """Queries, each over a connection of its own. They block: within the engine call them off the hub."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def list(self, wanted: CdrFilter, *, limit: int = 50, after: Cursor | None = None) -> Page:
        """A page of finished calls. Raises StoreError."""
        query = CdrRow.select(*_columns(CdrRow, rows.CDR_COLUMNS)).where(*_conditions(wanted, after))
        query = query.order_by(CdrRow.arrived_at.desc(), CdrRow.uuid.desc()).limit(limit + 1)
        with self._reading() as connected:
            found = [rows.cdr_value(row) for row in database.select(connected, query)]
        cdrs = tuple(found[:limit])
        more = len(found) > limit > 0
        return Page(cdrs, (cdrs[-1].arrived_at, cdrs[-1].uuid) if more else None)

    def show(self, uuid: str) -> CallRecord | None:
        """One call; one that is under way as its events tell it so far. Raises StoreError."""
        with self._reading() as connected:
            events = _events(connected, uuid)
            cdrs = CdrRow.select(*_columns(CdrRow, rows.CDR_COLUMNS)).where(CdrRow.uuid == uuid)
            cdr = next((rows.cdr_value(row) for row in database.select(connected, cdrs)), None)
            legs = LegRow.select(*_columns(LegRow, rows.LEG_COLUMNS)).where(LegRow.call == uuid).order_by(LegRow.seq)
            records = tuple(rows.leg_value(row) for row in database.select(connected, legs))
        if cdr is not None:
            return CallRecord(cdr, records, events)
        return CallRecord(*fold(events), events) if events else None

    def events(self, uuid: str) -> tuple[Event, ...]:
        """The journal of one call, by seq: what an engine needs to take the call up again. Raises StoreError."""
        with self._reading() as connected:
            return _events(connected, uuid)

    def open(self) -> Mapping[str, int]:
        """The calls whose end is not in the journal, with the time of their first event. Raises StoreError."""
        query = OpenCallRow.select(OpenCallRow.call, fn.MIN(EventRow.at))
        query = query.join(EventRow, on=EventRow.call == OpenCallRow.call).group_by(OpenCallRow.call)
        with self._reading() as connected:
            return {call: int(at) for call, at in database.select(connected, query)}

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        connected = database.open(self._url, read_only=True, busy_wait=5.0)
        try:
            with connected.connection_context():
                yield connected
        except PeeweeException as error:
            raise StoreError(f"the database cannot be read: {error}") from error


def _events(connected: Database, uuid: str) -> tuple[Event, ...]:
    query = EventRow.select(*_columns(EventRow, rows.EVENT_COLUMNS)).where(EventRow.call == uuid).order_by(EventRow.seq)
    return tuple(rows.event_value(row) for row in database.select(connected, query))


def _columns(table: Any, names: tuple[str, ...]) -> list[Any]:
    return [getattr(table, name) for name in names]


def _conditions(wanted: CdrFilter, after: Cursor | None) -> Iterator[Any]:
    yield CdrRow.arrived_at >= (wanted.since or 0)
    if wanted.until is not None:
        yield CdrRow.arrived_at < wanted.until
    sought = (
        (CdrRow.ani, wanted.ani),
        (CdrRow.dnis, wanted.dnis),
        (CdrRow.flow, wanted.flow),
        (CdrRow.hangup_cause, wanted.cause),
    )
    yield from (column == value for column, value in sought if value)
    if after is not None:
        yield Tuple(CdrRow.arrived_at, CdrRow.uuid) < Tuple(*after)
