"""The commands as operators have them: what they print, and their exit codes."""

import io
import json
import shutil
import xml.dom.minidom
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.cli.commands import COMMANDS, main
from fsapp.domain.events import Event, Kind
from fsapp.store.writer import Writer

ROOT = Path(__file__).parents[2]

FLOW = """version: 1
flow: hotline
language: zh
numbers: ["95598"]
main:
  - say: "您好。"
  - collect: {into: account, prompt: enter_account, digits: 4, on: {failed: bye}}
  - lookup: {source: billing, account: "{{ account }}", into: bill, on: {missing: bye, failed: bye}}
  - say: "{{ bill.amount | money }}"
  - goto: bye
bye:
  - say: goodbye
  - hangup
"""

SETTINGS = """
data: data
flows: flows
dialplan: dialplan
sounds: ROOT/sounds
calendars: ROOT/conf/calendars.yaml
lookups:
  billing:
    sql: {url: "sqlite:///billing.db", query: "SELECT amount FROM bill WHERE account = :account"}
"""

Fsapp = Callable[..., tuple[int, str, str]]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with one flow; the current folder."""
    import sqlite3

    for name in ("flows", "dialplan", "conf"):
        (tmp_path / name).mkdir()
    (tmp_path / "flows" / "hotline.yaml").write_text(FLOW)
    (tmp_path / "fsapp.yaml").write_text(SETTINGS.replace("ROOT", str(ROOT)))
    database = sqlite3.connect(tmp_path / "billing.db")
    database.executescript("CREATE TABLE bill (account TEXT, amount REAL); INSERT INTO bill VALUES ('1234', 312.5);")
    database.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fsapp(capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs a command: its exit code, what it printed, and what it complained of."""

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as error:
            code = int(error.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


CONFIG = ("--config", "fsapp.yaml")


def test_check_is_silent_where_all_is_well(fsapp: Fsapp, site: Path) -> None:
    assert fsapp("check", *CONFIG) == (0, "", "")


def test_check_tells_every_problem_with_its_place(fsapp: Fsapp, site: Path) -> None:
    (site / "flows" / "hotline.yaml").write_text(
        FLOW.replace("goto: bye", "goto: by").replace("source: billing", "source: x")
    )
    (site / "dialplan" / "rules.py").write_text("from fsapp.domain.dialplan import route\n")
    code, out, _ = fsapp("check", *CONFIG)
    assert code == 1
    assert "flows/hotline.yaml:8: " in out
    assert "flows/hotline.yaml:10: " in out


def test_check_tells_problems_of_flows_and_rules_and_settings_together(fsapp: Fsapp, site: Path) -> None:
    (site / "flows" / "hotline.yaml").write_text("a: [\n")
    (site / "dialplan" / "rules.py").write_text("1 / 0\n")
    code, out, _ = fsapp("check", *CONFIG)
    assert code == 1
    assert "flows/hotline.yaml:" in out
    assert "dialplan/rules.py:1: ZeroDivisionError" in out


def test_check_of_a_path_tells_of_that_path_only(fsapp: Fsapp, site: Path) -> None:
    (site / "dialplan" / "rules.py").write_text("1 / 0\n")
    assert fsapp("check", "flows", *CONFIG)[0] == 0
    assert fsapp("check", "dialplan/rules.py", *CONFIG)[0] == 1


def test_check_reads_a_flow_from_elsewhere(fsapp: Fsapp, site: Path) -> None:
    (site / "draft.yaml").write_text(FLOW.replace("goto: bye", "goto: by"))
    code, out, _ = fsapp("check", "draft.yaml", *CONFIG)
    assert code == 1
    assert out.startswith("draft.yaml:10: ")


def test_check_judges_a_switchs_configuration(fsapp: Fsapp, site: Path) -> None:
    (site / "fs").mkdir()
    shutil.copy(ROOT / "conf/freeswitch/freeswitch.xml", site / "fs")
    (site / "fs" / "broken.xml").write_text("<include>")
    code, out, _ = fsapp("check", "fs", *CONFIG)
    assert code == 1
    assert "broken.xml:1: this is no XML" in out


def test_check_tells_of_agents_who_serve_a_queue_that_is_gone(fsapp: Fsapp, site: Path) -> None:
    queues = site / "conf" / "queues.yaml"
    queues.write_text("service: {}\nsales: {}\n")
    given = ("--name", "李雷", "--pin", "2468", "--no-phone", "--queue", "sales")
    assert fsapp("agents", "add", "1001", *given, *CONFIG)[0] == 0
    assert fsapp("check", *CONFIG) == (0, "", "")
    queues.write_text("service: {}\n")
    code, out, _ = fsapp("check", *CONFIG)
    assert code == 1
    assert out == ("conf/queues.yaml:1: there is no queue 'sales', which agent 1001 (李雷) serves; known: service\n")


def test_check_of_what_is_not_there_is_an_error(fsapp: Fsapp, site: Path) -> None:
    assert fsapp("check", "nowhere", *CONFIG) == (2, "", "fsapp check: there is no nowhere\n")


def test_a_scripted_call_shows_what_is_heard_and_its_record(fsapp: Fsapp, site: Path) -> None:
    code, out, _ = fsapp("call", "95598", "--keys", "1234# hangup", *CONFIG)
    assert code == 0
    assert "您好。" in out
    assert "三百一十二元五角" in out
    assert "hangup_party  engine" in out


@pytest.mark.parametrize("charset", ["ascii", "gbk", "utf-8"])
def test_a_call_is_the_same_on_a_terminal_of_any_character_set(
    site: Path, monkeypatch: pytest.MonkeyPatch, charset: str
) -> None:
    told = io.TextIOWrapper(io.BytesIO(), encoding=charset)
    monkeypatch.setattr("sys.stdout", told)
    assert main(["call", "95598", "--keys", "1234# hangup", *CONFIG]) == 0
    told.flush()
    shown = told.buffer.getvalue().decode(charset)
    assert "main>bye" in shown
    assert ("三百一十二元五角" in shown) == (charset != "ascii")


def test_json_is_utf_8_on_a_terminal_of_any_character_set(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    monkeypatch.setattr("sys.stdout", told)
    main(["call", "95598", "--keys", "hangup", "--json", *CONFIG])
    assert json.loads(told.buffer.getvalue())["heard"][0] == "您好。"


def test_a_number_that_nobody_serves_is_told_so_as_in_a_real_call(fsapp: Fsapp, site: Path) -> None:
    _, out, _ = fsapp("call", "10010", "--keys", "", "--json", *CONFIG)
    told = json.loads(out)
    assert [words[:3] for words in told["heard"]] == ["您好，", "Hel"]
    assert told["cdr"]["hangup_cause"] == "UNALLOCATED_NUMBER"
    assert told["cdr"]["answered_at"] is not None


def test_a_flow_without_a_way_out_ends_with_an_apology_as_in_a_real_call(fsapp: Fsapp, site: Path) -> None:
    flow = FLOW.replace("{{ bill.amount | money }}", "{{ bill.amount | date }}")
    (site / "flows" / "hotline.yaml").write_text(flow)
    _, out, _ = fsapp("call", "95598", "--keys", "1234#", "--json", *CONFIG)
    told = json.loads(out)
    assert told["heard"][-1].startswith("非常抱歉")
    assert (told["cdr"]["hangup_cause"], told["cdr"]["failures"]) == ("NORMAL_TEMPORARY_FAILURE", 1)


def test_a_call_in_json_has_steps_and_cdr(fsapp: Fsapp, site: Path) -> None:
    at = "2026-10-01 02:00"
    code, out, _ = fsapp("call", "95598", "--keys", "1234#", "--json", "--from", "1001", "--at", at, *CONFIG)
    told = json.loads(out)
    assert code == 0
    assert [step["step"] for step in told["steps"]] == ["say", "collect", "lookup", "say", "goto", "say", "hangup"]
    assert (told["cdr"]["ani"], told["cdr"]["path"]) == ("1001", "main>bye")
    assert told["cdr"]["arrived_at"] == 1_790_791_200_000
    assert told["variables"]["bill"] == {"amount": 312.5}


def test_a_person_at_the_terminal_types_keys(fsapp: Fsapp, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("1234#\nhangup\n"))
    code, out, _ = fsapp("call", "95598", *CONFIG)
    assert code == 0
    assert "三百一十二元五角" in out


def test_a_saved_session_is_a_test_that_passes(fsapp: Fsapp, site: Path) -> None:
    for keys in ("1234# hangup", "9999#"):
        assert fsapp("call", "95598", "--keys", keys, "--save", "flows/saved.test.yaml", *CONFIG)[0] == 0
    code, out, _ = fsapp("test", *CONFIG)
    assert code == 0
    assert out.startswith("2 tests, 0 failed")


def test_a_failed_test_is_told_with_its_place(fsapp: Fsapp, site: Path) -> None:
    (site / "flows" / "a.test.yaml").write_text(
        'tests:\n  - name: wrong\n    call: "95598"\n    keys: hangup\n    expect: {heard: [再见]}\n'
    )
    code, out, _ = fsapp("test", "flows/a.test.yaml", *CONFIG)
    assert code == 1
    assert out.startswith("flows/a.test.yaml:2: wrong: '再见' was not heard")


def test_a_file_of_tests_that_cannot_be_read_does_not_hide_the_others(fsapp: Fsapp, site: Path) -> None:
    (site / "flows" / "a.test.yaml").write_text("tests:\n  - nme: x\n")
    (site / "flows" / "b.test.yaml").write_text("a: [")
    (site / "flows" / "c.test.yaml").write_text('tests:\n  - {name: fine, call: "95598", keys: hangup}\n')
    code, out, _ = fsapp("test", *CONFIG)
    assert code == 1
    assert [line.split(":")[0] for line in out.splitlines()][:3] == ["flows/a.test.yaml"] * 2 + ["flows/b.test.yaml"]
    assert "3 tests, 2 failed" in out


def test_the_tests_of_a_flow_are_those_beside_it(fsapp: Fsapp, site: Path) -> None:
    (site / "flows" / "hotline.test.yaml").write_text('tests:\n  - {name: fine, call: "95598", keys: hangup}\n')
    _, out, _ = fsapp("test", "flows/hotline.yaml", "flows/hotline.test.yaml", *CONFIG)
    assert out.startswith("1 tests, 0 failed")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--keys", "x"), "'x' is no word of a key script"),
        (("--at", "noon"), "'noon' is no time such as 2026-10-01 02:00"),
    ],
)
def test_a_call_that_cannot_be_made_is_a_sentence(
    fsapp: Fsapp, site: Path, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = fsapp("call", "95598", *words, *CONFIG)
    assert (code, out) == (2, "")
    assert err.startswith(f"fsapp call: {sentence}")


def test_a_flow_is_drawn_by_name_and_by_file(fsapp: Fsapp, site: Path) -> None:
    code, out, _ = fsapp("draw", "hotline", *CONFIG)
    assert code == 0
    xml.dom.minidom.parseString(out)  # noqa: S318 - our own picture
    assert fsapp("draw", "flows/hotline.yaml", "--mermaid", "-o", "hotline.mmd", *CONFIG)[0] == 0
    assert (site / "hotline.mmd").read_text().startswith("flowchart")


def test_an_unknown_flow_is_an_error_with_the_known_ones(fsapp: Fsapp, site: Path) -> None:
    assert fsapp("draw", "hotlin", *CONFIG) == (2, "", "fsapp draw: there is no flow 'hotlin'; known: hotline\n")


def test_prompts_are_listed_in_columns(fsapp: Fsapp, site: Path) -> None:
    code, out, _ = fsapp("prompts", "list", *CONFIG)
    assert code == 0
    assert any(line.split()[:2] == ["zh", "goodbye"] for line in out.splitlines())


def test_docs_writes_the_manual_and_the_schema(fsapp: Fsapp, site: Path) -> None:
    assert fsapp("docs", *CONFIG)[0] == 0
    assert "# " in (site / "docs/flow-language.md").read_text()
    assert "$schema" in json.loads((site / "flows/_schema.json").read_text())


def test_the_schema_is_made_once_and_then_known_to_be_up_to_date(fsapp: Fsapp, site: Path) -> None:
    assert fsapp("db", "upgrade", *CONFIG)[1].startswith("applied: ")
    assert fsapp("db", "upgrade", *CONFIG)[1] == "the schema is up to date\n"


def record_call(site: Path, uuid: str, caller_name: str = "王芳") -> None:
    writer = Writer(f"sqlite:///{site / 'data' / 'fsapp.db'}", site / "data" / "spool")
    arrival = {"ani": "13800138000", "dnis": "95598", "caller_name": caller_name, "trunk": "pstn"}
    writer.record(Event(uuid, 0, 1_790_791_200_000, Kind.CALL_ARRIVED, arrival))
    writer.record(Event(uuid, 1, 1_790_791_260_000, Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller"}))
    assert writer.close()


def test_records_are_listed_in_the_sites_time_and_found_by_filters(fsapp: Fsapp, site: Path) -> None:
    fsapp("db", "upgrade", *CONFIG)
    record_call(site, "u-1")
    code, out, _ = fsapp("cdr", "list", "--since", "2026-10-01", "--until", "2026-10-02", *CONFIG)
    assert code == 0
    assert out.splitlines()[1].startswith("2026-10-01 02:00:00  u-1   13800138000  95598")
    assert fsapp("cdr", "list", "--since", "2026-10-02", *CONFIG)[1] == "no calls\n"
    assert json.loads(fsapp("cdr", "list", "--json", *CONFIG)[1])["uuid"] == "u-1"


def test_a_record_is_shown_with_its_journal(fsapp: Fsapp, site: Path) -> None:
    fsapp("db", "upgrade", *CONFIG)
    record_call(site, "u-1", caller_name="\x1b[31mEve\nfake line")
    out = fsapp("cdr", "show", "u-1", *CONFIG)[1]
    assert "duration_ms   60000" in out
    assert "CallHungUp" in out
    assert "\x1b" not in out
    assert not any(line.startswith("fake") for line in out.splitlines())
    shown = json.loads(fsapp("cdr", "show", "u-1", "--json", *CONFIG)[1])
    assert [event["kind"] for event in shown["events"]] == ["CallArrived", "CallHungUp"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "nobody"), "there is no call nobody"),
        (("list", "--since", "yesterday"), "'yesterday' is no time such as 2026-11-01"),
    ],
)
def test_a_question_without_an_answer_is_a_sentence(
    fsapp: Fsapp, site: Path, words: tuple[str, ...], sentence: str
) -> None:
    fsapp("db", "upgrade", *CONFIG)
    code, out, err = fsapp("cdr", *words, *CONFIG)
    assert (code, out) == (2, "")
    assert err.startswith(f"fsapp cdr: {sentence}")


def test_records_without_a_database_are_a_sentence(fsapp: Fsapp, site: Path) -> None:
    code, _, err = fsapp("cdr", "list", *CONFIG)
    assert code == 2
    assert err.startswith("fsapp cdr: the database cannot be read")


def test_a_switchs_configuration_is_rendered(fsapp: Fsapp, site: Path) -> None:
    code, out, _ = fsapp("freeswitch", "render", "fs", *CONFIG)
    assert code == 0
    assert out.startswith("fs: written")
    assert (site / "fs" / "freeswitch.xml").exists()


def test_settings_that_cannot_be_read_are_a_sentence(fsapp: Fsapp, site: Path) -> None:
    assert fsapp("call", "1", "--config", "none.yaml") == (
        2,
        "",
        "none.yaml:1: cannot be read: No such file or directory\n",
    )


def test_without_a_file_the_current_folders_settings_hold(fsapp: Fsapp, site: Path) -> None:
    shutil.copytree(ROOT / "sounds", site / "sounds")
    (site / "flows").rename(site / "ivr_flows")
    (site / "conf" / "fsapp.yaml").write_text("capacity: 0\n")
    assert fsapp("check")[1].startswith("conf/fsapp.yaml:1: 'capacity'")
    (site / "conf" / "fsapp.yaml").unlink()
    assert fsapp("check")[1].startswith("ivr_flows/hotline.yaml:8: ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(fsapp: Fsapp, name: str) -> None:
    code, out, _ = fsapp(name, "--help")
    assert code == 0
    assert "Example:\n  fsapp " in out
