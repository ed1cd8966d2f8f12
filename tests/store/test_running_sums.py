"""The tables of sums are what the records say, in whatever order these come, twice or late, or replace others."""

import importlib.util
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from peewee import Model
from playhouse.schema_diff import diff_models

from fsapp.domain.events import Event, Kind
from fsapp.domain.rollups import CALLS, FAMILIES
from fsapp.store import database
from fsapp.store.journal import Journal
from fsapp.store.keeper import Keeper
from fsapp.store.legal_holds import LegalHoldRow
from fsapp.store.rollup_models import ROLLUPS, LastStateRow
from fsapp.store.seals import JournalSealRow
from fsapp.store.spool import Spool
from tests.store import busy_days
from tests.store.sums_oracle import expected, kept, rows


def deliver(random: Random, journal: Journal, events: list[Event]) -> None:
    """In any order, some of them twice, in batches of any size."""
    sent = events + random.sample(events, len(events) // 4)
    random.shuffle(sent)
    while sent:
        size = random.choice((1, 2, 7, 40))
        journal.append(sent[:size])
        del sent[:size]


@pytest.mark.parametrize("seed", range(12))
def test_sums_are_those_of_the_records_whatever_the_order(url: str, seed: int) -> None:
    random = Random(seed)
    journal = Journal(url)
    deliver(random, journal, busy_days.events(random))
    journal.close()
    assert kept(url) == expected(url)
    assert all(kept(url)[family.table] for family in FAMILIES)


@pytest.mark.parametrize("seed", range(3))
def test_sums_are_right_after_each_single_event(sqlite_url: str, seed: int) -> None:
    random = Random(100 + seed)
    journal = Journal(sqlite_url)
    events = busy_days.events(random, calls=6, records=6)
    random.shuffle(events)
    for event in events:
        journal.append([event])
        assert kept(sqlite_url) == expected(sqlite_url)
    journal.close()


def test_a_replayed_spool_adds_what_it_brings_and_no_more(sqlite_url: str, tmp_path: Path) -> None:
    random = Random(7)
    events = busy_days.events(random)
    spool = Spool(tmp_path / "spool", file_bytes=2000)
    spool.append(events[::2])
    spool.append(events[::3])
    keeper = Keeper(Journal(sqlite_url), spool, iter(range(10_000)).__next__)
    keeper.keep(events[::5])
    while keeper.keep(()).problem:
        pass
    keeper.keep(events)
    keeper.close()
    assert kept(sqlite_url) == expected(sqlite_url)


def test_a_call_whose_record_is_replaced_counts_once_where_it_belongs_now(url: str) -> None:
    arrived = Event("u1", 0, busy_days.T0, Kind.CALL_ARRIVED, {"ani": "139", "dnis": "95598"})
    ended = [
        Event("u1", seq, busy_days.T0 + seq, Kind.CALL_HUNG_UP, {"cause": cause, "party": "engine"})
        for seq, cause in ((1, "handed_back"), (2, "NORMAL_CLEARING"))
    ]
    journal = Journal(url)
    journal.append([arrived, ended[0]])
    assert {key[-1] for key in kept(url)[CALLS.table]} == {"handed_back", ""}
    journal.append([ended[1]])
    journal.close()
    assert {key[-1] for key in kept(url)[CALLS.table]} == {"NORMAL_CLEARING", ""}
    assert kept(url) == expected(url)


def test_the_latest_state_of_an_agent_is_known_whatever_the_order(url: str) -> None:
    random = Random(3)
    journal = Journal(url)
    deliver(random, journal, busy_days.events(random))
    journal.close()
    latest: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows(url, "agent_time"):
        key = row["run"], row["agent"]
        latest[key] = max(latest.get(key, (0, 0)), (row["until"], row["seq"]))
    assert {(row["run"], row["agent"]): (row["until"], row["seq"]) for row in rows(url, "last_state")} == latest


def _migration() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rollups", database.MIGRATIONS / "0006_rollups.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_records_from_before_the_tables_are_summed_up_when_they_are_made(url: str) -> None:
    random = Random(5)
    journal = Journal(url)
    deliver(random, journal, busy_days.events(random, spool=False))
    journal.close()
    before = expected(url)
    states = rows(url, "last_state")
    connected = database.open(url)
    with connected.connection_context(), connected.atomic():
        migration = _migration()
        for name, source, keys, in_total, sums, most in migration.FILLS:
            database.execute(connected, f"DELETE FROM {name}")  # noqa: S608 -- a table of ours
            if source:
                migration.fill(connected, name, source, keys, in_total, sums, most)
        database.execute(connected, "DELETE FROM last_state")
        migration._execute(connected, migration._LAST_STATES)
    made = kept(url)
    del before["rollup_hold"], made["rollup_hold"]
    legs_of_talks = {key for key in before["rollup_leg"] if "talk" in key}
    assert legs_of_talks
    for key in legs_of_talks:  # nor had runs any legs
        del before["rollup_leg"][key]
    assert made == before
    key = ("run", "agent")
    assert sorted(rows(url, "last_state"), key=lambda row: [row[name] for name in key]) == sorted(
        states, key=lambda row: [row[name] for name in key]
    )


def test_the_models_of_sums_are_the_schema_that_the_migration_makes(url: str) -> None:
    connected = database.open(url)
    with connected.connection_context():
        database.upgrade(connected)
        tables: list[type[Model]] = [LastStateRow, JournalSealRow, LegalHoldRow, *ROLLUPS.values()]
        with connected.bind_ctx(tables):
            assert str(diff_models(connected, tables)) == ""
