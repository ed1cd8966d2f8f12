"""Deletes what is old, a little at a time, so that the engine's writer is never kept waiting; but nothing that is held.

The tables of sums stay: figures of years ago are as right as they were. What an engine that died left open in agents'
times is added to the sums before the events go that tell how long it lasted.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from peewee import Database

from fsapp.domain.admin import Act
from fsapp.domain.rollup_changes import Changes
from fsapp.domain.rollups import OFFLINE, of_state
from fsapp.store import admin_log, database, rows, running_sums
from fsapp.store.connections import changing, reporting
from fsapp.store.facts import open_ends
from fsapp.store.legal_holds import HELD_CALL, HELD_TIME
from fsapp.store.queue_log import last_seen
from fsapp.store.rollup_models import LastStateRow
from fsapp.store.seals import LONG_SECONDS, note_removal

Progress = Callable[[int, int], None]

AT_ONCE = 200
"""Calls, or rows of queues, that go in one transaction."""

_DUE_CALLS = f"FROM cdr c WHERE c.arrived_at < {{p}} AND NOT EXISTS ({HELD_CALL})"
_WITH_EVENTS = " AND EXISTS (SELECT 1 FROM event e WHERE e.call = c.uuid)"

_HELD_ROW = f"EXISTS (SELECT 1 FROM cdr c WHERE c.uuid = t.call AND EXISTS ({HELD_CALL}))"  # noqa: S608 -- as above

_MOMENTS = {"contact": "ended_at", "offer": "ended_at", "talk": "ended_at", "hold": "ended_at", "promise": "at"}
"""Tables whose rows are of a run and name a call, and the moment of a row."""


@dataclass(frozen=True, slots=True)
class Limits:
    """UTC milliseconds: events of before the one go, records and events of before the other; None: none go."""

    events: int | None = None
    records: int | None = None


def due(url: str, limits: Limits) -> Mapping[str, int]:
    """How many calls' journals and records would go. Raises StoreError."""
    found: dict[str, int] = {}
    with reporting(url, LONG_SECONDS) as connected:
        for name, before, more in (("journals", limits.events, _WITH_EVENTS), ("records", limits.records, "")):
            if before is not None:
                sql = f"SELECT COUNT(*) {_DUE_CALLS.format(p=connected.param)}{more}"
                (found[name],) = database.execute(connected, sql, (before,)).fetchone()
    return found


def delete(url: str, limits: Limits, act: Act, progress: Progress) -> Mapping[str, int]:
    """Gives how many rows went from which table. Raises StoreError; what was deleted by then is gone."""
    counts: Counter[str] = Counter()
    total, done = sum(due(url, limits).values()), 0
    for work in _works(limits):
        while True:
            with changing(url) as connected:
                went = work(connected, counts)
            done += went
            progress(min(done, total), total)
            if not went:
                break
    with changing(url) as connected:
        latest = max(filter(None, (limits.events, limits.records)), default=0)
        note_removal(connected, latest, act.at)
        admin_log.note(connected, act, "retention", {"events": limits.events, "records": limits.records, **counts})
    return counts


Work = Callable[[Database, Counter[str]], int]
"""Deletes some rows, counts them by table, and gives how many there were; 0: it is done."""


def _works(limits: Limits) -> Iterator[Work]:
    for before, records in ((limits.events, False), (limits.records, True)):
        if before is not None:
            yield _settled(before)
            yield _queue_log(before)
            if records:
                yield from (_rows_of(table, at, before) for table, at in _MOMENTS.items())
                yield _agent_times(before)
            yield _calls(before, records=records)


def _calls(before: int, *, records: bool) -> Work:
    """The oldest first; where the last ones were deleted the next ones are looked for."""
    after = [(0, "")]

    def work(connected: Database, counts: Counter[str]) -> int:
        param = connected.param
        more = "" if records else _WITH_EVENTS
        sql = (
            f"SELECT c.arrived_at, c.uuid {_DUE_CALLS.format(p=param)}{more} "
            f"AND (c.arrived_at, c.uuid) > ({param}, {param}) ORDER BY c.arrived_at, c.uuid LIMIT {AT_ONCE}"
        )
        found = database.execute(connected, sql, (before, *after[0])).fetchall()
        calls = [uuid for _, uuid in found]
        for table, column in (
            ("event", "call"),
            *((("leg", "call"), ("survey", "call"), ("cdr", "uuid")) if records else ()),
        ):
            _delete(connected, table, column, calls, counts)
        after[:] = [tuple(found[-1])] if found else after
        return len(calls)

    return work


def _delete(connected: Database, table: str, column: str, keys: Sequence[str], counts: Counter[str]) -> None:
    if keys:
        marks = ", ".join([connected.param] * len(keys))
        cursor = database.execute(connected, f'DELETE FROM "{table}" WHERE {column} IN ({marks})', keys)  # noqa: S608 -- ours
        counts[table] += cursor.rowcount


def _queue_log(before: int) -> Work:
    """Events of runs, with their lines."""

    def work(connected: Database, counts: Counter[str]) -> int:
        held = f"{_HELD_ROW} OR EXISTS ({HELD_TIME.format(at='t.at')})"
        sql = f"SELECT t.run, t.seq FROM queue_log t WHERE t.at < {connected.param} AND NOT ({held}) LIMIT {AT_ONCE}"  # noqa: S608 -- ours
        keys = [tuple(row) for row in database.execute(connected, sql, (before,)).fetchall()]
        for table, names in (("event", "call, seq"), ("queue_log", "run, seq")):
            if keys:
                marks = ", ".join([f"({connected.param}, {connected.param})"] * len(keys))
                sql = f"DELETE FROM {table} WHERE ({names}) IN (VALUES {marks})"  # noqa: S608 -- names of our own tables
                counts[table] += database.execute(connected, sql, [cell for key in keys for cell in key]).rowcount
        return len(keys)

    return work


def _rows_of(table: str, at: str, before: int) -> Work:
    held = f"{_HELD_ROW} OR EXISTS ({HELD_TIME.format(at=f't.{at}')})"
    return _by_run(table, f"t.{at} < {{p}} AND NOT ({held})", before)


def _agent_times(before: int) -> Work:
    return _by_run("agent_time", f't."until" < {{p}} AND NOT EXISTS ({HELD_TIME.format(at="t.since")})', before)


def _by_run(table: str, condition: str, before: int) -> Work:
    def work(connected: Database, counts: Counter[str]) -> int:
        keys = f"SELECT t.run, t.seq FROM {table} t WHERE {condition.format(p=connected.param)} LIMIT {AT_ONCE}"  # noqa: S608 -- ours
        cursor = database.execute(connected, f"DELETE FROM {table} WHERE (run, seq) IN ({keys})", (before,))  # noqa: S608 -- ours
        counts[table] += cursor.rowcount
        return int(cursor.rowcount)

    return work


def _settled(before: int) -> Work:
    """Runs that were last seen before: what they left open is over, and in the sums."""

    def work(connected: Database, _: Counter[str]) -> int:
        changes, row = Changes(rows.clean), LastStateRow
        for run, stretch in open_ends(connected, before):
            if last_seen(connected, run) < before:
                changes.add(of_state(stretch.agent, stretch.state, stretch.reason, stretch.since, stretch.until))
                over = row.update(followed_by=OFFLINE).where(row.run == run, row.agent == stretch.agent)
                over.execute(connected)
        running_sums.add(connected, changes)
        return 0

    return work
