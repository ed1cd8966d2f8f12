"""conf/queues.yaml: queues as operators write them; knobs are named as mod_callcenter names them, in snake_case.

service:
  strategy: longest_idle
  max_waiting: 200
  max_wait_time: 600
  wrap_up_time: 20
  service_level: {percent: 80, seconds: 20}
  customer_levels: {gold: 5, silver: 2}
  overflow: {full: general, timeout: general}
  relax: [{after: 30, lower: 2}, {after: 90, drop: all}]
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator, model_validator

from fsapp.acd import settings_checks
from fsapp.acd.relaxing import RelaxStep, in_order
from fsapp.domain.errors import ConfigError, Problem
from fsapp.domain.recording import RecordRule
from fsapp.files.models import Settings, validated
from fsapp.files.places import Document, load

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")

LONGEST = 86_400


class StrategyName(StrEnum):
    """Which of the agents who could take a contact gets it. Agents of a lower tier level always come first."""

    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"
    FEWEST_CALLS = "fewest_calls"
    LEAST_TALK = "least_talk"
    TOP_DOWN = "top_down"
    MOST_SKILLED = "most_skilled"
    RING_ALL = "ring_all"
    RANDOM = "random"


class OverflowReason(StrEnum):
    """Why a queue does not keep a contact; also the exits of those who are not taken over by another queue."""

    FULL = "full"
    TIMEOUT = "timeout"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"


class ServiceLevel(Settings):
    """So many percent of contacts are to be answered within so many seconds."""

    percent: float = Field(80.0, gt=0, le=100)
    seconds: float = Field(20.0, gt=0, le=LONGEST)


class CustomerLevel(Settings):
    """What a level of customers is worth; a bare number is its priority."""

    priority: int = Field(0, ge=-100, le=100)
    service_level: ServiceLevel | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_priority(cls, value: Any) -> Any:
        return {"priority": value} if isinstance(value, int) else value


class Announcements(Settings):
    """What a waiting caller is told, and how often (seconds). Without a frequency nothing is said."""

    announce_sound: str | None = None
    """A prompt of the catalogue."""
    announce_frequency: float | None = Field(None, ge=5, le=LONGEST)
    first_after: float = Field(10.0, ge=0, le=LONGEST)
    position: bool = True
    estimated_wait: bool = True
    """Said only while lately given estimates have proved right."""


class QueueSettings(Settings):
    """One queue. Times are seconds; a limit that is left out is none."""

    strategy: StrategyName = StrategyName.LONGEST_IDLE
    moh_sound: str | None = None
    announcements: Announcements = Announcements()

    max_waiting: int | None = Field(None, ge=0, le=100_000)
    max_wait_time: float | None = Field(None, gt=0, le=LONGEST)
    max_wait_time_with_no_agent: float | None = Field(None, ge=0, le=LONGEST)
    """How long to wait while no agent of the queue is signed in; 0: not at all."""
    overflow: Mapping[OverflowReason, str] = Field(default_factory=dict)
    """The queue that takes a contact over, with its waiting time, for each reason."""

    seconds_per_priority: float = Field(60.0, ge=0, le=LONGEST)
    """A point of priority counts as so many seconds waited: so whoever waits long enough comes first in the end."""
    customer_levels: Mapping[str, CustomerLevel] = Field(default_factory=dict)
    relax: tuple[RelaxStep, ...] = ()
    skill_weights: Mapping[str, int] = Field(default_factory=dict)
    """How much a level of each skill counts for `most_skilled`; 1 where it is not named."""
    sticky_time: float = Field(0.0, ge=0, le=LONGEST)
    """How long a contact waits for the agent it asks for alone; 0: not at all."""

    tier_rules_apply: bool = False
    """Agents of a higher tier level join only after `tier_rule_wait_second`, times the level's rank if multiplied."""
    tier_rule_wait_second: float = Field(300.0, ge=0, le=LONGEST)
    tier_rule_wait_multiply_level: bool = True

    ring_timeout: float = Field(20.0, ge=1, le=300)
    wrap_up_time: float = Field(10.0, ge=0, le=LONGEST)
    """An agent's own goes before it."""
    abandoned_resume_allowed: bool = False
    discard_abandoned_after: float = Field(60.0, gt=0, le=LONGEST)
    """How long the place of a caller who was cut off is kept."""
    service_level: ServiceLevel = ServiceLevel()

    record: RecordRule = RecordRule.ON_DEMAND
    """Whether talks are recorded: `always`, `on_demand` (by the agent's code, or by the flow), or `never`."""
    record_retention_days: int | None = Field(None, ge=1, le=36_500)
    """How long recordings are kept; none: as the section `recordings` of the settings says."""

    @field_validator("relax")
    @classmethod
    def _relaxes_forward(cls, value: tuple[RelaxStep, ...]) -> tuple[RelaxStep, ...]:
        if not in_order(value):
            raise ValueError("each step of `relax` has a later `after` than the one before it")
        return value

    @field_validator("skill_weights")
    @classmethod
    def _weights_in_range(cls, value: Mapping[str, int]) -> Mapping[str, int]:
        for skill, weight in value.items():
            if not 0 <= weight <= 100:
                raise ValueError(f"the weight of {skill!r} is {weight}; weights run from 0 to 100")
        return value


Queues = Mapping[str, QueueSettings]


def load_queues(path: Path) -> Queues:
    """Reads a file of queues. Raises ConfigError with every problem found."""
    return queues(load(path))


def queues(document: Document) -> Queues:
    """The queues of a parsed file. Raises ConfigError with every problem found."""
    if document.data is None:
        return {}
    if not isinstance(document.data, dict):
        raise ConfigError([document.problem((), "this file holds queues by name: `service:` and so on")])
    found: dict[str, QueueSettings] = {}
    problems: list[Problem] = []
    for name in document.data:
        if not _NAME.match(name):
            problems.append(document.problem((name,), f"{name!r} is no queue name: write a-z, 0-9 and _"))
        try:
            found[name] = validated(QueueSettings, document, (name,))
        except ConfigError as error:
            problems.extend(error.problems)
    overflow = {name: {str(why): to for why, to in settings.overflow.items()} for name, settings in found.items()}
    problems.extend(settings_checks.overflow_problems(document, overflow))
    if problems:
        raise ConfigError(sorted(problems))
    return found
