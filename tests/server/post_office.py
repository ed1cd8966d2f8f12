"""A mail server that keeps what it is given, and refuses what it is told to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import gevent
from gevent import socket
from gevent.server import StreamServer


@dataclass
class PostOffice:
    """`answers` are replies other than 250, by the beginning of the command; `silent` gives none at all."""

    answers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)

    def start(self) -> StreamServer:
        server = StreamServer(("127.0.0.1", 0), self._serve)
        server.start()
        return server

    def _serve(self, connection: socket.socket, _address: object) -> None:
        if self.silent:
            gevent.sleep(30)
        stream = connection.makefile("rb")
        self._say(connection, "220 here")
        while line := stream.readline():
            command = line.decode().strip()
            if command.upper().startswith("RCPT"):
                self.envelopes.append(command)
            answer = next((text for start, text in self.answers.items() if command.upper().startswith(start)), "")
            if answer or command.upper() != "DATA":
                self._say(connection, answer or ("221 bye" if command.upper() == "QUIT" else "250 well"))
            else:
                self._take(connection, stream.readline)

    def _take(self, connection: socket.socket, readline: Callable[[], bytes]) -> None:
        self._say(connection, "354 go on")
        lines = []
        while (line := readline()) != b".\r\n":
            lines.append(line)
        answer = self.answers.get(".", "")
        if not answer:
            letter = message_from_bytes(b"".join(lines), policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        self._say(connection, answer or "250 kept")

    def _say(self, connection: socket.socket, line: str) -> None:
        connection.sendall(f"{line}\r\n".encode())
