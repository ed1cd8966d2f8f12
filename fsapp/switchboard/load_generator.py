"""Plays many calls against an engine from one thread: epoll, timers, figures. See load.py."""

import os
import select
import socket
import sys
import time
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from fsapp.switchboard.load_call import LoadCall, Script
from fsapp.switchboard.load_events import made
from fsapp.switchboard.load_figures import Tally

_READ_BYTES = 65536
_LINGER_SECONDS = 0.1
"""How long an engine may take to close after the end of a call; then the generator does."""


@dataclass(frozen=True, slots=True)
class Load:
    """What to play: seconds but for `app_ms`; a `rate` of 0 is as fast as `concurrency` allows."""

    host: str
    port: int
    calls: int
    concurrency: int
    rate: float = 0.0
    app_ms: float = 0.0
    hold: float = 0.0
    timeout: float = 30.0
    script: Script = field(default_factory=Script)


@dataclass(slots=True)
class _Line:
    """A call and its socket."""

    call: LoadCall
    sock: socket.socket
    began: float
    heard: float
    told_at: float = 0.0
    spoken: bool = False
    over: bool = False
    out: bytes = b""
    due: int = 0


class Generator:
    """Plays a load; `run` gives the figures."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._templates = {form: made(form) for form in ("plain", "json")}
        self._epoll = select.epoll()
        self._lines: dict[int, _Line] = {}
        self._timers: list[tuple[float, int, int]] = []
        self._started = 0
        self._live = 0
        self._holding = 0
        self._tally = Tally()

    def run(self) -> dict[str, Any]:
        began, cpu = time.monotonic(), time.process_time()
        while self._started < self._load.calls or self._lines:
            self._start_calls(began)
            for descriptor, events in self._epoll.poll(self._wait(began)):
                if line := self._lines.get(descriptor):
                    self._attend(line, events)
            self._fire_timers()
        return self._tally.figures(self._started, time.monotonic() - began, time.process_time() - cpu)

    # Starting calls.

    def _start_calls(self, began: float) -> None:
        load = self._load
        due = load.calls
        if load.rate:
            due = min(load.calls, 1 + int((time.monotonic() - began) * load.rate))
        while self._started < due and self._live < load.concurrency:
            self._start_call()

    def _start_call(self) -> None:
        self._started += 1
        self._live += 1
        uuid = b"%08x-0000-4000-8000-%012x" % (os.getpid(), self._started)
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        now = time.monotonic()
        line = _Line(LoadCall(uuid, self._templates, self._load.script), sock, now, now)
        sock.connect_ex((self._load.host, self._load.port))
        self._lines[sock.fileno()] = line
        self._epoll.register(sock.fileno(), select.EPOLLIN)
        self._arm(line, self._load.timeout)

    def _wait(self, began: float) -> float:
        """How long nothing is due."""
        now = time.monotonic()
        waits = [self._timers[0][0] - now] if self._timers else [1.0]
        if self._load.rate and self._started < self._load.calls and self._live < self._load.concurrency:
            waits.append(began + self._started / self._load.rate - now)
        return max(min(waits), 0.0)

    # What the engine does.

    def _attend(self, line: _Line, events: int) -> None:
        try:
            if events & select.EPOLLOUT:
                self._send(line, b"")
            if not events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                return
            data = line.sock.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._close(line, error.strerror or "socket error")
            return
        if not data:
            self._close(line, "" if line.call.ended else "the engine closed the socket")
            return
        self._hear(line, data)

    def _hear(self, line: _Line, data: bytes) -> None:
        now = line.heard = time.monotonic()
        if not line.spoken:
            line.spoken = True
            self._tally.first_times.append(now - line.began)
        elif line.told_at and b"sendmsg" in data:
            self._tally.step_times.append(now - line.told_at)
            line.told_at = 0.0
        out = line.call.receive(data)
        self._go_on(line, out)

    def _go_on(self, line: _Line, out: list[bytes]) -> None:
        """Runs applications until one takes time, and sends what there is to tell."""
        call = line.call
        while not call.ended:
            running = call.work is not None
            out += call.begin()
            if call.work is None or running:
                break
            if not call.is_instant and (self._load.app_ms or self._load.hold):
                self._arm(line, self._load.hold or self._load.app_ms / 1000)
                self._note_holding()
                break
            out += call.finish()
        if out:
            self._send(line, b"".join(out))
        if call.ended:
            self._note_end(line)
        elif call.idle:
            line.told_at = time.monotonic()

    def _note_end(self, line: _Line) -> None:
        """Makes room for the next call."""
        if not line.over:
            line.over = True
            self._live -= 1
            self._arm(line, _LINGER_SECONDS)

    def _note_holding(self) -> None:
        self._holding += 1
        if self._load.hold and self._holding == self._load.calls:
            sys.stderr.write(f"holding {self._holding} calls\n")
            sys.stderr.flush()

    def _send(self, line: _Line, data: bytes) -> None:
        data = line.out + data
        try:
            sent = line.sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # its end is read in the next turn
        self._tally.bytes += sent
        waiting, line.out = bool(line.out), data[sent:]
        if waiting != bool(line.out):
            self._epoll.modify(line.sock.fileno(), select.EPOLLIN | (select.EPOLLOUT if line.out else 0))

    # Time.

    def _arm(self, line: _Line, seconds: float) -> None:
        """Calls on the line in so many seconds, and not before."""
        line.due += 1
        heappush(self._timers, (time.monotonic() + seconds, line.sock.fileno(), line.due))

    def _fire_timers(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            _, descriptor, due = heappop(self._timers)
            line = self._lines.get(descriptor)
            if line is not None and line.due == due:
                self._ring(line, now)

    def _ring(self, line: _Line, now: float) -> None:
        if line.over:
            self._close(line, "")
            return
        if line.call.work is None:
            silent = now - line.heard
            if silent >= self._load.timeout:
                self._close(line, "the engine stayed silent")
                return
            self._arm(line, self._load.timeout - silent)
            return
        out = line.call.hang_up("NORMAL_CLEARING") if self._load.hold else line.call.finish()
        line.call.work = None
        self._arm(line, self._load.timeout)
        self._go_on(line, out)

    def _close(self, line: _Line, failure: str) -> None:
        self._lines.pop(line.sock.fileno(), None)
        self._epoll.unregister(line.sock.fileno())
        line.sock.close()
        self._live -= not line.over
        self._tally.steps += line.call.steps
        if failure:
            self._tally.failures[failure] += 1
        else:
            self._tally.done += 1
