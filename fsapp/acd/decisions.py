"""Decisions: who got whom, and why nobody else did. A value that is cheap to make: candidates are kept as bitmaps,
and are told apart when it is stored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from itertools import compress
from operator import and_
from typing import Any

from fsapp.acd.agents import AgentState
from fsapp.acd.lines import Place
from fsapp.acd.skills import Demand


class Trigger(StrEnum):
    """What made the dispatcher decide."""

    CONTACT_CAME = "contact_came"
    """It arrived, came back from an offer, moved, or asks for less now."""
    AGENT_FREED = "agent_freed"
    PICKED = "picked"


class Verdict(StrEnum):
    """Why a member of the queue was not offered the contact; the first that applies."""

    OFFLINE = "offline"
    LACKS_SKILL = "lacks_skill"
    TIER_LATER = "tier_later"
    WAITS_FOR_ANOTHER = "waits_for_another"
    """The contact waits for one agent alone as yet."""
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    ON_BREAK = "on_break"
    AFTER_CHOSEN = "after_chosen"
    """Could have had it; the strategy put another one first."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`chosen` is empty where nobody could be asked. Bitmaps are by index into `names`; `at` is monotonic seconds."""

    at: float
    trigger: Trigger
    contact: str
    queue: str
    strategy: str
    waited: float
    position: int
    demand: Demand
    chosen: tuple[str, ...]
    taken: int
    """The bitmap of those chosen."""
    names: tuple[str, ...]
    members: int
    eligible: int
    """Those members who have the skills and whose tier's turn it is, whatever their state."""
    holders: tuple[int, ...]
    """For each requirement of `demand`, who meets it."""
    states: Mapping[AgentState, int]
    waits_for: str = ""
    """The only agent whom the contact waits for, as yet."""
    before: tuple[tuple[Place, Demand], ...] = ()
    """Heads of lines that stood before the contact, and that the agent may not serve."""

    def as_record(self) -> dict[str, Any]:
        """What is stored: plain values for JSON. Every member is named once: among those `chosen`, by a verdict among
        the `others`, or, for want of skills, in `lacks` under the skills that it lacks, joined by commas.
        """
        others = self._others()
        unskilled = others.pop(Verdict.LACKS_SKILL, 0)
        return {
            "trigger": str(self.trigger),
            "contact": self.contact,
            "queue": self.queue,
            "strategy": str(self.strategy),
            "waited_ms": round(self.waited * 1000),
            "position": self.position,
            "demand": _levels(self.demand),
            "waits_for": self.waits_for,
            "chosen": list(self.chosen),
            "others": {str(verdict): self._named(agents) for verdict, agents in others.items()},
            "lacks": {",".join(skills): self._named(agents) for skills, agents in self._by_lack(unskilled).items()},
            "passed": [
                {"contact": contact, "demand": _levels(demand)} for (_, _, contact), demand in sorted(self.before)
            ],
        }

    def _others(self) -> dict[Verdict, int]:
        """The bitmaps of members who were not chosen, by verdict."""
        found: dict[Verdict, int] = {}
        left = self.members & ~self.taken
        for verdict, agents in self._verdicts():
            if mine := left & agents:
                found[verdict] = mine
                left &= ~mine
        return found

    def _verdicts(self) -> Iterator[tuple[Verdict, int]]:
        """Each verdict with those whom it may apply to, the first that applies before the others."""
        yield Verdict.OFFLINE, self.states[AgentState.OFFLINE]
        if self.waits_for:
            yield Verdict.WAITS_FOR_ANOTHER, ~self.eligible
        else:
            yield Verdict.LACKS_SKILL, ~self.eligible & ~reduce(and_, self.holders, -1)
            yield Verdict.TIER_LATER, ~self.eligible
        for state in _ENGAGED:
            yield Verdict(state.value), self.states[state]
        yield Verdict.AFTER_CHOSEN, self.states[AgentState.AVAILABLE]

    def _by_lack(self, unskilled: int) -> dict[tuple[str, ...], int]:
        """Those without the skills, by which of them they lack."""
        groups: dict[tuple[str, ...], int] = {(): unskilled} if unskilled else {}
        for need, holders in zip(self.demand, self.holders, strict=True):
            split: dict[tuple[str, ...], int] = {}
            for lacked, agents in groups.items():
                split |= {lacked: agents & holders, (*lacked, need.skill): agents & ~holders}
            groups = {lacked: agents for lacked, agents in split.items() if agents}
        return groups

    def _named(self, agents: int) -> list[str]:
        """The names of a bitmap, by index: thousands in some microseconds, for this is done in the hub."""
        flags = bin(agents)[:1:-1].encode().translate(_FLAGS)
        return list(compress(self.names, flags))


_ENGAGED = (AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP, AgentState.ON_BREAK)

_FLAGS = bytes.maketrans(b"01", b"\0\1")


def _levels(demand: Demand) -> dict[str, int]:
    return {each.skill: each.level for each in demand}
