"""One call's own socket: what FreeSWITCH opens to the engine with the application `socket … async full`."""

import socket
from collections.abc import Mapping

import gevent
from gevent.event import AsyncResult

from fsapp.domain.arguments import Uuid
from fsapp.domain.errors import EslError
from fsapp.esl import commands
from fsapp.esl.channel import EVENTS, UNHEARD, Channel
from fsapp.esl.channel_data import HEADERS
from fsapp.esl.commands import Command
from fsapp.esl.connection import REPLY_SECONDS, Connection, Taker, accepted, ignore
from fsapp.esl.errors import ConnectionLost, WireError
from fsapp.esl.events import Event, mark
from fsapp.esl.waits import awaited
from fsapp.esl.wire import Message

LINGER_SECONDS = 10
"""How long FreeSWITCH keeps the socket after the hang-up, for what still has to be heard."""


HEARSAY_SECONDS = 0.2
"""For the client connection to tell of an end that this connection has not heard of."""


class Session(Connection):
    """The socket of one call. `session_data` is what a call is made from, and empty before `connect`.

    session = Session(sock)
    try:
        data = session.connect()
        session.channel.on_gone = ...
        leg = EslLeg(session.channel)
    finally:
        session.stop()
    """

    def __init__(self, sock: socket.socket) -> None:
        self.session_data: Mapping[str, str] = {}
        self._channel: Channel | None = None
        self._adopted = False
        self._ours = mark("Unique-ID", ""), mark("Core-UUID", "")
        super().__init__(sock)

    @property
    def uuid(self) -> str:
        return self.session_data.get("Unique-ID", "")

    @property
    def channel(self) -> Channel:
        """The call's channel. Raises ConnectionLost before `connect`."""
        if self._channel is None:
            raise ConnectionLost("this session is not connected")
        return self._channel

    def connect(self, limit: float = REPLY_SECONDS) -> Mapping[str, str]:
        """Takes the call over, and gives all that FreeSWITCH knows of it: 30 KB, most of it not kept. Raises EslError.

        The first write asks for the call and for what follows its end; the next, which carries the first application
        too, for the events needed.
        """
        opening: AsyncResult[Message | EslError] = AsyncResult()
        self.post([(commands.CONNECT, opening.set), (commands.linger(LINGER_SECONDS), ignore)])
        reply = accepted(commands.CONNECT, awaited(opening, limit, "the reply to 'connect'"))
        self._open(reply.headers)
        if self.lost is not None:  # right behind the reply, and the channel has not heard of it
            raise ConnectionLost(str(self.lost))
        return reply.headers

    def adopt(self, channel: Channel) -> None:
        """The channel that this connection brought is one that somebody drives already."""
        fresh, self._channel = self.channel, channel
        self._adopted = True
        channel.answered = channel.answered or fresh.answered
        channel.ride(self.post, self.hold, None)

    def let_go(self) -> None:
        """Closes the connection; the channel, which something else drives by now, goes on."""
        self._channel = None
        self.stop()

    def mute(self) -> None:
        """Another connection drives the channel from now on; this one stays open, since closing it would touch what the
        channel does there (mod_event_socket.c, listener_run).
        """
        self._channel = None

    def wait_closed(self) -> None:
        """Until the connection is closed, by either side."""
        self._receive_events_greenlet.join()

    def _open(self, headers: Mapping[str, str]) -> None:
        if headers.get("Control", "full") != "full" or headers.get("Socket-Mode", "async") != "async":
            raise EslError("the dialplan must run the application `socket` with `async full`")
        try:
            uuid = Uuid(headers.get("Unique-ID", ""))
        except ValueError:
            raise WireError("the answer to 'connect' names no channel") from None
        self.session_data = {name: value for name in HEADERS if (value := headers.get(name)) is not None}
        self._ours = mark("Unique-ID", uuid), mark("Core-UUID", headers.get("Core-UUID", ""))
        self._channel = Channel(
            uuid,
            self.post,
            hold=self.hold,
            answered=headers.get("Answer-State") == "answered",
            peer=headers.get("variable_sip_network_ip", ""),
        )
        only_ours = commands.only_channel(uuid)
        self.hold([(only_ours, _or_end(only_ours)), *_WANTED])

    def on_event(self, event: Event) -> None:
        """Events of other channels, or of another switch, are none of ours: nobody can forge both ids."""
        channel, core = self._ours
        if self._channel is not None and event.bears(channel) and event.bears(core):
            self._channel.handle(event)

    def on_notice(self, message: Message) -> None:
        """The notice of lingering says that the channel is down, perhaps before any event does."""
        if self._channel is not None and message.headers.get("Content-Disposition") == "linger":
            self._channel.end_soon()

    def on_lost(self, error: EslError) -> None:
        """Who hangs up right after coming back ends the connection before it has heard of that; another one has."""
        if self._channel is not None and self._adopted:
            gevent.spawn_later(HEARSAY_SECONDS, self._channel.lose, error)
        elif self._channel is not None:
            self._channel.lose(error)


def _or_end(command: Command) -> Taker:
    """Without these events no wait would end: a refusal ends the session."""

    def take(reply: Message | EslError) -> None:
        if isinstance(reply, Message):
            accepted(command, reply)

    return take


_WANTED = tuple((command, _or_end(command)) for command in (*map(commands.without, UNHEARD), commands.listen(EVENTS)))
"""The events of a call that are to be heard, whatever the call."""
