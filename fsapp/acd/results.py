"""What came of a day: service level, waits, load, and how right the estimates of waits were."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from fsapp.acd.agents import AgentState
from fsapp.acd.commands import Entry
from fsapp.acd.entries import AgentStateEnded, ContactEnd, ContactEnded, TalkHad
from fsapp.acd.estimates import Promise
from fsapp.acd.settings import QueueSettings

TOTAL = "(all)"

_AT_WORK = (AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP)
_READY = (AgentState.AVAILABLE, *_AT_WORK)


@dataclass(frozen=True, slots=True)
class QueueResult:
    """Times are seconds; shares are of all contacts that came, from 0 to 1."""

    queue: str
    offered: int
    answered: int
    ends: Mapping[str, int]
    """How many left in each way."""
    service_level: float
    """Answered in time."""
    target: str
    asa: float
    """Average speed of answer: the mean wait of those answered."""
    longest_wait: float
    waits: Mapping[str, float]
    """Quantiles of the waits of those answered: p50, p90, p95."""
    abandoned: float
    aht: float
    """Mean talk."""


@dataclass(frozen=True, slots=True)
class AgentResult:
    """`occupancy` is the share of the time ready that the agent was rung, talked or wrapped up."""

    agent: str
    answered: int
    talk: float
    signed_in: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class EstimatorResult:
    """Mean absolute error and bias of an estimator, in seconds, over the same waits."""

    estimator: str
    error: float
    bias: float


@dataclass(frozen=True, slots=True)
class EstimateResult:
    """Estimates given to those who had to wait; `held` is the share that was right, `spoken_held` of those spoken."""

    queue: str
    count: int
    held: float
    spoken: int
    spoken_held: float
    estimators: tuple[EstimatorResult, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A whole day."""

    queues: tuple[QueueResult, ...]
    agents: tuple[AgentResult, ...]
    estimates: tuple[EstimateResult, ...]
    occupancy: float

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


class Tally:
    """Adds up what a dispatcher records."""

    def __init__(self, queues: Mapping[str, QueueSettings]) -> None:
        self._queues = queues
        self._ended: list[ContactEnded] = []
        self._talks: list[TalkHad] = []
        self._states: dict[str, Counter[AgentState]] = {}
        self._promises: list[Promise] = []

    def add(self, entry: Entry) -> None:
        match entry:
            case ContactEnded():
                self._ended.append(entry)
            case TalkHad():
                self._talks.append(entry)
            case AgentStateEnded():
                self._states.setdefault(entry.agent, Counter())[entry.state] += entry.until - entry.since  # type: ignore[assignment]  # a Counter of seconds
            case Promise():
                self._promises.append(entry)

    def result(self) -> Result:
        names = [name for name in self._queues if any(each.queue == name for each in self._ended)]
        queues = [self._queue(name, [name]) for name in names]
        if len(names) > 1:
            queues.append(self._queue(TOTAL, names))
        agents = tuple(self._agent(name) for name in sorted(self._states, key=_by_number))
        estimates = (self._estimates(name) for name in names)
        return Result(tuple(queues), agents, tuple(each for each in estimates if each), self._occupancy(*self._states))

    def _occupancy(self, *agents: str) -> float:
        times = [self._states[name] for name in agents]
        work = sum(each[state] for each in times for state in _AT_WORK)
        return _share(work, sum(each[state] for each in times for state in _READY))

    def _queue(self, name: str, queues: Sequence[str]) -> QueueResult:
        ended = [each for each in self._ended if each.queue in queues]
        answered = [each for each in ended if each.end is ContactEnd.ANSWERED]
        waits = sorted(each.waited for each in answered)
        talks = [each.ended_at - each.started_at for each in self._talks if each.queue in queues]
        ends = Counter(str(each.end) for each in ended)
        return QueueResult(
            queue=name,
            offered=len(ended),
            answered=len(answered),
            ends=dict(sorted(ends.items())),
            service_level=_share(sum(each.within for each in answered), len(ended)),
            target=self._target(queues),
            asa=fmean(waits) if waits else 0.0,
            longest_wait=waits[-1] if waits else 0.0,
            waits={f"p{round(share * 100)}": _quantile(waits, share) for share in (0.5, 0.9, 0.95)},
            abandoned=_share(ends[ContactEnd.ABANDONED], len(ended)),
            aht=fmean(talks) if talks else 0.0,
        )

    def _target(self, queues: Sequence[str]) -> str:
        targets = {self._queues[name].service_level for name in queues}
        return f"{next(iter(targets)).percent:g}/{next(iter(targets)).seconds:g}" if len(targets) == 1 else ""

    def _agent(self, name: str) -> AgentResult:
        times = self._states[name]
        talks = [each.ended_at - each.started_at for each in self._talks if each.agent == name]
        signed_in = sum(seconds for state, seconds in times.items() if state is not AgentState.OFFLINE)
        return AgentResult(name, len(talks), sum(talks), signed_in, self._occupancy(name))

    def _estimates(self, queue: str) -> EstimateResult | None:
        """Over those waits for which every estimator had something to say."""
        known = [each for each in self._promises if each.queue == queue and each.right is not None]
        compared = [each for each in known if each.actual is not None and each.mean_wait is not None]
        if not compared:
            return None
        spoken = [each for each in known if each.trusted]
        return EstimateResult(
            queue,
            len(known),
            _share(sum(bool(each.right) for each in known), len(known)),
            len(spoken),
            _share(sum(bool(each.right) for each in spoken), len(spoken)),
            (
                _errors("this engine", [(each.estimate.seconds, each.actual) for each in compared]),
                _errors("mean of finished waits", [(each.mean_wait, each.actual) for each in compared]),
                _errors("3/4 old + 1/4 last", [(each.smoothed_wait, each.actual) for each in compared]),
            ),
        )


def as_table(result: Result) -> str:
    """A day in lines of text."""
    lines = [*_queue_lines(result.queues), "", f"occupancy {result.occupancy:.0%}", ""]
    lines += [*_agent_lines(result.agents), "", *_estimate_lines(result.estimates)]
    return "\n".join(lines).rstrip()


def _queue_lines(queues: Iterable[QueueResult]) -> list[str]:
    lines = [
        f"{'queue':16} {'offered':>8} {'answered':>8} {'in time':>8} {'target':>8} {'ASA':>7} {'p50':>6} {'p90':>6} "
        f"{'p95':>6} {'longest':>8} {'abandoned':>9} {'AHT':>7}  other ends"
    ]
    for each in queues:
        other = ", ".join(f"{end} {count}" for end, count in each.ends.items() if end not in ("answered", "abandoned"))
        lines.append(
            f"{each.queue:16} {each.offered:8} {each.answered:8} {each.service_level:8.1%} {each.target:>8} "
            f"{each.asa:7.1f} {each.waits['p50']:6.0f} {each.waits['p90']:6.0f} {each.waits['p95']:6.0f} "
            f"{each.longest_wait:8.0f} {each.abandoned:9.1%} {each.aht:7.1f}  {other}".rstrip()
        )
    return lines


def _agent_lines(agents: Iterable[AgentResult]) -> list[str]:
    lines = [f"{'agent':16} {'answered':>8} {'talk':>9} {'signed in':>10} {'occupancy':>9}"]
    for each in agents:
        lines.append(
            f"{each.agent:16} {each.answered:8} {each.talk / 60:7.0f} m {each.signed_in / 60:8.0f} m "
            f"{each.occupancy:9.0%}"
        )
    return lines


def _estimate_lines(estimates: Iterable[EstimateResult]) -> list[str]:
    lines = []
    for each in estimates:
        lines.append(
            f"estimates in {each.queue}: {each.count} given, {each.held:.0%} right; "
            f"{each.spoken} fit to be spoken, {each.spoken_held:.0%} of them right"
        )
        for estimator in each.estimators:
            lines.append(f"  {estimator.estimator:24} off by {estimator.error:6.1f} s, bias {estimator.bias:+7.1f} s")
    return lines


def _errors(estimator: str, pairs: Sequence[tuple[float | None, float | None]]) -> EstimatorResult:
    misses = [said - actual for said, actual in pairs if said is not None and actual is not None]
    return EstimatorResult(estimator, fmean(map(abs, misses)), fmean(misses))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Of values in order, by the nearest rank."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _by_number(name: str) -> tuple[str, int]:
    team, _, number = name.rpartition("-")
    return team, int(number)
