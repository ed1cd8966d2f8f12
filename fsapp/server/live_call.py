"""One call from its arrival to its last event: exactly one CallHungUp, whatever breaks on the way."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import gevent

from fsapp.desk.desk import Desk
from fsapp.domain.call import Call
from fsapp.domain.causes import Cause
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.events import Kind
from fsapp.esl.carriage import Carriage
from fsapp.esl.channel import Channel
from fsapp.esl.ending import Ending, Party
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.flow.announcing import ALL_LINES_BUSY, APOLOGY, Announcer, serve
from fsapp.flow.context import Ports
from fsapp.flow.model import Flows
from fsapp.flow.ports import Recorder
from fsapp.flow.reception import Plan, arrival, receive, resume
from fsapp.flow.resuming import Resumption
from fsapp.server.listener import Treatment

_log = logging.getLogger("fsapp.calls")

SWITCH_LOST = "switch_lost"
"""The cause where the connection to the switch ended before the call did."""

NEWS_SECONDS = 1.0
"""For the news that a call's socket died, where the switch has brought the call on another one already."""

HANDED_BACK = "handed_back"
"""The cause where the engine, about to stop, gave the call back to the switch."""


@dataclass(frozen=True, slots=True)
class Site:
    """What calls are served by. A reload makes a new one; a call ends with the one that it began with.

    `languages` are those that a caller is addressed in before a flow has said which.
    """

    plan: Plan
    ports: Ports
    languages: tuple[str, ...]
    desk: Desk | None = None


Resume = Callable[[str, Flows], Resumption | None]
"""Where a call, by its id, goes on; None where it begins anew."""


class LiveCall:
    """A call under way, in the greenlet that serves it; while it waits in a queue it may have no socket."""

    def __init__(
        self,
        session: Session,
        call: Call,
        site: Site,
        recorder: Recorder,
        carriage: Carriage | None = None,
        resume: Resume | None = None,
    ) -> None:
        """`resume` finds out where a call goes on that another engine had."""
        self.uuid = call.uuid
        self._resume = resume
        self._session = session
        self._carriage = carriage
        self._call = call
        self._site = site
        self._recorder = recorder
        self._channel = session.channel
        self._channel.lost_cause = SWITCH_LOST
        self._leg = EslLeg(session.channel, carriage)
        self._announcer = Announcer(
            self._leg, site.ports.voice, recorder, site.languages, answered=lambda: session.channel.answered
        )
        self._handed_back = False

    def serve(self, treatment: Treatment) -> None:
        """Treats the call, and records its end; raises nothing."""
        cause = Cause.NORMAL_TEMPORARY_FAILURE
        try:
            with _Interruptible(self._channel):
                cause = self._treated(treatment)
        except (CallEnded, EslError):
            pass  # `_ending` says which
        except Exception:
            _log.exception("call %s broke", self.uuid)
            self._apologise()
        finally:
            self._hang_up(cause)
            self._recorder.record(Kind.CALL_HUNG_UP, self._ending())
            if self._carriage is not None:
                self._carriage.close()

    @property
    def apart(self) -> bool:
        """Whether the call has no socket of its own at the moment: a new one will bring it back."""
        return self._carriage is not None and self._carriage.apart

    def goes_on(self) -> bool:
        """Whether the call is to go on where the switch brings it a second time; waits a moment for news of its end.

        If its socket died it is over, and begins again where it was.
        """
        if self._carriage is None or self._handed_back:
            return False
        return self.apart or not self._channel.is_gone_within(NEWS_SECONDS)

    def returned(self, session: Session) -> None:
        """The switch brought the call on another socket."""
        if self._carriage is not None:
            self._carriage.returned(session)

    @property
    def is_over(self) -> bool:
        """Whether the switch has told of the call's end: it cannot come back then."""
        gone = self._channel.gone
        return not self._handed_back and isinstance(gone, CallEnded) and gone.cause != SWITCH_LOST

    def hand_back(self) -> None:
        """Lets go of the call: the switch goes on with its dialplan. One that is as good as over ends by itself."""
        if self._ends():
            return
        self._handed_back = True
        self._channel.leave(CallEnded(HANDED_BACK))  # first: for the flow this is an end, and no failure
        if self._carriage is not None:
            self._carriage.hand_back()
        self._session.stop()

    def _ends(self) -> bool:
        """Whether somebody has hung up, and only the news of it is awaited."""
        return self._channel.asked or self.is_over

    def _treated(self, treatment: Treatment) -> Cause:
        """Does what is to be done; gives the cause to hang up with if the caller is still there after it."""
        if treatment is Treatment.SERVE:
            return self._served()
        self._recorder.record(Kind.CALL_ARRIVED, arrival(self._call))
        self._recorder.record(Kind.CALL_REFUSED, {"reason": "capacity"})
        if treatment is Treatment.BUSY:
            self._announcer.announce(ALL_LINES_BUSY)
        return Cause.SWITCH_CONGESTION

    def _served(self) -> Cause:
        site = self._site
        if site.desk is not None and site.desk.knows(self._call.dnis, self._call.trunk):
            site.desk.serve(self._call, self._call.phone, self._leg, self._recorder)
            return Cause.NORMAL_CLEARING
        flows = site.plan.flows
        resumed = self._resume(self.uuid, flows) if self._resume is not None else None
        if resumed is not None:
            resumed = replace(resumed, answered=resumed.answered and self._channel.answered)
            going_on = resume(resumed, self._call, self._leg, site.ports, self._recorder)
            return serve(going_on, flows, self._announcer, resumed)
        received = receive(site.plan, self._call, self._leg, site.ports, self._recorder)
        return serve(received, flows, self._announcer)

    def _apologise(self) -> None:
        with suppress(CallEnded, EslError):
            self._announcer.announce(APOLOGY)

    def _hang_up(self, cause: str) -> None:
        if self._channel.gone is None:
            with suppress(CallEnded, EslError):
                self._leg.hang_up(cause)

    def _ending(self) -> Mapping[str, Any]:
        if self._handed_back:
            return {"cause": HANDED_BACK, "party": Party.ENGINE.value}
        return ending_fields(self._leg.ending())


def ending_fields(ending: Ending) -> Mapping[str, Any]:
    """What CallHungUp says of a call's end."""
    fields: dict[str, Any] = {"cause": ending.cause or SWITCH_LOST, "party": ending.party.value}
    if ending.billable_ms is not None:
        fields |= {"billable_ms": ending.billable_ms, "sip_call_id": ending.sip_call_id, "codec": ending.codec}
    return fields


class _Interruptible:
    """While in force, the channel's end also ends what this greenlet waits for elsewhere: a look-up, a voice."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._greenlet = gevent.getcurrent()
        self._in_force = False

    def __enter__(self) -> Self:
        self._in_force = True
        self._channel.on_gone = self._gone
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._in_force = False

    def _gone(self, reason: CallEnded | EslError) -> None:
        gevent.get_hub().loop.run_callback(self._interrupt, reason)

    def _interrupt(self, reason: CallEnded | EslError) -> None:
        if self._in_force:  # asked only now: the work may have ended since the news came
            self._greenlet.throw(reason)
