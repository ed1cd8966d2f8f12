"""The day so far, for a wallboard that asks each second: off the tables of sums."""

from collections.abc import Sequence

from peewee import Database

from fsapp.domain.figures import call_figures, mean, queue_figures
from fsapp.domain.periods import Period
from fsapp.domain.rollups import CALLS, CONTACTS, TALKS
from fsapp.domain.sums import Amounts, Question
from fsapp.domain.wallboard import DaySoFar, LateTicket
from fsapp.store import database
from fsapp.store.connections import reporting
from fsapp.store.rollups import sums

SECONDS = 2.0
"""A wallboard waits no longer."""

CALLERS = {"direction": "in"}


def day_so_far(url: str, day: Period, hours: Sequence[Period], now: int, late: int = 5) -> DaySoFar:
    """`hours` are the day's; `late` tickets are named. Raises StoreError."""
    with reporting(url, SECONDS) as connected:
        calls = sums(connected, Question(CALLS, (), CALLERS), hours)
        queues: dict[str, dict[str, Amounts]] = {}
        for (_, (queue, end)), amounts in sums(connected, Question(CONTACTS, ("queue", "end")), [day]).items():
            queues.setdefault(queue, {})[end] = amounts
        talks = sums(connected, Question(TALKS), [day]).get((0, ()), {"talks": 0, "talked_ms": 0})
        together = {name: sum(each[name] for each in calls.values()) for name in CALLS.amounts}
        count, tickets = _late(connected, now, late)
    return DaySoFar(
        call_figures(together),
        [calls.get((number, ()), {"calls": 0})["calls"] for number in range(len(hours))],
        {queue: queue_figures(ends) for queue, ends in queues.items()},
        talks["talks"],
        mean(talks["talked_ms"], talks["talks"]),
        count,
        tickets,
    )


def _late(connected: Database, now: int, most: int) -> tuple[int, Sequence[LateTicket]]:
    param = connected.param
    where = f"FROM ticket WHERE is_open AND due_at < {param}"
    (count,) = database.execute(connected, f"SELECT COUNT(*) {where}", (now,)).fetchone()
    sql = f"SELECT number, kind, owner, due_at {where} ORDER BY due_at, number LIMIT {most:d}"
    return count, [LateTicket(*row) for row in database.execute(connected, sql, (now,)).fetchall()]
