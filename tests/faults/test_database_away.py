"""The database is locked, full, read-only, broken, or fails here and there: no call notices, no record is lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from gevent.pool import Pool

from fsapp.store import keeper
from tests.faults.checker import Undisturbed, violations
from tests.faults.counted import counted
from tests.faults.cutting import ANSWERS, FLOW
from tests.faults.fuses import Fuse, database_fuses, take_out
from tests.faults.house import House, Plot, stored, until
from tests.faults.people import Customer

ROOT = Path(__file__).parents[2]
Build = Callable[[Plot], House]


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away is tried again soon."""
    monkeypatch.setattr(keeper, "FIRST_RETRY", 0.01)
    monkeypatch.setattr(keeper, "LAST_RETRY", 0.05)


def served(house: House) -> Customer:
    """A customer who was served to the end."""
    customer = Customer(ANSWERS)
    house.call(customer)
    assert house.wait(), house.busy()
    assert (customer.prompts[-1], customer.cause, len(customer.talks)) == ("goodbye", "NORMAL_CLEARING", 1)
    return customer


def well_again(house: House) -> list[str]:
    """Once the database is back: what is wrong."""
    assert until(lambda: not house.engine.writer.keeping.problem), house.engine.writer.keeping
    assert house.engine.writer.flush(10)
    return violations(house.evidence(silence_seconds=100.0))


def test_a_database_that_somebody_locks_costs_no_record_and_holds_up_no_call(build: Build) -> None:
    house = build(Plot(FLOW))
    with closing(sqlite3.connect(house.folder / "fsapp.db", isolation_level=None)) as another:
        another.execute("BEGIN EXCLUSIVE")
        served(house)
        assert "locked" in house.engine.writer.keeping.problem
        another.execute("ROLLBACK")
    assert well_again(house) == []


def test_an_engine_starts_with_a_broken_database_and_serves(build: Build, tmp_path: Path, template: Path) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(b"this is no database" * 1000)
    plot = Plot(FLOW)
    house = House(tmp_path / "house", plot, file)
    house.open()
    served(house)
    assert "not a database" in house.engine.writer.keeping.problem
    shutil.copy(template, file.with_suffix(".new"))
    file.with_suffix(".new").replace(house.folder / "fsapp.db")
    assert well_again(house) == []
    house.close()


def test_no_event_that_the_database_refuses_takes_others_with_it(build: Build) -> None:
    house = build(Plot(FLOW))
    with closing(sqlite3.connect(house.folder / "fsapp.db", isolation_level=None)) as another:
        another.execute(
            "CREATE TRIGGER never BEFORE INSERT ON event WHEN NEW.kind = 'SurveyAnswered' "
            "BEGIN SELECT RAISE(ABORT, 'no survey here'); END"
        )
    served(house)
    assert house.engine.writer.flush(10)
    assert house.engine.writer.keeping.rejected == 1
    aside = (house.folder / "spool" / "rejected.jsonl").read_text().splitlines()
    assert [json.loads(line)[3] for line in aside] == ["SurveyAnswered"]
    assert [each for each in violations(house.evidence(silence_seconds=100.0)) if "is not that of" not in each] == []


@pytest.mark.timeout(300)
def test_calls_do_not_notice_whichever_call_of_the_database_fails(tmp_path: Path, template: Path) -> None:
    """Also those by which presence and what is to be resumed are read."""
    wrong: list[str] = []
    highest = 0

    def attempt(n: int) -> None:
        nonlocal highest
        house = House(tmp_path / str(n), Plot(FLOW), template)
        file = house.folder / "fsapp.db"
        fuse = fuses[str(file)] = Fuse(n, sqlite3.OperationalError("disk I/O error"), lasting=3)
        house.open()
        served(house)
        take_out(file)
        wrong.extend(f"n = {n}: {each}" for each in well_again(house))
        house.close()
        highest = max(highest, fuse.calls)

    with Undisturbed() as process, database_fuses() as fuses:
        attempt(1)
        pool = Pool(16)
        for n in range(2, highest + 20):
            pool.spawn(attempt, n)
        pool.join(raise_error=True)
    assert wrong + process.violations() == []
    counted("failing calls of the database under a call", highest)


def events_of(house: House, file: Path) -> Path:
    """The journal of a served call, as lines of JSON."""
    served(house)
    events = stored(house.folder / "fsapp.db").events
    lines = (json.dumps([each.call, each.seq, each.at, each.kind, dict(each.fields)]) for each in events)
    file.write_text("\n".join(lines))
    return file


def cramped(what: str, folder: Path, events: Path, *, apart: bool) -> str:
    """What a writer in a cramped place found wrong."""
    own = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-Urm"]
    command = [sys.executable, "-m", "tests.faults.cramped", what, str(folder), str(events)]
    done = subprocess.run(
        [*(own if apart else []), *command], capture_output=True, text=True, cwd=ROOT, timeout=100, check=False
    )
    if apart and "unshare" in done.stderr:
        pytest.skip(f"no mount namespace here: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.timeout(120)
def test_a_disk_that_is_full_and_one_that_is_read_only_cost_no_record(build: Build, tmp_path: Path) -> None:
    events = events_of(build(Plot(FLOW)), tmp_path / "events")
    (tmp_path / "disk").mkdir()
    assert cramped("tmpfs", tmp_path / "disk", events, apart=True) == ""


@pytest.mark.timeout(120)
def test_wherever_files_may_not_grow_any_more_no_record_is_lost(build: Build, tmp_path: Path) -> None:
    events = events_of(build(Plot(FLOW)), tmp_path / "events")
    (tmp_path / "disk").mkdir()
    assert cramped("limit", tmp_path / "disk", events, apart=False) == ""
