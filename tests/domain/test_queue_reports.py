"""Agents' times and the score of promises, worked out from records."""

from typing import Any

import pytest

from fsapp.domain.queue_records import AgentTime, PromiseRecord
from fsapp.domain.queue_reports import MEAN_WAIT, OWN, SMOOTHED_WAIT, SPOKEN, QueueService, scores, stretches, totals


def time(state: str, since: int, until: int, followed_by: str, run: str = "r1") -> AgentTime:
    return AgentTime(run, 0, "ann", state, "", since, until, followed_by, "")


DAY = (
    time("offline", 0, 100, "available"),
    time("available", 100, 150, "talking"),
    time("talking", 150, 400, "offline"),
)

CASES: tuple[tuple[str, tuple[AgentTime, ...], tuple[int, int], list[tuple[str, int, int]]], ...] = (
    ("nothing is known", (), (0, 500), []),
    (
        "all of it",
        DAY,
        (0, 500),
        [("offline", 0, 100), ("available", 100, 150), ("talking", 150, 400), ("offline", 400, 450)],
    ),
    ("cut at both ends", DAY, (120, 160), [("available", 120, 150), ("talking", 150, 160)]),
    (
        "a state that has no end yet",
        DAY[:2],
        (0, 500),
        [("offline", 0, 100), ("available", 100, 150), ("talking", 150, 450)],
    ),
    ("one that began before the period", DAY[:1], (200, 300), [("available", 200, 300)]),
    ("one that nobody saw in the period", DAY[:1], (460, 500), []),
    (
        "the engine died, and another run goes on",
        (*DAY[:2], time("offline", 600, 700, "available", "r2")),
        (0, 800),
        [
            ("offline", 0, 100),
            ("available", 100, 150),
            ("talking", 150, 450),
            ("offline", 600, 700),
            ("available", 700, 790),
        ],
    ),
    ("stretches of no length are left out", (time("offered", 5, 5, "talking"),), (0, 6), [("talking", 5, 6)]),
)


@pytest.mark.parametrize(("times", "period", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_period_of_an_agents_time(
    times: tuple[AgentTime, ...], period: tuple[int, int], expected: list[tuple[str, int, int]]
) -> None:
    found = stretches(times, *period, {"r1": 450, "r2": 790})
    assert [(each.state, each.since, each.until) for each in found] == expected


def test_totals_are_sums_by_agent_state_and_reason() -> None:
    assert totals(stretches((*DAY, time("offline", 400, 410, "talking")), 0, 450, {"r1": 450})) == {
        "ann": {("offline", ""): 110, ("available", ""): 50, ("talking", ""): 290}
    }


def promise(**known: Any) -> PromiseRecord:
    about: dict[str, Any] = {"run": "r1", "seq": 0, "at": 0, "contact": "c", "call": "c", "queue": "service"}
    said = {"expected_ms": 60, "low_ms": 40, "high_ms": 80, "spoken": True, "held": True, "actual_ms": 50}
    return PromiseRecord(**about | said | {"mean_wait_ms": None, "smoothed_wait_ms": None} | known)


def test_promises_are_scored_beside_the_usual_estimators_at_the_same_precision() -> None:
    own, spoken, mean, smoothed = scores(
        [
            promise(mean_wait_ms=70),
            promise(mean_wait_ms=71, smoothed_wait_ms=45),
            promise(held=False, actual_ms=100, spoken=False, mean_wait_ms=100),
            promise(held=False, actual_ms=None),
            promise(held=None, actual_ms=None, mean_wait_ms=10),
        ]
    )
    assert (own.estimator, own.count, own.held, own.error_ms, own.bias_ms) == (OWN, 4, 0.5, 20.0, (10 + 10 - 40) / 3)
    assert (spoken.estimator, spoken.count, spoken.held) == (SPOKEN, 3, 2 / 3)
    assert (mean.estimator, mean.count, mean.held) == (MEAN_WAIT, 3, 2 / 3)
    assert (smoothed.estimator, smoothed.count, smoothed.held, smoothed.bias_ms) == (SMOOTHED_WAIT, 1, 1.0, -5.0)


def test_without_promises_there_is_no_score() -> None:
    assert {(each.count, each.held, each.error_ms) for each in scores(())} == {(0, 0.0, 0.0)}


def test_service_is_told_by_the_usual_measures() -> None:
    served = QueueService("q", {"answered": 8, "abandoned": 2}, 6, 80_000, 30_000, 8, 800_000)
    assert (served.offered, served.answered, served.service_level) == (10, 8, 0.6)
    assert (served.asa_ms, served.aht_ms) == (10_000, 100_000)
    nobody = QueueService("q", {}, 0, 0, 0, 0, 0)
    assert (nobody.offered, nobody.service_level, nobody.asa_ms, nobody.aht_ms) == (0, 0.0, 0.0, 0.0)
