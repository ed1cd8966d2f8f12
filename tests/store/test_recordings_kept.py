"""The table of recordings: what events make of it, in whatever order and however often they come."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from playhouse.schema_diff import diff_models

from fsapp.domain.events import Event, Kind
from fsapp.domain.recording import STILL
from fsapp.store import database
from fsapp.store.journal import Journal
from fsapp.store.recording_rows import RecordingRow, RecordRuleRow
from fsapp.store.recordings import RecordingFilter, Recordings
from tests.store.conftest import T0

RUN = "acd:r1"
HERE: dict[str, Any] = {
    "recording": "rec1",
    "call": "u1",
    "contact": "u1/1",
    "queue": "service",
    "caller": "13800138000",
    "called": "95598",
    "path": "2026-11-24/service/rec1.wav",
    "by": "rule",
    "agent": "1001",
    "agents": ["1001"],
    "legs": ["u1", "l1"],
    "started_at": T0,
}
MORE = {"ms": 5000, "size": 160_044, "sha256": "ab" * 32, "masked": [[1000, 2000]], "why": "the talk was over"}
STARTED = Event(RUN, 0, T0, Kind.RECORDING_STARTED, HERE)
SAVED = Event(RUN, 1, T0 + 5000, Kind.RECORDING_SAVED, HERE | MORE | {"agents": ["1001", "1002"]})
TICKET = Event(RUN, 2, T0 + 6000, Kind.AGENT_ACTED, {"agent": "1001", "what": "ticket", "by": "1001", "call": "u1", "value": "77"})  # fmt: skip # noqa: E501


def kept(url: str, *batches: tuple[Event, ...]) -> Recordings:
    journal = Journal(url)
    for batch in batches:
        journal.append(batch)
    journal.close()
    return Recordings(url)


def test_the_model_is_the_table_that_the_migration_makes(url: str) -> None:
    with database.open(url) as connected:
        database.upgrade(connected)
        assert str(diff_models(connected, [RecordingRow, RecordRuleRow])) == ""


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("order", list(permutations((STARTED, SAVED))))
def test_a_recording_ends_as_it_was_saved_whatever_comes_first(url: str, order: tuple[Event, ...], split: bool) -> None:
    batches = tuple((each,) for each in order) if split else (order,)
    (found,) = kept(url, *batches, order).find(RecordingFilter())
    assert (found.state, found.ms, found.sha256, found.ended_at) == ("saved", 5000, "ab" * 32, T0 + 5000)
    assert (found.agents, found.legs, found.masked) == (("1001", "1002"), ("u1", "l1"), ((1000, 2000),))


def masked(seq: int, *spans: list[int]) -> Event:
    kind = Kind.RECORDING_MASKED if spans[-1][1] == STILL else Kind.RECORDING_UNMASKED
    return Event(RUN, seq, T0 + seq, kind, HERE | {"by": "1001", "after_ms": 0, "masked": [*spans]})


@pytest.mark.parametrize("split", [True, False])
def test_silent_parts_stand_in_the_row_while_it_is_recorded(url: str, split: bool) -> None:
    events = (STARTED, masked(7, [1000, STILL]), masked(8, [1000, 2000]), masked(9, [1000, 2000], [3000, STILL]))
    recordings = kept(url, *(tuple((each,) for each in events) if split else (events,)))
    (found,) = recordings.find(RecordingFilter())
    assert (found.state, found.masked) == ("open", ((1000, 2000), (3000, STILL)))
    (found,) = kept(url, (STARTED,)).find(RecordingFilter())
    assert len(found.masked) == 2
    (found,) = kept(url, (SAVED, *events)).find(RecordingFilter())
    assert (found.state, found.masked) == ("saved", ((1000, 2000),))


def test_what_an_older_engine_told_of_a_silence_has_no_spans(url: str) -> None:
    old = Event(RUN, 3, T0, Kind.RECORDING_MASKED, HERE | {"by": "1001", "after_ms": 0})
    (found,) = kept(url, (STARTED, old)).find(RecordingFilter())
    assert found.masked == ()


def test_what_queues_say_of_recording_is_kept_once(url: str) -> None:
    rules = Event(RUN, 4, T0, Kind.RECORD_RULES_LOADED, {"rules": {"service": "always", "sales": "never"}})
    later = Event(RUN, 5, T0 + 9, Kind.RECORD_RULES_LOADED, {"rules": {"service": "on_demand"}})
    recordings = kept(url, (rules,), (rules, later))
    assert recordings.rules() == {
        "service": [(T0, "always"), (T0 + 9, "on_demand")],
        "sales": [(T0, "never")],
    }


def test_a_compressed_file_stays_with_the_recording(url: str) -> None:
    recordings = kept(url, (STARTED, SAVED))
    assert recordings.packed("rec1", "a.opus", 7, "cd" * 32)
    (found,) = kept(url, (STARTED, SAVED)).find(RecordingFilter())
    assert (found.packed_path, found.packed_size, found.packed_sha256) == ("a.opus", 7, "cd" * 32)
    assert sorted(recordings.paths()) == [found.path, "a.opus"]
    recordings.hold("rec1", "case 12")
    assert not recordings.packed("rec1", "b.opus", 7, "")


@pytest.mark.parametrize("batches", [((STARTED, TICKET), (SAVED,)), ((STARTED, SAVED, TICKET),)])
def test_a_ticket_stays_with_the_recording(url: str, batches: tuple[tuple[Event, ...], ...]) -> None:
    (found,) = kept(url, *batches).find(RecordingFilter(ticket="77"))
    assert (found.ticket, found.state) == ("77", "saved")


def test_what_is_deleted_stays_so_when_its_events_come_again(url: str) -> None:
    recordings = kept(url, (STARTED, SAVED))
    assert recordings.deleted("rec1", T0 + 9, "request 7")
    (found,) = kept(url, (STARTED, SAVED)).find(RecordingFilter())
    assert (found.state, found.deleted_why) == ("deleted", "request 7")


def test_what_is_held_cannot_be_deleted(url: str) -> None:
    recordings = kept(url, (STARTED, SAVED))
    recordings.hold("rec1", "case 12")
    assert not recordings.deleted("rec1", T0, "old")
    recordings.hold("rec1", "")
    assert recordings.deleted("rec1", T0, "old")


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (RecordingFilter(number="13800138000"), 2),
        (RecordingFilter(number="95598"), 2),
        (RecordingFilter(number="1"), 0),
        (RecordingFilter(agent="1002"), 2),
        (RecordingFilter(queue="sales"), 0),
        (RecordingFilter(since=T0 + 1), 1),
        (RecordingFilter(until=T0 + 1), 1),
        (RecordingFilter(state="open"), 0),
    ],
)
def test_recordings_are_found(url: str, wanted: RecordingFilter, count: int) -> None:
    later = replace(SAVED, seq=5, fields={**SAVED.fields, "recording": "rec2", "started_at": T0 + 100})
    assert len(kept(url, (STARTED, SAVED, later)).find(wanted)) == count


def test_a_recording_is_shown_by_the_beginning_of_its_id_where_that_is_enough(url: str) -> None:
    later = replace(SAVED, seq=5, fields={**SAVED.fields, "recording": "rec2"})
    recordings = kept(url, (STARTED, SAVED, later))
    assert recordings.show("rec") is None
    assert recordings.show("rec2") is not None
