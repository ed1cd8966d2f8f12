"""What guards a source: cache, sharing, breaker, time limit; against sources that behave as real ones do."""

from collections.abc import Mapping
from typing import Any

import gevent
import pytest
from gevent.event import Event

from fsapp.domain.errors import LookupFailed
from fsapp.lookup.lookups import Counters, GuardedSource, Lookups, open_lookups
from fsapp.lookup.settings import LookupSettings

SQL = {"sql": {"url": "sqlite:///x", "query": "select 1"}}


class Billing:
    """Knows one account; fails, waits or breaks when told to."""

    arguments = frozenset({"account"})

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.gate = Event()
        self.gate.set()
        self.together = self.most_together = 0
        self.closed = False

    def find(self, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        self.asked.append(arguments["account"])
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        try:
            self.gate.wait()
        finally:
            self.together -= 1
        if self.error:
            raise self.error
        return {"amount": [86]} if arguments["account"] == "1" else None

    def close(self) -> None:
        self.closed = True


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def billing() -> Billing:
    return Billing()


@pytest.fixture
def watch() -> Watch:
    return Watch()


def lookups(billing: Billing, watch: Watch, **settings: Any) -> Lookups:
    wanted = LookupSettings.model_validate(SQL | settings)
    return Lookups({"billing": GuardedSource("billing", billing, wanted, watch)})


def counters(found: Lookups) -> Counters:
    return found.counters()["billing"]


def test_a_record_is_found_or_not(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch)
    assert found.names == ("billing",)
    assert found.arguments("billing") == {"account"}
    assert found.find("billing", {"account": "1"}) == {"amount": [86]}
    assert found.find("billing", {"account": "2"}) is None
    assert (counters(found).asked, counters(found).found, counters(found).missing) == (2, 1, 1)


def test_an_unknown_source_or_wrong_arguments_fail_without_asking(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, break_after=1)
    with pytest.raises(LookupFailed, match="no look-up source 'weather'"):
        found.find("weather", {})
    for arguments in ({}, {"accont": "1"}, {"account": "1", "x": "2"}):
        with pytest.raises(LookupFailed, match="wants the arguments account"):
            found.find("billing", arguments)
    assert billing.asked == []
    assert found.find("billing", {"account": "1"})


def test_records_are_cached_for_their_time(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, cache=60, cache_missing=5)
    for _ in range(3):
        assert found.find("billing", {"account": "1"})
        assert found.find("billing", {"account": "2"}) is None
    assert billing.asked == ["1", "2"]
    watch.now += 5
    found.find("billing", {"account": "1"})
    found.find("billing", {"account": "2"})
    assert billing.asked == ["1", "2", "2"]
    assert counters(found).cached == 5


def test_a_caller_may_change_its_record_without_changing_the_next_ones(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, cache=60)
    first: Any = found.find("billing", {"account": "1"})
    first["amount"].append("changed")
    assert found.find("billing", {"account": "1"}) == {"amount": [86]}


def test_failures_are_never_cached(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, cache=60, cache_missing=60)
    billing.error = LookupFailed("down")
    with pytest.raises(LookupFailed, match="billing: down"):
        found.find("billing", {"account": "1"})
    billing.error = None
    assert found.find("billing", {"account": "1"}) == {"amount": [86]}


def test_the_same_question_at_once_is_asked_once(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch)
    billing.gate.clear()
    callers = [gevent.spawn(found.find, "billing", {"account": "1"}) for _ in range(10)]
    other = gevent.spawn(found.find, "billing", {"account": "2"})
    gevent.idle()
    billing.gate.set()
    gevent.joinall([*callers, other], timeout=5)
    assert [caller.get() for caller in callers] == [{"amount": [86]}] * 10
    assert sorted(billing.asked) == ["1", "2"]
    assert counters(found).shared == 9
    found.find("billing", {"account": "1"})
    assert len(billing.asked) == 3


def test_a_caller_who_hangs_up_leaves_the_others_their_answer(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch)
    billing.gate.clear()
    first = gevent.spawn(found.find, "billing", {"account": "1"})
    gevent.idle()
    second = gevent.spawn(found.find, "billing", {"account": "1"})
    gevent.idle()
    first.kill()
    billing.gate.set()
    assert second.get(timeout=5) == {"amount": [86]}
    assert billing.asked == ["1"]


def test_everyone_who_waits_hears_of_the_failure(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, timeout=0.05)
    billing.gate.clear()

    def ask() -> str:
        try:
            found.find("billing", {"account": "1"})
        except LookupFailed as failure:
            return str(failure)
        return "found"

    callers = [gevent.spawn(ask) for _ in range(3)]
    gevent.joinall(callers, timeout=5)
    assert [caller.get() for caller in callers] == ["billing gave no answer within 0.05 s"] * 3
    assert counters(found).failed == 1


def test_a_dead_source_is_left_alone_and_then_probed_once(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, break_after=2, break_seconds=10)
    billing.error = LookupFailed("down")
    for sentence in ("down", "down", "left alone", "left alone"):
        with pytest.raises(LookupFailed, match=sentence):
            found.find("billing", {"account": "1"})
    assert len(billing.asked) == 2
    watch.now += 10
    billing.error = None
    assert found.find("billing", {"account": "1"})
    assert found.find("billing", {"account": "1"})
    assert (len(billing.asked), counters(found).refused) == (4, 2)


def test_the_log_says_once_that_a_source_died_and_once_that_it_is_back(
    billing: Billing, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    found = lookups(billing, watch, break_after=2, break_seconds=10)
    billing.error = LookupFailed("no account 1")
    for _ in range(6):
        with pytest.raises(LookupFailed):
            found.find("billing", {"account": "1"})
        watch.now += 5
    billing.error = None
    watch.now += 10
    for _ in range(2):
        found.find("billing", {"account": "1"})
    assert caplog.messages == [
        "the look-up source billing counts as dead: callers go on without it",
        "the look-up source billing answers again",
    ]


def test_what_is_cached_is_given_while_the_source_is_left_alone(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, cache=60, break_after=1)
    found.find("billing", {"account": "1"})
    billing.error = LookupFailed("down")
    with pytest.raises(LookupFailed):
        found.find("billing", {"account": "2"})
    assert found.find("billing", {"account": "1"}) == {"amount": [86]}


def test_no_more_run_together_than_allowed(billing: Billing, watch: Watch) -> None:
    found = lookups(billing, watch, at_once=3)
    billing.gate.clear()
    callers = [gevent.spawn(found.find, "billing", {"account": str(n)}) for n in range(10)]
    gevent.idle()
    billing.gate.set()
    gevent.joinall(callers, timeout=5, raise_error=True)
    assert (billing.most_together, len(billing.asked)) == (3, 10)


def test_a_source_that_breaks_fails_with_its_name_and_is_logged(
    billing: Billing, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    found = lookups(billing, watch)
    billing.error = ZeroDivisionError("of account 1")
    with pytest.raises(LookupFailed, match=r"^billing broke: ZeroDivisionError$"):
        found.find("billing", {"account": "1"})
    assert "the look-up source billing broke" in caplog.text


def test_sources_are_made_from_settings_and_closed(billing: Billing, watch: Watch) -> None:
    made = []
    settings = {
        "billing": LookupSettings.model_validate(SQL | {"timeout": 3}),
        "outage": LookupSettings.model_validate({"http": {"url": "https://oms.example.com/{area}"}}),
    }

    def make_sql(wanted: Any, timeout: float) -> Billing:
        made.append((wanted.query, timeout))
        return billing

    found = open_lookups(settings, make_sql, watch)
    assert found.names == ("billing", "outage")
    assert found.arguments("outage") == {"area"}
    assert made == [("select 1", 3)]
    found.close()
    assert billing.closed
