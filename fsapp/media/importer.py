"""The import of a recording as commands and the engine see it: a process of low priority; waits are cooperative."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import gevent
import orjson
from gevent import subprocess

from fsapp.domain.errors import MediaError
from fsapp.media.import_worker import MOST_SECONDS

_WHY = {signal.SIGKILL: "it was killed", signal.SIGALRM: "it took too long", signal.SIGSEGV: "the file broke it"}


def imported(source: Path, target: Path, command: Sequence[str] = (sys.executable, "-m")) -> float:
    """Makes a prompt's file `target`; gives its seconds. Raises MediaError with a sentence, and then there is none.

    `command` is for tests.
    """
    if not source.is_file():
        raise MediaError(f"there is no file {source}")
    try:
        return _seconds(_answer([*command, "fsapp.media.import_worker", str(source), str(target)]))
    except MediaError:
        for left in (target, *target.parent.glob(f"{target.stem}.*.part")):
            left.unlink(missing_ok=True)
        raise


def _seconds(line: bytes) -> float:
    try:
        fields = orjson.loads(line)
        if "error" not in fields:
            return float(fields["seconds"])
    except (ValueError, KeyError, TypeError):
        raise MediaError("the import answered nonsense") from None
    raise MediaError(str(fields["error"]))


def _answer(command: Sequence[str]) -> bytes:
    worker = subprocess.Popen(
        ["nice", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,  # so that ^C is for the parent
    )
    try:
        with gevent.Timeout(MOST_SECONDS + 1, MediaError(f"the import took longer than {MOST_SECONDS} s")):
            answer, _ = worker.communicate()
    finally:
        if worker.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
    if not answer:
        died = signal.Signals(-worker.returncode) if worker.returncode < 0 else None
        why = _WHY.get(died, died.name) if died else f"exit {worker.returncode}"
        raise MediaError(f"the import ended without an answer: {why}")
    return bytes(answer)
