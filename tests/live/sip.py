"""SIP by hand: what no decent telephone would send."""

import hashlib
import re
import secrets
import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Self

PLAIN = "Plain Caller"


class RawCaller:
    """A caller over one UDP socket. Texts go onto the wire as they are."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self._peer = ("127.0.0.1", port)
        self._tag, self._call_id = secrets.token_hex(4), secrets.token_hex(8)
        self._sip, self._rtp = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(2))
        for each in (self._sip, self._rtp):
            each.bind((address, 0))
            each.settimeout(10)
        self._here = f"{address}:{self._sip.getsockname()[1]}"
        self._from = self._to = self._uri = ""
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sip.close()
        self._rtp.close()

    def invite(
        self,
        number: str = "95598",
        *,
        display: str = PLAIN,
        user: str = "13800138000",
        headers: Mapping[str, str] | None = None,
        sdp: str = "call",
    ) -> None:
        self._uri = f"sip:{number}@{self._peer[0]}:{self._peer[1]}"
        self._from = f'"{display}" <sip:{user}@{self._here}>;tag={self._tag}'
        self._to = f"<{self._uri}>"
        body = description(self._rtp.getsockname()[1], sdp)
        self._send("INVITE", body, {**(headers or {}), "Content-Type": "application/sdp"})

    def invite_as(self, user: str, password: str, number: str = "95598") -> None:
        """As a phone that proves who it is."""
        self.invite(number, user=user)
        challenge = self._final()
        self._to = f"<{self._uri}>"
        self.invite(number, user=user, headers={"Proxy-Authorization": self._proof(user, password, challenge)})

    def refer(self, to: str) -> None:
        """In the midst of a call: would have the other side call `to`."""
        self._send("REFER", headers={"Refer-To": to, "Referred-By": self._from.partition(";")[0]})

    def message(self, to: str) -> None:
        """A SIP MESSAGE, as the unpatched `api+system` hole wants it."""
        self._uri = f"sip:{self._peer[0]}:{self._peer[1]}"
        self._from, self._to = f"<sip:a@{self._here}>;tag={self._tag}", f"<{to}>"
        self._send("MESSAGE", "hello", {"Content-Type": "text/plain"})

    def answer(self) -> int:
        """The status of the final answer to what was sent last; acknowledged where it needs to be."""
        return int(self._final().split()[1])

    def hang_up(self) -> None:
        self._send("BYE")

    def _final(self) -> str:
        """The final answer to what was sent last. Earlier ones may come twice: they are acknowledged, no more."""
        while True:
            text = self._sip.recv(65536).decode(errors="replace")
            if not re.match(r"SIP/2.0 [2-6]", text):
                continue
            number, about = header(text, "CSeq").split()
            last = int(number) == self._number
            if last:
                self._to = header(text, "To")
            if last and about == "INVITE":
                self._uri = re.sub(r".*<(.*)>.*", r"\1", header(text, "Contact")) or self._uri
            if about == "INVITE":
                self._send("ACK", number=int(number), to=header(text, "To"))
            if last:
                return text

    def _proof(self, user: str, password: str, challenge: str) -> str:
        """A digest (RFC 2617, 3.2.2)."""
        asked = dict(re.findall(r'(\w+)="?([^",\r]+)', header(challenge, "Proxy-Authenticate")))
        mine = hashed(f"{user}:{asked['realm']}:{password}")
        response = hashed(f"{mine}:{asked['nonce']}:00000001:abc:auth:{hashed(f'INVITE:{self._uri}')}")
        return (
            f'Digest username="{user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{self._uri}",'
            f' response="{response}", algorithm=MD5, cnonce="abc", qop=auth, nc=00000001'
        )

    def _send(
        self, method: str, body: str = "", headers: Mapping[str, str] | None = None, number: int = 0, to: str = ""
    ) -> None:
        """`number` is that of the request which this one belongs to, if it is no new one."""
        if not number:
            number = self._number = self._number + 1
        lines = [
            f"{method} {self._uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._here};branch=z9hG4bK{secrets.token_hex(6)}",
            f"From: {self._from}",
            f"To: {to or self._to}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:a@{self._here}>",
            "Max-Forwards: 70",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
            f"Content-Length: {len(body.encode())}",
            "",
            body,
        ]
        self._sip.sendto("\r\n".join(lines).encode(), self._peer)


class RawCalled:
    """Somebody who is called at a UDP port, and answers each INVITE in the same way."""

    def __init__(self, port: int = 0) -> None:
        self._sip, self._rtp = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(2))
        for each, number in ((self._sip, port), (self._rtp, 0)):
            each.bind(("127.0.0.1", number))
            each.settimeout(5)
        self.port = self._sip.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sip.close()
        self._rtp.close()

    def invited(self, within: float = 5) -> str:
        """The next INVITE. Raises TimeoutError."""
        self._sip.settimeout(within)
        while True:
            data, self._peer = self._sip.recvfrom(65536)
            if data.startswith(b"INVITE"):
                return data.decode(errors="replace")

    def answer(self, invite: str) -> None:
        self._reply(invite, "200 OK", "Content-Type: application/sdp\r\n", description(self._rtp.getsockname()[1]))

    def redirect(self, invite: str, *contacts: str) -> None:
        """Says that who is called is elsewhere now."""
        self._reply(invite, "302 Moved Temporarily", f"Contact: {','.join(contacts)}\r\n")

    def _reply(self, invite: str, status: str, headers: str, body: str = "") -> None:
        ways = "".join(f"Via: {via}\r\n" for via in re.findall(r"\nVia: ([^\r]*)", invite))
        same = "".join(f"{name}: {header(invite, name)}\r\n" for name in ("From", "Call-ID", "CSeq"))
        own = f"To: {header(invite, 'To')};tag=called\r\nContact: <sip:x@127.0.0.1:{self.port}>\r\n"
        if status.startswith("3"):
            own = f"To: {header(invite, 'To')};tag=called\r\n"
        text = f"SIP/2.0 {status}\r\n{ways}{same}{own}{headers}Content-Length: {len(body)}\r\n\r\n{body}"
        self._sip.sendto(text.encode(), self._peer)


def header(text: str, name: str) -> str:
    """A header of a SIP message; empty where there is none."""
    found = re.search(rf"\n{name}: *([^\r]*)", text, re.IGNORECASE)
    return found[1] if found else ""


def hashed(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def description(port: int, name: str = "call") -> str:
    """What is sent and heard (SDP): G.711 A-law and keys."""
    return "\r\n".join(
        (
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            f"s={name}",
            "c=IN IP4 127.0.0.1",
            "t=0 0",
            f"m=audio {port} RTP/AVP 8 101",
            "a=rtpmap:101 telephone-event/8000",
            "",
        )
    )
