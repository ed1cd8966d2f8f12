"""A few speech workers, shared by all calls: jobs wait their turn, each with a limit; one that fails is replaced."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import gevent
from gevent.event import Event

from fsapp.domain.errors import MediaError
from fsapp.media.speaker import Job
from fsapp.media.speech_process import SpeechProcess, WorkerDied

_log = logging.getLogger("fsapp.media")

_START_SECONDS = 20
_MOST_PAUSE_SECONDS = 5


@dataclass(slots=True)
class SpeechCounts:
    """What the speech service did since it began; the server shows them as metrics."""

    cached: int = 0
    rendered: int = 0
    failed: int = 0
    restarted: int = 0


class SpeechPool:
    """`size` processes, each recycled after `renders` jobs; at most `waiting` jobs at once, the rest is refused."""

    def __init__(
        self,
        size: int,
        engines: Sequence[str],
        counts: SpeechCounts,
        *,
        renders: int = 1000,
        waiting: int = 64,
        process: Callable[[Sequence[str]], SpeechProcess] = SpeechProcess,
    ) -> None:
        self._size = size
        self._engines = tuple(engines)
        self._counts = counts
        self._most_renders = renders
        self._most_waiting = waiting
        self._process = process
        self._idle: list[SpeechProcess] = []
        self._news = Event()
        self._alive: set[SpeechProcess] = set()
        self._waiting = 0
        self._deaths = 0
        self._broken = ""
        self._started = False
        self._closed = False

    def start(self) -> None:
        """Starts the workers, without waiting for them. The first job does it too."""
        if not self._started:
            self._started = True
            for _ in range(self._size):
                gevent.spawn(self._hire)

    def close(self) -> None:
        """Ends the workers; jobs under way fail."""
        self._closed = True
        for worker in list(self._alive):
            self._dismiss(worker)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes alive."""
        return tuple(worker.pid for worker in self._alive)

    def render(self, job: Job) -> float:
        """Does a job; gives the seconds of speech. Raises MediaError, at the latest when the job's limit is over."""
        if self._closed:
            raise MediaError("speech has been shut down")
        if self._waiting >= self._most_waiting:
            raise MediaError(f"speech is overloaded: {self._waiting} utterances wait to be made")
        self.start()
        self._waiting += 1
        try:
            with gevent.Timeout(job.limit, MediaError(f"speech took longer than {job.limit:g} s")):
                return self._retried(job)
        finally:
            self._waiting -= 1

    def _retried(self, job: Job) -> float:
        """Making an utterance twice does no harm: all workers may have been killed, and the caller hears it late."""
        for _ in range(self._size):
            with suppress(WorkerDied):
                return self._done(job)
        return self._done(job)

    def _done(self, job: Job) -> float:
        worker = self._free_worker()
        try:
            seconds = worker.render(job)
            self._deaths = 0
            return seconds
        finally:
            self._return(worker)

    def _free_worker(self) -> SpeechProcess:
        """Waits for a worker; not where none can be had."""
        while not self._idle:
            if self._broken:
                raise MediaError(self._broken)
            self._news.clear()
            self._news.wait()
        return self._idle.pop(0)

    def _offer(self, worker: SpeechProcess) -> None:
        self._idle.append(worker)
        self._news.set()

    def _return(self, worker: SpeechProcess) -> None:
        """Back to the idle ones, or to its end: worn out, or still at work on what nobody waits for."""
        if worker.busy or worker.renders >= self._most_renders:
            self._deaths += worker.busy
            gevent.spawn(self._replace, worker)
        else:
            self._offer(worker)

    def _replace(self, worker: SpeechProcess) -> None:
        self._counts.restarted += 1
        self._dismiss(worker)
        self._hire()

    def _dismiss(self, worker: SpeechProcess) -> None:
        self._alive.discard(worker)
        worker.kill()

    def _hire(self) -> None:
        """Starts a worker; where that fails, again after a pause that grows."""
        while not self._closed:
            gevent.sleep(min(_MOST_PAUSE_SECONDS, max(0, self._deaths - self._size)))
            try:
                worker = self._ready_worker()
            except (MediaError, OSError) as error:
                if self._is_closed():  # and has ended the worker that was starting
                    return
                self._deaths += 1
                self._broken = f"speech does not work: {error}"
                self._news.set()
                _log.error("%s", self._broken)
            else:
                self._broken = ""
                self._offer(worker)
                return

    def _is_closed(self) -> bool:
        return self._closed

    def _ready_worker(self) -> SpeechProcess:
        worker = self._process(self._engines)
        self._alive.add(worker)
        try:
            with gevent.Timeout(_START_SECONDS, MediaError(f"no worker was ready in {_START_SECONDS} s")):
                worker.wait_until_ready()
        except MediaError:
            self._dismiss(worker)
            raise
        return worker
