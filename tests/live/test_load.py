"""Two hundred callers at once (SIPp), on a real switch: none lost, none without a record."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.switch import Switch, free_port

CALLS = 200
SCENARIO = Path(__file__).with_name("sipp_call.xml")
NUMBER = "20002"


def sipp(switch: Switch, folder: Path) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("sipp")
    if program is None:
        pytest.skip("no SIPp: apt install sip-tester")
    options = {"-sf": SCENARIO, "-s": NUMBER, "-i": "127.0.0.1", "-p": free_port(), "-mi": "127.0.0.1"}
    load = {"-mp": free_port(), "-m": CALLS, "-l": CALLS, "-r": 100, "-timeout": 50}
    words = [str(word) for option in {**options, **load}.items() for word in option]
    command = [program, switch.trunk, *words, "-nostdin", "-trace_err"]
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=55)


def test_two_hundred_calls_at_once(engine: Engine, switch: Switch, tmp_path: Path) -> None:
    result = sipp(switch, tmp_path)
    assert result.returncode == 0, result.stdout[-3000:]
    until(lambda: len(engine.cdrs(dnis=NUMBER)) == CALLS, 10, f"{CALLS} records")
    cdrs = engine.cdrs(dnis=NUMBER)
    assert {(cdr.hangup_cause, cdr.hangup_party, cdr.steps) for cdr in cdrs} == {("NORMAL_CLEARING", "engine", 4)}
    assert {cdr.ani for cdr in cdrs} == {f"139{number}" for number in range(1, CALLS + 1)}
    at_once = max(cdr.answered_at or 0 for cdr in cdrs) < min(cdr.ended_at for cdr in cdrs)
    assert at_once
    theirs = {each["variables"]["uuid"]: each["variables"] for each in switch.cdrs()}
    assert all(cdr.billable_ms == int(theirs[cdr.uuid]["billmsec"]) for cdr in cdrs)
    switch.wait_empty(10)
