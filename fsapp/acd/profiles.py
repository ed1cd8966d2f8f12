"""From the record that administrators keep to the profile that the dispatcher works with."""

from fsapp.acd.agents import AgentProfile, Tier
from fsapp.domain.agent import AgentRecord


def profile(record: AgentRecord) -> AgentProfile:
    """What the dispatcher needs to know of an agent."""
    return AgentProfile(
        id=record.id,
        tiers={queue: Tier(place.level, place.position) for queue, place in record.queues.items()},
        skills=dict(record.skills),
        wrap_up_time=record.wrap_up_time,
        manual_ready=record.manual_ready,
        max_no_answer=record.max_no_answer,
        reject_delay_time=record.reject_delay_time,
        busy_delay_time=record.busy_delay_time,
        no_answer_delay_time=record.no_answer_delay_time,
    )
