"""FreeSWITCH's own records as they are read: real files (1.11.1), and files that are none."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.periods import Period
from fsapp.domain.records import SPOOL_SEQ
from fsapp.domain.switch_legs import call_events, leg_event
from fsapp.server.switch_cdrs import LONGEST, NoRecord, files, legs, read
from tests.server import switch_records

CAPTURES = Path(__file__).with_name("captures")
CALLER = "9b308ed4-9a61-4eec-b249-9357f7da2f33"


def test_the_leg_of_a_caller_whom_a_queue_served() -> None:
    leg = read(CAPTURES / "caller.cdr.json")
    assert (leg.uuid, leg.call, leg.is_caller) == (CALLER, CALLER, True)
    assert (leg.ani, leg.number, leg.context) == ("13856732800", "7001", "trunks")  # and not where it waited
    assert leg.answered_at is not None
    assert leg.started_at < leg.answered_at < leg.ended_at
    assert leg.billable_ms == pytest.approx(leg.ended_at - leg.answered_at, abs=50)
    assert (leg.cause, leg.read_codec) == ("NORMAL_CLEARING", "PCMA")


def test_the_leg_of_an_agents_phone_names_its_call() -> None:
    leg = read(CAPTURES / "agent_leg.cdr.json")
    assert (leg.is_caller, leg.call, leg.number, leg.partner) == (False, CALLER, "2091", CALLER)


def test_a_leg_that_nobody_answered_is_no_caller_though_its_file_says_so() -> None:
    """FreeSWITCH calls it `a_…`: it had no other side."""
    leg = read(CAPTURES / "unanswered_leg.cdr.json")
    assert (leg.is_caller, leg.call, leg.number) == (False, "5d4abd74-65be-4911-abdc-5b37c08c2fa9", "2091")
    assert (leg.answered_at, leg.billable_ms) == (None, 0)


def test_a_leg_that_a_flow_dialled_belongs_to_the_caller_who_had_it_dialled(tmp_path: Path) -> None:
    switch_records.write(tmp_path, switch_records.placed("b", 1000, call="u1", marked=False))
    assert read(tmp_path / "b.cdr.json").call == "u1"
    switch_records.write(tmp_path, switch_records.placed("c", 1000))
    assert read(tmp_path / "c.cdr.json").call == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"variables": {}}',
        b'{"variables": {"uuid": "x", "start_uepoch": "noon"}, "callflow": [{"caller_profile": {}}]}',
        b'{"variables": [], "callflow": [[]]}',
        "{}".encode("utf-16"),
    ],
)
def test_a_file_that_is_no_record_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.cdr.json"
    file.write_bytes(content)
    with pytest.raises(NoRecord, match=r"x\.cdr\.json is no record of a leg"):
        read(file)


@given(st.integers(0, 18_000))
def test_a_file_that_was_cut_anywhere_is_a_sentence(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    file = tmp_path_factory.mktemp("cut") / "x.cdr.json"
    file.write_bytes((CAPTURES / "caller.cdr.json").read_bytes()[:length])
    with pytest.raises(NoRecord):
        read(file)


def test_a_file_that_is_not_there_or_much_too_large_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoRecord, match="cannot be read: No such file"):
        read(tmp_path / "x.cdr.json")
    large = tmp_path / "y.cdr.json"
    with large.open("wb") as stream:
        stream.truncate(10**9)
    with pytest.raises(NoRecord, match="too large"):
        read(large)


def test_only_files_that_may_be_of_a_period_are_opened(tmp_path: Path) -> None:
    hour = 3_600_000
    for name, written in (
        ("before", -1),
        ("in", 5),
        ("after", 24 * hour + LONGEST - 1000),
        ("later", 24 * hour + LONGEST),
    ):
        file = tmp_path / f"{name}.cdr.json"
        file.touch()
        os.utime(file, (written / 1000 + 10**9, written / 1000 + 10**9))
    found = files(tmp_path, Period(10**12, 10**12 + 24 * hour))
    assert [file.name for file in found] == ["after.cdr.json", "in.cdr.json"]


def test_every_file_is_told_of_and_progress_is_shown(tmp_path: Path) -> None:
    switch_records.write(tmp_path, switch_records.caller("u1", 1000))
    (tmp_path / "x.cdr.json").write_text("{")
    seen: list[tuple[int, int]] = []
    told = list(legs(files(tmp_path), lambda done, total: seen.append((done, total))))
    assert [isinstance(each, NoRecord) for each in told] == [False, True]
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_what_the_switch_told_becomes_events_beyond_all_that_an_engine_counts() -> None:
    leg = read(CAPTURES / "caller.cdr.json")
    events = call_events(leg)
    assert [event.kind for event in events] == ["CallArrived", "CallAnswered", "CallHungUp"]
    assert [event.seq for event in events] == [SPOOL_SEQ, SPOOL_SEQ + 1, SPOOL_SEQ + 2]
    assert all(event.fields["source"] == "spool" and event.call == CALLER for event in events)
    added = leg_event(read(CAPTURES / "agent_leg.cdr.json"), 1)
    assert (added.call, added.fields["end"], added.seq > events[-1].seq) == (CALLER, "answered", True)
