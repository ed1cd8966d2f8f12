"""The benchmark's call on gevent and nothing else: no flow, no template, no journal. bare_server.py PORT

It looks at no more of an event than it must, so it is what an engine in Python cannot be faster than.
"""

from gevent import monkey

monkey.patch_all()

import socket
import sys

from gevent.server import StreamServer


class Wire:
    """Messages off a socket, as bytes."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.pending = b""

    def message(self) -> bytes:
        """The next message: its headers and its body together. Raises EOFError."""
        while True:
            end = self.pending.find(b"\n\n") + 2
            if end > 1:
                end += self.body_length(end)
                if len(self.pending) >= end:
                    whole, self.pending = self.pending[:end], self.pending[end:]
                    return whole
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.pending += data

    def body_length(self, end: int) -> int:
        at = self.pending.find(b"Content-Length: ", 0, end)
        return int(self.pending[at + 16 : self.pending.index(b"\n", at)]) if at >= 0 else 0

    def execute(self, number: int, application: bytes, argument: bytes) -> bytes:
        """Runs an application and gives the event of its end."""
        name = b"%d-bare" % number
        self.sock.sendall(
            b"sendmsg\ncall-command: execute\nexecute-app-name: %b\nevent-uuid: %b\nevent-lock: true\n"
            b"content-type: text/plain\ncontent-length: %d\n\n%b" % (application, name, len(argument), argument)
        )
        ended = b'"Application-UUID":"%b"' % name
        while True:
            message = self.message()
            if ended in message:
                return message


def variable(event: bytes, name: bytes) -> bytes:
    start = event.find(b'"variable_%b":"' % name)
    if start < 0:
        return b""
    start += len(name) + 14
    return event[start : event.index(b'"', start)]


STEPS = (
    (b"answer", b""),
    (b"playback", b"/tmp/welcome.wav"),
    (b"play_and_get_digits", b"1 1 1 5000 # /tmp/menu.wav silence_stream://1 choice . 2000"),
    (b"playback", b"/tmp/news-%b.wav"),
    (b"play_and_get_digits", b"1 10 1 5000 # /tmp/account.wav silence_stream://1 choice . 2000"),
    (b"playback", b"/tmp/bill-%b.wav"),
)


def serve(sock: socket.socket, _address: object) -> None:
    wire = Wire(sock)
    try:
        sock.sendall(b"connect\n\nlinger 10\n\n")
        opening = wire.message()
        start = opening.index(b"\nUnique-ID: ") + 12
        uuid = opening[start : opening.index(b"\n", start)]
        sock.sendall(
            b"filter Unique-ID %b\n\nevent json CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE DTMF\n\n" % uuid
        )
        keys = b""
        for number, (application, argument) in enumerate(STEPS):
            event = wire.execute(number, application, argument % keys if b"%b" in argument else argument)
            keys = variable(event, b"choice")
        sock.sendall(b"sendmsg\ncall-command: execute\nexecute-app-name: hangup\nevent-lock: true\n\n")
        while b"CHANNEL_HANGUP_COMPLETE" not in wire.message():
            pass
    except (EOFError, OSError):
        pass
    finally:
        sock.close()


StreamServer(("127.0.0.1", int(sys.argv[1])), serve, backlog=4096).serve_forever()
