"""Offers and talks: from the first ring to the end of the talk. Whoever ends an offer first has ended it."""

from dataclasses import replace

from fsapp.acd import desk, waiting
from fsapp.acd.agents import Agent, AgentState, Rest
from fsapp.acd.commands import ConnectTalk, MakeOffer, ReleaseAgent, WithdrawOffer
from fsapp.acd.contacts import Contact, ContactState
from fsapp.acd.entries import ContactEnd, TalkHad
from fsapp.acd.floor import Floor
from fsapp.acd.offers import Offer, OfferEnd, Withdrawal

CONNECT_SECONDS = 30.0
"""Between an agent's answer and the talk, and a whisper comes between; later than that, the agent is let go and the
contact offered again.
"""

SHORTEST_FAILURE_REST = 1.0
"""A phone that fails at once is not called in a loop."""


def make(floor: Floor, contact: Contact, agent: Agent, *, together: bool = False) -> None:
    """Rings an available agent. Unless agents are asked `together`, the contact is offered to nobody else meanwhile."""
    floor.offers_made += 1
    queue = contact.queue
    deadline = floor.now + queue.settings.ring_timeout
    offer = Offer(f"{floor.run}{floor.offers_made}", contact.id, agent.id, queue.name, floor.now, deadline)
    floor.offers[offer.id] = offer
    contact.offers.append(offer)
    contact.state = ContactState.OFFERED
    if not together:
        queue.step_out(contact)
    agent.offer, agent.contact = offer, contact
    desk.enter(floor, agent, AgentState.OFFERED, until=deadline)
    agent.turns[queue.name] = floor.offers_made
    floor.order(MakeOffer(offer.id, contact.id, agent.id, agent.phone, queue.name, deadline))


def end(floor: Floor, offer: Offer, how: OfferEnd, cause: str = "") -> tuple[Contact, Agent] | None:
    """Ends an offer, once; None where somebody else did already."""
    if floor.offers.pop(offer.id, None) is None:
        return None
    contact = floor.contacts[offer.contact]
    agent = floor.roster.get(offer.agent)
    assert agent is not None  # noqa: S101 -- agents are removed only once they are offline, with no offer
    contact.offers.remove(offer)
    agent.offer = None
    if how is not OfferEnd.ACCEPTED:
        agent.contact = None
    floor.record(replace(offer, end=how, ended_at=floor.now, cause=cause))
    return contact, agent


def accept(floor: Floor, offer: Offer) -> None:
    """The first agent to answer has the contact; all others lost the race."""
    ended = end(floor, offer, OfferEnd.ACCEPTED)
    if ended is None:
        return
    contact, agent = ended
    floor.estimates.queue(offer.queue).rang(floor.now - offer.made_at)
    contact.state = ContactState.CONNECTING
    contact.agent, contact.accepted = agent, offer.id
    agent.no_answers = 0
    waiting.step_out(floor, contact)
    withdraw_all(floor, contact, Withdrawal.LOST_RACE)
    deadline = floor.now + CONNECT_SECONDS
    desk.enter(floor, agent, AgentState.TALKING, until=deadline)
    floor.order(ConnectTalk(offer.id, contact.id, agent.id, deadline))


def withdraw_all(floor: Floor, contact: Contact, why: Withdrawal) -> None:
    """Frees every agent whose phone rings for this contact; none of them lost the place among the idle."""
    for offer in tuple(contact.offers):
        ended = end(floor, offer, OfferEnd.WITHDRAWN, why)
        if ended is not None:
            floor.order(WithdrawOffer(offer.id, contact.id, offer.agent, why))
            desk.settle(floor, ended[1])


def leave_offer(floor: Floor, agent: Agent) -> None:
    """The agent leaves while the phone rings; what state comes next is the caller's matter."""
    if agent.offer is None:
        return
    offer = agent.offer
    ended = end(floor, offer, OfferEnd.WITHDRAWN, Withdrawal.AGENT_LEFT)
    if ended is not None:
        floor.order(WithdrawOffer(offer.id, offer.contact, agent.id, Withdrawal.AGENT_LEFT))
        _give_back(floor, ended[0])


def reject(floor: Floor, offer: Offer, *, busy: bool) -> None:
    ended = end(floor, offer, OfferEnd.REJECTED, "busy" if busy else "")
    if ended is None:
        return
    contact, agent = ended
    _give_back(floor, contact)
    if busy:
        desk.rest(floor, agent, Rest.BUSY_DELAY, agent.profile.busy_delay_time)
    else:
        desk.rest(floor, agent, Rest.REJECT_DELAY, agent.profile.reject_delay_time)


def miss(floor: Floor, offer: Offer) -> None:
    """Nobody answered. Who does so too often in a row rests until further notice."""
    ended = end(floor, offer, OfferEnd.NO_ANSWER)
    if ended is None:
        return
    contact, agent = ended
    _give_back(floor, contact)
    agent.no_answers += 1
    if 0 < agent.profile.max_no_answer <= agent.no_answers:
        desk.rest(floor, agent, Rest.NO_ANSWER, None)
    else:
        desk.rest(floor, agent, Rest.NO_ANSWER_DELAY, agent.profile.no_answer_delay_time)


def time_out(floor: Floor, offer: Offer) -> None:
    """Nobody answered before the deadline."""
    floor.order(WithdrawOffer(offer.id, offer.contact, offer.agent, Withdrawal.TIMED_OUT))
    miss(floor, offer)


def fail(floor: Floor, offer: Offer, cause: str, *, unregistered: bool) -> None:
    """The phone could not be rung."""
    ended = end(floor, offer, OfferEnd.FAILED, cause)
    if ended is None:
        return
    contact, agent = ended
    _give_back(floor, contact)
    if unregistered:
        floor.roster.registered.discard(agent.phone)
        desk.settle(floor, agent)
    else:
        _rest_after_failure(floor, agent)


def lose_phone(floor: Floor, offer: Offer) -> None:
    """The phone is gone while it rings: nobody will answer it."""
    floor.order(WithdrawOffer(offer.id, offer.contact, offer.agent, Withdrawal.PHONE_GONE))
    fail(floor, offer, Withdrawal.PHONE_GONE, unregistered=True)


def start_talk(floor: Floor, contact: Contact) -> None:
    """Both hear each other: the wait is over."""
    agent = contact.agent
    if contact.state is not ContactState.CONNECTING or agent is None:
        return
    contact.state = ContactState.TALKING
    contact.talk_since = agent.talk_since = floor.now
    agent.calls += 1
    floor.timers.set(agent, None)
    waiting.leave(floor, contact, ContactEnd.ANSWERED, agent.id)


def fail_talk(floor: Floor, contact: Contact) -> None:
    """The agent was lost before the two were connected: the contact is back at its place."""
    agent = contact.agent
    if contact.state is not ContactState.CONNECTING or agent is None:
        return
    contact.agent = agent.contact = None
    _rest_after_failure(floor, agent)
    waiting.rejoin(floor, contact)


def drop_talk(floor: Floor, contact: Contact) -> None:
    """The caller was lost before the two were connected: the agent is free, without wrap-up."""
    agent = contact.agent
    if agent is None:
        return
    contact.agent = agent.contact = None
    floor.order(ReleaseAgent(contact.accepted, contact.id, agent.id))
    desk.free(floor, agent)


def end_talk(floor: Floor, contact: Contact) -> None:
    """The talk is over, for both."""
    agent = contact.agent
    if contact.state is not ContactState.TALKING or agent is None:
        return
    _end_part(floor, contact, agent)
    waiting.forget(floor, contact)


def take_over(floor: Floor, contact: Contact, agent: Agent) -> None:
    """Another agent goes on with the talk."""
    before = contact.agent
    if contact.state is not ContactState.TALKING or before is None:
        return
    leave_offer(floor, agent)
    if agent.contact is not None:
        return
    _end_part(floor, contact, before)
    _begin_part(floor, contact, agent, floor.now)


def restore_talk(floor: Floor, contact: Contact, agent: Agent) -> None:
    """A talk that began before this run goes on."""
    if contact.id in floor.ended or (agent.contact is not None and agent.offer is None):
        return
    leave_offer(floor, agent)
    floor.contacts[contact.id] = contact
    contact.state = ContactState.TALKING
    floor.remember_ended(contact.id)
    _begin_part(floor, contact, agent, contact.queued_at)


def connect_due(floor: Floor, agent: Agent) -> None:
    """Nothing was heard of a talk that should have begun."""
    contact = agent.contact
    if contact is not None:
        floor.order(ReleaseAgent(contact.accepted, contact.id, agent.id))
        fail_talk(floor, contact)


def _begin_part(floor: Floor, contact: Contact, agent: Agent, began: float) -> None:
    """From here on it is this agent's talk."""
    contact.agent, agent.contact = agent, contact
    contact.talk_since = agent.talk_since = began
    agent.calls += 1
    desk.enter(floor, agent, AgentState.TALKING)


def _end_part(floor: Floor, contact: Contact, agent: Agent) -> None:
    """One agent's part of a talk is over."""
    seconds = floor.now - agent.talk_since
    agent.talk_seconds += seconds
    agent.contact = contact.agent = None
    floor.record(TalkHad(contact.id, contact.queue.name, agent.id, agent.talk_since, floor.now))
    own = agent.profile.wrap_up_time
    wrap_up = contact.queue.settings.wrap_up_time if own is None else own
    floor.estimates.queue(contact.queue.name).handled(seconds + wrap_up)
    desk.wrap_up(floor, agent, wrap_up)


def _give_back(floor: Floor, contact: Contact) -> None:
    """Before the agent goes on: one who leaves may be the queue's last, and that ends the waiting."""
    if not contact.offers:
        waiting.resume(floor, contact)


def _rest_after_failure(floor: Floor, agent: Agent) -> None:
    desk.rest(floor, agent, Rest.FAILURE_DELAY, max(SHORTEST_FAILURE_REST, agent.profile.reject_delay_time))
