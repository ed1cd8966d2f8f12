"""fsapp health, as Nagios and its kin run it."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Gauge

from fsapp.cli.commands import main
from fsapp.domain.health import Finding, Level, Limits, Vitals, findings, line
from fsapp.server.status import StatusServer
from fsapp.store.database import upgrade_at
from tests.acd.telephones import Rig
from tests.cli import cron
from tests.cli.running_floor import running

Health = Callable[..., tuple[int, str]]

NAGIOS = re.compile(r"FSAPP (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \| ([a-z_]+=\S+ ?)+)?\n\Z")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fsapp.yaml").write_text("data: data\nmetrics: null\n")
    (tmp_path / "data").mkdir()
    upgrade_at(f"sqlite:///{tmp_path}/data/fsapp.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def health(capsys: pytest.CaptureFixture[str]) -> Health:
    def run(*words: str) -> tuple[int, str]:
        code = main(["health", "--config", "fsapp.yaml", "--disk", "0:0", *words])
        told = capsys.readouterr()
        assert NAGIOS.match(told.out), told.out
        assert told.err == ""
        return code, told.out

    return run


def test_a_running_engine_is_well(site: Path, health: Health) -> None:
    rig = Rig()
    rig.hire("2001")
    with running(site / "data", rig):
        code, told = health()
    assert code == 0
    assert told.startswith("FSAPP OK - 0 calls, 0 waiting, 1 on duty | calls=0;0;0 waiting=0 longest_wait=0s;120;600")


def test_callers_who_wait_too_long_are_told(site: Path, health: Health) -> None:
    rig = Rig()
    rig.hire("2001")
    with running(site / "data", rig):
        rig.call()
        rig.now += 130
        assert health()[0] == 1
        assert health("--wait", "10:100") == (2, health("--wait", "10:100")[1])
        assert "a caller has waited for 130 s" in health()[1]


def test_callers_without_anybody_on_duty_are_critical(site: Path, health: Health) -> None:
    rig = Rig(live={"max_wait_time_with_no_agent": 60})
    with running(site / "data", rig):
        rig.call()
        code, told = health()
    assert (code, "1 callers wait and no agent is on duty" in told) == (2, True)


@pytest.mark.usefixtures("site")
def test_no_engine_is_critical(health: Health) -> None:
    code, told = health()
    assert (code, "no engine runs with" in told) == (2, True)


def test_a_database_that_cannot_be_read_is_a_warning(site: Path, health: Health) -> None:
    for file in (site / "data").glob("fsapp.db*"):
        file.unlink()
    with running(site / "data", Rig()):
        code, told = health()
    assert (code, "there is no database" in told) == (1, True)


def test_a_copy_that_is_old_or_not_there_is_a_warning(site: Path, health: Health) -> None:
    copies = site / "copies"
    copies.mkdir()
    with running(site / "data", Rig()):
        code, told = health("--backup", str(copies))
        assert (code, "there is no copy of the database" in told) == (1, True)
        (copies / "fsapp.db").touch()
        assert health("--backup", str(copies))[0] == 0
        old = time.time() - 30 * 3600
        os.utime(copies / "fsapp.db", (old, old))
        code, told = health("--backup", str(copies / "fsapp.db"))
        assert (code, "the latest copy of the database is 30 hours old" in told) == (1, True)
        assert health("--backup", str(copies), "--backup-hours", "40")[0] == 0


def test_the_engines_own_figures_count(site: Path, health: Health) -> None:
    registry = CollectorRegistry()
    for name, value in (("fsapp_calls", 90), ("fsapp_capacity", 100), ("fsapp_journal_away", 1)):
        Gauge(name, name, registry=registry).set(value)
    Gauge("fsapp_queue_waiting", "x", ["queue"], registry=registry).labels("service").set(3)
    server = StatusServer(("127.0.0.1", 0), registry, lambda: (True, {}))
    server.start()
    (site / "fsapp.yaml").write_text(f"data: data\nmetrics: 127.0.0.1:{server.address[1]}\n")
    with running(site / "data", Rig()):
        code, told = health()
    server.close()
    assert code == 1
    assert told.startswith(
        "FSAPP WARNING - 90 calls of 100; the database is away from the engine, records go to the spool"
    )
    assert "calls=90;80;100" in told


@pytest.mark.parametrize("words", [("--config", "none.yaml"), ("--wait", "soon"), ("--disk", "5")])
@pytest.mark.usefixtures("site")
def test_what_cannot_be_told_is_unknown(health: Health, words: tuple[str, ...]) -> None:
    code, told = health(*words)
    assert (code, told.startswith("FSAPP UNKNOWN - ")) == (3, True)


VITALS: list[tuple[dict[str, Any], Level, str]] = [
    ({"metrics": {"fsapp_calls": 100, "fsapp_capacity": 100}}, Level.CRITICAL, "the engine is full: 100 calls"),
    ({"metrics": {"fsapp_switch_away": 1}}, Level.CRITICAL, "the engine has no connection to the switch"),
    ({"metrics": {"fsapp_journal_lost": 3}}, Level.CRITICAL, "3 events are lost"),
    ({"metrics": {"fsapp_journal_held": 4}}, Level.CRITICAL, "4 events are in memory alone"),
    ({"metrics": {"fsapp_journal_rejected": 1}}, Level.WARNING, "1 events were refused by the database"),
    ({"metrics": {"fsapp_hub_pause_seconds": 0.7}}, Level.WARNING, "no call moved for 0.7 s"),
    ({"metrics": {}, "disk_free": 0.07}, Level.WARNING, "7% of the disk are free"),
    ({"metrics": {}, "disk_free": 0.02}, Level.CRITICAL, "2% of the disk are free"),
]


@pytest.mark.parametrize(("vitals", "level", "sentence"), VITALS)
def test_each_thing_that_is_not_well_is_found(vitals: dict[str, Any], level: Level, sentence: str) -> None:
    assert list(findings(Vitals(**vitals), Limits())) == [Finding(level, sentence)]


def test_the_worst_comes_first_and_makes_the_word() -> None:
    vitals = Vitals({"fsapp_journal_away": 1, "fsapp_journal_lost": 3})
    told = line(list(findings(vitals, Limits())), vitals, Limits())
    assert told.startswith("FSAPP CRITICAL - 3 events are lost; the database is away")


def test_a_bar_in_a_sentence_begins_no_figures() -> None:
    assert line([Finding(Level.UNKNOWN, "a|b\nc")], None, Limits()) == "FSAPP UNKNOWN - a/b c"


def test_the_script_runs_as_cron_runs_it(site: Path) -> None:
    done = cron.run(site, "health", "--config", str(site / "fsapp.yaml"))
    assert (done.code, done.err) == (2, b"")
    assert NAGIOS.match(done.out.decode())
    assert b"Example:" in cron.run(site, "health", "--help").out
