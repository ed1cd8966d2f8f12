"""Agents' states: how one follows another, with the bitmaps, idle orders and deadlines that go with it."""

from collections.abc import Mapping

from fsapp.acd import waiting
from fsapp.acd.agents import OTHER_CALL, Agent, AgentState, Rest, Tier
from fsapp.acd.entries import AgentStateEnded
from fsapp.acd.floor import Floor
from fsapp.acd.lines import ladder


def enter(floor: Floor, agent: Agent, state: AgentState, reason: str = "", until: float | None = None) -> None:
    """The one way from state to state. `until` is when something must be done about it."""
    floor.record(AgentStateEnded(agent.id, agent.state, agent.reason, agent.since, floor.now, state, reason))
    rise(agent)
    floor.roster.move(agent, state)
    agent.reason = reason
    agent.since = floor.now
    floor.timers.set(agent, until)
    if state is AgentState.AVAILABLE:
        _rest_in_queues(agent)
        floor.freed.append(agent)


def settle(floor: Floor, agent: Agent) -> None:
    """Nothing holds the agent any more: what was asked for meanwhile comes now, else the agent is available."""
    if agent.leaving:
        sign_off(floor, agent)
    elif agent.break_next is not None:
        reason, agent.break_next = agent.break_next, None
        enter(floor, agent, AgentState.ON_BREAK, reason)
    elif agent.other_calls:
        enter(floor, agent, AgentState.TALKING, OTHER_CALL)
    elif not floor.roster.is_reachable(agent):
        enter(floor, agent, AgentState.ON_BREAK, Rest.UNREGISTERED)
    else:
        enter(floor, agent, AgentState.AVAILABLE)


def free(floor: Floor, agent: Agent) -> None:
    """As `settle`; the agent was at work, so being idle begins now."""
    agent.idle_since = floor.now
    settle(floor, agent)


def rest(floor: Floor, agent: Agent, reason: Rest, seconds: float | None) -> None:
    """After an offer that came to nothing. Without a length: until the agent says to be ready."""
    agent.idle_since = floor.now
    if agent.leaving or agent.break_next is not None:
        settle(floor, agent)
    elif seconds is None:
        enter(floor, agent, AgentState.ON_BREAK, reason)
    elif seconds > 0:
        enter(floor, agent, AgentState.ON_BREAK, reason, floor.now + seconds)
    else:
        settle(floor, agent)


def wrap_up(floor: Floor, agent: Agent, queue_length: float) -> None:
    """After a talk, in seconds unless the agent has a length of their own."""
    own = agent.profile.wrap_up_time
    length = queue_length if own is None else own
    if agent.leaving or (length <= 0 and not agent.profile.manual_ready):
        free(floor, agent)
    else:
        until = None if agent.profile.manual_ready else floor.now + length
        enter(floor, agent, AgentState.WRAP_UP, until=until)


def sign_on(floor: Floor, agent: Agent, phone: str, *, ready: bool) -> None:
    """Counts of the last time signed in do not go on."""
    floor.roster.sit_down(agent, phone)
    agent.calls = agent.no_answers = 0
    agent.talk_seconds = 0.0
    agent.other_calls.clear()
    agent.break_next = None if ready else Rest.NOT_READY
    agent.leaving = False
    free(floor, agent)
    waiting.note_staff(floor, agent)


def sign_off(floor: Floor, agent: Agent) -> None:
    """Whoever waits for this agent alone waits for anybody now."""
    agent.leaving = False
    agent.break_next = None
    enter(floor, agent, AgentState.OFFLINE)
    floor.roster.sit_down(agent, "")
    waiting.note_staff(floor, agent)
    waiting.release_sticky(floor, agent)
    if agent.removed:
        forget(floor, agent)


def take_seat(floor: Floor, agent: Agent) -> None:
    """The agent's queues and skills are those of the profile from now on."""
    agent.ladder = ladder(agent, floor.queues)
    _enlist(floor, agent, agent.profile.tiers)


def forget(floor: Floor, agent: Agent) -> None:
    """The agent, who is offline, is one no more."""
    _enlist(floor, agent, {})
    floor.roster.remove(agent)


def return_to_queues(floor: Floor, agent: Agent) -> None:
    """Profile or queues are others: the agent stands among the idle again, if so."""
    if agent.state is AgentState.AVAILABLE:
        _rest_in_queues(agent)
        floor.freed.append(agent)
    waiting.release_sticky(floor, agent)
    for queue in floor.queues.values():
        waiting.check_staff(floor, queue)


def _enlist(floor: Floor, agent: Agent, tiers: Mapping[str, Tier]) -> None:
    for queue in floor.queues.values():
        levels = queue.levels
        queue.enlist(agent.bit, tiers.get(queue.name))
        if queue.levels != levels:
            waiting.check_turns(floor, queue)
    floor.refresh_lines()


def rise(agent: Agent) -> None:
    """Out of all idle orders."""
    if agent.state is AgentState.AVAILABLE:
        for rung in agent.ladder:
            for queue in rung:
                queue.rise(agent)


def _rest_in_queues(agent: Agent) -> None:
    for rung in agent.ladder:
        for queue in rung:
            queue.rest(agent)
