"""What must hold after every event, whatever happened; written as the naive full scan that the indexes replace."""

from collections import Counter

from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.contacts import Contact, ContactState
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.floor import Floor
from fsapp.acd.skills import Demand


def floor_of(dispatcher: Dispatcher) -> Floor:
    """What stands behind a dispatcher."""
    return dispatcher._floor


def demand_now(contact: Contact, now: float) -> Demand:
    """What is asked for after so much waiting."""
    return [asked for after, asked in contact.stages if contact.queued_at + after <= now][-1]


def waits_for(floor: Floor, contact: Contact) -> str:
    """The agent whom a contact waits for alone."""
    agent = floor.roster.get(contact.waits_for)
    limit = contact.entered_at + contact.queue.settings.sticky_time
    if agent is None or not agent.signed_in or floor.now >= limit or contact.queue.name not in agent.profile.tiers:
        return ""
    return agent.id


def may_serve(floor: Floor, agent: Agent, contact: Contact) -> bool:
    """Whether agent and contact fit, agent by agent and skill by skill."""
    queue = contact.queue
    tier = agent.profile.tiers.get(queue.name)
    if tier is None or queue.name not in floor.queues:
        return False
    if only := waits_for(floor, contact):
        return agent.id == only
    if queue.settings.tier_rules_apply:
        levels = sorted(
            {each.profile.tiers[queue.name].level for each in floor.roster if queue.name in each.profile.tiers}
        )
        rank = levels.index(tier.level)
        count = rank if queue.settings.tier_rule_wait_multiply_level else min(rank, 1)
        if floor.now < contact.queued_at + count * queue.settings.tier_rule_wait_second:
            return False
    return all(agent.profile.skills.get(each.skill, 0) >= each.level for each in demand_now(contact, floor.now))


def is_free(floor: Floor, agent: Agent) -> bool:
    return agent.state is AgentState.AVAILABLE


def offerable(contact: Contact) -> bool:
    """Whether a contact wants an agent at this moment."""
    return contact.state is ContactState.WAITING


def naive_best(floor: Floor, agent: Agent) -> str | None:
    """Whom an agent serves next: the full scan."""
    found = [
        (agent.profile.tiers[contact.queue.name].level, contact.place, contact.id)
        for contact in floor.contacts.values()
        if (offerable(contact) or contact.line is not None) and may_serve(floor, agent, contact)
    ]
    return min(found)[2] if found else None


def check(dispatcher: Dispatcher) -> None:
    """Raises AssertionError."""
    floor = floor_of(dispatcher)
    _one_thing_each(floor)
    _nobody_idle_while_somebody_waits(floor)
    _indexes_are_true(floor)
    deadline = dispatcher.next_deadline()
    assert deadline is None or deadline > floor.now


def _one_thing_each(floor: Floor) -> None:
    offered = Counter(offer.agent for offer in floor.offers.values())
    talking = Counter(contact.agent.id for contact in floor.contacts.values() if contact.agent)
    assert all(count == 1 for count in (offered + talking).values())
    phones = Counter(agent.phone for agent in floor.roster if agent.phone)
    assert all(count == 1 for count in phones.values())
    for agent in floor.roster:
        assert (agent.offer is not None) == (agent.state is AgentState.OFFERED)
        assert (agent.contact is not None) == (agent.id in offered or agent.id in talking)
        assert agent.signed_in == bool(agent.phone)
        if agent.state is AgentState.AVAILABLE:
            assert agent.phone in floor.roster.registered
            assert not agent.other_calls
    for contact in floor.contacts.values():
        assert bool(contact.offers) == (contact.state is ContactState.OFFERED)
        assert (contact.agent is not None) == (contact.state in (ContactState.CONNECTING, ContactState.TALKING))
        assert not contact.offers or contact.line is None or contact.queue.strategy.together


def _nobody_idle_while_somebody_waits(floor: Floor) -> None:
    free = [agent for agent in floor.roster if is_free(floor, agent)]
    for contact in floor.contacts.values():
        if contact.state is ContactState.WAITING:
            assert not [agent.id for agent in free if may_serve(floor, agent, contact)], contact.id


def _indexes_are_true(floor: Floor) -> None:
    for state, bitmap in floor.roster.in_state.items():
        assert bitmap == sum(agent.bit for agent in floor.roster if agent.state is state)
    for queue in floor.queues.values():
        waiting = sorted(
            contact.place
            for contact in floor.contacts.values()
            if contact.queue is queue and contact.state in (ContactState.WAITING, ContactState.OFFERED)
        )
        assert queue.order == waiting
        idle = {agent.id for agent in floor.roster if is_free(floor, agent) and queue.name in agent.profile.tiers}
        assert {standing[3].id for standing in queue.idle} == idle
        assert queue.idle == sorted(queue.idle)
        assert [head for head, _ in queue.heads] == sorted(line.places[0] for line in queue.lines.values())
        for line in (*queue.lines.values(), *queue.sticky.values()):
            assert line.places == sorted(line.places)
            assert line.places
            for place in line.places:
                contact = floor.contacts[place[2]]
                assert contact.line is line
                serving = {agent.id for agent in floor.roster if may_serve(floor, agent, contact)}
                assert serving == {agent.id for agent in floor.roster if agent.bit & line.eligible}, contact.id
