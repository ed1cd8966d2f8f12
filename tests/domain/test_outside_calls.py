"""What outside calls may come to: at once, in minutes, in cost, to one number; and what is alarming."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.dialplan import Limits, Tariff, destination, limits
from fsapp.domain.outside_calls import LimitReached, OutsideCalls, OutsideLeg, OutsideNumber

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)  # noon in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDINARY = OutsideNumber("+8613800138000", Tariff.ORDINARY)
OTHER = OutsideNumber("+861087654321", Tariff.ORDINARY)
SATELLITE = OutsideNumber("+881612345678", Tariff.SATELLITE)


def leg(seconds: float | None, ended: datetime = NOON) -> OutsideLeg:
    at = round(ended.timestamp() * 1000)
    return OutsideLeg("1", None if seconds is None else at - round(seconds * 1000), at)


def calls() -> OutsideCalls:
    return OutsideCalls(SHANGHAI)


def spent(minutes: int, bounds: Limits, number: OutsideNumber = OTHER) -> OutsideCalls:
    found = calls()
    found.begin("earlier", number, Limits(), NOON)
    found.ended("earlier", number, leg(minutes * 60), bounds, NOON)
    return found


def refused(found: OutsideCalls, bounds: Limits, number: OutsideNumber = ORDINARY, now: datetime = NOON) -> str:
    """The limit that is in the way, or nothing."""
    try:
        found.begin("new", number, bounds, now)
    except LimitReached as reached:
        return reached.limit
    return ""


def test_without_limits_everything_passes() -> None:
    assert refused(spent(100_000, Limits()), Limits()) == ""


def test_no_more_calls_at_once_than_allowed() -> None:
    found, bounds = calls(), limits(concurrent=2)
    found.begin("a", ORDINARY, bounds, NOON)
    found.begin("b", ORDINARY, bounds, NOON)
    assert refused(found, bounds) == "concurrent"
    found.ended("a", ORDINARY, leg(None), bounds, NOON)
    assert refused(found, bounds) == ""


@pytest.mark.parametrize(
    "over", [lambda found: found.call_over("a"), lambda found: found.begin("a", OTHER, Limits(), NOON)]
)
def test_a_call_has_one_outside_leg_at_a_time(over: Callable[[OutsideCalls], None]) -> None:
    """Asking again, or hanging up before the leg rings, leaves nothing behind."""
    found, bounds = calls(), limits(concurrent=2)
    found.begin("a", ORDINARY, bounds, NOON)
    over(found)
    assert refused(found, bounds) == ""


def test_minutes_of_a_day_are_bounded_and_each_begun_one_counts() -> None:
    bounds = limits(minutes_per_day=10)
    assert refused(spent(9, bounds), bounds) == ""
    assert refused(spent(10, bounds), bounds) == "minutes_per_day"
    found = calls()
    for _ in range(10):
        found.ended("x", OTHER, leg(1), bounds, NOON)
    assert refused(found, bounds) == "minutes_per_day"


def test_what_is_under_way_counts_as_if_it_talked() -> None:
    found, bounds = calls(), limits(minutes_per_day=10)
    found.begin("a", OTHER, bounds, NOON)
    assert refused(found, bounds, now=NOON + timedelta(minutes=8)) == ""
    found.call_over("new")
    assert refused(found, bounds, now=NOON + timedelta(minutes=10)) == "minutes_per_day"


def test_what_nobody_answered_costs_an_attempt_and_no_minute() -> None:
    found, bounds = calls(), limits(minutes_per_day=1, per_number_per_day=1)
    found.ended("x", ORDINARY, leg(None), bounds, NOON)
    assert found.minutes(NOON) == 0
    assert refused(found, bounds) == "per_number_per_day"
    assert refused(found, bounds, OTHER) == ""


def test_one_number_is_one_number_however_it_is_dialled() -> None:
    ways = {"13800138000", "+8613800138000", "008613800138000"}
    assert {destination(each, "CN") for each in ways} == {"+8613800138000"}
    assert destination("95598", "CN") == destination("95598", "CN")
    assert destination("+", "CN") == "+"


def test_costs_are_minutes_times_the_price_of_the_tariff() -> None:
    bounds = limits(cost_per_day=100, ordinary=0.5, satellite=50)
    found = spent(2, bounds, SATELLITE)
    assert found.cost(NOON) == 100
    assert refused(found, bounds) == "cost_per_day"
    assert refused(spent(1, bounds, SATELLITE), bounds, SATELLITE) == ""
    assert refused(spent(101, bounds), bounds, SATELLITE) == "cost_per_day"  # 50.5 spent, 50 to come


def test_another_day_of_the_site_begins_anew() -> None:
    bounds = limits(minutes_per_day=10, per_number_per_day=1)
    found = spent(10, bounds, ORDINARY)
    before_midnight = datetime(2026, 10, 1, 15, 59, tzinfo=UTC)
    assert refused(found, bounds, now=before_midnight) == "minutes_per_day"
    assert refused(found, bounds, now=before_midnight + timedelta(minutes=1)) == ""


def test_a_clock_that_is_set_back_gives_nothing_back() -> None:
    bounds = limits(minutes_per_day=10)
    assert refused(spent(10, bounds), bounds, now=NOON - timedelta(days=1)) == "minutes_per_day"


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_makes_no_call_under_way_longer_or_shorter(hours: int) -> None:
    found, step = calls(), timedelta(hours=hours)
    found.begin("a", ORDINARY, Limits(), NOON)
    found.clock_set(step)
    assert found.minutes(NOON + step + timedelta(seconds=90)) == 2


def test_what_an_earlier_engine_dialled_today_counts() -> None:
    found, bounds = calls(), limits(minutes_per_day=10, per_number_per_day=1)
    found.recall([(ORDINARY, leg(60)), (OTHER, leg(None))], bounds, NOON)
    assert found.minutes(NOON) == 1
    assert refused(found, bounds) == "per_number_per_day"


def test_three_times_the_normal_is_alarming() -> None:
    found = calls()
    found.recall_days(leg(3600, NOON - timedelta(days=days)) for days in (1, 2, 3, 3))
    assert found.normal() == 80
    for minutes, alarming in ((240, False), (1, True)):
        found.ended("x", OTHER, leg(minutes * 60), Limits(), NOON)
        assert found.alarming(NOON) is alarming


def test_a_quiet_site_is_not_alarmed_by_an_hour() -> None:
    assert not spent(60, Limits()).alarming(NOON)
    assert spent(61, Limits()).alarming(NOON)


def test_yesterday_becomes_part_of_the_normal() -> None:
    found = spent(100, Limits())
    assert refused(found, Limits(), now=NOON + timedelta(days=1)) == ""
    assert found.normal() == 100


@pytest.mark.parametrize(
    "wrong", [{"concurrent": -1}, {"cost_per_day": float("nan")}, {"premium": -1}, {"minutes_per_day": float("inf")}]
)
def test_a_limit_is_a_number_from_nothing_on(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="from 0 on"):
        limits(**wrong)  # type: ignore[arg-type]


ACT = st.sampled_from(["begin", "end", "over"])
ACTS = st.tuples(st.sampled_from("abcdef"), st.sampled_from([ORDINARY, OTHER, SATELLITE]), st.integers(0, 600), ACT)


@given(st.lists(ACTS, max_size=60))
def test_no_order_of_calls_begins_one_beyond_a_limit(acts: list[tuple[str, OutsideNumber, int, str]]) -> None:
    found, bounds, now = calls(), limits(concurrent=3, minutes_per_day=30, per_number_per_day=4, cost_per_day=200), NOON
    begun = 0
    for call, number, seconds, act in acts:
        now += timedelta(seconds=seconds / 10)
        if act == "over":
            found.call_over(call)
        elif act == "end" and found.dialled_by(call) == number:
            found.ended(call, number, leg(seconds, now), bounds, now)
        elif act == "begin":
            minutes, cost = found.minutes(now), found.cost(now)
            try:
                found.begin(call, number, bounds, now)
            except LimitReached:
                continue
            begun += 1
            assert found.under_way() <= 3
            assert min(minutes, found.minutes(now) - 1) < 30
            assert min(cost, found.cost(now) - bounds.cost_per_minute[number.tariff]) <= 200
