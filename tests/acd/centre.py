"""A call centre for tests: phones that do what they are told, and what the dispatcher's word for it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from fsapp.acd import commands, events
from fsapp.acd.agents import AgentProfile, Tier
from fsapp.acd.commands import Command, Record
from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.entries import ContactEnded
from fsapp.acd.offers import Offer
from fsapp.acd.settings import QueueSettings

T = TypeVar("T")


def queue(**settings: Any) -> QueueSettings:
    """A queue as it would be written in a file."""
    return QueueSettings.model_validate(settings)


@dataclass
class Centre:
    """Drives a dispatcher, and keeps what it said."""

    queues: Mapping[str, QueueSettings] = field(default_factory=lambda: {"service": queue()})
    seed: int = 0
    now: float = 0.0
    said: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.queues, Random(self.seed), now=self.now)

    def tell(self, event: events.Event, at: float | None = None) -> tuple[Command, ...]:
        """Something happens."""
        self.now = self.now if at is None else at
        given = self.dispatcher.handle(event, self.now)
        self.said.extend(given)
        return given

    def until(self, at: float) -> tuple[Command, ...]:
        """Time passes; the dispatcher is woken as it asked to be."""
        given: list[Command] = []
        while (due := self.dispatcher.next_deadline()) is not None and due <= at:
            assert due > self.now
            given += self.tell(events.DeadlinePassed(), due)
        self.now = at
        return tuple(given)

    def hire(self, name: str, *, tiers: Mapping[str, Tier] | None = None, ready: bool = True, **profile: Any) -> None:
        """An agent signs in at a phone of the same number."""
        known = AgentProfile(name, tiers if tiers is not None else {"service": Tier()}, **profile)
        self.tell(events.AgentAdded(known))
        self.tell(events.PhoneRegistered(name))
        self.tell(events.AgentSignedIn(name, name, ready))

    def call(self, contact: str, to: str = "service", at: float | None = None, **asked: Any) -> str | None:
        """A caller comes; gives the first agent whose phone rings for it."""
        given = self.tell(events.ContactArrived(contact, to, **asked), at)
        return next((each.agent for each in of(commands.MakeOffer, given)), None)

    def offer_of(self, contact: str) -> str:
        """The offer under way."""
        found = self.dispatcher.contact(contact)
        assert found is not None
        return found.offers[0].id

    def answer(self, contact: str, at: float | None = None) -> None:
        """The agent answers, and the two talk."""
        self.tell(events.OfferAccepted(self.offer_of(contact)), at)
        self.tell(events.TalkStarted(contact))

    def state(self, agent: str) -> str:
        """State and reason of an agent."""
        found = self.dispatcher.agent(agent)
        assert found is not None
        return f"{found.state}({found.reason})" if found.reason else str(found.state)

    def ringing(self) -> dict[str, list[str]]:
        """Contacts, and whose phones ring for them."""
        rings: dict[str, list[str]] = {}
        for agent in self.dispatcher.agents():
            if agent.offer:
                rings.setdefault(agent.offer.contact, []).append(agent.id)
        return rings

    def kept(self, kind: type[T]) -> list[T]:
        """Entries of a kind, in order."""
        return [each.entry for each in self.said if isinstance(each, Record) and isinstance(each.entry, kind)]


def of(kind: type[T], given: tuple[Command, ...]) -> list[T]:
    """The commands of a kind."""
    return [each for each in given if isinstance(each, kind)]


def service(**settings: Any) -> Centre:
    return Centre({"service": queue(**settings)})


def ends(centre: Centre) -> dict[str, str]:
    return {each.contact: str(each.end) for each in centre.kept(ContactEnded)}


def offer_ends(centre: Centre) -> list[str]:
    return [str(each.end) for each in centre.kept(Offer)]
