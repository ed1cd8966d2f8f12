"""Whatever somebody is called: one line of JSON in the log, which no terminal obeys."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.events import Event, Kind
from fsapp.server.logs import EventLog, JsonHandler, line_of
from tests.security.hostile import HOSTILE

OBEYED = {chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029, 0x202A, 0x202E, 0x2066)}


class Lines:
    """Satisfies what a handler needs of a LineWriter."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, line: bytes) -> None:
        self.written.append(line)


@pytest.mark.parametrize("text", [*HOSTILE, "\x9b2J\x9d0;owned\x9c", "a\u202eb", "\x7f", "\u2066x\u2069"])
def test_a_line_is_one_line_of_json_that_tells_the_text_and_moves_no_cursor(text: str) -> None:
    line = line_of({"caller_name": text, text: 1})
    assert not OBEYED & set(line.decode(errors="strict"))
    assert json.loads(line)["caller_name"] == text


@given(st.text())
def test_any_text_is_told_as_it_is_on_one_line(text: str) -> None:
    line = line_of({"text": text})
    assert not OBEYED & set(line.decode())
    assert json.loads(line) == {"text": text}


@pytest.mark.parametrize("text", HOSTILE)
def test_events_and_messages_are_lines(text: str) -> None:
    lines = Lines()
    EventLog(lines)(Event("u", 0, 0, Kind.CALL_ARRIVED, {"ani": text, "caller_name": text}))  # type: ignore[arg-type]
    handler = JsonHandler(lines, lambda source, level: None)  # type: ignore[arg-type]
    handler.emit(logging.LogRecord("x", logging.ERROR, "f", 1, "of %s", (text,), None))
    told = [json.loads(line) for line in lines.written]
    assert told[0]["caller_name"] == text
    assert told[1]["message"] == f"of {text}"
    assert not any(OBEYED & set(line.decode()) for line in lines.written)
