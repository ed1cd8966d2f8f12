"""Which option a caller hears first, and whose number a caller's own is."""

from datetime import UTC, datetime, timedelta

import pytest

from fsapp.domain.caller_history import (
    REORDERED_AT_MOST,
    CallerHistory,
    FirstOption,
    Menu,
    SetBy,
    can_be_known,
    first_option,
)

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
MENU = Menu("hotline", "main")
OPTIONS = ("1", "2", "3")


def first(choices: dict[str, int], kept: FirstOption | None = None) -> str:
    history = CallerHistory(choices={MENU: choices}, firsts={MENU: kept} if kept else {})
    return first_option(history, MENU, OPTIONS, NOW)


@pytest.mark.parametrize(
    ("choices", "key"),
    [
        ({}, ""),
        ({"2": 1}, ""),
        ({"2": 2}, "2"),
        ({"1": 3, "2": 5}, "2"),
        ({"1": 5, "2": 5}, ""),
        ({"1": 5, "2": 5, "3": 6}, "3"),
        ({"0": 9}, ""),
        ({"0": 9, "3": 2}, "3"),
    ],
)
def test_what_is_chosen_most_comes_first_once_it_is_a_habit(choices: dict[str, int], key: str) -> None:
    assert first(choices) == key


@pytest.mark.parametrize(
    ("days", "key"),
    [(1, "1"), (29, "1"), (30, "2"), (400, "2")],
)
def test_a_habit_changes_the_order_once_a_month_at_most(days: int, key: str) -> None:
    kept = FirstOption("1", SetBy.HABIT, NOW - timedelta(days=days))
    assert timedelta(days=30) == REORDERED_AT_MOST
    assert first({"2": 5}, kept) == key


def test_an_order_stays_where_there_is_no_new_habit() -> None:
    assert first({}, FirstOption("1", SetBy.HABIT, NOW - timedelta(days=90))) == "1"


@pytest.mark.parametrize("key", ["3", ""])
def test_what_the_caller_set_holds_for_ever(key: str) -> None:
    assert first({"2": 50}, FirstOption(key, SetBy.CALLER, NOW - timedelta(days=900))) == key


def test_an_option_that_is_gone_is_forgotten() -> None:
    gone = FirstOption("7", SetBy.CALLER, NOW)
    assert first({}, gone) == ""
    assert first({"2": 5}, gone) == "2"


@pytest.mark.parametrize("ani", ["13800138000", "+8613800138000", "057188880000", "1001"])
def test_a_number_is_a_callers(ani: str) -> None:
    assert can_be_known(ani)


@pytest.mark.parametrize("ani", ["", "anonymous", "Restricted", "0", "0000000000", "unknown", "12", "sip:1001@site"])
def test_a_withheld_number_is_nobodys(ani: str) -> None:
    assert not can_be_known(ani)
