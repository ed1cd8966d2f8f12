"""The worker process as the engine sees it: a few at once, each with a limit; waits are cooperative."""

import signal
import sys
from collections.abc import Sequence

import orjson
from gevent.lock import BoundedSemaphore

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Resolution
from fsapp.fax import jobs
from fsapp.fax.jobs import Job, Made
from fsapp.files import worker_process

SECONDS = 120
"""For a document: 500 pages at the 100 ms that a page should take, and more for a slow machine."""

AT_ONCE = 1
"""Workers that run together: a fax can wait, and the callers' voices share the processor."""

_TOLD = {**worker_process.TOLD, signal.SIGXCPU: "it took too long"}


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
            answer = worker_process.answer(
                self._command,
                self._seconds,
                work="the document",
                worker="the fax worker",
                job=jobs.line(job),
                told=_TOLD,
            )
        try:
            fields = orjson.loads(answer)
        except ValueError:
            raise MediaError("the fax worker answered nonsense") from None
        if "error" in fields:
            raise (ConverterFailed if fields.get("ours") else MediaError)(str(fields["error"]))
        return Made(int(fields["pages"]), Resolution(fields["resolution"]))
