"""Shifts against what was: hours of one day, in hours since midnight."""

import pytest

from fsapp.domain.duty import Duty, Shift, duties, joined

HOUR = 3_600_000
SHIFT = Shift(8 * HOUR, 17 * HOUR)


def duty(*signed_in: tuple[float, float], now: float = 24) -> Duty:
    stretches = [(round(since * HOUR), round(until * HOUR)) for since, until in signed_in]
    (found,) = duties("1001", [SHIFT], stretches, round(now * HOUR))
    return found


@pytest.mark.parametrize(
    ("signed_in", "late", "early", "left_early", "away"),
    [
        ([(8, 17)], 0, 0, 0, 0),
        ([(7.5, 17.25)], 0, 0.5, 0, 0),
        ([(8.25, 17)], 0.25, 0, 0, 0.25),
        ([(8, 16)], 0, 0, 1, 1),
        ([(8, 12), (13, 17)], 0, 0, 0, 1),
        ([(8, 9), (9, 17)], 0, 0, 0, 0),
        ([(1, 2), (9, 18)], 1, 0, 0, 1),
    ],
)
def test_a_shift_that_somebody_came_to(
    signed_in: list[tuple[float, float]], late: float, early: float, left_early: float, away: float
) -> None:
    found = duty(*signed_in)
    times = (found.late_ms, found.early_ms, found.left_early_ms, found.away_ms)
    assert times == tuple(round(each * HOUR) for each in (late, early, left_early, away))


def test_who_does_not_come_is_missing_for_the_whole_shift() -> None:
    found = duty()
    assert (found.signed_in_at, found.late_ms, found.away_ms) == (None, 0, 9 * HOUR)


def test_a_shift_under_way_is_measured_until_now() -> None:
    found = duty((9, 12), now=12)
    assert (found.signed_out_at, found.left_early_ms, found.away_ms) == (None, 0, HOUR)


def test_a_shift_that_has_not_begun_is_none() -> None:
    assert not list(duties("1001", [SHIFT], [], 7 * HOUR))


def test_stretches_that_meet_are_one() -> None:
    assert joined([(3, 4), (1, 2), (2, 3), (6, 7)]) == [(1, 4), (6, 7)]
