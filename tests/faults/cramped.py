"""Runs by itself, in a mount namespace: a writer whose disk is full, then read-only; or whose files may not grow.

    unshare -m python -m tests.faults.cramped tmpfs FOLDER EVENTS
    python -m tests.faults.cramped limit FOLDER EVENTS

EVENTS is a file of JSON lines. It prints what it found wrong, a line each, and nothing else.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - nothing may be imported before the patch
import os  # noqa: E402
import resource  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

from fsapp.domain.events import Event  # noqa: E402
from fsapp.store import keeper  # noqa: E402
from fsapp.store.writer import Writer  # noqa: E402
from tests.faults.checker import violations  # noqa: E402
from tests.faults.house import stored, until  # noqa: E402

Change = Callable[[], object]
DISK = "2m"
STEP = 24 * 1024


def main(what: str, folder: Path, file: Path) -> Iterator[str]:
    keeper.FIRST_RETRY, keeper.LAST_RETRY = 0.01, 0.05
    events = [Event(*json.loads(line)) for line in file.read_text().splitlines()]
    if what == "tmpfs":
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], check=True)
        yield from in_trouble(folder / "full", events, lambda: filled(folder), (folder / "ballast").unlink)
        yield from read_only(folder, events)
    else:
        yield from limited(folder, events)


def in_trouble(
    folder: Path, events: Sequence[Event], begin: Callable[[], object], end: Callable[[], object]
) -> Iterator[str]:
    """A third before the trouble, a third in it, a third behind it."""
    folder.mkdir()
    writer = Writer(f"sqlite:///{folder / 'fsapp.db'}", folder / "spool", busy_wait=0.01, batch_seconds=0.001)
    for number, change in enumerate((lambda: None, begin, end)):
        change()
        for event in events[number::3]:
            writer.record(event)
        writer.flush(5)
        if number == 1 and not writer.keeping.problem:
            yield f"{folder.name}: nobody noticed the trouble: {writer.keeping}"
    yield from outcome(folder, writer, events)
    shutil.rmtree(folder)


def read_only(disk: Path, events: Sequence[Event]) -> Iterator[str]:
    """An engine is started on a disk that became read-only; later it may be written again."""
    folder = disk / "locked"
    folder.mkdir()
    for number in range(2):
        subprocess.run(["mount", "-o", "remount,ro" if number else "remount,rw", disk], check=True)
        writer = Writer(f"sqlite:///{folder / 'fsapp.db'}", folder / "spool", busy_wait=0.01, batch_seconds=0.001)
        for event in events[number::2]:
            writer.record(event)
        writer.flush(1)
        if number == 0:
            writer.close()
        elif not writer.keeping.held:
            yield f"locked: nobody noticed: {writer.keeping}"
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    yield from outcome(folder, writer, events)


def outcome(folder: Path, writer: Writer, events: Sequence[Event]) -> Iterator[str]:
    if not until(lambda: not writer.keeping.problem and not writer.keeping.held, 20) or not writer.close():
        yield f"{folder.name}: not well again: {writer.keeping}"
    found = stored(folder / "fsapp.db")
    if {(each.call, each.seq) for each in found.events} != {(each.call, each.seq) for each in events}:
        yield f"{folder.name}: {len(found.events)} events of {len(events)} are there; {writer.keeping}"
    yield from (f"{folder.name}: {each}" for each in violations(found))


def filled(folder: Path) -> None:
    """Not a byte is left."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        size = 64 * 1024
        while size:
            try:
                ballast.write(bytes(size))
            except OSError:
                size //= 2


def limited(folder: Path, events: Sequence[Event]) -> Iterator[str]:
    """No file may grow beyond so many bytes: for every size, until nothing is in the way any more."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def at_most(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    size, steps, hindered = 0, 0, True
    while hindered and steps < 60:
        place = folder / str(size)
        place.mkdir()
        at_most(size)
        writer = Writer(f"sqlite:///{place / 'fsapp.db'}", place / "spool", busy_wait=0.01, batch_seconds=0.001)
        for event in events:
            writer.record(event)
        writer.flush(2)
        hindered = bool(writer.keeping.problem)
        at_most(hard)
        yield from outcome(place, writer, events)
        shutil.rmtree(place)
        size, steps = size + STEP, steps + 1
    if hindered or steps < 5:
        yield f"the limit was in the way {steps} times"


if __name__ == "__main__":
    for problem in main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])):
        sys.stdout.write(problem + "\n")
    sys.stdout.flush()
    os._exit(0)
