"""Whatever happens, in whatever order, repeated or late: the invariants hold."""

from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.acd.storm import Storm
from tests.acd.weather import KINDS


class Day(RuleBasedStateMachine):
    """Hypothesis chooses what happens; the storm looks at everything after each event."""

    def __init__(self) -> None:
        super().__init__()
        self.storm = Storm(Random(0))

    @rule(kind=st.integers(0, KINDS - 1), seed=st.integers(0, 1000))
    def something_happens(self, kind: int, seed: int) -> None:
        self.storm.weather.random = Random(seed)
        self.storm.happens(self.storm.weather.next(kind))

    @rule(seconds=st.floats(0.0, 60.0))
    def time_passes(self, seconds: float) -> None:
        self.storm.passes(seconds)

    def teardown(self) -> None:
        self.storm.calms()
        self.storm.repeats()


Day.TestCase.settings = settings(
    max_examples=60, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestDay = Day.TestCase


@pytest.mark.parametrize("seed", range(6))
def test_a_long_storm_leaves_nothing_open(seed: int) -> None:
    storm = Storm(Random(seed), watched=5)
    storm.blow(3000)
    storm.calms()


def test_the_same_events_give_the_same_commands() -> None:
    storm = Storm(Random(99), watched=1000)
    storm.blow(800)
    storm.repeats()
