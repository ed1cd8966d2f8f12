"""The engine is killed in the middle of an offer: no phone rings for nobody, and no caller waits for nobody."""

import time
from collections.abc import Iterator

import pytest

from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.office import Office, hears
from tests.live.switch import Switch

LIVE, WHISPERED = "7001", "7013"
FIRST = "2401"
BACK_SECONDS = 3.0


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((FIRST, "--queue", "live:1", "--busy-delay-time", "1"),)


@pytest.fixture(autouse=True)
def nobody_left(switch: Switch) -> Iterator[None]:
    yield
    switch.wait_empty(8)


def signed_in_on_disk(engine: Engine) -> bool:
    file = engine.data / "agents-present.json"
    return file.exists() and FIRST in file.read_text()


def restart(engine: Engine) -> float:
    """Gives the moment at which the next engine is ready."""
    until(lambda: signed_in_on_disk(engine), 5, "file of who is present")
    engine.kill()
    engine.start()
    return time.monotonic()


def test_a_phone_that_rings_stops_and_rings_for_the_next_engine(office: Office, engine: Engine, number: str) -> None:
    agent = office.agent(FIRST)
    caller = office.caller(number, LIVE)
    agent.wait_for("from")
    ready = restart(engine)
    agent.wait_for("ended", within=BACK_SECONDS)
    agent.wait_for("from", count=2, within=10)
    print(f"the phone rang again {time.monotonic() - ready:.2f} s after the next engine was ready")
    agent.answer()
    hears(caller, office.tone(FIRST))


def test_an_agent_who_hears_a_whisper_is_let_go(office: Office, engine: Engine, number: str) -> None:
    agent = office.agent(FIRST)
    office.caller(number, WHISPERED)
    agent.wait_for("from")
    agent.answer()
    agent.wait_for("answered")
    restart(engine)
    agent.wait_for("ended", within=BACK_SECONDS)
    agent.wait_for("from", count=2, within=10)


def test_callers_who_wait_are_back_within_three_seconds(office: Office, engine: Engine, number: str) -> None:
    for each in range(3):
        office.caller(f"{number}{each}", LIVE)
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 3, 8, "callers in the queue")
    engine.kill()
    engine.start()
    ready = time.monotonic()
    until(lambda: engine.floor()["queues"]["live"]["waiting"] == 3, 8, "callers in the queue again")
    took = time.monotonic() - ready
    print(f"three callers were back {took:.2f} s after the next engine was ready")
    assert took < BACK_SECONDS
