"""What reports are made of, read in one moment. Satisfies fsapp.reports.asking.Facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from peewee import Database

from fsapp.domain.errors import StoreError
from fsapp.domain.periods import Period
from fsapp.domain.queue_reports import Stretch
from fsapp.domain.repeats import FirstCall
from fsapp.domain.rollups import DAY, OFFLINE
from fsapp.domain.sums import Question, Sums
from fsapp.domain.ticket_figures import TicketFacts
from fsapp.store import database, rollups
from fsapp.store.connections import REPORT_SECONDS, reporting
from fsapp.store.models import AgentRow
from fsapp.store.queue_log import last_seen

_OPEN = """
    SELECT l.agent, l.followed_by, l.because, l."until", l.run,
           (SELECT a.since FROM agent_time a WHERE a.agent = l.agent AND a."until" > l."until"
             ORDER BY a."until" LIMIT 1)
      FROM last_state l WHERE l.followed_by <> {p} AND l."until" < {p}
"""
"""States that followed the last one of a run, with the beginning of the next one that is known."""

_FIRST = """
    SELECT c.arrived_at, c.ended_at, c.dnis,
           (SELECT MIN(n.arrived_at) FROM cdr n
             WHERE n.ani = c.ani AND n.arrived_at > c.arrived_at AND n.arrived_at < c.ended_at + {p})
      FROM cdr c
     WHERE c.arrived_at >= {p} AND c.arrived_at < {p} AND c.ani <> '' AND c.ani <> 'anonymous' AND c.rule NOT LIKE {p}
       AND NOT EXISTS (SELECT 1 FROM cdr b
                        WHERE b.ani = c.ani AND b.arrived_at < c.arrived_at AND b.arrived_at >= c.arrived_at - {p})
"""

_TICKETS = """
    SELECT kind, owner, is_open, opened_at, accepted_at, replied_at, closed_at, close_by, urged, reopened,
           result, revisit
      FROM ticket WHERE opened_at >= {p} AND opened_at < {p}
"""


class StoredFacts:
    """Over one connection. Every method raises StoreError."""

    def __init__(self, connected: Database) -> None:
        self._connected = connected

    def sums(self, question: Question, periods: Sequence[Period]) -> Sums:
        return rollups.sums(self._connected, question, periods)

    def open_states(self, period: Period) -> Sequence[Stretch]:
        cut = (
            Stretch(each.agent, each.state, each.reason, max(each.since, period.since), min(each.until, period.until))
            for _, each in open_ends(self._connected, period.until)
        )
        return [stretch for stretch in cut if stretch.since < stretch.until]

    def names(self) -> Mapping[str, str]:
        return dict(database.select(self._connected, AgentRow.select(AgentRow.id, AgentRow.name)))

    def first_calls(self, period: Period, days: int) -> Iterable[FirstCall]:
        near = days * DAY
        return [FirstCall(*row) for row in self._rows(_FIRST, near, period.since, period.until, "code %", near)]

    def tickets(self, period: Period) -> Iterable[TicketFacts]:
        if not self._connected.table_exists("ticket"):
            raise StoreError("this database has no tickets")
        for kind, owner, is_open, *others in self._rows(_TICKETS, period.since, period.until):
            yield TicketFacts(kind, owner, bool(is_open), *others)

    def _rows(self, sql: str, *values: Any) -> Iterator[Any]:
        return iter(database.execute(self._connected, sql.format(p=self._connected.param), values))


def open_ends(connected: Database, before: int) -> Sequence[tuple[str, Stretch]]:
    """With its run what each agent was in at the end of what is known of the run, if that began before a moment; it
    lasted until the run was last seen, or the agent was seen in another.
    """
    found = list(database.execute(connected, _OPEN.format(p=connected.param), (OFFLINE, before)))
    seen = {run: last_seen(connected, run) for run in {row[4] for row in found}}
    return [
        (run, Stretch(agent, state, reason, since, max(since, min(seen[run], seen[run] if after is None else after))))
        for agent, state, reason, since, run, after in found
    ]


@contextmanager
def facts(url: str, limit: float = REPORT_SECONDS) -> Iterator[StoredFacts]:
    """What the database at `url` knows at this moment; given up after `limit` seconds. Raises StoreError."""
    with reporting(url, limit) as connected:
        yield StoredFacts(connected)
