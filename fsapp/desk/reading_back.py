"""What the desk knows, read to an agent: the own state, the floor, the last caller."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from fsapp.acd.agents import AgentState, Rest
from fsapp.desk import prompts
from fsapp.desk.prompts import Said
from fsapp.desk.readiness import BUSY
from fsapp.desk.seat import Answers, Seat, Standing
from fsapp.desk.speaking import Part, Sentence, Value, as_heard, words_of
from fsapp.domain.desk import ListName
from fsapp.domain.talk import LastContact, Refusal, Refused

_STATES: Mapping[AgentState, Said] = MappingProxyType(
    {
        AgentState.AVAILABLE: Said.STATE_AVAILABLE,
        AgentState.OFFERED: Said.STATE_OFFERED,
        AgentState.TALKING: Said.STATE_TALKING,
        AgentState.WRAP_UP: Said.STATE_WRAP_UP,
        AgentState.ON_BREAK: Said.STATE_ON_BREAK,
    }
)

_RESTS = frozenset(each.value for each in Rest)


def my_state(seat: Seat, _: Answers) -> Sentence:
    agent, standing = seat.agent, seat.standing
    since = Value("duration", max(0.0, seat.ports.clock.monotonic() - standing.since))
    return (*_state(seat, standing), Said.SINCE, since, Said.CALLS_TAKEN, Value("number", agent.calls))


def status(seat: Seat, _: Answers) -> Sentence:
    """Whoever asks counts with the state of before this call."""
    floor = seat.ports.floor
    states = Counter(
        seat.standing.state if agent.id == seat.agent_id else agent.state for agent in floor.agents() if agent.signed_in
    )
    waiting = sum(len(floor.waiting(queue)) for queue in floor.queues())
    counts = (
        (Said.STATUS_ON_DUTY, states.total()),
        (Said.STATUS_READY, states[AgentState.AVAILABLE]),
        (Said.STATUS_AWAY, states[AgentState.ON_BREAK]),
        (Said.STATUS_WAITING, waiting),
    )
    return tuple(part for said, count in counts for part in (said, Value("number", count)))


def last_caller(seat: Seat, _: Answers) -> Sentence:
    last = seat.ports.floor.last_contact(seat.agent.id)
    if last is None:
        raise Refused(Refusal.NO_CONTACT)
    queue = seat.plan.spoken_name(ListName.QUEUE, last.queue)
    named: Sentence = (Said.LAST_QUEUE, words_of(queue)) if queue else ()
    ended = (Said.LAST_ENDED, Value("duration", last.ended_ago))
    return (*_caller(last.caller), *named, *ended, *_data(seat, last))


def _state(seat: Seat, standing: Standing) -> Sentence:
    if standing.in_other_call:
        return (Said.STATE_OTHER_CALL,)
    if standing.state is AgentState.ON_BREAK and standing.reason == BUSY:
        return (Said.BUSY,)
    if standing.state is AgentState.ON_BREAK:
        return (Said.STATE_ON_BREAK, _reason(seat, standing.reason))
    return (_STATES[standing.state],)


def _reason(seat: Seat, reason: str) -> Part:
    """A reason that the site no longer names is said as it is written."""
    if reason in _RESTS:
        return prompts.rest(Rest(reason))
    choice = seat.plan.spoken_name(ListName.BREAK_REASON, reason)
    return words_of(choice) if choice else as_heard(reason)


def _caller(number: str) -> Sentence:
    bare = number.removeprefix("+")
    if bare.isascii() and bare.isdecimal():
        return (Said.LAST_CALLER, Value("phone", number))
    return (Said.LAST_CALLER_WITHHELD,)


def _data(seat: Seat, last: LastContact) -> Iterator[Part]:
    """What the site wants read, as far as the call had it."""
    for each in seat.plan.read_back:
        value = last.data.get(each.name, "")
        if value:
            yield words_of(each)
            yield as_heard(value)
