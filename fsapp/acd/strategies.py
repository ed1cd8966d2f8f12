"""Strategies: which of the idle agents who may serve a contact is asked. One object each.

A strategy gives each idle agent a key, by which it stands among the idle of a queue; and chooses, by default the
first. Agents of a lower tier level stand before all others.
"""

from collections.abc import Mapping
from random import Random
from typing import Protocol

from fsapp.acd.agents import Agent, Tier
from fsapp.acd.lines import Queue
from fsapp.acd.settings import StrategyName
from fsapp.acd.skills import Demand, SkillMap

Key = tuple[float, float]


class Strategy(Protocol):
    """`together`: several are asked at once, and the contact may still be offered to more."""

    @property
    def together(self) -> bool: ...

    def key(self, agent: Agent, tier: Tier, queue: str) -> Key:
        """The lowest comes first. It changes only while the agent is not available."""
        ...

    def choose(self, queue: Queue, candidates: int, demand: Demand) -> tuple[Agent, ...]:
        """Of a bitmap of idle members, one at least."""
        ...


class _First:
    together = False

    def choose(self, queue: Queue, candidates: int, demand: Demand) -> tuple[Agent, ...]:  # noqa: ARG002 -- the port's
        return (queue.first_of(candidates),)


class LongestIdle(_First):
    """Who has been free of contacts for the longest time."""

    def key(self, agent: Agent, tier: Tier, queue: str) -> Key:  # noqa: ARG002 -- the port's
        return agent.idle_since, tier.position


class RoundRobin(_First):
    """Each in turn: whom this queue asked the longest time ago; who was never asked comes first, by position."""

    def key(self, agent: Agent, tier: Tier, queue: str) -> Key:
        return agent.turns.get(queue, 0), tier.position


class FewestCalls(_First):
    """Who answered the fewest contacts since signing in."""

    def key(self, agent: Agent, tier: Tier, queue: str) -> Key:  # noqa: ARG002 -- the port's
        return agent.calls, agent.idle_since


class LeastTalk(_First):
    """Who talked the least since signing in."""

    def key(self, agent: Agent, tier: Tier, queue: str) -> Key:  # noqa: ARG002 -- the port's
        return agent.talk_seconds, agent.idle_since


class TopDown(_First):
    """Always the lowest position."""

    def key(self, agent: Agent, tier: Tier, queue: str) -> Key:  # noqa: ARG002 -- the port's
        return tier.position, agent.idle_since


class MostSkilled(LongestIdle):
    """The highest weighted sum of levels in the skills asked for; the longest idle among equals."""

    def __init__(self, skills: SkillMap) -> None:
        self._skills = skills

    def choose(self, queue: Queue, candidates: int, demand: Demand) -> tuple[Agent, ...]:
        nearest = queue.lowest(candidates)
        best = next((found for band in self._skills.bands(demand) if (found := nearest & band)), nearest)
        return (queue.first_of(best),)


class RingAll(LongestIdle):
    """All at once; the first to answer has the contact."""

    together = True

    def choose(self, queue: Queue, candidates: int, demand: Demand) -> tuple[Agent, ...]:  # noqa: ARG002 -- the port's
        return queue.all_of(candidates)


class AnyOf(LongestIdle):
    """Whoever chance picks."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def choose(self, queue: Queue, candidates: int, demand: Demand) -> tuple[Agent, ...]:  # noqa: ARG002 -- the port's
        nearest = queue.lowest(candidates)
        return (queue.nth_of(nearest, self._random.randrange(nearest.bit_count())),)


def strategies(skills: SkillMap, random: Random) -> Mapping[StrategyName, Strategy]:
    """All of them; chance comes from `random` alone."""
    return {
        StrategyName.LONGEST_IDLE: LongestIdle(),
        StrategyName.ROUND_ROBIN: RoundRobin(),
        StrategyName.FEWEST_CALLS: FewestCalls(),
        StrategyName.LEAST_TALK: LeastTalk(),
        StrategyName.TOP_DOWN: TopDown(),
        StrategyName.MOST_SKILLED: MostSkilled(skills),
        StrategyName.RING_ALL: RingAll(),
        StrategyName.RANDOM: AnyOf(random),
    }
