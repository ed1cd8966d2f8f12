"""From a connection to a call: one greenlet each. What turns out to be no call leaves nothing behind."""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from gevent.socket import socket

from fsapp.domain.arguments import Name, Number
from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.errors import EslError
from fsapp.esl import channel_data
from fsapp.esl.carriage import Carriage, WayBack
from fsapp.esl.session import Session
from fsapp.flow.resuming import Resumption
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.journal import CallJournal, Sink
from fsapp.server.listener import Treatment
from fsapp.server.live_call import LiveCall, Resume, Site

_log = logging.getLogger("fsapp.calls")

REMEMBERED = 500
"""Calls that ended; a second socket comes within a second of the end, if the switch is slow."""


class CallHandler:
    """Serves connections. `site` gives what is in force when a call arrives; `sinks` take every event."""

    def __init__(
        self,
        site: Callable[[], Site],
        clock: Clock,
        sinks: Sequence[Sink],
        rejected: Callable[[str], None],
        centre: ContactCentre | None = None,
        resume: Callable[..., Resumption | None] | None = None,
    ) -> None:
        """`rejected` is told why a connection was closed that brought no call."""
        self._site = site
        self._centre = centre
        self._resume = resume
        self._clock = clock
        self._sinks = sinks
        self._rejected = rejected
        self._live: dict[str, LiveCall] = {}
        self._over: deque[str] = deque(maxlen=REMEMBERED)
        """The ids of the calls that ended last."""

    @property
    def live(self) -> frozenset[str]:
        """The ids of the calls under way."""
        return frozenset(self._live)

    def serve(self, connection: socket, treatment: Treatment) -> None:
        """Serves one connection to its end."""
        session = Session(connection)
        try:
            arrival = self._arrival(session)
        except EslError as error:
            self._rejected("no_call")
            _log.warning("a connection was closed that brought no call: %s", error)
        else:
            self._serve(session, arrival, treatment)
        finally:
            session.stop()

    def hand_back(self) -> None:
        """Lets go of every call: the switch goes on with its dialplan, and a talk between two legs goes on."""
        if self._centre is not None:
            self._centre.service.letting_go = True
        for live in list(self._live.values()):
            live.hand_back()

    def _arrival(self, session: Session) -> "_Arrival":
        """The call that a connection brings. What the switch says of it is large, and not kept. Raises EslError."""
        channel = session.connect()
        self._check_switch(channel)
        call = channel_data.call(channel, self._clock.now())
        context, talked = channel.get("Caller-Context", ""), channel_data.has_talked(channel)
        return _Arrival(call, _first_seq(call, channel), context, talked, channel.get(channel_data.LAST_TALK, ""))

    def _check_switch(self, channel: Mapping[str, str]) -> None:
        """The socket asks for no password, but whoever poses as our switch does not know its id, which the client
        connection was told. Raises EslError.
        """
        core = self._centre.client.core if self._centre is not None else ""
        if core and channel.get("Core-UUID", "") != core:
            raise EslError("it comes from no switch that this engine knows")

    def _serve(self, session: Session, arrival: "_Arrival", treatment: Treatment) -> None:
        if session.uuid in self._over:
            self._rejected("over")
            return
        before = self._live.get(session.uuid)
        if before is not None and before.goes_on():
            before.returned(session)
            session.wait_closed()
            return
        if before is not None:  # one call has one owner
            before.hand_back()
        self._serve_call(session, arrival, treatment)

    def _serve_call(self, session: Session, arrival: "_Arrival", treatment: Treatment) -> None:
        call = arrival.call
        journal = CallJournal(call.uuid, self._clock, self._sinks, arrival.first_seq)
        resume = self._resuming(arrival)
        live = LiveCall(session, call, self._site(), journal, self._carriage(session, arrival), resume)
        self._live[call.uuid] = live
        if self._centre is not None:
            self._centre.call_began(call, arrival.first_seq)
        try:
            live.serve(treatment)
        finally:
            if live.is_over:
                self._over.append(call.uuid)
            if self._live.get(call.uuid) is live:
                del self._live[call.uuid]
                if self._centre is not None:
                    self._centre.call_over(call)

    def _resuming(self, arrival: "_Arrival") -> Resume | None:
        """What finds out where a call goes on; None for one that comes for the first time."""
        if self._resume is None or not arrival.first_seq:
            return None
        return partial(self._resume, talked=arrival.talked, last_leg=arrival.last_leg)

    def _carriage(self, session: Session, arrival: "_Arrival") -> Carriage | None:
        """What may hold the call instead of its socket; None where the switch could not be told the way back."""
        if self._centre is None:
            return None
        try:
            way_back = WayBack(Number(arrival.call.dnis), Name(arrival.context))
        except ValueError:
            return None
        return Carriage(session, self._centre.client, way_back)


class _Arrival(NamedTuple):
    """A call, where its events begin to count, the context of the switch's dialplan that it came by, whether a leg that
    was dialled for it was answered, and with which channel it was connected last.
    """

    call: Call
    first_seq: int
    context: str
    talked: bool
    last_leg: str


def _first_seq(call: Call, channel: Mapping[str, str]) -> int:
    """Where a call's events begin to count: at 0, or beyond those of an engine that had the call before.

    One that comes back counts from its age in milliseconds, for no engine records an event in each.
    """
    return channel_data.age(channel, call.arrived_at) if channel_data.is_again(channel) else 0
