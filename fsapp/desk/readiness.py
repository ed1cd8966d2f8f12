"""Ready, busy, away, and wrap-up: what an agent does with the own state."""

from dataclasses import replace

from fsapp.acd.agents import AgentState
from fsapp.acd.events import AgentReady, AgentWentOnBreak, WrapUpExtended
from fsapp.desk.answers import AUTOMATIC
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers, Seat
from fsapp.desk.speaking import Sentence, Value, words_of
from fsapp.domain.desk import ListName
from fsapp.domain.talk import Refusal, Refused

BUSY = "busy"
"""The reason of a break that `busy` begins; `away` has those of the site."""


def ready(seat: Seat, _: Answers) -> Sentence:
    """In a talk it takes back what was to come after it."""
    agent = seat.agent
    if seat.standing.state in (AgentState.AVAILABLE, AgentState.OFFERED):
        raise Refused(Refusal.ALREADY_READY)
    seat.ports.floor.tell(AgentReady(agent.id))
    return (Said.READY_AFTER if seat.standing.state is AgentState.TALKING else Said.READY,)


def busy(seat: Seat, _: Answers) -> Sentence:
    return (Said.BUSY_AFTER if _break_begins(seat, BUSY) else Said.BUSY,)


def away(seat: Seat, answers: Answers) -> Sentence:
    reason = seat.plan.choice(ListName.BREAK_REASON, answers[0])
    after = _break_begins(seat, reason.name)
    return (Said.AWAY_AFTER if after else Said.AWAY, words_of(reason))


def end_wrap_up(seat: Seat, _: Answers) -> Sentence:
    if seat.agent.state is not AgentState.WRAP_UP:
        raise Refused(Refusal.NOT_IN_WRAP_UP)
    seat.ports.floor.tell(AgentReady(seat.agent_id))
    return (Said.WRAP_UP_ENDED,)


def extend_wrap_up(seat: Seat, _: Answers) -> Sentence:
    agent = seat.agent
    if agent.state is not AgentState.WRAP_UP:
        raise Refused(Refusal.NOT_IN_WRAP_UP)
    if agent.profile.manual_ready:
        raise Refused(Refusal.WRAP_UP_ENDLESS)
    seconds = seat.plan.times.wrap_up_extension
    seat.ports.floor.tell(WrapUpExtended(agent.id, seconds))
    return (Said.WRAP_UP_EXTENDED, Value("duration", seconds))


def answer_mode(seat: Seat, answers: Answers) -> Sentence:
    """Whether the phone takes offers by itself."""
    record, automatic = seat.record, answers[0] == AUTOMATIC
    if record.auto_answer is automatic:
        raise Refused(Refusal.ALREADY_SO)
    seat.change(record.id, lambda known: replace(known, auto_answer=automatic))
    return (Said.ANSWER_AUTOMATIC if automatic else Said.ANSWER_MANUAL,)


def ready_mode(seat: Seat, answers: Answers) -> Sentence:
    """Whether wrap-up ends by itself, and signing in makes ready."""
    record, automatic = seat.record, answers[0] == AUTOMATIC
    if record.manual_ready is not automatic:
        raise Refused(Refusal.ALREADY_SO)
    seat.change(record.id, lambda known: replace(known, manual_ready=not automatic))
    return (Said.READY_AUTOMATIC if automatic else Said.READY_MANUAL,)


def _break_begins(seat: Seat, reason: str) -> bool:
    """Whether it begins only after a talk. Raises Refused."""
    agent = seat.agent
    if seat.standing.state is AgentState.ON_BREAK and seat.standing.reason == reason:
        raise Refused(Refusal.ALREADY_SO)
    seat.ports.floor.tell(AgentWentOnBreak(agent.id, reason))
    return seat.standing.state is AgentState.TALKING
