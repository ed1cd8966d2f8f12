"""Carries out what is keyed in a talk, and lets the agent alone hear what came of it."""

import logging
from collections.abc import Callable

from fsapp.desk import matters, prompts, referring
from fsapp.desk.answers import check
from fsapp.desk.in_talk import InTalk
from fsapp.desk.key_reader import Cancelled, Command, Miskeyed, Reading
from fsapp.desk.plan import DeskPlan
from fsapp.desk.ports import Talk
from fsapp.desk.prompts import Said
from fsapp.desk.seat import DeskPorts, standing_of
from fsapp.desk.speaking import Mouth, Sentence
from fsapp.desk.used import BROKEN_OFF, DONE, note_act, used
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.events import Kind
from fsapp.domain.talk import Refusal, Refused

_log = logging.getLogger("fsapp.desk")


class TalkDesk:
    """One agent's talk."""

    def __init__(self, plan: DeskPlan, ports: DeskPorts, talk: Talk, mouth: Mouth) -> None:
        self._plan = plan
        self._ports = ports
        self._talk = talk
        self._mouth = mouth

    def obey(self, reading: Reading) -> None:
        """Does it. Raises nothing: a talk that ends meanwhile is over, and what breaks is said and logged."""
        match reading:
            case Command():
                said = self._done(reading, self._carried_out)
            case Miskeyed():
                said = (prompts.refusal(reading.why),)
            case Cancelled():
                said = (Said.CANCELLED,)
        self._tell(said)

    def refused(self, why: Refusal) -> None:
        """Tells the agent what came of something that had begun well."""
        self._tell((prompts.refusal(why),))

    def refer(self, number: str, other_call: str) -> None:
        """As `obey`, for the telephone's own transfer button: to a number, or to whom its `other_call` is with."""
        code = self._plan.code(referring.HAND_OVER)
        if other_call and code is not None:
            self._tell(self._done(Command(code), lambda _: self._handed_to(other_call)))
        else:
            self.obey(referring.reading(self._plan, self._ports.floor, number))

    def _handed_to(self, other_call: str) -> Sentence:
        """Raises Refused, CallEnded, EslError."""
        agent = self._talk.agent
        self._talk.hand_to_other_call(other_call)
        self._ports.floor.acted(agent, referring.HAND_OVER, agent, call=self._talk.call.uuid, answers=[])
        return ()

    def _done(self, command: Command, carry_out: Callable[[Command], Sentence]) -> Sentence:
        """What is to be said of it. However it ends, the caller's journal knows."""
        outcome = BROKEN_OFF
        try:
            said = carry_out(command)
            outcome = DONE
        except Refused as refused:
            outcome, said = refused.why.value, (prompts.refusal(refused.why),)
        except EslError as error:
            _log.error("%s of agent %s failed: %s", command.code.name, self._talk.agent, error)
            outcome, said = Refusal.FAILED.value, (prompts.refusal(Refusal.FAILED),)
        except CallEnded:
            said = ()
        finally:
            fields = used(command.code, self._talk.agent, command.answers, outcome)
            self._talk.record(Kind.CODE_USED, fields)
        return said

    def _carried_out(self, command: Command) -> Sentence:
        """Raises Refused, CallEnded, EslError."""
        floor, agent = self._ports.floor, self._talk.agent
        seat = InTalk(
            plan=self._plan,
            ports=self._ports,
            call=self._talk.call,
            agent_id=agent,
            standing=standing_of(floor.agent(agent), self._talk.call.uuid),
            talk=self._talk,
        )
        for asks, keys in zip(command.code.asks, command.answers, strict=True):
            check(seat, asks, keys)
        said = matters.IN_TALK[command.code.name](seat, command.answers)
        note_act(seat, command.code, command.answers)
        return said

    def _tell(self, said: Sentence) -> None:
        utterances = self._mouth.utterances(said)
        if not utterances:
            return
        try:
            self._talk.tell(utterances)
        except CallEnded:
            pass
        except EslError as error:
            _log.error("agent %s cannot be told %s: %s", self._talk.agent, said, error)
