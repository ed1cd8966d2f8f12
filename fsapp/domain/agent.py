"""What is known of an agent, on duty or not: the record that administrators keep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from fsapp.domain.calendar import Calendar, Hours

HIGHEST_SKILL_LEVEL = 10
HIGHEST_TIER_LEVEL = 100
LAST_POSITION = 10_000
LONGEST_TIME = 86_400.0
LANGUAGES = ("zh", "en")

_NUMBER = re.compile(r"[0-9]{2,16}\Z")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
_TIMES = ("wrap_up_time", "reject_delay_time", "busy_delay_time", "no_answer_delay_time")


class Role(StrEnum):
    """What an agent may do: a supervisor may also listen in and set the states of others."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class QueuePlace(NamedTuple):
    """An agent's place in a queue: lower levels are asked first; within a level, positions order `top_down`."""

    level: int = 1
    position: int = 1


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent. Times are seconds. Raises ValueError, with a sentence, for what cannot be."""

    id: str
    """Digits: keyed in to sign in."""
    name: str
    extension: str = ""
    """The own phone; empty for an agent who signs in at any."""
    language: str = "zh"
    """What the agent is spoken to in."""
    role: Role = Role.AGENT
    queues: Mapping[str, QueuePlace] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    wrap_up_time: float | None = None
    """Goes before the queue's."""
    manual_ready: bool = False
    """Wrap-up lasts until the agent ends it."""
    auto_answer: bool = False
    """The phone is to take offers without being picked up."""
    max_no_answer: int = 3
    """In a row; then the agent rests. 0: never."""
    reject_delay_time: float = 10.0
    busy_delay_time: float = 60.0
    no_answer_delay_time: float = 10.0
    shifts: tuple[tuple[Hours, ...], ...] = ()
    """When the agent is expected, Monday to Sunday; empty where nobody says."""
    screen: Mapping[str, str] = field(default_factory=dict)
    """Free data that goes to the agent's screen with each contact: a desk, a team, an address."""
    pin_hash: str = field(default="", repr=False)
    """domain.pin's; empty: cannot sign in."""

    def __post_init__(self) -> None:
        _check_number(self.id, "an agent's number")
        if self.extension:
            _check_number(self.extension, "a phone's number")
        if not self.name.strip() or not self.name.isprintable() or len(self.name) > 60:
            raise ValueError("an agent has a name, of one line and up to 60 characters")
        if self.language not in LANGUAGES:
            raise ValueError(f"{self.language!r} is no language of agents; known: {', '.join(LANGUAGES)}")
        for queue, place in self.queues.items():
            check_place(queue, place)
        for skill, level in self.skills.items():
            check_skill(skill, level)
        for name in _TIMES:
            _check_range(name, getattr(self, name), 0, LONGEST_TIME)
        _check_range("max_no_answer", self.max_no_answer, 0, 1000)
        if self.shifts and (len(self.shifts) != 7 or not any(self.shifts)):
            raise ValueError("shifts are of seven days, with hours on one of them at least")

    def shift_calendar(self, zone: ZoneInfo) -> Calendar | None:
        """Open while the agent is expected, by the clock of `zone`; None where nobody says when that is."""
        return Calendar(zone, self.shifts) if self.shifts else None


def queue_place(text: str) -> tuple[str, QueuePlace]:
    """`service`, `service:1` or `service:1:2`: a queue, the level in it, the position. Raises ValueError."""
    name, *numbers = text.split(":")
    if len(numbers) > 2 or not all(number.isdecimal() for number in numbers):
        raise ValueError(f"{text[:40]!r} is no queue with level and position: write service:1:2")
    place = QueuePlace(*map(int, numbers))
    check_place(name, place)
    return name, place


def skill_level(text: str) -> tuple[str, int]:
    """`billing:5`. Raises ValueError."""
    name, _, level = text.partition(":")
    if not level.isdecimal():
        raise ValueError(f"{text[:40]!r} is no skill with a level: write billing:5")
    check_skill(name, int(level))
    return name, int(level)


def check_place(queue: str, place: QueuePlace) -> None:
    """Raises ValueError for a place in a queue that cannot be."""
    if not _WORD.match(queue):
        raise ValueError(f"{queue[:40]!r} is no queue name: write a-z, 0-9 and _")
    _check_range(f"the level in {queue!r}", place.level, 1, HIGHEST_TIER_LEVEL)
    _check_range(f"the position in {queue!r}", place.position, 1, LAST_POSITION)


def check_skill(skill: str, level: int) -> None:
    """Raises ValueError for a skill's name or level that cannot be."""
    if not _WORD.match(skill):
        raise ValueError(f"{skill[:40]!r} is no skill name: write a-z, 0-9 and _")
    _check_range(f"the level of {skill!r}", level, 1, HIGHEST_SKILL_LEVEL)


def _check_number(text: str, what: str) -> None:
    if not _NUMBER.match(text):
        raise ValueError(f"{text[:40]!r} is not {what}: it has 2 to 16 digits")


def _check_range(what: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        raise ValueError(f"{what} is {value:g}; it runs from {least:g} to {most:g}")
