"""fsapp agents: what administrators see, and what is refused with a sentence."""

import io
import json
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gevent import socket

from fsapp.cli.commands import main
from fsapp.domain.pin import pin_matches
from fsapp.store.agents import Agents

QUEUES = "service: {}\nsales: {overflow: {full: service}}\n"

SETTINGS = """
data: data
queues: queues.yaml
freeswitch:
  configuration: fs
  event_socket: {port: %d}
"""

Fsapp = Callable[..., tuple[int, str, str]]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def site(tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with two queues and a switch that does not run; the current folder."""
    (tmp_path / "fsapp.yaml").write_text(SETTINGS % closed_port)
    (tmp_path / "queues.yaml").write_text(QUEUES)
    monkeypatch.chdir(tmp_path)
    assert main(["freeswitch", "render", "--config", "fsapp.yaml"]) == 0
    return tmp_path


@pytest.fixture
def agents(site: Path, capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs `fsapp agents …`: its exit code, what it printed, and what it complained of."""
    capsys.readouterr()

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["agents", *words, "--config", "fsapp.yaml"])
        except SystemExit as error:
            code = int(error.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def add(agents: Fsapp, number: str = "1001", *words: str) -> str:
    code, out, err = agents("add", number, "--name", "李雷", "--pin", "2468", *words)
    assert (code, err) == (0, "")
    return out


def refused(agents: Fsapp, *words: str) -> str:
    code, out, err = agents(*words)
    assert (code, out) == (2, "")
    return err


def shown(agents: Fsapp, number: str = "1001") -> dict[str, object]:
    found: dict[str, object] = json.loads(agents("show", number, "--json")[1])
    return found


def phone_file(site: Path, number: str = "1001") -> Path:
    return site / "fs" / "directory" / "phones" / f"{number}.xml"


def test_an_agent_is_added_with_all_that_was_said(agents: Fsapp) -> None:
    words = (
        "--queue service:1:2 --queue sales:3 --skill billing:5 --supervisor --wrap-up 20 --language en --manual-ready"
    )
    more = "--auto-answer --max-no-answer 0 --reject-delay-time 1 --busy-delay-time 2 --no-answer-delay-time 3"
    shift = ("--shift", "mon-fri 08:30-12:00,13:30-17:30", "--shift", "sat 09:00-12:00", "--screen", "desk=A-12")
    add(agents, "1001", *words.split(), *more.split(), *shift)
    assert shown(agents) == {
        "id": "1001",
        "name": "李雷",
        "extension": "1001",
        "language": "en",
        "role": "supervisor",
        "queues": {"service": {"level": 1, "position": 2}, "sales": {"level": 3, "position": 1}},
        "skills": {"billing": 5},
        "wrap_up_time": 20.0,
        "manual_ready": True,
        "auto_answer": True,
        "max_no_answer": 0,
        "reject_delay_time": 1.0,
        "busy_delay_time": 2.0,
        "no_answer_delay_time": 3.0,
        "shifts": {"mon-fri": ["08:30-12:00", "13:30-17:30"], "sat": ["09:00-12:00"]},
        "screen": {"desk": "A-12"},
        "has_pin": True,
    }


def test_the_own_phone_gets_an_account_whose_password_is_shown_once_and_kept_nowhere(agents: Fsapp, site: Path) -> None:
    found = re.search(r"^SIP account 1001: password (\w{16}) \(shown this once\)$", add(agents), re.MULTILINE)
    assert found
    assert phone_file(site).exists()
    holders = [file for file in site.rglob("*") if file.is_file() and found[1].encode() in file.read_bytes()]
    assert holders == []


def test_the_pin_is_kept_nowhere_but_as_a_hash(agents: Fsapp, site: Path) -> None:
    agents("add", "1001", "--name", "李雷", "--pin", "973105820")
    record = Agents(f"sqlite:///{site}/data/fsapp.db").get("1001")
    assert record is not None
    assert pin_matches("973105820", record.pin_hash)
    assert not [file for file in site.rglob("*") if file.is_file() and b"973105820" in file.read_bytes()]
    assert "scrypt" not in agents("show", "1001")[1] + agents("show", "1001", "--json")[1] + agents("list", "--json")[1]


def test_a_switch_and_an_engine_that_do_not_run_are_told_of_and_no_error(agents: Fsapp, closed_port: int) -> None:
    told = add(agents).splitlines()
    assert told[-2] == (
        f"FreeSWITCH cannot be reached at 127.0.0.1 port {closed_port}: Connection refused; "
        "accounts are as they were until it next reads its XML"
    )
    assert told[-1].startswith("no engine runs with data")


def test_an_agent_may_have_no_phone_or_one_of_another_number(agents: Fsapp, site: Path) -> None:
    assert "SIP account" not in add(agents, "1001", "--no-phone")
    assert "SIP account 8002" in add(agents, "1002", "--extension", "8002")
    assert [file.name for file in phone_file(site).parent.glob("*.xml")] == ["8002.xml"]


def test_a_pin_and_a_password_may_come_from_files_and_standard_input(
    agents: Fsapp, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "password").write_text("correct-horse-battery\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("2468\n"))
    code, out, _ = agents("add", "1001", "--name", "李雷", "--pin-file", "-", "--password-file", "password")
    assert code == 0
    assert "SIP account 1001: has the password that you gave" in out
    assert "correct-horse" not in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--queue", "servise"), "there is no queue 'servise' in queues.yaml; did you mean 'service'?"),
        (("--queue", "service:101"), "the level in 'service' is 101; it runs from 1 to 100"),
        (("--queue", "service:x"), "'service:x' is no queue with level and position: write service:1:2"),
        (("--skill", "billing:11"), "the level of 'billing' is 11; it runs from 1 to 10"),
        (("--skill", "billing"), "'billing' is no skill with a level: write billing:5"),
        (("--extension", "../x"), "'../x' is not a phone's number: it has 2 to 16 digits"),
        (("--extension", "110"), "110 is an emergency number; no phone can have it"),
        (("--language", "fr"), "'fr' is no language of agents; known: zh, en"),
        (("--wrap-up", "soon"), "'soon' is no number of seconds, nor `none`"),
        (("--shift", "mon-fri"), "'' are no hours: write them like 08:30-12:00"),
        (("--shift", "montag 08:00-09:00"), "'montag' is no day of the week"),
        (("--screen", "desk"), "'desk' is no data for the screen: write desk=A-12"),
        (("--password-file", "short"), "a phone's password has 12 to 64"),
        (("--no-phone", "--password-file", "good"), "a password is for one own phone"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(
    agents: Fsapp, site: Path, words: tuple[str, ...], sentence: str
) -> None:
    (site / "short").write_text("short")
    (site / "good").write_text("correct-horse-battery")
    err = refused(agents, "add", "1001", "--name", "李雷", "--pin", "2468", *words)
    assert err.startswith(f"fsapp agents: {sentence}")
    assert not phone_file(site).exists()
    assert agents("list")[1] in ("no agents\n", "")


@pytest.mark.parametrize("pin", ["1234", "0000", "1111", "123", "1001", "24a8"])
def test_an_easy_pin_is_refused(agents: Fsapp, pin: str) -> None:
    assert "PIN" in refused(agents, "add", "1001", "--name", "李雷", "--pin", pin)
    add(agents)
    assert "PIN" in refused(agents, "set-pin", "1001", "--pin", pin)


def test_a_pin_is_asked_for_at_a_terminal_alone(agents: Fsapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2468\n"))
    assert "there is no terminal to ask for the PIN of 1001" in refused(agents, "add", "1001", "--name", "李雷")


def test_an_agent_who_is_there_is_not_added_again_and_keeps_the_phone(agents: Fsapp, site: Path) -> None:
    add(agents)
    account = phone_file(site).read_text()
    assert refused(agents, "add", "1001", "--name", "x", "--pin", "2468") == (
        "fsapp agents: there is an agent 1001 already\n"
    )
    assert phone_file(site).read_text() == account


def test_two_agents_have_not_one_own_phone(agents: Fsapp) -> None:
    add(agents)
    err = refused(agents, "add", "1002", "--name", "x", "--pin", "2468", "--extension", "1001")
    assert err == "fsapp agents: 1001 is the phone of 李雷 (1001); a phone has one owner\n"


def test_skills_are_set_and_removed_one_by_one(agents: Fsapp) -> None:
    add(agents, "1001", "--skill", "billing:5")
    agents("set-skill", "1001", "billing", "7")
    agents("set-skill", "1001", "cantonese", "3")
    assert shown(agents)["skills"] == {"billing": 7, "cantonese": 3}
    agents("set-skill", "1001", "billing", "--remove")
    assert shown(agents)["skills"] == {"cantonese": 3}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("set-skill", "1001", "billing", "0"), "the level of 'billing' is 0"),
        (("set-skill", "1001", "billing"), "give a level from 1 to 10, or --remove"),
        (("set-skill", "1001", "billing", "5", "--remove"), "give a level from 1 to 10, or --remove"),
        (("set-skill", "1001", "biling", "--remove"), "1001 has no skill 'biling'; known: none"),
        (("set-skill", "1009", "billing", "5"), "there is no agent 1009"),
        (("set-pin", "1009", "--pin", "2468"), "there is no agent 1009"),
        (("set", "1009", "--wrap-up", "5"), "there is no agent 1009"),
        (("set", "1001", "--no-queue", "sales"), "the agent has no queue 'sales'; known: service"),
        (("set", "1001", "--queue", "sale"), "there is no queue 'sale' in queues.yaml; did you mean 'sales'?"),
        (("show", "1009"), "there is no agent 1009"),
        (("remove", "1009"), "there is no agent 1009"),
    ],
)
def test_a_change_that_cannot_be_made_is_a_sentence(agents: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    add(agents, "1001", "--queue", "service")
    before = shown(agents)
    assert refused(agents, *words).startswith(f"fsapp agents: {sentence}")
    assert shown(agents) == before


def test_a_change_leaves_all_else_as_it_was(agents: Fsapp) -> None:
    add(agents, "1001", "--queue", "service", "--skill", "billing:5", "--wrap-up", "20", "--shift", "mon 08:00-09:00")
    before = shown(agents)
    agents("set", "1001", "--queue", "sales:2", "--wrap-up", "none", "--name", "Li Lei")
    changes = {
        "name": "Li Lei",
        "wrap_up_time": None,
        "queues": {"service": {"level": 1, "position": 1}, "sales": {"level": 2, "position": 1}},
    }
    assert shown(agents) == before | changes
    agents("set", "1001", "--no-queue", "service", "--shift", "none")
    assert shown(agents)["shifts"] == {}
    assert list(shown(agents)["queues"]) == ["sales"]  # type: ignore[call-overload]  # of JSON


def test_another_own_phone_gets_an_account_and_the_former_one_loses_its(agents: Fsapp, site: Path) -> None:
    add(agents)
    assert "SIP account 8001: password" in agents("set", "1001", "--extension", "8001")[1]
    assert [file.name for file in phone_file(site).parent.glob("*.xml")] == ["8001.xml"]
    agents("set", "1001", "--no-phone")
    assert list(phone_file(site).parent.glob("*.xml")) == []


def test_a_change_of_something_else_leaves_the_account_alone(agents: Fsapp, site: Path) -> None:
    add(agents)
    account = phone_file(site).read_text()
    assert "SIP account" not in agents("set", "1001", "--wrap-up", "5")[1]
    assert phone_file(site).read_text() == account
    assert "SIP account 1001: password" in agents("set", "1001", "--new-password")[1]
    assert phone_file(site).read_text() != account


def test_a_dismissed_agent_and_the_account_are_gone(agents: Fsapp, site: Path) -> None:
    add(agents)
    assert agents("remove", "1001")[0] == 0
    assert agents("list")[1] == "no agents\n"
    assert not phone_file(site).exists()


def test_agents_are_listed_in_columns_and_by_queue(agents: Fsapp) -> None:
    add(agents, "1001", "--queue", "service:1:2", "--skill", "billing:5")
    add(agents, "1002", "--no-phone", "--supervisor")
    heads, first, second = agents("list")[1].splitlines()
    assert heads.split() == ["number", "name", "role", "phone", "language", "queues", "skills"]
    assert first.split() == ["1001", "李雷", "agent", "1001", "zh", "service:1:2", "billing:5"]
    assert second.split() == ["1002", "李雷", "supervisor", "any", "zh"]
    assert [json.loads(line)["id"] for line in agents("list", "--json")[1].splitlines()] == ["1001", "1002"]
    assert len(agents("list", "--queue", "service")[1].splitlines()) == 2


def test_what_was_done_is_logged_with_the_users_name(agents: Fsapp, site: Path) -> None:
    add(agents)
    agents("set-pin", "1001", "--pin", "973105")
    with sqlite3.connect(site / "data" / "fsapp.db") as database:
        lines = database.execute("SELECT who, what, fields FROM admin_log ORDER BY id").fetchall()
    database.close()
    assert [what for _, what, _ in lines] == ["agent added", "agent changed"]
    assert all(who for who, _, _ in lines)
    assert json.loads(lines[1][2]) == {"id": "1001", "pin": "changed"}


def test_an_account_that_cannot_be_written_keeps_the_agent_out_of_the_registry(agents: Fsapp, site: Path) -> None:
    (site / "fs" / "directory" / "phones").rename(site / "elsewhere")
    err = refused(agents, "add", "1001", "--name", "李雷", "--pin", "2468")
    assert "`fsapp freeswitch render` makes it" in err
    assert agents("list")[1] == "no agents\n"


def test_without_a_configuration_the_agent_is_added_and_it_is_said_that_the_account_is_not(
    agents: Fsapp, site: Path
) -> None:
    (site / "fsapp.yaml").write_text("data: data\nqueues: queues.yaml\n")
    assert "no SIP account was made for 1001: name its folder as `configuration`" in add(agents)


STAFF = "number,name,queue,skills\n2001,张伟,service:1:2 sales,billing:5; cantonese:3\n2002,Anna,service,\n"


def test_a_file_of_agents_is_taken_in_and_their_secrets_are_shown(agents: Fsapp, site: Path) -> None:
    (site / "staff.csv").write_text(STAFF)
    code, out, _ = agents("import", "staff.csv")
    assert code == 0
    number, name, pin, password = out.splitlines()[1].split()
    assert (number, name) == ("2001", "张伟")
    record = Agents(f"sqlite:///{site}/data/fsapp.db").get("2001")
    assert record is not None
    assert pin_matches(pin, record.pin_hash)
    assert len(password) == 16
    assert sorted(file.name for file in phone_file(site).parent.glob("*.xml")) == ["2001.xml", "2002.xml"]


def test_of_a_file_with_broken_rows_nothing_is_taken(agents: Fsapp, site: Path) -> None:
    (site / "staff.csv").write_text(STAFF + "2003,Tom,servise,\n2004,,service,\n")
    code, out, err = agents("import", "staff.csv")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "staff.csv:4: there is no queue 'servise' in queues.yaml; did you mean 'service'?",
        "staff.csv:5: an agent has a name, of one line and up to 60 characters",
    ]
    assert agents("list")[1] == "no agents\n"
    assert list(phone_file(site).parent.glob("*.xml")) == []


def test_the_script_for_administrators_takes_a_file_in(site: Path) -> None:
    (site / "staff.csv").write_text(STAFF)
    script = Path(__file__).parents[2] / "scripts" / "agents-import"
    command = [str(script), "staff.csv", "--config", "fsapp.yaml"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "2001" in ended.stdout
