"""Who gets whom. Nobody idle who may serve somebody waiting is left after this; nobody is passed without a reason.

Before an event that holds already, so only agents freed and contacts placed by the event need a look.
"""

from fsapp.acd import offering
from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.contacts import Contact
from fsapp.acd.decisions import Decision, Trigger
from fsapp.acd.floor import Floor
from fsapp.acd.lines import Place


def match(floor: Floor) -> None:
    """Offers contacts until there is nothing left to offer; while offers are held, what is to be looked at adds up."""
    if floor.now < floor.held_until:
        return
    while floor.freed or floor.placed:
        freed, floor.freed = floor.freed, []
        floor.unserved = sum({agent.bit for agent in freed})
        for agent in sorted(freed, key=lambda each: (each.idle_since, each.index)):
            floor.unserved &= ~agent.bit
            _serve(floor, agent)
        placed, floor.placed = floor.placed, []
        for contact in sorted(placed, key=lambda each: each.place):
            if contact.line is not None:
                seek(floor, contact, Trigger.CONTACT_CAME)


def best_contact(agent: Agent) -> Place | None:
    """Whom this agent serves next: of the queues of the lowest tier level that have anybody, whoever comes first."""
    for rung in agent.ladder:
        heads = [head for queue in rung if queue.lines or queue.sticky if (head := queue.first_for(agent))]
        if heads:
            return min(heads)
    return None


def seek(floor: Floor, contact: Contact, trigger: Trigger) -> None:
    """Offers a contact that stands in a line to the agents whom the strategy chooses, if there are any."""
    line = contact.line
    candidates = line.eligible & floor.roster.available if line else 0
    chosen = _choose(floor, contact, candidates)
    floor.record(describe(floor, contact, trigger, chosen))
    for agent in chosen:
        offering.make(floor, contact, agent, together=contact.queue.strategy.together)


def pick(floor: Floor, contact: Contact, agent: Agent) -> None:
    """Offers a contact to an agent past all order: somebody asked for it."""
    floor.record(describe(floor, contact, Trigger.PICKED, (agent,)))
    offering.make(floor, contact, agent)


def describe(floor: Floor, contact: Contact, trigger: Trigger, chosen: tuple[Agent, ...]) -> Decision:
    """The decision as it is kept: a snapshot."""
    queue, roster, line = contact.queue, floor.roster, contact.line
    return Decision(
        at=floor.now,
        trigger=trigger,
        contact=contact.id,
        queue=queue.name,
        strategy=queue.settings.strategy,
        waited=floor.now - contact.queued_at,
        position=queue.position(contact.place),
        demand=contact.demand,
        chosen=tuple(agent.id for agent in chosen),
        taken=sum(agent.bit for agent in chosen),
        names=roster.names,
        members=queue.members(),
        eligible=line.eligible if line else 0,
        holders=tuple(roster.skills.holders(requirement) for requirement in contact.demand),
        states=roster.states(),
        waits_for=line.key if line and isinstance(line.key, str) else "",
        before=queue.passed_over(contact.place) if trigger is Trigger.AGENT_FREED else (),
    )


def _choose(floor: Floor, contact: Contact, candidates: int) -> tuple[Agent, ...]:
    """Agents freed in the same event may have somebody before this contact, and wait for their own turn."""
    while candidates:
        chosen = contact.queue.strategy.choose(contact.queue, candidates, contact.demand)
        engaged = [each for each in chosen if each.bit & floor.unserved and best_contact(each) != contact.place]
        if not engaged:
            return chosen
        candidates &= ~sum(agent.bit for agent in engaged)
    return ()


def _serve(floor: Floor, agent: Agent) -> None:
    """While the agent is free and somebody waits: the first of them, to whichever agent suits best."""
    while agent.state is AgentState.AVAILABLE and (place := best_contact(agent)) is not None:
        seek(floor, floor.contacts[place[2]], Trigger.AGENT_FREED)
