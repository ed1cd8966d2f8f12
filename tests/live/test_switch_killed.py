"""FreeSWITCH is killed under callers who are asked, wait and talk, and is started again; the engine goes on (F4)."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.office import CALLER_TONE, Office, hears
from tests.live.switch import Switch

LIVE = "7001"
FIRST = "2901"
AWAY_SECONDS = 6.0


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((FIRST, "--queue", "live:1", "--busy-delay-time", "1", "--reject-delay-time", "1"),)


@pytest.fixture
def killed(switch: Switch) -> Iterator[Switch]:
    yield switch
    if switch.ended:
        switch.start()


def cpu_seconds(engine: Engine) -> float:
    """Of the process's whole life."""
    fields = Path(f"/proc/{engine.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def descriptors(engine: Engine) -> int:
    return sum(1 for _ in Path(f"/proc/{engine.pid}/fd").iterdir())


def talk(office: Office, phone: Caller, number: str) -> Caller:
    """A caller who talks to the agent at this phone."""
    caller = office.caller(number, LIVE)
    phone.wait_for("from")
    phone.answer()
    hears(caller, office.tone(FIRST))
    return caller


def crash(office: Office, engine: Engine, switch: Switch, phone: Caller, number: str) -> Caller:
    """Kills the switch under three calls, and starts it again; the agent's phone comes back."""
    callers = [talk(office, phone, number), office.caller(f"{number}8", LIVE)]
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 1, 5, "caller in the queue")
    callers.append(office.caller(f"{number}9", "20001"))
    until(lambda: hearing.trimmed(callers[2].heard()).size > hearing.RATE, 10, "second of the welcome")
    switch.kill()
    for each in (*callers, phone):
        each.close()
    began, spent = time.monotonic(), cpu_seconds(engine)
    time.sleep(AWAY_SECONDS)
    share = (cpu_seconds(engine) - spent) / (time.monotonic() - began)
    print(f"the engine takes {share:.1%} of a core while there is no switch")
    assert share < 0.05
    switch.start()
    assert {engine.cdr(ani).hangup_cause for ani in (number, f"{number}8", f"{number}9")} == {"switch_lost"}
    again = office.at(FIRST)
    office.wait(FIRST, "available")
    assert engine.floor()["queues"]["live"]["waiting"] == 0
    return again


def test_a_switch_that_is_killed_ends_its_calls_and_the_next_one_has_the_agents(
    office: Office, engine: Engine, killed: Switch, number: str
) -> None:
    phone = crash(office, engine, killed, office.agent(FIRST), f"{number}1")
    before = descriptors(engine)
    phone = crash(office, engine, killed, phone, f"{number}2")
    caller = talk(office, phone, f"{number}3")
    hears(phone, CALLER_TONE)
    caller.hang_up()
    assert engine.cdr(f"{number}3").hangup_party == "caller"
    killed.wait_empty(8)
    until(lambda: descriptors(engine) <= before + 1, 10, "descriptors of before")
