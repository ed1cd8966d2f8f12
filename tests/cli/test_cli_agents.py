"""fsapp agents add, list and show: what administrators see, and what is refused with a sentence."""

import io
import re
from pathlib import Path

import pytest

from fsapp.domain.pin import pin_matches
from fsapp.store.agents import Agents
from tests.cli.registry import Fsapp, add, phone_file, refused, shown


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


def test_the_own_phone_gets_an_account_whose_password_is_shown_once_and_kept_nowhere(
    agents: Fsapp, agents_site: Path
) -> None:
    found = re.search(r"^SIP account 1001: password (\w{16}) \(shown this once\)$", add(agents), re.MULTILINE)
    assert found
    assert phone_file(agents_site).exists()
    holders = [file for file in agents_site.rglob("*") if file.is_file() and found[1].encode() in file.read_bytes()]
    assert holders == []


def test_the_pin_is_kept_nowhere_but_as_a_hash(agents: Fsapp, agents_site: Path) -> None:
    agents("add", "1001", "--name", "李雷", "--pin", "973105820")
    record = Agents(f"sqlite:///{agents_site}/data/fsapp.db").get("1001")
    assert record is not None
    assert pin_matches("973105820", record.pin_hash)
    assert not [file for file in agents_site.rglob("*") if file.is_file() and b"973105820" in file.read_bytes()]
    assert "scrypt" not in agents("show", "1001")[1] + agents("show", "1001", "--json")[1] + agents("list", "--json")[1]


def test_a_switch_and_an_engine_that_do_not_run_are_told_of_and_no_error(agents: Fsapp, closed_port: int) -> None:
    told = add(agents).splitlines()
    assert told[-2] == (
        f"FreeSWITCH cannot be reached at 127.0.0.1 port {closed_port}: Connection refused; "
        "accounts are as they were until it next reads its XML"
    )
    assert told[-1].startswith("no engine runs with data")


def test_an_agent_may_have_no_phone_or_one_of_another_number(agents: Fsapp, agents_site: Path) -> None:
    assert "SIP account" not in add(agents, "1001", "--no-phone")
    assert "SIP account 8002" in add(agents, "1002", "--extension", "8002")
    assert [file.name for file in phone_file(agents_site).parent.glob("*.xml")] == ["8002.xml"]


def test_a_pin_and_a_password_may_come_from_files_and_standard_input(
    agents: Fsapp, agents_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (agents_site / "password").write_text("correct-horse-battery\n")
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
    agents: Fsapp, agents_site: Path, words: tuple[str, ...], sentence: str
) -> None:
    (agents_site / "short").write_text("short")
    (agents_site / "good").write_text("correct-horse-battery")
    err = refused(agents, "add", "1001", "--name", "李雷", "--pin", "2468", *words)
    assert err.startswith(f"fsapp agents: {sentence}")
    assert not phone_file(agents_site).exists()
    assert agents("list")[1] in ("no agents\n", "")


@pytest.mark.parametrize("pin", ["1234", "0000", "1111", "123", "1001", "24a8"])
def test_an_easy_pin_is_refused(agents: Fsapp, pin: str) -> None:
    assert "PIN" in refused(agents, "add", "1001", "--name", "李雷", "--pin", pin)
    add(agents)
    assert "PIN" in refused(agents, "set-pin", "1001", "--pin", pin)


def test_a_pin_is_asked_for_at_a_terminal_alone(agents: Fsapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2468\n"))
    assert "there is no terminal to ask for the PIN of 1001" in refused(agents, "add", "1001", "--name", "李雷")
