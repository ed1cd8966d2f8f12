"""Which talks are recorded: by the queue's rule, by the flow's step, by the agent's code; one file a talk.

What is recorded is the caller's channel: left what the caller says, right what the caller hears. So hold, consulting
and handing over need nothing done. A recording that a talk began ends when the caller has left the queue, one that the
flow began when the flow or the call ends it.
"""

from collections.abc import Mapping
from uuid import uuid4

from fsapp.acd.entries import RecordRulesLoaded
from fsapp.acd.places import Place
from fsapp.acd.service import Service
from fsapp.acd.settings import QueueSettings
from fsapp.acd.talks import Talk, TalkState
from fsapp.domain.call import Call
from fsapp.domain.recording import RecordRule
from fsapp.domain.recording_coverage import LEFT
from fsapp.domain.talk import Recording, Refusal, Refused
from fsapp.server.tape_deck import TapeDeck
from fsapp.server.tapes import RULE, STEP, Tape

ASKED = "asked"
"""Why a recording is silent where the flow or an agent asked for that."""


class TalkRecorder:
    """Satisfies fsapp.acd.recording.TalkRecorder and fsapp.flow.ports.CallRecorder."""

    def __init__(self, deck: TapeDeck, service: Service) -> None:
        self._deck = deck
        self._service = service
        self._rules: Mapping[str, str] | None = None
        service.recorder = self

    def use(self, queues: Mapping[str, QueueSettings]) -> None:
        """These are the queues from now on: what they say of recording is kept, for those who ask later."""
        rules = {name: each.record.value for name, each in queues.items()}
        if rules != self._rules:
            self._rules = rules
            self._service.keep(RecordRulesLoaded(self._service.now(), rules))

    # What a talk does.

    def moment(self, moment: str, talk: Talk) -> None:
        """Neither waits nor raises."""
        if self._service.letting_go or moment not in ("answer", "transfer"):
            return
        if talk.state is not TalkState.TALKING:  # the agent lets go; whoever comes next is told of then
            return
        tape, rule = self._deck.of(talk.place.caller), self._rule(talk)
        if tape is None and rule is RecordRule.ALWAYS:
            self._begin(talk.place.request.call, RULE, talk)
        elif tape is not None and rule is RecordRule.NEVER:
            self._deck.end(tape, f"the queue {talk.place.request.queue} is in no recording")
        elif tape is not None:
            tape.joined(talk.agent, (talk.leg.uuid,))

    def left(self, place: Place) -> None:
        """Neither waits nor raises."""
        tape = self._deck.of(place.caller)
        if tape is not None and not tape.of_flow and not self._service.letting_go:
            self._deck.end(tape, LEFT)

    def asked(self, what: Recording, talk: Talk) -> None:
        """The agent keyed a code. Raises Refused."""
        rule = self._rule(talk)
        if rule is RecordRule.NEVER:
            raise Refused(Refusal.NOT_SET_UP)
        if rule is RecordRule.ALWAYS and what is Recording.STOP:
            raise Refused(Refusal.ALWAYS_RECORDED)
        call = talk.place.request.call
        if what is not Recording.START:
            if not self._told(what, call.uuid, talk.agent):
                raise Refused(Refusal.ALREADY_SO)
        elif self._deck.of(call.uuid) is not None:
            raise Refused(Refusal.ALREADY_SO)
        elif not self._begin(call, talk.agent, talk):
            raise Refused(Refusal.FAILED)

    # What a flow does.

    def start(self, call: Call) -> bool:
        """Whether the call is recorded from now on, or was already."""
        return self._deck.of(call.uuid) is not None or self._begin(call, STEP)

    def stop(self, call: str) -> bool:
        """Whether there was anything to end."""
        return self._told(Recording.STOP, call, STEP)

    def mask(self, call: str, by: str) -> bool:
        """Waits until it is so; without a recording there is nothing to do."""
        tape = self._deck.of(call)
        return tape is not None and self._deck.mask(tape, by, by)

    def unmask(self, call: str, by: str) -> bool:
        """Whether this was a reason for silence."""
        tape = self._deck.of(call)
        return tape is not None and self._deck.unmask(tape, by, by)

    def came_back(self, call: str) -> None:
        """The caller is on a socket of this engine's: the talk that another engine began is over."""
        tape = self._deck.of(call)
        if tape is not None and tape.adopted and not tape.of_flow:
            self._deck.end(tape, LEFT)

    # How it is done.

    def _rule(self, talk: Talk) -> RecordRule:
        settings = self._service.queues.get(talk.place.request.queue)
        return settings.record if settings is not None else RecordRule.ON_DEMAND

    def _begin(self, call: Call, by: str, talk: Talk | None = None) -> bool:
        tape = Tape(
            id=uuid4().hex,
            call=call.uuid,
            contact=talk.contact if talk else "",
            queue=talk.place.request.queue if talk else "",
            caller=call.ani,
            called=call.dnis,
            by=by,
            path="",
            began=self._service.now(),
        )
        tape.joined(talk.agent if talk else "", (call.uuid, *([talk.leg.uuid] if talk else [])))
        return self._deck.begin(tape)

    def _told(self, what: Recording, call: str, by: str) -> bool:
        tape = self._deck.of(call)
        if tape is None:
            return False
        if what is Recording.STOP:
            self._deck.end(tape, f"{by} ended it")
            return True
        return (self._deck.mask if what is Recording.MASK else self._deck.unmask)(tape, by, ASKED)
