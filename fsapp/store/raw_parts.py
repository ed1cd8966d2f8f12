"""What records contribute to sums, read off the records themselves: for parts of hours, and to prove the sums."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from peewee import Database

from fsapp.domain.caller_records import SurveyAnswer
from fsapp.domain.events import Kind
from fsapp.domain.periods import Period
from fsapp.domain.queue_records import ContactRecord, HoldRecord, OfferRecord, PromiseRecord, TalkRecord
from fsapp.domain.records import Cdr, LegRecord
from fsapp.domain.rollups import (
    CALLS,
    CONTACTS,
    HOLDS,
    HOUR,
    LEGS,
    OFFERS,
    PROMISES,
    STATES,
    SURVEYS,
    TALKS,
    Family,
    Part,
    of_call,
    of_leg_in_talk,
    of_record,
    of_state,
)
from fsapp.store import database, rows
from fsapp.store.caller_models import SurveyRow
from fsapp.store.models import CdrRow, EventRow, LegRow
from fsapp.store.queue_models import TABLES, AgentTimeRow, LogRow, PromiseRow

LONGEST_CALL = 5 * HOUR
"""The switch ends every call after four hours (conf/freeswitch/dialplan); a leg is placed within its call."""

_CALL = (
    *("uuid", "arrived_at", "ended_at", "answered_at", "dnis", "trunk", "duration_ms", "billable_ms", "hangup_cause"),
    *("flow", "rule", "disposition", "refused_reason", "transferred_to", "failures", "complete", "source"),
)
"""The columns that count."""

Read = Callable[[Database, Period], Iterator[Part]]


def parts(connected: Database, family: Family, period: Period) -> Iterator[Part]:
    """Each record's contribution whose moment lies in the period."""
    return _READERS[family](connected, period)


def _calls(connected: Database, period: Period) -> Iterator[Part]:
    query = CdrRow.select(*(getattr(CdrRow, name) for name in _CALL))
    for cdr in _cdrs(connected, query.where(CdrRow.arrived_at >= period.since, CdrRow.arrived_at < period.until)):
        yield from (part for _, part in of_call(cdr, ()))


def _legs(connected: Database, period: Period) -> Iterator[Part]:
    columns = [getattr(LegRow, name) for name in rows.LEG_COLUMNS]
    query = LegRow.select(CdrRow.rule, *columns).join(CdrRow, on=CdrRow.uuid == LegRow.call)
    query = query.where(CdrRow.arrived_at >= period.since - LONGEST_CALL, CdrRow.arrived_at < period.until)
    query = query.where(LegRow.started_at >= period.since, LegRow.started_at < period.until)
    for rule, *leg in database.select(connected, query):
        yield from (part for family, part in of_call(Cdr("", 0, 0, rule=rule), [LegRecord(*leg)]) if family is LEGS)
    yield from _legs_in_talks(connected, period)


def _legs_in_talks(connected: Database, period: Period) -> Iterator[Part]:
    query = EventRow.select(*(getattr(EventRow, name) for name in rows.EVENT_COLUMNS))
    query = query.join(LogRow, on=(LogRow.run == EventRow.call) & (LogRow.seq == EventRow.seq))
    query = query.where(LogRow.at >= period.since, LogRow.at < period.until + LONGEST_CALL)
    for row in database.select(connected, query.where(LogRow.kind == Kind.LEG_ENDED.value)):
        event = rows.event_value(row)
        yield from _within(period, (part for _, part in of_leg_in_talk(event.at, event.fields)))


def _ended(kind: type[Any]) -> Read:
    """Records whose moment is their end."""

    def read(connected: Database, period: Period) -> Iterator[Part]:
        table: Any = TABLES[kind]
        query = table.select(*(getattr(table, name) for name in rows.RECORD_COLUMNS[kind]))
        query = query.where(table.ended_at >= period.since, table.ended_at < period.until)
        for row in database.select(connected, query):
            yield from (part for _, part in of_record(rows.record_value(kind, row)))

    return read


def _states(connected: Database, period: Period) -> Iterator[Part]:
    row = AgentTimeRow
    query = row.select(row.agent, row.state, row.reason, row.since, row.until).where(row.agent << _agents(connected))
    query = query.where(row.until > period.since, row.since < period.until)
    for agent, state, reason, since, until in database.select(connected, query):
        cut = max(since, period.since), min(until, period.until)
        yield from (part for _, part in of_state(agent, state, reason, *cut))


def _agents(connected: Database) -> Sequence[str]:
    """So that the index by agent and time serves."""
    return [name for (name,) in database.execute(connected, "SELECT DISTINCT agent FROM last_state").fetchall()]


def _promises(connected: Database, period: Period) -> Iterator[Part]:
    """By the queue log, whose index is by time; a promise is of the moment of its event."""
    row = PromiseRow
    query = row.select(*(getattr(row, name) for name in rows.RECORD_COLUMNS[PromiseRecord]))
    query = query.join(LogRow, on=(LogRow.run == row.run) & (LogRow.seq == row.seq))
    query = query.where(LogRow.at >= period.since, LogRow.at < period.until, LogRow.kind == Kind.WAIT_PROMISED.value)
    for each in database.select(connected, query):
        yield from (part for _, part in of_record(rows.record_value(PromiseRecord, each)))


def _surveys(connected: Database, period: Period) -> Iterator[Part]:
    row = SurveyRow
    query = row.select(*(getattr(row, name) for name in rows.RECORD_COLUMNS[SurveyAnswer]))
    for each in database.select(connected, query.where(row.at >= period.since, row.at < period.until)):
        yield from (part for _, part in of_record(SurveyAnswer(*each)))


def _cdrs(connected: Database, query: Any) -> Iterator[Cdr]:
    for row in database.select(connected, query):
        cells = dict(zip(_CALL, row, strict=True))
        yield Cdr(**cells | {"complete": bool(cells["complete"])})


def _within(period: Period, found: Iterator[Part]) -> Iterator[Part]:
    return (part for part in found if period.since <= part[0] < period.until)


_READERS: Mapping[Family, Read] = {
    CALLS: _calls,
    LEGS: _legs,
    CONTACTS: _ended(ContactRecord),
    OFFERS: _ended(OfferRecord),
    TALKS: _ended(TalkRecord),
    HOLDS: _ended(HoldRecord),
    STATES: _states,
    PROMISES: _promises,
    SURVEYS: _surveys,
}
