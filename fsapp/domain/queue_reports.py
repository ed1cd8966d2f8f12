"""What is read off the records of queues and agents. Times are UTC milliseconds, `…_ms` milliseconds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from statistics import fmean

from fsapp.domain.queue_records import AgentTime, PromiseRecord


@dataclass(frozen=True, slots=True)
class Stretch:
    """An agent's time in one state, as far as it lies in the period asked for."""

    agent: str
    state: str
    reason: str
    since: int
    until: int

    @property
    def ms(self) -> int:
        return self.until - self.since


def stretches(times: Sequence[AgentTime], since: int, until: int, last_seen: Mapping[str, int]) -> Iterator[Stretch]:
    """One agent's states in a period, without gaps as long as the engine ran.

    `times` are the agent's in order, from the last one before the period on. Where the next one does not begin at the
    end of one, the state that followed has no end yet, or the engine died in it: it is known to have lasted until
    `last_seen`, the time of the last event of that run.
    """
    for time, following in zip_longest(times, times[1:]):
        yield from _cut(Stretch(time.agent, time.state, time.reason, time.since, time.until), since, until)
        unseen = min(last_seen[time.run], following.since if following else until)
        yield from _cut(Stretch(time.agent, time.followed_by, time.because, time.until, unseen), since, until)


def _cut(stretch: Stretch, since: int, until: int) -> Iterator[Stretch]:
    begin, end = max(stretch.since, since), min(stretch.until, until)
    if begin < end:
        yield Stretch(stretch.agent, stretch.state, stretch.reason, begin, end)


def totals(found: Iterable[Stretch]) -> Mapping[str, Mapping[tuple[str, str], int]]:
    """Of each agent the milliseconds in each state, with its reason."""
    sums: dict[str, Counter[tuple[str, str]]] = {}
    for each in found:
        sums.setdefault(each.agent, Counter())[each.state, each.reason] += each.ms
    return sums


@dataclass(frozen=True, slots=True)
class QueueService:
    """How a queue served the contacts that left it in a period: `ends` says how many left in which way."""

    queue: str
    ends: Mapping[str, int]
    within: int
    """Answered within the service level's time."""
    waited_ms: int
    """Of those answered, together."""
    longest_ms: int
    talks: int
    talked_ms: int

    @property
    def offered(self) -> int:
        return sum(self.ends.values())

    @property
    def answered(self) -> int:
        return self.ends.get("answered", 0)

    @property
    def service_level(self) -> float:
        """The share of all contacts that was answered in time, from 0 to 1."""
        return self.within / self.offered if self.offered else 0.0

    @property
    def asa_ms(self) -> float:
        """Average speed of answer."""
        return self.waited_ms / self.answered if self.answered else 0.0

    @property
    def aht_ms(self) -> float:
        """Mean talk, without wrap-up: an agent's wrap-up is in the agent's times, from the very end of the talk on."""
        return self.talked_ms / self.talks if self.talks else 0.0


@dataclass(frozen=True, slots=True)
class EstimatorScore:
    """How right one way of estimating waits was: `held` of `count` promises, a share from 0 to 1.

    `error_ms` and `bias_ms` are its mean absolute error and its mean error, over the waits that ended by an answer.
    """

    estimator: str
    count: int
    held: float
    error_ms: float
    bias_ms: float


OWN = "own"
SPOKEN = "spoken"
MEAN_WAIT = "mean_wait"
SMOOTHED_WAIT = "smoothed_wait"


def scores(promises: Sequence[PromiseRecord]) -> tuple[EstimatorScore, ...]:
    """Of this engine's estimates, of those among them that were fit to be spoken, and of the usual estimators.

    Those give no range: they are held right where they missed by no more than half the width of this engine's range.
    """
    known = [each for each in promises if each.held is not None]
    found = (
        (OWN, [(each.held, each.expected_ms, each.actual_ms) for each in known]),
        (SPOKEN, [(each.held, each.expected_ms, each.actual_ms) for each in known if each.spoken]),
        (MEAN_WAIT, [_as_precise(each, each.mean_wait_ms) for each in known]),
        (SMOOTHED_WAIT, [_as_precise(each, each.smoothed_wait_ms) for each in known]),
    )
    return tuple(_score(estimator, judged) for estimator, judged in found)


Judged = tuple[bool | None, int | None, int | None]
"""Whether it held, what was said, what it was."""


def _as_precise(promise: PromiseRecord, said: int | None) -> Judged:
    actual = promise.actual_ms
    if said is None or actual is None:
        return None, said, actual
    return abs(said - actual) <= (promise.high_ms - promise.low_ms) / 2, said, actual


def _score(estimator: str, judged: Iterable[Judged]) -> EstimatorScore:
    counted = [(held, said, actual) for held, said, actual in judged if held is not None]
    misses = [said - actual for _, said, actual in counted if said is not None and actual is not None]
    return EstimatorScore(
        estimator,
        len(counted),
        fmean(bool(held) for held, _, _ in counted) if counted else 0.0,
        fmean(map(abs, misses)) if misses else 0.0,
        fmean(misses) if misses else 0.0,
    )
