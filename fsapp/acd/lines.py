"""A queue's two sides, each in order: the contacts who wait, and the agents who are idle.

Contacts whom the same agents may serve stand in one line, so that a freed agent looks at heads of lines alone.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from fsapp.acd.agents import Agent, Tier
from fsapp.acd.contacts import Contact
from fsapp.acd.settings import QueueSettings
from fsapp.acd.skills import Demand, indexes, nth

if TYPE_CHECKING:
    from fsapp.acd.strategies import Key, Strategy

Place = tuple[float, int, str]
"""Who comes first: the moment of arrival less the head start that priority gives, then the order of arrival; whose."""

Standing = tuple[int, "Key", int, Agent]
"""An idle agent's place in a queue: tier level, the strategy's key, index."""

LineKey = tuple[Demand, int] | str
"""What the contacts of a line have in common: demand and reach, or the agent whom they wait for."""

EVERY_TIER = 1_000_000
"""The reach of contacts whom agents of all tier levels may serve."""

FEW = 24
"""Up to so many candidates are compared one by one; among more, the first in order is found sooner."""


PASSED_KEPT = 20
"""So many of those whom a decision passed over are kept with it."""


class Line:
    """Contacts whom the same agents may serve, best first; `eligible` is the bitmap of these agents."""

    __slots__ = ("demand", "eligible", "key", "places")

    def __init__(self, key: LineKey, demand: Demand, eligible: int) -> None:
        self.key = key
        self.demand = demand
        self.eligible = eligible
        self.places: list[Place] = []

    def add(self, place: Place) -> None:
        insort(self.places, place)

    def remove(self, place: Place) -> None:
        del self.places[bisect_left(self.places, place)]


class Queue:
    """A queue at work. `order` holds everybody who waits or is offered; lines only those who may be offered."""

    def __init__(self, name: str, settings: QueueSettings, strategy: "Strategy", now: float) -> None:
        self.name = name
        self.settings = settings
        self.strategy = strategy
        self.closed = False
        self.unstaffed_since: float | None = now
        """Since when no member is signed in."""
        self.lines: dict[LineKey, Line] = {}
        self.sticky: dict[LineKey, Line] = {}
        self.heads: list[tuple[Place, Line]] = []
        """The first of each line that is not sticky, best first."""
        self.order: list[Place] = []
        self.tiers: list[tuple[int, int]] = []
        """Members by tier level: (level, bitmap)."""
        self.idle: list[Standing] = []
        self._standings: dict[int, Standing] = {}

    # Contacts

    def join(self, place: Place) -> int:
        """Enters the order; gives the position, from 1."""
        insort(self.order, place)
        return self.position(place)

    def position(self, place: Place) -> int:
        return bisect_left(self.order, place) + 1

    def holds(self, place: Place) -> bool:
        """Whether it is in the order."""
        index = bisect_left(self.order, place)
        return index < len(self.order) and self.order[index] == place

    def part(self, place: Place) -> None:
        """Leaves the order."""
        del self.order[bisect_left(self.order, place)]

    def stand(self, contact: Contact, key: LineKey, demand: Demand, eligible: int) -> None:
        """Puts a contact into the line of this key."""
        lines = self._lines(key)
        line = lines.get(key)
        if line is None:
            line = lines[key] = Line(key, demand, eligible)
        contact.line = line
        if isinstance(key, str):
            line.add(contact.place)
        else:
            self._change(line, line.add, contact.place)

    def step_out(self, contact: Contact) -> None:
        """Takes a contact out of its line; it may not be offered then."""
        line = contact.line
        if line is None:
            return
        contact.line = None
        if isinstance(line.key, str):
            line.remove(contact.place)
        else:
            self._change(line, line.remove, contact.place)
        if not line.places:
            del self._lines(line.key)[line.key]

    def _change(self, line: Line, change: Callable[[Place], None], place: Place) -> None:
        """Keeps the order of heads while a line changes."""
        before = line.places[0] if line.places else None
        change(place)
        after = line.places[0] if line.places else None
        if before is after:
            return
        if before is not None:
            del self.heads[bisect_left(self.heads, (before,))]
        if after is not None:
            insort(self.heads, (after, line))

    def _lines(self, key: LineKey) -> dict[LineKey, Line]:
        return self.sticky if isinstance(key, str) else self.lines

    def first_for(self, agent: Agent) -> Place | None:
        """The best contact that this agent may serve."""
        bit, best = agent.bit, None
        for place, line in self.heads:
            if line.eligible & bit:
                best = place
                break
        own = self.sticky.get(agent.id)
        if own is not None and (best is None or own.places[0] < best):
            best = own.places[0]
        return best

    def passed_over(self, place: Place) -> tuple[tuple[Place, Demand], ...]:
        """The first heads of lines that stand before `place`, and what they demand."""
        end = min(PASSED_KEPT, bisect_left(self.heads, (place,)))
        return tuple((head, line.demand) for head, line in self.heads[:end])

    # Agents

    @property
    def levels(self) -> tuple[int, ...]:
        """The tier levels that have members."""
        return tuple(level for level, _ in self.tiers)

    def enlist(self, bit: int, tier: Tier | None) -> None:
        """The agent of this bit is a member of this tier, or none."""
        levels = {level: bitmap & ~bit for level, bitmap in self.tiers}
        if tier is not None:
            levels[tier.level] = levels.get(tier.level, 0) | bit
        self.tiers = sorted((level, bitmap) for level, bitmap in levels.items() if bitmap)

    def members(self, reach: int = EVERY_TIER) -> int:
        """The bitmap of members up to the tier level of rank `reach`, from 0."""
        found = 0
        for _, bitmap in self.tiers[: reach + 1]:
            found |= bitmap
        return found

    def rest(self, agent: Agent) -> None:
        """The agent is idle: stands among the others by the strategy's order."""
        tier = agent.profile.tiers[self.name]
        standing = (tier.level, self.strategy.key(agent, tier, self.name), agent.index, agent)
        self._standings[agent.index] = standing
        insort(self.idle, standing)

    def rise(self, agent: Agent) -> None:
        """The agent is idle no more."""
        standing = self._standings.pop(agent.index)
        del self.idle[bisect_left(self.idle, standing)]

    def lowest(self, candidates: int) -> int:
        """Those candidates who are of the lowest tier level that has any."""
        return next((found for _, bitmap in self.tiers if (found := candidates & bitmap)), 0)

    def first_of(self, candidates: int) -> Agent:
        """The candidate who comes first in the strategy's order; candidates are idle members, one at least."""
        if candidates.bit_count() <= FEW:
            return min(self._standings[index] for index in indexes(candidates))[3]
        return next(standing[3] for standing in self.idle if standing[3].bit & candidates)

    def nth_of(self, candidates: int, count: int) -> Agent:
        """The candidate before whom `count` others stand in order of index."""
        return self._standings[nth(candidates, count)][3]

    def all_of(self, candidates: int) -> tuple[Agent, ...]:
        """The candidates in the strategy's order."""
        return tuple(standing[3] for standing in sorted(self._standings[index] for index in indexes(candidates)))


def ladder(agent: Agent, queues: Mapping[str, Queue]) -> tuple[tuple[Queue, ...], ...]:
    """The agent's queues by tier level, then position, then name."""
    tiers = agent.profile.tiers
    known = sorted((tiers[name].level, tiers[name].position, name) for name in tiers if name in queues)
    return tuple(tuple(queues[name] for _, _, name in rung) for _, rung in groupby(known, key=lambda each: each[0]))
