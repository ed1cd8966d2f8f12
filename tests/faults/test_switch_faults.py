"""The switch dies, hangs, cannot be reached, says things twice, in disorder, wrongly or not at all."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import gevent
import pytest
from gevent.pool import Pool

from fsapp.acd.agents import AgentState
from fsapp.domain.causes import Cause
from fsapp.esl import client_link, leg, phone_leg
from fsapp.esl.channel import Channel
from fsapp.switchboard.agent_phone import Habit
from fsapp.switchboard.channel import Channel as SwitchChannel
from fsapp.switchboard.timeline import Pace
from tests.faults.checker import Undisturbed, violations
from tests.faults.cutting import ANSWERS, FLOW
from tests.faults.house import LIMIT, House, Plot, until
from tests.faults.people import Customer
from tests.faults.weather import Weather

Build = Callable[[Plot], House]
FAR_AWAY = 1000.0
"""Seconds of silence that count for nothing here: these tests make silence."""


def found(house: House) -> list[str]:
    assert house.wait(), (house.busy(), sorted(house.switch.channels))
    return violations(house.evidence(silence_seconds=FAR_AWAY))


# F4: the switch is killed, and starts again.


MANY = {str(2001 + number): Habit(answers_after=1.0, talks=60.0) for number in range(3)}


def test_a_switch_that_dies_and_comes_back_leaves_nothing_behind(build: Build) -> None:
    """Callers in a menu, in the queue and in talks."""
    with Undisturbed() as process:
        house = build(Plot(FLOW, agents=MANY))
        customers = [Customer(ANSWERS) for _ in range(6)] + [Customer({})]
        for customer in customers:
            house.call(customer)
        assert until(lambda: sum(len(customer.talks) for customer in customers) == len(MANY))
        house.kill_switch()
        assert until(lambda: len(house.engine.handler.live) < len(customers))
        gevent.sleep(0.3)
        before = time.process_time()
        gevent.sleep(1.0)
        assert time.process_time() - before < 0.05 * 1.0 + 0.02
        house.restart_switch()
        assert until(lambda: house.engine.centre.client.connected)
        assert until(house.engine.listener.empty.is_set)
        assert until(lambda: all(house.state(agent) is AgentState.AVAILABLE for agent in MANY))
        customers.append(Customer(ANSWERS))
        house.phones["2001"].habit = Habit(answers_after=0.5, talks=1.0)
        house.call(customers[-1])
        assert found(house) == []
        assert customers[-1].prompts[-1] == "goodbye"
        causes = {cdr.hangup_cause for cdr in house.evidence().cdrs}
        assert causes == {"switch_lost", "NORMAL_CLEARING"}
        house.close()
    assert process.violations() == []


# F5: nothing gets through, and nobody says so.


def test_a_client_connection_into_a_black_hole_is_given_up_and_made_anew(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_link, "PING_SECONDS", 0.2)
    house = build(Plot(FLOW, agents={"2001": Habit(answers_after=1.0, talks=30.0)}))
    customer = Customer(ANSWERS)
    house.call(customer)
    assert until(lambda: customer.talks)
    house.client.connections[-1].blocked = True
    assert until(lambda: len(house.client.connections) == 2), "it was not given up"
    assert house.engine.centre.client.wait_connected(LIMIT)
    house.phones["2001"].hang_up()
    assert found(house) == []
    assert (customer.prompts[-1], len(customer.talks)) == ("goodbye", 1)


def test_a_call_into_a_black_hole_ends_by_its_time_limits(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MARGIN_SECONDS", "HANGUP_SECONDS"):
        monkeypatch.setattr(leg, name, 0.3)
    monkeypatch.setattr(Channel.ending, "__defaults__", (0.3,))
    house = build(Plot(FLOW))
    customer = Customer({})
    call = house.call(customer)
    assert until(lambda: "ask_menu" in customer.prompts)
    for each in house.calls.connections:
        each.blocked = True
    assert until(lambda: house.engine.handler.live == frozenset()), "the engine waits for ever"
    call.hang_up()
    assert found(house) == []


# F9, F10: phones that are gone, or that nobody answers.


def test_a_caller_whose_agent_has_no_phone_any_more_goes_to_the_next_agent_at_once(build: Build) -> None:
    house = build(Plot(FLOW, agents={"2001": Habit(), "2002": Habit(answers_after=0.2, talks=1.0)}))
    house.phones["2002"].habit = Habit()
    customer = Customer(ANSWERS)
    house.call(customer)
    assert until(lambda: any(phone.ringing for phone in house.phones.values()))
    rung = next(phone for phone in house.phones.values() if phone.ringing)
    other = next(phone for phone in house.phones.values() if phone is not rung)
    other.habit = Habit(answers_after=0.0, talks=1.0)
    began = time.monotonic()
    rung.unregister()
    assert until(lambda: customer.talks)
    assert time.monotonic() - began < 1.0
    assert found(house) == []
    assert house.state(rung.user) is AgentState.ON_BREAK


def test_a_phone_that_is_not_there_is_not_rung_in_a_loop(build: Build) -> None:
    """Nobody told the engine that it went."""
    house = build(Plot(FLOW))
    house.phones["2001"].registration = None
    customer = Customer(ANSWERS)
    call = house.call(customer)
    assert until(lambda: house.state("2001") is AgentState.ON_BREAK)
    gevent.sleep(0.5)
    call.hang_up("NORMAL_CLEARING", by_caller=True)
    assert found(house) == []
    assert len(house.evidence().offers) == 1


def test_a_phone_that_nobody_answers_costs_the_caller_no_place(build: Build) -> None:
    plot = Plot(
        FLOW,
        queues={"service": {"wrap_up_time": 0, "ring_timeout": 1}},
        agents={"2001": Habit(answers_after=1e9)},
    )
    house = build(plot)
    customers = [Customer(ANSWERS), Customer(ANSWERS)]
    calls = [house.call(customer) for customer in customers]
    assert until(lambda: house.state("2001") is AgentState.ON_BREAK)
    house.phones["2001"].habit = Habit(answers_after=0.5, talks=1.0)
    assert house.wait(), house.busy()
    contacts = sorted(house.evidence().contacts, key=lambda each: each.ended_at)
    assert [each.call for each in contacts] == [call.uuid for call in calls]
    assert violations(house.evidence(silence_seconds=FAR_AWAY, in_order=True)) == []


# F13: events twice, in disorder, late, missing.  F22: with wrong bytes.


SEEDS = range(6)


def in_weather(folder: Path, template: Path, weather: Callable[[Random], Weather], *, served: bool) -> list[str]:
    """Houses in weather, one a seed, all at a time; what is wrong with them. `served`: nobody notices the weather."""
    wrong: list[str] = []

    def run(seed: int) -> None:
        house = House(folder / str(seed), STORMY, template)
        house.open()
        wrong.extend(f"seed {seed}: {each}" for each in _weathered(house, weather(Random(seed)), served=served))
        house.close()

    with Undisturbed() as process:
        pool = Pool(len(SEEDS))
        for seed in SEEDS:
            pool.spawn(run, seed)
        pool.join(raise_error=True)
    return wrong + process.violations()


STORMY = Plot(
    FLOW,
    queues={"service": {"wrap_up_time": 0, "ring_timeout": 1}},
    agents={"2001": Habit(answers_after=0.5, talks=2.0), "2002": Habit(answers_after=0.5, talks=2.0)},
)


def _weathered(house: House, weather: Weather, *, served: bool) -> Iterator[str]:
    house.calls.fate = house.client.fate = weather.fate
    customers = [Customer(ANSWERS) for _ in range(5)]
    for customer in customers:
        house.call(customer)
    if not until(lambda: not house.switch.channels, 60):
        yield f"calls go on: {sorted(house.switch.channels)}"
    house.calls.fate = house.client.fate = lambda _frame: None
    until(lambda: house.engine.handler.live == frozenset(), 30)
    house.sweep()
    if served and [customer.prompts[-1] for customer in customers] != ["goodbye"] * 5:
        yield f"not served: {[customer.prompts for customer in customers]}"
    if not any(weather.done.values()):
        yield "the weather was fine"
    yield from found(house)
    last = Customer(ANSWERS)
    house.call(last)
    yield from found(house)
    if last.prompts[-1:] != ["goodbye"]:
        yield f"who came after the storm was not served: {last.prompts}"


@pytest.mark.timeout(180)
def test_events_that_come_twice_or_in_disorder_change_nothing(tmp_path: Path, template: Path) -> None:
    assert in_weather(tmp_path, template, lambda r: Weather(r, twice=0.25, swapped=0.25), served=True) == []


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never comes is given up soon."""
    monkeypatch.setattr(leg, "MARGIN_SECONDS", 0.5)
    monkeypatch.setattr(phone_leg, "LATE_SECONDS", 0.5)
    monkeypatch.setattr(Channel.ending, "__defaults__", (0.5,))


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("short_limits")
def test_events_that_never_come_end_no_call_in_limbo(tmp_path: Path, template: Path) -> None:
    weather = partial(Weather, twice=0.1, swapped=0.1, dropped=0.1)
    assert in_weather(tmp_path, template, weather, served=False) == []


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("short_limits")
def test_wrong_bytes_in_events_end_no_engine_and_leave_nothing_behind(tmp_path: Path, template: Path) -> None:
    assert in_weather(tmp_path, template, partial(Weather, spoilt=0.3), served=False) == []


# F21: an application that never completes.


def never_ends(played_on: SwitchChannel, _argument: str) -> None:
    played_on.idle()


def test_a_step_whose_application_never_ends_is_given_up(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leg, "MARGIN_SECONDS", 0.3)
    house = build(Plot(FLOW))
    house.switch.applications = {**house.switch.applications, "playback": never_ends}
    customer = Customer({})
    house.call(customer)
    assert found(house) == []
    assert customer.cause == Cause.NORMAL_CLEARING
    assert [cdr.failures for cdr in house.evidence().cdrs] == [1]


# F24: a call that the switch recovered after its own death.


def test_a_recovered_call_goes_on_at_its_step_in_the_same_record(build: Build) -> None:
    house = build(Plot(FLOW, pace=Pace(media=0.1, linger=0.05)))
    before = Customer({"ask_menu": "1"})
    call = house.call(before)
    assert until(lambda: "ask_account" in before.prompts)
    house.kill_switch()
    assert until(house.engine.listener.empty.is_set)
    assert house.engine.writer.flush(5)
    house.restart_switch()
    after = Customer(ANSWERS)
    house.recover(call.uuid, after)
    assert found(house) == []
    assert after.prompts[0] == "ask_account"
    assert [cdr.hangup_cause for cdr in house.evidence().cdrs] == ["NORMAL_CLEARING"]
