"""The writer: everything accepted reaches the database once, whatever happens to it, and the hub never waits."""

import gc
import logging
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from fsapp.domain.cdr import fold
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.store import database
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.writer import Writer

Call = Callable[..., list[Event]]
Start = Callable[..., Writer]


class Stopwatch:
    """Monotonic time that passes when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def start(tmp_path: Path, watch: Stopwatch) -> Iterator[Start]:
    """Starts writers with a short busy wait, and closes them."""
    writers = []

    def make(url: str) -> Writer:
        writer = Writer(url, tmp_path / "spool", busy_wait=0.01, batch_seconds=0.001, monotonic=watch)
        writers.append(writer)
        return writer

    yield make
    for writer in writers:
        writer.close()


def record(writer: Writer, *calls: list[Event]) -> None:
    for call in calls:
        for event in call:
            writer.record(event)
    assert writer.flush(30)


def come_back(writer: Writer, watch: Stopwatch) -> None:
    """Lets the writer try again until the database is back."""
    with gevent.Timeout(20):
        while writer.keeping.problem:
            watch.seconds += 10
            gevent.sleep(0.002)


def sqlite_file(url: str) -> Path:
    file = database.sqlite_path(url)
    assert file is not None
    return file


def test_a_call_is_in_the_journal_and_has_its_records(url: str, start: Start, a_call: Call) -> None:
    call = a_call("c1")
    record(start(url), call)
    stored = Cdrs(url).show("c1")
    assert stored is not None
    assert stored.events == tuple(call)
    assert (stored.cdr, stored.legs) == fold(call)


def test_a_call_under_way_is_journalled_and_has_no_record_yet(url: str, start: Start, a_call: Call) -> None:
    call = a_call("c1", ended=False)
    record(start(url), call)
    assert Cdrs(url).events("c1") == tuple(call)
    assert Cdrs(url).list(CdrFilter()).cdrs == ()


def test_events_that_come_twice_are_kept_once(url: str, start: Start, a_call: Call) -> None:
    call = a_call("c1")
    writer = start(url)
    record(writer, call)
    record(writer, call, call)
    stored = Cdrs(url).show("c1")
    assert stored is not None
    assert stored.events == tuple(call)
    assert (stored.cdr, stored.legs) == fold(call)


def test_many_calls_mixed_in_many_batches_all_get_their_records(url: str, start: Start, a_call: Call) -> None:
    calls = [a_call(f"c{n}", steps=n % 7) for n in range(150)]
    writer = start(url)
    rounds = max(map(len, calls))
    for n in range(rounds):
        record(writer, [call[n] for call in calls if n < len(call)])
    stored = Cdrs(url).list(CdrFilter(), limit=1000).cdrs
    assert {cdr.uuid: cdr for cdr in stored} == {call[0].call: fold(call)[0] for call in calls}


def test_a_call_that_an_earlier_engine_began_gets_a_whole_record(url: str, start: Start, a_call: Call) -> None:
    call = a_call("c1", steps=4)
    first = start(url)
    record(first, call[:3])
    first.close()
    record(start(url), call[3:])
    stored = Cdrs(url).show("c1")
    assert stored is not None
    assert stored.cdr == fold(call)[0]


def test_calls_without_an_end_are_ended_unless_they_live(url: str, start: Start, a_call: Call) -> None:
    lost, alive, done = a_call("lost", ended=False), a_call("alive", ended=False), a_call("done")
    first = start(url)
    record(first, lost, alive, done)
    first.close()
    second = start(url)
    record(second, a_call("new", ended=False))
    assert second.close_orphans({"alive"}, now=lost[-1].at + 60_000) == ("lost",)
    assert second.close_orphans({"alive"}, now=lost[-1].at + 90_000) == ()
    cdrs = {cdr.uuid: cdr for cdr in Cdrs(url).list(CdrFilter()).cdrs}
    assert set(cdrs) == {"lost", "done"}
    assert (cdrs["lost"].complete, cdrs["lost"].hangup_cause) == (False, "engine_lost")
    assert cdrs["lost"].ended_at == lost[-1].at


def test_a_call_taken_for_lost_that_ends_after_all_gets_its_real_record(url: str, start: Start, a_call: Call) -> None:
    call = a_call("c1", ended=False)
    first = start(url)
    record(first, call)
    first.close()
    second = start(url)
    second.close_orphans((), now=call[-1].at + 1000)
    end = Event("c1", len(call) + 1, call[-1].at + 5000, Kind.CALL_HUNG_UP, {"cause": "USER_BUSY", "party": "caller"})
    record(second, [end])
    (cdr,) = Cdrs(url).list(CdrFilter()).cdrs
    assert (cdr.complete, cdr.hangup_cause, cdr.ended_at) == (True, "USER_BUSY", end.at)


def test_text_no_database_takes_is_kept_in_another_form(url: str, start: Start, a_call: Call) -> None:
    record(start(url), a_call("c1", caller_name="a\0b\ud800c", ani="\U0001f600"))
    (cdr,) = Cdrs(url).list(CdrFilter()).cdrs
    assert (cdr.caller_name, cdr.ani) == ("a\ufffdb?c", "\U0001f600")


def test_an_event_the_database_will_never_take_does_not_hold_up_others(
    url: str, start: Start, a_call: Call, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = start(url)
    record(writer, a_call("c1"), [Event("bad", 0, 2**80, Kind.CALL_ARRIVED, {})], a_call("c2"))
    assert {cdr.uuid for cdr in Cdrs(url).list(CdrFilter()).cdrs} == {"c1", "c2"}
    assert (writer.keeping.rejected, writer.keeping.problem) == (1, "")
    assert '"bad"' in (tmp_path / "spool" / "rejected.jsonl").read_text()
    assert "rejected.jsonl" in caplog.text


def test_nothing_is_accepted_after_close(sqlite_url: str, start: Start, a_call: Call) -> None:
    writer = start(sqlite_url)
    call = a_call("c1")
    writer.record(call[0])
    assert writer.close()
    assert len(Cdrs(sqlite_url).events("c1")) == 1
    with pytest.raises(StoreError, match="closed"):
        writer.record(call[1])


def test_a_url_of_no_known_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        Writer("oracle://x/y", tmp_path)


@pytest.fixture
def lock(sqlite_url: str) -> Iterator[Callable[[], sqlite3.Connection]]:
    """Locks the database as another program would; rolling back lets go."""
    database.upgrade_at(sqlite_url)
    connections = []

    def take() -> sqlite3.Connection:
        connection = sqlite3.connect(sqlite_file(sqlite_url), isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        connections.append(connection)
        return connection

    yield take
    for connection in connections:
        connection.close()


def test_a_locked_database_sends_records_through_the_spool_in_order(
    sqlite_url: str,
    start: Start,
    a_call: Call,
    lock: Callable[[], sqlite3.Connection],
    watch: Stopwatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    calls = [a_call(f"c{n}") for n in range(20)]
    writer = start(sqlite_url)
    record(writer, *calls[:5], calls[5][:2])
    other = lock()
    record(writer, calls[5][2:], *calls[6:10])
    record(writer, *calls[10:15])
    assert "locked" in writer.keeping.problem
    assert writer.keeping.spool_bytes > 0
    assert writer.keeping.held == 0
    other.rollback()
    come_back(writer, watch)
    record(writer, *calls[15:])
    stored = Cdrs(sqlite_url).list(CdrFilter(), limit=100).cdrs
    assert {cdr.uuid: cdr for cdr in stored} == {call[0].call: fold(call)[0] for call in calls}
    assert all(Cdrs(sqlite_url).events(call[0].call) == tuple(call) for call in calls)
    assert writer.keeping.spool_bytes == 0
    assert "the database is away" in caplog.text
    assert "the database is back" in caplog.text


def test_the_hub_goes_on_while_another_holds_the_lock(
    sqlite_url: str, tmp_path: Path, a_call: Call, lock: Callable[[], sqlite3.Connection]
) -> None:
    other = lock()
    writer = Writer(sqlite_url, tmp_path / "spool", busy_wait=0.5, batch_seconds=0.001)
    gaps = []
    gc.freeze()  # a full collection of the test suite's own objects would count as a pause of the writer's

    def tick() -> None:
        while True:
            before = time.perf_counter()
            gevent.sleep(0.001)
            gaps.append(time.perf_counter() - before)

    ticking = gevent.spawn(tick)
    record(writer, *[a_call(f"c{n}") for n in range(100)])
    ticking.kill()
    gc.unfreeze()
    other.rollback()
    assert writer.close()
    assert len(gaps) > 100, "the lock was not waited for"
    assert max(gaps) < 0.25, "the hub waited for the lock too"
    assert sorted(gaps)[-len(gaps) // 100] < 0.020, "p99"


def test_a_spool_left_by_an_engine_that_died_is_replayed_at_the_start(
    sqlite_url: str, start: Start, a_call: Call, lock: Callable[[], sqlite3.Connection], watch: Stopwatch
) -> None:
    calls = [a_call(f"c{n}") for n in range(5)]
    other = lock()
    first = start(sqlite_url)
    record(first, *calls)
    first.close()
    other.rollback()
    second = start(sqlite_url)
    come_back(second, watch)
    assert {cdr.uuid for cdr in Cdrs(sqlite_url).list(CdrFilter()).cdrs} == {f"c{n}" for n in range(5)}


def test_orphans_wait_until_the_database_is_there(
    sqlite_url: str, start: Start, a_call: Call, lock: Callable[[], sqlite3.Connection]
) -> None:
    other = lock()
    first = start(sqlite_url)
    record(first, a_call("lost", ended=False))
    with pytest.raises(StoreError, match="locked"):
        first.close_orphans((), now=1)
    first.close()
    other.rollback()
    assert start(sqlite_url).close_orphans((), now=1) == ("lost",)


def test_a_database_file_that_goes_away_and_comes_back_misses_nothing(
    sqlite_url: str, start: Start, a_call: Call, watch: Stopwatch
) -> None:
    calls = [a_call(f"c{n}") for n in range(4)]
    writer = start(sqlite_url)
    record(writer, calls[0], calls[1][:3])
    file = sqlite_file(sqlite_url)
    for suffix in ("", "-wal", "-shm"):
        part = Path(f"{file}{suffix}")
        part.rename(part.with_name("away-" + part.name))
    record(writer, calls[1][3:], calls[2])
    assert "unable to open" in writer.keeping.problem
    for suffix in ("", "-wal", "-shm"):
        part = Path(f"{file}{suffix}")
        part.with_name("away-" + part.name).rename(part)
    come_back(writer, watch)
    record(writer, calls[3])
    stored = {cdr.uuid: cdr for cdr in Cdrs(sqlite_url).list(CdrFilter()).cdrs}
    assert stored == {call[0].call: fold(call)[0] for call in calls}


def test_a_corrupt_database_leaves_calls_in_the_spool_until_it_is_restored(
    sqlite_url: str, start: Start, a_call: Call, watch: Stopwatch
) -> None:
    file = sqlite_file(sqlite_url)
    file.write_bytes(b"no database " * 500)
    writer = start(sqlite_url)
    record(writer, a_call("c1"))
    assert "not a database" in writer.keeping.problem
    file.unlink()
    come_back(writer, watch)
    assert [cdr.uuid for cdr in Cdrs(sqlite_url).list(CdrFilter()).cdrs] == ["c1"]


@pytest.fixture
def disk() -> Iterator[Callable[[int], None]]:
    """Fills the disk, as far as this process can tell: no file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_keeps_records_in_memory_until_there_is_room(
    sqlite_url: str, start: Start, a_call: Call, watch: Stopwatch, disk: Callable[[int], None]
) -> None:
    calls = [a_call(f"c{n}") for n in range(50)]
    writer = start(sqlite_url)
    record(writer, *calls[:10])
    disk(1)
    record(writer, *calls[10:45])
    assert writer.keeping.problem
    assert writer.keeping.held == sum(map(len, calls[10:45]))
    disk(resource.RLIM_INFINITY)
    record(writer, *calls[45:])
    come_back(writer, watch)
    stored = {cdr.uuid: cdr for cdr in Cdrs(sqlite_url).list(CdrFilter(), limit=100).cdrs}
    assert stored == {call[0].call: fold(call)[0] for call in calls}
    assert (writer.keeping.held, writer.keeping.lost) == (0, 0)


def test_a_server_that_is_restarted_misses_nothing(
    request: pytest.FixtureRequest, postgresql_url: str, start: Start, a_call: Call, watch: Stopwatch
) -> None:
    cluster = request.getfixturevalue("cluster")
    calls = [a_call(f"c{n}") for n in range(4)]
    writer = start(postgresql_url)
    record(writer, calls[0], calls[1][:3])
    cluster.stop()
    try:
        record(writer, calls[1][3:], calls[2])
        assert writer.keeping.problem
    finally:
        cluster.start()
    come_back(writer, watch)
    record(writer, calls[3])
    stored = {cdr.uuid: cdr for cdr in Cdrs(postgresql_url).list(CdrFilter()).cdrs}
    assert stored == {call[0].call: fold(call)[0] for call in calls}


VICTIM = """
from gevent import monkey; monkey.patch_all()
import sys, pathlib
from fsapp.domain.events import Event
from fsapp.store.writer import Writer
writer = Writer(sys.argv[1], pathlib.Path(sys.argv[2]), busy_wait=0.01, batch_seconds=0.001)
first = int(sys.argv[3])
for n in range(first, first + 100_000):
    for seq, kind in enumerate(("CallArrived", "StepFinished", "CallHungUp")):
        writer.record(Event(f"c{n}", seq, 1000 * n + seq, kind, {}))
    if n % 5 == 0:
        writer.flush()
        print(n, flush=True)
"""


@pytest.mark.parametrize("locked", [False, True], ids=["database", "spool"])
def test_whatever_was_flushed_survives_a_kill(
    locked: bool, sqlite_url: str, start: Start, tmp_path: Path, lock: Callable[[], sqlite3.Connection]
) -> None:
    flushed, begun = [], 0
    for lines in (1, 7, 23):
        other = lock() if locked else None
        victim = subprocess.Popen(
            [sys.executable, "-c", VICTIM, sqlite_url, tmp_path / "spool", str(begun)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert victim.stdout is not None
        last = [int(victim.stdout.readline()) for _ in range(lines)][-1]
        victim.kill()
        victim.communicate(timeout=10)
        flushed += [f"c{n}" for n in range(begun, last + 1)]
        begun = last + 1000
        if other:
            other.close()
    writer = start(sqlite_url)
    writer.close_orphans((), now=0)
    complete = [cdr.uuid for cdr in Cdrs(sqlite_url).list(CdrFilter(), limit=10_000).cdrs if cdr.complete]
    assert set(flushed) <= set(complete)
    assert len(complete) == len(set(complete))
