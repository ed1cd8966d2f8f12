"""A process of low priority that reads what others wrote, and says one thing before it ends; waits are cooperative."""

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress

import gevent
from gevent import subprocess

from fsapp.domain.errors import MediaError

TOLD = {signal.SIGKILL: "it was killed", signal.SIGALRM: "it took too long"}


def answer(
    command: Sequence[str],
    seconds: int,
    *,
    work: str,
    worker: str,
    job: bytes = b"",
    told: Mapping[signal.Signals, str] = TOLD,
) -> bytes:
    """What the process says to `job`; it is killed a second after its own limit of `seconds`.

    `told` says what a signal means that ended it. Raises MediaError, whose sentence begins with `work` or `worker`.
    """
    process = subprocess.Popen(
        ["nice", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # so that ^C is for the parent
    )
    try:
        with gevent.Timeout(seconds + 1, MediaError(f"{work} took longer than {seconds} s")):
            said, _ = process.communicate(job)
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if not said:
        died = signal.Signals(-process.returncode) if process.returncode < 0 else None
        why = told.get(died, died.name) if died else f"exit {process.returncode}"
        raise MediaError(f"{worker} ended without an answer: {why}")
    return bytes(said)
