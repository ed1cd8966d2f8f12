"""A code that was dialled: the call of an agent's phone that reaches the desk."""

from dataclasses import dataclass

from fsapp.acd.events import OtherCallEnded, OtherCallStarted
from fsapp.desk import answers, prompts
from fsapp.desk.codes import Asks, Code
from fsapp.desk.dialogue import Dialogue
from fsapp.desk.pin_guard import PinGuard
from fsapp.desk.seat import Answers, Seat
from fsapp.domain.talk import Refused
from fsapp.flow.ports import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Seat):
    """`phone` is the extension that calls, as the switch proved it."""

    phone: str
    dialogue: Dialogue
    pins: PinGuard
    recorder: Recorder

    def answers(self, code: Code, typed: Answers) -> Answers:
        """What the code asks for: as typed behind it, else asked. A PIN is no part of it. Raises Refused."""
        return tuple(
            self._answer(asks, typed[index] if index < len(typed) else "")
            for index, asks in enumerate(asked_openly(code))
        )

    def occupy(self, agent: str) -> None:
        """A phone of the agent is in this call: nothing is offered there until it is over."""
        self.ports.floor.tell(OtherCallStarted(agent, self.call.uuid))

    def vacate(self, agent: str) -> None:
        """Not any more."""
        self.ports.floor.tell(OtherCallEnded(agent, self.call.uuid))

    def _answer(self, asks: Asks, keys: str) -> str:
        try:
            if keys:
                answers.check(self, asks, keys)
                return keys
        except Refused as refused:
            self.dialogue.say((prompts.refusal(refused.why),))
        question = (prompts.question(asks),)
        return self.dialogue.ask(question, self.plan.shape(asks), lambda given: answers.check(self, asks, given))


def asked_openly(code: Code) -> tuple[Asks, ...]:
    """What may be dialled behind a code: not a PIN, since what is dialled is kept."""
    return tuple(asks for asks in code.asks if asks is not Asks.PIN)
