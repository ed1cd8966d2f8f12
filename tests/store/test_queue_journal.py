"""Events of queues and agents in the journal: their lines and records, once each, and none of a call's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from peewee import Model
from playhouse.schema_diff import diff_models

from fsapp.domain.events import Event, Kind
from fsapp.store import database
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.journal import Journal, Refused
from fsapp.store.keeper import Keeper
from fsapp.store.queue_models import TABLES, LogRow
from fsapp.store.spool import Spool

T0 = 1_790_000_000_000

_HERE = {"contact": "u1/2", "call": "u1", "queue": "service"}

CASES: tuple[tuple[Kind, dict[str, Any], str, dict[str, Any]], ...] = (
    (
        Kind.CONTACT_ENDED,
        _HERE | {"end": "answered", "waited_ms": 1500, "within": True, "agent": "1001"},
        "contact",
        {"queued_at": T0 - 1500, "ended_at": T0, "end": "answered", "within": True, "agent": "1001", "contact": "u1/2"},
    ),
    (
        Kind.OFFER_ENDED,
        _HERE | {"offer": "o7", "agent": "1001", "made_at": T0 - 900, "end": "rejected", "cause": "busy"},
        "offer",
        {"id": "o7", "made_at": T0 - 900, "ended_at": T0, "end": "rejected", "cause": "busy", "call": "u1"},
    ),
    (
        Kind.TALK_ENDED,
        _HERE | {"agent": "1001", "started_at": T0 - 60_000},
        "talk",
        {"started_at": T0 - 60_000, "ended_at": T0, "agent": "1001", "queue": "service"},
    ),
    (
        Kind.AGENT_STATE_ENDED,
        {
            "agent": "1001",
            "state": "on_break",
            "reason": "lunch",
            "since": T0 - 5,
            "followed_by": "available",
            "because": "",
        },
        "agent_time",
        {"agent": "1001", "state": "on_break", "reason": "lunch", "since": T0 - 5, "until": T0},
    ),
    (
        Kind.AGENT_ACTED,
        _HERE | {"agent": "1001", "what": "held", "by": "1001", "started_at": T0 - 7000},
        "hold",
        {"started_at": T0 - 7000, "ended_at": T0, "agent": "1001", "queue": "service", "contact": "u1/2"},
    ),
    (
        Kind.WAIT_PROMISED,
        _HERE
        | {"expected_ms": 60_000, "low_ms": 30_000, "high_ms": 90_000, "spoken": True, "held": None}
        | {"actual_ms": None, "mean_wait_ms": 50_000, "smoothed_wait_ms": None},
        "promise",
        {"low_ms": 30_000, "spoken": True, "held": None, "actual_ms": None, "mean_wait_ms": 50_000, "at": T0},
    ),
)


def found(url: str, table: str) -> list[dict[str, Any]]:
    connected = database.open(url, read_only=True)
    with connected.connection_context():
        cursor = database.execute(connected, f"SELECT * FROM {table}")  # noqa: S608 -- a table of ours
        return [dict(zip([each[0] for each in cursor.description], row, strict=True)) for row in cursor.fetchall()]


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    return {table: found(url, table) for table in ("event", "open_call", "cdr", "queue_log", *RECORDS)}


RECORDS = tuple(model._meta.table_name for model in TABLES.values())


@pytest.mark.parametrize(("kind", "fields", "table", "expected"), CASES, ids=[case[2] for case in CASES])
def test_an_event_has_its_line_and_its_record(
    url: str, kind: Kind, fields: dict[str, Any], table: str, expected: dict[str, Any]
) -> None:
    journal = Journal(url)
    journal.append([Event("acd:r1", 0, T0, kind, fields)])
    journal.close()
    (line,) = found(url, "queue_log")
    here = {name: fields.get(name, "") for name in ("queue", "contact", "call", "agent")}
    assert line == {"run": "acd:r1", "seq": 0, "at": T0, "kind": kind, **here}
    (row,) = found(url, table)
    assert row == row | expected | {"run": "acd:r1", "seq": 0}
    assert [name for name in RECORDS if found(url, name)] == [table]
    assert (found(url, "open_call"), found(url, "cdr")) == ([], [])


@pytest.mark.parametrize("kind", [Kind.CONTACT_QUEUED, Kind.DISPATCH_DECIDED, Kind.AGENT_ACTED, Kind.DESK_REPAIRED])
def test_other_events_have_a_line_only(sqlite_url: str, kind: Kind) -> None:
    journal = Journal(sqlite_url)
    journal.append([Event("acd:r1", 3, T0, kind, {"agent": "1001", "what": "sign_in"})])
    journal.close()
    assert [line["kind"] for line in found(sqlite_url, "queue_log")] == [kind]
    assert not any(found(sqlite_url, name) for name in RECORDS)


def run_of(run: str = "acd:r1") -> list[Event]:
    return [Event(run, seq, T0 + seq, kind, fields) for seq, (kind, fields, _, _) in enumerate(CASES)]


def test_events_that_come_twice_change_nothing(url: str) -> None:
    journal = Journal(url)
    journal.append(run_of())
    before = everything(url)
    journal.append(run_of())
    journal.append([*run_of()[2:], *run_of()])
    journal.close()
    assert everything(url) == before
    assert len(before["queue_log"]) == len(CASES)


def test_two_runs_have_records_of_their_own(sqlite_url: str) -> None:
    journal = Journal(sqlite_url)
    journal.append([*run_of("acd:r1"), *run_of("acd:r2")])
    journal.close()
    assert all(len(found(sqlite_url, name)) == 2 for name in RECORDS)


def test_a_run_is_no_call(url: str, a_call: Callable[..., list[Event]]) -> None:
    journal = Journal(url)
    calls = [a_call("c1"), a_call("c2", ended=False)]
    for events in zip(calls[0], run_of(), strict=False):
        journal.append(events)
    journal.append(calls[0])
    journal.append(calls[1])
    assert [event.call for event in journal.inferred_ends((), T0)] == ["c2"]
    journal.close()
    assert [cdr.uuid for cdr in Cdrs(url).list(CdrFilter()).cdrs] == ["c1"]


def test_an_event_without_a_field_is_put_aside_and_the_others_go_in(sqlite_url: str, tmp_path: Path) -> None:
    keeper = Keeper(Journal(sqlite_url), Spool(tmp_path / "spool"), lambda: 0.0)
    broken = Event("acd:r1", 99, T0, Kind.TALK_ENDED, {"agent": "1001"})
    standing = keeper.keep([*run_of(), broken])
    keeper.close()
    assert (standing.rejected, standing.problem) == (1, "")
    assert len(found(sqlite_url, "queue_log")) == len(CASES)


def test_what_no_database_takes_is_refused_whole(sqlite_url: str) -> None:
    journal = Journal(sqlite_url)
    fields = {"agent": "1001", "state": "talking", "reason": "", "since": 2**80, "followed_by": "", "because": ""}
    with pytest.raises((Refused, OverflowError)):
        journal.append([Event("acd:r1", 0, T0, Kind.AGENT_STATE_ENDED, fields)])
    journal.close()
    assert found(sqlite_url, "event") == []


def test_events_go_through_the_spool_as_any(sqlite_url: str, tmp_path: Path) -> None:
    obstacle = tmp_path / "calls.db"
    obstacle.mkdir()
    keeper = Keeper(Journal(sqlite_url), Spool(tmp_path / "spool"), iter(range(10_000)).__next__)
    assert keeper.keep(run_of()).spooled == len(CASES)
    obstacle.rmdir()
    while keeper.keep(()).problem:
        pass
    keeper.close()
    straight = Journal(f"sqlite:///{tmp_path}/straight.db")
    straight.append(run_of())
    straight.close()
    assert everything(sqlite_url) == everything(f"sqlite:///{tmp_path}/straight.db")


def test_the_models_of_queues_are_the_schema_that_the_migrations_make(url: str) -> None:
    connected = database.open(url)
    with connected.connection_context():
        database.upgrade(connected)
        tables: list[type[Model]] = [LogRow, *TABLES.values()]
        with connected.bind_ctx(tables):
            assert str(diff_models(connected, tables)) == ""
