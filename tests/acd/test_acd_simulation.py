"""Whole days: what comes out, that it comes out again, and that estimates of waits are worth saying."""

import json
from math import exp, factorial
from pathlib import Path

import pytest

from fsapp.acd.day import Day, load_day
from fsapp.acd.estimates import Estimate, Experience, Promise
from fsapp.acd.results import Result, as_table
from fsapp.acd.settings import Queues, load_queues
from fsapp.acd.simulation import simulate
from fsapp.acd.traffic import callers
from fsapp.acd.wait_model import Outlook, Residual, Wait, wait
from tests.acd.centre import queue

DAYS = Path(__file__).parent / "days"
QUEUES = load_queues(Path(__file__).parents[2] / "conf" / "queues.yaml")


@pytest.fixture(scope="module")
def day() -> Day:
    return load_day(DAYS / "example.yaml", QUEUES)


@pytest.fixture(scope="module")
def result(day: Day) -> Result:
    return simulate(day, QUEUES)


def test_the_same_day_gives_the_same_result(day: Day, result: Result) -> None:
    assert simulate(day, QUEUES) == result


def test_everyone_who_calls_is_counted_once(day: Day, result: Result) -> None:
    total = result.queues[-1]
    assert total.offered == len(callers(day)) == sum(total.ends.values())
    assert total.answered == sum(each.answered for each in result.agents)


def test_what_if_meets_the_same_callers_and_answers_sooner_with_less_wrap_up(day: Day, result: Result) -> None:
    quicker: Queues = {name: each.model_copy(update={"wrap_up_time": 0.0}) for name, each in QUEUES.items()}
    other = simulate(day, quicker)
    assert other.queues[-1].offered == result.queues[-1].offered
    assert other.queues[-1].asa < result.queues[-1].asa
    assert other.occupancy < result.occupancy


def test_a_result_is_plain_values_and_a_table(result: Result) -> None:
    assert json.loads(json.dumps(result.as_record()))["queues"][0]["queue"] == "service"
    table = as_table(result)
    assert "service" in table
    assert "early-1" in table
    assert "this engine" in table


def test_estimates_hold_as_often_as_they_should_and_beat_the_usual_estimators(day: Day) -> None:
    busier = tuple(
        stream.model_copy(update={"per_hour": {time: rate * 1.15 for time, rate in stream.per_hour.items()}})
        for stream in day.arrivals
    )
    found = simulate(day.model_copy(update={"arrivals": busier}), QUEUES).estimates[0]
    ours, mean, smoothed = found.estimators
    assert found.count > 500
    assert 0.7 <= found.held <= 0.9
    assert found.spoken_held >= 0.7
    assert ours.error < 0.75 * min(mean.error, smoothed.error)
    assert abs(ours.bias) < 15


def test_a_simple_queue_waits_as_erlang_says() -> None:
    """M/M/8 at 80 % load: the share that waits at all (Erlang C) and the mean wait, within a few percent."""
    agents, talk, load = 8, 180.0, 6.4
    day = Day.model_validate(
        {
            "seed": 3,
            "arrivals": [
                {
                    "queue": "service",
                    "per_hour": {"00:00": load * 3600 / talk},
                    "patience": 86_400,
                    "handle_time": {"mean": talk, "deviation": talk},
                }
            ],
            "agents": [
                {
                    "name": "day",
                    "count": agents,
                    "tiers": {"service": 1},
                    "shifts": ["00:00-24:00"],
                    "answer_after": {"mean": 0.001, "deviation": 0},
                }
            ],
        }
    )
    service = queue(wrap_up_time=0, service_level={"seconds": 1})
    days = [simulate(day.model_copy(update={"seed": seed}), {"service": service}).queues[0] for seed in range(8)]
    offered = load**agents / factorial(agents) * agents / (agents - load)
    waits = offered / (sum(load**k / factorial(k) for k in range(agents)) + offered)
    delayed = 1 - sum(each.service_level for each in days) / len(days)
    assert delayed == pytest.approx(waits * exp(-(agents - load) / talk), abs=0.06)
    mean = sum(each.asa for each in days) / len(days)
    assert mean == pytest.approx(waits * talk / (agents - load), rel=0.35)


# The model


def test_with_many_agents_the_first_comes_free_at_the_usual_rate() -> None:
    found = wait([Outlook(ahead=0.0, servers=100)], handle_time=200.0, patience=0.0)
    assert found is not None
    assert found.mean == pytest.approx(2.0, rel=0.01)


def test_a_wrap_up_that_ends_for_sure_is_waited_for_exactly() -> None:
    residuals = (Residual(12.0, certain=True), Residual(500.0))
    found = wait([Outlook(0.0, 2, residuals)], handle_time=500.0, patience=0.0)
    assert found is not None
    assert found.mean == pytest.approx(12.0, abs=0.2)


def test_the_wait_grows_with_the_line_and_shrinks_with_impatience() -> None:
    def mean(ahead: float, patience: float) -> float:
        found = wait([Outlook(ahead, 5, (Residual(100.0),) * 5)], 200.0, patience)
        assert found is not None
        return found.mean

    assert mean(0.0, 0.0) < mean(3.0, 0.0) < mean(10.0, 0.0)
    assert mean(10.0, 0.01) < mean(10.0, 0.0)


def test_terms_that_ease_soon_end_the_wait_sooner() -> None:
    alone = Outlook(0.0, 1, (Residual(600.0),))
    eased = Outlook(0.0, 50, (), after=45.0)
    found = wait([alone, eased], 600.0, 0.0)
    assert found is not None
    assert found.mean == 45.0


def test_nobody_on_duty_means_nothing_can_be_said() -> None:
    assert wait([Outlook(0.0, 0)], 200.0, 0.0) is None


# Experience


def _kept(experience: Experience, actual: float, model: Wait) -> None:
    estimate = experience.estimate(model)
    right = estimate.low <= actual <= estimate.high
    experience.resolved(Promise("c", "q", 0.0, estimate, model, False, None, None, actual, right))


def test_nothing_is_said_before_talks_have_been_seen() -> None:
    assert Experience().model([Outlook(0.0, 5)]) is None


def test_ranges_learn_from_what_came_of_them() -> None:
    experience, model = Experience(), Wait(100.0, 10.0)
    for number in range(200):
        _kept(experience, 140.0 + number % 20, model)
    learned = experience.estimate(model)
    assert (learned.low, learned.seconds, learned.high) == (142.0, 150.0, 158.0)


def test_estimates_are_trusted_only_while_they_hold() -> None:
    experience, model = Experience(), Wait(100.0, 10.0)
    estimate = Estimate(100.0, 90.0, 110.0)
    assert not experience.trusts(estimate)
    for _ in range(20):
        _kept(experience, 100.0, model)
    assert experience.trusts(estimate)
    assert experience.score().count == 20
    for number in range(40):
        _kept(experience, 400.0 * number, model)
    assert not experience.trusts(estimate)


def test_a_range_too_wide_to_help_is_not_said() -> None:
    experience = Experience()
    for _ in range(20):
        _kept(experience, 100.0, Wait(100.0, 10.0))
    assert not experience.trusts(Estimate(100.0, 10.0, 900.0))


def test_residuals_come_from_talks_that_lasted_longer() -> None:
    experience = Experience()
    for seconds in (60.0, 120.0, 300.0, 600.0):
        experience.handled(seconds)
    assert experience.residual(0.0) == 270.0
    assert experience.residual(200.0) == 250.0
    assert experience.residual(1000.0) == 500.0
