"""What a contact's wait depends on, read off the floor."""

from bisect import bisect_left
from collections.abc import Iterator

from fsapp.acd import terms
from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.contacts import Contact
from fsapp.acd.floor import Floor
from fsapp.acd.lines import Line, Queue
from fsapp.acd.skills import indexes
from fsapp.acd.wait_model import Outlook, Residual

LOOKED_AT = 50
"""Up to so many agents are looked at one by one; of more, talks end at the usual rate."""

UNKNOWN_WRAP_UP = 30.0
"""Seconds that a wrap-up is taken to last on where the agent ends it."""

_ON_DUTY = (AgentState.AVAILABLE, AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP)


def outlooks(floor: Floor, contact: Contact) -> tuple[Outlook, ...]:
    """For a contact that stands in a line: as things are, and as they will be each time that its terms ease."""
    on_duty = 0
    for state in _ON_DUTY:
        on_duty |= floor.roster.in_state[state]
    found: list[Outlook] = []
    seen = 0
    for moment in sorted({floor.now, *(ease for ease in terms.eases(contact) if ease > floor.now)}):
        servers = _eligible(floor, contact, moment) & on_duty
        if servers != seen:
            found.append(_outlook(floor, contact, servers, on_duty, moment - floor.now))
            seen = servers
    return tuple(found)


def _eligible(floor: Floor, contact: Contact, moment: float) -> int:
    if moment <= floor.now and contact.line is not None:
        return contact.line.eligible
    return floor.eligible(contact.queue, (terms.demand_at(contact, moment), terms.reach_at(contact, moment)))


def _outlook(floor: Floor, contact: Contact, servers: int, on_duty: int, after: float) -> Outlook:
    count = servers.bit_count()
    residuals = tuple(_residuals(floor, servers)) if count <= LOOKED_AT else ()
    return Outlook(_ahead(floor, contact, servers, on_duty), count, residuals, after)


def _ahead(floor: Floor, contact: Contact, servers: int, on_duty: int) -> float:
    """Who stands before the contact in any line of the same agents."""
    ahead = 0.0
    for queue in floor.queues.values():
        for line in queue.lines.values():
            if shared := line.eligible & servers:
                ahead += _before(contact, queue, line, shared) / (line.eligible & on_duty).bit_count()
    return ahead


def _before(contact: Contact, queue: Queue, line: Line, shared: int) -> float:
    """How many of a line stand before the contact, times the agents for whom they do."""
    earlier = bisect_left(line.places, contact.place)
    if queue is contact.queue:
        return earlier * shared.bit_count()
    found = 0
    for level, agents in contact.queue.tiers:
        for other, members in queue.tiers:
            if other <= level:
                found += (earlier if other == level else len(line.places)) * (agents & members & shared).bit_count()
    return found


def _residuals(floor: Floor, servers: int) -> Iterator[Residual]:
    for index in indexes(servers):
        agent = floor.roster.at(index)
        if agent.state is not AgentState.AVAILABLE:
            yield _residual(floor, agent)


def _residual(floor: Floor, agent: Agent) -> Residual:
    """When the agent may be free."""
    if agent.state is AgentState.WRAP_UP:
        end = floor.timers.get(agent)
        return Residual(UNKNOWN_WRAP_UP) if end is None else Residual(end - floor.now, certain=True)
    queue = agent.contact.queue.name if agent.contact else next(iter(agent.profile.tiers))
    age = floor.now - agent.since if agent.state is AgentState.TALKING else 0.0
    return Residual(floor.estimates.queue(queue).residual(age))
