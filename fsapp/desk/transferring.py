"""Where a caller goes from an agent: at once, or after a word with whoever is there."""

from fsapp.desk.in_talk import InTalk
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers
from fsapp.desk.speaking import Sentence
from fsapp.domain.desk import ListName
from fsapp.domain.talk import Refusal, Refused, ToAgent, ToLabel, ToNumber, ToQueue


def transfer_agent(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.send(_agent(seat, answers))
    return ()


def transfer_queue(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.send(_queue(seat, answers))
    return ()


def transfer_number(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.send(_number(seat, answers))
    return ()


def transfer_label(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.send(_label(seat, answers, returns=False))
    return ()


def visit_label(seat: InTalk, answers: Answers) -> Sentence:
    """To key in a PIN, say: the agent waits, and hears none of it."""
    seat.talk.send(_label(seat, answers, returns=True))
    return ()


def consult_agent(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.ask(_agent(seat, answers))
    return ()


def consult_queue(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.ask(_queue(seat, answers))
    return ()


def consult_number(seat: InTalk, answers: Answers) -> Sentence:
    seat.talk.ask(_number(seat, answers))
    return ()


def cancel_consult(seat: InTalk, _: Answers) -> Sentence:
    seat.talk.cancel()
    return (Said.CONSULT_ENDED,)


def complete_transfer(seat: InTalk, _: Answers) -> Sentence:
    seat.talk.hand_over()
    return ()


def conference(seat: InTalk, _: Answers) -> Sentence:
    seat.talk.conference()
    return (Said.CONFERENCE,)


def _agent(seat: InTalk, answers: Answers) -> ToAgent:
    return ToAgent(seat.free_colleague(answers[0]).id)


def _queue(seat: InTalk, answers: Answers) -> ToQueue:
    queue = seat.plan.choice(ListName.QUEUE, answers[0])
    if queue.name not in seat.ports.floor.queues():
        raise Refused(Refusal.UNKNOWN_QUEUE)
    return ToQueue(queue.name)


def _number(seat: InTalk, answers: Answers) -> ToNumber:
    return ToNumber(seat.way_out(answers[0]))


def _label(seat: InTalk, answers: Answers, *, returns: bool) -> ToLabel:
    """What the caller's flow calls this key. Raises Refused."""
    label = seat.talk.labels.get(answers[0])
    if label is None:
        raise Refused(Refusal.UNKNOWN_ITEM)
    return ToLabel(label, returns)
