"""The stand-in against the real switch where queues are at work: each leg hears the same events, in the same order.

Of an event are compared its kind and the values that a capture keeps; of some also the names of the headers that are no
variables, in their order. Replies and notices are compared to the letter.
"""

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from fsapp.switchboard.timeline import Pace
from tests.switchboard.queue_bench import Stage
from tests.switchboard.wire_bench import Message

FEW, SOON = 12, 0.006


def matches(message: Message, line: dict[str, Any], engine: str) -> None:
    told = {name: value.replace(engine, "127.0.0.1:ENGINE") for name, value in message.event.items()}
    assert message.name == line["event"]
    values = {name: value for name, value in line["values"].items() if name not in races(line)}
    assert {name: told.get(name) for name in values} == values
    if "names" in line:
        assert [name for name in told if not name.startswith("variable_")] == line["names"]
    if "body" in line:
        assert message.body.partition("\n\n")[2] == line["body"]


def races(line: dict[str, Any]) -> set[str]:
    """What the two legs of a talk, a hang-up and a playback, or a closing socket decide in the last milliseconds."""
    values = line["values"]
    late = {"Application-Response"} if "Hangup-Cause" in values else set()
    return (
        {"variable_call_uuid"} | late | ({"Channel-State-Number"} if values.get("Application") == "socket" else set())
    )


def without_length(text: str) -> str:
    return re.sub(r"Content-Length: \d+", "Content-Length: N", text)


@pytest.mark.parametrize(
    "name",
    [
        "queue_talk",
        "queue_caller_leaves",
        "queue_consult",
        "queue_takeover",
        "queue_transfers",
        "queue_breaks",
        "queue_races",
        "phone_refusals",
        "phone_registers",
        "phone_dials",
        "phone_holds",
        "park_timeout",
        "refer_blind",
        "refer_attended",
        "refer_to_engine",
        "supervisor",
    ],
)
def test_every_leg_hears_what_it_heard_of_the_switch(name: str) -> None:
    stage = Stage(name, Pace(media=0.05 if name == "park_timeout" else 0.25, linger=0.05))
    try:
        for number, line in enumerate(together(stage.lines)):
            try:
                play(stage, line)
            except AssertionError as error:
                error.add_note(f"{name}, line {number + 1}: {line}")
                raise
    finally:
        stage.close()


def together(lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the engine said within a few milliseconds is said at once: the real switch looks every 20 ms."""
    rest = deque(lines)
    while rest:
        line = rest.popleft()
        if "engine" in line:
            for other in [each for each in islice(rest, FEW) if "engine" in each and is_soon(each, line)]:
                line = line | {"engine": line["engine"] + other["engine"]}
                rest.remove(other)
        yield line


def is_soon(line: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(line["conn"] == other["conn"] and line["t"] - other["t"] < SOON)


def play(stage: Stage, line: dict[str, Any]) -> None:
    if "phone" in line:
        stage.act(line["phone"], line["does"])
    elif "engine" in line:
        stage.wire(line["conn"]).send(line["engine"])
    elif "closed" in line:
        stage.wire(line["conn"]).socket.close()
    elif "switch" in line:
        kind = "notice" if "disconnect-notice" in line["switch"] else "reply"
        message = stage.wire(line["conn"]).next(kind)
        assert without_length(message.text) == without_length(line["switch"])
        assert message.body == line["body"]
    elif line["conn"] > 1:
        matches(stage.wire(line["conn"]).next("reply"), line, stage.engine)
    else:
        leg = line["leg"] or line["values"].get("Job-UUID", "registrations")
        matches(stage.feed.next(leg), line, stage.engine)
