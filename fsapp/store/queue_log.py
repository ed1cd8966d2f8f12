"""Reading what was kept of queues and agents: values out, over connections that cannot write."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database, fn

from fsapp.domain.events import Event
from fsapp.domain.queue_records import AgentTime, OfferRecord, PromiseRecord
from fsapp.domain.queue_reports import QueueService, Stretch, stretches
from fsapp.store import database, rows
from fsapp.store.connections import reading
from fsapp.store.models import EventRow
from fsapp.store.queue_models import AgentTimeRow, ContactRow, LogRow, OfferRow, PromiseRow, TalkRow

_AGENTS = """
    WITH RECURSIVE known(agent) AS (
        SELECT MIN(agent) FROM agent_time
        UNION ALL
        SELECT (SELECT MIN(agent) FROM agent_time WHERE agent > known.agent) FROM known WHERE known.agent IS NOT NULL
    )
    SELECT agent FROM known WHERE agent IS NOT NULL
"""
"""All agents, hopping from one to the next in the index: there are few of them and many rows of each."""

_WAITING = """
    SELECT DISTINCT q.call FROM queue_log q
    WHERE q.kind = 'ContactQueued' AND q.at >= {param} AND NOT EXISTS (
        SELECT 1 FROM queue_log e
        WHERE e.call = q.call AND e.run = q.run AND e.contact = q.contact AND e.kind = 'ContactEnded'
    )
"""

_TAIL = 100
"""The latest event of a run is among so many of its last: a promise is written after what it preceded."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which events or offers. `since` (included) and `until` (not) are UTC milliseconds; empty text filters none."""

    since: int | None = None
    until: int | None = None
    queue: str = ""
    agent: str = ""
    call: str = ""


class QueueLog:
    """Queries, each over a connection of its own. They block: within the engine call them off the hub.

    All raise StoreError where the database cannot be read.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def events(self, wanted: LogFilter) -> Iterator[Event]:
        """What happened, in order of time; read as it is asked for, since a day may be large."""
        log = LogRow
        query = EventRow.select(*_columns(EventRow, rows.EVENT_COLUMNS))
        query = query.join(log, on=(log.run == EventRow.call) & (log.seq == EventRow.seq))
        query = query.where(*_conditions(log, log.at, wanted)).order_by(log.at, log.run, log.seq)
        with reading(self._url) as connected:
            yield from (rows.event_value(row) for row in query.tuples().iterator(connected))

    def waiting(self, since: int) -> frozenset[str]:
        """The calls with a contact that came at `since` (UTC milliseconds) or later, and of which no end is known."""
        with reading(self._url) as connected:
            found = database.execute(connected, _WAITING.format(param=connected.param), (since,)).fetchall()
        return frozenset(call for (call,) in found)

    def offers(self, wanted: LogFilter) -> tuple[OfferRecord, ...]:
        """Offers by the time of their ends."""
        query = OfferRow.select(*_columns(OfferRow, rows.RECORD_COLUMNS[OfferRecord]))
        query = query.where(*_conditions(OfferRow, OfferRow.ended_at, wanted)).order_by(OfferRow.ended_at, OfferRow.seq)
        with reading(self._url) as connected:
            return tuple(rows.record_value(OfferRecord, row) for row in database.select(connected, query))

    def agent_times(self, since: int, until: int, agent: str = "") -> tuple[Stretch, ...]:
        """What agents, or this one, did in a period, by agent and time; also what is not over yet."""
        with reading(self._url) as connected:
            agents = [agent] if agent else [name for (name,) in database.execute(connected, _AGENTS).fetchall()]
            found = {name: _agent_times(connected, name, since, until) for name in agents}
            runs = {time.run for each in found.values() for time in each}
            seen = {run: last_seen(connected, run) for run in runs}
        return tuple(each for times in found.values() for each in stretches(times, since, until, seen))

    def service(self, since: int, until: int) -> tuple[QueueService, ...]:
        """How each queue served those who left it in a period."""
        with reading(self._url) as connected:
            ends = list(database.select(connected, _ends(since, until)))
            talks = {queue: sums for queue, *sums in database.select(connected, _talks(since, until))}
        return tuple(
            _service(name, [end for queue, *end in ends if queue == name], *talks.get(name, (0, 0)))
            for name in sorted({queue for queue, *_ in ends} | set(talks))
        )

    def promises(self, queue: str, last: int = 200) -> tuple[PromiseRecord, ...]:
        """A queue's latest promises whose outcome is known, the newest first: `queue_reports.scores` judges them."""
        promise = PromiseRow
        query = promise.select(*_columns(promise, rows.RECORD_COLUMNS[PromiseRecord]))
        query = query.where(promise.queue == queue, promise.held.is_null(False))
        query = query.order_by(promise.at.desc(), promise.run.desc(), promise.seq.desc()).limit(last)
        with reading(self._url) as connected:
            return tuple(rows.record_value(PromiseRecord, row) for row in database.select(connected, query))


def _agent_times(connected: Database, agent: str, since: int, until: int) -> Sequence[AgentTime]:
    """Those that touch the period, and the one before it."""
    row = AgentTimeRow
    query = row.select(*_columns(row, rows.RECORD_COLUMNS[AgentTime])).where(row.agent == agent)
    before = query.where(row.until <= since).order_by(row.until.desc(), row.run.desc(), row.seq.desc()).limit(1)
    during = query.where(row.until > since, row.since < until).order_by(row.until, row.run, row.seq)
    found = (*database.select(connected, before), *database.select(connected, during))
    return tuple(rows.record_value(AgentTime, each) for each in found)


def last_seen(connected: Database, run: str) -> int:
    """When the last thing happened that a run of the dispatcher wrote down."""
    latest = EventRow.select(EventRow.at).where(EventRow.call == run).order_by(EventRow.seq.desc()).limit(_TAIL)
    return max((int(at) for (at,) in database.select(connected, latest)), default=0)


def _ends(since: int, until: int) -> Any:
    row = ContactRow
    within = fn.SUM(row.within.cast("INTEGER"))
    query = row.select(row.queue, row.end, fn.COUNT(row.seq), within, fn.SUM(row.waited_ms), fn.MAX(row.waited_ms))
    return query.where(row.ended_at >= since, row.ended_at < until).group_by(row.queue, row.end).order_by(row.end)


def _talks(since: int, until: int) -> Any:
    row = TalkRow
    query = row.select(row.queue, fn.COUNT(row.seq), fn.SUM(row.ended_at - row.started_at))
    return query.where(row.ended_at >= since, row.ended_at < until).group_by(row.queue)


def _service(queue: str, ends: Sequence[Sequence[Any]], talks: int, talked_ms: int) -> QueueService:
    answered = next((sums for end, *sums in ends if end == "answered"), (0, 0, 0, 0))
    return QueueService(
        queue,
        {end: count for end, count, *_ in ends},
        within=int(answered[1]),
        waited_ms=int(answered[2]),
        longest_ms=max((int(longest) for *_, longest in ends), default=0),
        talks=talks,
        talked_ms=int(talked_ms),
    )


def _conditions(table: Any, at: Any, wanted: LogFilter) -> Iterator[Any]:
    yield at >= (wanted.since or 0)
    if wanted.until is not None:
        yield at < wanted.until
    yield from (
        getattr(table, name) == value for name in ("queue", "agent", "call") if (value := getattr(wanted, name))
    )


def _columns(table: Any, names: Sequence[str]) -> list[Any]:
    return [getattr(table, name) for name in names]
