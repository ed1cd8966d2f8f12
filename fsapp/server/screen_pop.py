"""Tells a webhook of talks, for the agent's screen. It is never on a call's path: to tell takes microseconds, whatever
has become of the webhook.
"""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

import gevent
from gevent.event import Event as Signal

from fsapp.domain.clock import Clock
from fsapp.domain.errors import ConfigError
from fsapp.server.logs import line_of
from fsapp.server.screen_pop_settings import ScreenPopSettings, secret_headers
from fsapp.server.settings import EngineSettings, beside
from fsapp.server.webhook import Refused, Unreachable, Webhook

_LOG = logging.getLogger("fsapp.screen_pop")

FIRST_RETRY, LAST_RETRY = 0.25, 5.0
"""Seconds before another attempt: doubled each time."""

MAX_BYTES = 65_536
"""Of what is told at once."""

CLOSE_SECONDS = 2.0


class PopKind(StrEnum):
    """What happened to a talk."""

    OFFER = "offer"
    """An agent's phone begins to ring."""
    ANSWER = "answer"
    """Agent and caller hear each other."""
    TRANSFER = "transfer"
    """The caller goes to another agent, queue, number or flow."""
    END = "end"


@dataclass(slots=True)
class PopCounts:
    """Since the start: what the webhook took, attempts repeated, given up, and dropped unsent."""

    told: int = 0
    retried: int = 0
    failed: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Pop:
    body: bytes
    key: str


class ScreenPop:
    """What is told of one call arrives in order, or not at all; calls share `at_once` lines."""

    def __init__(self, settings: ScreenPopSettings, headers: Mapping[str, str], clock: Clock) -> None:
        """Raises ValueError where the certificates cannot be read."""
        self.counts = PopCounts()
        self._clock = clock
        ca_file = str(settings.ca_file) if settings.ca_file else None
        self._webhook = Webhook(
            settings.url, headers, timeout=settings.timeout, at_once=settings.at_once, ca_file=ca_file
        )
        self._retries = settings.retries
        self._room = -(-settings.backlog // settings.at_once)
        self._lines = [_Line() for _ in range(settings.at_once)]
        self._ill = self._dropping = self._closed = False
        for line in self._lines:
            gevent.spawn(self._send_all, line)

    def tell(self, kind: PopKind, fields: Mapping[str, Any]) -> None:
        """Queues what is to be told; `call` in `fields` names the call. Never waits and never raises. What is secret
        stands there as `***` already.
        """
        try:
            body = line_of({"event": kind, "at": self._clock.now(), **fields})
            line = self._lines[hash(fields.get("call")) % len(self._lines)]
        except Exception as error:  # whatever a flow put there, the call goes on
            self._drop(f"one cannot be written down: {type(error).__name__}")
            return
        if len(body) > MAX_BYTES:
            self._drop(f"one is longer than {MAX_BYTES} bytes")
            return
        if len(line.waiting) >= self._room:
            line.waiting.popleft()  # the news is what an agent needs
            self._drop("more than `backlog` wait, and the oldest goes")
        line.add(_Pop(body, str(uuid4())))

    def close(self) -> None:
        """Sends what waits, for CLOSE_SECONDS at most; an attempt under way ends by itself."""
        gevent.wait([line.idle for line in self._lines], timeout=CLOSE_SECONDS)
        self._closed = True
        if left := sum(line.end() for line in self._lines):
            self._drop(f"stopped with {left} untold", left)
        self._webhook.close()

    def _send_all(self, line: "_Line") -> None:
        while (pop := line.next()) is not None:
            self._send(pop)
            if not any(each.waiting for each in self._lines):
                self._dropping = False

    def _send(self, pop: _Pop) -> None:
        try:
            self._persist(pop)
        except (Refused, Unreachable) as error:
            self._fail(str(error))
        except Exception as error:
            _LOG.exception("a screen pop could not be sent")
            self._fail(type(error).__name__)
        else:
            self._told()

    def _persist(self, pop: _Pop) -> None:
        """Posts it, again where that may help. Raises Refused, Unreachable."""
        for attempt in range(self._retries):
            try:
                return self._webhook.post(pop.body, pop.key)
            except Unreachable:
                if self._closed:
                    raise
                gevent.sleep(min(FIRST_RETRY * 2**attempt, LAST_RETRY))
                self.counts.retried += 1
        return self._webhook.post(pop.body, pop.key)

    def _told(self) -> None:
        self.counts.told += 1
        if self._ill:
            self._ill = False
            _LOG.warning("the webhook of screen pops is well again; %d failed so far", self.counts.failed)

    def _fail(self, why: str) -> None:
        self.counts.failed += 1
        if not self._ill:
            self._ill = True
            _LOG.error("the webhook of screen pops fails, calls go on without it: %s", why)

    def _drop(self, why: str, number: int = 1) -> None:
        self.counts.dropped += number
        if not self._dropping:
            self._dropping = True
            _LOG.error("screen pops are dropped: %s", why)


class _Line:
    """What waits to be sent, in order."""

    def __init__(self) -> None:
        self.waiting: deque[_Pop | None] = deque()
        self.idle = Signal()
        """Whether nothing waits or is being sent."""
        self.idle.set()
        self._filled = Signal()

    def add(self, pop: _Pop | None) -> None:
        self.waiting.append(pop)
        self.idle.clear()
        self._filled.set()

    def end(self) -> int:
        """Nothing more is sent; how many waited."""
        left = len(self.waiting)
        self.waiting.clear()
        self.add(None)
        return left

    def next(self) -> _Pop | None:
        """The oldest, now or once there is one; the one before it is done with. None at the end."""
        if not self.waiting:
            self.idle.set()
            self._filled.clear()
            self._filled.wait()
        return self.waiting.popleft()


def opened(settings: EngineSettings, clock: Clock) -> ScreenPop | None:
    """The screen pop that the settings want, if they do. Raises ConfigError."""
    wanted = settings.screen_pop
    if wanted is None:
        return None
    try:
        return ScreenPop(_placed(wanted, settings), headers(settings), clock)
    except ValueError as error:
        raise ConfigError([settings.problem(("screen_pop", "ca_file"), str(error))]) from None


def headers(settings: EngineSettings) -> Mapping[str, str]:
    """The secret headers that the settings name. Raises ConfigError."""
    if settings.screen_pop is None or settings.screen_pop.headers_file is None:
        return {}
    try:
        return secret_headers(beside(settings.file, settings.screen_pop.headers_file))
    except ValueError as error:
        raise ConfigError([settings.problem(("screen_pop", "headers_file"), str(error))]) from None


def _placed(wanted: ScreenPopSettings, settings: EngineSettings) -> ScreenPopSettings:
    ca_file = wanted.ca_file and beside(settings.file, wanted.ca_file)
    return wanted.model_copy(update={"ca_file": ca_file})
