"""The log: what a line looks like, and that writing one never waits."""

import fcntl
import json
import logging
import os
import sys
import termios
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.events import Event
from fsapp.server.logs import EventLog, JsonHandler, LineWriter, line_of


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def read_lines(descriptor: int) -> list[dict[str, object]]:
    return [json.loads(line) for line in os.read(descriptor, 1 << 20).splitlines()]


def _waiting_in(descriptor: int) -> int:
    return int.from_bytes(fcntl.ioctl(descriptor, termios.FIONREAD, b"\0" * 4), sys.byteorder)


def test_an_event_is_one_line_with_its_ids(pipe: tuple[int, int]) -> None:
    lines = LineWriter(pipe[1])
    EventLog(lines)(Event("u-1", 3, 1_790_000_000_123, "StepFinished", {"step": "menu", "exit": "1"}))
    lines.close()
    assert read_lines(pipe[0]) == [
        {
            "at": datetime.fromtimestamp(1_790_000_000.123, UTC).isoformat().replace("+00:00", "Z"),
            "level": "info",
            "event": "StepFinished",
            "call": "u-1",
            "seq": 3,
            "step": "menu",
            "exit": "1",
        }
    ]


def test_what_callers_are_called_cannot_forge_a_line(pipe: tuple[int, int]) -> None:
    lines = LineWriter(pipe[1])
    EventLog(lines)(Event("u", 0, 0, "CallArrived", {"caller_name": 'x\n{"event":"forged"}\x1b[2J\x00\u2028'}))
    lines.close()
    written = os.read(pipe[0], 1 << 20)
    assert written.count(b"\n") == 1
    assert b"\x1b" not in written


@given(st.dictionaries(st.text(), st.one_of(st.text(st.characters()), st.integers(), st.floats(), st.binary())))
def test_any_value_makes_a_line(fields: dict[str, object]) -> None:
    line = line_of(fields)
    assert b"\n" not in line
    assert isinstance(json.loads(line), dict)


def test_a_stopped_reader_costs_lines_and_no_time(pipe: tuple[int, int]) -> None:
    lines = LineWriter(pipe[1], max_lines=100)
    began = time.monotonic()
    for _ in range(300):
        lines.write(b"x" * 1000)
    while _waiting_in(pipe[0]) < 65_536:
        gevent.sleep(0.001)  # until the thread is stuck in the full pipe
    for _ in range(300):
        lines.write(b"x" * 1000)
    assert time.monotonic() - began < 0.5
    assert lines.dropped == 500
    os.read(pipe[0], 1 << 20)


def test_a_full_disk_is_counted_and_outlived() -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a descriptor is wanted
        lines = LineWriter(full.fileno())
        lines.write(b"lost")
        lines.close()
    assert lines.dropped == 1


def test_a_traceback_stays_on_its_line_and_is_counted(pipe: tuple[int, int]) -> None:
    counted: list[tuple[str, str]] = []
    lines = LineWriter(pipe[1])
    logger = logging.Logger("fsapp.test")
    logger.addHandler(JsonHandler(lines, lambda source, level: counted.append((source, level))))
    try:
        1 / 0  # noqa: B018 - for its traceback
    except ZeroDivisionError:
        logger.exception("call %s broke", "u-1")
    logger.info("all is well")
    lines.close()
    broke, well = read_lines(pipe[0])
    assert broke["message"] == "call u-1 broke"
    assert "ZeroDivisionError" in str(broke["traceback"])
    assert well["level"] == "info"
    assert counted == [("fsapp.test", "error")]
