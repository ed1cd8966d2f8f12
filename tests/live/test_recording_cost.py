"""What recording costs the engine, on a real switch: the same talks, recorded by their queue and in no recording."""

import statistics
from collections.abc import Iterator

import gevent
import pytest

from tests.live.bare_line import Line
from tests.live.bare_phones import BarePhone
from tests.live.office import PASSWORD, Office
from tests.live.soak_samples import cpu
from tests.live.switch import Switch

pytestmark = pytest.mark.timeout(900)

RECORDED, UNRECORDED = "7031", "7032"
AGENTS = [f"24{each:02}" for each in range(8)]
ROUNDS, TALKS = 6, 10
"""Of each round every caller has so many talks, first all with recording, then all without."""

TALK_SECONDS, LONGEST = 2.0, 40.0
BOUND_MS = 6.0
"""Three were measured, however long the talk: a long one has a longer file, which takes 1 ms a minute to sum up."""


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    queues = ("--queue", "live_recorded:1", "--queue", "live_unrecorded:1", "--wrap-up", "0")
    return tuple((agent, *queues) for agent in AGENTS)


def serve(line: Line) -> None:
    """What every agent does."""
    line.answer()
    gevent.sleep(TALK_SECONDS)
    line.hang_up()


@pytest.fixture
def agents(office: Office, switch: Switch) -> Iterator[None]:
    phones = [BarePhone(agent, switch.registrar) for agent in AGENTS]
    for phone in phones:
        phone.register(PASSWORD)
        phone.on_line = serve
        office.set(phone.name, "in")
    yield
    for phone in phones:
        phone.close()


@pytest.fixture
def callers(switch: Switch) -> Iterator[list[BarePhone]]:
    phones = [BarePhone(f"1370000{each:04}", switch.trunk) for each in range(len(AGENTS))]
    yield phones
    for phone in phones:
        phone.close()


def talks(caller: BarePhone, called: str, count: int) -> None:
    for _ in range(count):
        caller.call(called).wait("over", LONGEST)


def cost(office: Office, callers: list[BarePhone], called: str, count: int) -> float:
    """Milliseconds of the engine's CPU a talk."""
    before = cpu(office.engine.pid)
    at_work = [gevent.spawn(talks, caller, called, count) for caller in callers]
    gevent.joinall(at_work, raise_error=True)
    gevent.sleep(1.0)  # for the writer
    return (cpu(office.engine.pid) - before) * 1000 / count / len(callers)


@pytest.mark.usefixtures("agents")
def test_recording_costs_the_engine_little(office: Office, switch: Switch, callers: list[BarePhone]) -> None:
    """In turns, so that whatever else the machine does counts for both."""
    for called in (RECORDED, UNRECORDED):
        cost(office, callers, called, 1)
    spent = [(cost(office, callers, RECORDED, TALKS), cost(office, callers, UNRECORDED, TALKS)) for _ in range(ROUNDS)]
    with_it, without = (statistics.median(each) for each in zip(*spent, strict=True))
    added = statistics.median(recorded - other for recorded, other in spent)
    print(f"\nCPU a talk: recorded {with_it:.1f} ms, else {without:.1f} ms, more by {added:.2f} ms: {spent}")
    switch.wait_empty(5)
    assert added < BOUND_MS
