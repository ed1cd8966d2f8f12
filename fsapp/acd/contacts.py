"""Contacts: calls that wait in a queue, or are served from it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fsapp.acd.skills import Demand

if TYPE_CHECKING:
    from fsapp.acd.agents import Agent
    from fsapp.acd.events import ContactArrived
    from fsapp.acd.lines import Line, Place, Queue
    from fsapp.acd.offers import Offer


class ContactState(StrEnum):
    """`connecting`: an agent answered, and the two do not hear each other yet."""

    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTING = "connecting"
    TALKING = "talking"


@dataclass(slots=True, eq=False)
class Contact:
    """`number` counts contacts in order of arrival. `queued_at` began the waiting, `entered_at` that in this queue."""

    arrived: "ContactArrived"
    number: int
    queue: "Queue"
    queued_at: float
    entered_at: float = 0.0
    demand: Demand = ()
    """What is demanded now; `stages` say what will be, by seconds of waiting."""
    stages: tuple[tuple[float, Demand], ...] = ()
    place: "Place" = (0.0, 0, "")
    state: ContactState = ContactState.WAITING
    waits_for: str = ""
    """The agent whom it waits for alone as yet; once it waits for others too, it does so for good."""
    line: "Line | None" = None
    """The line it stands in, while it may be offered."""
    offers: "list[Offer]" = field(default_factory=list)
    agent: "Agent | None" = None
    accepted: str = ""
    """The offer that was accepted."""
    talk_since: float | None = None
    announce_at: float | None = None
    visited: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.arrived.contact
