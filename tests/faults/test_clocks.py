"""Somebody sets the machine's clock in mid-call: durations and waits stay right, what comes next has the new time."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from time import monotonic

import gevent
import pytest

from fsapp.server.system import SystemClock
from fsapp.switchboard.agent_phone import Habit
from tests.faults.checker import violations
from tests.faults.cutting import ANSWERS, FLOW
from tests.faults.house import Engine, House, Plot, until
from tests.faults.people import Customer

HOUR = 3_600_000
TALK = Habit(answers_after=1.0, talks=6.0)


class SetClock(SystemClock):
    """The machine's clock, which somebody sets."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


Build = Callable[[], tuple[House, SetClock]]


@pytest.fixture
def build(tmp_path: Path, template: Path) -> Iterator[Build]:
    houses: list[House] = []

    def made() -> tuple[House, SetClock]:
        clock = SetClock()
        house = House(tmp_path / "house", Plot(FLOW, agents={"2001": TALK}), template)
        house.engine = Engine(house.folder, house.plot, house.client.port, clock=clock)
        houses.append(house)
        house.open()
        return house, clock

    yield made
    for house in houses:
        house.close()


def is_asked(house: House, customer: Customer) -> bool:
    return customer.prompts[-1:] == ["ask_account"]


def waits(house: House, customer: Customer) -> bool:
    return bool(house.engine.centre.service.places())


def talks(house: House, customer: Customer) -> bool:
    return bool(customer.talks)


@pytest.mark.parametrize(("moment", "hours"), list(product([is_asked, waits, talks], [1, -1])))
def test_a_clock_that_is_set_in_mid_call_changes_no_duration_and_no_wait(
    build: Build, moment: Callable[[House, Customer], bool], hours: int
) -> None:
    house, clock = build()
    customer = Customer(ANSWERS)
    began = monotonic()
    house.call(customer)
    assert until(lambda: moment(house, customer))
    clock.ahead = timedelta(hours=hours)
    assert house.wait()
    lasted = (monotonic() - began) * 1000
    found = house.evidence(silence_seconds=60.0)
    assert violations(found) == []
    assert customer.prompts[-1] == "goodbye"
    (cdr,) = found.cdrs
    assert 0 < cdr.duration_ms <= lasted
    assert cdr.answered_at is not None
    assert cdr.arrived_at <= cdr.answered_at <= cdr.ended_at
    (contact,) = found.contacts
    assert 0 <= contact.waited_ms <= lasted
    (talk,) = found.talks
    assert 0 < talk.ended_at - talk.started_at <= lasted
    times = [each.until - each.since for each in found.agent_times]
    assert all(0 <= each <= lasted + 5000 for each in times), times


@pytest.mark.parametrize("hours", [1, -1])
def test_calls_after_a_clock_was_set_have_the_new_time_and_are_served_as_before(build: Build, hours: int) -> None:
    house, clock = build()
    first, second = Customer(ANSWERS), Customer(ANSWERS)
    house.call(first)
    assert until(lambda: waits(house, first))
    clock.ahead = timedelta(hours=hours)
    house.call(second)
    assert house.wait()
    gevent.sleep(0)
    found = house.evidence(silence_seconds=60.0, in_order=True)
    assert violations(found) == []
    earlier, later = (next(cdr.arrived_at for cdr in found.cdrs if cdr.uuid == uuid) for uuid in house.customers)
    assert abs(later - earlier - hours * HOUR) < 60_000
    assert [len(each.talks) for each in (first, second)] == [1, 1]
