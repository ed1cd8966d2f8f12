"""Scripts that keep the store: export, import, backup, restore, retention; as operators and as cron run them."""

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.cli.cdr_files import COLUMNS
from fsapp.cli.commands import main
from fsapp.server.control import PidFile
from fsapp.store.cdrs import CdrFilter, Cdrs
from tests.cli import cron
from tests.reports.scenarios import Afternoon, at
from tests.server import switch_records

Fsapp = Callable[..., tuple[int, str, str]]

DAY = ("--from", "2024-11-24", "--to", "2024-11-25")
LEG = {
    "leg": "b-1",
    "number": "1002",
    "started_at": at("15:30"),
    "ended_at": at("15:31"),
    "end": "answered",
    "cause": "",
}


class Site:
    """A site with three calls of one day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = ("--config", str(folder / "fsapp.yaml"))
        self.url = f"sqlite:///{folder}/data/fsapp.db"
        (folder / "fsapp.yaml").write_text("data: data\n")
        (folder / "data").mkdir()
        afternoon = Afternoon(self.url)
        afternoon.call(answered=True, seconds=60, ani="+8613800138000", leg=LEG | {"answered_at": at("15:30")})
        afternoon.call(ani="=cmd|'/c calc'!A1", dnis="95598", time="09:00", refused="capacity")
        afternoon.call(answered=True, seconds=5, ani="0571", time="10:00")
        afternoon.happen()

    def calls(self) -> set[str]:
        return {cdr.uuid for cdr in Cdrs(self.url).list(CdrFilter()).cdrs}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.chdir(tmp_path)
    return Site(tmp_path)


@pytest.fixture
def fsapp(site: Site, capsysbinary: pytest.CaptureFixture[bytes]) -> Fsapp:
    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main([*words, *site.settings])
        except SystemExit as error:
            code = int(error.code or 0)
        told = capsysbinary.readouterr()
        return code, told.out.decode(), told.err.decode()

    return run


def test_records_are_exported_oldest_first_with_the_columns_of_mod_cdr_csv(fsapp: Fsapp) -> None:
    code, out, err = fsapp("cdr", "export", *DAY)
    assert (code, err) == (0, "")
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in csv.reader(io.StringIO(out))]
    assert [row["start_stamp"][11:] for row in rows] == ["09:00:00", "10:00:00", "15:30:00"]
    last = rows[-1]
    assert (last["destination_number"], last["context"], last["hangup_cause"]) == (
        "95598",
        "telecom",
        "NORMAL_CLEARING",
    )
    assert (last["answer_stamp"], last["duration"], last["billsec"]) == ("2024-11-24 15:30:00", "60", "60")
    assert (last["uuid"], last["bleg_uuid"], last["accountcode"]) == ("call-1", "b-1", "")
    assert rows[0]["answer_stamp"] == ""
    assert all(cell.startswith('"') for cell in out.splitlines()[0].split(",")[:4])


def test_exported_cells_are_safe_from_spreadsheets(fsapp: Fsapp) -> None:
    out = fsapp("cdr", "export", *DAY, "--header")[1]
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["caller_id_number"] for row in rows] == ["'=cmd|'/c calc'!A1", "0571", "'+8613800138000"]
    assert tuple(rows[0]) == COLUMNS


def test_a_day_without_calls_is_exported_as_nothing(fsapp: Fsapp) -> None:
    period = ("--from", "2020-01-01", "--to", "2020-01-02")
    assert fsapp("cdr", "export", *period) == (0, "", "")
    assert fsapp("cdr", "export", *period, "--header")[1].count("\n") == 1


def test_more_calls_than_a_page_are_all_exported(site: Site, fsapp: Fsapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsapp.store.cdr_export.PAGE", 2)
    rows = list(csv.reader(io.StringIO(fsapp("cdr", "export", *DAY)[1])))
    assert {row[10] for row in rows} == site.calls()


def test_what_the_switch_wrote_down_is_imported_once(site: Site, fsapp: Fsapp) -> None:
    folder = site.folder / "freeswitch"
    switch_records.write(
        folder,
        switch_records.caller("u7", at("11:00"), 45, ani="139"),
        switch_records.placed("leg-7", at("11:00"), call="u7", marked=False, number="1009"),
        switch_records.caller("call-1", at("15:30")),
    )
    assert fsapp("cdr", "import", str(folder)) == (
        0,
        "1 calls added, 1 known already, 0 files that cannot be read\n",
        "",
    )
    found = Cdrs(site.url).show("u7")
    assert found is not None
    assert (found.cdr.source, [leg.number for leg in found.legs]) == ("spool", ["1009"])
    known = Cdrs(site.url).show("call-1")
    assert known is not None
    assert known.cdr.source == ""
    assert fsapp("cdr", "import", str(folder))[1].startswith("0 calls added, 2 known already")


def test_files_that_are_no_records_are_named_and_the_others_taken(site: Site, fsapp: Fsapp) -> None:
    folder = site.folder / "freeswitch"
    switch_records.write(folder, switch_records.caller("u7", at("11:00")))
    for name, content in (("x", "{"), ("y", "[]"), ("z", '{"variables": {}}')):
        (folder / f"{name}.cdr.json").write_text(content)
    code, out, err = fsapp("cdr", "import", str(folder))
    assert (code, out) == (1, "1 calls added, 0 known already, 3 files that cannot be read\n")
    assert [f"{name}.cdr.json is no record of a leg" in err for name in "xyz"] == [True] * 3
    assert fsapp("cdr", "import", "nowhere") == (2, "", "fsapp cdr: there is no nowhere\n")


def test_a_copy_is_made_and_the_store_made_of_it(site: Site, fsapp: Fsapp) -> None:
    before = site.calls()
    copies = site.folder / "copies"
    copies.mkdir()
    code, out, _ = fsapp("db", "backup", str(copies))
    assert code == 0
    (copy,) = copies.glob("fsapp-*.db")
    assert out.startswith(f"{copy}: ")
    main(["retention", "run", "--records", "1", *site.settings])
    assert site.calls() == set()
    code, out, _ = fsapp("db", "restore", str(copy))
    assert (code, f"restored {copy}; what was there is in" in out) == (0, True)
    assert site.calls() == before


def test_a_store_whose_engine_runs_is_not_replaced(site: Site, fsapp: Fsapp) -> None:
    fsapp("db", "backup", str(site.folder / "copy.db"))
    engine = PidFile(site.folder / "data")
    code, out, err = fsapp("db", "restore", str(site.folder / "copy.db"))
    engine.close()
    assert (code, out) == (2, "")
    assert "another engine works in" in err


def test_a_half_written_copy_is_a_sentence_and_nothing_is_changed(site: Site, fsapp: Fsapp) -> None:
    copy = site.folder / "copy.db"
    fsapp("db", "backup", str(copy))
    copy.write_bytes(copy.read_bytes()[:9000])
    before = (site.folder / "data" / "fsapp.db").read_bytes()
    code, out, err = fsapp("db", "restore", str(copy))
    assert (code, out) == (2, "")
    assert "it was cut short or changed" in err
    assert (site.folder / "data" / "fsapp.db").read_bytes() == before


def test_old_records_go_but_what_is_held_stays(site: Site, fsapp: Fsapp) -> None:
    assert fsapp("retention", "hold", "--number", "0571", "--why", "case 7")[1] == "hold 1\n"
    assert "case 7" in fsapp("retention", "holds")[1]
    assert fsapp("retention", "run", "--records", "30", "--dry-run")[1] == "due: records 2\n"
    assert len(site.calls()) == 3
    code, out, _ = fsapp("retention", "run", "--events", "10", "--records", "30")
    assert code == 0
    assert out.startswith("deleted: cdr 2, event ")
    assert site.calls() == {"call-3"}
    assert fsapp("retention", "lift", "1") == (0, "", "")
    fsapp("retention", "run", "--records", "30")
    assert site.calls() == set()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run",), "say how old: --events DAYS, --records DAYS, or both"),
        (("run", "--records", "0"), "a day at least is kept"),
        (("hold", "--why", "x"), "say what to hold"),
        (("lift", "9"), "there is no hold 9 in force"),
    ],
)
def test_a_wrong_request_of_retention_is_a_sentence(fsapp: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = fsapp("retention", *words)
    assert (code, out) == (2, "")
    assert sentence in err


SCRIPTS = ("cdr-export", "cdr-import", "backup", "restore", "retention")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_runs_as_cron_runs_it(site: Site, script: str) -> None:
    copy, records = str(site.folder / "copy.db"), site.folder / "freeswitch"
    switch_records.write(records, switch_records.caller("u7", at("11:00")))
    main(["db", "backup", copy, *site.settings])
    words = {
        "cdr-export": DAY,
        "cdr-import": (str(records),),
        "backup": (str(site.folder / "again.db"),),
        "restore": (copy,),
        "retention": ("--events", "100000"),
    }
    done = cron.run(site.folder, script, *words[script], *site.settings)
    assert (done.code, done.err) == (0, b"")
    assert done.out
    assert b"Example:" in cron.run(site.folder, script, "--help").out
    wrong = cron.run(site.folder, script, *words[script], "--config", str(site.folder / "none.yaml"))
    assert (wrong.code, wrong.out) == (2, b"")


def test_a_locked_store_is_a_sentence(site: Site, fsapp: Fsapp, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    monkeypatch.setattr("fsapp.store.connections.BUSY_SECONDS", 0.1)
    with sqlite3.connect(site.folder / "data" / "fsapp.db", isolation_level=None) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        for words in (("report", "traffic", *DAY), ("ledger", "--day", "2024-11-24"), ("cdr", "export", *DAY)):
            code, out, err = fsapp(*words)
            assert (code, out) == (2, "")
            assert "the database cannot be read: database is locked" in err
        code, _, err = fsapp("retention", "hold", "--number", "1", "--why", "x")
        assert (code, "locked" in err) == (2, True)
        assert time.monotonic() - began < 5
    other.close()
