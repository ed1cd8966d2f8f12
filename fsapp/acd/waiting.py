"""Places in queues: who may come in, where they stand, what happens when their time is over, how they leave."""

from fsapp.acd import terms
from fsapp.acd.agents import Agent
from fsapp.acd.commands import Announce, LeaveQueue, MoveContact
from fsapp.acd.contacts import Contact, ContactState
from fsapp.acd.entries import ContactEnd, ContactEnded, ContactQueued
from fsapp.acd.estimates import Estimate
from fsapp.acd.floor import Floor
from fsapp.acd.lines import Queue
from fsapp.acd.outlook import outlooks
from fsapp.acd.settings import OverflowReason


def route(floor: Floor, contact: Contact, queue: Queue, reason: str = "", *, resumed: bool = False) -> None:
    """Into this queue, or the one that takes over for it, or out."""
    refused = _ask_in(floor, contact, queue)
    while refused is not None:
        following = _overflow(floor, contact, refused)
        if following is None:
            leave(floor, contact, ContactEnd(refused.value))
            return
        queue, reason = following, refused.value
        refused = _ask_in(floor, contact, queue)
    _join(floor, contact, reason, resumed=resumed)


def shed(floor: Floor, contact: Contact, reason: OverflowReason) -> None:
    """The queue does not keep the contact any longer."""
    _step_back(contact)
    following = _overflow(floor, contact, reason)
    if following is None:
        leave(floor, contact, ContactEnd(reason.value))
    else:
        route(floor, contact, following, reason.value)


def move(floor: Floor, contact: Contact, queue: Queue, reason: str) -> None:
    """Into another queue, whatever that one's limits are: somebody decided so."""
    _step_back(contact)
    _ask_in(floor, contact, queue)
    _join(floor, contact, reason, resumed=False)


def leave(floor: Floor, contact: Contact, end: ContactEnd, agent: str = "") -> None:
    """The one way out, for everybody."""
    waited = floor.now - contact.queued_at
    within = end is ContactEnd.ANSWERED and waited <= terms.target_seconds(contact)
    floor.record(ContactEnded(contact.id, contact.queue.name, end, floor.now, waited, agent, within))
    for promise in floor.estimates.left(contact.id, end is ContactEnd.ANSWERED, floor.now):
        floor.record(promise)
    floor.estimates.queue(contact.queue.name).waited(floor.now - contact.entered_at, end)
    floor.remember_ended(contact.id)
    if end is not ContactEnd.ANSWERED:
        forget(floor, contact)
    if end in _EXITS:
        floor.order(LeaveQueue(contact.id, end.value))


_EXITS = frozenset({ContactEnd.TIMEOUT, ContactEnd.FULL, ContactEnd.NO_AGENTS, ContactEnd.CLOSED})


def forget(floor: Floor, contact: Contact) -> None:
    """Out of everything."""
    _step_back(contact)
    floor.timers.set(contact, None)
    del floor.contacts[contact.id]


def stand(floor: Floor, contact: Contact) -> None:
    """Into the line where the contact belongs now, at its place."""
    queue = contact.queue
    key = terms.line_key(floor, contact)
    if not isinstance(key, str):
        contact.waits_for = ""
    contact.demand = terms.demand_at(contact, floor.now)
    queue.step_out(contact)
    queue.stand(contact, key, contact.demand, floor.eligible(queue, key))
    floor.placed.append(contact)


def reorder(floor: Floor, contact: Contact) -> None:
    """The queue's settings are others: the contact finds its place anew."""
    stood = contact.line is not None
    _step_back(contact)
    terms.measure(contact)
    contact.queue.join(contact.place)
    contact.announce_at = _first_announcement(floor, contact)
    if stood and (contact.queue.strategy.together or not contact.offers):
        stand(floor, contact)
    arm(floor, contact)


def step_out(floor: Floor, contact: Contact) -> None:
    """An agent has the contact: it waits no more, unless the two cannot be connected."""
    _step_back(contact)
    floor.timers.set(contact, None)


def rejoin(floor: Floor, contact: Contact) -> None:
    """Back at the old place, if the queue is there still; its settings may be others by now."""
    if floor.queues.get(contact.queue.name) is contact.queue:
        terms.measure(contact)
        contact.announce_at = _first_announcement(floor, contact)
        contact.queue.join(contact.place)
        resume(floor, contact)
    else:
        shed(floor, contact, OverflowReason.CLOSED)


def resume(floor: Floor, contact: Contact) -> None:
    """No offer is left: the contact may be offered again, unless its time was over meanwhile."""
    contact.state = ContactState.WAITING
    overdue = terms.overdue(contact, floor.now)
    if overdue is not None:
        shed(floor, contact, overdue)
        return
    if contact.line is None:
        stand(floor, contact)
    arm(floor, contact)


def due(floor: Floor, contact: Contact) -> None:
    """Some moment of this contact has come."""
    overdue = terms.overdue(contact, floor.now)
    if overdue is not None:
        if contact.offers:
            contact.queue.step_out(contact)
        else:
            shed(floor, contact, overdue)
        return
    _stand_rightly(floor, contact)
    if contact.announce_at is not None and floor.now >= contact.announce_at:
        _announce(floor, contact)
    arm(floor, contact)


def arm(floor: Floor, contact: Contact) -> None:
    """Sets the contact's next moment."""
    now = floor.now
    floor.timers.set(contact, min((moment for moment in terms.moments(contact) if moment > now), default=None))


def check_staff(floor: Floor, queue: Queue) -> None:
    """Notes since when nobody of a queue is signed in."""
    if floor.is_staffed(queue):
        queue.unstaffed_since = None
    elif queue.unstaffed_since is None:
        queue.unstaffed_since = floor.now
        for _, _, contact in tuple(queue.order):
            due(floor, floor.contacts[contact])


def check_turns(floor: Floor, queue: Queue) -> None:
    """The queue has other tier levels: whose turn it is may be another matter now."""
    if not queue.settings.tier_rules_apply:
        return
    for _, _, name in tuple(queue.order):
        contact = floor.contacts[name]
        _stand_rightly(floor, contact)
        arm(floor, contact)


def note_staff(floor: Floor, agent: Agent) -> None:
    """The agent signed in or out."""
    for rung in agent.ladder:
        for queue in rung:
            check_staff(floor, queue)


def release_sticky(floor: Floor, agent: Agent) -> None:
    """Contacts who need not wait for this agent alone any more stand in the common lines."""
    for queue in floor.queues.values():
        line = queue.sticky.get(agent.id)
        for _, _, name in tuple(line.places) if line else ():
            _stand_rightly(floor, floor.contacts[name])


def _stand_rightly(floor: Floor, contact: Contact) -> None:
    """Into another line, if the contact belongs there by now."""
    if contact.line is not None and contact.line.key != terms.line_key(floor, contact):
        stand(floor, contact)


def _ask_in(floor: Floor, contact: Contact, queue: Queue) -> OverflowReason | None:
    """Makes the contact one of this queue; says why it may not come in."""
    settings = queue.settings
    contact.queue = queue
    contact.entered_at = floor.now
    contact.waits_for = contact.arrived.sticky_agent
    contact.visited = (*contact.visited, queue.name)
    terms.measure(contact)
    if queue.closed:
        return OverflowReason.CLOSED
    if settings.max_wait_time_with_no_agent == 0 and queue.unstaffed_since is not None:
        return OverflowReason.NO_AGENTS
    if settings.max_waiting is not None and len(queue.order) >= settings.max_waiting:
        served = floor.eligible(queue, terms.line_key(floor, contact)) & floor.roster.available
        return None if served else OverflowReason.FULL
    return None


def _join(floor: Floor, contact: Contact, reason: str, *, resumed: bool) -> None:
    contact.state = ContactState.WAITING
    queue = contact.queue
    position = queue.join(contact.place)
    floor.record(ContactQueued(contact.id, queue.name, floor.now, position, reason, resumed))
    if reason:
        floor.order(MoveContact(contact.id, queue.name, reason))
    contact.announce_at = _first_announcement(floor, contact)
    stand(floor, contact)
    arm(floor, contact)


def _overflow(floor: Floor, contact: Contact, reason: OverflowReason) -> Queue | None:
    """The queue that takes over, unless the contact was there before."""
    name = contact.queue.settings.overflow.get(reason)
    return floor.queues.get(name) if name is not None and name not in contact.visited else None


def _step_back(contact: Contact) -> None:
    """Out of line and order."""
    contact.queue.step_out(contact)
    if contact.queue.holds(contact.place):
        contact.queue.part(contact.place)


def _first_announcement(floor: Floor, contact: Contact) -> float | None:
    said = contact.queue.settings.announcements
    return None if said.announce_frequency is None else floor.now + said.first_after


def _announce(floor: Floor, contact: Contact) -> None:
    """Tells the caller, and sets when to do so again."""
    said = contact.queue.settings.announcements
    assert said.announce_frequency is not None  # noqa: S101 -- set where announce_at is
    contact.announce_at = floor.now + said.announce_frequency
    position = contact.queue.position(contact.place) if said.position else None
    estimate = _estimate(floor, contact) if said.estimated_wait else None
    floor.order(Announce(contact.id, position, estimate))


def _estimate(floor: Floor, contact: Contact) -> Estimate | None:
    """What may be said of the wait; it is kept either way, to see how right it was."""
    promise = floor.estimates.promise(contact.id, contact.queue.name, outlooks(floor, contact), floor.now)
    return promise.estimate if promise is not None and promise.trusted else None
