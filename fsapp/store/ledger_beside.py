"""What the ledger compares with tables of others: recordings with talks, and callers' wishes with tickets."""

from collections.abc import Iterator, Sequence
from typing import Any

from peewee import Database

from fsapp.domain.ledger import Check, Difference, clock
from fsapp.domain.periods import Period
from fsapp.domain.recording import RecordRule
from fsapp.domain.recording_coverage import rule_at
from fsapp.domain.rollups import HOUR
from fsapp.store import database
from fsapp.store.recording_rows import record_rules

NEAR_MS = 3000
"""So much of a talk may lie outside its recording: it begins when both hear each other."""

_TALKS = """
    SELECT t.contact, t.call, t.queue, t.started_at, t.ended_at FROM talk t
     WHERE t.ended_at >= {p} AND t.ended_at < {p} ORDER BY t.started_at, t.contact
"""
_RECORDINGS = """
    SELECT call, state, started_at, ended_at, why FROM recording WHERE started_at >= {p} AND started_at < {p}
"""
_UNSEALED = """
    SELECT id, call FROM recording WHERE started_at >= {p} AND started_at < {p} AND state = 'saved' AND sha256 = ''
     ORDER BY id
"""
_WISHES = "SELECT call, at FROM ticket_wish WHERE NOT done AND at >= {p} AND at < {p} ORDER BY at, call"

Stretch = tuple[int, int]


def recordings(connected: Database, period: Period, zone: Any) -> Iterator[Difference]:
    """Each second of a talk whose queue said `always` when it began has a recording or a reason; each recording has its
    checksum.
    """
    rules = record_rules(connected)
    kept: dict[str, list[tuple[str, int, int, str]]] = {}
    for call, *row in _rows(connected, _RECORDINGS, period.since - 5 * HOUR, period.until):
        state, since, until, why = row
        kept.setdefault(call, []).append((state, since, period.until if until is None else until, why))
    for contact, call, queue, since, until in _rows(connected, _TALKS, period.since, period.until):
        if rule_at(rules.get(queue, ()), since) is not RecordRule.ALWAYS:
            continue
        if any(state == "failed" and why for state, _, _, why in kept.get(call, ())):
            continue
        missing = _uncovered((since, until), [(begin, end) for _, begin, end, _ in kept.get(call, ())])
        if missing > NEAR_MS:
            sentence = f"call {call}: {missing / 1000:.0f} s of the talk at {clock(since, zone)} have no recording"
            yield Difference(Check.RECORDINGS, contact, sentence)
    for recording, call in _rows(connected, _UNSEALED, period.since, period.until):
        yield Difference(Check.RECORDINGS, recording, f"the recording {recording} of call {call} has no checksum")


def wishes(connected: Database, period: Period, zone: Any) -> Iterator[Difference]:
    """Each wish of a caller for a ticket (a complaint on the phone, say) has become one."""
    for call, at in _rows(connected, _WISHES, period.since, period.until):
        sentence = f"call {call} asked for a ticket at {clock(at, zone)}, and there is none"
        yield Difference(Check.TICKETS, call, sentence)


def _uncovered(talk: Stretch, found: Sequence[Stretch]) -> int:
    """Milliseconds of a talk that lie in none of the stretches found."""
    missing, at = 0, talk[0]
    for begin, end in sorted(found):
        if end <= at:
            continue
        missing += max(0, min(begin, talk[1]) - at)
        at = max(at, min(end, talk[1]))
    return missing + max(0, talk[1] - at)


def _rows(connected: Database, sql: str, *values: int) -> Iterator[Any]:
    return iter(database.execute(connected, sql.format(p=connected.param), values).fetchall())
