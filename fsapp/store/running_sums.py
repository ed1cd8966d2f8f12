"""Adds to the tables of sums, in the transaction that writes the records which they sum up.

What is there already is looked for before it is written again: an event that comes twice counts once, and a call's
record that replaces another takes the other's part away.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from peewee import Database

from fsapp.domain.caller_records import SurveyAnswer, caller_record
from fsapp.domain.events import Event, Kind
from fsapp.domain.queue_records import RUN, AgentTime, queue_record
from fsapp.domain.records import Cdr, LegRecord
from fsapp.domain.rollup_changes import Changes
from fsapp.domain.rollups import FAMILIES, Family, of_call, of_leg_in_talk, of_record
from fsapp.store import bulk, database, rows
from fsapp.store.rollup_models import ROLLUPS, LastStateRow

CallAndLegs = tuple[Cdr, tuple[LegRecord, ...]]

_LATER = (
    '("run", "agent") DO UPDATE SET "seq" = excluded."seq", "until" = excluded."until", '
    '"followed_by" = excluded."followed_by", "because" = excluded."because" '
    'WHERE excluded."until" > "last_state"."until" '
    'OR excluded."until" = "last_state"."until" AND excluded."seq" > "last_state"."seq"'
)


class RunningSums:
    """Of one batch of events, within its transaction."""

    def __init__(self, connected: Database) -> None:
        self._connected = connected
        self._changes = Changes(rows.clean)
        self._times: list[AgentTime] = []

    def events(self, events: Sequence[Event]) -> None:
        """Before they are written: those that are new count, but for what makes up calls."""
        self._of_queues([event for event in events if event.call.startswith(RUN)])
        answers = {(event.call, event.seq): event for event in events if event.kind == Kind.SURVEY_ANSWERED}
        for event in answers.values():
            record = caller_record(event)
            if isinstance(record, SurveyAnswer) and not self._has_answer(record):
                self._changes.add(of_record(record))

    def calls(self, records: Iterable[CallAndLegs]) -> None:
        """Before they are written, in the place of those that these calls have already."""
        latest = {rows.clean(cdr.uuid): (cdr, legs) for cdr, legs in records}
        before = self._before(list(latest))
        for uuid, (cdr, legs) in latest.items():
            known = before.get(uuid)
            if known is not None:
                self._changes.take_away(of_call(*known))
            kept = {leg.seq: leg for leg in (*legs, *(known[1] if known else ()))}
            self._changes.add(of_call(cdr, kept.values()))

    def write(self) -> None:
        """Adds what the batch changes."""
        add(self._connected, self._changes)
        bulk.insert(self._connected, LastStateRow, _last_states(self._times), _LATER)

    def _of_queues(self, events: Sequence[Event]) -> None:
        known = self._known(events)
        for event in {(event.call, event.seq): event for event in events}.values():
            if event.seq in known.get(event.call, ()):
                continue
            if event.kind == Kind.LEG_ENDED:
                self._changes.add(of_leg_in_talk(event.at, event.fields))
            record = queue_record(event)
            if record is not None:
                self._changes.add(of_record(record))
            if isinstance(record, AgentTime):
                self._times.append(record)

    def _known(self, events: Sequence[Event]) -> Mapping[str, set[int]]:
        """Of each run the numbers of these events that the queue log has."""
        numbers: dict[str, list[int]] = {}
        for event in events:
            numbers.setdefault(event.call, []).append(event.seq)
        param = self._connected.param
        sql = f"SELECT seq FROM queue_log WHERE run = {param} AND seq BETWEEN {param} AND {param}"  # noqa: S608 -- marks of parameters
        return {
            run: {seq for (seq,) in database.execute(self._connected, sql, (rows.clean(run), min(seqs), max(seqs)))}
            for run, seqs in numbers.items()
        }

    def _has_answer(self, record: SurveyAnswer) -> bool:
        param = self._connected.param
        sql = f"SELECT 1 FROM survey WHERE call = {param} AND seq = {param}"  # noqa: S608 -- marks of parameters
        return bool(database.execute(self._connected, sql, (rows.clean(record.call), record.seq)).fetchall())

    def _before(self, calls: Sequence[str]) -> Mapping[str, CallAndLegs]:
        """The records that calls have already."""
        found: dict[str, CallAndLegs] = {}
        start = 0
        for count in bulk.powers_of_two(len(calls)):
            sql = _select_sql("cdr", rows.CDR_COLUMNS, "uuid", count, self._connected.param)
            for row in database.execute(self._connected, sql, calls[start : start + count]).fetchall():
                cdr = rows.cdr_value(row)
                found[cdr.uuid] = cdr, tuple(self._legs(cdr.uuid))
            start += count
        return found

    def _legs(self, call: str) -> Iterator[LegRecord]:
        sql = _select_sql("leg", rows.LEG_COLUMNS, "call", 1, self._connected.param)
        return map(rows.leg_value, database.execute(self._connected, sql, (call,)).fetchall())


def add(connected: Database, changes: Changes) -> None:
    """Adds to the tables of sums. Rows of which nothing is left go."""
    for family, values in changes.rows().items():
        bulk.insert(connected, ROLLUPS[family], values, _adding(family))
        length = 2 + len(family.keys)
        for row in values:
            if int(row[length]) < 0:
                database.execute(connected, _forgetting(family, connected.param), row[:length])


def _last_states(times: Iterable[AgentTime]) -> list[rows.Row]:
    latest: dict[tuple[str, str], AgentTime] = {}
    for each in times:
        key = rows.clean(each.run), rows.clean(each.agent)
        if key not in latest or (each.until, each.seq) > (latest[key].until, latest[key].seq):
            latest[key] = each
    return [
        (*key, latest[key].seq, latest[key].until, rows.clean(latest[key].followed_by), rows.clean(latest[key].because))
        for key in sorted(latest)
    ]


@lru_cache(maxsize=64)
def _select_sql(table: str, columns: tuple[str, ...], key: str, count: int, param: str) -> str:
    marks = ", ".join([param] * count)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"SELECT {names} FROM {table} WHERE {key} IN ({marks})"  # noqa: S608 -- names of our own tables


@lru_cache(maxsize=len(FAMILIES))
def _adding(family: Family) -> str:
    key = ", ".join(f'"{name}"' for name in ("span", "since", *family.keys))
    sums = [f'"{name}" = "{family.table}"."{name}" + excluded."{name}"' for name in family.sums]
    return f"({key}) DO UPDATE SET {', '.join([*sums, *(_larger(family, name) for name in family.most)])}"


def _larger(family: Family, name: str) -> str:
    own, new = f'"{family.table}"."{name}"', f'excluded."{name}"'
    return f'"{name}" = CASE WHEN {new} > {own} THEN {new} ELSE {own} END'


@lru_cache(maxsize=len(FAMILIES) * 2)
def _forgetting(family: Family, param: str) -> str:
    """What a family counts stands first among its sums."""
    key = " AND ".join(f'"{name}" = {param}' for name in ("span", "since", *family.keys))
    return f'DELETE FROM "{family.table}" WHERE {key} AND "{family.sums[0]}" = 0'  # noqa: S608 -- names of our own tables
