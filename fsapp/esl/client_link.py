"""One standing of the client connection: from the greeting to its loss."""

import socket
from collections.abc import Callable

from gevent.event import Event as Signal

from fsapp.domain.errors import EslError
from fsapp.esl import commands, wire
from fsapp.esl.channel import EVENTS
from fsapp.esl.commands import Api, EventName
from fsapp.esl.connection import REPLY_SECONDS, Connection
from fsapp.esl.errors import AuthenticationFailed, CommandRefused, CommandTimeout, ConnectionLost
from fsapp.esl.events import Event
from fsapp.esl.wire import Message

REGISTRATIONS = ("sofia::register", "sofia::unregister", "sofia::expire")
"""Events of phones that come and go (mod_sofia.h)."""

PING_SECONDS = 5.0
PINGS_MISSED = 3


class Link(Connection):
    """Events and the loss go to whom the client says; both are called by the reader."""

    def __init__(
        self, sock: socket.socket, on_event: Callable[[Event], None], on_lost: Callable[[EslError], None]
    ) -> None:
        self._greeted = Signal()
        self._refusal = ""
        self._ended = Signal()
        self._tell_event = on_event
        self._tell_lost = on_lost
        super().__init__(sock, wire.MAX_LISTING)

    def open(self, password: str) -> str:
        """Authenticates and asks for the events; gives the switch's Core-UUID, which changes when it restarts.

        Raises AuthenticationFailed, and other EslErrors where the switch does not answer.
        """
        self._greeted.wait(REPLY_SECONDS)
        if self._refusal:
            raise AuthenticationFailed(f"FreeSWITCH refuses this address: {self._refusal}")
        if self.lost is not None or not self._greeted.is_set():
            raise ConnectionLost(str(self.lost or "what answers is no event socket"))
        try:
            self.send(commands.auth(password))
        except CommandRefused:
            raise AuthenticationFailed("FreeSWITCH refuses the event socket's password") from None
        self.send(commands.only_events(EventName.BACKGROUND_JOB))
        self.send(commands.only_events(EventName.CUSTOM))
        self.send(commands.only_events(EventName.RECORD_STOP))
        names = (
            EventName.BACKGROUND_JOB,
            EventName.RECORD_STOP,
            EventName.CHANNEL_ANSWER,
            EventName.CHANNEL_BRIDGE,
            EventName.DETECTED_TONE,
            *EVENTS,
        )
        self.send(commands.listen(names, REGISTRATIONS))
        return self.send(commands.api(Api.GLOBAL_GETVAR, "core_uuid")).reply

    def watch(self) -> EslError:
        """Asks the switch now and then whether it lives; returns when the connection is lost, and why."""
        missed = 0
        while not self._ended.wait(PING_SECONDS):
            try:
                self.send(commands.api(Api.STATUS), PING_SECONDS)
                missed = 0
            except CommandTimeout:
                missed += 1
            except EslError:
                continue
            if missed == PINGS_MISSED:
                self._end(ConnectionLost(f"FreeSWITCH did not answer {missed} times"))
        return self.lost or ConnectionLost("the connection ended")

    def on_event(self, event: Event) -> None:
        self._tell_event(event)

    def on_other(self, kind: str, message: Message) -> None:
        if kind == "text/rude-rejection":
            self._refusal = message.reply.strip()[:80] or "no reason given"
        elif kind != "auth/request":
            super().on_other(kind, message)
        self._greeted.set()

    def on_lost(self, error: EslError) -> None:
        self._greeted.set()
        self._ended.set()
        self._tell_lost(error)
