"""What recording costs the engine, on a real switch: the same talks, recorded by their queue and in no recording."""

import statistics
from collections.abc import Iterator
from functools import partial

import gevent
import pytest

from tests.live.bare_line import Line
from tests.live.bare_phones import BarePhone
from tests.live.office import PASSWORD, Office
from tests.live.soak_samples import cpu
from tests.live.switch import Switch

pytestmark = pytest.mark.timeout(600)

RECORDED, UNRECORDED = "7031", "7032"
AGENT = "2401"
ROUNDS, TALKS = 6, 25
TALK_SECONDS, PAUSE_SECONDS = 1.0, 0.2
BOUND = 0.15
"""Of a short talk's CPU. A long one's costs no more commands and events: only its file is longer, 2 ms a minute."""


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((AGENT, "--queue", "live_recorded:1", "--queue", "live_unrecorded:1", "--wrap-up", "0"),)


@pytest.fixture
def agent(office: Office, switch: Switch) -> Iterator[BarePhone]:
    phone = BarePhone(AGENT, switch.registrar)
    phone.register(PASSWORD)
    office.set(AGENT, "in")
    yield phone
    phone.close()


@pytest.fixture
def outside(switch: Switch) -> Iterator[BarePhone]:
    phone = BarePhone("13900000002", switch.trunk)
    yield phone
    phone.close()


def talk(agent: BarePhone, outside: BarePhone, called: str) -> None:
    rung: gevent.event.AsyncResult[Line] = gevent.event.AsyncResult()
    agent.on_line = rung.set
    caller = outside.call(called)
    line = rung.get(timeout=5)
    assert line is not None
    line.answer()
    gevent.sleep(TALK_SECONDS)
    line.hang_up()
    caller.wait("over")
    gevent.sleep(PAUSE_SECONDS)


def test_recording_costs_the_engine_little(
    office: Office, switch: Switch, agent: BarePhone, outside: BarePhone
) -> None:
    """In turns, so that whatever else the machine does counts for both."""
    for called in (RECORDED, UNRECORDED):
        talk(agent, outside, called)
    spent: dict[str, list[float]] = {RECORDED: [], UNRECORDED: []}
    for _ in range(ROUNDS):
        for called, costs in spent.items():
            before = cpu(office.engine.pid)
            for make in [partial(talk, agent, outside, called)] * TALKS:
                make()
            gevent.sleep(1.0)  # for the writer
            costs.append((cpu(office.engine.pid) - before) * 1000 / TALKS)
    with_it, without = (statistics.median(spent[called]) for called in (RECORDED, UNRECORDED))
    print(f"CPU a talk: recorded {with_it:.1f} ms, in no recording {without:.1f} ms; {spent}")
    switch.wait_empty(5)
    assert with_it < without * (1 + BOUND)
