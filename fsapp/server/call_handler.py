"""From a connection to a call: one greenlet each. What turns out to be no call leaves nothing behind."""

import logging
from collections.abc import Callable, Mapping, Sequence

from gevent.socket import socket

from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.errors import EslError
from fsapp.esl import channel_data
from fsapp.esl.session import Session
from fsapp.server.journal import CallJournal, Sink
from fsapp.server.listener import Treatment
from fsapp.server.live_call import LiveCall, Site

_log = logging.getLogger("fsapp.calls")


class CallHandler:
    """Serves connections. `site` gives what is in force when a call arrives; `sinks` take every event."""

    def __init__(
        self, site: Callable[[], Site], clock: Clock, sinks: Sequence[Sink], rejected: Callable[[str], None]
    ) -> None:
        """`rejected` is told why a connection was closed that brought no call."""
        self._site = site
        self._clock = clock
        self._sinks = sinks
        self._rejected = rejected
        self._live: dict[str, LiveCall] = {}

    @property
    def live(self) -> frozenset[str]:
        """The ids of the calls under way."""
        return frozenset(self._live)

    def serve(self, connection: socket, treatment: Treatment) -> None:
        """Serves one connection to its end."""
        session = Session(connection)
        try:
            live = self._taken_over(session)
        except EslError as error:
            self._rejected("no_call")
            _log.warning("a connection was closed that brought no call: %s", error)
        else:
            self._serve(live, treatment)
        finally:
            session.stop()

    def hand_back(self) -> None:
        """Lets go of every call: the switch goes on with its dialplan, and a talk between two legs goes on."""
        for live in list(self._live.values()):
            live.hand_back()

    def _taken_over(self, session: Session) -> LiveCall:
        """The call that a connection brings. What the switch says of it is large, and not kept. Raises EslError."""
        channel = session.connect()
        call = channel_data.call(channel, self._clock.now())
        journal = CallJournal(call.uuid, self._clock, self._sinks, _first_seq(call, channel))
        return LiveCall(session, call, self._site(), journal)

    def _serve(self, live: LiveCall, treatment: Treatment) -> None:
        before = self._live.get(live.uuid)
        if before is not None:  # its connection died, and the news has not come yet: one call has one owner
            before.hand_back()
        self._live[live.uuid] = live
        try:
            live.serve(treatment)
        finally:
            if self._live.get(live.uuid) is live:
                del self._live[live.uuid]


def _first_seq(call: Call, channel: Mapping[str, str]) -> int:
    """Where a call's events begin to count: at 0, or beyond those of an engine that had the call before.

    A call that comes for the first time still rings. One that comes back counts from its age in milliseconds, for no
    engine records an event in each.
    """
    created = channel.get("Caller-Channel-Created-Time", "")
    if channel.get("Answer-State", "ringing") == "ringing" or not created.isdecimal():
        return 0
    return max(0, round(call.arrived_at.timestamp() * 1000) - int(created) // 1000)
