"""The desk: takes the calls of agents' phones that dial a code, and listens to the keys of their talks."""

from dataclasses import dataclass

from fsapp.desk import matters, prompts
from fsapp.desk.codes import Code, Group
from fsapp.desk.dialogue import Dialogue
from fsapp.desk.pin_guard import PinGuard
from fsapp.desk.plan import DeskPlan
from fsapp.desk.ports import Talk
from fsapp.desk.seat import Answers, DeskPorts, standing_of
from fsapp.desk.speaking import Mouth, Sentence
from fsapp.desk.talk_desk import TalkDesk
from fsapp.desk.talk_keys import TalkKeys
from fsapp.desk.typed import split
from fsapp.desk.used import BROKEN_OFF, DONE, note_act, used
from fsapp.desk.visit import Visit, asked_openly
from fsapp.domain.call import Call
from fsapp.domain.events import Kind
from fsapp.domain.talk import Refusal, Refused
from fsapp.flow.ports import Leg, Recorder
from fsapp.flow.reception import arrival

_BY_ANYBODY = frozenset({"sign_in"})


@dataclass(frozen=True, slots=True)
class Desk:
    """One site's desk. A reload makes a new one, with the same `pins`."""

    plan: DeskPlan
    ports: DeskPorts
    pins: PinGuard

    def knows(self, dnis: str, trunk: str) -> bool:
        """Whether a call is the desk's: from a phone, with a code or what looks like one."""
        return trunk in self.plan.profiles and (dnis.startswith("*") or self.plan.dialled(dnis) is not None)

    def serve(self, call: Call, phone: str, leg: Leg, recorder: Recorder) -> None:
        """Does what was dialled, to the last word. `phone` is the extension that calls, as the switch proved it.

        Raises CallEnded and EslError, as the leg does; whatever was not confirmed by then has been done or has not.
        """
        code = self.plan.dialled(call.dnis)
        typed = split(call.dnis[len(code.keys) :], self.plan.shapes(asked_openly(code))) if code else ()
        _record_arrival(call, code, typed, recorder)
        visit = self._visit(call, phone, leg, recorder)
        leg.answer()
        recorder.record(Kind.CALL_ANSWERED, {})
        visit.dialogue.say(self._done(visit, code, typed) if code else (prompts.refusal(Refusal.UNKNOWN_CODE),))

    def join(self, talk: Talk) -> TalkKeys:
        """Listens to the keys of an agent's talk, until it is closed."""
        desk = TalkDesk(self.plan, self.ports, talk, self._mouth(talk.agent))
        return TalkKeys(self.plan, desk, self.ports.clock)

    def _mouth(self, agent: str) -> Mouth:
        record = self.ports.records.find(agent)
        return Mouth(self.ports.voice, self.plan.language_of(record, self.ports.language))

    def _visit(self, call: Call, phone: str, leg: Leg, recorder: Recorder) -> Visit:
        agent = self.ports.floor.agent_at(phone)
        return Visit(
            plan=self.plan,
            ports=self.ports,
            call=call,
            agent_id=agent.id if agent else "",
            standing=standing_of(agent, call.uuid),
            phone=phone,
            dialogue=Dialogue(leg, self._mouth(agent.id if agent else "")),
            pins=self.pins,
            recorder=recorder,
        )

    def _done(self, visit: Visit, code: Code, typed: Answers | None) -> Sentence:
        """What is to be said of it. However it ends, the journal knows."""
        outcome, answers = BROKEN_OFF, typed or ()
        try:
            _check(visit, code)
            if typed is None:
                raise Refused(Refusal.TOO_MANY_KEYS)
            answers = visit.answers(code, typed)
            said = matters.DIALLED[code.name](visit, answers)
            outcome = DONE
            note_act(visit, code, answers)
        except Refused as refused:
            outcome, said = refused.why.value, (prompts.refusal(refused.why),)
        finally:
            fields = used(code, visit.agent_id, answers, outcome)
            visit.recorder.record(Kind.CODE_USED, {**fields, "phone": visit.phone})
        return said


def _check(visit: Visit, code: Code) -> None:
    """Whether this code is for whoever calls. Raises Refused."""
    if not code.dialled:
        raise Refused(Refusal.ONLY_IN_TALK)
    if not visit.agent_id and code.name not in _BY_ANYBODY:
        raise Refused(Refusal.NOT_SIGNED_IN)
    if code.group is Group.SUPERVISOR and not visit.is_supervisor:
        raise Refused(Refusal.NOT_SUPERVISOR)


def _record_arrival(call: Call, code: Code | None, typed: Answers | None, recorder: Recorder) -> None:
    """Too many keys behind a code may have been a PIN: these are kept nowhere."""
    dnis = code.keys if code is not None and typed is None else call.dnis
    recorder.record(Kind.CALL_ARRIVED, {**arrival(call), "dnis": dnis})
