"""The ledger on a real switch: engine and FreeSWITCH agree on every leg, and what the switch alone saw is added."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fsapp.store.cdrs import CdrFilter, Cdrs
from tests.live.caller import Caller, until
from tests.live.engine import ROOT, Engine
from tests.live.office import Office
from tests.live.switch import Switch

LIVE = "7001"
AGENT = "2091"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((AGENT, "--queue", "live:1"),)


def differences(engine: Engine) -> list[dict[str, str]]:
    """What the ledger names of today."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    words = ("ledger", "--day", today, "--json", "--config", str(engine.data.parent / "engine" / "fsapp.yaml"))
    done = subprocess.run(
        [sys.executable, "-m", "fsapp", *words], capture_output=True, text=True, cwd=ROOT, check=False, timeout=50
    )
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(switch: Switch, uuid: str) -> Callable[[], bool]:
    """Whether the switch has written its record of a caller's leg."""
    return (Path(switch.data) / "freeswitch" / "cdr" / f"a_{uuid}.cdr.json").exists


def test_engine_and_switch_agree_on_every_leg_of_calls_that_a_queue_served(
    office: Office, engine: Engine, switch: Switch, number: str
) -> None:
    phone, caller = office.talk(AGENT, number, LIVE)
    caller.hang_up()
    phone.wait_for("ended")
    given_up = office.caller(f"139{number[3:]}", LIVE)
    given_up.wait_for("answered")
    given_up.hang_up()
    calls = [engine.cdr(number).uuid, engine.cdr(given_up.number).uuid]
    until(lambda: all(written(switch, uuid)() for uuid in calls), 5, "records of the switch")
    told = [each["sentence"] for each in differences(engine)]
    assert [each for each in told if any(uuid in each for uuid in calls)] == []
    assert [each for each in told if "the sums in" in each or "does not add up" in each] == []


def test_a_call_that_no_engine_served_is_added_and_marked(
    engine: Engine, switch: Switch, phone: Callable[..., Caller], number: str
) -> None:
    engine.stop()
    caller = phone(number)
    caller.call(f"sip:95598@{switch.trunk}")
    caller.wait_for("ringing")
    caller.hang_up()
    until(lambda: any(each["variables"].get("sip_from_user") == number for each in switch.cdrs()), 5, "its record")
    assert any(number in each["sentence"] and "FreeSWITCH alone" in each["sentence"] for each in differences(engine))
    (cdr,) = Cdrs(f"sqlite:///{engine.data / 'fsapp.db'}").list(CdrFilter(ani=number)).cdrs
    assert (cdr.source, cdr.dnis, cdr.complete) == ("spool", "95598", True)
    assert not any(number in each["sentence"] for each in differences(engine))
    engine.start()
