"""A talk: one caller, the agent who has the caller now, and whom the agent asks. What agents do with it is here.

Whatever is asked in a state that does not allow it raises Refused, and nothing has changed.
"""

import logging
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

import gevent

from fsapp.acd.consults import Consult
from fsapp.acd.events import TalkEnded, TalkFailed, TalkStarted, TalkTakenOver
from fsapp.acd.ports import PhoneLeg
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.queueing import Held, SentTo, TalkBegan, TalkOver
from fsapp.domain.talk import Consulted, Destination, Refusal, Refused, ToLabel, ToQueue

if TYPE_CHECKING:
    from fsapp.acd.helping import Help
    from fsapp.acd.places import Place
    from fsapp.acd.service import Service

_LOG = logging.getLogger("fsapp.acd")


class TalkState(StrEnum):
    """`away`: a label of the flow has the caller for a moment, and the agent waits."""

    CONNECTING = "connecting"
    TALKING = "talking"
    HELD = "held"
    AWAY = "away"
    OVER = "over"


_WITH_CALLER = (TalkState.CONNECTING, TalkState.TALKING)
_WITH_AGENT = (TalkState.TALKING, TalkState.HELD)


class Talk:
    """Begins when somebody has answered. `agent` is empty where an outside number has the caller."""

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

    # From the answer to the end.

    def start(self) -> bool:
        """Whispers to the agent, and connects; waits. False where caller or agent was gone before that."""
        if self._introduced():
            self._service.tell(TalkStarted(self.contact))
            self.place.put(TalkBegan(self.agent))
            self._service.show("answer", self)
            return True
        if self.state is TalkState.CONNECTING:
            self._finish()
            self.leg.hang_up()
            self._service.tell(TalkFailed(self.contact))
            self.place.put(Held())  # the music has stopped, perhaps
        return False

    def leg_gone(self, leg: PhoneLeg) -> None:
        """A phone hung up. If it was the agent's, a consulted one may follow."""
        if leg is not self.leg or self.state in (TalkState.OVER, TalkState.CONNECTING):
            return
        consult = self.consult
        if consult is None:
            self._end()
        elif consult.answered:
            try:
                self.hand_over()
            except Refused:
                self._end()
        else:
            self._leave_to(consult)

    def caller_left(self) -> None:
        """The caller is gone, or goes another way: nobody is left to talk to. Unless it is the engine that goes.

        Does not wait; the dispatcher is told by the place, for there may have been no talk yet.
        """
        self._finish()
        if not self._service.letting_go:
            self._drop_consult()
            gevent.spawn(self.leg.hang_up)

    def give_up(self) -> None:
        """Nobody waits for this talk to begin any more; does not wait."""
        if self.state is TalkState.CONNECTING:
            self._finish()
            gevent.spawn(self.leg.hang_up)

    # What the agent asks for.

    def hold(self) -> None:
        """The caller hears music, the agent nothing."""
        if self.state is not TalkState.TALKING:
            raise Refused(Refusal.ON_HOLD if self.state is TalkState.HELD else Refusal.TOO_LATE)
        self._hold()

    def take_back(self) -> None:
        """Both hear each other again; whoever is consulted is dropped."""
        if self.state is not TalkState.HELD:
            raise Refused(Refusal.NOT_ON_HOLD if self.state is TalkState.TALKING else Refusal.TOO_LATE)
        self._drop_consult()
        self._reconnect()

    def send(self, to: Destination) -> None:
        """Lets the caller go, without a word to whoever is there; who cannot be reached costs the caller no place."""
        self._must_have_agent()
        if isinstance(to, ToLabel):
            self._send_to_label(to)
        elif isinstance(to, ToQueue):
            self._service.must_know_queue(to.queue)
            self._release_caller()
            self._service.requeue(self.place, to.queue)
        else:
            consult = Consult(self._service, self, self._service.find(to))
            self._release_caller()
            self._leave_to(consult)
            consult.start()

    def ask(self, whom: Consulted) -> None:
        """Holds the caller and rings another one, to whom the agent talks first."""
        self._must_have_agent()
        if self.consult is not None:
            raise Refused(Refusal.CONSULTING)
        consult = Consult(self._service, self, self._service.find(whom))
        if self.state is TalkState.TALKING:
            self._hold()
        self.consult = consult
        consult.start()

    def hand_over(self) -> None:
        """The consulted one has the caller from now on; the agent is free."""
        consult = self._answered_consult()
        if not self._bridge(consult.phone):
            raise Refused(Refusal.TOO_LATE)
        self.consult = None
        self._pass_on(consult.party.agent, consult.phone)
        consult.handed_over()

    def taken_by(self, agent: str, leg: PhoneLeg) -> None:
        """Another one has the caller from now on, a supervisor perhaps; the agent is free."""
        self._must_have_agent()
        before, self.state = self.state, TalkState.CONNECTING  # the agent's leg ends with it: no end of the talk
        connected = self._bridge(leg)
        if self.state is not TalkState.CONNECTING:
            raise Refused(Refusal.TOO_LATE)
        self.state = before
        if not connected:
            self._check_leg()
            raise Refused(Refusal.TOO_LATE)
        self._drop_consult()
        self._pass_on(agent, leg)

    def conference(self) -> None:
        """Caller, agent and the consulted one hear one another."""
        consult = self._answered_consult()
        self._service.lines.part(self.leg.uuid, consult.phone.uuid)
        self._reconnect()
        consult.join(self.leg.uuid)

    def cancel(self) -> None:
        """Drops the consulted one, and takes the caller back."""
        if self.consult is None:
            raise Refused(Refusal.NOT_CONSULTING)
        self._drop_consult()
        if self.state is TalkState.HELD:
            self._reconnect()

    def resume(self) -> None:
        """The flow's label is done with the caller, whom the agent awaits."""
        if self.state is TalkState.AWAY:
            with suppress(CallEnded, EslError):
                self.leg.stop_music()
            with suppress(Refused):
                self._reconnect()

    # How it is done.

    def _introduced(self) -> bool:
        try:
            if self.place.request.whisper is not None and self.agent:
                self.leg.play([self.place.request.whisper])
        except (CallEnded, EslError):
            return False
        return self.state is TalkState.CONNECTING and self._connect()

    def _connect(self) -> bool:
        """Whether the two talk; the caller may have left while they were connected."""
        if not self._bridge(self.leg) or self.state is not TalkState.CONNECTING:
            return False
        self.state = TalkState.TALKING
        self._check_leg()
        return True

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
        """The caller hears this leg by now: the former agent is let go."""
        self._agent_is_done()
        former, self.leg, self.agent = self.leg, leg, agent
        self.state = TalkState.TALKING
        self._service.tell(TalkTakenOver(self.contact, agent) if agent else TalkEnded(self.contact))
        self._service.show("transfer", self)
        former.hang_up()

    def _reconnect(self) -> None:
        self.state = TalkState.CONNECTING
        if not self._connect():
            self._end()
            raise Refused(Refusal.TOO_LATE)

    def _hold(self) -> None:
        self._part()
        self.place.put(Held())

    def _part(self) -> None:
        try:
            self._service.lines.part(self.place.caller, self.leg.uuid)
        except EslError:
            raise Refused(Refusal.TOO_LATE) from None
        self.state = TalkState.HELD

    def _send_to_label(self, to: ToLabel) -> None:
        if not to.returns:
            self._release_caller()
            self.place.put(SentTo(to.label, returns=False))
            return
        if self.state is TalkState.TALKING:
            self._part()
        self._drop_consult()
        self.state = TalkState.AWAY
        with suppress(CallEnded, EslError):
            self.leg.wait_music()
        self.place.put(SentTo(to.label, returns=True))

    def _release_caller(self) -> None:
        """The agent is free, and the caller goes on elsewhere."""
        if self.state is TalkState.TALKING:
            self._part()
        self._service.show("transfer", self)
        self._release_agent()

    def _release_agent(self) -> None:
        self._finish()
        self._drop_consult()
        self.leg.hang_up()
        self._service.tell(TalkEnded(self.contact))

    def _leave_to(self, consult: Consult) -> None:
        """The agent is gone while another phone rings for the caller: that one goes on by itself."""
        self.consult = None
        consult.alone = True
        if self.state is not TalkState.OVER:
            self._release_agent()
        self.place.consult = consult

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
        self._service.show("end", self)
        self._agent_is_done()

    def _agent_is_done(self) -> None:
        """Of the agent who had the caller so far no keys count, and nobody needs to help; does not wait."""
        self._service.keys_end(self)
        if self.help is not None:
            self.help.drop()

    def _answered_consult(self) -> Consult:
        if self.consult is None or not self.consult.answered:
            raise Refused(Refusal.NOT_CONSULTING)
        return self.consult

    def _drop_consult(self) -> None:
        consult, self.consult = self.consult, None
        if consult is not None:
            consult.drop()

    def _must_have_agent(self) -> None:
        if self.state not in _WITH_AGENT:
            raise Refused(Refusal.TOO_LATE)
