"""The line of a talk: the caller's channel and that of whoever has the caller, connected, parted and let go."""

import logging
from enum import StrEnum
from typing import TYPE_CHECKING

import gevent

from fsapp.acd.events import TalkEnded, TalkTakenOver
from fsapp.acd.ports import PhoneLeg
from fsapp.domain.errors import EslError
from fsapp.domain.queueing import TalkOver
from fsapp.domain.talk import Refusal, Refused

if TYPE_CHECKING:
    from fsapp.acd.consults import Consult
    from fsapp.acd.helping import Help
    from fsapp.acd.places import Place
    from fsapp.acd.service import Service

_LOG = logging.getLogger("fsapp.acd")


class TalkState(StrEnum):
    """`away`: the flow has the caller for a moment, a label or a fax, and the agent waits."""

    CONNECTING = "connecting"
    TALKING = "talking"
    HELD = "held"
    AWAY = "away"
    OVER = "over"


_WITH_CALLER = (TalkState.CONNECTING, TalkState.TALKING)
_WITH_AGENT = (TalkState.TALKING, TalkState.HELD)


class TalkLine:
    """`agent` is empty where an outside number has the caller. A talk says who is told of what happens to its line."""

    def __init__(self, service: "Service", place: "Place", agent: str, leg: PhoneLeg) -> None:
        self.place = place
        self.contact = place.contact
        self.agent = agent
        self.leg = leg
        self.began = service.now()
        self.state = TalkState.CONNECTING
        self.consult: Consult | None = None
        self.help: Help | None = None
        self._service = service

    @property
    def has_caller(self) -> bool:
        """Whether the caller talks, or is about to: nothing may be played to the caller then."""
        return self.state in _WITH_CALLER

    def leg_gone(self, leg: PhoneLeg) -> None:
        """A phone hung up."""
        raise NotImplementedError

    def _show(self, moment: str) -> None:
        """Tells the agent's screen."""
        raise NotImplementedError

    def _keys_end(self) -> None:
        """No more keys of the agent's count."""
        raise NotImplementedError

    def _connect(self) -> bool:
        """Whether caller and agent talk; the caller may have left while they were connected."""
        if not self._bridge(self.leg) or self.state is not TalkState.CONNECTING:
            return False
        self.state = TalkState.TALKING
        self._check_leg()
        return True

    def _reconnect(self) -> None:
        """Raises Refused."""
        self.state = TalkState.CONNECTING
        if not self._connect():
            self._end()
            raise Refused(Refusal.TOO_LATE)

    def _give_to(self, agent: str, leg: PhoneLeg) -> None:
        """The caller hears another leg from now on, and the former agent is let go. Raises Refused.

        The former leg may end with its talk, before the answer is known: that is not the end of this talk.
        """
        before, self.state = self.state, TalkState.CONNECTING
        connected = self._bridge(leg)
        if self.state is not TalkState.CONNECTING:
            raise Refused(Refusal.TOO_LATE)
        self.state = before
        if not connected:
            self._check_leg()
            raise Refused(Refusal.TOO_LATE)
        self._pass_on(agent, leg)
        self._check_leg()

    def _check_leg(self) -> None:
        """Its end may have come too early to count."""
        if self.leg.gone:
            gevent.spawn(self.leg_gone, self.leg)

    def _bridge(self, leg: PhoneLeg) -> bool:
        try:
            return not leg.gone and self._service.lines.connect(self.place.caller, leg.uuid)
        except EslError as error:
            _LOG.warning("contact %s cannot be connected: %s", self.contact, error)
            return False

    def _pass_on(self, agent: str, leg: PhoneLeg) -> None:
        self._agent_is_done()
        former, self.leg, self.agent = self.leg, leg, agent
        self.state = TalkState.TALKING
        self._service.tell(TalkTakenOver(self.contact, agent) if agent else TalkEnded(self.contact))
        self._show("transfer")
        gevent.spawn(former.hang_up)

    def _part(self) -> None:
        """Raises Refused."""
        try:
            self._service.lines.part(self.place.caller, self.leg.uuid)
        except EslError:
            raise Refused(Refusal.TOO_LATE) from None
        self.state = TalkState.HELD

    def _release_agent(self) -> None:
        """The caller goes on without this agent."""
        self._finish()
        self._drop_consult()
        self.leg.hang_up()
        self._service.tell(TalkEnded(self.contact))

    def _end(self) -> None:
        """The agent is lost, and the caller is there still."""
        if self.state is TalkState.OVER:
            return
        self._finish()
        self._drop_consult()
        self.leg.hang_up()
        self._service.tell(TalkEnded(self.contact))
        self.place.put(TalkOver(self.agent, self._service.now() - self.began))

    def _finish(self) -> None:
        if self.state is TalkState.OVER:
            return
        self.state = TalkState.OVER
        if self.place.talk is self:
            self.place.talk = None
        self._show("end")
        self._agent_is_done()

    def _agent_is_done(self) -> None:
        """Of the agent who had the caller so far no keys count, and nobody needs to help; does not wait."""
        self._keys_end()
        if self.help is not None:
            self.help.drop()

    def _drop_consult(self) -> None:
        consult, self.consult = self.consult, None
        if consult is not None:
            consult.drop()

    def _must_have_agent(self) -> None:
        """Raises Refused."""
        if self.state not in _WITH_AGENT:
            raise Refused(Refusal.TOO_LATE)
