"""Reading records: filters, pages, one call, and no way to write."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fsapp.domain.cdr import fold
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event
from fsapp.store import database
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.journal import Journal

T0 = 1_790_000_000_000
Call = Callable[..., list[Event]]


@pytest.fixture
def calls(a_call: Call) -> list[list[Event]]:
    """Ten calls: three at the same millisecond, the others a second apart; odd ones of another caller."""
    ats = [T0] * 3 + [T0 + 1000 * n for n in range(1, 8)]
    return [a_call(f"c{n}", at=at, ani=f"1{n % 2}", dnis="95598" if n else "10086") for n, at in enumerate(ats)]


@pytest.fixture
def cdrs(url: str, calls: list[list[Event]]) -> Iterator[Cdrs]:
    journal = Journal(url)
    journal.append([event for call in calls for event in call])
    yield Cdrs(url)
    journal.close()


def uuids(cdrs: Cdrs, wanted: CdrFilter) -> list[str]:
    return [cdr.uuid for cdr in cdrs.list(wanted).cdrs]


def test_records_come_newest_first(cdrs: Cdrs, calls: list[list[Event]]) -> None:
    assert uuids(cdrs, CdrFilter()) == [f"c{n}" for n in range(9, -1, -1)]
    assert cdrs.list(CdrFilter()).cdrs == tuple(fold(call)[0] for call in reversed(calls))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CdrFilter(since=T0 + 6000), ["c9", "c8"]),
        (CdrFilter(until=T0), []),
        (CdrFilter(until=T0 + 1), ["c2", "c1", "c0"]),
        (CdrFilter(since=T0 + 1000, until=T0 + 3000), ["c4", "c3"]),
        (CdrFilter(ani="11"), ["c9", "c7", "c5", "c3", "c1"]),
        (CdrFilter(dnis="10086"), ["c0"]),
        (CdrFilter(dnis="10086", ani="11"), []),
        (CdrFilter(flow="hotline", since=T0 + 7000), ["c9"]),
        (CdrFilter(flow="other"), []),
        (CdrFilter(cause="NORMAL_CLEARING", until=T0 + 1), ["c2", "c1", "c0"]),
        (CdrFilter(cause="USER_BUSY"), []),
        (CdrFilter(ani="' OR 1=1; DROP TABLE cdr; --"), []),
        (CdrFilter(ani="%"), []),
    ],
)
def test_filters_choose(cdrs: Cdrs, wanted: CdrFilter, found: list[str]) -> None:
    assert uuids(cdrs, wanted) == found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 10, 11])
def test_pages_follow_one_another_without_gap_or_repeat(cdrs: Cdrs, limit: int) -> None:
    page = cdrs.list(CdrFilter(), limit=limit)
    seen = list(page.cdrs)
    while page.after is not None:
        page = cdrs.list(CdrFilter(), limit=limit, after=page.after)
        assert page.cdrs
        seen += page.cdrs
    assert [cdr.uuid for cdr in seen] == [f"c{n}" for n in range(9, -1, -1)]


def test_one_call_is_shown_with_its_legs_and_events(cdrs: Cdrs, calls: list[list[Event]]) -> None:
    shown = cdrs.show("c3")
    assert shown is not None
    assert (shown.cdr, shown.legs) == fold(calls[3])
    assert shown.events == tuple(calls[3])


def test_an_unknown_call_is_none(cdrs: Cdrs) -> None:
    assert cdrs.show("nobody") is None
    assert cdrs.events("nobody") == ()


def test_a_call_under_way_is_shown_as_far_as_it_went(url: str, a_call: Call) -> None:
    journal = Journal(url)
    call = a_call("c1", ended=False)
    journal.append(call)
    shown = Cdrs(url).show("c1")
    journal.close()
    assert shown is not None
    assert (shown.cdr, shown.legs) == fold(call)
    assert not shown.cdr.complete


def test_the_connection_of_a_reader_cannot_write(cdrs: Cdrs, url: str) -> None:
    connected = database.open(url, read_only=True)
    with connected.connection_context(), pytest.raises(Exception, match=r"read-?only"):
        database.execute(connected, "DELETE FROM cdr")
    assert len(uuids(cdrs, CdrFilter())) == 10


def test_a_database_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Cdrs(f"sqlite:///{tmp_path}/none.db").list(CdrFilter())
    assert list(tmp_path.iterdir()) == []
