"""fsapp agents set, set-skill, set-pin, remove and import: what changes, and what stays."""

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from fsapp.domain.pin import pin_matches
from fsapp.store.agents import Agents
from tests.cli.registry import Fsapp, add, phone_file, refused, shown


def test_an_agent_who_is_there_is_not_added_again_and_keeps_the_phone(agents: Fsapp, agents_site: Path) -> None:
    add(agents)
    account = phone_file(agents_site).read_text()
    assert refused(agents, "add", "1001", "--name", "x", "--pin", "2468") == (
        "fsapp agents: there is an agent 1001 already\n"
    )
    assert phone_file(agents_site).read_text() == account


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


def test_another_own_phone_gets_an_account_and_the_former_one_loses_its(agents: Fsapp, agents_site: Path) -> None:
    add(agents)
    assert "SIP account 8001: password" in agents("set", "1001", "--extension", "8001")[1]
    assert [file.name for file in phone_file(agents_site).parent.glob("*.xml")] == ["8001.xml"]
    agents("set", "1001", "--no-phone")
    assert list(phone_file(agents_site).parent.glob("*.xml")) == []


def test_a_change_of_something_else_leaves_the_account_alone(agents: Fsapp, agents_site: Path) -> None:
    add(agents)
    account = phone_file(agents_site).read_text()
    assert "SIP account" not in agents("set", "1001", "--wrap-up", "5")[1]
    assert phone_file(agents_site).read_text() == account
    assert "SIP account 1001: password" in agents("set", "1001", "--new-password")[1]
    assert phone_file(agents_site).read_text() != account


def test_a_dismissed_agent_and_the_account_are_gone(agents: Fsapp, agents_site: Path) -> None:
    add(agents)
    assert agents("remove", "1001")[0] == 0
    assert agents("list")[1] == "no agents\n"
    assert not phone_file(agents_site).exists()


def test_agents_are_listed_in_columns_and_by_queue(agents: Fsapp) -> None:
    add(agents, "1001", "--queue", "service:1:2", "--skill", "billing:5")
    add(agents, "1002", "--no-phone", "--supervisor")
    heads, first, second = agents("list")[1].splitlines()
    assert heads.split() == ["number", "name", "role", "phone", "language", "queues", "skills"]
    assert first.split() == ["1001", "李雷", "agent", "1001", "zh", "service:1:2", "billing:5"]
    assert second.split() == ["1002", "李雷", "supervisor", "any", "zh"]
    assert [json.loads(line)["id"] for line in agents("list", "--json")[1].splitlines()] == ["1001", "1002"]
    assert len(agents("list", "--queue", "service")[1].splitlines()) == 2


def test_what_was_done_is_logged_with_the_users_name(agents: Fsapp, agents_site: Path) -> None:
    add(agents)
    agents("set-pin", "1001", "--pin", "973105")
    with sqlite3.connect(agents_site / "data" / "fsapp.db") as database:
        lines = database.execute("SELECT who, what, fields FROM admin_log ORDER BY id").fetchall()
    database.close()
    assert [what for _, what, _ in lines] == ["agent added", "agent changed"]
    assert all(who for who, _, _ in lines)
    assert json.loads(lines[1][2]) == {"id": "1001", "pin": "changed"}


def test_an_account_that_cannot_be_written_keeps_the_agent_out_of_the_registry(
    agents: Fsapp, agents_site: Path
) -> None:
    (agents_site / "fs" / "directory" / "phones").rename(agents_site / "elsewhere")
    err = refused(agents, "add", "1001", "--name", "李雷", "--pin", "2468")
    assert "`fsapp freeswitch render` makes it" in err
    assert agents("list")[1] == "no agents\n"


def test_without_a_configuration_the_agent_is_added_and_it_is_said_that_the_account_is_not(
    agents: Fsapp, agents_site: Path
) -> None:
    (agents_site / "fsapp.yaml").write_text("data: data\nqueues: queues.yaml\n")
    assert "no SIP account was made for 1001: name its folder as `configuration`" in add(agents)


STAFF = "number,name,queue,skills\n2001,张伟,service:1:2 sales,billing:5; cantonese:3\n2002,Anna,service,\n"


def test_a_file_of_agents_is_taken_in_and_their_secrets_are_shown(agents: Fsapp, agents_site: Path) -> None:
    (agents_site / "staff.csv").write_text(STAFF)
    code, out, _ = agents("import", "staff.csv")
    assert code == 0
    number, name, pin, password = out.splitlines()[1].split()
    assert (number, name) == ("2001", "张伟")
    record = Agents(f"sqlite:///{agents_site}/data/fsapp.db").get("2001")
    assert record is not None
    assert pin_matches(pin, record.pin_hash)
    assert len(password) == 16
    assert sorted(file.name for file in phone_file(agents_site).parent.glob("*.xml")) == ["2001.xml", "2002.xml"]


def test_of_a_file_with_broken_rows_nothing_is_taken(agents: Fsapp, agents_site: Path) -> None:
    (agents_site / "staff.csv").write_text(STAFF + "2003,Tom,servise,\n2004,,service,\n")
    code, out, err = agents("import", "staff.csv")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "staff.csv:4: there is no queue 'servise' in queues.yaml; did you mean 'service'?",
        "staff.csv:5: an agent has a name, of one line and up to 60 characters",
    ]
    assert agents("list")[1] == "no agents\n"
    assert list(phone_file(agents_site).parent.glob("*.xml")) == []


def test_the_script_for_administrators_takes_a_file_in(agents_site: Path) -> None:
    (agents_site / "staff.csv").write_text(STAFF)
    script = Path(__file__).parents[2] / "scripts" / "agents-import"
    command = [str(script), "staff.csv", "--config", "fsapp.yaml"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "2001" in ended.stdout
