"""The import of a recording as commands and the engine see it: a process of low priority; waits are cooperative."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from fsapp.domain.errors import MediaError
from fsapp.files import worker_process
from fsapp.media.import_worker import MOST_SECONDS

_TOLD = {**worker_process.TOLD, signal.SIGSEGV: "the file broke it"}


def imported(source: Path, target: Path, command: Sequence[str] = (sys.executable, "-m")) -> float:
    """Makes a prompt's file `target`; gives its seconds. Raises MediaError with a sentence, and then there is none.

    `command` is for tests.
    """
    if not source.is_file():
        raise MediaError(f"there is no file {source}")
    try:
        run = [*command, "fsapp.media.import_worker", str(source), str(target)]
        return _seconds(worker_process.answer(run, MOST_SECONDS, work="the import", worker="the import", told=_TOLD))
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
