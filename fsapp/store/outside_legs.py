"""Reading what was dialled: legs of flows and of the desk, those that agents had rung in a talk, and those of faxes."""

from collections.abc import Iterator

from peewee import Database

from fsapp.domain.events import Event, Kind
from fsapp.domain.outside_calls import OutsideLeg
from fsapp.store import database, rows
from fsapp.store.connections import reading
from fsapp.store.models import EventRow, LegRow
from fsapp.store.queue_models import LogRow

FAX, FAX_END = "fax:", "fax;"
"""What stands for a call in the events of a fax begins so, and comes before the other."""


class DialledLegs:
    """Queries over a connection of its own. They block: within the engine call them off the hub."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def since(self, moment: int) -> list[OutsideLeg]:
        """Legs that ended then or later (UTC milliseconds), also those to phones of this house. Raises StoreError."""
        with reading(self._url) as connected:
            events = (*_of_talks(connected, moment), *_of_faxes(connected, moment))
            return [*_of_calls(connected, moment), *map(_of_event, events)]


def _of_calls(connected: Database, moment: int) -> Iterator[OutsideLeg]:
    query = LegRow.select(LegRow.number, LegRow.answered_at, LegRow.ended_at).where(LegRow.ended_at >= moment)
    return (OutsideLeg(*row) for row in database.select(connected, query))


def _of_talks(connected: Database, moment: int) -> Iterator[Event]:
    columns = [getattr(EventRow, name) for name in rows.EVENT_COLUMNS]
    query = EventRow.select(*columns).join(LogRow, on=(LogRow.run == EventRow.call) & (LogRow.seq == EventRow.seq))
    query = query.where(LogRow.at >= moment, LogRow.kind == Kind.LEG_ENDED.value)
    return (rows.event_value(row) for row in database.select(connected, query))


def _of_faxes(connected: Database, moment: int) -> Iterator[Event]:
    columns = [getattr(EventRow, name) for name in rows.EVENT_COLUMNS]
    of_fax = (EventRow.call > FAX) & (EventRow.call < FAX_END)
    query = EventRow.select(*columns).where(of_fax, EventRow.kind == Kind.LEG_ENDED.value, EventRow.at >= moment)
    return (rows.event_value(row) for row in database.select(connected, query))


def _of_event(event: Event) -> OutsideLeg:
    fields = event.fields
    return OutsideLeg(str(fields.get("number", "")), fields.get("answered_at"), fields.get("ended_at", event.at))
