"""The network between switch and engine, as one can have it: a relay that knows frames, and cuts where it is told.

A frame is a block of headers with its body. Frames are counted from 0, in each direction of each connection.
"""

import re
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

import gevent
from gevent import socket
from gevent.server import StreamServer

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.MULTILINE | re.IGNORECASE)
_APPLICATION = re.compile(rb'^(?:execute-app-name: *|Application: *)([\w-]+)|"Application":"([\w-]+)', re.MULTILINE)
_EVENT = re.compile(rb'"Event-Name":"(\w+)"|^Event-Name: (\w+)', re.MULTILINE)


class Way(StrEnum):
    """The two directions of a connection."""

    TO_ENGINE = "to the engine"
    TO_SWITCH = "to the switch"


class How(StrEnum):
    """How a connection ends."""

    FIN = "fin"
    RST = "rst"


class Where(StrEnum):
    """Positions in a frame: in front of it, within its headers, behind them, within its body."""

    BEFORE = "before"
    IN_HEADERS = "in headers"
    BEHIND_HEADERS = "behind headers"
    IN_BODY = "in body"

    def offset(self, head: int, body: int) -> int:
        """Bytes of the frame that still get through."""
        return {
            Where.BEFORE: 0,
            Where.IN_HEADERS: head // 2,
            Where.BEHIND_HEADERS: head,
            Where.IN_BODY: head + body // 2,
        }[self]


@dataclass(frozen=True, slots=True)
class Frame:
    """`link` names the relay, `number` counts its connections."""

    link: str
    number: int
    way: Way
    index: int
    head: bytes
    body: bytes
    followed: bool = False
    """Whether more came along with it."""

    @property
    def bytes(self) -> bytes:
        return self.head + self.body

    @property
    def is_event(self) -> bool:
        """Whether it tells of something that happened, as replies do not."""
        return b"text/event-" in self.head

    @property
    def name(self) -> str:
        """What it is, for reading: a command, a reply, an event, with its application."""
        text = self.head + self.body
        event, application = _EVENT.search(text), _APPLICATION.search(text)
        words = [next(filter(None, event.groups())).decode()] if event else [self.head.split(b"\n")[0].decode()[:60]]
        return " ".join([*words, *([next(filter(None, application.groups())).decode()] if application else [])])


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a connection is cut, once."""

    link: str
    number: int
    way: Way
    index: int
    where: Where
    how: How

    def strikes(self, frame: Frame) -> bool:
        return (self.link, self.number, self.way, self.index) == (frame.link, frame.number, frame.way, frame.index)

    def __str__(self) -> str:
        return f"{self.link} {self.number} {self.way}: {self.how} {self.where} of frame {self.index}"


Fate = Callable[[Frame], "Cut | bytes | None"]
"""What becomes of a frame: None lets it pass, bytes pass in its place."""


class Relay:
    """Listens in the place of somebody, and passes on what comes, frame by frame; `seen` are all frames."""

    def __init__(
        self, link: str, target: Callable[[], tuple[str, int]], accepts: Way, fate: Fate | None = None
    ) -> None:
        """`accepts` is the direction of what the side says that connects to here."""
        self.fate: Fate = fate or (lambda _frame: None)
        self.seen: list[Frame] = []
        self.cuts = 0
        self.connections: list[_Connection] = []
        self._link = link
        self._target = target
        self._accepts = accepts
        self._server = StreamServer(("127.0.0.1", 0), self._take, backlog=256)
        self._server.start()

    @property
    def port(self) -> int:
        return int(self._server.address[1])

    def close(self) -> None:
        self._server.stop()
        for connection in self.connections:
            connection.end(How.RST)

    def _take(self, near: socket.socket, _address: object) -> None:
        try:
            far = socket.create_connection(self._target(), 5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        for each in (near, far):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(self, self._link, len(self.connections) + 1, near, far, self._accepts)
        self.connections.append(connection)
        connection.run()


@dataclass(slots=True)
class _Connection:
    relay: Relay
    link: str
    number: int
    near: socket.socket
    far: socket.socket
    accepts: Way
    cut: bool = False
    blocked: bool = False
    """A black hole: nothing gets through, and nobody is told."""
    _indexes: dict[Way, int] = field(default_factory=lambda: dict.fromkeys(Way, 0))

    def run(self) -> None:
        other = Way.TO_SWITCH if self.accepts is Way.TO_ENGINE else Way.TO_ENGINE
        back = gevent.spawn(self._pass, self.far, self.near, other)
        self._pass(self.near, self.far, self.accepts)
        back.join()
        for each in (self.near, self.far):
            each.close()

    def end(self, how: How) -> None:
        """Cuts it here and now."""
        self.cut = True
        for each in (self.near, self.far):
            with suppress(OSError):
                if how is How.RST:
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    each.close()
                else:
                    each.shutdown(socket.SHUT_WR)

    def _pass(self, source: socket.socket, sink: socket.socket, way: Way) -> None:
        pending = b""
        with suppress(OSError):
            while data := source.recv(65_536):
                if self.cut or self.blocked:
                    continue  # what comes after a FIN of ours is lost
                pending = self._forward(pending + data, sink, way)
        with suppress(OSError):
            if not self.blocked:
                sink.sendall(pending) if pending and not self.cut else None
                sink.shutdown(socket.SHUT_WR)

    def _forward(self, pending: bytes, sink: socket.socket, way: Way) -> bytes:
        """Passes on whole frames, all in one; gives what is left. Newlines between frames mean nothing."""
        blank = len(pending) - len(pending.lstrip(b"\n"))
        out, pending = pending[:blank], pending[blank:]
        while not self.cut and (frame := self._first(pending, way)) is not None:
            self._indexes[way] += 1
            self.relay.seen.append(frame)
            pending = pending[len(frame.bytes) :]
            fate = self.relay.fate(frame)
            if not isinstance(fate, Cut):
                blank = len(pending) - len(pending.lstrip(b"\n"))
                out += (frame.bytes if fate is None else fate) + pending[:blank]
                pending = pending[blank:]
                continue
            self.relay.cuts += 1
            sink.sendall(out + frame.bytes[: fate.where.offset(len(frame.head), len(frame.body))])
            self.end(fate.how)
            return b""
        if out:
            sink.sendall(out)
        return pending

    def _first(self, pending: bytes, way: Way) -> Frame | None:
        end = pending.find(b"\n\n")
        if end < 0:
            return None
        head = pending[: end + 2]
        length = None if head.startswith(b"Event-Name") else _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if len(pending) < len(head) + size:
            return None
        body, rest = pending[len(head) : len(head) + size], pending[len(head) + size :]
        return Frame(self.link, self.number, way, self._indexes[way], head, body, followed=b"\n\n" in rest)
