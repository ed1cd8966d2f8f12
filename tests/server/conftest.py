"""A switch of a few lines, a site, and a server between them, over real sockets."""

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import gevent
import pytest
from gevent import socket
from gevent.event import Event as Signal

from fsapp.domain.call import Call
from fsapp.domain.cdr import Cdr, fold
from fsapp.domain.dialplan import Dialplan, Outbound, Route
from fsapp.domain.errors import LookupFailed
from fsapp.domain.events import Event, Kind
from fsapp.domain.leg import Utterance
from fsapp.flow import loader
from fsapp.flow.absent import NoHistory, NoQueues
from fsapp.flow.context import Ports
from fsapp.flow.reception import Plan
from fsapp.flow.registry import discover
from fsapp.server.call_handler import CallHandler
from fsapp.server.listener import Listener, Treatment
from fsapp.server.live_call import Site

LIMIT = 5.0
CORE = "core-1"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()


class PrintedVoice:
    """Every text has a file; `broken` has none."""

    def say(self, text: str, language: str) -> Utterance:
        return Utterance(text, language, f"/sounds/{language}/{abs(hash(text))}.wav", 0.1)

    def whisper(self, text: str, language: str) -> Utterance:
        return self.say(text, language)

    def prompt(self, name: str, language: str) -> Utterance:
        return Utterance(name, language, f"/sounds/{language}/{name}.wav", 0.1)

    def restore(self, utterance: Utterance) -> bool:
        return False


class SlowLookups:
    """A source that answers when told to, and notes who left before."""

    def __init__(self) -> None:
        self.asked = Signal()
        self.answer = Signal()
        self.left: list[str] = []

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        self.asked.set()
        try:
            if not self.answer.wait(LIMIT):
                raise LookupFailed("nobody let it answer")
        except BaseException as error:
            self.left.append(type(error).__name__)
            raise
        return {"amount": 1}


class NoCalendars:
    def state(self, name: str, now: datetime) -> str:
        raise KeyError(name)


class NoRecordings:
    def message_path(self, call: Call, name: str) -> str:
        return f"/data/{call.uuid}-{name}.wav"

    def discard(self, path: str) -> None: ...


class Caller:
    """One call as FreeSWITCH's `socket` application brings it, and the caller in it.

    Applications named in `endless` do not end by themselves.
    """

    def __init__(
        self,
        address: tuple[str, int],
        dnis: str = "95598",
        *,
        endless: Sequence[str] = (),
        uuid: str = "",
        **headers: str,
    ) -> None:
        self.uuid = uuid or str(uuid4())
        self.executed: list[tuple[str, str]] = []
        self.cause = ""
        self.closed = Signal()
        self.began = Signal()
        self._endless = frozenset(endless)
        self._under_way: list[dict[str, str]] = []
        self._headers = {"Caller-Destination-Number": dnis, "Caller-Caller-ID-Number": "13800138000", **headers}
        self._socket = socket.create_connection(address)
        self._reader = gevent.spawn(self._read)

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        """The caller hangs up, as the switch tells it."""
        self.cause = cause
        self._event("CHANNEL_HANGUP", {"Hangup-Cause": cause})
        self._send(b"Content-Type: text/disconnect-notice\nContent-Disposition: linger\nContent-Length: 0\n\n")
        for done in self._under_way:
            self._event("CHANNEL_EXECUTE_COMPLETE", done)
        self._event("CHANNEL_HANGUP_COMPLETE", {"Hangup-Cause": cause, "variable_billmsec": "1200"})
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)  # the reader closes: what is unread would reset the connection

    def finish(self) -> None:
        """What is under way ends by itself."""
        for done in self._under_way:
            self._event("CHANNEL_EXECUTE_COMPLETE", {**done, "Application-Response": "FILE PLAYED"})
        self._under_way.clear()

    def disconnect(self) -> None:
        self._socket.close()
        self.closed.set()

    def wait_for(self, application: str) -> str:
        """The argument of the first `application` that was executed, now or soon."""
        with gevent.Timeout(LIMIT):
            while not (found := [argument for name, argument in self.executed if name == application]):
                self.began.clear()
                self.began.wait()
        return found[0]

    def wait_until_closed(self) -> None:
        assert self.closed.wait(LIMIT), f"still connected after {self.executed}"

    @property
    def heard(self) -> str:
        """The files played, in one text."""
        return " ".join(argument for name, argument in self.executed if name == "playback")

    def _read(self) -> None:
        received = b""
        while chunk := self._receive():
            received += chunk
            while (end := received.find(b"\n\n")) >= 0:
                head, rest = received[:end].decode(), received[end + 2 :]
                length = int(match[1]) if (match := re.search(r"content-length: (\d+)", head)) else 0
                if len(rest) < length:
                    break
                received = rest[length:]
                self._command(head, rest[:length].decode())
        self.disconnect()

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(65536)
        except OSError:
            return b""

    def _command(self, head: str, body: str) -> None:
        if head == "connect":
            fields = {
                "Unique-ID": self.uuid,
                "Core-UUID": CORE,
                "Answer-State": "ringing",
                "Control": "full",
                "Socket-Mode": "async",
                **self._headers,
            }
            lines = "".join(f"{name}: {urllib.parse.quote(value)}\n" for name, value in fields.items())
            self._send(b"Content-Type: command/reply\nReply-Text: %2BOK%0A\n" + lines.encode() + b"\n")
            return
        self._send(b"Content-Type: command/reply\nReply-Text: +OK\n\n")
        if head.startswith("sendmsg"):
            self._execute(dict(line.split(": ", 1) for line in head.splitlines()[1:]), body)

    def _execute(self, fields: Mapping[str, str], argument: str) -> None:
        application = fields["execute-app-name"]
        self.executed.append((application, argument))
        self.began.set()
        if application == "hangup" and application not in self._endless:
            self.hang_up(argument)
            return
        done = {"Application": application, "Application-UUID": fields.get("event-uuid", "")}
        if application in self._endless:
            self._under_way.append(done)
        else:
            self._event("CHANNEL_EXECUTE_COMPLETE", {**done, "Application-Response": "FILE PLAYED"})

    def _event(self, name: str, fields: Mapping[str, str]) -> None:
        body = json.dumps({"Event-Name": name, "Unique-ID": self.uuid, "Core-UUID": CORE, **fields}).encode()
        self._send(b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(body), body))

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError:
            self.closed.set()


class Server:
    """A listener and a call handler at a free port; `events` is the journal."""

    def __init__(self, site: Site, capacity: int = 10) -> None:
        self.site = site
        self.events: list[Event] = []
        self.rejected: list[str] = []
        self.served: list[Treatment] = []
        self.changed = Signal()
        self._connections: list[socket.socket] = []
        self.handler = CallHandler(lambda: self.site, SystemClock(), [self._take], self._reject)
        self.listener = Listener(
            ("127.0.0.1", 0),
            self.handler.serve,
            capacity=capacity,
            peers=[ip_network("127.0.0.0/8")],
            rejected=self._reject,
        )
        self.listener.start()

    def call(self, dnis: str = "95598", **options: Any) -> Caller:
        return Caller(self.listener.address, dnis, **options)

    def connect(self) -> socket.socket:
        """A connection that is perhaps no call."""
        self._connections.append(socket.create_connection(self.listener.address))
        return self._connections[-1]

    def close(self) -> None:
        self.listener.close()
        self.handler.hand_back()
        for connection in self._connections:
            connection.close()
        self.listener.empty.wait(LIMIT)

    def wait_until(self, reached: Callable[[], bool]) -> None:
        with gevent.Timeout(LIMIT):
            while not reached():
                self.changed.clear()
                self.changed.wait(0.05)

    def wait_until_empty(self) -> None:
        assert self.listener.empty.wait(LIMIT), "a call is still there"

    def kinds(self, caller: Caller) -> list[str]:
        return [event.kind for event in self.events if event.call == caller.uuid]

    def cdr(self, caller: Caller) -> Cdr:
        """The record of a call that is over, as the store will fold it: of a journal that is in order."""
        events = [event for event in self.events if event.call == caller.uuid]
        assert [event.kind for event in events].count(Kind.CALL_HUNG_UP) == 1
        assert events[-1].kind == Kind.CALL_HUNG_UP
        assert [event.seq for event in events] == list(range(events[0].seq, events[0].seq + len(events)))
        return fold(events)[0]

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self.changed.set()

    def _reject(self, reason: str) -> None:
        self.rejected.append(reason)
        self.changed.set()


class Sites:
    """Makes sites of a flow's text."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._kinds = discover("fsapp.steps")
        self.lookups = SlowLookups()

    def of(self, flow: str, *routes: Route, numbers: Sequence[str] = ("95598",)) -> Site:
        """A site with one flow, `main`, that serves `numbers`."""
        file = self._directory / "main.yaml"
        file.write_text("version: 1\nflow: main\nlanguage: zh\n" + flow)
        flows = loader.load_directory(self._directory, self._kinds)
        zone = ZoneInfo("Asia/Shanghai")
        dialplan = Dialplan(routes, dict.fromkeys(numbers, "main"), frozenset(flows), zone)
        ports = Ports(
            PrintedVoice(),
            self.lookups,
            NoCalendars(),
            Outbound(),
            NoRecordings(),
            NoQueues(),
            NoHistory(),
            SystemClock(),
            zone,
        )
        return Site(Plan(flows, dialplan), ports, ("zh", "en"))


@pytest.fixture
def sites(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers, and ends what they have left."""
    servers: list[Server] = []

    def start(site: Site, capacity: int = 10) -> Server:
        servers.append(Server(site, capacity))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def calling() -> Iterator[Callable[..., Caller]]:
    """Places calls, and hangs up those that are left."""
    callers: list[Caller] = []

    def call(address: tuple[str, int], dnis: str = "95598", **options: Any) -> Caller:
        callers.append(Caller(address, dnis, **options))
        return callers[-1]

    yield call
    for caller in callers:
        caller.disconnect()
