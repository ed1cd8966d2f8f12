"""What callers answered and asked for: from the journal into tables of its own, once each."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from playhouse.schema_diff import diff_models

from fsapp.domain.events import Event, Kind
from fsapp.store import database
from fsapp.store.caller_models import TABLES
from fsapp.store.journal import Journal

T0 = 1_790_000_000_000

CALLBACK = {
    "number": "057188880000",
    "window": "09:00-17:30",
    "queue": "service",
    "skills": {"billing": 3},
    "priority": 2,
    "customer_level": "gold",
    "sticky_agent": "",
    "language": "zh",
    "data": {"account": "4711", "name": "张三"},
    "queued_at": T0 - 90_000,
}


def found(url: str, table: str) -> list[dict[str, Any]]:
    connected = database.open(url, read_only=True)
    with connected.connection_context():
        cursor = database.execute(connected, f"SELECT * FROM {table}")  # noqa: S608 -- a table of ours
        return [dict(zip([each[0] for each in cursor.description], row, strict=True)) for row in cursor.fetchall()]


def kept(url: str, *batches: Sequence[Event]) -> None:
    journal = Journal(url)
    for events in batches:
        journal.append(events)
    journal.close()


def menu_set(key: str, at: int, call: str = "u1", by: str = "caller") -> Event:
    fields = {"ani": "13800138000", "flow": "hotline", "label": "main", "key": key, "by": by}
    return Event(call, 5, at, Kind.MENU_SET, fields)


def test_an_answer_to_a_survey_is_a_row(url: str) -> None:
    fields = {"queue": "service", "agent": "1001", "question": "rate_service"}
    answered = Event("u1", 7, T0, Kind.SURVEY_ANSWERED, fields | {"answer": 5})
    skipped = Event("u2", 7, T0 + 1, Kind.SURVEY_ANSWERED, fields | {"answer": None})
    kept(url, [answered, skipped], [answered])
    rows = found(url, "survey")
    assert [(row["call"], row["agent"], row["answer"], row["at"]) for row in rows] == [
        ("u1", "1001", 5, T0),
        ("u2", "1001", None, T0 + 1),
    ]


def test_a_request_to_be_called_back_is_a_row(url: str) -> None:
    requested = Event("u1", 9, T0, Kind.CALLBACK_REQUESTED, CALLBACK)
    kept(url, [requested], [requested])
    (row,) = found(url, "callback")
    assert (row["number"], row["time_window"], row["requested_at"], row["queued_at"]) == (
        "057188880000",
        "09:00-17:30",
        T0,
        T0 - 90_000,
    )
    assert json.loads(row["skills"]) == {"billing": 3}
    assert json.loads(row["data"]) == {"account": "4711", "name": "张三"}


def test_of_settings_of_a_menu_the_latest_holds_in_whatever_order_they_come(url: str) -> None:
    kept(url, [menu_set("1", T0, "u1"), menu_set("2", T0 + 9, "u2")], [menu_set("3", T0 + 5, "u3")])
    (row,) = found(url, "caller_menu")
    assert (row["ani"], row["flow"], row["label"], row["key"], row["set_by"], row["at"]) == (
        "13800138000",
        "hotline",
        "main",
        "2",
        "caller",
        T0 + 9,
    )


@pytest.mark.parametrize("table", TABLES.values(), ids=[table.__name__ for table in TABLES.values()])
def test_a_table_is_as_the_migration_makes_it(url: str, table: Any) -> None:
    connected = database.open(url)
    with connected.connection_context():
        database.upgrade(connected)
        with connected.bind_ctx([table]):
            assert str(diff_models(connected, [table])) == ""


def test_a_record_lacks_no_column_of_its_table() -> None:
    from fsapp.store.rows import RECORD_COLUMNS

    for record, table in TABLES.items():
        assert tuple(table._meta.sorted_field_names) == RECORD_COLUMNS[record]
