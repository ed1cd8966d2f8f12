"""What is old goes, what is held stays, and figures of the past are as they were."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from fsapp.domain.admin import Act
from fsapp.domain.errors import StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.periods import Period
from fsapp.domain.retention import LegalHold
from fsapp.domain.rollups import STATES
from fsapp.domain.sums import Question
from fsapp.store import legal_holds, retention
from fsapp.store.admin_log import AdminLog
from fsapp.store.facts import facts
from fsapp.store.journal import Journal
from fsapp.store.retention import Limits, delete, due
from tests.store import busy_days
from tests.store.sums_oracle import kept, rows

ACT = Act("root", 1_800_000_000_000)
MIDDLE = busy_days.T0 + busy_days.SPREAD // 2
TABLES = ("cdr", "leg", "event", "queue_log", "contact", "offer", "talk", "hold", "agent_time", "promise", "survey")
OF_QUEUES = ("contact", "offer", "talk", "hold", "promise")


def nobody(_done: int, _total: int) -> None:
    """Nobody looks."""


@pytest.fixture
def filled(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(retention, "AT_ONCE", 7)
    journal = Journal(url)
    journal.append(busy_days.events(Random(4), calls=60, records=120))
    journal.close()
    return url


def counts(url: str) -> dict[str, int]:
    return {table: len(rows(url, table)) for table in TABLES}


def moment(table: str, row: Mapping[str, Any]) -> int:
    name = {"cdr": "arrived_at", "queue_log": "at", "promise": "at", "agent_time": "until"}.get(table, "ended_at")
    return int(row[name])


def test_old_journals_go_and_records_stay(filled: str) -> None:
    before, sums = counts(filled), kept(filled)
    calls = {row["uuid"] for row in rows(filled, "cdr") if row["arrived_at"] < MIDDLE}
    assert due(filled, Limits(events=MIDDLE)) == {"journals": len(calls)}
    went = delete(filled, Limits(events=MIDDLE), ACT, nobody)
    assert went["event"] == before["event"] - len(rows(filled, "event")) > 0
    assert not calls & {row["call"] for row in rows(filled, "event")}
    assert all(row["at"] >= MIDDLE for row in rows(filled, "queue_log"))
    after = counts(filled)
    assert {name: after[name] for name in TABLES if name not in ("event", "queue_log")} == {
        name: before[name] for name in TABLES if name not in ("event", "queue_log")
    }
    assert _without_states(kept(filled)) == _without_states(sums)


def _without_states(sums: Any) -> Any:
    return {table: each for table, each in sums.items() if table != "rollup_agent"}


def test_old_records_go_with_their_journals_and_sums_stay(filled: str) -> None:
    sums = kept(filled)
    delete(filled, Limits(records=MIDDLE), ACT, nobody)
    for table in ("cdr", "queue_log", "agent_time", *OF_QUEUES):
        left = rows(filled, table)
        assert left
        assert all(moment(table, row) >= MIDDLE for row in left)
    calls = {row["uuid"] for row in rows(filled, "cdr")}
    assert {row["call"] for row in rows(filled, "leg")} <= calls
    assert {row["call"] for row in rows(filled, "survey")} <= calls
    assert {row["call"] for row in rows(filled, "event") if not row["call"].startswith("acd:")} <= calls
    assert _without_states(kept(filled)) == _without_states(sums)


def test_what_is_young_stays(filled: str) -> None:
    before = counts(filled)
    assert not any(delete(filled, Limits(busy_days.T0 - 10**8, busy_days.T0 - 10**8), ACT, nobody).values())
    assert counts(filled) == before


def test_deleting_twice_deletes_nothing_more(filled: str) -> None:
    delete(filled, Limits(MIDDLE, MIDDLE), ACT, nobody)
    before = counts(filled)
    assert not any(delete(filled, Limits(MIDDLE, MIDDLE), ACT, nobody).values())
    assert counts(filled) == before


HOLDS: dict[str, tuple[LegalHold, Any]] = {
    "a call": (LegalHold("case", call="call-3"), lambda cdr: cdr["uuid"] == "call-3"),
    "a number": (LegalHold("case", number="138"), lambda cdr: cdr["ani"] == "138"),
    "a period": (
        LegalHold("case", since=busy_days.T0, until=busy_days.T0 + 40_000_000),
        lambda cdr: busy_days.T0 <= cdr["arrived_at"] < busy_days.T0 + 40_000_000,
    ),
    "a number in a period": (
        LegalHold("case", number="139", until=busy_days.T0 + 80_000_000),
        lambda cdr: cdr["ani"] == "139" and cdr["arrived_at"] < busy_days.T0 + 80_000_000,
    ),
}


@pytest.mark.parametrize("what", HOLDS)
def test_what_is_held_stays_whole_until_the_hold_is_lifted(filled: str, what: str) -> None:
    hold, fits = HOLDS[what]
    number = legal_holds.place(filled, ACT, hold)
    held = {row["uuid"] for row in rows(filled, "cdr") if fits(row)}
    events = [row for row in rows(filled, "event") if row["call"] in held]
    assert held
    everything = Limits(busy_days.T0 * 2, busy_days.T0 * 2)
    delete(filled, everything, ACT, nobody)
    assert {row["uuid"] for row in rows(filled, "cdr")} == held
    assert sorted(map(str, (row for row in rows(filled, "event") if row["call"] in held))) == sorted(map(str, events))
    legal_holds.lift(filled, ACT, number)
    delete(filled, everything, ACT, nobody)
    assert counts(filled) == dict.fromkeys(TABLES, 0)


def test_what_was_kept_of_queues_is_held_with_its_call(filled: str) -> None:
    journal = Journal(filled)
    journal.append([Event("u", 0, busy_days.T0, Kind.CALL_ARRIVED, {"ani": "137"})])
    journal.append(
        [Event("u", 1, busy_days.T0 + 9, Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller"})]
    )
    journal.close()
    before = counts(filled)
    legal_holds.place(filled, ACT, LegalHold("case", number="137"))
    delete(filled, Limits(busy_days.T0 * 2, busy_days.T0 * 2), ACT, nobody)
    assert {table: len(rows(filled, table)) for table in OF_QUEUES} == {table: before[table] for table in OF_QUEUES}


def test_what_an_engine_left_open_is_in_the_sums_before_its_events_go(url: str) -> None:
    """It died an hour after the last state that it told of ended."""
    hour, begun = 3_600_000, busy_days.T0
    state = {
        "agent": "1001",
        "state": "available",
        "reason": "",
        "since": begun,
        "followed_by": "talking",
        "because": "",
    }
    acted = {"agent": "1001", "what": "note", "by": "1001"}
    journal = Journal(url)
    journal.append(
        [
            Event("acd:r1", 0, begun + hour, Kind.AGENT_STATE_ENDED, state),
            Event("acd:r1", 1, begun + 2 * hour, Kind.AGENT_ACTED, acted),
        ]
    )
    journal.close()
    period = Period(begun, begun + 10 * hour)

    def talking() -> int:
        with facts(url) as known:
            summed = known.sums(Question(STATES, ("state",)), [period]).get((0, ("talking",)), {"ms": 0})["ms"]
            return summed + sum(each.ms for each in known.open_states(period) if each.state == "talking")

    assert talking() == hour
    for _ in range(2):
        delete(url, Limits(events=begun + 5 * hour), ACT, nobody)
        assert rows(url, "event") == []
        assert talking() == hour


def test_a_deletion_is_kept_in_the_log_of_administrators(filled: str) -> None:
    delete(filled, Limits(events=MIDDLE), ACT, nobody)
    entry = AdminLog(filled).latest(1)[0]
    assert (entry.who, entry.what, entry.fields["events"]) == ("root", "retention", MIDDLE)
    assert entry.fields["event"] > 0


def test_holds_are_known_with_who_and_why_also_when_they_are_lifted(url: str) -> None:
    journal = Journal(url)
    journal.append([Event("u", 0, 0, Kind.CALL_ARRIVED, {})])
    journal.close()
    number = legal_holds.place(url, ACT, LegalHold("case 7", number="138"))
    legal_holds.lift(url, Act("eve", 5), number)
    (hold,) = legal_holds.known(url)
    assert (hold.why, hold.number, hold.placed_by, hold.lifted_by, hold.lifted_at) == (
        "case 7",
        "138",
        "root",
        "eve",
        5,
    )
    with pytest.raises(StoreError, match="no hold 1 in force"):
        legal_holds.lift(url, ACT, number)
