"""The log: one JSON object a line, written by a thread of its own. Writing a line never waits and never raises.

Lines wait in a bounded queue; what does not fit, because a disk is full or a pipe's reader has stopped, is dropped and
counted. JSON escapes control characters, so no caller's name can forge a line or drive a terminal.
"""

import json
import logging
import os
import re
import traceback
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import gevent
import orjson
from gevent.event import Event as Signal
from gevent.threadpool import ThreadPool

from fsapp.domain.events import Event, Kind

MAX_LINES = 20_000
BATCH_SECONDS = 0.05
CLOSE_SECONDS = 2.0

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class LineWriter:
    """Writes lines to a file descriptor, in batches, off the hub."""

    def __init__(self, descriptor: int, max_lines: int = MAX_LINES) -> None:
        self.dropped = 0
        """Lines lost so far."""
        self._descriptor = descriptor
        self._max_lines = max_lines
        self._lines: deque[bytes] = deque()
        self._waiting = Signal()
        self._idle = Signal()
        self._idle.set()
        self._thread = ThreadPool(1)
        self._loop = gevent.spawn(self._run)

    def write(self, line: bytes) -> None:
        """Queues one line, without its newline."""
        if len(self._lines) >= self._max_lines:
            self.dropped += 1
            return
        self._lines.append(line)
        if not self._waiting.is_set():
            self._idle.clear()
            self._waiting.set()

    def close(self) -> None:
        """Writes what is queued, for CLOSE_SECONDS at most."""
        self._idle.wait(CLOSE_SECONDS)
        self._loop.kill(block=False)

    def _run(self) -> None:
        while True:
            self._waiting.wait()
            gevent.sleep(BATCH_SECONDS)  # a batch gathers
            self._write_batch()

    def _write_batch(self) -> None:
        batch = list(self._lines)
        self.dropped += len(batch) - self._thread.apply(_written, (self._descriptor, batch))
        for _ in batch:
            self._lines.popleft()
        if not self._lines:
            self._waiting.clear()
            self._idle.set()


def _written(descriptor: int, lines: list[bytes]) -> int:
    """The number of `lines` that got out."""
    left = memoryview(b"\n".join(lines) + b"\n")
    try:
        while left:
            left = left[os.write(descriptor, left) :]
    except OSError:
        return 0
    return len(lines)


_CONTROLS = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
"""What JSON need not escape, and some terminals obey: DEL, the second set of controls, marks of line and direction."""


def line_of(fields: dict[str, Any]) -> bytes:
    """One log line; what is no JSON is shown as text."""
    try:
        line = orjson.dumps(fields, default=repr, option=_OPTIONS)
    except orjson.JSONEncodeError:  # half a surrogate pair, or a number of more than 64 bits
        return json.dumps(fields, default=repr).encode("ascii")
    return _CONTROLS.sub(_escaped, line) if _CONTROLS.search(line) else line


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())


class EventLog:
    """A call's events as log lines: one for each step, with its ids."""

    def __init__(self, lines: LineWriter) -> None:
        self._write = lines.write

    def __call__(self, event: Event) -> None:
        if event.kind == Kind.DISPATCH_DECIDED:  # names every agent of a queue: `fsapp queues explain` tells it
            return
        self._write(
            line_of(
                {
                    "at": _iso(event.at / 1000),
                    "level": "info",
                    "event": event.kind,
                    "call": event.call,
                    "seq": event.seq,
                    **event.fields,
                }
            )
        )


def _iso(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class JsonHandler(logging.Handler):
    """The standard library's log records as lines; `count` is told of each warning and error."""

    def __init__(self, lines: LineWriter, count: Callable[[str, str], None]) -> None:
        super().__init__()
        self._lines = lines
        self._count = count

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if record.levelno >= logging.WARNING:
                self._count(record.name, record.levelname.lower())
            self._lines.write(line_of(_fields(record)))
        except Exception:  # a record with broken arguments must not harm the call that logged it
            self.handleError(record)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "at": _iso(record.created),
        "level": record.levelname.lower(),
        "source": record.name,
        "message": record.getMessage(),
    }
    if record.exc_info:
        fields["traceback"] = "".join(traceback.format_exception(*record.exc_info))
    return fields
