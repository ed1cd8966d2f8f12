"""The spool: what was appended is there after any crash, in order, and nothing else is."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsapp.domain.events import Event
from fsapp.store.spool import Spool


def events(first: int, last: int) -> list[Event]:
    return [Event("c1", seq, 1000 + seq, "StepFinished", {"said": "您好\n", "n": seq}) for seq in range(first, last)]


def replay(spool: Spool) -> list[Event]:
    """Empties the spool as a keeper does."""
    found: list[Event] = []
    while (spooled := spool.oldest()) is not None:
        found.extend(spooled.events)
        spool.remove(spooled)
    return found


def test_events_come_back_in_order_and_then_are_gone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(events(0, 3))
    spool.append(events(3, 5))
    assert spool.size > 0
    assert replay(spool) == events(0, 5)
    assert (spool.size, spool.files()) == (0, [])


def test_an_empty_batch_makes_no_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append([])
    assert spool.files() == []


def test_files_are_rotated(tmp_path: Path) -> None:
    spool = Spool(tmp_path, file_bytes=150)
    for seq in range(10):
        spool.append(events(seq, seq + 1))
    assert len(spool.files()) == 4
    assert replay(spool) == events(0, 10)


def test_events_that_come_during_a_replay_go_into_another_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(events(0, 2))
    first = spool.oldest()
    spool.append(events(2, 3))
    assert first is not None
    spool.remove(first)
    assert replay(spool) == events(2, 3)


def test_the_next_engine_finds_what_the_last_one_left_and_writes_behind_it(tmp_path: Path) -> None:
    Spool(tmp_path).append(events(0, 2))
    spool = Spool(tmp_path)
    spool.append(events(2, 4))
    assert replay(spool) == events(0, 4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_cut_anywhere_gives_its_whole_lines_and_counts_the_torn_one(tmp_path: Path, data: st.DataObject) -> None:
    spool = Spool(tmp_path)
    for left in spool.files():
        left.unlink()
    spool.append(events(0, 4))
    (file,) = spool.files()
    content = file.read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    file.write_bytes(content[:cut])
    spooled = Spool(tmp_path).oldest()
    assert spooled is not None
    whole = content[:cut].count(b"\n")
    in_the_last_line = content[:cut].rpartition(b"\n")[2]
    complete = content[cut : cut + 1] == b"\n" and bool(in_the_last_line)
    assert spooled.events == tuple(events(0, whole + complete))
    assert spooled.torn == (bool(in_the_last_line) and not complete)


@pytest.fixture
def small_disk() -> Iterator[int]:
    """No file may grow beyond so many bytes: writes stop short, as on a full disk."""
    limit = 700
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_keeps_all_or_nothing_of_a_batch(tmp_path: Path, small_disk: int) -> None:
    spool = Spool(tmp_path)
    spool.append(events(0, 5))
    with pytest.raises(OSError, match="too large"):
        spool.append(events(5, 20))
    assert replay(Spool(tmp_path)) == events(0, 5)


def test_a_spool_file_that_somebody_removed_is_begun_anew(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(events(0, 1))
    spool.files()[0].unlink()
    with pytest.raises(OSError, match="No such file"):
        spool.append(events(1, 2))
    spool.append(events(1, 2))
    assert replay(spool) == events(1, 2)


def test_whatever_an_event_carries_can_be_spooled(tmp_path: Path) -> None:
    odd = Event("c\ud800", 0, 5, "K\0", {"name": "a\ud800b", "big": 2**70, "what": {1: object}})
    spool = Spool(tmp_path)
    spool.append([odd])
    (event,) = replay(spool)
    assert (event.call, event.kind, event.fields["name"], event.fields["big"]) == ("c?", "K\ufffd", "a?b", 2**70)


def test_refused_events_are_put_aside_for_a_person(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.reject(events(0, 1))
    spool.reject(events(1, 2))
    assert (tmp_path / "spool" / "rejected.jsonl").read_text().count("\n") == 2
    assert spool.oldest() is None
