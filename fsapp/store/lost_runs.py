"""What a run of the dispatcher left open when its engine died: contacts without an end, agents in mid-state.

Each gets its end, once, at the last thing that the run wrote down. Nobody need know which engines live: a contact is
lost where its call is over, or has come to another run; a state where a later run had that agent.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from peewee import Database

from fsapp.domain.cdr import ENGINE_LOST
from fsapp.domain.events import Event, Kind
from fsapp.domain.rollups import OFFLINE
from fsapp.store import database
from fsapp.store.queue_log import last_seen

LOST_SEQ = 1_500_000_000
"""Where the events of this module begin to count: a run that is taken for lost and lives writes none of these."""

_CONTACTS = """
    SELECT q.run, q.contact, MIN(q.call), MIN(q.at), MAX(q.queue)
    FROM queue_log q
    WHERE q.kind = 'ContactQueued' AND q.at >= {param}
        AND NOT EXISTS (
            SELECT 1 FROM queue_log e
            WHERE e.call = q.call AND e.run = q.run AND e.contact = q.contact AND e.kind = 'ContactEnded'
        )
        AND (
            (NOT EXISTS (SELECT 1 FROM open_call o WHERE o.call = q.call)
                AND EXISTS (SELECT 1 FROM cdr c WHERE c.uuid = q.call))
            OR EXISTS (
                SELECT 1 FROM queue_log l
                WHERE l.call = q.call AND l.run <> q.run AND l.kind = 'ContactQueued' AND l.at > q.at
            )
        )
    GROUP BY q.run, q.contact
    ORDER BY q.run, q.contact
"""

_LAST_QUEUE = """
    SELECT queue FROM queue_log
    WHERE call = {param} AND run = {param} AND contact = {param} AND kind = 'ContactQueued'
    ORDER BY seq DESC LIMIT 1
"""

_STATES = """
    SELECT s.run, s.agent, s.until, s.followed_by, s.because
    FROM last_state s
    WHERE s.followed_by <> {param} AND s.until >= {param}
    ORDER BY s.run, s.agent
"""

_LATER_RUN = """
    SELECT MIN(a.since) FROM agent_time a WHERE a.agent = {param} AND a.run <> {param} AND a.until >= {param}
"""


def ends(connected: Database, since: int, own: Collection[str]) -> Sequence[Event]:
    """The ends of what began at `since` (UTC milliseconds) or later. `own` are runs that go on."""
    seqs: dict[str, int] = {}
    found = []
    for run, kind, at, fields in (*_contacts(connected, since), *_states(connected, since)):
        if run not in own:
            seq = seqs[run] = seqs.get(run, _next_seq(connected, run) - 1) + 1
            found.append(Event(run, seq, at, kind, fields))
    return found


_End = tuple[str, Kind, int, dict[str, Any]]


def _contacts(connected: Database, since: int) -> Iterator[_End]:
    for run, contact, call, queued_at, _ in _all(connected, _CONTACTS, since):
        (queue,) = _all(connected, _LAST_QUEUE, call, run, contact)[0]
        at = max(last_seen(connected, run), int(queued_at))
        who = {"contact": contact, "call": call, "queue": queue}
        end = {"end": ENGINE_LOST, "waited_ms": at - int(queued_at), "within": False, "agent": ""}
        yield run, Kind.CONTACT_ENDED, at, who | end


def _states(connected: Database, since: int) -> Iterator[_End]:
    for run, agent, until, state, reason in _all(connected, _STATES, OFFLINE, since):
        at = last_seen(connected, run)
        ((later,),) = _all(connected, _LATER_RUN, agent, run, until)
        if later is not None and int(later) >= at:
            was = {"agent": agent, "state": state, "reason": reason, "since": int(until)}
            yield run, Kind.AGENT_STATE_ENDED, at, {**was, "followed_by": OFFLINE, "because": ENGINE_LOST}


def _next_seq(connected: Database, run: str) -> int:
    sql = "SELECT MAX(seq) FROM queue_log WHERE run = {param} AND seq >= {param}"
    ((latest,),) = _all(connected, sql, run, LOST_SEQ)
    return LOST_SEQ if latest is None else int(latest) + 1


def _all(connected: Database, sql: str, *parameters: Any) -> list[Any]:
    rows: list[Any] = database.execute(connected, sql.format(param=connected.param), parameters).fetchall()
    return rows
