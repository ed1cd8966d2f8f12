"""How long a caller will wait, as a range, and how right that was: every estimate is kept, with what came of it.

The middle is worked out from who stands before the caller, who could serve them, how long the talks under way have
lasted, and how many give up. The range comes from experience: by how many standard deviations lately given estimates
missed. So it holds for about four callers in five whatever the model gets wrong, or is known not to hold.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fsapp.acd.entries import ContactEnd
from fsapp.acd.wait_model import Outlook, Wait, wait

KEPT = 200
"""Handle times and estimates that are looked back on, for each queue."""

LEAST = 10
"""Fewer than this teach nothing."""

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
"""The quantiles that make a range."""

RIGHT_ENOUGH = 0.7
"""An estimate is spoken while this share of the latest ones held."""

WIDEST = 4.0
"""A range is worth saying if its high end is at most so many times its low one, or a minute."""

_Z = 1.28
"""Standard deviations between the middle and these quantiles of a normal distribution: until experience says more."""

_FORGET = 0.98
"""The weight that giving up keeps with each further caller."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds from now; `low` to `high` is what is said."""

    seconds: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Promise:
    """An estimate that was given, or would have been; `actual` is what came of it. Times are monotonic seconds.

    `mean_wait` and `smoothed_wait` are what the usual estimators said at that moment: the mean of finished waits, and
    three quarters of the old value with one of the last wait.
    """

    contact: str
    queue: str
    at: float
    estimate: Estimate
    model: Wait
    """What the model gave, before experience was added."""
    trusted: bool
    mean_wait: float | None
    smoothed_wait: float | None
    actual: float | None = None
    """None while it is open, and where the caller gave up within the range: then nobody knows."""
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How right lately given estimates were: the share that held, of so many."""

    share: float
    count: int


class Experience:
    """What one queue taught."""

    def __init__(self) -> None:
        self._handled: deque[float] = deque(maxlen=KEPT)
        self._by_length: list[float] = []
        self._misses: deque[float] = deque(maxlen=KEPT)
        self._held: deque[bool] = deque(maxlen=KEPT // 4)
        self._given_up = 0.0
        self._waited = 0.0
        self._answered = 0
        self._ringing = 0.0
        self.mean_wait: float | None = None
        self.smoothed_wait: float | None = None

    # What happened

    def handled(self, seconds: float) -> None:
        """One more talk with its wrap-up is over."""
        if len(self._handled) == KEPT:
            self._by_length.remove(self._handled[0])
        self._handled.append(seconds)
        insort(self._by_length, seconds)

    def rang(self, seconds: float) -> None:
        """One more phone was answered."""
        self._ringing += (seconds - self._ringing) / 20

    def waited(self, seconds: float, end: ContactEnd) -> None:
        """One more wait is over."""
        self._given_up = self._given_up * _FORGET + (end is ContactEnd.ABANDONED)
        self._waited = self._waited * _FORGET + seconds
        if end is ContactEnd.ANSWERED:
            self._answered += 1
            self.mean_wait = (self.mean_wait or 0.0) + (seconds - (self.mean_wait or 0.0)) / self._answered
            self.smoothed_wait = seconds if self.smoothed_wait is None else 0.75 * self.smoothed_wait + 0.25 * seconds

    def resolved(self, promise: Promise) -> None:
        """It is known what came of an estimate."""
        if promise.right is not None:
            self._held.append(promise.right)
        if promise.actual is not None:
            self._misses.append((promise.actual - promise.model.mean) / promise.model.deviation)

    # What follows from it

    @property
    def handle_time(self) -> float | None:
        """The mean of talk and wrap-up, in seconds; None while too little is known."""
        return sum(self._handled) / len(self._handled) if len(self._handled) >= LEAST else None

    def residual(self, age: float) -> float:
        """How long a talk goes on that has lasted `age` seconds."""
        longer = self._by_length[bisect_right(self._by_length, age) :]
        if longer:
            return max(1.0, sum(longer) / len(longer) - age)
        return max(1.0, age / 2)

    def score(self) -> Score:
        return Score(sum(self._held) / len(self._held) if self._held else 0.0, len(self._held))

    def model(self, outlooks: Sequence[Outlook]) -> Wait | None:
        """What the model says; None where it has nothing to go by."""
        handle_time = self.handle_time
        if handle_time is None:
            return None
        found = wait(outlooks, handle_time, self._given_up / self._waited if self._waited else 0.0)
        return None if found is None else Wait(found.mean + self._ringing, found.deviation)

    def estimate(self, model: Wait) -> Estimate:
        """The range that experience gives to what the model says."""
        low, middle, high = (max(0.0, model.mean + miss * model.deviation) for miss in self._quantiles())
        return Estimate(middle, low, max(1.0, high))

    def trusts(self, estimate: Estimate) -> bool:
        """Whether it may be said to a caller."""
        score = self.score()
        sharp = estimate.high <= WIDEST * max(60.0, estimate.low)
        return sharp and score.count >= LEAST and score.share >= RIGHT_ENOUGH

    def _quantiles(self) -> tuple[float, float, float]:
        if len(self._misses) < LEAST:
            return -_Z, 0.0, _Z
        misses = sorted(self._misses)
        return _quantile(misses, LOW), _quantile(misses, MIDDLE), _quantile(misses, HIGH)


class Estimates:
    """The experience of all queues, and the promises whose outcome is open."""

    def __init__(self) -> None:
        self._queues: dict[str, Experience] = {}
        self._open: dict[str, list[Promise]] = {}

    def queue(self, name: str) -> Experience:
        """What a queue taught."""
        found = self._queues.get(name)
        if found is None:
            found = self._queues[name] = Experience()
        return found

    def promise(self, contact: str, queue: str, outlooks: Sequence[Outlook], now: float) -> Promise | None:
        """Gives an estimate, and keeps it until it is known how right it was."""
        experience = self.queue(queue)
        model = experience.model(outlooks)
        if model is None:
            return None
        estimate = experience.estimate(model)
        promise = Promise(
            contact,
            queue,
            now,
            estimate,
            model,
            experience.trusts(estimate),
            experience.mean_wait,
            experience.smoothed_wait,
        )
        self._open.setdefault(contact, []).append(promise)
        return promise

    def left(self, contact: str, answered: bool, now: float) -> tuple[Promise, ...]:
        """The wait is over: what became of each promise."""
        resolved = tuple(_resolved(promise, answered, now) for promise in self._open.pop(contact, ()))
        for promise in resolved:
            self.queue(promise.queue).resolved(promise)
        return resolved


def _resolved(promise: Promise, answered: bool, now: float) -> Promise:
    waited = now - promise.at
    if answered:
        right = promise.estimate.low <= waited <= promise.estimate.high
        return replace(promise, actual=waited, right=right)
    return replace(promise, right=False if waited > promise.estimate.high else None)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Of values in order, by the nearest rank."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
