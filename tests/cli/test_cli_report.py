"""fsapp report and its scripts: what is printed, in which form, and what becomes of wrong requests."""

import csv
import io
import json
import re
import xml.dom.minidom
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fsapp.cli.commands import main
from fsapp.cli.report import NAMES, _ways
from fsapp.reports import agents, inout, queues, resolution, satisfaction, tickets, traffic
from fsapp.store import database
from tests.cli import cron
from tests.reports.scenarios import Afternoon
from tests.server.post_office import PostOffice

Fsapp = Callable[..., tuple[int, str, str]]

DAY = ("--from", "2024-11-24", "--to", "2024-11-25")
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site where a good deal happened on one afternoon."""
    (tmp_path / "fsapp.yaml").write_text("data: data\n")
    (tmp_path / "data").mkdir()
    afternoon = Afternoon(f"sqlite:///{tmp_path}/data/fsapp.db")
    afternoon.tell(
        [
            {"call": {"answered": True, "seconds": 60, "flow": "hotline"}},
            {"call": {"answered": True, "seconds": 30, "dnis": "+861000", "disposition": "=cmd|'/c calc'!A1"}},
            {"call": {"refused": "capacity", "time": "09:10"}},
            {"contact": {"end": "answered", "waited": 5, "within": True}},
            {"contact": {"end": "abandoned", "waited": 10, "queue": EVIL}},
            {"state": {"state": "talking", "from": "09:00:00", "to": "11:30:00"}},
            {"talk": {"seconds": 100}},
            {"survey": {"answer": 5}},
            {"ticket": {"closed": "11:00"}},
        ]
    )
    afternoon.happen()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fsapp(capsysbinary: pytest.CaptureFixture[bytes]) -> Fsapp:
    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main([*words, "--config", "fsapp.yaml"])
        except SystemExit as error:
            code = int(error.code or 0)
        told = capsysbinary.readouterr()
        return code, told.out.decode(), told.err.decode()

    return run


def values(fsapp: Fsapp, *words: str) -> Any:
    code, out, err = fsapp("report", *words, *DAY, "--format", "json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_ways_to_divide_a_report_are_those_that_it_knows() -> None:
    modules = {"traffic": traffic, "queues": queues, "agents": agents, "inout": inout, "tickets": tickets}
    modules |= {"satisfaction": satisfaction, "fcr": resolution}
    assert set(modules) == set(NAMES)
    for name, module in modules.items():
        assert set(_ways(name)) == {by.value for by in module.BY}


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["table", "csv", "json", "html"])
def test_every_report_comes_in_every_form_and_language_divided_in_every_way(
    fsapp: Fsapp, name: str, form: str, language: str
) -> None:
    for by in _ways(name):
        code, out, err = fsapp("report", name, *DAY, "--by", by, "--format", form, "--language", language)
        assert (code, err) == (0, "")
        assert out


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", NAMES)
def test_a_report_over_nothing_is_empty_and_no_failure(fsapp: Fsapp, name: str) -> None:
    period = ("--from", "2020-01-01", "--to", "2020-01-02")
    for form in ("table", "csv", "json", "html"):
        code, out, err = fsapp("report", name, *period, "--format", form, "--language", "en")
        assert (code, err) == (0, "")
        if form == "csv":
            assert len(out.splitlines()) == 1
        if form == "json":
            assert [table["rows"] for table in json.loads(out)["tables"].values()] == [[]]
        if form in ("table", "html"):
            assert "There was nothing in this period" in out


@pytest.mark.usefixtures("site")
def test_a_program_gets_seconds_and_shares(fsapp: Fsapp) -> None:
    told = values(fsapp, "traffic")
    assert (told["from"], told["to"]) == ("2024-11-23T16:00:00.000+00:00", "2024-11-24T16:00:00.000+00:00")
    (row,) = told["tables"]["traffic"]["rows"]
    assert (row["day"], row["calls"], row["answered"], row["answer_rate"]) == ("2024-11-24", 3, 2, 0.6667)
    assert (row["mean_duration"], row["total_duration"]) == (45.0, 90.0)


@pytest.mark.usefixtures("site")
def test_a_report_by_the_hour_has_each_hour(fsapp: Fsapp) -> None:
    rows = values(fsapp, "traffic", "--by", "hour")["tables"]["traffic"]["rows"]
    assert [row["hour"] for row in rows] == [f"2024-11-24 {hour:02}:00" for hour in range(24)]
    assert {row["hour"][11:13]: row["calls"] for row in rows if row["calls"]} == {"09": 1, "15": 2}
    spent = values(fsapp, "agents", "--by", "hour")["tables"]["agents"]["rows"]
    assert {row["hour"][11:13]: row["talking"] for row in spent if row["talking"]} == {
        "09": 3600.0,
        "10": 3600.0,
        "11": 1800.0,
    }


@pytest.mark.usefixtures("site")
def test_a_report_is_of_one_queue_agent_or_number_only(fsapp: Fsapp) -> None:
    assert values(fsapp, "queues", "--queue", "service")["tables"]["queues"]["total"]["offered"] == 1
    assert values(fsapp, "traffic", "--number", "+861000")["tables"]["traffic"]["total"]["calls"] == 1
    assert values(fsapp, "agents", "--agent", "nobody")["tables"]["agents"]["rows"] == []
    assert values(fsapp, "queues", "--queue", "'; DROP TABLE cdr; --")["tables"]["queues"]["rows"] == []


@pytest.mark.usefixtures("site")
def test_a_spreadsheet_calculates_nothing(fsapp: Fsapp) -> None:
    _, out, _ = fsapp("report", "traffic", *DAY, "--format", "csv", "--table", "by_disposition", "--language", "en")
    cells = [row["disposition"] for row in csv.DictReader(io.StringIO(out))]
    assert "'=cmd|'/c calc'!A1" in cells
    _, out, _ = fsapp("report", "traffic", *DAY, "--by", "number", "--format", "csv", "--language", "en")
    assert "'+861000" in [row["number"] for row in csv.DictReader(io.StringIO(out))]


@pytest.mark.usefixtures("site")
def test_chinese_csv_is_known_as_utf8_by_spreadsheets(fsapp: Fsapp) -> None:
    _, out, _ = fsapp("report", "queues", *DAY, "--format", "csv")
    assert out.startswith("\ufeff队列,进入排队数,")
    _, out, _ = fsapp("report", "queues", *DAY, "--format", "csv", "--language", "en")
    assert out.startswith("queue,offered,")


@pytest.mark.usefixtures("site")
def test_another_table_than_there_is_is_told(fsapp: Fsapp) -> None:
    code, out, err = fsapp("report", "queues", *DAY, "--format", "csv", "--table", "x")
    assert (code, out) == (2, "")
    assert err == "fsapp report: there is no table 'x' in this report; there are: queues, waits\n"


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", NAMES)
def test_a_page_needs_nothing_from_elsewhere_and_hides_nothing(fsapp: Fsapp, name: str) -> None:
    _, page, _ = fsapp("report", name, *DAY, "--format", "html")
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh">')
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"<(script|link|img|iframe)|@import|url\(", page)
    assert "@media print" in page
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert pictures
    for picture in pictures:
        xml.dom.minidom.parseString(picture)  # noqa: S318 -- a picture of ours
    if name == "queues":
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("traffic", "--from", "noon"), "'noon' is no time such as 2026-11-01 or '2026-11-01 08:00'"),
        (("traffic", "--from", "2024-11-24", "--to", "2024-11-24"), "the period ends before it begins"),
        (("traffic", "--to", "2024-11-24"), "with --to say --from, too"),
        (("traffic", "--from", "1970-01-02", "--by", "hour"), "rows: ask for a shorter period, or --by day"),
        (("traffic", *DAY, "--mail", "a@example.com"), "conf/fsapp.yaml has no section `mail`"),
    ],
)
def test_a_wrong_request_is_a_sentence(fsapp: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = fsapp("report", *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.startswith("fsapp report: ")


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("words", [("nothing",), ("queues", "--by", "moon"), ("queues", "--format", "pdf"), ()])
def test_an_unknown_word_is_usage(fsapp: Fsapp, words: tuple[str, ...]) -> None:
    code, out, _ = fsapp("report", *words)
    assert (code, out) == (2, "")


def test_a_newer_store_is_a_sentence(site: Path, fsapp: Fsapp) -> None:
    connected = database.open(f"sqlite:///{site}/data/fsapp.db")
    with connected.connection_context():
        database.execute(connected, "INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '2030-01-01')")
    code, out, err = fsapp("report", "queues", *DAY)
    assert (code, out) == (2, "")
    assert err == "fsapp report: the database is of a newer fsapp (it has 9999_x); upgrade this engine first\n"


def test_a_store_that_is_not_there_or_no_store_is_a_sentence(site: Path, fsapp: Fsapp) -> None:
    file = site / "data" / "fsapp.db"
    file.write_bytes(b"SQLite format 3\0" + b"half a file" * 9)
    assert fsapp("report", "queues", *DAY)[:2] == (2, "")
    for each in (site / "data").iterdir():
        each.unlink()
    code, out, err = fsapp("report", "queues", *DAY)
    assert (code, out) == (2, "")
    assert "there is no database" in err


def test_a_report_goes_by_mail_and_nothing_is_printed(site: Path, fsapp: Fsapp) -> None:
    office = PostOffice()
    server = office.start()
    mail = f"mail: {{host: 127.0.0.1, port: {server.server_port}, sender: fsapp@example.com}}\n"
    (site / "fsapp.yaml").write_text(f"data: data\n{mail}")
    assert fsapp("report", "queues", *DAY, "--mail", "director@example.com") == (0, "", "")
    server.stop()
    (letter,) = office.letters
    assert (letter["To"], letter["Subject"]) == ("director@example.com", "排队统计 2024-11-24")
    html = letter.get_body(("html",))
    assert html is not None
    assert "<svg" in html.get_content()


@pytest.mark.parametrize("name", NAMES)
def test_a_script_runs_as_cron_runs_it(site: Path, name: str) -> None:
    settings = str(site / "fsapp.yaml")
    done = cron.run(site, f"report-{name}", *DAY, "--config", settings, "--format", "csv")
    assert (done.code, done.err) == (0, b"")
    assert done.out.decode().startswith("\ufeff")
    told = cron.run(site, f"report-{name}", "--help")
    assert b"Example:" in told.out
    wrong = cron.run(site, f"report-{name}", "--config", str(site / "none.yaml"))
    assert (wrong.code, wrong.out) == (2, b"")
    assert wrong.err.strip()
