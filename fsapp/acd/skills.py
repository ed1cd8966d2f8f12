"""Skills with levels, and which agents meet a demand for them: one bit an agent in a Python integer.

A conjunction of requirements is an AND of bitmaps, so its cost does not grow with the skills agents hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

HIGHEST = 10
"""Levels run from 1 to this."""


def check_levels(levels: Mapping[str, int]) -> None:
    """Raises ValueError for a level out of range."""
    for skill, level in levels.items():
        if not 1 <= level <= HIGHEST:
            raise ValueError(f"the level of {skill!r} is {level}; levels run from 1 to {HIGHEST}")


@dataclass(frozen=True, slots=True, order=True)
class Requirement:
    """At least `level` of `skill`; `weight` is how much each level counts where the most skilled agent is sought."""

    skill: str
    level: int = 1
    weight: int = 1

    def __post_init__(self) -> None:
        check_levels({self.skill: self.level})


Demand = tuple[Requirement, ...]
"""What a contact requires, in order of skills: equal demands are equal values."""


def demand(levels: Mapping[str, int], weights: Mapping[str, int] | None = None) -> Demand:
    """The demand for these levels. Raises ValueError for a level out of range."""
    weights = weights or {}
    return tuple(Requirement(skill, levels[skill], weights.get(skill, 1)) for skill in sorted(levels))


class SkillMap:
    """Who holds what. Agents are known by their index, 0 and up."""

    def __init__(self) -> None:
        self._held: dict[int, Mapping[str, int]] = {}
        self._at_least: dict[str, list[int]] = {}
        self._everyone = 0
        self._bands: dict[Demand, tuple[int, ...]] = {}

    def put(self, index: int, skills: Mapping[str, int]) -> None:
        """Agent `index` holds exactly these skills from now on."""
        self.drop(index)
        self._held[index] = dict(skills)
        self._everyone |= 1 << index
        for skill, level in skills.items():
            holders = self._at_least.setdefault(skill, [0] * (HIGHEST + 2))
            for reached in range(1, level + 1):
                holders[reached] |= 1 << index

    def drop(self, index: int) -> None:
        """Forgets an agent."""
        self._bands.clear()
        self._everyone &= ~(1 << index)
        for skill in self._held.pop(index, {}):
            self._at_least[skill] = [holders & ~(1 << index) for holders in self._at_least[skill]]

    def holders(self, requirement: Requirement) -> int:
        """The bitmap of agents who meet one requirement."""
        levels = self._at_least.get(requirement.skill)
        return levels[requirement.level] if levels else 0

    def qualified(self, demand: Demand) -> int:
        """The bitmap of agents who meet all of a demand."""
        agents = self._everyone
        for requirement in demand:
            agents &= self.holders(requirement)
        return agents

    def bands(self, demand: Demand) -> tuple[int, ...]:
        """The qualified agents, split by how well they suit: bitmaps, the best weighted sum of levels first."""
        found = self._bands.get(demand)
        if found is None:
            sums = self._sums(demand)
            found = self._bands[demand] = tuple(sums[total] for total in sorted(sums, reverse=True))
        return found

    def _sums(self, demand: Demand) -> dict[int, int]:
        """Qualified agents by the weighted sum of their levels, skill by skill: never agent by agent."""
        sums = {0: self.qualified(demand)}
        for requirement in demand:
            wider: dict[int, int] = {}
            for total, agents in sums.items():
                for level, holders in self._by_level(requirement):
                    if both := agents & holders:
                        key = total + requirement.weight * level
                        wider[key] = wider.get(key, 0) | both
            sums = wider
        return sums

    def _by_level(self, requirement: Requirement) -> Iterator[tuple[int, int]]:
        holders = self._at_least.get(requirement.skill, [0] * (HIGHEST + 2))
        for level in range(requirement.level, HIGHEST + 1):
            yield level, holders[level] & ~holders[level + 1]


def indexes(bitmap: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while bitmap:
        lowest = bitmap & -bitmap
        yield lowest.bit_length() - 1
        bitmap ^= lowest


def nth(bitmap: int, count: int) -> int:
    """The position of the set bit below which `count` others are set, by halving."""
    low, high = 0, bitmap.bit_length()
    while high - low > 1:
        middle = (low + high) // 2
        if (bitmap & ((1 << middle) - 1)).bit_count() > count:
            high = middle
        else:
            low = middle
    return low
