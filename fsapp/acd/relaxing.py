"""Requirements that ease while a contact waits. The place in the line does not change, only who may take it.

relax:
  - {after: 30, lower: 2}              # every level two lower, never below 1
  - {after: 60, levels: {billing: 1}}  # this level, if it was higher
  - {after: 90, drop: [cantonese]}     # no matter any more
  - {after: 120, drop: all}
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from fsapp.acd.skills import HIGHEST, Demand, Requirement
from fsapp.files.models import Settings


class RelaxStep(Settings):
    """What is eased when a contact has waited `after` seconds."""

    after: float = Field(gt=0, le=86_400)
    lower: int = Field(0, ge=0, lt=HIGHEST)
    levels: dict[str, Annotated[int, Field(ge=1, le=HIGHEST)]] = Field(default_factory=dict)
    drop: tuple[str, ...] | Literal["all"] = ()

    def __hash__(self) -> int:
        return hash((self.after, self.lower, self.drop))

    def eased(self, demand: Demand) -> Demand:
        """What is left of a demand."""
        if self.drop == "all":
            return ()
        return tuple(self._lowered(each) for each in demand if each.skill not in self.drop)

    def _lowered(self, requirement: Requirement) -> Requirement:
        level = max(1, requirement.level - self.lower)
        return replace(requirement, level=min(level, self.levels.get(requirement.skill, level)))


@lru_cache(maxsize=4096)
def stages(demand: Demand, schedule: tuple[RelaxStep, ...]) -> tuple[tuple[float, Demand], ...]:
    """What is demanded from when on, in seconds of waiting; the first is from 0 on."""
    found = [(0.0, demand)]
    for step in schedule:
        found.append((step.after, step.eased(found[-1][1])))
    return tuple(found)


def in_order(schedule: Sequence[RelaxStep]) -> bool:
    """Whether each step comes after the one before it."""
    return all(one.after < other.after for one, other in pairwise(schedule))
