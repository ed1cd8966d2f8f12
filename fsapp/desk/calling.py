"""Calls that an agent makes: inside, outside, and to the first of a queue."""

from collections.abc import Mapping
from types import MappingProxyType

from fsapp.acd.agents import AgentState
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers
from fsapp.desk.speaking import Sentence
from fsapp.desk.visit import Visit
from fsapp.domain.arguments import Endpoint
from fsapp.domain.clock import SteadyTime
from fsapp.domain.desk import ListName
from fsapp.domain.errors import EslError, NotAllowed
from fsapp.domain.leg import Dial, DialEnd, Dialled
from fsapp.domain.talk import Refusal, Refused
from fsapp.flow.connecting import journal_leg

RING_SECONDS = 45

_MISSED: Mapping[DialEnd, Refusal] = MappingProxyType(
    {DialEnd.BUSY: Refusal.BUSY, DialEnd.NO_ANSWER: Refusal.NO_ANSWER, DialEnd.FAILED: Refusal.FAILED}
)


def internal_call(visit: Visit, answers: Answers) -> Sentence:
    """Rings the colleague's phone, wherever that is; no queue offers anything there meanwhile."""
    colleague = visit.free_colleague(answers[0])
    try:
        way = visit.ports.dial_rules.agent(colleague.phone, visit.call)
    except NotAllowed:
        raise Refused(Refusal.NUMBER_NOT_ALLOWED) from None
    visit.occupy(colleague.id)
    try:
        return _connected(visit, way)
    finally:
        visit.vacate(colleague.id)


def outside_call(visit: Visit, answers: Answers) -> Sentence:
    return _connected(visit, visit.way_out(answers[0]))


def pick(visit: Visit, answers: Answers) -> Sentence:
    """Takes the first of a queue past the order of the line."""
    if visit.standing.state is not AgentState.AVAILABLE:
        raise Refused(Refusal.NOT_READY)
    queue = visit.plan.choice(ListName.QUEUE, answers[0])
    _first(visit, queue.name)
    visit.dialogue.say((Said.CONNECTING,))
    visit.ports.floor.pick(visit.agent_id, _first(visit, queue.name), visit.call.uuid)
    return ()


def _first(visit: Visit, queue: str) -> str:
    """Who waits first, at this moment. Raises Refused."""
    try:
        waiting = visit.ports.floor.waiting(queue)
    except KeyError:
        raise Refused(Refusal.UNKNOWN_QUEUE) from None
    if not waiting:
        raise Refused(Refusal.NOBODY_WAITS)
    return waiting[0]


def _connected(visit: Visit, way: Endpoint) -> Sentence:
    visit.dialogue.say((Said.CONNECTING,))
    end = _dialled(visit, way).end
    if end is not DialEnd.ANSWERED:
        raise Refused(_MISSED[end])
    return ()


def _dialled(visit: Visit, way: Endpoint) -> Dialled:
    """Rings, and journals the leg however it ends."""
    time = SteadyTime(visit.ports.clock)
    result: Dialled | None = None
    try:
        result = visit.dialogue.leg.dial(Dial(way, RING_SECONDS))
    except EslError:
        result = Dialled(DialEnd.FAILED)
    finally:
        journal_leg(visit.recorder, time, str(way.number), result)
    return result
