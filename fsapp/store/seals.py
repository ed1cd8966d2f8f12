"""Seals of the journal's days in the database. What they seal are the journal's rows as they lie there."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from peewee import BigIntegerField, Database, IntegerField, Model, SqliteDatabase, TextField

from fsapp.domain.errors import FsappError
from fsapp.domain.periods import Period, Step, divided
from fsapp.domain.seals import DaySeal, HourSeal, Line, chained, hour_seal
from fsapp.store import database
from fsapp.store.connections import changing, reporting

Progress = Callable[[int, int], None]

LONG_SECONDS = 3600.0
"""What goes over a whole day's journal may take so long."""

_LINE = "e.call, e.seq, e.at, e.kind, e.fields"
_OF_CALLS = (
    f"SELECT {_LINE} FROM cdr c JOIN event e ON e.call = c.uuid "  # noqa: S608 -- names of our own columns
    "WHERE c.arrived_at >= {p} AND c.arrived_at < {p} ORDER BY e.call COLLATE {c}, e.seq"
)
_OF_RUNS = (
    f"SELECT {_LINE} FROM queue_log l JOIN event e ON e.call = l.run AND e.seq = l.seq "  # noqa: S608 -- as above
    "WHERE l.at >= {p} AND l.at < {p} ORDER BY e.call COLLATE {c}, e.seq"
)
_OPEN = """
    SELECT COUNT(*) FROM open_call o
     WHERE (SELECT MIN(e.at) FROM event e WHERE e.call = o.call) < {p}
"""


class NotSealed(FsappError):
    """The day cannot be sealed; the sentence says why."""


class JournalSealRow(Model):
    """As domain.seals.DaySeal; `hours` is JSON."""

    number = IntegerField(primary_key=True)
    day = TextField(unique=True)
    since = BigIntegerField()
    until = BigIntegerField()
    events = IntegerField()
    hours = TextField()
    previous = TextField()
    digest = TextField()
    sealed_at = BigIntegerField()
    removed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "journal_seal"


def known(connected: Database) -> Sequence[DaySeal]:
    """All seals, in order."""
    row = JournalSealRow
    query = row.select(
        row.number, row.day, row.since, row.until, row.hours, row.previous, row.digest, row.sealed_at, row.removed_at
    )
    return [_value(*each) for each in database.select(connected, query.order_by(row.number))]


def hours(connected: Database, period: Period, zone: Any, progress: Progress) -> Sequence[HourSeal]:
    """What is in the journal now, by the hour."""
    parts = divided(period, Step.HOUR, zone)
    found = []
    for number, part in enumerate(parts):
        progress(number, len(parts))
        found.append(hour_seal(part.since, _lines(connected, part)))
    progress(len(parts), len(parts))
    return found


def seal(url: str, day: str, period: Period, zone: Any, now: int, progress: Progress) -> DaySeal:
    """Seals a day that is over. Raises NotSealed, StoreError."""
    with reporting(url, LONG_SECONDS) as connected:  # the writer is not kept waiting while that is read
        _check(connected, known(connected), day, period, now)
        found = tuple(hours(connected, period, zone, progress))
    with changing(url) as connected:
        before = known(connected)
        _check(connected, before, day, period, now)
        number, previous = (before[-1].number + 1, before[-1].digest) if before else (1, "")
        digest = chained(number, day, period.since, period.until, found, previous)
        made = DaySeal(number, day, period.since, period.until, found, previous, digest, now)
        _keep(connected, made)
    return made


def note_removal(connected: Database, before: int, now: int) -> None:
    """Events of before that moment are gone, or some of them."""
    row = JournalSealRow
    row.update(removed_at=now).where(row.since < before, row.removed_at.is_null()).execute(connected)


def _check(connected: Database, before: Sequence[DaySeal], day: str, period: Period, now: int) -> None:
    if period.until > now:
        raise NotSealed(f"{day} is not over yet")
    if any(each.day == day for each in before):
        raise NotSealed(f"{day} is sealed already")
    if before and before[-1].since > period.since:
        raise NotSealed(f"days are sealed in order, and {before[-1].day} is sealed already")
    sql = _OPEN.format(p=connected.param)
    (open_calls,) = database.execute(connected, sql, (period.until,)).fetchone()
    if open_calls:
        raise NotSealed(f"{open_calls} calls that began on {day} or before have no end yet")


def _lines(connected: Database, part: Period) -> Iterator[Line]:
    by_bytes = "BINARY" if isinstance(connected, SqliteDatabase) else '"C"'
    for sql in (_OF_CALLS, _OF_RUNS):
        yield from database.execute(connected, sql.format(p=connected.param, c=by_bytes), (part.since, part.until))


def _keep(connected: Database, made: DaySeal) -> None:
    JournalSealRow.insert(
        number=made.number,
        day=made.day,
        since=made.since,
        until=made.until,
        events=made.events,
        hours=json.dumps([[each.since, each.events, each.digest] for each in made.hours]),
        previous=made.previous,
        digest=made.digest,
        sealed_at=made.sealed_at,
    ).execute(connected)


def _value(number: int, day: str, since: int, until: int, hours: str, *others: Any) -> DaySeal:
    return DaySeal(number, day, since, until, tuple(HourSeal(*each) for each in json.loads(hours)), *others)
