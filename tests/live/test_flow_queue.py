"""A flow's queue on a real switch: what a waiting caller hears and may do, and what is asked after the talk."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from fsapp.domain.events import Kind
from tests.live.engine import Engine
from tests.live.office import Office

LINE = "7003"
AGENT = "2301"


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((AGENT, "--queue", "live:1"),)


def enqueued(engine: Engine, number: str) -> dict[str, Any]:
    """What the record of the caller's only call tells of the queue."""
    events = engine.record(engine.cdr(number).uuid).events
    steps = (event.fields for event in events if event.kind == Kind.STEP_FINISHED)
    return next(dict(fields) for fields in steps if fields["step"] == "enqueue")


def kept(engine: Engine, table: str, call: str) -> dict[str, Any]:
    connection = sqlite3.connect(engine.data / "fsapp.db")
    connection.row_factory = sqlite3.Row
    (row,) = connection.execute(f"SELECT * FROM {table} WHERE call = ?", (call,)).fetchall()  # noqa: S608 -- ours
    connection.close()
    return dict(row)


def test_a_waiting_caller_is_told_the_position_and_leaves_by_key(office: Office, engine: Engine, number: str) -> None:
    caller = office.caller(number, LINE)
    caller.wait_for("answered")
    caller.hear(Path(office.studio.say("您是下一位。", "zh").path))
    caller.press("9")
    office.hear(caller, "goodbye")
    caller.wait_for("ended")
    step = enqueued(engine, number)
    assert (step["exit"], step["queue"]) == ("9", "live")
    assert 3 < step["waited"] < 15


def test_a_waiting_caller_is_called_back_in_the_old_place(office: Office, engine: Engine, number: str) -> None:
    caller = office.caller(number, LINE)
    caller.wait_for("answered")
    caller.hear(Path(office.studio.say("您是下一位。", "zh").path))
    caller.press("2")
    office.hear(caller, "callback_number_is", "callback_choose")
    caller.press("1")
    office.hear(caller, "callback_recorded")
    caller.wait_for("ended")
    row = kept(engine, "callback", engine.cdr(number).uuid)
    assert (row["number"], row["queue"]) == (number, "live")
    assert row["requested_at"] - row["queued_at"] > 3000


def test_after_the_talk_the_caller_rates_the_agent(office: Office, engine: Engine, number: str) -> None:
    agent, caller = office.talk(AGENT, number, LINE)
    agent.hang_up()
    office.hear(caller, "rate_service")
    caller.press("5")
    office.hear(caller, "thanks_for_rating")
    caller.wait_for("ended")
    row = kept(engine, "survey", engine.cdr(number).uuid)
    assert (row["queue"], row["agent"], row["question"], row["answer"]) == ("live", AGENT, "rate_service", 5)
    step = enqueued(engine, number)
    assert (step["exit"], step["agent"]) == ("answered", AGENT)
