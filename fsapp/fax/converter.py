"""The worker process as the engine sees it: a few at once, each with a limit; waits are cooperative."""

import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import gevent
import orjson
from gevent import subprocess
from gevent.lock import BoundedSemaphore

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Resolution
from fsapp.fax import jobs
from fsapp.fax.jobs import Job, Made

_log = logging.getLogger("fsapp.fax")

SECONDS = 120
"""For a document: 500 pages at the 100 ms that a page should take, and more for a slow machine."""

AT_ONCE = 1
"""Workers that run together: a fax can wait, and the callers' voices share the processor."""

_SIGNALS = {signal.SIGKILL: "it was killed", signal.SIGXCPU: "it took too long", signal.SIGALRM: "it took too long"}


class ConverterFailed(MediaError):
    """The file is not at fault: a library is missing, or the disk is full."""


class Converter:
    """Does jobs in worker processes of low priority. `command` is for tests."""

    def __init__(
        self, *, seconds: int = SECONDS, at_once: int = AT_ONCE, command: Sequence[str] = (sys.executable, "-m")
    ) -> None:
        self._seconds = seconds
        self._places = BoundedSemaphore(at_once)
        self._command = [*command, "fsapp.fax.worker", str(seconds)]

    def do(self, job: Job) -> Made:
        """Does a job. Raises MediaError with a sentence, ConverterFailed where the file is not at fault."""
        with self._places:
            answer = self._answer(job)
        try:
            fields = orjson.loads(answer)
        except ValueError:
            raise MediaError("the fax worker answered nonsense") from None
        if "error" in fields:
            raise (ConverterFailed if fields.get("ours") else MediaError)(str(fields["error"]))
        return Made(int(fields["pages"]), Resolution(fields["resolution"]))

    def _answer(self, job: Job) -> bytes:
        worker = subprocess.Popen(
            ["nice", *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # so that ^C is for the parent
        )
        try:
            with gevent.Timeout(self._seconds + 1, MediaError(f"the document took longer than {self._seconds} s")):
                answer, _ = worker.communicate(jobs.line(job))
        finally:
            if worker.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
        if not answer:
            died = signal.Signals(-worker.returncode) if worker.returncode < 0 else None
            why = _SIGNALS.get(died, died.name) if died else f"exit {worker.returncode}"
            raise MediaError(f"the fax worker ended without an answer: {why}")
        return bytes(answer)
