"""Sends the faxes that wait: asks the scheduler what is due, has it tried, and keeps what came of it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any

import gevent
from gevent.event import Event as Signal

from fsapp.domain.arguments import Uuid
from fsapp.domain.clock import Clock
from fsapp.domain.dialplan import Outbound
from fsapp.domain.errors import EslError, FsappError, StoreError
from fsapp.domain.events import Kind
from fsapp.domain.fax import FaxJob, FaxResult, JobState
from fsapp.esl.client import Client
from fsapp.fax import times
from fsapp.fax.off_hub import off_hub
from fsapp.fax.scheduler import Outcome, Rules, Scheduler, Start
from fsapp.fax.settings import FaxSettings, SendingSettings
from fsapp.flow.ports import DialRules
from fsapp.server.fax_attempts import Attempt, FaxAttempts, call_of
from fsapp.server.fax_remains import FaxRemains, Remains
from fsapp.server.journal import CallJournal, Sink
from fsapp.store.fax_jobs import FaxJobs

_log = logging.getLogger("fsapp.fax")

LOOK_SECONDS = 30.0
"""How long a fax may lie in the database before the engine finds it by itself."""

LEFT_SECONDS = 2.0
"""Between looks at a fax that the switch sends for an engine which is no more."""


class FaxSender:
    """One greenlet looks what is due, and there is one for each fax under way."""

    def __init__(
        self, client: Client, jobs: FaxJobs, attempts: FaxAttempts, remains: FaxRemains, sinks: Sequence[Sink],
        clock: Clock, zone: tzinfo,
    ) -> None:  # fmt: skip
        self._client = client
        self._remains = remains
        self._left: dict[str, str] = {}
        """Faxes of an engine that is no more, which the switch sends still: their legs."""
        self._jobs = jobs
        self._attempts = attempts
        self._sinks = sinks
        self._clock = clock
        self._scheduler = Scheduler(Rules(), zone)
        self._unkept: dict[str, FaxJob] = {}
        """What became of faxes and is not in the database yet."""
        self._news = Signal()
        self._greenlets: set[gevent.Greenlet[..., None]] = set()
        self._stopped = False

    def use(self, settings: FaxSettings, outbound: Outbound, door: DialRules) -> None:
        """These hold from now on."""
        self._attempts.use(settings, outbound, door)
        self._scheduler.rules = rules_of(settings.sending)
        self.look()

    def look(self) -> None:
        """There may be something new in the database."""
        self._news.set()

    def handlers(self) -> Mapping[str, Callable[[Mapping[str, Any]], object]]:
        """What the control socket may ask."""
        return {"faxes_changed": lambda _: self.look()}

    def run(self) -> None:
        """Until `stop`; raises nothing."""
        while not self._stopped:
            self._news.clear()
            try:
                self._step()
            except FsappError as error:
                _log.warning("faxes cannot be sent now: %s", error)
            self._news.wait(self._pause())

    def stop(self) -> None:
        """Hangs up what is under way; the next engine sends it again from the page that did not go over."""
        self._stopped = True
        self._attempts.hang_up_all()
        gevent.joinall(list(self._greenlets), timeout=2.0)
        gevent.killall(list(self._greenlets))

    def _step(self) -> None:
        """Raises StoreError."""
        for job in list(self._unkept.values()):
            self._keep(job)
        left, self._left = self._left, {}
        known = off_hub(self._jobs.open)
        jobs = [found for job in known if (found := self._recovered(job)) is not None]
        for cancelled in left.keys() - {job.id for job in known}:
            self._client.kill(Uuid(left[cancelled]), "NORMAL_CLEARING")
        for cancelled in self._scheduler.load(jobs):
            self._attempts.hang_up(cancelled)
        if not self._client.connected:
            return
        for decision in self._scheduler.due(self._now(), self._attempts.trunk):
            if isinstance(decision, Start):
                self._spawn(decision)
            else:
                self._finish(decision)

    def _recovered(self, job: FaxJob) -> FaxJob | None:
        """A fax as it stands: what the database says, or what it does not know yet.

        One that an engine was sending which is no more goes on at the page that did not go over, once that attempt is
        over. None until then, and where nothing is left to send.
        """
        if job.id in self._unkept:
            return self._unkept[job.id]
        if job.state is not JobState.SENDING or job.id in self._scheduler.under_way:
            return job
        remains = self._remains_of(job)
        if remains is None:
            self._left[job.id] = job.leg
            return None
        if remains.attempt.leg:
            self._record(Start(job, ""), remains.attempt, remains.started_at, remains.ended_at)
        again = self._scheduler.left(job, remains.attempt.outcome, remains.attempt.result, self._now())
        self._finish(again)
        return again if again.state is JobState.WAITING else None

    def _remains_of(self, job: FaxJob) -> Remains | None:
        try:
            return self._remains.of(job) if self._client.connected else None
        except EslError as error:
            _log.warning("what became of the fax %s cannot be asked yet: %s", job.id, error)
            return None

    def _pause(self) -> float:
        now = self._now()
        deadline = self._scheduler.next_deadline(now)
        longest = LEFT_SECONDS if self._left else LOOK_SECONDS
        return longest if deadline is None else min(longest, max(0.05, (deadline - now) / 1000))

    def _spawn(self, start: Start) -> None:
        greenlet = gevent.spawn(self._send, start)
        self._greenlets.add(greenlet)
        greenlet.rawlink(self._greenlets.discard)

    def _send(self, start: Start) -> None:
        """One attempt, from its note in the database to that of its end."""
        attempt, started = Attempt("", Outcome.LOST), self._now()
        start = replace(start, job=replace(start.job, leg=self._attempts.new_leg()))
        try:
            if self._keep(start.job):
                attempt = self._attempts.make(start.job)
        finally:
            after = self._scheduler.ended(start.job.id, attempt.outcome, attempt.result, self._now())
            self._unkept[after.id] = after
        self._record(start, attempt, started, self._now())
        self._finish(after)
        self.look()

    def _finish(self, job: FaxJob) -> None:
        """Keeps what became of a fax, and says so where it is over."""
        self._keep(job)
        if job.state in (JobState.SENT, JobState.FAILED):
            fields = {
                "number": job.number,
                "document": job.document,
                "state": job.state.value,
                "attempts": job.attempts,
                "pages": job.next_page - 1,
                "result": job.result,
            }
            self._journal(job, job.attempts + 1).record(Kind.FAX_ENDED, fields)

    def _keep(self, job: FaxJob) -> bool:
        """Whether the database has it now; not where somebody cancelled the fax, which stands."""
        try:
            kept = off_hub(self._jobs.keep, job)
        except StoreError as error:
            _log.error("what became of the fax %s is not kept yet: %s", job.id, error)
            self._unkept[job.id] = job
            return False
        self._unkept.pop(job.id, None)
        return kept

    def _record(self, start: Start, attempt: Attempt, started: int, ended: int) -> None:
        """What came of an attempt; and its leg, by which outside calls are counted."""
        job, result = start.job, attempt.result or FaxResult(success=False)
        sent = attempt.outcome is Outcome.FAXED and result.success
        fields = {
            "number": job.number,
            "document": job.document,
            "trunk": start.trunk,
            "leg": attempt.leg,
            "first_page": job.next_page,
            "outcome": "sent" if sent else attempt.outcome.value,
            "cause": attempt.cause,
            "rung": job.rung,
            "pages": result.pages,
            "rate": result.rate,
            "station_id": result.station_id,
            "ecm": result.ecm,
            "t38": result.t38,
            "code": result.code,
            "text": result.text,
        }
        journal = self._journal(job, job.attempts)
        journal.record(Kind.FAX_ATTEMPTED, fields)
        if attempt.leg:
            leg = {"leg": attempt.leg, "number": job.number, "started_at": started, "ended_at": ended}
            end = "answered" if attempt.answered_at else attempt.outcome.value
            answered = {"answered_at": attempt.answered_at} if attempt.answered_at else {}
            journal.record(Kind.LEG_ENDED, {**leg, **answered, "end": end, "cause": attempt.cause})

    def _journal(self, job: FaxJob, attempt: int) -> CallJournal:
        """Two events an attempt, and one for the end."""
        return CallJournal(call_of(job), self._clock, self._sinks, first_seq=2 * attempt)

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * 1000)


def rules_of(sending: SendingSettings) -> Rules:
    """A site's rules as the scheduler wants them."""
    return Rules(
        max_attempts=sending.max_attempts,
        busy_delay=round(sending.busy_delay * 1000),
        no_answer_delay=round(sending.no_answer_delay * 1000),
        failed_delay=round(sending.failed_delay * 1000),
        lines=sending.lines,
        lines_each=sending.lines_each,
        window=times.window(sending.window) if sending.window else None,
    )
