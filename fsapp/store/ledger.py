"""What the ledger compares within the database: queues, agents, calls and their journals, sums and records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from peewee import Database

from fsapp.domain.cdr import fold
from fsapp.domain.events import Event, Kind
from fsapp.domain.ledger import (
    AgentBalance,
    Check,
    ContactPath,
    Difference,
    QueueBalance,
    agent_balance,
    balances,
    clock,
)
from fsapp.domain.periods import Period
from fsapp.domain.queue_records import AgentTime
from fsapp.domain.records import Cdr, LegRecord
from fsapp.domain.rollups import FAMILIES, HOUR, Span
from fsapp.store import database, rows
from fsapp.store.models import CdrRow, EventRow, LegRow
from fsapp.store.queue_models import AgentTimeRow, LogRow
from fsapp.store.raw_parts import parts
from fsapp.store.rollup_models import ROLLUPS

Progress = Callable[[int, int], None]

AT_ONCE = 200
"""Calls whose journals are read together."""

STALE_MS = 5 * HOUR
"""No call lasts so long."""


def queues(connected: Database, period: Period) -> tuple[Mapping[str, QueueBalance], Sequence[Difference]]:
    """Of each queue what became of those who came in the period."""
    lines = _queue_lines(connected, period)
    paths = list(_paths(lines))
    calls = {path.call for path in paths if not path.ends}
    return balances(paths, _runs_over(connected), _calls_over(connected, sorted(calls)))


def agents(connected: Database, period: Period, zone: Any) -> tuple[Sequence[AgentBalance], Sequence[Difference]]:
    """Of each agent the time signed in and the sum of the states, by all states that ended in the period."""
    found: list[AgentBalance] = []
    differences: list[Difference] = []
    for (agent, _), times in sorted(_agent_times(connected, period).items()):
        balance, wrong = agent_balance(agent, times, zone)
        found.append(balance)
        differences += wrong
    return found, differences


def calls(connected: Database, period: Period, now: int, zone: Any, progress: Progress) -> Iterator[Difference]:
    """Every call has one record, and every record is what its journal says."""
    query = CdrRow.select(CdrRow.uuid).where(CdrRow.arrived_at >= period.since, CdrRow.arrived_at < period.until)
    known = [uuid for (uuid,) in database.select(connected, query.order_by(CdrRow.arrived_at, CdrRow.uuid))]
    for start in range(0, len(known), AT_ONCE):
        progress(start, len(known))
        yield from _told_otherwise(connected, known[start : start + AT_ONCE])
    progress(len(known), len(known))
    yield from _without_record(connected, period)
    yield from _without_end(connected, now, zone)


def sums(connected: Database, period: Period) -> Iterator[Difference]:
    """The tables of sums say what the records say, in each whole hour of the period."""
    first, last = -(-period.since // HOUR) * HOUR, period.until // HOUR * HOUR
    for family in FAMILIES:
        told: dict[tuple[Any, ...], list[int]] = {}
        for at, keys, amounts in parts(connected, family, Period(first, last)):
            row = told.setdefault((at - at % HOUR, *keys), [0] * len(family.amounts))
            for index, amount in enumerate(amounts):
                row[index] = row[index] + amount if index < len(family.sums) else max(row[index], amount)
        table: Any = ROLLUPS[family]
        query = table.select(*(getattr(table, name) for name in family.columns[1:]))
        query = query.where(table.span == Span.HOUR.value, table.since >= first, table.since < last)
        length = 1 + len(family.keys)
        kept = {row[:length]: [int(each) for each in row[length:]] for row in database.select(connected, query)}
        if kept != {key: row for key, row in told.items() if any(row)}:
            yield Difference(Check.SUMS, family.table, f"the sums in {family.table} are not those of the records")


def _queue_lines(connected: Database, period: Period) -> Sequence[Event]:
    """What tells of contacts coming and leaving: of those who came in the period, also what came after it."""
    row = LogRow
    kinds = [Kind.CONTACT_QUEUED.value, Kind.CONTACT_ENDED.value]
    query = EventRow.select(*(getattr(EventRow, name) for name in rows.EVENT_COLUMNS))
    query = query.join(row, on=(row.run == EventRow.call) & (row.seq == EventRow.seq)).where(row.kind << kinds)
    query = query.where(row.at >= period.since, row.at < period.until + STALE_MS).order_by(row.run, row.seq)
    found = [rows.event_value(each) for each in database.select(connected, query)]
    came = _first_seen(found)
    before = {event.fields["contact"] for event in found if event.kind == Kind.CONTACT_ENDED} - {
        event.fields["contact"] for event in found if event.kind == Kind.CONTACT_QUEUED
    }
    earlier = _queued_before(connected, period, sorted(before))
    return [
        event
        for event in found
        if came[event.fields["contact"]] < period.until and event.fields["contact"] not in earlier
    ]


def _first_seen(events: Sequence[Event]) -> Mapping[str, int]:
    seen: dict[str, int] = {}
    for event in events:
        seen[event.fields["contact"]] = min(event.at, seen.get(event.fields["contact"], event.at))
    return seen


def _queued_before(connected: Database, period: Period, contacts: Sequence[str]) -> set[str]:
    """Those that had come already when the period began: they are of the day before."""
    row = LogRow
    query = row.select(row.contact).where(row.at < period.since, row.at >= period.since - STALE_MS)
    query = query.where(row.kind == Kind.CONTACT_QUEUED.value)
    return {contact for (contact,) in database.select(connected, query)} & set(contacts)


def _paths(lines: Sequence[Event]) -> Iterator[ContactPath]:
    by_contact: dict[str, list[Event]] = {}
    for event in lines:
        by_contact.setdefault(event.fields["contact"], []).append(event)
    for contact, events in by_contact.items():
        yield ContactPath(
            contact,
            events[0].fields["call"],
            events[0].call,
            [event.fields["queue"] for event in events if event.kind == Kind.CONTACT_QUEUED],
            [(event.fields["queue"], event.fields["end"]) for event in events if event.kind == Kind.CONTACT_ENDED],
        )


def _runs_over(connected: Database) -> frozenset[str]:
    """All runs but the one that was last seen."""
    latest = LogRow.select(LogRow.run).order_by(LogRow.at.desc(), LogRow.seq.desc()).limit(1)
    last = {run for (run,) in database.select(connected, latest)}
    hop = """
        WITH RECURSIVE known(run) AS (
            SELECT MIN(run) FROM queue_log
            UNION ALL
            SELECT (SELECT MIN(run) FROM queue_log WHERE run > known.run) FROM known WHERE known.run IS NOT NULL
        )
        SELECT run FROM known WHERE run IS NOT NULL
    """
    return frozenset({run for (run,) in database.execute(connected, hop).fetchall()} - last)


def _calls_over(connected: Database, calls: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(calls), AT_ONCE):
        query = CdrRow.select(CdrRow.uuid).where(CdrRow.uuid << list(calls[start : start + AT_ONCE]))
        found |= {uuid for (uuid,) in database.select(connected, query)}
    return frozenset(found)


def _agent_times(connected: Database, period: Period) -> Mapping[tuple[str, str], list[AgentTime]]:
    """By agent and run, in order."""
    row = AgentTimeRow
    known = [agent for (agent,) in database.execute(connected, "SELECT DISTINCT agent FROM last_state").fetchall()]
    query = row.select(*(getattr(row, name) for name in rows.RECORD_COLUMNS[AgentTime]))
    query = query.where(row.agent << known, row.until > period.since, row.until <= period.until)
    found: dict[tuple[str, str], list[AgentTime]] = {}
    for each in database.select(connected, query.order_by(row.agent, row.run, row.seq)):
        time = rows.record_value(AgentTime, each)
        found.setdefault((time.agent, time.run), []).append(time)
    return found


def _told_otherwise(connected: Database, calls: Sequence[str]) -> Iterator[Difference]:
    """Records that are not what their journals say."""
    journals: dict[str, list[Event]] = {}
    events = EventRow.select(*(getattr(EventRow, name) for name in rows.EVENT_COLUMNS)).where(EventRow.call << calls)
    for row in database.select(connected, events):
        journals.setdefault(row[0], []).append(rows.event_value(row))
    legs = _legs(connected, calls)
    for cdr in _cdrs(connected, calls):
        if cdr.uuid not in journals:
            yield Difference(Check.CALLS, cdr.uuid, f"call {cdr.uuid} has a record and no journal")
            continue
        told, told_legs = fold(journals[cdr.uuid])
        if rows.cdr_row(told) != rows.cdr_row(cdr):
            names = [name for name in rows.CDR_COLUMNS if _cell(told, name) != _cell(cdr, name)]
            sentence = f"the record of call {cdr.uuid} is not what its journal says: {', '.join(names)}"
            yield Difference(Check.CALLS, cdr.uuid, sentence)
        if {leg.seq: rows.leg_row(leg) for leg in told_legs} != {
            seq: rows.leg_row(leg) for seq, leg in legs[cdr.uuid].items()
        }:
            yield Difference(Check.CALLS, cdr.uuid, f"the legs of call {cdr.uuid} are not what its journal says")


def _cell(cdr: Cdr, name: str) -> Any:
    return rows.cdr_row(cdr)[rows.CDR_COLUMNS.index(name)]


def _cdrs(connected: Database, calls: Sequence[str]) -> Iterator[Cdr]:
    query = CdrRow.select(*(getattr(CdrRow, name) for name in rows.CDR_COLUMNS)).where(CdrRow.uuid << list(calls))
    return map(rows.cdr_value, database.select(connected, query))


def _legs(connected: Database, calls: Sequence[str]) -> Mapping[str, Mapping[int, LegRecord]]:
    query = LegRow.select(*(getattr(LegRow, name) for name in rows.LEG_COLUMNS)).where(LegRow.call << list(calls))
    found: dict[str, dict[int, LegRecord]] = {call: {} for call in calls}
    for row in database.select(connected, query):
        leg = rows.leg_value(row)
        found[leg.call][leg.seq] = leg
    return found


def _without_record(connected: Database, period: Period) -> Iterator[Difference]:
    """Calls that the records of queues name, and nobody else knows."""
    for table in ("contact", "offer", "talk"):
        param = connected.param
        sql = (
            f"SELECT DISTINCT t.call FROM {table} t WHERE t.ended_at >= {param} AND t.ended_at < {param} "  # noqa: S608 -- ours
            "AND NOT EXISTS (SELECT 1 FROM cdr WHERE cdr.uuid = t.call) "
            "AND NOT EXISTS (SELECT 1 FROM open_call WHERE open_call.call = t.call) ORDER BY 1"
        )
        for (call,) in database.execute(connected, sql, (period.since, period.until)).fetchall():
            yield Difference(Check.CALLS, call, f"call {call} was in a queue (table {table}) and has no record")


def _without_end(connected: Database, now: int, zone: Any) -> Iterator[Difference]:
    sql = "SELECT o.call, MIN(e.at) FROM open_call o JOIN event e ON e.call = o.call GROUP BY o.call ORDER BY 2, 1"
    for call, began in database.execute(connected, sql).fetchall():
        if now - began > STALE_MS:
            yield Difference(Check.CALLS, call, f"call {call} began at {clock(began, zone)} and has no end")
