"""Looks on, and says at the end whether everything that was said fits together."""

from collections import Counter

from fsapp.acd import events
from fsapp.acd.agents import AgentState
from fsapp.acd.commands import Command, MakeOffer, Record
from fsapp.acd.contacts import ContactState
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.entries import AgentStateEnded, ContactEnded
from fsapp.acd.offers import Offer
from tests.acd.invariants import floor_of, may_serve


class Witness:
    """Raises AssertionError as soon as something does not fit."""

    def __init__(self) -> None:
        self.arrived: set[str] = set()
        self.left: Counter[str] = Counter()
        self.made: set[str] = set()
        self.ended: Counter[str] = Counter()
        self._last: dict[str, AgentStateEnded] = {}

    def see(self, event: events.Event, given: tuple[Command, ...]) -> None:
        if isinstance(event, events.ContactArrived):
            self.arrived.add(event.contact)
        for command in given:
            if isinstance(command, MakeOffer):
                assert command.offer not in self.made
                self.made.add(command.offer)
            elif isinstance(command, Record):
                self._see_entry(command.entry)

    def _see_entry(self, entry: object) -> None:
        if isinstance(entry, ContactEnded):
            self.left[entry.contact] += 1
            assert self.left[entry.contact] == 1
            assert entry.waited >= 0
        elif isinstance(entry, Offer):
            self.ended[entry.id] += 1
            assert self.ended[entry.id] == 1
            assert entry.end is not None
            assert entry.ended_at is not None
            assert entry.made_at <= entry.ended_at <= entry.deadline
        elif isinstance(entry, AgentStateEnded):
            before = self._last.get(entry.agent)
            if before is not None and entry.state is not AgentState.OFFLINE:
                assert (before.until, before.followed_by, before.because) == (entry.since, entry.state, entry.reason)
            self._last[entry.agent] = entry

    def nobody_was_overtaken(self, dispatcher: Dispatcher, event: events.Event, given: tuple[Command, ...]) -> None:
        """Of those who wait still, nobody had a better claim to an agent than whom the agent was offered."""
        if isinstance(event, events.ContactPicked):
            return
        floor = floor_of(dispatcher)
        waiting = [each for each in floor.contacts.values() if each.state is ContactState.WAITING]
        for offer in (each for each in given if isinstance(each, MakeOffer)):
            agent, contact = floor.roster.get(offer.agent), floor.contacts[offer.contact]
            assert agent is not None
            tiers = agent.profile.tiers
            claim = (tiers[contact.queue.name].level, contact.place)
            for other in waiting:
                if may_serve(floor, agent, other):
                    assert (tiers[other.queue.name].level, other.place) > claim

    def all_is_over(self) -> None:
        """Nobody waits or talks any more."""
        assert set(self.left) == self.arrived
        assert set(self.ended) == self.made
