"""Decisions: who got whom, and why nobody else did. A value that is cheap to make: candidates are kept as bitmaps,
and are told apart when somebody asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fsapp.acd.agents import AgentState
from fsapp.acd.lines import Place
from fsapp.acd.skills import Demand, Requirement


class Trigger(StrEnum):
    """What made the dispatcher decide."""

    CONTACT_CAME = "contact_came"
    """It arrived, came back from an offer, moved, or asks for less now."""
    AGENT_FREED = "agent_freed"
    PICKED = "picked"


class Verdict(StrEnum):
    """Why an agent was, or was not, offered the contact; the first that applies."""

    CHOSEN = "chosen"
    NOT_MEMBER = "not_member"
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
class Candidate:
    """An agent, and what was thought of it; `lacks` are the requirements that it does not meet."""

    agent: str
    verdict: Verdict
    lacks: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A contact that stood before the one chosen, and that the agent may not serve."""

    contact: str
    demand: Demand


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

    def candidates(self) -> Iterator[Candidate]:
        """Every member of the queue, by index."""
        for index, name in enumerate(self.names):
            if name and (self.members >> index & 1 or name in self.chosen):
                yield Candidate(name, self._verdict(name, 1 << index), self._lacks(1 << index))

    def passed(self) -> Iterator[Passed]:
        """Heads of lines that stood before the chosen contact."""
        for (_, _, contact), demand in sorted(self.before, key=lambda each: each[0]):
            yield Passed(contact, demand)

    def counts(self) -> dict[Verdict, int]:
        """How many agents met each verdict."""
        found: dict[Verdict, int] = {}
        for candidate in self.candidates():
            found[candidate.verdict] = found.get(candidate.verdict, 0) + 1
        return found

    def as_record(self) -> dict[str, Any]:
        """What is stored: plain values for JSON."""
        return {
            "at": self.at,
            "trigger": str(self.trigger),
            "contact": self.contact,
            "queue": self.queue,
            "strategy": self.strategy,
            "waited": round(self.waited, 3),
            "position": self.position,
            "demand": {each.skill: each.level for each in self.demand},
            "waits_for": self.waits_for,
            "chosen": list(self.chosen),
            "candidates": [
                {"agent": each.agent, "verdict": str(each.verdict), "lacks": [item.skill for item in each.lacks]}
                for each in self.candidates()
            ],
            "passed": [each.contact for each in self.passed()],
        }

    def _lacks(self, bit: int) -> tuple[Requirement, ...]:
        return tuple(need for need, holders in zip(self.demand, self.holders, strict=True) if not holders & bit)

    def _verdict(self, name: str, bit: int) -> Verdict:
        if name in self.chosen:
            return Verdict.CHOSEN
        if self.states[AgentState.OFFLINE] & bit:
            return Verdict.OFFLINE
        if not self.eligible & bit:
            return self._ineligible(bit)
        state = next(state for state, agents in self.states.items() if agents & bit)
        return Verdict.AFTER_CHOSEN if state is AgentState.AVAILABLE else Verdict(state.value)

    def _ineligible(self, bit: int) -> Verdict:
        if self.waits_for:
            return Verdict.WAITS_FOR_ANOTHER
        return Verdict.LACKS_SKILL if self._lacks(bit) else Verdict.TIER_LATER
