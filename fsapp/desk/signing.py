"""Signing in, at any phone, and out."""

from dataclasses import replace

import gevent

from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.events import AgentReady, AgentSignedIn, AgentSignedOut, OtherCallEnded
from fsapp.desk import prompts
from fsapp.desk.codes import Asks
from fsapp.desk.pin_guard import TRIES
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers, Seat
from fsapp.desk.speaking import Sentence, Value
from fsapp.desk.visit import Visit
from fsapp.domain.agent import AgentRecord
from fsapp.domain.pin import pin_matches
from fsapp.domain.talk import Refusal, Refused


def sign_in(visit: Visit, answers: Answers) -> Sentence:
    """Somebody who is signed in elsewhere moves here (hot desking)."""
    number = answers[0]
    _check_phone(visit, number)
    record = _proved(visit, number)
    visit.dialogue.mouth = replace(visit.dialogue.mouth, language=visit.plan.language_of(record, visit.ports.language))
    agent = visit.ports.floor.agent(number)
    if agent is None:
        raise Refused(Refusal.FAILED)
    _check_phone(visit, number)  # while the PIN was keyed somebody may have signed in
    moved_from = _made_free(visit, agent)
    _seat(visit, number, ready=not record.manual_ready)
    said: Sentence = (Said.SIGNED_IN_NOT_READY if record.manual_ready else Said.SIGNED_IN,)
    return (*said, Said.MOVED_FROM, Value("digits", moved_from)) if moved_from else said


def sign_out(seat: Seat, _: Answers) -> Sentence:
    """In a talk: once it is over."""
    seat.ports.floor.tell(AgentSignedOut(seat.agent.id))
    seat.ports.floor.tell(OtherCallEnded(seat.agent_id, seat.call.uuid))
    agent = seat.ports.floor.agent(seat.agent_id)
    return (Said.SIGNS_OUT_AFTER if agent is not None and agent.signed_in else Said.SIGNED_OUT,)


def _proved(visit: Visit, number: str) -> AgentRecord:
    """Whose number it is, if the PIN is right. Whether there is such a number nobody is told. Raises Refused."""
    for tries_left in reversed(range(TRIES)):
        if visit.pins.rests(number, visit.phone, visit.ports.clock.monotonic()):
            break
        pin = visit.dialogue.ask((prompts.question(Asks.PIN),), visit.plan.shape(Asks.PIN), sensitive=True)
        record = visit.ports.records.find(number)
        if _fits(pin, record) and record is not None:
            visit.pins.passed(number, visit.phone)
            return record
        visit.pins.failed(number, visit.phone, visit.ports.clock.monotonic())
        if tries_left:
            visit.dialogue.say((prompts.refusal(Refusal.WRONG_PIN),))
    raise Refused(Refusal.RESTING)


def _fits(pin: str, record: AgentRecord | None) -> bool:
    """Off the hub, since it takes long on purpose; and as long for a number that nobody has."""
    fits: bool = gevent.get_hub().threadpool.apply(pin_matches, (pin, record.pin_hash if record else ""))
    return fits


def _check_phone(visit: Visit, number: str) -> None:
    """Raises Refused where somebody is signed in here, and for a phone that the switch has not proved."""
    if not visit.phone:
        raise Refused(Refusal.FAILED)
    there = visit.ports.floor.agent_at(visit.phone)
    if there is not None:
        raise Refused(Refusal.SIGNED_IN_HERE if there.id == number else Refusal.PHONE_TAKEN)


def _made_free(visit: Visit, agent: Agent) -> str:
    """Signs the agent out elsewhere; gives the phone where that was. Raises Refused."""
    if agent.state is AgentState.TALKING:
        raise Refused(Refusal.IN_TALK)
    moved_from = agent.phone
    if agent.signed_in:
        visit.ports.floor.tell(AgentSignedOut(agent.id))
    return moved_from


def _seat(visit: Visit, agent: str, *, ready: bool) -> None:
    """Ready only once the phone is known to be in use: or it would be rung in this very call."""
    visit.ports.floor.tell(AgentSignedIn(agent, visit.phone, ready=False))
    visit.occupy(agent)
    if ready:
        visit.ports.floor.tell(AgentReady(agent))
