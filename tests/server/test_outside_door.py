"""The one door to the outside: limits hold whoever dials, and what was dialled counts."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.dialplan import Limits, Outbound, Tariff, limits, numbers, phones
from fsapp.domain.errors import NotAllowed, StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.outside_calls import LimitReached, OutsideCalls, OutsideLeg
from fsapp.server.outside_calls import DialRules, OutsideWatch

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
MOBILE = "13800138000"


class House:
    """A watch, the door of its site, and the calls that go through."""

    def __init__(self, bounds: Limits, legs: Sequence[OutsideLeg] = ()) -> None:
        self.clock = VirtualClock(NOON)
        self.watch = OutsideWatch(OutsideCalls(ZoneInfo("Asia/Shanghai")), self.clock)
        self.door = self.use(bounds)
        self.watch.recall(lambda _: legs)

    def use(self, bounds: Limits) -> DialRules:
        allowed = (numbers("1[3-9][0-9]{9}", gateway="pstn"), numbers("00.*", gateway="pstn", tariff=Tariff.SATELLITE))
        extensions = (phones("10[0-9]{2}", profile="phones", domain="site"),)
        return self.watch.use(Outbound(allowed, extensions, "CN", bounds))

    def dial(self, number: str = MOBILE, call: str = "a") -> str:
        """The gateway, or the limit that is in the way."""
        try:
            return str(self.door.number(number, Call(call, "1", "2", NOON)).gateway)
        except LimitReached as reached:
            return reached.limit

    def ended(self, seconds: int | None = 60, number: str = MOBILE, call: str = "a", by_call: str = "") -> None:
        """`by_call` is that of the caller for whom a leg was rung, where `call` is a run of the queues."""
        now = round(self.clock.now().timestamp() * 1000)
        answered = {} if seconds is None else {"answered_at": now - seconds * 1000}
        told = {"number": number, "ended_at": now, "end": "answered", "call": by_call, **answered}
        self.watch(Event(call, 5, now, Kind.LEG_ENDED, told))

    def metrics(self) -> Mapping[str, float]:
        return {
            "".join((sample.name, *sample.labels.values())): sample.value
            for family in self.watch.collect()
            for sample in family.samples
        }


def past(minutes: int, number: str = MOBILE, **ago: int) -> OutsideLeg:
    ended = round((NOON - timedelta(**ago)).timestamp() * 1000)
    return OutsideLeg(number, ended - minutes * 60_000, ended)


def test_calls_at_once_are_bounded_until_a_leg_or_its_call_is_over() -> None:
    house = House(limits(concurrent=1))
    assert [house.dial(), house.dial(call="b")] == ["pstn", "concurrent"]
    house.ended()
    assert house.dial(call="b") == "pstn"
    house.watch(Event("b", 9, 0, Kind.CALL_HUNG_UP, {}))
    assert house.dial(call="c") == "pstn"


def test_the_minutes_of_legs_count_and_so_do_those_that_agents_have_rung_in_a_talk() -> None:
    house = House(limits(minutes_per_day=4))
    house.dial()
    house.ended(61)
    house.ended(120, call="acd:run1", by_call="b")
    assert house.metrics()["fsapp_outside_minutes"] == 4
    assert house.dial() == "minutes_per_day"


def test_a_leg_to_a_phone_of_this_house_counts_nowhere() -> None:
    house = House(limits(minutes_per_day=1))
    house.ended(600, number="1001")
    house.dial(call="b")
    house.ended(600, number="1001", call="b")
    assert house.metrics()["fsapp_outside_minutes"] == 1  # what b still dials
    assert house.metrics()["fsapp_outside_calls"] == 1


def test_a_number_that_is_secret_counts_as_what_it_is() -> None:
    house = House(limits(per_number_per_day=1))
    house.dial()
    house.ended(number="***")
    assert house.dial(call="b") == "per_number_per_day"


def test_emergency_numbers_pass_whatever_is_reached_and_count_nowhere() -> None:
    house = House(limits(concurrent=0, minutes_per_day=0, per_number_per_day=0, cost_per_day=0))
    assert house.dial() == "concurrent"
    for _ in range(3):
        assert [house.dial(number) for number in ("110", "119", "120")] == ["pstn"] * 3
        house.ended(600, number="110")
    assert house.metrics()["fsapp_outside_calls"] == 0
    assert house.metrics()["fsapp_outside_minutes"] == 0


@pytest.mark.parametrize("trick", ["*110", "110*", "1*1*0", "#110#", "+110", "110#", "00110"])
def test_what_only_looks_like_an_emergency_number_does_not_pass(trick: str) -> None:
    with pytest.raises(NotAllowed):
        House(Limits()).door.number(trick, Call("a", "1", "2", NOON))


def test_what_was_dialled_today_counts_after_a_restart() -> None:
    legs = [past(3, hours=2), past(4, number="1001", hours=1), past(50, days=1)]
    house = House(limits(minutes_per_day=4, per_number_per_day=2), legs)
    assert house.metrics()["fsapp_outside_minutes"] == 3
    assert house.metrics()["fsapp_outside_minutes_normal"] == 50
    assert house.dial() == "pstn"
    assert house.dial("13900139000", "b") == "minutes_per_day"


def test_costs_are_by_the_tariff_of_the_number() -> None:
    house = House(limits(cost_per_day=120, satellite=50))
    assert house.dial("00881612345678") == "pstn"
    house.ended(120, number="00881612345678")
    assert house.metrics()["fsapp_outside_cost"] == 100
    assert house.dial("00881612345678") == "cost_per_day"
    assert house.dial() == "pstn"


def test_a_reload_changes_limits_and_forgets_nothing() -> None:
    house = House(Limits())
    house.dial()
    house.ended(600)
    house.door = house.use(limits(minutes_per_day=5))
    assert house.dial() == "minutes_per_day"


def test_a_burst_is_stopped_at_the_limit_told_once_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    house = House(limits(concurrent=10))
    outcomes = [house.dial(call=f"c{number}") for number in range(200)]
    assert outcomes == ["pstn"] * 10 + ["concurrent"] * 190
    assert house.metrics()["fsapp_outside_refused_totalconcurrent"] == 190
    assert [each.getMessage() for each in caplog.records] == [
        "outside calls have reached the dialplan's limit concurrent=10; what is beyond it is refused"
    ]


def test_three_times_the_normal_is_told_once_a_day_and_shown(caplog: pytest.LogCaptureFixture) -> None:
    house = House(Limits(), [past(100, days=days) for days in range(1, 8)])
    for number in range(5):
        assert house.metrics()["fsapp_outside_alarm"] == (number * 100 > 300)
        house.dial()
        house.ended(6000)
    assert [each.getMessage() for each in caplog.records] == ["outside calls: 301 minutes today, 100 on a normal day"]


def test_without_a_database_the_door_opens_and_that_is_told(caplog: pytest.LogCaptureFixture) -> None:
    def away(_: int) -> Sequence[OutsideLeg]:
        raise StoreError("it is away")

    house = House(limits(minutes_per_day=5))
    with caplog.at_level(logging.ERROR):
        house.watch.recall(away)
    assert "counted from nothing" in caplog.text
    assert house.dial() == "pstn"
