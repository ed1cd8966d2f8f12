"""The table of recordings: what events make of it, in whatever order and however often they come."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from playhouse.schema_diff import diff_models

from fsapp.domain.events import Event, Kind
from fsapp.store import database
from fsapp.store.journal import Journal
from fsapp.store.recording_rows import RecordingRow
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
        assert str(diff_models(connected, [RecordingRow])) == ""


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("order", list(permutations((STARTED, SAVED))))
def test_a_recording_ends_as_it_was_saved_whatever_comes_first(url: str, order: tuple[Event, ...], split: bool) -> None:
    batches = tuple((each,) for each in order) if split else (order,)
    (found,) = kept(url, *batches, order).find(RecordingFilter())
    assert (found.state, found.ms, found.sha256, found.ended_at) == ("saved", 5000, "ab" * 32, T0 + 5000)
    assert (found.agents, found.legs, found.masked) == (("1001", "1002"), ("u1", "l1"), ((1000, 2000),))


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
