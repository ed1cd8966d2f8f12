"""The n-th call of the database's driver fails, for every n; the n-th write of a file fails, for every n."""

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from gevent.pool import Pool

from fsapp.domain.events import Event
from fsapp.store import keeper, spool
from fsapp.store.writer import Writer
from tests.faults.checker import Undisturbed, violations
from tests.faults.counted import counted
from tests.faults.cutting import ANSWERS, FLOW
from tests.faults.fuses import Fuse, database_fuses, file_fuse, left_in, take_out
from tests.faults.house import House, Plot, stored, until
from tests.faults.people import Customer

PARTS = 4
"""A call's events come in so many batches."""


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory, template: Path) -> tuple[Event, ...]:
    """The journal of a call with a queue, a talk and a survey, and that of its dispatcher."""
    folder = tmp_path_factory.mktemp("whole")
    house = House(folder, Plot(FLOW), template)
    house.open()
    house.call(Customer(ANSWERS))
    assert house.wait()
    house.close()
    return tuple(sorted(stored(folder / "fsapp.db").events, key=lambda event: (event.at, event.call, event.seq)))


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away is tried again soon."""
    monkeypatch.setattr(keeper, "FIRST_RETRY", 0.005)
    monkeypatch.setattr(keeper, "LAST_RETRY", 0.02)


class Attempt:
    """A writer, a database and a spool of its own."""

    def __init__(self, folder: Path, template: Path) -> None:
        folder.mkdir()
        self.file = folder / "fsapp.db"
        self.spool = folder / "spool"
        shutil.copy(template, self.file)

    def write(self, events: Sequence[Event]) -> list[str]:
        """Writes all in parts; what is wrong once everything is well again."""
        writer = Writer(f"sqlite:///{self.file}", self.spool, busy_wait=0.01, batch_seconds=0.001)
        for part in range(PARTS):
            for event in events[part::PARTS]:
                writer.record(event)
            writer.flush(30)
        well = until(lambda: not writer.keeping.problem and not writer.keeping.held, 30)
        kept = writer.close()
        found = [] if well and kept else [f"not well again: {writer.keeping}"]
        if writer.keeping.lost or writer.keeping.rejected or left_in(self.spool):
            found.append(f"something is left or lost: {writer.keeping} {left_in(self.spool)}")
        take_out(self.file)
        return [*found, *self._differences(events)]

    def _differences(self, events: Sequence[Event]) -> Iterator[str]:
        found = stored(self.file)
        if sorted(map(_key, found.events)) != sorted(map(_key, events)):
            yield f"{len(found.events)} events of {len(events)} are there"
        yield from violations(replace(found, agents=None))


def _key(event: Event) -> tuple[Any, ...]:
    return event.call, event.seq, event.at, event.kind, repr(event.fields)


def for_every_n(attempt: Callable[[int], tuple[bool, list[str]]]) -> tuple[int, list[str]]:
    """Fails the n-th call, for n = 1, 2, 3 …, until an attempt has no n-th call any more; what was wrong."""
    wrong: list[str] = []
    going_on, n = True, 0

    def run(number: int) -> None:
        nonlocal going_on
        came, found = attempt(number)
        going_on = going_on and came
        wrong.extend(f"n = {number}: {each}" for each in found)

    pool = Pool(8)
    while going_on:
        n += 1
        pool.spawn(partial(run, n))
    pool.join(raise_error=True)
    return n, wrong


IO_ERROR = sqlite3.OperationalError("disk I/O error")
FULL = sqlite3.OperationalError("database or disk is full")
MALFORMED = sqlite3.DatabaseError("database disk image is malformed")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("fault", "case"),
    [
        (partial(Fuse, error=IO_ERROR), "once"),
        (partial(Fuse, error=IO_ERROR, behind=True), "once, though it was done"),
        (partial(Fuse, error=FULL, lasting=6), "six times"),
        (partial(Fuse, error=MALFORMED, lasting=2), "malformed twice"),
    ],
)
def test_no_failing_call_of_the_database_costs_an_event(
    fault: Callable[[int], Fuse], case: str, events: tuple[Event, ...], tmp_path: Path, template: Path
) -> None:
    def attempt(n: int) -> tuple[bool, list[str]]:
        tried = Attempt(tmp_path / str(n), template)
        fuse = fuses[str(tried.file)] = fault(n)
        wrong = tried.write(events)
        return fuse.calls >= n, wrong

    with Undisturbed() as process, database_fuses() as fuses:
        count, wrong = for_every_n(attempt)
    assert wrong + process.violations() == []
    counted(f"failing calls of the database {case}", count)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("lasting", [1, 5], ids=["once", "five times"])
def test_no_failing_write_of_the_spool_costs_an_event(
    lasting: int, events: tuple[Event, ...], tmp_path: Path, template: Path
) -> None:
    """The database is away meanwhile, so that everything goes to the spool: what is on no disk stays in memory."""
    full = OSError(errno.ENOSPC, "No space left on device")

    def attempt(n: int) -> tuple[bool, list[str]]:
        tried = Attempt(tmp_path / str(n), template)
        fuses[str(tried.file)] = Fuse(1, IO_ERROR, lasting=3)
        with file_fuse(spool, Fuse(n, full, lasting=lasting)) as fuse:
            wrong = tried.write(events)
        return fuse.blown > 0, wrong

    with Undisturbed() as process, database_fuses() as fuses:
        wrong: list[str] = []
        n, blown = 0, True
        while blown:  # one after another: there is one `os`
            n += 1
            blown, found = attempt(n)
            wrong += [f"n = {n}: {each}" for each in found]
    assert wrong + process.violations() == []
    counted(f"failing writes of the spool {lasting}", n)
