"""Names and numbers that are SQL to somebody: values to us, in whatever filter, and no reader can write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.store import database
from fsapp.store.agents import Agents
from fsapp.store.caller_histories import CallerHistories
from fsapp.store.cdrs import CdrFilter, Cdrs
from fsapp.store.connections import reading
from fsapp.store.outside_legs import DialledLegs
from fsapp.store.queue_log import LogFilter, QueueLog
from fsapp.store.writer import Writer
from tests.security.hostile import HOSTILE, QUERIES

AT = 1_790_000_000_000


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database whose callers, queues and agents have hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    writer = Writer(f"sqlite:///{folder}/fsapp.db", folder / "spool")
    served = {"end": "answered", "waited_ms": 1, "within": True}
    for number, text in enumerate(HOSTILE):
        arrived = {"ani": text, "dnis": text, "caller_name": text, "trunk": text}
        ended = {"contact": text, "call": text, "queue": text, "agent": text, **served}
        writer.record(Event(f"call-{number}", 0, AT, Kind.CALL_ARRIVED, arrived))
        writer.record(Event(f"call-{number}", 1, AT + 1, Kind.CALL_HUNG_UP, {"cause": "X", "party": "caller"}))
        writer.record(Event("acd:run", number, AT, Kind.CONTACT_ENDED, ended))
    assert writer.flush(10)
    writer.close()
    yield f"sqlite:///{folder}/fsapp.db"
    with closing(sqlite3.connect(folder / "fsapp.db")) as connected:  # all is there still
        assert connected.execute("SELECT COUNT(*) FROM cdr").fetchone() == (len(HOSTILE),)
        assert connected.execute("SELECT COUNT(*) FROM contact").fetchone() == (len(HOSTILE),)
        assert connected.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("text", sorted({each for each in HOSTILE if each.isascii() and "\0" not in each} - {"", "?"}))
def test_a_hostile_name_is_found_and_nothing_but_that(url: str, text: str) -> None:
    found = Cdrs(url).list(CdrFilter(ani=text), limit=1000).cdrs
    assert [cdr.caller_name for cdr in found] == [text]
    events = list(QueueLog(url).events(LogFilter(queue=text)))
    assert [event.fields["agent"] for event in events] == [text]


@pytest.mark.parametrize("text", QUERIES)
def test_no_filter_is_more_than_a_value(url: str, text: str) -> None:
    for wanted in (CdrFilter(flow=text), CdrFilter(cause=text), CdrFilter(dnis=f"{text}x")):
        assert Cdrs(url).list(wanted).cdrs == ()
    assert Cdrs(url).show(text) is None
    assert list(QueueLog(url).events(LogFilter(call=f"{text}x", agent=text))) == []
    assert QueueLog(url).agent_times(0, AT, text) == ()
    assert QueueLog(url).promises(text) == ()
    assert Agents(url).get(text) is None
    assert CallerHistories(url).of(f"{text}x", datetime.now(UTC)).calls == 0
    assert DialledLegs(url).since(AT) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE cdr",
        "DELETE FROM event",
        "UPDATE agent SET pin_hash = ''",
        "ATTACH '/tmp/x.db' AS x; CREATE TABLE x.y (z)",
    ],
)
def test_a_connection_that_reads_cannot_write(url: str, statement: str) -> None:
    with pytest.raises((StoreError, sqlite3.Warning, sqlite3.ProgrammingError)), reading(url) as connected:
        database.execute(connected, statement)
