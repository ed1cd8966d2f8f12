"""A clock that somebody set is told of."""

from datetime import UTC, datetime, timedelta

import pytest

from fsapp.domain.clock import SteadyTime, VirtualClock
from fsapp.server.clock_watch import ClockWatch


class SetClock(VirtualClock):
    """Runs when told to, and may be set."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 3, 29, 1, 59, tzinfo=UTC))
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.mark.parametrize(("hours", "told"), [(1, "+3600"), (-1, "-3600")])
def test_a_clock_that_was_set_is_told_of_once(hours: int, told: str, caplog: pytest.LogCaptureFixture) -> None:
    clock = SetClock()
    steps: list[timedelta] = []
    watch = ClockWatch(clock, steps.append)
    clock.advance(10)
    clock.ahead = timedelta(hours=hours)
    watch.look()
    clock.advance(10)
    watch.look()
    assert steps == [timedelta(hours=hours)]
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        f"the machine's clock was set by {told} s"
    ]


def test_a_clock_that_runs_or_is_corrected_a_little_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    clock = SetClock()
    steps: list[timedelta] = []
    watch = ClockWatch(clock, steps.append)
    clock.advance(86_400)
    clock.ahead = timedelta(seconds=1)
    watch.look()
    assert steps == []
    assert caplog.records == []


def test_steady_time_goes_on_evenly_whatever_is_done_to_the_clock() -> None:
    clock = SetClock()
    time = SteadyTime(clock)
    clock.advance(1.5)
    clock.ahead = timedelta(hours=-1)
    assert time.now() - time.begun == 1500
