"""One call at a bare telephone (bare_phones.py)."""

import secrets
import time
from typing import TYPE_CHECKING

import gevent
from gevent.event import Event as Signal

from tests.live import bare_sip
from tests.live.bare_sip import Message

if TYPE_CHECKING:
    from tests.live.bare_phones import BarePhone

LIMIT = 10.0
RESEND = 0.5
"""Seconds until a final answer is repeated that nobody acknowledged."""

RESENDS = 3
"""Then the phone gives up; a real one does after 32 seconds (RFC 3261, 13.3.1.4)."""


class Line:
    """One call at a bare phone. Moments are monotonic seconds; None while they have not come."""

    def __init__(self, phone: "BarePhone", call_id: str, peer: tuple[str, int], name: str = "") -> None:
        self.call_id = call_id
        self.name = name or phone.name
        self.rang: float | None = None
        self.up: float | None = None
        self.over: float | None = None
        self.ended_here = False
        self.unheard = False
        """It answered, and the switch took no notice."""
        self.status = 0
        self.tag = secrets.token_hex(4)
        self.here = self.there = self.target = ""
        self.invite: Message | None = None
        self.description = ""
        """What the switch wrote of its side's sound (SDP)."""
        self.number = 1
        self._phone = phone
        self._peer = peer
        self._branch = ""
        self._acknowledged = Signal()
        self.changed = Signal()

    # What the person does.

    def call(self, uri: str, display: str = "") -> None:
        self.target = uri
        self.here = f"{display}<sip:{self.name}@{self._phone.address}>;tag={self.tag}"
        self.there = f"<{uri}>"
        self._branch = bare_sip.branch()
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
            self.description = message.body
            self.here, self.there = f"{message.get('to')};tag={self.tag}", message.get("from")
            self.target = message.target
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
        self.target = message.target
        self.description = message.body
        self._request("ACK", number=message.number)
        if self.ended_here and self.up is None:  # the CANCEL came too late
            self.up = time.monotonic()
            self._request("BYE")
            self._end(here=True)
        self.up = self.up or time.monotonic()

    def _answer_until_acknowledged(self, invite: Message) -> None:
        for _ in range(1 + RESENDS):
            self._phone.reply(invite, 200, self._peer, self.tag, self._phone.sdp)
            if self._acknowledged.wait(RESEND) or self.over is not None:
                return
        self.unheard = True
        self._end(here=True)

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
