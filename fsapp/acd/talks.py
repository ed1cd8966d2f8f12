"""A talk: one caller, the agent who has the caller now, and whom the agent asks. What agents do with it is here.

Whatever is asked in a state that does not allow it raises Refused, and nothing has changed.
"""

from contextlib import suppress

import gevent

from fsapp.acd.consults import Consult
from fsapp.acd.events import TalkFailed, TalkStarted
from fsapp.acd.ports import PhoneLeg
from fsapp.acd.talk_line import TalkLine, TalkState
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.queueing import FaxWanted, Held, SentTo, TalkBegan
from fsapp.domain.talk import Consulted, Destination, Refusal, Refused, ToLabel, ToQueue

__all__ = ["Talk", "TalkState"]


class Talk(TalkLine):
    """Begins when somebody has answered."""

    # From the answer to the end.

    def start(self) -> bool:
        """Whispers to the agent, and connects; waits. False where caller or agent was gone before that."""
        if self._introduced():
            self._service.tell(TalkStarted(self.contact))
            self.place.put(TalkBegan(self.agent))
            self._show("answer")
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
            self._leave_talking(consult)
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
        try:
            self._give_to(consult.party.agent, consult.phone)
        except Refused:
            if consult.over and self.state is TalkState.HELD:  # gone meanwhile
                self._reconnect()
            raise
        self.consult = None
        consult.handed_over()

    def taken_by(self, agent: str, leg: PhoneLeg) -> None:
        """Another one has the caller from now on, a supervisor perhaps; the agent is free."""
        self._must_have_agent()
        self._give_to(agent, leg)
        self._drop_consult()

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

    def fax(self, document: str) -> None:
        """The flow sends a document to the caller's machine, while the agent waits."""
        self._must_have_agent()
        self._send_away()
        self.place.put(FaxWanted(document))

    def resume(self, why: Refusal | None = None) -> None:
        """The flow is done with the caller, whom the agent awaits; `why` what was wanted came to nothing."""
        if self.state is not TalkState.AWAY:
            return
        with suppress(CallEnded, EslError):
            self.leg.stop_music()
        with suppress(Refused):
            self._reconnect()
            if why is not None:
                self._service.refuse(self.agent, why)

    # How it is done.

    def _show(self, moment: str) -> None:
        self._service.show(moment, self)

    def _keys_end(self) -> None:
        self._service.keys_end(self)

    def _introduced(self) -> bool:
        try:
            if self.place.request.whisper is not None and self.agent:
                self.leg.play([self.place.request.whisper])
        except (CallEnded, EslError):
            return False
        return self.state is TalkState.CONNECTING and self._connect()

    def _hold(self) -> None:
        self._part()
        self.place.put(Held())

    def _send_to_label(self, to: ToLabel) -> None:
        if not to.returns:
            self._release_caller()
            self.place.put(SentTo(to.label, returns=False))
            return
        self._send_away()
        self.place.put(SentTo(to.label, returns=True))

    def _send_away(self) -> None:
        """The flow has the caller for a moment, and the agent hears music."""
        if self.state is TalkState.TALKING:
            self._part()
        self._drop_consult()
        self.state = TalkState.AWAY
        with suppress(CallEnded, EslError):
            self.leg.wait_music()

    def _release_caller(self) -> None:
        """The agent is free, and the caller goes on elsewhere."""
        if self.state is TalkState.TALKING:
            self._part()
        self._show("transfer")
        self._release_agent()

    def _leave_talking(self, consult: Consult) -> None:
        """The agent is gone; the consulted one has the caller. In a conference the switch parts caller and agent at the
        same moment, so that the first attempt may come to nothing.
        """
        for _ in range(2):
            try:
                return self.hand_over()
            except Refused:
                if consult.phone.gone or self.state is TalkState.OVER:
                    break
        return self._end()

    def _leave_to(self, consult: Consult) -> None:
        """The agent is gone while another phone rings for the caller: that one goes on by itself."""
        self.consult = None
        consult.alone = True
        if self.state is not TalkState.OVER:
            self._release_agent()
        self.place.consult = consult

    def _answered_consult(self) -> Consult:
        if self.consult is None or not self.consult.answered:
            raise Refused(Refusal.NOT_CONSULTING)
        return self.consult
