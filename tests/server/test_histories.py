"""A caller's history holds up no call, whatever becomes of the database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event as NativeEvent
from time import monotonic

import gevent
import pytest
from gevent.monkey import get_original

from fsapp.domain.caller_history import CallerHistory
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import StoreError
from fsapp.flow.ports import History
from fsapp.server.histories import REMEMBERED, Histories

ANI = "13800138000"


class Records:
    """A store that answers, fails, or hangs until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.hangs = False
        self.go_on: NativeEvent = get_original("threading", "Event")()

    def read(self, ani: str, now: datetime) -> CallerHistory:
        self.asked.append(ani)
        if self.hangs:
            self.go_on.wait(10)
        if self.error:
            raise self.error
        return CallerHistory(calls=len(self.asked))


class Desk:
    """Histories over records, on a virtual clock."""

    def __init__(self) -> None:
        self.records = Records()
        self.clock = VirtualClock(datetime(2026, 11, 18, tzinfo=UTC))
        self.histories = Histories(self.records.read, self.clock, limit=0.05)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.records.go_on.set()
    desk.histories.close()


def test_it_is_a_history(desk: Desk) -> None:
    history: History = desk.histories
    assert history.of(ANI) == CallerHistory(calls=1)


def test_what_was_read_is_remembered_for_a_while(desk: Desk) -> None:
    desk.histories.of(ANI)
    desk.clock.advance(REMEMBERED - 1)
    assert desk.histories.of(ANI).calls == 1
    desk.clock.advance(1)
    assert desk.histories.of(ANI).calls == 2


def test_what_is_out_of_date_is_forgotten(desk: Desk) -> None:
    desk.histories.of(ANI)
    desk.histories.forget(ANI)
    desk.histories.forget("never heard of")
    assert desk.histories.of(ANI).calls == 2


@pytest.mark.parametrize("ani", ["", "anonymous", "0"])
def test_a_withheld_number_is_not_looked_for(desk: Desk, ani: str) -> None:
    assert desk.histories.of(ani) == CallerHistory()
    assert desk.records.asked == []


@pytest.mark.parametrize("error", [StoreError("the database is away"), ValueError("a bug")])
def test_a_store_that_fails_gives_no_history(desk: Desk, error: Exception) -> None:
    desk.records.error = error
    assert desk.histories.of(ANI) == CallerHistory()
    desk.records.error = None
    assert desk.histories.of(ANI).calls == 2


def test_a_store_that_hangs_holds_up_nobody(desk: Desk) -> None:
    desk.records.hangs = True
    began = monotonic()
    calls = [gevent.spawn(desk.histories.of, f"1380013{number:04}") for number in range(40)]
    assert [call.get(timeout=5) for call in calls] == [CallerHistory()] * 40
    assert monotonic() - began < 1
    assert desk.histories.of(ANI) == CallerHistory()


def test_a_store_that_keeps_failing_is_left_alone_for_a_while(desk: Desk) -> None:
    desk.records.error = StoreError("away")
    for _ in range(5):
        desk.histories.of(ANI)
    assert len(desk.records.asked) == 3
    desk.records.error = None
    desk.clock.advance(15)
    assert desk.histories.of(ANI).calls == 4


def test_a_caller_who_hangs_up_meanwhile_waits_no_longer(desk: Desk) -> None:
    asking = gevent.spawn(desk.histories.of, ANI)
    asking.kill()
    assert desk.histories.of(ANI).calls > 0
