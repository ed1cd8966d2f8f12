"""The engine dies while callers wait for agents and talk to them; everybody goes on where they were."""

from collections.abc import Iterator

import pytest

from tests.live import hearing
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.office import CALLER_TONE, Office, hears
from tests.live.switch import Switch

LIVE = "7001"
FIRST, SECOND = "2001", "2002"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((FIRST, "--queue", "live:1"), (SECOND, "--queue", "live:1"))


@pytest.fixture(autouse=True)
def nobody_left(switch: Switch) -> Iterator[None]:
    yield
    switch.wait_empty(8)


def restart(engine: Engine) -> None:
    engine.kill()
    engine.start()


def test_a_talk_goes_on_and_its_agent_is_known_to_talk(office: Office, engine: Engine, number: str) -> None:
    agent, caller = office.talk(FIRST, number, LIVE)
    restart(engine)
    caller.forget()
    hears(caller, office.tone(FIRST))
    office.wait(FIRST, "talking")
    agent.hang_up()
    office.wait(FIRST, "available")
    caller.wait_for("ended")
    cdr = engine.cdr(number)
    assert (cdr.disposition, cdr.complete, cdr.hangup_party) == ("served", True, "engine")


def test_a_caller_who_hangs_up_in_such_a_talk_has_a_true_record(office: Office, engine: Engine, number: str) -> None:
    agent, caller = office.talk(FIRST, number, LIVE)
    restart(engine)
    office.wait(FIRST, "talking")
    caller.hang_up()
    agent.wait_for("ended")
    office.wait(FIRST, "available")
    cdr = engine.cdr(number)
    assert (cdr.hangup_cause, cdr.hangup_party, cdr.complete) == ("NORMAL_CLEARING", "caller", True)
    assert cdr.billable_ms > 2000


def test_a_caller_who_waits_keeps_place_and_time(office: Office, engine: Engine, number: str) -> None:
    first = office.caller(number, LIVE)
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 1, 5, "caller in the queue")
    second = office.caller(f"{number}9", LIVE)
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 2, 5, "second caller in the queue")
    until(lambda: engine.floor()["queues"]["live"]["longest_seconds"] >= 3, 10, "some waiting")
    restart(engine)
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 2, 5, "both in the queue again")
    assert engine.floor()["queues"]["live"]["longest_seconds"] >= 3
    first.forget()
    until(lambda: hearing.seconds_among(first.heard(), 425) >= 0.3, 10, "music")
    agent = office.agent(FIRST)
    agent.wait_for("from")
    assert f"sip:{number}@" in agent.wait_for("from")
    agent.answer()
    hears(agent, CALLER_TONE)
    first.hang_up()
    second.hang_up()
    assert len(engine.cdrs(number)) == 1


def test_agents_stay_signed_in_and_on_their_breaks(office: Office, engine: Engine) -> None:
    office.agent(FIRST)
    office.agent(SECOND)
    office.set(SECOND, "busy", reason="lunch")
    until(lambda: '"away":"lunch"' in (engine.data / "agents-present.json").read_text(), 5, "file of who is present")
    restart(engine)
    office.wait(FIRST, "available")
    office.wait(SECOND, "on_break")
    assert office.seen(SECOND)["reason"] == "lunch"
