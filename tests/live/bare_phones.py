"""Telephones by the dozen in one process: SIP by hand over UDP, no sound, every action at the instant it is asked for.

Pjsua's telephones (phone.py) hear and speak, but cost a process each and act within 10 ms; these are for races.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress

import gevent
from gevent import socket
from gevent.event import Event as Signal

from tests.live import bare_sip
from tests.live.bare_line import Line
from tests.live.bare_sip import Message, digest

LIMIT = 10.0


class BarePhone:
    """A SIP endpoint with any number of lines; `on_line` is called, in a greenlet, when one begins to ring."""

    def __init__(self, name: str, server: str) -> None:
        host, _, port = server.rpartition(":")
        self.name = name
        self.server = (host, int(port))
        self.lines: dict[str, Line] = {}
        self.on_line: Callable[[Line], None] = lambda line: None
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for each in (self._sip, self._rtp):
            each.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._sip.getsockname()[1]}"
        self._answers: dict[str, Message] = {}
        self._answered = Signal()
        self._reader = gevent.spawn(self._read)

    def close(self) -> None:
        for line in list(self.lines.values()):
            line.hang_up()
        self._reader.kill()
        self._sip.close()
        self._rtp.close()

    def register(self, password: str, seconds: int = 3600) -> None:
        """Raises TimeoutError, or ValueError for a refusal."""
        call_id = secrets.token_hex(8)
        challenge = self._registered(call_id, 1, seconds, "")
        answer = self._registered(
            call_id, 2, seconds, digest(challenge, self.name, password, f"sip:{_at(self.server)}")
        )
        if answer.status != 200:
            raise ValueError(f"{self.name} cannot register: {answer.status}")

    def call(self, number: str, name: str = "", display: str = "") -> Line:
        """As whoever is named, or as the phone's own number. `display` stands before the address, quoted or not."""
        line = Line(self, secrets.token_hex(8), self.server, name)
        self.lines[line.call_id] = line
        line.call(f"sip:{number}@{_at(self.server)}", display)
        return line

    def forget(self, line: Line) -> None:
        self.lines.pop(line.call_id, None)

    def sound(self, packet: bytes, peer: tuple[str, int]) -> None:
        """A packet of RTP."""
        with suppress(OSError):
            self._rtp.sendto(packet, peer)

    @property
    def sdp(self) -> str:
        lines = (
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "c=IN IP4 127.0.0.1",
            "t=0 0",
            f"m=audio {self._rtp.getsockname()[1]} RTP/AVP 8 101",
            "a=rtpmap:101 telephone-event/8000",
            "",
        )
        return "\r\n".join(lines)

    def request(
        self, method: str, uri: str, peer: tuple[str, int], headers: Mapping[str, str], body: str, branch: str
    ) -> None:
        via = f"SIP/2.0/UDP {self.address};branch={branch or bare_sip.branch()};rport"
        fields = {"Via": via, "Max-Forwards": "70", "Contact": f"<sip:{self.name}@{self.address}>", **headers}
        self._send(f"{method} {uri} SIP/2.0", [*fields.items()], body, peer)

    def reply(self, to: Message, status: int, peer: tuple[str, int], tag: str = "", body: str = "") -> None:
        receiver = to.get("to")
        if tag and "tag=" not in receiver:
            receiver += f";tag={tag}"
        copied = [("From", to.get("from")), ("To", receiver), ("Call-ID", to.get("call-id")), ("CSeq", to.get("cseq"))]
        fields = [*(("Via", via) for via in to.all("via")), *copied, ("Contact", f"<sip:{self.name}@{self.address}>")]
        self._send(f"SIP/2.0 {status} Bare", fields, body, peer)

    def _send(self, first: str, fields: list[tuple[str, str]], body: str, peer: tuple[str, int]) -> None:
        kind = [("Content-Type", "application/sdp")] if body else []
        lines = [first, *(f"{name}: {value}" for name, value in [*fields, *kind]), f"Content-Length: {len(body)}"]
        with suppress(OSError):
            self._sip.sendto("\r\n".join([*lines, "", body]).encode(), peer)

    def _read(self) -> None:
        while True:
            try:
                data, peer = self._sip.recvfrom(65536)
            except OSError:
                return
            message = Message(data.decode(errors="replace"))
            call_id = message.get("call-id")
            if message.status and message.about == "REGISTER":
                self._answers[message.get("cseq")] = message
                self._answered.set()
                continue
            line = self.lines.get(call_id)
            if line is None and message.method == "INVITE":
                line = self.lines[call_id] = Line(self, call_id, peer)
                line.take(message)
                gevent.spawn(self.on_line, line)
            elif line is not None:
                line.take(message)
            elif message.method not in ("", "ACK"):
                self.reply(message, 481 if message.method in ("BYE", "CANCEL") else 200, peer)

    def _registered(self, call_id: str, number: int, seconds: int, proof: str) -> Message:
        who = f"<sip:{self.name}@{_at(self.server)}>"
        headers = {
            "From": f"{who};tag={call_id}",
            "To": who,
            "Call-ID": call_id,
            "CSeq": f"{number} REGISTER",
            "Expires": str(seconds),
            **({"Authorization": proof} if proof else {}),
        }
        self._answers.clear()
        self.request("REGISTER", f"sip:{_at(self.server)}", self.server, headers, "", "")
        with gevent.Timeout(LIMIT, TimeoutError(f"nobody answers {self.name}'s registration")):
            while f"{number} REGISTER" not in self._answers:
                self._answered.clear()
                self._answered.wait()
        return self._answers[f"{number} REGISTER"]


def _at(server: tuple[str, int]) -> str:
    return f"{server[0]}:{server[1]}"
