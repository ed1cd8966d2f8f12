"""What callers do, and what is done with them."""

from collections.abc import Callable, Mapping
from typing import Any

from fsapp.acd import matching, offering, waiting
from fsapp.acd.agents import OTHER_CALL, Agent, AgentState
from fsapp.acd.commands import LeaveQueue
from fsapp.acd.contacts import Contact, ContactState
from fsapp.acd.entries import ContactEnd, ContactEnded
from fsapp.acd.events import ContactAbandoned, ContactArrived, ContactLeft, ContactMoved, ContactPicked
from fsapp.acd.floor import Floor
from fsapp.acd.offers import Withdrawal

_WAITS = (ContactState.WAITING, ContactState.OFFERED)


def contact_arrived(floor: Floor, event: ContactArrived) -> None:
    """A caller who was cut off and comes back in time has the place of before."""
    if event.contact in floor.contacts or event.contact in floor.ended:
        return
    queue = floor.queues.get(event.queue)
    if queue is None:
        _turn_away(floor, event)
        return
    resumed_at = _place_kept(floor, event)
    queued_at = event.queued_at if event.queued_at is not None else resumed_at
    floor.arrivals += 1
    contact = Contact(event, floor.arrivals, queue, min(floor.now, floor.now if queued_at is None else queued_at))
    floor.contacts[contact.id] = contact
    waiting.route(floor, contact, queue, resumed=resumed_at is not None)


def contact_abandoned(floor: Floor, event: ContactAbandoned) -> None:
    contact = floor.contacts.get(event.contact)
    if contact is None:
        return
    if contact.state is ContactState.TALKING:
        offering.end_talk(floor, contact)
        return
    _keep_place(floor, contact)
    _end(floor, contact, ContactEnd.ABANDONED)


def contact_left(floor: Floor, event: ContactLeft) -> None:
    contact = floor.contacts.get(event.contact)
    if contact is not None and contact.state in _WAITS:
        _end(floor, contact, ContactEnd(event.by))


def contact_moved(floor: Floor, event: ContactMoved) -> None:
    contact, queue = floor.contacts.get(event.contact), floor.queues.get(event.queue)
    if contact is None or queue is None or contact.state not in _WAITS or contact.queue is queue:
        return
    offering.withdraw_all(floor, contact, Withdrawal.QUEUE_LEFT)
    waiting.move(floor, contact, queue, "moved")


def contact_picked(floor: Floor, event: ContactPicked) -> None:
    contact, agent = floor.contacts.get(event.contact), floor.roster.get(event.agent)
    if contact is None or agent is None or contact.state not in _WAITS or not _may_pick(agent):
        return
    offering.withdraw_all(floor, contact, Withdrawal.QUEUE_LEFT)
    matching.pick(floor, contact, agent)


def _may_pick(agent: Agent) -> bool:
    """An agent who calls to ask for a contact is in that call."""
    return agent.state is AgentState.AVAILABLE or (agent.state is AgentState.TALKING and agent.reason == OTHER_CALL)


def _turn_away(floor: Floor, event: ContactArrived) -> None:
    """There is no such queue: the caller must not hang in the air."""
    floor.record(ContactEnded(event.contact, event.queue, ContactEnd.CLOSED, floor.now, 0.0))
    floor.remember_ended(event.contact)
    floor.order(LeaveQueue(event.contact, ContactEnd.CLOSED))


def _end(floor: Floor, contact: Contact, end: ContactEnd) -> None:
    offering.withdraw_all(floor, contact, Withdrawal.CALLER_GONE)
    if contact.state is ContactState.CONNECTING:
        offering.drop_talk(floor, contact)
    waiting.leave(floor, contact, end)


def _keep_place(floor: Floor, contact: Contact) -> None:
    """Remembers since when the caller waited, for some time; and forgets places whose time is over."""
    _forget_old(floor)
    settings, caller = contact.queue.settings, contact.arrived.caller
    if settings.abandoned_resume_allowed and caller:
        key = (contact.queue.name, caller)
        floor.cut_off[key] = (floor.now + settings.discard_abandoned_after, contact.queued_at)
        floor.cut_off.move_to_end(key)


def _place_kept(floor: Floor, event: ContactArrived) -> float | None:
    """Since when a caller had waited before being cut off; None for all others."""
    until, queued_at = floor.cut_off.pop((event.queue, event.caller), (0.0, 0.0))
    return queued_at if until > floor.now else None


def _forget_old(floor: Floor) -> None:
    for key, (until, _) in tuple(floor.cut_off.items())[:2]:
        if until <= floor.now:
            del floor.cut_off[key]


HANDLERS: Mapping[type[Any], Callable[[Floor, Any], None]] = {
    ContactArrived: contact_arrived,
    ContactAbandoned: contact_abandoned,
    ContactLeft: contact_left,
    ContactMoved: contact_moved,
    ContactPicked: contact_picked,
}
