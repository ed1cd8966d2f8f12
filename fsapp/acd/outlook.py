"""What a contact's wait depends on, read off the floor."""

from bisect import bisect_left
from collections.abc import Iterator

from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.contacts import Contact
from fsapp.acd.estimates import Estimates, Outlook
from fsapp.acd.floor import Floor
from fsapp.acd.skills import indexes

LOOKED_AT = 50
"""Up to so many agents are looked at one by one; of more, talks end at the usual rate."""

_ON_DUTY = (AgentState.AVAILABLE, AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP)


def outlook(floor: Floor, contact: Contact) -> Outlook:
    """For a contact that waits."""
    states = floor.roster.in_state
    on_duty = 0
    for state in _ON_DUTY:
        on_duty |= states[state]
    line = contact.line
    servers = (line.eligible if line else contact.queue.members()) & on_duty
    count = servers.bit_count()
    residuals = tuple(_residuals(floor, servers)) if count <= LOOKED_AT else ()
    return Outlook(_ahead(floor, contact, servers, on_duty), count, residuals)


def _ahead(floor: Floor, contact: Contact, servers: int, on_duty: int) -> float:
    """Who stands before the contact in any line of the same agents."""
    ahead = 0.0
    for queue in floor.queues.values():
        for line in queue.lines.values():
            shared = line.eligible & servers
            if shared and (before := bisect_left(line.places, contact.place)):
                ahead += before * shared.bit_count() / (line.eligible & on_duty).bit_count()
    return ahead


def _residuals(floor: Floor, servers: int) -> Iterator[float]:
    for index in indexes(servers):
        agent = floor.roster.at(index)
        if agent.state is not AgentState.AVAILABLE:
            yield _residual(floor, agent)


def _residual(floor: Floor, agent: Agent) -> float:
    """When the agent may be free."""
    if agent.state is AgentState.WRAP_UP:
        end = floor.timers.get(agent)
        return max(1.0, end - floor.now) if end is not None else 30.0
    queue = agent.contact.queue.name if agent.contact else next(iter(agent.profile.tiers))
    age = floor.now - agent.since if agent.state is AgentState.TALKING else 0.0
    return _experience(floor.estimates, queue, age)


def _experience(estimates: Estimates, queue: str, age: float) -> float:
    return estimates.queue(queue).residual(age)
