"""Five times as many callers as there is room for, for a minute, on a real switch.

Those served wait no longer than on a quiet day; the others are told so, or refused at once (503); five seconds after
the flood it is as if nothing had been. FSAPP_FLOOD_SECONDS says how long it lasts (60).
"""

import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import gevent
import pytest

from fsapp.domain.cdr import Cdr
from tests.live.bare_line import Line
from tests.live.bare_phones import BarePhone
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.switch import Switch

SECONDS = float(os.environ.get("FSAPP_FLOOD_SECONDS", "60"))
NUMBER = "20003"
CAPACITY = 20
CALL_SECONDS = 4.0
"""What a call takes, about: so many calls a second as CAPACITY / CALL_SECONDS can be served."""

TIMES = 5
QUIET_CALLS = 20
RECOVERED_SECONDS = 5.0
SLOWER = 0.25
"""Seconds by which the slowest twentieth of those served may wait longer than on a quiet day: two cores carry the
switch, the engine and the callers."""

pytestmark = pytest.mark.timeout(SECONDS + 120)


class SmallEngine(Engine):
    """With few lines."""

    def _written(self, switch: Switch) -> dict[str, object]:
        return {**super()._written(switch), "capacity": CAPACITY}


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int) -> Iterator[Engine]:
    started = SmallEngine(switch, engine_port)
    started.start()
    yield started
    started.stop()


@dataclass(frozen=True, slots=True)
class Attempt:
    number: str
    began: float
    line: Line

    @property
    def waited(self) -> float:
        """Seconds until the call was answered or refused."""
        answered = self.line.up if self.line.up is not None else self.line.over
        assert answered is not None, self.number
        return answered - self.began


class Crowd:
    """Everybody calls from one phone, by a number of their own."""

    def __init__(self, switch: Switch) -> None:
        self.attempts: list[Attempt] = []
        self._phone = BarePhone("13900000000", switch.trunk)
        self._numbers = count(int(time.time()) % 10**6 * 10**4)

    def close(self) -> None:
        self._phone.close()

    def call(self, calls: float, per_second: float) -> list[Attempt]:
        """By the clock, whatever becomes of them."""
        began, placed = time.monotonic(), len(self.attempts)
        for index in range(round(calls)):
            gevent.sleep(max(0.0, began + index / per_second - time.monotonic()))
            number = f"1{next(self._numbers):010}"
            self.attempts.append(Attempt(number, time.monotonic(), self._phone.call(NUMBER, number)))
        return self.attempts[placed:]


@pytest.fixture
def crowd(switch: Switch) -> Iterator[Crowd]:
    made = Crowd(switch)
    yield made
    made.close()


def over(attempts: list[Attempt]) -> None:
    for attempt in attempts:
        attempt.line.wait("over", 30)


def slow(attempts: list[Attempt]) -> float:
    """What the slowest twentieth waited at least."""
    return statistics.quantiles([each.waited for each in attempts], n=20)[-1]


def told(what: str, attempts: list[Attempt]) -> None:
    waits = [each.waited * 1000 for each in attempts]
    print(f"{what}: {len(waits)}, median {statistics.median(waits):.0f} ms, most {max(waits):.0f} ms")


def test_five_times_what_there_is_room_for(engine: Engine, switch: Switch, crowd: Crowd) -> None:
    served_per_second = CAPACITY / CALL_SECONDS
    quiet = crowd.call(QUIET_CALLS, served_per_second / 2)
    over(quiet)
    flood = crowd.call(TIMES * served_per_second * SECONDS, TIMES * served_per_second)
    gevent.sleep(RECOVERED_SECONDS)
    after = crowd.call(QUIET_CALLS, served_per_second / 2)
    over(crowd.attempts)
    switch.wait_empty(10)
    cdrs = records(engine, crowd)
    served = [each for each in flood if not cdrs[each.number].refused_reason]
    busy = [each for each in flood if each not in served and each.line.up is not None]
    refused = [each for each in flood if each.line.up is None]
    for what, attempts in {"quiet": quiet, "served": served, "told": busy, "refused": refused, "after": after}.items():
        told(what, attempts)
    assert len(served) > 0.7 * served_per_second * SECONDS
    assert busy
    assert Counter(each.line.status for each in refused) == {503: len(refused)}
    assert slow(served) < slow(quiet) + SLOWER
    assert slow(refused) < slow(quiet) + SLOWER
    assert not any(cdrs[each.number].refused_reason for each in after)
    assert slow(after) < slow(quiet) + SLOWER
    assert "Traceback" not in engine.log


def records(engine: Engine, crowd: Crowd) -> dict[str, Cdr]:
    """By number: each attempt has one, and says how it ended."""
    many = len(crowd.attempts)
    until(lambda: len(engine.cdrs(dnis=NUMBER, limit=many)) == many, 10, f"{many} records")
    cdrs = {cdr.ani: cdr for cdr in engine.cdrs(dnis=NUMBER, limit=many + 1)}
    assert set(cdrs) == {each.number for each in crowd.attempts}
    ends = Counter((cdr.refused_reason, cdr.hangup_cause) for cdr in cdrs.values())
    assert set(ends) == {("", "NORMAL_CLEARING"), ("capacity", "SWITCH_CONGESTION")}, ends
    return cdrs
