"""Whom to ring when an agent asks for somebody in mid-talk."""

from collections.abc import Container

from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.consults import Party
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.people import People
from fsapp.domain.talk import Consulted, Refusal, Refused, ToAgent, ToNumber, ToQueue


def find(whom: Consulted, dispatcher: Dispatcher, people: People, queues: Container[str]) -> Party:
    """A number, an agent who is free, or the first free agent of a queue. Raises Refused."""
    match whom:
        case ToNumber(endpoint):
            return Party(endpoint)
        case ToAgent(agent):
            return _free(dispatcher.agent(agent), people)
        case ToQueue(queue):
            must_know(queue, queues)
            return _free(_first_idle(dispatcher, queue), people)


def must_know(queue: str, queues: Container[str]) -> None:
    """Raises Refused."""
    if queue not in queues:
        raise Refused(Refusal.UNKNOWN_QUEUE)


def _free(agent: Agent | None, people: People) -> Party:
    if agent is None:
        raise Refused(Refusal.UNKNOWN_AGENT)
    if not agent.signed_in:
        raise Refused(Refusal.AGENT_OFFLINE)
    if agent.state is not AgentState.AVAILABLE:
        raise Refused(Refusal.AGENT_BUSY)
    return Party(people.endpoint(agent.phone), agent.id)


def _first_idle(dispatcher: Dispatcher, queue: str) -> Agent:
    idle = [each for each in dispatcher.agents() if each.state is AgentState.AVAILABLE and queue in each.profile.tiers]
    if not idle:
        raise Refused(Refusal.AGENT_BUSY)
    return min(idle, key=lambda each: each.idle_since)
