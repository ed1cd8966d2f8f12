"""A PostgreSQL that takes what is sent and never answers: a frozen server, a firewall that forgot the connection."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from fsapp.domain.cdr import fold
from fsapp.domain.errors import LookupFailed, StoreError
from fsapp.domain.events import Event
from fsapp.store import answering
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.sql_source import SqlSource
from fsapp.store.writer import Writer
from tests.store.conftest import Cluster
from tests.store.silent_wire import SilentWire

LIMIT = 0.5
HUB_SECONDS = 0.25


@pytest.fixture
def wire(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SilentWire, Path]]:
    monkeypatch.setattr(answering, "patience", lambda _statement_limit: LIMIT)
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name:
        made = SilentWire(Path(name), cluster.folder)
        yield made, Path(name)
        made.close()


@pytest.fixture
def url(wire: tuple[SilentWire, Path], postgresql_url: str) -> str:
    """A database behind the wire."""
    own = postgresql_url.partition("?host=")[2].partition("&")[0]
    return postgresql_url.replace(own, str(wire[1]))


def longest_pause(seconds: float) -> float:
    """How long the hub did nothing else at most, in so many seconds."""
    worst, limit = 0.0, time.monotonic() + seconds
    while (now := time.monotonic()) < limit:
        gevent.sleep(0.01)
        worst = max(worst, time.monotonic() - now)
    return worst


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    with gevent.Timeout(seconds):
        while not condition():
            gevent.sleep(0.01)


def test_events_go_to_the_spool_and_come_back_and_the_hub_never_waits(
    wire: tuple[SilentWire, Path], url: str, tmp_path: Path, a_call: Callable[..., list[Event]]
) -> None:
    calls = [a_call(f"c{number}") for number in range(6)]
    writer = Writer(url, tmp_path / "spool", batch_seconds=0.001)
    try:
        for event in calls[0]:
            writer.record(event)
        assert writer.flush(20)
        wire[0].silent = True
        for call in calls[1:]:
            for event in call:
                writer.record(event)
        assert longest_pause(4 * LIMIT) < HUB_SECONDS
        until(lambda: writer.keeping.spooled and not writer.backlog)
        assert "no answer" in writer.keeping.problem
        wire[0].silent = False
        until(lambda: not writer.keeping.problem)
    finally:
        writer.close()
    stored = {cdr.uuid: cdr for cdr in Cdrs(url).list(CdrFilter(), limit=100).cdrs}
    assert stored == {call[0].call: fold(call)[0] for call in calls}


def test_who_reads_is_told_in_time(wire: tuple[SilentWire, Path], url: str, tmp_path: Path) -> None:
    Writer(url, tmp_path / "spool").close()
    cdrs = Cdrs(url)
    wire[0].silent = True
    began = time.monotonic()
    with pytest.raises(StoreError):
        gevent.get_hub().threadpool.apply(_listed, (cdrs,))()
    assert time.monotonic() - began < 4.0  # connecting may take two seconds


def _listed(cdrs: Cdrs) -> Callable[[], object]:
    """As a value: gevent prints what a thread raises."""
    try:
        found = cdrs.list(CdrFilter())
    except StoreError as error:
        return _raiser(error)
    return lambda: found


def _raiser(error: StoreError) -> Callable[[], object]:
    def again() -> object:
        raise error

    return again


def test_a_look_up_fails_in_its_own_time_and_leaves_no_thread_behind(wire: tuple[SilentWire, Path], url: str) -> None:
    source = SqlSource(url, "SELECT 1 AS one WHERE :who = 'x'", timeout=LIMIT)
    assert source.find({"who": "x"}) == {"one": 1}
    wire[0].silent = True
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(LookupFailed):
            source.find({"who": "x"})
    assert time.monotonic() - began < 3 * 4.0
    wire[0].silent = False
    until(lambda: _found(source))
    source.close()


def _found(source: SqlSource) -> bool:
    try:
        return source.find({"who": "x"}) == {"one": 1}
    except LookupFailed:
        return False
