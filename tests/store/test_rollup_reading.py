"""Sums of any period are those of the records in it, however it lies to the hours."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from zoneinfo import ZoneInfo

import pytest

from fsapp.domain.errors import StoreError
from fsapp.domain.periods import Period, Step, divided
from fsapp.domain.rollups import FAMILIES, Family
from fsapp.domain.sums import Question
from fsapp.store import database
from fsapp.store.connections import reporting
from fsapp.store.journal import Journal
from fsapp.store.rollups import sums
from tests.store import busy_days
from tests.store.sums_oracle import record_parts

T0, SPREAD = busy_days.T0, busy_days.SPREAD


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('sums')}/calls.db"
    else:
        url = request.getfixturevalue("cluster").new_database()
    journal = Journal(url)
    journal.append(busy_days.events(Random(11), calls=60, records=150))
    journal.close()
    return url


def naive(
    url: str, family: Family, period: Period, keys: tuple[str, ...], where: Mapping[str, str]
) -> dict[tuple[str, ...], dict[str, int]]:
    found: dict[tuple[str, ...], Counter[str]] = {}
    for at, values, amounts in record_parts(url, family.table, cut=(period.since, period.until)):
        if period.since <= at < period.until and all(values[name] == each for name, each in where.items()):
            row = found.setdefault(tuple(values[name] for name in keys), Counter())
            for name, amount in amounts.items():
                row[name] = max(row[name], amount) if name in family.most else row[name] + amount
    return {key: {name: row[name] for name in family.amounts} for key, row in found.items()}


@pytest.mark.parametrize("family", FAMILIES, ids=[family.table for family in FAMILIES])
@pytest.mark.parametrize("seed", range(4))
def test_sums_of_a_period_are_those_of_its_records(filled: str, family: Family, seed: int) -> None:
    random = Random(seed)
    for _ in range(6):
        since = T0 + random.randrange(-3_600_000, SPREAD)
        period = Period(since, since + random.choice((1, 1_800_000, 3_600_000, 86_400_000, random.randrange(SPREAD))))
        keys = tuple(random.sample(family.keys, random.randrange(len(family.keys) + 1)))
        with reporting(filled) as connected:
            found = sums(connected, Question(family, keys), [period])
        assert {key: dict(amounts) for (_, key), amounts in found.items()} == naive(filled, family, period, keys, {})


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "UTC"])
@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("family", FAMILIES, ids=[family.table for family in FAMILIES])
def test_parts_of_a_period_have_their_own_sums_and_make_up_the_whole(
    filled: str, family: Family, step: Step, zone: str
) -> None:
    whole = Period(T0 + 777, T0 + SPREAD)
    parts = divided(whole, step, ZoneInfo(zone))
    with reporting(filled) as connected:
        found = sums(connected, Question(family), parts)
        of_all = sums(connected, Question(family), [whole])
    for number, part in enumerate(parts):
        expected = naive(filled, family, part, (), {}).get(())
        assert found.get((number, ())) == expected
    for name in family.sums:
        assert sum(row[name] for row in found.values()) == of_all[0, ()][name]


@pytest.mark.parametrize("family", FAMILIES, ids=[family.table for family in FAMILIES])
def test_rows_of_one_value_are_asked_for_by_it(filled: str, family: Family) -> None:
    period = Period(T0, T0 + SPREAD)
    with reporting(filled) as connected:
        every = sums(connected, Question(family, family.keys[:1]), [period])
        for (_, (value,)), amounts in every.items():
            only = sums(connected, Question(family, where={family.keys[0]: value}), [period])
            assert only == {(0, ()): amounts}


def test_of_nothing_there_are_no_sums(filled: str) -> None:
    with reporting(filled) as connected:
        assert all(sums(connected, Question(family), [Period(0, 86_400_000)]) == {} for family in FAMILIES)
        assert sums(connected, Question(FAMILIES[0]), []) == {}


def test_a_value_is_never_part_of_a_statement(filled: str) -> None:
    with reporting(filled) as connected:
        question = Question(FAMILIES[2], where={"queue": "'; DROP TABLE cdr; --"})
        assert sums(connected, question, [Period(T0, T0 + SPREAD)]) == {}


def test_a_report_writes_nothing(filled: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"), reporting(filled) as connected:
        database.execute(connected, "DELETE FROM cdr")


def test_a_report_sees_one_moment(filled: str) -> None:
    question, period = Question(FAMILIES[0]), [Period(T0, T0 + 10 * SPREAD)]
    with reporting(filled) as connected:
        before = sums(connected, question, period)
        journal = Journal(filled)
        journal.append(busy_days._call(Random(1), "late", spool=False))
        journal.close()
        assert sums(connected, question, period) == before


def test_a_report_that_takes_too_long_is_given_up(filled: str) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    with (
        pytest.raises(StoreError, match=r"longer than 0\.2 s, and was given up"),
        reporting(filled, 0.2) as connected,
    ):
        database.execute(connected, endless).fetchall()


def test_a_database_of_another_age_is_told_so(url: str) -> None:
    connected = database.open(url)
    with connected.connection_context():
        database.upgrade(connected)
        database.execute(connected, "DELETE FROM schema_migration WHERE name = '0006_rollups'")
    with pytest.raises(StoreError, match="lacks 0006_rollups: run `fsapp db upgrade` first"), reporting(url):
        pass
    with connected.connection_context():
        for name in ("0006_rollups", "9999_x"):
            values = (name, "2030-01-01 00:00:00")
            marks = f"({connected.param}, {connected.param})"
            database.execute(connected, f"INSERT INTO schema_migration (name, applied) VALUES {marks}", values)  # noqa: S608
    with pytest.raises(StoreError, match=r"newer fsapp \(it has 9999_x\)"), reporting(url):
        pass


def test_a_database_that_is_not_there_or_not_ours_is_told_so(url: str, tmp_path: object) -> None:
    missing = f"sqlite:///{tmp_path}/none.db"
    with pytest.raises(StoreError, match=r"there is no database .*none\.db"), reporting(missing):
        pass
    connected = database.open(url)
    with connected.connection_context():
        database.execute(connected, "CREATE TABLE other (id INTEGER)")
    with pytest.raises(StoreError, match="holds nothing of fsapp's"), reporting(url):
        pass
