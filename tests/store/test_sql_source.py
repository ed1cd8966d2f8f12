"""A look-up in a database: bound parameters, plain values, a time limit, and no way to write."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import gevent
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsapp.domain.errors import LookupFailed, StoreError
from fsapp.store import database
from fsapp.store.sql_source import SqlSource, parameters

BILLS = """
CREATE TABLE bill (account TEXT, meter INTEGER, amount NUMERIC(20, 4), due DATE, paid TIMESTAMP, note TEXT);
INSERT INTO bill VALUES ('1234567890', 77, 86.50, '2026-12-01', NULL, '您好');
INSERT INTO bill VALUES ('O''Brien', 78, 12345678901234.5678, '2026-12-02', NULL, '50 % : off');
"""

Open = Callable[..., SqlSource]


@pytest.fixture
def bills(url: str) -> str:
    path = database.sqlite_path(url)
    if path:
        connection = sqlite3.connect(path)
        connection.executescript(BILLS)
        connection.close()
    else:
        connected: Any = database.open(url)
        connected.connection().execute(BILLS)
        connected.close()
    return url


@pytest.fixture
def source(bills: str) -> Iterator[Open]:
    """Makes sources on the bills, and closes them."""
    made = []

    def make(query: str, timeout: float = 5.0) -> SqlSource:
        made.append(SqlSource(bills, query, timeout=timeout))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_the_first_row_is_the_record(source: Open) -> None:
    found = source("SELECT account, meter, amount, paid, note FROM bill WHERE account = :account")
    assert found.arguments == {"account"}
    assert found.find({"account": "1234567890"}) == {
        "account": "1234567890",
        "meter": 77,
        "amount": 86.5,
        "paid": None,
        "note": "您好",
    }


def test_no_row_is_none(source: Open) -> None:
    assert source("SELECT * FROM bill WHERE account = :account").find({"account": "0"}) is None


def test_text_finds_numbers_too(source: Open) -> None:
    record = source("SELECT account FROM bill WHERE meter = :meter").find({"meter": "78"})
    assert record == {"account": "O'Brien"}


def test_colons_and_percent_signs_that_are_no_parameters_stay(source: Open) -> None:
    query = "SELECT 'a :b' AS one, '100 %' AS two, account AS \"x:y\" FROM bill WHERE note LIKE '50 %' -- :c"
    assert source(query).find({}) == {"one": "a :b", "two": "100 %", "x:y": "O'Brien"}
    assert parameters("SELECT x::text FROM t WHERE a = :a AND b = ':no' AND at > '12:30' AND c=:c_2") == ["a", "c_2"]


HOSTILE = ["' OR '1'='1", "1234567890'; DROP TABLE bill; --", "O'Brien\" OR 1=1", "%", ":account", "%(account)s", "\\"]


@pytest.mark.parametrize("account", HOSTILE)
def test_a_hostile_argument_is_only_a_value(source: Open, account: str) -> None:
    found = source("SELECT * FROM bill WHERE account = :account")
    assert found.find({"account": account}) is None
    assert found.find({"account": "1234567890"}) is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_any_text_comes_back_as_it_went_in(source: Open, text: str) -> None:
    query = "SELECT CAST(:text AS TEXT) AS text"
    assert source(query).find({"text": text}) == {"text": text}


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"])
def test_text_a_database_cannot_take_fails_and_does_no_harm(source: Open, text: str) -> None:
    found = source("SELECT note FROM bill WHERE account = :account")
    with suppress(LookupFailed):
        assert found.find({"account": text}) is None
    assert found.find({"account": "1234567890"}) == {"note": "您好"}


@pytest.mark.parametrize("query", ["DELETE FROM bill", "UPDATE bill SET note = 'x'", "CREATE TABLE t (x INTEGER)"])
def test_a_query_that_writes_fails(source: Open, query: str) -> None:
    with pytest.raises(LookupFailed, match=r"read-?only"):
        source(query).find({})


@pytest.mark.parametrize("query", ["SELECT nonsense", "SELECT 1; SELECT 2 WHERE :a = :a", "", "no sql"])
def test_a_wrong_query_fails(source: Open, query: str) -> None:
    found = source(query)
    with pytest.raises(LookupFailed):
        found.find(dict.fromkeys(found.arguments, "1"))


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


def test_a_slow_query_is_stopped_in_time_and_stops_nobody_else(source: Open, bills: str) -> None:
    slow = source(SLOW[bills.partition(":")[0]], timeout=0.2)
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        while True:
            gevent.sleep(0.005)
            ticks += 1

    ticking = gevent.spawn(tick)
    begun = time.monotonic()
    with pytest.raises(LookupFailed, match=r"interrupted|timeout"):
        slow.find({})
    ticking.kill()
    assert time.monotonic() - begun < 5
    assert ticks >= 10


def test_many_look_ups_at_once_each_get_their_own(source: Open) -> None:
    found = source("SELECT CAST(:n AS TEXT) AS n FROM bill")
    asked = [gevent.spawn(found.find, {"n": str(n)}) for n in range(40)]
    gevent.joinall(asked, timeout=20)
    assert [each.get() for each in asked] == [{"n": str(n)} for n in range(40)]


def test_values_of_postgresql_become_plain(postgresql_url: str) -> None:
    query = (
        "SELECT 86.00::numeric AS whole, 0.1::numeric AS small, 12345678901234567.89::numeric AS exact, "
        "'NaN'::numeric AS nan, true AS yes, date '2026-12-01' AS day, time '08:30' AS time, "
        "timestamptz '2026-12-01 00:00:00Z' AS moment, '{\"a\": [1]}'::jsonb AS json, "
        "'00000000-0000-4000-8000-000000000001'::uuid AS id"
    )
    source = SqlSource(postgresql_url, query, timeout=5)
    record = source.find({})
    source.close()
    assert record is not None
    moment = record.pop("moment")
    assert moment.startswith(("2026-12-01T", "2026-11-30T"))
    assert record == {
        "whole": 86,
        "small": 0.1,
        "exact": "12345678901234567.89",
        "nan": "NaN",
        "yes": True,
        "day": "2026-12-01",
        "time": "08:30:00",
        "json": {"a": [1]},
        "id": "00000000-0000-4000-8000-000000000001",
    }


def test_binary_columns_are_refused(sqlite_url: str) -> None:
    database.upgrade_at(sqlite_url)
    with pytest.raises(LookupFailed, match="'picture' is binary"):
        SqlSource(sqlite_url, "SELECT x'00ff' AS picture", timeout=1).find({})


def test_a_file_that_was_replaced_is_read_at_once(tmp_path: Path) -> None:
    for name, amount in (("bills.db", 1), ("new.db", 2)):
        connection = sqlite3.connect(tmp_path / name)
        connection.execute("CREATE TABLE bill (amount INTEGER)")
        connection.execute("INSERT INTO bill VALUES (?)", (amount,))
        connection.commit()
        connection.close()
    source = SqlSource(f"sqlite:///{tmp_path}/bills.db", "SELECT amount FROM bill", timeout=1)
    assert source.find({}) == {"amount": 1}
    (tmp_path / "new.db").rename(tmp_path / "bills.db")
    assert source.find({}) == {"amount": 2}


def test_a_missing_file_fails_and_is_not_made(tmp_path: Path) -> None:
    source = SqlSource(f"sqlite:///{tmp_path}/none.db", "SELECT 1", timeout=1)
    with pytest.raises(LookupFailed, match="unable to open"):
        source.find({})
    assert list(tmp_path.iterdir()) == []


def test_a_dead_server_fails(tmp_path: Path) -> None:
    source = SqlSource(f"postgresql:///none?host={tmp_path}&user=nobody", "SELECT 1", timeout=1)
    with pytest.raises(LookupFailed, match="PostgreSQL"):
        source.find({})


def test_a_connection_that_broke_is_replaced(postgresql_url: str) -> None:
    source = SqlSource(postgresql_url, "SELECT pg_backend_pid() AS pid", timeout=5)
    first = source.find({})
    assert first is not None
    path = postgresql_url.partition("host=")[2].partition("&")[0]
    with psycopg.connect(f"host={path} user=postgres dbname=postgres", autocommit=True) as killer:
        killer.execute("SELECT pg_terminate_backend(%s, 5000)", (first["pid"],))
    with pytest.raises(LookupFailed):
        source.find({})
    assert source.find({}) is not None
    source.close()


def test_another_url_is_refused() -> None:
    with pytest.raises(StoreError, match="no database"):
        SqlSource("mysql://x/y", "SELECT 1", timeout=1)
