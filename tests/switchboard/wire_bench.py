"""What the tests of the stand-in share: an engine's end of the wire, and the captures."""

import json
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

from gevent import sleep
from gevent.event import AsyncResult
from gevent.queue import Queue
from gevent.server import StreamServer
from gevent.socket import create_connection
from gevent.socket import socket as Socket  # noqa: N812  # a class under a function's name

from fsapp.switchboard.switch import Switch

CAPTURES = Path(__file__).parent / "captures"
_LENGTH = re.compile(r"^Content-Length: (\d+)$", re.MULTILINE)


class Message:
    """One message of the switch: its own headers, and the event in it, if any."""

    def __init__(self, head: str, body: str) -> None:
        self.text = head
        self.body = body
        if head.startswith("Event-Name"):
            self.event = parsed(head)
        elif "text/event-json" in head:
            self.event = {str(key): str(value) for key, value in json.loads(body).items()}
        else:
            self.event = parsed(body) if "text/event-plain" in head else {}
        self.size = len(body.encode("utf-8", "surrogateescape")) if body else len(head)

    @property
    def name(self) -> str:
        return self.event.get("Event-Name", "")

    @property
    def kind(self) -> str:
        """event, notice or reply: each kind comes in order, and races the others."""
        return (
            "event"
            if self.event and self.name != "CHANNEL_DATA"
            else "notice"
            if "disconnect-notice" in self.text
            else "reply"
        )

    @property
    def reply(self) -> str:
        return parsed(self.text).get("Reply-Text", "")


def parsed(text: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in text.split("\n\n", maxsplit=1)[0].split("\n") if line)
    return {name.rstrip(":"): unquote(value, errors="surrogateescape") for name, _, value in lines}


class Reader:
    """Cuts bytes into messages."""

    def __init__(self) -> None:
        self.pending = b""

    def complete(self) -> Message | None:
        head, end, rest = self.pending.partition(b"\n\n")
        text = head.decode("utf-8", "surrogateescape")
        length = None if text.startswith("Event-Name") else _LENGTH.search(text)
        size = int(length[1]) if length else 0
        if not end or len(rest) < size:
            return None
        self.pending = rest[size:]
        return Message(text, rest[:size].decode("utf-8", "surrogateescape"))


class Wire(Reader):
    """The engine's end of an event socket."""

    def __init__(self, sock: Socket) -> None:
        super().__init__()
        sock.settimeout(5)
        self.socket = sock
        self._set_aside: dict[str, deque[Message]] = {"event": deque(), "notice": deque(), "reply": deque()}

    def send(self, text: str) -> None:
        self.socket.sendall(text.encode())

    def ask(self, text: str) -> Message:
        self.send(text)
        return self.receive()

    def receive(self) -> Message:
        while (message := self.complete()) is None:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError("the switch has closed the socket")
            self.pending += data
        return message

    def next(self, kind: str) -> Message:
        """The next message of a kind; the others wait."""
        while not self._set_aside[kind]:
            message = self.receive()
            self._set_aside[message.kind].append(message)
        return self._set_aside[kind].popleft()

    def until(self, name: str) -> list[Message]:
        """Everything up to the event of that name."""
        messages = [self.receive()]
        while messages[-1].name != name:
            messages.append(self.receive())
        return messages

    def execute(self, application: str, argument: str = "", uuid: str = "") -> None:
        """Sends an application with the event lock, and takes the reply."""
        head = f"sendmsg\ncall-command: execute\nexecute-app-name: {application}\nevent-lock: true\n"
        head += f"Event-UUID: {uuid}\n" if uuid else ""
        body = argument.encode()
        self.send(f"{head}content-type: text/plain\ncontent-length: {len(body)}\n\n{argument}" if body else head + "\n")

    def rest(self) -> Iterator[Message]:
        """Everything until the switch closes."""
        while True:
            try:
                yield self.receive()
            except EOFError:
                return


class Engine:
    """Listens for calls; `wire` is the first one's end, `next_wire` waits for another."""

    def __init__(self) -> None:
        self._arrived: Queue[Wire] = Queue()
        self._first: Wire | None = None
        self._done: AsyncResult[None] = AsyncResult()
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.address[1]}"

    @property
    def wire(self) -> Wire:
        if self._first is None:
            self._first = self.next_wire()
        return self._first

    def next_wire(self) -> Wire:
        """The next connection that the switch opens."""
        return self._arrived.get(timeout=5)

    def _serve(self, sock: Socket, _address: Any) -> None:
        self._arrived.put(Wire(sock))
        self._done.get()

    def close(self) -> None:
        self._done.set(None)
        self._server.stop()


def breathe() -> None:
    """Lets every other greenlet run."""
    sleep(0)


class Clients(Protocol):
    """Makes client connections."""

    def __call__(self, switch: Switch, password: str = ...) -> Wire: ...


def client(port: int, password: str) -> Wire:
    """A client connection that has tried its password."""
    wire = Wire(create_connection(("127.0.0.1", port)))
    assert wire.receive().text == "Content-Type: auth/request"
    wire.send(f"auth {password}\n\n")
    return wire


def capture(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CAPTURES / f"{name}.jsonl").read_text("utf-8").splitlines()]
