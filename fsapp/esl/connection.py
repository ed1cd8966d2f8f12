"""One event socket, whichever side opened it: greenswitch's connection with its protocol layer replaced.

What stays of greenswitch.ESLProtocol is its shape: `sock`, `connected`, `send`, `stop`, one reader that handles what
comes. What is replaced, because of defects that were measured in its release 0.0.19: the parser, waits without limit,
partial writes, and a reader that dies while the connection seems to live.
"""

import os
import socket
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import gevent
from gevent.event import AsyncResult
from gevent.lock import Semaphore
from gevent.timeout import Timeout

from fsapp.domain.errors import EslError
from fsapp.esl import wire
from fsapp.esl.commands import Command
from fsapp.esl.errors import CommandRefused, ConnectionLost, WireError
from fsapp.esl.events import Event
from fsapp.esl.waits import awaited

if TYPE_CHECKING:
    ESLProtocol = object  # greenswitch has no types, and a base without types would hide every mistake
else:
    from greenswitch.esl import ESLProtocol

REPLY_SECONDS = 5.0
"""For the answer to a command, which takes FreeSWITCH 0.2 ms."""

WRITE_SECONDS = 10.0
"""For the switch to take what is written: only a hung one does not."""

_CHUNK = 65_536

Taker = Callable[[wire.Message | EslError], None]
"""What takes the reply to a command, or the news that there will be none. Called by the reader: it must not wait."""


def ignore(_: wire.Message | EslError) -> None:
    """Takes a reply that changes nothing."""


class Connection(ESLProtocol):
    """Commands out in order, replies matched in that order, events to `on_event`; ends once, for everybody at once."""

    def __init__(self, sock: socket.socket, longest: int = wire.MAX_MESSAGE) -> None:
        super().__init__()
        self.__dict__.pop("_esl_event_queue", None)  # 2.5 KB a call that nothing here uses
        self.sock = sock
        self.connected = True
        self.lost: EslError | None = None
        self._parser = wire.Parser(longest)
        self._takers: deque[Taker] = deque()
        self._held: list[tuple[Command, Taker]] = []
        self._writing = Semaphore()
        with suppress(OSError):  # only TCP would hold back a command until the last is acknowledged
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.start_event_handlers()

    def start_event_handlers(self) -> None:
        """One reader greenlet; handlers run in it, so they must not wait."""
        self._receive_events_greenlet = gevent.spawn(self.receive_events)

    def receive_events(self) -> None:
        """The reader: until the switch closes, breaks the protocol, or `stop`."""
        error: EslError = ConnectionLost("the reader stopped")
        try:
            while data := self.sock.recv(_CHUNK):
                for message in self._parser.feed(data):
                    self.handle_event(message)
            error = ConnectionLost("FreeSWITCH closed the connection")
        except EslError as broken:
            error = broken
        except OSError as broken:
            error = _broken(broken)
        finally:
            self._end(error)

    def handle_event(self, message: wire.Message) -> None:
        """Gives a message to whom it concerns. Raises WireError for one that no event socket sends."""
        match message.content_type:
            case "command/reply" | "api/response":
                if not self._takers:
                    raise WireError("a reply that nobody asked for")
                self._takers.popleft()(message)
            case "text/event-json" | "text/event-plain":
                self.on_event(wire.event(message))
            case "text/disconnect-notice":
                self.on_notice(message)
            case "log/data":
                pass
            case other:
                self.on_other(other, message)

    def on_event(self, event: Event) -> None:
        """An event came."""

    def on_notice(self, message: wire.Message) -> None:
        """A disconnect notice came; FreeSWITCH closes the connection by itself."""

    def on_other(self, kind: str, message: wire.Message) -> None:
        """A message of another kind came."""
        raise WireError(f"a message of type {kind[:40]!r}: {message.reply[:80]!r}")

    def on_lost(self, error: EslError) -> None:
        """The connection ended; called once."""

    def post(self, commands: Iterable[tuple[Command, Taker]]) -> None:
        """Writes what is held and these commands in one go, without waiting for replies. Raises ConnectionLost."""
        with self._writing:
            if self.lost is not None:
                raise ConnectionLost(str(self.lost))
            held, self._held = self._held, []
            written = []
            for command, taker in (*held, *commands):
                self._takers.append(taker)
                written.append(command)
            self._write(b"".join(written))

    def hold(self, commands: Iterable[tuple[Command, Taker]]) -> None:
        """Has commands written with the next ones, or as soon as this greenlet waits: saves a write and a read."""
        if not self._held:
            gevent.get_hub().loop.run_callback(self._release)
        self._held.extend(commands)

    def nudge(self) -> None:
        """Makes the switch look for events to tell, which it does every 20 ms by itself: a blank line says nothing, but
        wakes it (mod_event_socket.c, read_packet). Raises ConnectionLost.
        """
        if self.lost is None and not self._writing.locked():
            self._write(b"\n")

    def _release(self) -> None:
        if self._held and self.lost is None:
            gevent.spawn(self._write_held)

    def _write_held(self) -> None:
        with suppress(ConnectionLost):  # whoever waits for a reply is told
            self.post(())

    def _write(self, data: bytes) -> None:
        """Raises ConnectionLost. Where the switch has gone, the reader ends all, once it has read its last words."""
        try:
            left = data[os.write(self.sock.fileno(), data) :]  # what fits at once, as nearly always all does
        except BlockingIOError:
            left = data
        except OSError as broken:
            raise _broken(broken) from None
        if left:
            self._write_slowly(left)

    def _write_slowly(self, data: bytes) -> None:
        limit = Timeout.start_new(WRITE_SECONDS)
        try:
            self.sock.sendall(data)
        except Timeout as expired:
            if expired is not limit:
                raise
            self._end(ConnectionLost(f"FreeSWITCH took nothing for {WRITE_SECONDS:g} s"))
            raise ConnectionLost(str(self.lost)) from None
        except OSError as broken:
            raise _broken(broken) from None
        finally:
            limit.close()

    def send(self, command: Command, limit: float = REPLY_SECONDS) -> wire.Message:
        """Writes a command and waits for its reply. Raises CommandTimeout, CommandRefused, ConnectionLost."""
        outcome: AsyncResult[wire.Message | EslError] = AsyncResult()
        self.post([(command, outcome.set)])
        return accepted(command, awaited(outcome, limit, f"the reply to {_named(command)}"))

    def stop(self) -> None:
        """Closes the connection; never waits, and may be called again."""
        self._end(ConnectionLost("the engine closed the connection"))

    def _end(self, error: EslError) -> None:
        if self.lost is not None:
            return
        self.lost = error
        self.connected = False
        _close(self.sock)
        takers, self._takers = self._takers, deque()
        held, self._held = self._held, []
        for taker in (*takers, *(taker for _, taker in held)):
            taker(error)
        self.on_lost(error)


def accepted(command: Command, outcome: wire.Message | EslError) -> wire.Message:
    """The reply, if it is no refusal. Raises CommandRefused, or what ended the connection."""
    if isinstance(outcome, EslError):
        raise outcome
    if outcome.reply.startswith("-ERR"):
        accepted_text(_named(command), outcome.reply)
    return outcome


def accepted_text(name: str, said: str | EslError) -> str:
    """What a command said, if it is no refusal. Raises CommandRefused, or what ended the connection."""
    if isinstance(said, EslError):
        raise said
    if said.startswith("-ERR"):
        raise CommandRefused(f"{name}: {said.strip()[:200]}")
    return said


def _broken(error: OSError) -> ConnectionLost:
    return ConnectionLost(f"the connection to FreeSWITCH broke: {error.strerror or error}")


def _named(command: Command) -> str:
    """The command without what may be secret."""
    return repr(command.partition(b"\n")[0].partition(b" ")[0].decode())


def _close(sock: socket.socket) -> None:
    with suppress(OSError):  # the other side was quicker
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
