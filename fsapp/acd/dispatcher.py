"""The dispatcher: who talks to whom. Pure: it is told what happened and when, and says what to do.

    commands = dispatcher.handle(ContactArrived("c1", "service"), now)
    wake_at = dispatcher.next_deadline()      # then: dispatcher.handle(DeadlinePassed(), now)

`now` is monotonic seconds. Events that are repeated, late or of something unknown change nothing. The same events at
the same times, with the same seed, give the same commands.
"""

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from fsapp.acd import agent_events, contact_events, matching, offer_events, offering, queue_events, waiting
from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.commands import Command
from fsapp.acd.contacts import Contact
from fsapp.acd.decisions import Decision, Trigger
from fsapp.acd.desk import free, settle
from fsapp.acd.estimates import Promise, Score
from fsapp.acd.events import DeadlinePassed, Event
from fsapp.acd.floor import Floor
from fsapp.acd.outlook import outlooks
from fsapp.acd.settings import QueueSettings

_HANDLERS: Mapping[type[Any], Callable[[Floor, Any], None]] = {
    **queue_events.HANDLERS,
    **agent_events.HANDLERS,
    **contact_events.HANDLERS,
    **offer_events.HANDLERS,
    DeadlinePassed: lambda _floor, _event: None,
}


class Dispatcher:
    """Queues, agents and contacts, and the decisions between them.

    `run` begins the ids of offers, so that they differ from those of an earlier run of the engine.
    """

    def __init__(
        self, queues: Mapping[str, QueueSettings], random: Random | None = None, *, now: float = 0.0, run: str = "o"
    ) -> None:
        self._floor = Floor(queues, random or Random(0), now, run)  # noqa: S311 -- chance among agents, no secret

    def handle(self, event: Event, now: float) -> tuple[Command, ...]:
        """Takes in what happened; deadlines that passed before come first."""
        floor = self._floor
        floor.now = max(floor.now, now)
        if self._meet_deadlines():
            matching.match(floor)
        _HANDLERS[type(event)](floor, event)
        self._meet_deadlines()
        matching.match(floor)
        return floor.take_commands()

    def next_deadline(self) -> float | None:
        """When to come back at the latest, with DeadlinePassed."""
        return self._floor.timers.next()

    def agents(self) -> Iterator[Agent]:
        """All agents, for showing; not to be changed."""
        return iter(self._floor.roster)

    def agent(self, agent: str) -> Agent | None:
        return self._floor.roster.get(agent)

    def agent_at(self, phone: str) -> Agent | None:
        """Who is signed in at a phone."""
        return self._floor.roster.at_phone(phone)

    def contact(self, contact: str) -> Contact | None:
        """One that waits or is served, for showing."""
        return self._floor.contacts.get(contact)

    def waiting(self, queue: str) -> tuple[str, ...]:
        """Who waits or is offered, the first first. Raises KeyError for an unknown queue."""
        return tuple(place[2] for place in self._floor.queues[queue].order)

    def is_closed(self, queue: str) -> bool:
        """Whether nobody comes in. Raises KeyError for an unknown queue."""
        return self._floor.queues[queue].closed

    def position(self, contact: str) -> int | None:
        """From 1; None for those who do not wait."""
        found = self._floor.contacts.get(contact)
        if found is None or not found.queue.holds(found.place):
            return None
        return found.queue.position(found.place)

    def promise(self, contact: str) -> Promise | None:
        """Estimates the wait, and keeps the estimate until its outcome is known; None where nothing can be said."""
        found = self._floor.contacts.get(contact)
        if found is None or found.line is None:
            return None
        floor = self._floor
        return floor.estimates.promise(contact, found.queue.name, outlooks(floor, found), floor.now)

    def score(self, queue: str) -> Score:
        """How right the estimates of a queue were lately."""
        return self._floor.estimates.queue(queue).score()

    def why(self, contact: str) -> Decision | None:
        """Why a contact that waits is not served at this moment."""
        found = self._floor.contacts.get(contact)
        if found is None or found.line is None:
            return None
        return matching.describe(self._floor, found, Trigger.CONTACT_CAME, ())

    def _meet_deadlines(self) -> bool:
        """Does what time asks for; says whether there was anything."""
        met = False
        while (what := self._floor.timers.pop_due(self._floor.now)) is not None:
            met = True
            if isinstance(what, Contact):
                waiting.due(self._floor, what)
            else:
                self._agent_due(what)
        return met

    def _agent_due(self, agent: Agent) -> None:
        match agent.state:
            case AgentState.OFFERED if agent.offer is not None:
                offering.time_out(self._floor, agent.offer)
            case AgentState.TALKING:
                offering.connect_due(self._floor, agent)
            case AgentState.WRAP_UP:
                free(self._floor, agent)
            case _:
                settle(self._floor, agent)
