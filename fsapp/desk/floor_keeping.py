"""What a supervisor does with agents and queues."""

from dataclasses import replace

from fsapp.acd.events import AgentReady, AgentSignedOut, AgentWentOnBreak, QueueClosed, QueueOpened
from fsapp.desk import answers
from fsapp.desk.prompts import Said
from fsapp.desk.readiness import BUSY
from fsapp.desk.seat import Answers, Seat
from fsapp.desk.speaking import Sentence, Value, words_of
from fsapp.domain.agent import AgentRecord
from fsapp.domain.desk import Choice, ListName
from fsapp.domain.talk import Refusal, Refused


def agent_state(seat: Seat, given: Answers) -> Sentence:
    """In a talk: once it is over."""
    agent, state = seat.colleague(given[0]), given[1]
    if not agent.signed_in:
        raise Refused(Refusal.AGENT_OFFLINE)
    tell = seat.ports.floor.tell
    match state:
        case answers.READY:
            tell(AgentReady(agent.id))
            return (Said.AGENT_READY,)
        case answers.BUSY:
            tell(AgentWentOnBreak(agent.id, BUSY))
            return (Said.AGENT_BUSY,)
        case _:
            tell(AgentSignedOut(agent.id))
            return (Said.AGENT_SIGNED_OUT,)


def agent_skill(seat: Seat, given: Answers) -> Sentence:
    """Kept for good, and in force at once."""
    record = seat.record_of(given[0])
    skill, level = seat.plan.choice(ListName.SKILL, given[1]), answers.level(given[2])
    seat.change(record.id, lambda known: _skilled(known, skill.name, level))
    return (Said.SKILL_SET, words_of(skill), Value("number", level)) if level else (Said.SKILL_TAKEN, words_of(skill))


def _skilled(record: AgentRecord, skill: str, level: int) -> AgentRecord:
    others = {name: known for name, known in record.skills.items() if name != skill}
    return replace(record, skills=others | {skill: level} if level else others)


def close_queue(seat: Seat, given: Answers) -> Sentence:
    """Nobody comes in any more; who waits is served."""
    queue = _known(seat, given[0])
    seat.ports.floor.tell(QueueClosed(queue.name))
    return (Said.QUEUE_CLOSED, words_of(queue))


def open_queue(seat: Seat, given: Answers) -> Sentence:
    queue = _known(seat, given[0])
    seat.ports.floor.tell(QueueOpened(queue.name))
    return (Said.QUEUE_OPENED, words_of(queue))


def _known(seat: Seat, number: str) -> Choice:
    """A queue of now: settings may have changed since the site was read. Raises Refused."""
    queue = seat.plan.choice(ListName.QUEUE, number)
    if queue.name not in seat.ports.floor.queues():
        raise Refused(Refusal.UNKNOWN_QUEUE)
    return queue
