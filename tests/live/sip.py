"""SIP by hand: what no decent telephone would send."""

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
        media = (
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            f"s={sdp}",
            "c=IN IP4 127.0.0.1",
            "t=0 0",
            f"m=audio {self._rtp.getsockname()[1]} RTP/AVP 8 101",
            "a=rtpmap:101 telephone-event/8000",
            "",
        )
        self._send("INVITE", 1, "\r\n".join(media), {**(headers or {}), "Content-Type": "application/sdp"})

    def message(self, to: str) -> None:
        """A SIP MESSAGE, as the unpatched `api+system` hole wants it."""
        self._uri = f"sip:{self._peer[0]}:{self._peer[1]}"
        self._from, self._to = f"<sip:a@{self._here}>;tag={self._tag}", f"<{to}>"
        self._send("MESSAGE", 1, "hello", {"Content-Type": "text/plain"})

    def answer(self) -> int:
        """The status of the final answer; acknowledged where it needs to be."""
        while True:
            text = self._sip.recv(65536).decode(errors="replace")
            first, *lines = text.split("\r\n")
            if not first.startswith("SIP/2.0") or first.split()[1].startswith("1"):
                continue
            status = int(first.split()[1])
            self._to = next(line.partition(":")[2].strip() for line in lines if line.lower().startswith("to:"))
            if " INVITE" in text:
                self._send("ACK", 1)
            return status

    def hang_up(self) -> None:
        self._send("BYE", 2)

    def _send(self, method: str, number: int, body: str = "", headers: Mapping[str, str] | None = None) -> None:
        lines = [
            f"{method} {self._uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._here};branch=z9hG4bK{secrets.token_hex(6)}",
            f"From: {self._from}",
            f"To: {self._to}",
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
