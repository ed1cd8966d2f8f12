"""One speech worker, as its parent sees it: a process with a pipe each way."""

import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, cast

from gevent import subprocess

from fsapp.domain.errors import MediaError
from fsapp.media.speaker import Job

_BURIAL_SECONDS = 5


class WorkerDied(MediaError):
    """The process ended in mid-job; the words need not be at fault."""


class SpeechProcess:
    """Starts fsapp.media.speech_worker. Every wait is cooperative; the time limits are the caller's."""

    def __init__(self, engines: Sequence[str]) -> None:
        self.renders = 0
        self.busy = True
        """Owes an answer: must not be given another job."""
        self._scratch = tempfile.mkdtemp(prefix="fsapp-speech-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fsapp.media.speech_worker", self._scratch, *engines],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": self._scratch},
            start_new_session=True,  # so that ^C is for the parent, and one kill reaches a command's program too
        )
        self._jobs = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def wait_until_ready(self) -> None:
        """Raises WorkerDied."""
        self._answer()

    def render(self, job: Job) -> float:
        """Does a job; gives the seconds of speech. Raises MediaError: a refusal, or WorkerDied."""
        self.busy = True
        self.renders += 1
        with _death_noticed():
            self._jobs.write(job.line())
            self._jobs.flush()
        answer = self._answer()
        if "error" in answer:
            raise MediaError(str(answer["error"]))
        return float(answer["seconds"])

    def _answer(self) -> dict[str, str | float]:
        with _death_noticed():
            line = self._answers.readline()
        if not line.endswith(b"\n"):
            raise WorkerDied(f"the speech worker ended (exit {self._process.poll()})")
        self.busy = False
        answer: dict[str, str | float] = json.loads(line)
        return answer

    def kill(self) -> None:
        """Ends the process, with whatever it started, and clears up after it."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_BURIAL_SECONDS)
        for pipe in (self._jobs, self._answers):
            with suppress(OSError):
                pipe.close()
        shutil.rmtree(self._scratch, ignore_errors=True)


class _death_noticed:  # noqa: N801 - reads as the `with` statement it is
    """Turns a broken pipe into WorkerDied."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, OSError):
            raise WorkerDied("the speech worker is gone") from None
