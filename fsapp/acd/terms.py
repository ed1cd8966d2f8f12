"""A contact's terms: what its queue's settings, and the time it has waited, make of it. Changes no place."""

from fsapp.acd.contacts import Contact
from fsapp.acd.floor import Floor
from fsapp.acd.lines import EVERY_TIER, LineKey
from fsapp.acd.relaxing import stages
from fsapp.acd.settings import CustomerLevel, OverflowReason
from fsapp.acd.skills import Demand, demand


def measure(contact: Contact) -> None:
    """Works out stages and place from the queue's settings."""
    settings = contact.queue.settings
    contact.stages = stages(demand(contact.arrived.skills, settings.skill_weights), settings.relax)
    contact.place = (contact.queued_at - _head_start(contact), contact.number, contact.id)


def target_seconds(contact: Contact) -> float:
    """Within what time the contact should be answered."""
    level = _level(contact)
    own = level.service_level if level else None
    return (own or contact.queue.settings.service_level).seconds


def demand_at(contact: Contact, moment: float) -> Demand:
    """What is demanded after so much waiting."""
    return next(asked for after, asked in reversed(contact.stages) if moment >= contact.queued_at + after)


def reach_at(contact: Contact, moment: float) -> int:
    """The rank of the highest tier level whose turn it is then."""
    if not contact.queue.settings.tier_rules_apply:
        return EVERY_TIER
    return sum(moment >= turn for turn in _tier_turns(contact))


def line_key(floor: Floor, contact: Contact) -> LineKey:
    """The line where the contact belongs now."""
    if contact.waits_for and floor.now < contact.entered_at + contact.queue.settings.sticky_time:
        agent = floor.roster.get(contact.waits_for)
        if agent is not None and agent.signed_in and contact.queue.name in agent.profile.tiers:
            return agent.id
    return demand_at(contact, floor.now), reach_at(contact, floor.now)


def overdue(contact: Contact, now: float) -> OverflowReason | None:
    """Why the contact may wait no longer."""
    return next((reason for limit, reason in _limits(contact) if now >= limit), None)


def eases(contact: Contact) -> list[float]:
    """When more agents may serve the contact."""
    moments = [contact.queued_at + after for after, _ in contact.stages]
    if contact.queue.settings.tier_rules_apply:
        moments += _tier_turns(contact)
    if contact.waits_for:
        moments.append(contact.entered_at + contact.queue.settings.sticky_time)
    return moments


def moments(contact: Contact) -> list[float]:
    """When something may change for the contact."""
    found = eases(contact) + [limit for limit, _ in _limits(contact)]
    if contact.announce_at is not None:
        found.append(contact.announce_at)
    return found


def _level(contact: Contact) -> CustomerLevel | None:
    return contact.queue.settings.customer_levels.get(contact.arrived.customer_level)


def _head_start(contact: Contact) -> float:
    """Priority in seconds of waiting."""
    level = _level(contact)
    points = contact.arrived.priority + (level.priority if level else 0)
    return points * contact.queue.settings.seconds_per_priority


def _tier_turns(contact: Contact) -> list[float]:
    """When each tier level above the lowest joins."""
    settings = contact.queue.settings
    ranks = range(1, len(contact.queue.tiers))
    times = (rank if settings.tier_rule_wait_multiply_level else 1 for rank in ranks)
    return [contact.queued_at + count * settings.tier_rule_wait_second for count in times]


def _limits(contact: Contact) -> list[tuple[float, OverflowReason]]:
    settings, queue = contact.queue.settings, contact.queue
    limits = []
    if settings.max_wait_time is not None:
        limits.append((contact.entered_at + settings.max_wait_time, OverflowReason.TIMEOUT))
    if settings.max_wait_time_with_no_agent is not None and queue.unstaffed_since is not None:
        since = max(queue.unstaffed_since, contact.entered_at)
        limits.append((since + settings.max_wait_time_with_no_agent, OverflowReason.NO_AGENTS))
    return limits
