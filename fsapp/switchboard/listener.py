"""One event socket connection of the stand-in, inbound or outbound: commands in, replies and events out.

Commands are told apart by how they begin, as in mod_event_socket's parse_command.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING
from uuid import uuid4

from gevent import spawn, spawn_later
from gevent.queue import SimpleQueue
from gevent.socket import socket as Socket  # noqa: N812  # a class under a function's name

from fsapp.switchboard import event_text
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.channel_headers import channel_data, event_head
from fsapp.switchboard.channel_work import Command
from fsapp.switchboard.event_text import SwitchEvent
from fsapp.switchboard.subscription import Subscription

if TYPE_CHECKING:
    from fsapp.switchboard.switch import Switch

_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.MULTILINE | re.IGNORECASE)
_READ_BYTES = 65536
_UNKNOWN = "-ERR command not found"


class Closed(Exception):
    """The other side has closed the connection, or asked for it."""


class Listener:
    """An event socket connection. `channel` is the one it controls, if any; `full` as in the `socket` application.

    It `holds` the channel while that is in the `socket` application that made it.
    """

    def __init__(self, switch: Switch, sock: Socket, channel: Channel | None = None, full: bool = True) -> None:
        self.switch = switch
        self.channel = channel
        self.subscription = Subscription(channel.uuid if channel else "")
        self.connected = False
        self.closed = False
        self.holds = False
        self._socket = sock
        self._full = full or channel is None
        self._linger: int | None = None
        self._noticed = False
        self._out: SimpleQueue[bytes | None] = SimpleQueue()
        self._writer = spawn(self._write)

    # Out.

    def send(self, data: bytes) -> None:
        """Queues bytes: a slow reader holds up nobody else."""
        if not self.closed:
            self._out.put(data)

    def tell(self, event: SwitchEvent) -> None:
        """A channel is destroyed only once its own connection has let go of it."""
        if self.channel and event.name == "CHANNEL_DESTROY":
            return
        if self.subscription.wants(event):
            self.send(event_text.framed(event, self.subscription.form))

    def _write(self) -> None:
        try:
            while (data := self._out.get()) is not None:
                self._socket.sendall(data)
        except OSError:
            self.closed = True
        finally:
            self._socket.close()

    def close(self) -> None:
        """Says goodbye and closes."""
        if not self.closed:
            self.send(event_text.disconnect_notice(self.channel.uuid if self.channel else ""))
            self.closed = True
            self._out.put(None)

    def give_up_waiting(self) -> None:
        """The engine has not said a word in time."""
        if not self.connected:
            self.close()

    def cut(self) -> None:
        """Closes without a word, as a network does."""
        self.closed = True
        self._out.put(None)

    def channel_is_down(self) -> None:
        """The controlled channel has been hung up: linger, or close."""
        if self.channel is None or self._noticed:
            return
        self._noticed = True
        if self._linger is None:
            self.close()
            return
        self.send(event_text.linger_notice(self.channel.uuid, self.channel.profile.channel_name, self._linger))
        if self._linger >= 0:
            spawn_later(self._linger * self.switch.pace.linger, self.close)

    # In.

    def serve(self) -> bool:
        """Answers commands until either side closes; whether it held its channel then.

        The first command on an outbound socket gets no reply of ours.
        """
        packets = self._packets()
        try:
            for command in packets:
                self._obey(command, answers=self.connected or self.channel is None)
                self._note_connected()
        except (Closed, OSError):
            pass
        finally:
            packets.close()
            held = self.holds
            self.close()
            self.switch.drop(self)
            self._writer.join()
        return held

    def _note_connected(self) -> None:
        if not self.connected:
            self.connected = True
            if self.channel:
                self.channel.timeline.wake()

    def _packets(self) -> Generator[tuple[str, Command], None, None]:
        pending = b""
        while True:
            pending = pending.lstrip(b"\r\n")
            head, end, rest = pending.partition(b"\n\n")
            length = _LENGTH.search(head)
            missing = (int(length[1]) if length else 0) - len(rest) if end else 1
            if missing > 0:
                data = self._socket.recv(_READ_BYTES)
                if not data:
                    return
                pending += data
                continue
            body, pending = rest[: int(length[1]) if length else 0], rest[int(length[1]) if length else 0 :]
            yield _parsed(head, body)

    def _obey(self, packet: tuple[str, Command], answers: bool) -> None:
        line, command = packet
        text = self._answer(line, command)
        if text and answers:
            self.send(event_text.reply(text))
        if line.startswith(("exit", "...")):
            raise Closed

    def _answer(self, line: str, command: Command) -> str:
        """Carries out a command; the text of its reply, empty where there is none."""
        verb, _, rest = line.partition(" ")
        if verb.startswith(("exit", "...")):
            return "" if self.channel else "+OK bye"
        if verb in ("filter", "myevents"):
            return self.subscription.change(verb, rest)
        if verb == "sendmsg":
            return self._sendmsg(rest.strip() or command.headers.get("session-id", ""), command)
        if self.channel and verb in ("connect", "resume", "getvar"):
            return self._about_channel(self.channel, verb, rest)
        return self._answer_in_full(verb, rest, command) if self._full else _UNKNOWN

    def _answer_in_full(self, verb: str, rest: str, command: Command) -> str:
        """What an outbound socket may say only with `full`."""
        if verb == "api":
            self.send(event_text.api_response(self.switch.run(rest)))
            return ""
        if verb == "bgapi":
            return self.switch.run_in_background(rest, command.headers.get("job-uuid", ""), self.channel)
        if verb in ("linger", "nolinger"):
            return self._set_linger(verb, rest)
        if verb == "sendevent":
            return self._send_event(rest, command)
        if verb in ("event", "nixevent", "noevents"):
            return self.subscription.change(verb, rest)
        return _UNKNOWN

    def _send_event(self, name: str, command: Command) -> str:
        """To whoever listens; names of headers are in lower case then, which none of FreeSWITCH's readers minds."""
        event_uuid = str(uuid4())
        head = event_head(name, self.switch.core_uuid, self.switch.now(), self.switch.next_sequence())
        self.switch.fire(SwitchEvent({**head, **command.headers, "Event-UUID": event_uuid}))
        return f"+OK {event_uuid}"

    def _about_channel(self, channel: Channel, verb: str, rest: str) -> str:
        if verb == "getvar":
            return channel.variables.get(rest, "") or _UNKNOWN
        if verb == "resume":
            channel.set("socket_resume", "true")
            return "+OK"
        self.send(event_text.plain(SwitchEvent(channel_data(channel, full=self._full))))
        return ""

    def _sendmsg(self, uuid: str, command: Command) -> str:
        if self.channel and uuid in ("", self.channel.uuid):
            self.channel.queue(command)
            return "+OK"
        channel = self.switch.channels.get(uuid)
        if channel is None:
            return f"-ERR invalid session id [{uuid}]"
        channel.queue(command)
        return "+OK"

    def _set_linger(self, verb: str, rest: str) -> str:
        if self.channel is None:
            return "-ERR not controlling a session"
        if verb == "nolinger":
            self._linger = None
            return "+OK will not linger"
        self._linger = int(rest) if rest else -1
        return f"+OK will linger {self._linger} seconds" if rest else "+OK will linger"


def _parsed(head: bytes, body: bytes) -> tuple[str, Command]:
    """A command line, and its headers (names in lower case) with their body."""
    line, *rest = head.decode("utf-8", "surrogateescape").replace("\r", "").split("\n")
    fields = (header.partition(":") for header in rest)
    headers = {name.lower(): value.lstrip(" ") for name, colon, value in fields if colon}
    return line.rstrip(), Command(headers, body.decode("utf-8", "surrogateescape"))
