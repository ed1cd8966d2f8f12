"""fsapp queues, and the scripts that cron runs."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.acd import events
from fsapp.acd.commands import Record
from fsapp.acd.records import RunRecords, WallTime
from fsapp.cli.commands import main
from fsapp.domain.events import Event
from fsapp.store.journal import Journal
from tests.acd.centre import Centre

ROOT = Path(__file__).parents[2]
CALL = "2ee0d528-8ecb-4cee-9d44-4adabc789a20"
NOON = 1_793_505_600_000
"""2026-11-01, 12:00 in Shanghai."""

Fsapp = Callable[..., tuple[int, str, str]]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site where a call was served at noon, by the second agent who was asked, and then asked for a queue again."""
    (tmp_path / "fsapp.yaml").write_text("data: data\n")
    (tmp_path / "data").mkdir()
    centre = Centre()
    centre.hire("1001")
    centre.hire("1002")
    centre.call(f"{CALL}/1", at=2.0)
    centre.tell(events.OfferRejected(centre.offer_of(f"{CALL}/1")), 5.0)
    centre.answer(f"{CALL}/1", 8.5)
    centre.tell(events.TalkEnded(f"{CALL}/1"), 68.5)
    centre.tell(events.AgentSignedOut("1001"), 70.0)
    centre.tell(events.AgentSignedOut("1002"), 70.0)
    centre.call(f"{CALL}/2", at=80.0)
    journalled: list[Event] = []
    records = RunRecords("r1", WallTime(NOON), [journalled.append])
    for said in centre.said:
        if isinstance(said, Record):
            records.add(said.entry)
    journal = Journal(f"sqlite:///{tmp_path}/data/fsapp.db")
    journal.append(journalled)
    journal.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fsapp(capsys: pytest.CaptureFixture[str]) -> Fsapp:
    def run(*words: str) -> tuple[int, str, str]:
        code = main([*words, "--config", "fsapp.yaml"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.mark.usefixtures("site")
def test_a_call_is_explained_in_order_of_time(fsapp: Fsapp) -> None:
    code, out, _ = fsapp("queues", "explain", CALL)
    assert code == 0
    assert out.splitlines() == [
        f"{CALL}/1:",
        "2026-11-01 12:00:02  It stands in queue service, at position 1.",
        f"2026-11-01 12:00:02  {CALL}/1 in queue service, at position 1, had waited 0 s and asked for no skill.",
        "                     It was offered to 1001: of 2 who could take it, idle for the longest time.",
        "                     Could have taken it, and came later in the order: 1002.",
        "2026-11-01 12:00:05  The phone of 1001 rang for 3 s: refused.",
        f"2026-11-01 12:00:05  {CALL}/1 in queue service, at position 1, had waited 3 s and asked for no skill.",
        "                     It was offered to 1002: nobody else could take it.",
        "                     On a break or resting: 1001.",
        "2026-11-01 12:00:08  The phone of 1002 rang for 3.5 s: answered.",
        "2026-11-01 12:00:08  After 6.5 s the caller and 1002 heard each other, within the service level's time.",
        "2026-11-01 12:01:08  1002 talked with the caller for 60 s.",
        f"{CALL}/2:",
        "2026-11-01 12:01:20  It stands in queue service, at position 1.",
        f"2026-11-01 12:01:20  {CALL}/2 in queue service, at position 1, had waited 0 s and asked for no skill.",
        "                     Nobody could be offered it, so it waits.",
        "                     Not signed in: 1001, 1002.",
        f"As far as is known, {CALL}/2 has not left the queues.",
    ]


@pytest.mark.usefixtures("site")
def test_a_call_is_explained_in_chinese_too(fsapp: Fsapp) -> None:
    _, out, _ = fsapp("queues", "explain", CALL, "--language", "zh")
    assert "座席1001的话机振铃3秒：拒接。" in out
    assert "分配给座席1002：只有该座席可以接听。" in out


@pytest.mark.usefixtures("site")
def test_a_contact_stands_for_its_call(fsapp: Fsapp) -> None:
    assert fsapp("queues", "explain", f"{CALL}/2") == fsapp("queues", "explain", CALL)


@pytest.mark.usefixtures("site")
def test_an_explanation_in_json_has_sentences_and_what_they_rest_on(fsapp: Fsapp) -> None:
    told = json.loads(fsapp("queues", "explain", CALL, "--json")[1])
    assert told["call"] == CALL
    decided = [each for each in told["history"] if each["event"] == "DispatchDecided"]
    assert decided[0]["fields"]["chosen"] == ["1001"]
    assert decided[0]["at"] == NOON + 2000
    assert "It was offered to 1001" in decided[0]["sentences"][1]
    assert len(told["still_there"]) == 1


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("call", ["nobody", "", "/1"])
def test_a_call_that_was_in_no_queue_is_told_so(fsapp: Fsapp, call: str) -> None:
    code, out, err = fsapp("queues", "explain", call)
    assert (code, out) == (2, "")
    assert err == f"fsapp queues: the call {call} was never in a queue, or there is no such call\n"


@pytest.mark.usefixtures("site")
def test_the_log_is_printed_for_programs(fsapp: Fsapp) -> None:
    rows = [json.loads(line) for line in fsapp("queues", "log", "--queue", "service", "--json")[1].splitlines()]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert [row["event"] for row in rows].count("ContactQueued") == 2
    offer = next(row for row in rows if row["event"] == "OfferEnded")
    assert (offer["agent"], offer["call"], offer["contact"], offer["queue"]) == ("1001", CALL, f"{CALL}/1", "service")
    assert offer["fields"] == {"offer": "o1", "made_at": NOON + 2000, "end": "rejected", "cause": ""}


@pytest.mark.usefixtures("site")
def test_the_log_is_printed_for_spreadsheets(fsapp: Fsapp) -> None:
    period = ("--from", "2026-11-01 12:00:05", "--to", "2026-11-01 12:00:08")
    rows = list(csv.DictReader(io.StringIO(fsapp("queues", "log", *period, "--agent", "1001", "--csv")[1])))
    assert [row["event"] for row in rows] == ["OfferEnded", "AgentStateEnded"]
    assert rows[0]["at"] == "2026-11-01 12:00:05.000"
    assert json.loads(rows[0]["fields"])["end"] == "rejected"


@pytest.mark.usefixtures("site")
def test_the_log_is_printed_for_people(fsapp: Fsapp) -> None:
    lines = fsapp("queues", "log")[1].splitlines()
    assert lines[0].split()[:3] == ["at", "event", "queue"]
    assert any("DispatchDecided" in line and "position=1" in line and "others" not in line for line in lines)


DAY = ("--from", "2026-11-01", "--to", "2026-11-02")


@pytest.mark.usefixtures("site")
def test_the_times_of_an_agent_are_printed(fsapp: Fsapp) -> None:
    printed = fsapp("queues", "times", *DAY, "--agent", "1002", "--json")[1]
    rows = [json.loads(line) for line in printed.splitlines()]
    assert [(row["state"], row["since"] - NOON, row["ms"]) for row in rows] == [
        ("available", 0, 5000),
        ("offered", 5000, 3500),
        ("talking", 8500, 60_000),
        ("wrap_up", 68_500, 1500),
        ("offline", 70_000, 10_000),
    ]


@pytest.mark.usefixtures("site")
def test_totals_add_up_to_the_time_signed_in(fsapp: Fsapp) -> None:
    rows = list(csv.DictReader(io.StringIO(fsapp("queues", "times", *DAY, "--totals", "--csv")[1])))
    for agent in ("1001", "1002"):
        own = {row["state"]: int(row["ms"]) for row in rows if row["agent"] == agent}
        assert own.pop("(signed in)") == 70_000 == sum(own.values()) - own["offline"]


@pytest.mark.usefixtures("site")
def test_of_a_day_without_anything_that_is_said(fsapp: Fsapp) -> None:
    day = ("--from", "2026-10-01", "--to", "2026-10-02")
    assert fsapp("queues", "times", *day)[1] == "nothing was kept of that\n"
    assert fsapp("queues", "log", *day, "--json")[1] == ""
    assert fsapp("queues", "log", *day, "--csv")[1] == "at,event,queue,agent,call,contact,fields\r\n"


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("command", ["log", "times"])
def test_a_time_that_is_none_is_a_sentence(fsapp: Fsapp, command: str) -> None:
    code, _, err = fsapp("queues", command, "--from", "noon")
    assert code == 2
    assert err == "fsapp queues: 'noon' is no time such as 2026-11-01 or '2026-11-01 08:00'\n"


@pytest.mark.parametrize(("script", "command"), [("queue-log", "log"), ("agent-times", "times")])
def test_a_script_runs_its_command_wherever_it_is_called(site: Path, script: str, command: str, fsapp: Fsapp) -> None:
    fake = site / "installed"
    (fake / "scripts").mkdir(parents=True)
    (fake / ".venv" / "bin").mkdir(parents=True)
    (fake / "scripts" / script).symlink_to(ROOT / "scripts" / script)
    program = fake / ".venv" / "bin" / "fsapp"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m fsapp "$@"\n')
    program.chmod(0o755)
    words = (*DAY, "--json", "--config", "fsapp.yaml")
    done = subprocess.run([fake / "scripts" / script, *words], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == fsapp("queues", command, *DAY, "--json")[1]
    told = subprocess.run([fake / "scripts" / script, "--help"], capture_output=True, text=True, check=True, timeout=30)
    assert "Example:" in told.stdout
    assert os.access(ROOT / "scripts" / script, os.X_OK)
