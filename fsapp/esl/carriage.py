"""What drives a call: its own socket, or the client connection while the caller waits in a queue or talks.

A socket costs the switch 1.5 MB, a channel on the client connection nearly nothing. The way out is a transfer into the
context `waiting` (conf/freeswitch/dialplan/waiting.xml), the way back one to the engine, whose socket then brings the
same channel again.
"""

import logging
from contextlib import suppress
from typing import NamedTuple

from gevent.event import Event as Signal

from fsapp.domain.arguments import Name, Number
from fsapp.domain.errors import EslError
from fsapp.esl import commands
from fsapp.esl.channel import Channel
from fsapp.esl.client import Client
from fsapp.esl.commands import Api
from fsapp.esl.connection import ignore
from fsapp.esl.session import Session

_LOG = logging.getLogger("fsapp.esl")

RETURN_SECONDS = 5.0
"""From a transfer to the engine's socket, which takes FreeSWITCH 20 ms."""

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

_TO_WAITING = ("waiting", "XML", "waiting")


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

    @property
    def apart(self) -> bool:
        """Whether the call has no socket of its own at the moment."""
        return self._session is None

    def go_apart(self) -> None:
        """Gives the call's own socket back. Raises CallEnded, EslError."""
        self._channel.check()
        if self._client is None or self._session is None:
            return
        self._client.callers[self._channel.uuid] = self._channel
        try:
            self._client.take(self._channel)
            self._leave_socket(self._client, self._session)
        except EslError as error:
            _LOG.warning("call %s waits on a socket of its own: %s", self._channel.uuid, error)
            self._session.adopt(self._channel)

    def come_back(self) -> None:
        """Has the call's own socket again; waits for it. Raises CallEnded, EslError."""
        if not self.apart or self._client is None:
            return
        self._returning = True
        try:
            if not self._channel.lent or not self._returned.wait(RETURN_SECONDS):
                self._channel.check()
                self._send_back(self._client)
                self._returned.wait(RETURN_SECONDS)
        finally:
            self._returning = False
        self._client.callers.pop(self._channel.uuid, None)
        self._channel.check()
        if self.apart:
            raise EslError(f"call {self._channel.uuid} did not come back to a socket")

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
        if self._client is not None:
            self._client.callers.pop(self._channel.uuid, None)
            self._client.release(self._channel.uuid)
        if self._session is not None:
            self._session.stop()

    def returned(self, session: Session) -> None:
        """The switch brought the call on a new socket: asked to, after a talk, or because nobody seemed to be there."""
        over = self._returning or self._channel.lent
        self._session = session
        session.adopt(self._channel)
        if self._client is not None:
            self._client.release(self._channel.uuid)
        if over:
            self._channel.lent = False
            self._returned.set()
        else:
            self.go_apart()

    def _leave_socket(self, client: Client, session: Session) -> None:
        uuid = self._channel.uuid
        self._channel.way_back = str(self._way_back)
        variables = {**_WHILE_APART, WAY_BACK: self._channel.way_back}
        settings = (commands.api(Api.UUID_SETVAR, uuid, name, value) for name, value in variables.items())
        client.hold([(setting, ignore) for setting in settings])
        client.api(Api.UUID_TRANSFER, uuid, *_TO_WAITING)
        self._returned.clear()
        self._session = None
        session.let_go()
