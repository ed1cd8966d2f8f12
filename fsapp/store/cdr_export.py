"""Reading all records of a period, oldest first, a page at a time: a year is too much for memory."""

from collections.abc import Iterator, Mapping, Sequence

from peewee import Database, Tuple, fn

from fsapp.domain.periods import Period
from fsapp.domain.records import Cdr
from fsapp.store import database, rows
from fsapp.store.models import CdrRow, LegRow, OpenCallRow

PAGE = 500


def count(connected: Database, period: Period) -> int:
    """How many there are."""
    number: int = (
        CdrRow.select(fn.COUNT(CdrRow.uuid))
        .where(CdrRow.arrived_at >= period.since, CdrRow.arrived_at < period.until)
        .scalar(connected)
    )
    return number


def pages(connected: Database, period: Period) -> Iterator[Sequence[tuple[Cdr, str]]]:
    """Records with the id of the leg that the caller talked to last, or nothing."""
    after = (period.since, "")
    while True:
        query = CdrRow.select(*(getattr(CdrRow, name) for name in rows.CDR_COLUMNS))
        query = query.where(Tuple(CdrRow.arrived_at, CdrRow.uuid) > Tuple(*after), CdrRow.arrived_at < period.until)
        query = query.order_by(CdrRow.arrived_at, CdrRow.uuid).limit(PAGE)
        cdrs = [rows.cdr_value(row) for row in database.select(connected, query)]
        if not cdrs:
            return
        legs = _legs(connected, [cdr.uuid for cdr in cdrs])
        yield [(cdr, legs.get(cdr.uuid, "")) for cdr in cdrs]
        after = (cdrs[-1].arrived_at, cdrs[-1].uuid)


def known(connected: Database, calls: Sequence[str]) -> set[str]:
    """Those of the calls that the database has, over or under way."""
    found: set[str] = set()
    for start in range(0, len(calls), PAGE):
        part = list(calls[start : start + PAGE])
        found |= {uuid for (uuid,) in database.select(connected, CdrRow.select(CdrRow.uuid).where(CdrRow.uuid << part))}
        open_calls = OpenCallRow.select(OpenCallRow.call).where(OpenCallRow.call << part)
        found |= {call for (call,) in database.select(connected, open_calls)}
    return found


def _legs(connected: Database, calls: Sequence[str]) -> Mapping[str, str]:
    query = LegRow.select(LegRow.call, LegRow.leg).where(LegRow.call << list(calls), LegRow.end == "answered")
    return dict(database.select(connected, query.order_by(LegRow.seq)))
