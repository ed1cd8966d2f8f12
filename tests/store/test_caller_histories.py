"""What the records tell of a caller."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fsapp.domain.caller_history import CallerHistory, FirstOption, Menu, SetBy
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.store.caller_histories import CALLS_READ, CallerHistories
from fsapp.store.journal import Journal
from tests.store.conftest import T0, Call

ANI = "13800138000"
NOW = datetime.fromtimestamp(T0 / 1000, UTC) + timedelta(days=1)


def a_menu(call: str, key: str, label: str = "main", seq: int = 50) -> Event:
    step = {"flow": "hotline", "label": label, "index": 0, "step": "menu", "exit": key, "ms": 900}
    return Event(call, seq, T0, Kind.STEP_FINISHED, step)


def a_talk(call: str, agent: str, at: int, seq: int) -> Event:
    fields: dict[str, Any] = {"contact": f"{call}/1", "call": call, "queue": "service", "agent": agent}
    return Event("acd:1", seq, at + 60_000, Kind.TALK_ENDED, fields | {"started_at": at})


def kept(url: str, *events: Event) -> CallerHistories:
    journal = Journal(url)
    journal.append(events)
    journal.close()
    return CallerHistories(url)


def test_whoever_never_called_has_no_history(url: str, a_call: Call) -> None:
    assert kept(url, *a_call("u1")).of("057188880000", NOW) == CallerHistory()


def test_the_last_call_is_told_and_the_calls_are_counted(url: str, a_call: Call) -> None:
    last = a_call("u2", at=T0 + 1000)
    last[2] = Event("u2", 2, T0 + 1000, Kind.CALL_TAGGED, {"disposition": "bill_told"})
    histories = kept(url, *last, *a_call("u1"), *a_call("u3", ani="057188880000"))
    known = histories.of(ANI, NOW)
    assert (known.calls, known.last_at) == (2, datetime.fromtimestamp(T0 / 1000 + 1, UTC))
    assert (known.last_flow, known.last_disposition, known.last_path) == ("hotline", "bill_told", "main")
    assert (known.last_queue, known.last_agent) == ("", "")


def test_a_call_under_way_is_no_history(url: str, a_call: Call) -> None:
    assert kept(url, *a_call("u1", ended=False)).of(ANI, NOW) == CallerHistory()


def test_calls_of_long_ago_are_none(url: str, a_call: Call) -> None:
    assert kept(url, *a_call("u1")).of(ANI, NOW + timedelta(days=365)) == CallerHistory()


def test_the_last_talk_is_told_in_whichever_call_it_was(url: str, a_call: Call) -> None:
    talks = (a_talk("u1", "1001", T0 + 5000, 1), a_talk("u1", "1002", T0 + 9000, 2), a_talk("u9", "1003", T0, 3))
    known = kept(url, *talks, *a_call("u1"), *a_call("u2", at=T0 + 90_000)).of(ANI, NOW)
    assert (known.last_queue, known.last_agent) == ("service", "1002")


def test_choices_are_counted_by_menu(url: str, a_call: Call) -> None:
    menus = (
        a_menu("u1", "1"),
        a_menu("u1", "2", seq=51),
        a_menu("u2", "1"),
        a_menu("u2", "timeout", seq=51),
        a_menu("u2", "*", label="other", seq=52),
    )
    known = kept(url, *menus, *a_call("u1"), *a_call("u2")).of(ANI, NOW)
    assert known.choices == {Menu("hotline", "main"): {"1": 2, "2": 1}, Menu("hotline", "other"): {"*": 1}}


def test_only_the_latest_calls_are_read_for_choices(url: str, a_call: Call) -> None:
    calls = [f"u{number}" for number in range(CALLS_READ + 10)]
    menus = [a_menu(call, "1") for call in calls]
    ended = [event for number, call in enumerate(calls) for event in a_call(call, at=T0 + number * 1000, steps=0)]
    known = kept(url, *menus, *ended).of(ANI, NOW)
    assert known.calls == CALLS_READ + 10
    assert known.choices == {Menu("hotline", "main"): {"1": CALLS_READ}}


def test_what_the_caller_set_is_told_without_any_call(url: str) -> None:
    fields = {"ani": ANI, "flow": "hotline", "label": "main", "key": "3", "by": "caller"}
    known = kept(url, Event("u1", 5, T0, Kind.MENU_SET, fields)).of(ANI, NOW)
    first = FirstOption("3", SetBy.CALLER, datetime.fromtimestamp(T0 / 1000, UTC))
    assert known == CallerHistory(firsts={Menu("hotline", "main"): first})


def test_a_database_that_is_not_there_is_an_error(sqlite_url: str) -> None:
    with pytest.raises(StoreError):
        CallerHistories(sqlite_url).of(ANI, NOW)
