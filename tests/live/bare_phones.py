"""Telephones by the dozen in one process: SIP by hand over UDP, no sound, every action at the instant it is asked for.

Pjsua's telephones (phone.py) hear and speak, but cost a process each and act within 10 ms; these are for races.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import gevent
from gevent import socket
from gevent.event import Event as Signal

LIMIT = 10.0
RESEND = 0.5
"""Seconds until a final answer is repeated that nobody acknowledged."""

_STARTS = re.compile(r"SIP/2\.0 (\d+)|([A-Z]+) ")


class Message:
    """A SIP request or answer."""

    def __init__(self, text: str) -> None:
        head, _, self.body = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        match = _STARTS.match(first)
        self.status = int(match[1]) if match and match[1] else 0
        self.method = match[2] if match and match[2] else ""
        self.uri = first.split()[1] if self.method else ""
        self._headers = [(name.strip().lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return [value for found, value in self._headers if found == name]

    @property
    def number(self) -> int:
        return int(self.get("cseq").split()[0])

    @property
    def about(self) -> str:
        """The method that an answer is to."""
        return self.get("cseq").split()[1]


class Line:
    """One call at a bare phone. Moments are monotonic seconds; None while they have not come."""

    def __init__(self, phone: "BarePhone", call_id: str, peer: tuple[str, int]) -> None:
        self.call_id = call_id
        self.rang: float | None = None
        self.up: float | None = None
        self.over: float | None = None
        self.ended_here = False
        self.status = 0
        self.tag = secrets.token_hex(4)
        self.here = self.there = self.target = ""
        self.invite: Message | None = None
        self.number = 1
        self._phone = phone
        self._peer = peer
        self._branch = ""
        self._acknowledged = Signal()
        self.changed = Signal()

    # What the person does.

    def call(self, uri: str) -> None:
        self.target = uri
        self.here = f"<sip:{self._phone.name}@{self._phone.address}>;tag={self.tag}"
        self.there = f"<{uri}>"
        self._branch = _branch()
        self._request("INVITE", self._phone.sdp, branch=self._branch)

    def answer(self) -> bool:
        """False where it rings no more."""
        if self.over is not None or self.up is not None or self.invite is None:
            return False
        self.up = time.monotonic()
        gevent.spawn(self._answer_until_acknowledged, self.invite)
        return True

    def refuse(self, status: int) -> None:
        if self.invite is not None and self.over is None and self.up is None:
            self._phone.reply(self.invite, status, self._peer, self.tag)
            self._end(here=True)

    def hang_up(self) -> None:
        """In whatever state the call is."""
        if self.over is not None:
            return
        if self.up is not None:
            self._request("BYE")
            self._end(here=True)
        elif self.invite is None:  # calling, and not answered
            self._request("CANCEL", branch=self._branch, number=1)
            self.ended_here = True
        else:
            self.refuse(486)

    def wait(self, what: str, within: float = LIMIT) -> float:
        """Until it has `rang`, is `up` or `over`; gives the moment. Raises TimeoutError."""
        with gevent.Timeout(within, TimeoutError(f"the line of {self._phone.name} is not {what} in {within} s")):
            while getattr(self, what) is None:
                self.changed.clear()
                self.changed.wait()
        return float(getattr(self, what))

    # What the wire brings.

    def take(self, message: Message) -> None:
        if message.status:
            self._take_answer(message)
        elif message.method == "INVITE":
            self._take_invite(message)
        elif message.method == "ACK":
            self._acknowledged.set()
        elif message.method == "CANCEL":
            self._phone.reply(message, 200, self._peer, self.tag)
            if self.up is None and self.invite is not None and self.over is None:
                self._phone.reply(self.invite, 487, self._peer, self.tag)
                self._end()
        elif message.method == "BYE":
            self._phone.reply(message, 200, self._peer, self.tag)
            self._end()
        else:
            self._phone.reply(message, 200, self._peer, self.tag)
        self.changed.set()

    def _take_invite(self, message: Message) -> None:
        if self.up is not None:  # the switch asks again in mid-call
            self._phone.reply(message, 200, self._peer, self.tag, self._phone.sdp)
        elif self.invite is None:
            self.invite = message
            self.here, self.there = f"{message.get('to')};tag={self.tag}", message.get("from")
            self.target = message.get("contact").strip("<>").split(">")[0]
            self.rang = time.monotonic()
            self._phone.reply(message, 180, self._peer, self.tag)

    def _take_answer(self, message: Message) -> None:
        if message.about != "INVITE" or message.status < 180:
            return
        if message.status < 200:
            self.rang = self.rang or time.monotonic()
            return
        self.status = message.status
        self.there = message.get("to")
        if message.status >= 300:
            self._request("ACK", branch=self._branch, number=1)
            self._end()
            return
        self.target = message.get("contact").strip("<>").split(">")[0]
        self._request("ACK", number=message.number)
        if self.ended_here and self.up is None:  # the CANCEL came too late
            self.up = time.monotonic()
            self._request("BYE")
            self._end(here=True)
        self.up = self.up or time.monotonic()

    def _answer_until_acknowledged(self, invite: Message) -> None:
        while not self._acknowledged.is_set() and self.over is None:
            self._phone.reply(invite, 200, self._peer, self.tag, self._phone.sdp)
            self._acknowledged.wait(RESEND)

    def _end(self, *, here: bool = False) -> None:
        if self.over is None:
            self.over = time.monotonic()
            self.ended_here = self.ended_here or here
        self.changed.set()

    def _request(self, method: str, body: str = "", *, branch: str = "", number: int = 0) -> None:
        if not number:
            self.number += method != "INVITE"
            number = self.number
        headers = {"From": self.here, "To": self.there, "Call-ID": self.call_id, "CSeq": f"{number} {method}"}
        self._phone.request(method, self.target, self._peer, headers, body, branch)


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
            call_id, 2, seconds, _digest(challenge, self.name, password, f"sip:{_at(self.server)}")
        )
        if answer.status != 200:
            raise ValueError(f"{self.name} cannot register: {answer.status}")

    def call(self, number: str) -> Line:
        line = Line(self, secrets.token_hex(8), self.server)
        self.lines[line.call_id] = line
        line.call(f"sip:{number}@{_at(self.server)}")
        return line

    def forget(self, line: Line) -> None:
        self.lines.pop(line.call_id, None)

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
        via = f"SIP/2.0/UDP {self.address};branch={branch or _branch()};rport"
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


def _digest(challenge: Message, user: str, password: str, uri: str) -> str:
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.get("www-authenticate")))
    nonce_use = {"nc": "00000001", "cnonce": secrets.token_hex(8)}
    one = _md5(f"{user}:{said['realm']}:{password}")
    two = _md5(f"REGISTER:{uri}")
    response = _md5(f"{one}:{said['nonce']}:{nonce_use['nc']}:{nonce_use['cnonce']}:auth:{two}")
    quoted = {"username": user, "realm": said["realm"], "nonce": said["nonce"], "uri": uri, "response": response}
    parts = [f'{name}="{value}"' for name, value in {**quoted, "cnonce": nonce_use["cnonce"]}.items()]
    return "Digest " + ", ".join([*parts, "qop=auth", f"nc={nonce_use['nc']}", "algorithm=MD5"])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(6)}"


def _at(server: tuple[str, int]) -> str:
    return f"{server[0]}:{server[1]}"
