"""Sums of records by the hour: what reports are made of, so that a year costs no more than its hours.

Each family of sums says which keys it keeps and what it adds up. A record contributes to three rows: to its hour, to
its day in UTC, and to its hour's total, in which most keys are left out. Contributions are whole numbers, added, and
taken away again where a record is replaced, so the order in which records come makes no difference.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fsapp.domain.caller_records import SurveyAnswer
from fsapp.domain.queue_records import AgentTime, ContactRecord, HoldRecord, OfferRecord, PromiseRecord, TalkRecord
from fsapp.domain.records import DESK_CODE, SPOOL, Cdr, LegRecord

HOUR = 3_600_000
DAY = 24 * HOUR
"""Milliseconds."""

BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Seconds: waits are counted by the first of these that they do not exceed."""

BINS = (*(f"upto_{bound}" for bound in BOUNDS), "over")

OFFLINE = "offline"


class Span(StrEnum):
    """How long a row is, and whether it has all keys."""

    HOUR = "hour"
    DAY = "day"
    """A day in UTC."""
    TOTAL = "total"
    """An hour, with those keys alone that `Family.in_total` names; the others are empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A table of sums. `sums` are added up; of `most`, the largest is kept."""

    table: str
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    most: tuple[str, ...] = ()
    in_total: tuple[str, ...] = ()

    @property
    def amounts(self) -> tuple[str, ...]:
        return self.sums + self.most

    @property
    def columns(self) -> tuple[str, ...]:
        """All of the table's, the row's key first."""
        return ("span", "since", *self.keys, *self.amounts)


CALLS = Family(
    "rollup_call",
    ("direction", "trunk", "dnis", "flow", "disposition", "cause"),
    ("calls", "answered", "refused", "transferred", "failed", "incomplete", "unseen", "duration_ms", "billable_ms"),
    in_total=("direction",),
)
"""Calls by the hour of their arrival."""

LEGS = Family("rollup_leg", ("direction", "end"), ("legs", "answered", "rang_ms", "talked_ms"), in_total=("direction",))
"""B-legs by the hour in which they were placed."""

CONTACTS = Family(
    "rollup_contact",
    ("queue", "end"),
    ("contacts", "within", "waited_ms", *BINS),
    most=("longest_ms",),
    in_total=("end",),
)
"""Contacts by the hour in which they left the queues."""

OFFERS = Family("rollup_offer", ("queue", "agent", "end"), ("offers", "rang_ms"), in_total=("end",))
TALKS = Family("rollup_talk", ("queue", "agent"), ("talks", "talked_ms"))
HOLDS = Family("rollup_hold", ("queue", "agent"), ("holds", "held_ms"))
"""These by the hour in which they ended."""

STATES = Family("rollup_agent", ("agent", "state", "reason"), ("ms",), in_total=("state", "reason"))
"""Agents' times, divided among the hours in which they were spent; the time signed out does not count."""

PROMISES = Family(
    "rollup_promise",
    ("queue",),
    ("given", "judged", "held", "spoken", "spoken_judged", "spoken_held", "measured", "missed_ms", "bias_ms"),
)
"""Estimates of waits by the hour in which they were given."""

SURVEYS = Family(
    "rollup_survey", ("queue", "agent", "question", "answer"), ("answers",), in_total=("question", "answer")
)
"""Callers' answers; the answer is text, empty where there was none."""

FAMILIES = (CALLS, LEGS, CONTACTS, OFFERS, TALKS, HOLDS, STATES, PROMISES, SURVEYS)

Part = tuple[int, tuple[str, ...], tuple[int, ...]]
"""Of a family: when (UTC milliseconds), the keys, the amounts."""

Contribution = tuple[Family, Part]

Record = ContactRecord | OfferRecord | TalkRecord | HoldRecord | AgentTime | PromiseRecord | SurveyAnswer


def of_call(cdr: Cdr, legs: Iterable[LegRecord]) -> Iterator[Contribution]:
    """What a call and the legs that it placed add."""
    yield CALLS, _call(cdr)
    for leg in legs:
        yield LEGS, _leg(cdr, leg)


def of_record(record: Record) -> Iterator[Contribution]:
    """What another record adds."""
    match record:
        case ContactRecord():
            yield CONTACTS, _contact(record)
        case OfferRecord():
            rang = max(0, record.ended_at - record.made_at)
            yield OFFERS, (record.ended_at, (record.queue, record.agent, record.end), (1, rang))
        case TalkRecord():
            yield TALKS, (record.ended_at, (record.queue, record.agent), (1, record.ended_at - record.started_at))
        case HoldRecord():
            yield HOLDS, (record.ended_at, (record.queue, record.agent), (1, record.ended_at - record.started_at))
        case AgentTime():
            yield from of_state(record.agent, record.state, record.reason, record.since, record.until)
        case PromiseRecord():
            yield PROMISES, (record.at, (record.queue,), _promise(record))
        case SurveyAnswer():
            answer = "" if record.answer is None else str(record.answer)
            yield SURVEYS, (record.at, (record.queue, record.agent, record.question, answer), (1,))


def of_leg_in_talk(at: int, fields: Mapping[str, Any]) -> Iterator[Contribution]:
    """What the leg adds that was rung for an agent in a talk and is over; `fields` are those of its LegEnded."""
    started, ended = int(fields.get("started_at", at)), int(fields.get("ended_at", at))
    answered = fields.get("answered_at")
    talk_from = ended if answered is None else int(answered)
    amounts = (1, int(answered is not None), talk_from - started, ended - talk_from)
    yield LEGS, (started, ("talk", str(fields.get("end", ""))), amounts)


def of_state(agent: str, state: str, reason: str, since: int, until: int) -> Iterator[Contribution]:
    """An agent's time in a state, each hour's part by itself."""
    if state == OFFLINE:
        return
    at = since
    while at < until:
        end = min(until, at - at % HOUR + HOUR)
        yield STATES, (at, (agent, state, reason), (end - at,))
        at = end


def direction(cdr: Cdr) -> str:
    """`in` for callers, `desk` for a code dialled at an agent's phone."""
    return "desk" if cdr.rule.startswith(DESK_CODE) else "in"


def placed_for(cdr: Cdr) -> str:
    """Whom a leg of this call was placed for: `flow`, `agent` (out of the house), `internal` (to a colleague)."""
    if direction(cdr) == "in":
        return "flow"
    return "internal" if cdr.rule == f"{DESK_CODE}internal_call" else "agent"


def _call(cdr: Cdr) -> Part:
    keys = (direction(cdr), cdr.trunk, _dnis(cdr), cdr.flow, cdr.disposition, cdr.hangup_cause)
    facts = (
        cdr.answered_at is not None,
        bool(cdr.refused_reason),
        bool(cdr.transferred_to),
        cdr.failures > 0,
        not cdr.complete,
        cdr.source == SPOOL,
    )
    return cdr.arrived_at, keys, (1, *map(int, facts), cdr.duration_ms, cdr.billable_ms)


def _dnis(cdr: Cdr) -> str:
    """Empty for what somebody dialled at random: there is a row for each number."""
    known = cdr.flow or cdr.refused_reason == "capacity" or cdr.source == SPOOL
    return cdr.dnis if known and direction(cdr) == "in" else ""


def _leg(cdr: Cdr, leg: LegRecord) -> Part:
    answered = leg.answered_at if leg.answered_at is not None else leg.ended_at
    amounts = (1, int(leg.answered_at is not None), answered - leg.started_at, leg.ended_at - answered)
    return leg.started_at, (placed_for(cdr), leg.end), amounts


def _contact(record: ContactRecord) -> Part:
    bins = [0] * len(BINS)
    bins[bin_of(record.waited_ms)] = 1
    amounts = (1, int(record.within), record.waited_ms, *bins, record.waited_ms)
    return record.ended_at, (record.queue, record.end), amounts


def bin_of(waited_ms: int) -> int:
    """Which of BINS a wait is counted in."""
    return next((index for index, bound in enumerate(BOUNDS) if waited_ms <= bound * 1000), len(BOUNDS))


def _promise(record: PromiseRecord) -> tuple[int, ...]:
    judged, held, spoken = record.held is not None, bool(record.held), record.spoken
    missed = 0 if record.actual_ms is None or not judged else record.expected_ms - record.actual_ms
    measured = judged and record.actual_ms is not None
    facts = (True, judged, held, spoken, spoken and judged, spoken and held, measured)
    return (*map(int, facts), abs(missed), missed)
