"""The ledger (对账): what was counted in one place must be what was counted in another. Each difference is a sentence.

Pure rules. Times are UTC milliseconds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from itertools import pairwise

from fsapp.domain.cdr import ENGINE_LOST
from fsapp.domain.figures import ABANDONED, ANSWERED, CALLBACK, IN_FLOW
from fsapp.domain.queue_records import AgentTime
from fsapp.domain.records import Cdr
from fsapp.domain.rollups import OFFLINE
from fsapp.domain.switch_legs import SwitchLeg

OWN_CAUSES = frozenset({ENGINE_LOST, "switch_lost", "handed_back"})
"""What the engine writes where it did not see the end: the switch knows another cause, and another end."""

NEAR_MS = 5000
"""By so much the engine's clock and the switch's may tell of one thing apart."""


class Check(StrEnum):
    """What a difference is about."""

    QUEUES = "queues"
    AGENTS = "agents"
    CALLS = "calls"
    SUMS = "sums"
    SWITCH = "switch"
    SEAL = "seal"
    RECORDINGS = "recordings"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True)
class Difference:
    """`of` names the call, contact, agent … that it is about."""

    check: Check
    of: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ContactPath:
    """The queues in which a contact stood, in order, and how it left the last one; `ends` has one end, or none yet."""

    contact: str
    call: str
    run: str
    queues: Sequence[str]
    ends: Sequence[tuple[str, str]]
    """Queue and end of each ContactEnded."""


@dataclass(slots=True)
class QueueBalance:
    """What became of those who came into a queue."""

    offered: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    overflowed: int = 0
    engine_lost: int = 0
    waiting: int = 0

    @property
    def accounted(self) -> int:
        return self.ends.total() + self.overflowed + self.engine_lost + self.waiting

    def line(self) -> str:
        """`12 offered = 8 answered + 2 abandoned + 1 overflowed + 1 called back + 0 ended in the flow`."""
        in_flow = sum(self.ends[each] for each in IN_FLOW)
        parts = [
            f"{self.ends[ANSWERED]} answered",
            f"{self.ends[ABANDONED]} abandoned",
            f"{self.overflowed} overflowed",
            f"{self.ends[CALLBACK]} called back",
            f"{in_flow} ended in the flow",
            *([f"{self.engine_lost} lost with their engine"] if self.engine_lost else []),
            *([f"{self.waiting} waiting"] if self.waiting else []),
        ]
        return f"{self.offered} offered = {' + '.join(parts)}"


def balances(
    paths: Iterable[ContactPath], runs_over: frozenset[str], calls_over: frozenset[str]
) -> tuple[Mapping[str, QueueBalance], Sequence[Difference]]:
    """Of each queue what became of those who came. `runs_over` are the runs that another followed, `calls_over` the
    calls that have ended.
    """
    found: dict[str, QueueBalance] = {}
    differences: list[Difference] = []
    for path in paths:
        places = list(path.queues)
        if path.ends and (not places or places[-1] != path.ends[0][0]):
            places.append(path.ends[0][0])  # a queue that took nobody in sent it away, after another had
        for place in places:
            found.setdefault(place, QueueBalance()).offered += 1
        for place in places[:-1]:
            found[place].overflowed += 1
        differences += _ended(path, found[places[-1]], runs_over, calls_over) if places else ()
    for queue, balance in found.items():
        if balance.offered != balance.accounted:
            differences.append(Difference(Check.QUEUES, queue, f"queue {queue}: {balance.line()} does not add up"))
    return found, differences


def _ended(
    path: ContactPath, balance: QueueBalance, runs_over: frozenset[str], calls_over: frozenset[str]
) -> Iterator[Difference]:
    for _, end in path.ends:
        if end == ENGINE_LOST:
            balance.engine_lost += 1
        else:
            balance.ends[end] += 1
    if len(path.ends) > 1:
        told = ", ".join(f"{end} ({queue})" for queue, end in path.ends)
        sentence = f"contact {path.contact} left the queues {len(path.ends)} times: {told}"
        yield Difference(Check.QUEUES, path.contact, sentence)
    elif not path.ends and path.run in runs_over:
        balance.engine_lost += 1
    elif not path.ends and path.call in calls_over:
        sentence = f"contact {path.contact} never left queue {path.queues[-1]}, though its call is over"
        yield Difference(Check.QUEUES, path.contact, sentence)
    elif not path.ends:
        balance.waiting += 1


@dataclass(frozen=True, slots=True)
class AgentBalance:
    """Of one agent: the time signed in, and the sum of the states in it."""

    agent: str
    signed_in_ms: int
    states_ms: int


def agent_balance(agent: str, times: Sequence[AgentTime], zone: tzinfo) -> tuple[AgentBalance, Sequence[Difference]]:
    """`times` are an agent's in one run, in order. A gap or an overlap is a difference."""
    differences = [
        Difference(Check.AGENTS, agent, _gap(agent, one.until, two.since, zone))
        for one, two in pairwise(times)
        if two.since != one.until and (two.state != OFFLINE or two.since < one.until)
    ]
    states = sum(each.until - each.since for each in times if each.state != OFFLINE)
    signed_in = sum(until - since for since, until in _spans(times))
    if states != signed_in and not differences:
        sentence = f"agent {agent} was signed in for {signed_in} ms, and the states come to {states} ms"
        differences.append(Difference(Check.AGENTS, agent, sentence))
    return AgentBalance(agent, signed_in, states), differences


def _spans(times: Sequence[AgentTime]) -> Iterator[tuple[int, int]]:
    """From each sign-in to the sign-out that follows, or to the last that is known."""
    begun: int | None = None
    for each in times:
        if begun is None and each.state != OFFLINE:
            begun = each.since
        if begun is not None and each.followed_by == OFFLINE:
            yield begun, each.until
            begun = None
    if begun is not None:
        yield begun, times[-1].until


def _gap(agent: str, one: int, two: int, zone: tzinfo) -> str:
    what = "nothing is known" if two > one else "two states are known"
    return f"agent {agent}: {what} of the time from {clock(min(one, two), zone)} to {clock(max(one, two), zone)}"


def call_differences(cdr: Cdr, leg: SwitchLeg, zone: tzinfo) -> Iterator[Difference]:
    """Where the engine's record of a call and the switch's own are not of one mind."""
    for what, ours, theirs in _disagreements(cdr, leg, zone):
        yield Difference(
            Check.SWITCH, cdr.uuid, f"call {cdr.uuid} {what} {ours} for the engine, {theirs} for FreeSWITCH"
        )


def _disagreements(cdr: Cdr, leg: SwitchLeg, zone: tzinfo) -> Iterator[tuple[str, str, str]]:
    if _apart(cdr.arrived_at, leg.started_at):
        yield "arrived at", clock(cdr.arrived_at, zone), clock(leg.started_at, zone)
    if cdr.hangup_cause in OWN_CAUSES or not cdr.complete:
        return  # nobody here saw the rest of it
    if (cdr.answered_at is None) != (leg.answered_at is None) and not _answered_in_passing(cdr):
        ours, theirs = ("unanswered" if at is None else "answered" for at in (cdr.answered_at, leg.answered_at))
        yield "was", ours, theirs
    if _apart(cdr.ended_at, leg.ended_at):
        yield "ended at", clock(cdr.ended_at, zone), clock(leg.ended_at, zone)
    if _apart(cdr.billable_ms, leg.billable_ms):
        yield "lasted", f"{cdr.billable_ms} ms", f"{leg.billable_ms} ms"
    if cdr.hangup_cause != leg.cause:
        yield "ended by", cdr.hangup_cause, leg.cause


def _answered_in_passing(cdr: Cdr) -> bool:
    """Answered and hung up at once: the switch may not have come to the answer."""
    return cdr.answered_at is not None and cdr.ended_at - cdr.answered_at < 1000


def _apart(one: int, other: int) -> bool:
    return abs(one - other) > NEAR_MS


def clock(moment: int, zone: tzinfo) -> str:
    """A local time."""
    return f"{datetime.fromtimestamp(moment / 1000, zone):%Y-%m-%d %H:%M:%S}"
