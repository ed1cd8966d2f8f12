"""Which fax is sent when, and what follows from an attempt. Pure: `now` is an argument, in UTC milliseconds.

A fax that fails climbs a ladder: with T.38 where the far end takes it, then G.711, then slower, then without error
correction; it goes on at the first page that has not gone over. A machine that is busy or does not answer is called
again later, on the same rung.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from fsapp.domain.fax import FaxEnd, FaxJob, FaxLine, FaxResult, JobState
from fsapp.fax.times import Window, window


class Outcome(StrEnum):
    """How an attempt ended."""

    FAXED = "faxed"
    """The far end answered; its result says the rest."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    NO_SUCH_NUMBER = "no_such_number"
    REFUSED = "refused"
    """The dialplan does not allow the number."""
    NO_DOCUMENT = "no_document"
    LIMITED = "limited"
    """The dialplan's limits of outside calls are reached for now."""
    LOST = "lost"
    """Nobody knows: the engine or the switch went away in the middle."""


_FOR_EVER = {
    Outcome.REFUSED: "the dialplan does not allow the number",
    Outcome.NO_SUCH_NUMBER: "no such number",
    Outcome.NO_DOCUMENT: "there is no such document",
}

LADDER = (
    FaxLine(t38=True, fast=True, ecm=True),
    FaxLine(t38=False, fast=True, ecm=True),
    FaxLine(t38=False, fast=False, ecm=True),
    FaxLine(t38=False, fast=False, ecm=False),
)
"""Rung by rung; what settings switch off stays off on each."""


def line_of(rung: int, line: FaxLine) -> FaxLine:
    """How a fax travels on a rung, by a site's line."""
    step = LADDER[min(rung, len(LADDER) - 1)]
    return replace(line, t38=line.t38 and step.t38, fast=line.fast and step.fast, ecm=line.ecm and step.ecm)


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's rules of sending; delays in milliseconds. `window` holds for every fax, beside its own."""

    max_attempts: int = 8
    busy_delay: int = 180_000
    no_answer_delay: int = 600_000
    failed_delay: int = 60_000
    lines: Mapping[str, int] = field(default_factory=dict)
    lines_each: int = 2
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Send this fax now, by this trunk."""

    job: FaxJob
    trunk: str


TrunkOf = Callable[[FaxJob], str | None]
"""The trunk by which a fax would go; None where the dialplan does not allow its number."""


class Scheduler:
    """The faxes that wait and those under way."""

    def __init__(self, rules: Rules, zone: tzinfo) -> None:
        self.rules = rules
        self._zone = zone
        self._waiting: dict[str, FaxJob] = {}
        self._under_way: dict[str, Start] = {}

    @property
    def under_way(self) -> Mapping[str, Start]:
        return self._under_way

    def load(self, open_jobs: Iterable[FaxJob]) -> tuple[str, ...]:
        """These are the faxes to be sent, in their order; gives those under way that are none any more."""
        jobs = {job.id: job for job in open_jobs}
        self._waiting = {name: job for name, job in jobs.items() if name not in self._under_way}
        return tuple(name for name in self._under_way if name not in jobs)

    def due(self, now: int, trunk_of: TrunkOf) -> list[Start | FaxJob]:
        """What is to be sent now, and what is given up: jobs that have failed."""
        decided: list[Start | FaxJob] = []
        for job in list(self._waiting.values()):
            decision = self._decision(job, now, trunk_of)
            if decision is not None:
                del self._waiting[job.id]
                decided.append(decision)
            if isinstance(decision, Start):
                self._under_way[job.id] = decision
        return decided

    def ended(self, name: str, outcome: Outcome, result: FaxResult | None, now: int) -> FaxJob:
        """What becomes of a fax after an attempt; it waits again, or is over."""
        job = self._under_way.pop(name).job
        after = self._after(job, outcome, result, now)
        if after.state is JobState.WAITING:
            self._waiting[name] = after
        return after

    def left(self, job: FaxJob, outcome: Outcome, result: FaxResult | None, now: int) -> FaxJob:
        """What becomes of a fax whose engine died in the middle, after what is known of that attempt."""
        return self._after(job, outcome, result, now)

    def next_deadline(self, now: int) -> int | None:
        """When `due` should be asked next, if nothing else happens: a time is over, or a window opens."""
        times = [self._opens(job, now) for job in self._waiting.values()]
        times += [job.expires_at for job in self._waiting.values()]
        return min((each for each in times if each > now), default=None)

    def _decision(self, job: FaxJob, now: int, trunk_of: TrunkOf) -> Start | FaxJob | None:
        if now >= job.expires_at:
            return _failed(job, f"not sent in time; {job.result}" if job.result else "not sent in time", now)
        if self._opens(job, now) > now or any(start.job.number == job.number for start in self._under_way.values()):
            return None
        trunk = trunk_of(job)
        if trunk is None:
            return _failed(job, _FOR_EVER[Outcome.REFUSED], now)
        if self._busy_lines(trunk) >= self.rules.lines.get(trunk, self.rules.lines_each):
            return None
        return Start(replace(job, state=JobState.SENDING, attempts=job.attempts + 1), trunk)

    def _busy_lines(self, trunk: str) -> int:
        return sum(start.trunk == trunk for start in self._under_way.values())

    def _opens(self, job: FaxJob, now: int) -> int:
        """When a fax may be sent: its time has come, and both windows are open."""
        at = max(now, job.not_before)
        windows = [each for each in (self.rules.window, window(job.window) if job.window else None) if each]
        for _ in range(2 * len(windows)):  # one may close again before the other opens, once a day
            for each in windows:
                local = datetime.fromtimestamp(at / 1000, self._zone)
                at = max(at, round(each.next_open(local).timestamp() * 1000))
        return at

    def _after(self, job: FaxJob, outcome: Outcome, result: FaxResult | None, now: int) -> FaxJob:
        if outcome is Outcome.FAXED and result is not None:
            return self._after_fax(job, result, now)
        if outcome in _FOR_EVER:
            return _failed(job, _FOR_EVER[outcome], now)
        rules = self.rules
        delay = {
            Outcome.BUSY: rules.busy_delay,
            Outcome.NO_ANSWER: rules.no_answer_delay,
            Outcome.LIMITED: rules.no_answer_delay,
        }
        return self._again(replace(job, result=outcome.value), delay.get(outcome, rules.failed_delay), now)

    def _after_fax(self, job: FaxJob, result: FaxResult, now: int) -> FaxJob:
        next_page = min(job.next_page + result.pages, job.pages + 1)
        if result.end is FaxEnd.DONE or next_page > job.pages:
            return replace(job, state=JobState.SENT, next_page=next_page, result=result.text, ended_at=now)
        rung = min(job.rung + 1, len(LADDER) - 1)
        later = replace(job, next_page=next_page, rung=rung, result=result.text or "failed")
        return self._again(later, self.rules.failed_delay, now)

    def _again(self, job: FaxJob, delay: int, now: int) -> FaxJob:
        if job.attempts >= self.rules.max_attempts:
            return _failed(job, f"{job.attempts} attempts; {job.result}", now)
        return replace(job, state=JobState.WAITING, not_before=now + delay)


def _failed(job: FaxJob, result: str, now: int) -> FaxJob:
    return replace(job, state=JobState.FAILED, result=result, ended_at=now)
