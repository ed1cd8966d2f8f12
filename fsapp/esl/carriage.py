"""What drives a call: its own socket, or the client connection while the caller waits in a queue or talks.

A socket costs the switch 1.5 MB, a channel on the client connection nearly nothing. The way out is a transfer into the
context `waiting` (conf/freeswitch/dialplan/waiting.xml), the way back one to the engine, whose socket then brings the
same channel again.
"""

import logging
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

import gevent
from gevent.event import Event as Signal
from gevent.lock import Semaphore

from fsapp.domain.arguments import Name, Number
from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl import commands
from fsapp.esl.channel import Channel
from fsapp.esl.channel_data import LAST_TALK
from fsapp.esl.client import Client
from fsapp.esl.commands import Api
from fsapp.esl.connection import ignore
from fsapp.esl.errors import CommandTimeout, ConnectionLost
from fsapp.esl.session import Session

_LOG = logging.getLogger("fsapp.esl")

RETURN_SECONDS = 5.0
"""From a transfer to the engine's socket, which takes FreeSWITCH 20 ms."""

BY_ITSELF_SECONDS = 0.5
"""The same where the switch sends the caller by itself, when a talk is over; who does not come is sent for."""

PASSING_SECONDS = 0.3
"""For a talk that has been ordered to begin, which takes FreeSWITCH 50 ms."""

LONGEST_RETURN_SECONDS = 30.0
"""The same where the switch cannot be told: the silence of the context `waiting` takes 20 s."""

AGAIN_SECONDS = 0.5
WAIT_SECONDS = 4 * 3600.0
"""The longest that a call lives."""

WAY_BACK = "transfer_after_bridge"
"""The channel variable that says where a caller goes when the talk is over (switch_ivr_bridge.c)."""

_WHILE_APART = {
    # Else closing the socket would cut off whatever comes next (mod_event_socket.c).
    "socket_resume": "false",
    # Else an agent who hangs up in the instant of the talk takes the caller along (switch_ivr_bridge.c, uuid_bridge).
    "uuid_bridge_continue_on_cancel": "true",
    # Else the seventieth transfer ends the call, and each hold is one (switch_ivr.c, switch_ivr_session_transfer).
    "max_session_transfers": "10000",
}

OWNER = "fsapp_engine"
"""The channel variable that says which engine a caller waits for."""

TO_WAITING = ("waiting", "XML", "waiting")


class WayBack(NamedTuple):
    """Where the engine's socket is: an extension and a context of the switch's dialplan."""

    number: Number
    context: Name

    def __str__(self) -> str:
        return f"{self.number}:XML:{self.context}"


class Carriage:
    """One call's. Without a client, or while there is no connection, the call stays on its own socket."""

    def __init__(self, session: Session, client: Client | None, way_back: WayBack) -> None:
        self._channel: Channel = session.channel
        self._session: Session | None = session
        self._client = client
        self._way_back = way_back
        self._returned = Signal()
        self._returning = False
        self._waits = False
        self._moving = Semaphore()
        self._later: gevent.Greenlet[..., None] | None = None
        self._former: list[Session] = []
        """Sockets that the call had before, and that are open still."""

    @property
    def apart(self) -> bool:
        """Whether the call has no socket of its own at the moment."""
        return self._session is None

    def go_apart(self) -> None:
        """Gives the call's own socket back; without a connection that could hold the call instead, as soon as there is
        one. Raises CallEnded, EslError.
        """
        self._channel.check()
        if self._client is None or self._session is None:
            return
        self._waits = True
        self._client.callers[self._channel.uuid] = self._channel
        with self._moving:
            self._move(self._client, self._session)

    def _move(self, client: Client, session: Session) -> None:
        try:
            client.take(self._channel)
            self._leave_socket(client, session)
        except EslError as error:
            _LOG.warning("call %s waits on a socket of its own: %s", self._channel.uuid, error)
            session.adopt(self._channel)
            self._later = gevent.spawn(self._move_later, client)

    def _move_later(self, client: Client) -> None:
        gevent.sleep(AGAIN_SECONDS)
        client.wait_connected(WAIT_SECONDS)
        with self._moving:
            if self._session is not None and self._waits and not self._channel.lent and self._channel.gone is None:
                self._move(client, self._session)
                self._channel.moved()

    def come_back(self) -> None:
        """Has the call's own socket again; waits for it. Raises CallEnded, EslError."""
        self._waits = False
        with self._moving:
            if not self.apart or self._client is None:
                self._channel.lent = False
                return
        self._returning = True
        try:
            self._wait_returned(self._client)
        finally:
            self._returning = False
            self._channel.lent = False
        self._client.callers.pop(self._channel.uuid, None)
        self._channel.check()
        if self.apart:
            raise EslError(f"call {self._channel.uuid} did not come back to a socket")

    def _wait_returned(self, client: Client) -> None:
        """Whoever cannot be sent back comes by itself, when the silence of the context `waiting` is over."""
        limit = monotonic() + LONGEST_RETURN_SECONDS
        sent = self._channel.lent and self._returned.wait(BY_ITSELF_SECONDS)
        while not self._returned.is_set() and monotonic() < limit:
            self._channel.check()
            sent = sent or self._sent_back(client)
            if self._returned.wait(RETURN_SECONDS if sent else AGAIN_SECONDS) or sent:
                return

    def _sent_back(self, client: Client) -> bool:
        try:
            self._send_back(client)
        except (ConnectionLost, CommandTimeout) as error:
            _LOG.warning("call %s cannot be taken back to a socket yet: %s", self._channel.uuid, error)
            return False
        return True

    def hand_back(self) -> None:
        """The engine stops: a caller who waits goes to the socket of whichever engine answers; a talk goes on."""
        if self._client is not None and self._session is None and not self._channel.lent:
            with suppress(EslError):
                self._send_back(self._client)
        self.close()

    def _send_back(self, client: Client) -> None:
        """What is still to be played would be played there, before anything else."""
        number, context = self._way_back
        client.api(Api.UUID_BREAK, self._channel.uuid, "all")
        client.api(Api.UUID_TRANSFER, self._channel.uuid, number, "XML", context)

    def close(self) -> None:
        """The call is over."""
        if self._later is not None:
            self._later.kill(block=False)
        if self._client is not None:
            self._client.callers.pop(self._channel.uuid, None)
            self._client.release(self._channel.uuid)
        for each in (*self._former, *([self._session] if self._session is not None else [])):
            each.stop()

    def returned(self, session: Session) -> None:
        """The switch brought the call on a new socket: asked to, after a talk, or because nobody seemed to be there."""
        if self._passes_by(session):
            session.mute()
            self._former.append(session)
            return
        if self._session is not None:
            self._session.mute()
            self._former.append(self._session)
        self._session = session
        session.adopt(self._channel)
        over = self._returning or (self._channel.lent and self._channel.talks)
        if self._client is not None:
            self._client.hear_end(self._channel.uuid)
        if self._channel.lent and not over:
            self._channel.miss_talk()
        if over:  # whoever waits for that says when it may be used again
            self._returned.set()
            if not self._returning and self._client is not None:
                self._later = gevent.spawn(self._move_later, self._client)
            return
        with suppress(CallEnded):  # the caller hung up on the way
            self.go_apart()
            self._channel.moved()

    def _passes_by(self, session: Session) -> bool:
        """Whether somebody who left the silence of `waiting` too soon is taken into a talk from here."""
        channel = self._channel
        channel.has_talked_to(session.session_data.get(LAST_TALK, ""))
        if self._returning or not channel.lent or channel.talks:
            return False
        channel.wait_talk(None, PASSING_SECONDS)
        return channel.talks

    def _leave_socket(self, client: Client, session: Session) -> None:
        uuid = self._channel.uuid
        self._channel.way_back = str(self._way_back)
        variables = {**_WHILE_APART, WAY_BACK: self._channel.way_back, OWNER: client.engine}
        settings = (commands.api(Api.UUID_SETVAR, uuid, name, value) for name, value in variables.items())
        client.hold([(setting, ignore) for setting in settings])
        client.api(Api.UUID_TRANSFER, uuid, *TO_WAITING)
        self._returned.clear()
        self._session = None
        session.let_go()
        for former in self._former:
            former.stop()
        self._former.clear()
