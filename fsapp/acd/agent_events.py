"""What agents do, and what happens to their phones."""

from collections.abc import Callable, Mapping
from typing import Any

from fsapp.acd import desk, offering
from fsapp.acd.agents import OTHER_CALL, Agent, AgentState, Rest
from fsapp.acd.events import (
    AgentAdded,
    AgentChanged,
    AgentReady,
    AgentRemoved,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentOnBreak,
    OtherCallEnded,
    OtherCallStarted,
    PhoneRegistered,
    PhoneUnregistered,
    WrapUpExtended,
)
from fsapp.acd.floor import Floor


def agent_added(floor: Floor, event: AgentAdded) -> None:
    agent = floor.roster.get(event.profile.id)
    if agent is None:
        desk.take_seat(floor, floor.roster.add(event.profile, floor.now))
    elif agent.removed:
        agent.removed = False
        agent_changed(floor, AgentChanged(event.profile))


def agent_changed(floor: Floor, event: AgentChanged) -> None:
    agent = floor.roster.get(event.profile.id)
    if agent is not None:
        desk.rise(agent)
        floor.roster.change(agent, event.profile)
        desk.take_seat(floor, agent)
        desk.return_to_queues(floor, agent)


def agent_removed(floor: Floor, event: AgentRemoved) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None:
        return
    agent.removed = True
    if agent.signed_in:
        _sign_out(floor, agent)
    else:
        desk.forget(floor, agent)


def phone_registered(floor: Floor, event: PhoneRegistered) -> None:
    floor.roster.registered.add(event.phone)
    agent = floor.roster.at_phone(event.phone)
    if agent is not None and agent.state is AgentState.ON_BREAK and agent.reason == Rest.UNREGISTERED:
        desk.settle(floor, agent)


def phone_unregistered(floor: Floor, event: PhoneUnregistered) -> None:
    """A talk goes on: how that ends is told by other events."""
    floor.roster.registered.discard(event.phone)
    agent = floor.roster.at_phone(event.phone)
    if agent is None:
        return
    if agent.offer is not None:
        offering.lose_phone(floor, agent.offer)
    elif agent.state is AgentState.AVAILABLE:
        desk.settle(floor, agent)


def agent_signed_in(floor: Floor, event: AgentSignedIn) -> None:
    """A phone serves one agent; an agent moves to another phone by signing out first."""
    agent = floor.roster.get(event.agent)
    if agent is None or agent.signed_in or floor.roster.at_phone(event.phone) is not None or not event.phone:
        return
    desk.sign_on(floor, agent, event.phone, ready=event.ready)


def agent_signed_out(floor: Floor, event: AgentSignedOut) -> None:
    agent = floor.roster.get(event.agent)
    if agent is not None and agent.signed_in:
        _sign_out(floor, agent)


def agent_ready(floor: Floor, event: AgentReady) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None or not agent.signed_in:
        return
    agent.no_answers = 0
    agent.break_next = None
    agent.leaving = agent.removed
    if agent.state in (AgentState.WRAP_UP, AgentState.ON_BREAK):
        desk.free(floor, agent)


def agent_went_on_break(floor: Floor, event: AgentWentOnBreak) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None or not agent.signed_in:
        return
    agent.break_next = event.reason
    if agent.state is not AgentState.TALKING:
        offering.leave_offer(floor, agent)
        desk.settle(floor, agent)


def wrap_up_extended(floor: Floor, event: WrapUpExtended) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None or agent.state is not AgentState.WRAP_UP or event.seconds <= 0:
        return
    end = floor.timers.get(agent)
    if end is not None:
        floor.timers.set(agent, end + event.seconds)


def other_call_started(floor: Floor, event: OtherCallStarted) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None or not agent.signed_in:
        return
    agent.other_calls.add(event.call)
    if agent.state is AgentState.AVAILABLE:
        desk.settle(floor, agent)


def other_call_ended(floor: Floor, event: OtherCallEnded) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None or event.call not in agent.other_calls:
        return
    agent.other_calls.discard(event.call)
    if agent.state is AgentState.TALKING and agent.reason == OTHER_CALL and not agent.other_calls:
        desk.free(floor, agent)


def _sign_out(floor: Floor, agent: Agent) -> None:
    """At once, unless a talk goes on."""
    agent.leaving = True
    if agent.state is not AgentState.TALKING:
        offering.leave_offer(floor, agent)
        desk.sign_off(floor, agent)


HANDLERS: Mapping[type[Any], Callable[[Floor, Any], None]] = {
    AgentAdded: agent_added,
    AgentChanged: agent_changed,
    AgentRemoved: agent_removed,
    PhoneRegistered: phone_registered,
    PhoneUnregistered: phone_unregistered,
    AgentSignedIn: agent_signed_in,
    AgentSignedOut: agent_signed_out,
    AgentReady: agent_ready,
    AgentWentOnBreak: agent_went_on_break,
    WrapUpExtended: wrap_up_extended,
    OtherCallStarted: other_call_started,
    OtherCallEnded: other_call_ended,
}
