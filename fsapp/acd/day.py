"""DAY.yaml: a day to be simulated. Times of the day are 08:00 or 08:00:30; lengths are seconds.

seed: 7
arrivals:
  - queue: service
    per_hour: {08:00: 60, 09:30: 140, 12:00: 80, 18:00: 0}
    mix:                                       # each kind's share; skills as a flow would ask for them
      - {share: 3, skills: {billing: 3}}
      - {share: 1, skills: {billing: 3, cantonese: 5}, customer_level: gold}
    patience: 180                              # mean, exponential
    handle_time: {mean: 210, deviation: 120}   # of the talk, without wrap-up; log-normal
  - queue: sales
    at: [09:00, 09:00:20]
agents:
  - name: day
    count: 12
    tiers: {service: 1}
    skills: {billing: 5}
    shifts: [08:00-12:00, 13:00-17:30]
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from fsapp.acd.agents import AgentProfile, Tier
from fsapp.acd.settings import Queues
from fsapp.acd.skills import HIGHEST
from fsapp.domain.errors import ConfigError, Problem
from fsapp.files.models import Settings, validated
from fsapp.files.places import Document, Path, load

_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?\Z")


def _seconds(text: Any) -> float:
    """A time of the day as seconds since midnight."""
    match = _TIME.match(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is no time of the day: write it like 08:30, or 08:30:15")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if hours > 24 or minutes > 59 or seconds > 59:
        raise ValueError(f"{text!r}: times of the day run from 00:00 to 24:00")
    return hours * 3600.0 + minutes * 60 + seconds


def _span(text: Any) -> tuple[float, float]:
    first, _, last = text.partition("-") if isinstance(text, str) else ("", "", "")
    begin, end = _seconds(first.strip()), _seconds(last.strip())
    if begin >= end:
        raise ValueError(f"{text!r} ends before it begins")
    return begin, end


TimeOfDay = Annotated[float, BeforeValidator(_seconds)]
Shift = Annotated[tuple[float, float], BeforeValidator(_span)]
Level = Annotated[int, Field(ge=1, le=HIGHEST)]


class Lengths(Settings):
    """Lengths of time, log-normal; a bare number is the mean."""

    mean: float = Field(gt=0, le=86_400)
    deviation: float | None = Field(None, ge=0, le=86_400)
    """Six tenths of the mean where it is not given."""

    @model_validator(mode="before")
    @classmethod
    def _bare_mean(cls, value: Any) -> Any:
        return {"mean": value} if isinstance(value, int | float) else value


class Kind(Settings):
    """What some callers of a stream ask for, and how many of them there are."""

    share: float = Field(1.0, gt=0)
    skills: Mapping[str, Level] = Field(default_factory=dict)
    priority: int = Field(0, ge=-100, le=100)
    customer_level: str = ""


class Stream(Settings):
    """Callers of one queue: at random by a profile of the day, or at given times."""

    queue: str
    per_hour: Mapping[TimeOfDay, Annotated[float, Field(ge=0, le=100_000)]] = Field(default_factory=dict)
    """From each time on, so many an hour; nobody before the first."""
    at: tuple[TimeOfDay, ...] = ()
    mix: tuple[Kind, ...] = (Kind(),)
    patience: float = Field(180.0, gt=0, le=86_400)
    handle_time: Lengths = Lengths(mean=180.0)

    @model_validator(mode="after")
    def _one_way(self) -> "Stream":
        if bool(self.per_hour) == bool(self.at):
            raise ValueError("callers come either `per_hour` or `at` given times")
        return self


class TierSettings(Settings):
    """An agent's place in a queue; a bare number is the level."""

    level: int = Field(1, ge=1, le=100)
    position: int = Field(1, ge=1, le=10_000)

    @model_validator(mode="before")
    @classmethod
    def _bare_level(cls, value: Any) -> Any:
        return {"level": value} if isinstance(value, int) else value


class Team(Settings):
    """Agents who are alike; they are called name-1, name-2 …"""

    name: str = Field(min_length=1)
    count: int = Field(1, ge=1, le=10_000)
    tiers: Mapping[str, TierSettings]
    skills: Mapping[str, Level] = Field(default_factory=dict)
    shifts: tuple[Shift, ...] = Field(min_length=1)
    wrap_up_time: float | None = Field(None, ge=0)
    answer_after: Lengths = Lengths(mean=4.0)
    no_answer: float = Field(0.0, ge=0, lt=1)
    """The share of offers that these agents let ring."""

    @field_validator("shifts")
    @classmethod
    def _one_after_the_other(cls, value: tuple[Shift, ...]) -> tuple[Shift, ...]:
        ordered = tuple(sorted(value))
        for index in range(1, len(ordered)):
            if ordered[index][0] < ordered[index - 1][1]:
                raise ValueError("these shifts overlap")
        return ordered

    def profiles(self) -> Iterator[AgentProfile]:
        tiers = {queue: Tier(tier.level, tier.position) for queue, tier in self.tiers.items()}
        for number in range(1, self.count + 1):
            yield AgentProfile(f"{self.name}-{number}", tiers, self.skills, wrap_up_time=self.wrap_up_time)


class Day(Settings):
    """A day. The same seed gives the same callers, whatever the queues are."""

    seed: int = 0
    arrivals: tuple[Stream, ...]
    agents: tuple[Team, ...]


def load_day(path: FilePath, queues: Queues) -> Day:
    """Reads a day for these queues. Raises ConfigError with every problem found."""
    document = load(path)
    day = validated(Day, document)
    problems = [*_unknown_queues(document, day, queues), *_same_names(document, day)]
    if problems:
        raise ConfigError(sorted(problems))
    return day


def _unknown_queues(document: Document, day: Day, queues: Queues) -> Iterator[Problem]:
    named: list[tuple[Path, str]] = [
        (("arrivals", index, "queue"), stream.queue) for index, stream in enumerate(day.arrivals)
    ]
    for index, team in enumerate(day.agents):
        named += [(("agents", index, "tiers", queue), queue) for queue in team.tiers]
    for place, queue in named:
        if queue not in queues:
            yield document.problem(place, f"there is no queue {queue!r}; known: {', '.join(sorted(queues))}")


def _same_names(document: Document, day: Day) -> Iterator[Problem]:
    names = [team.name for team in day.agents]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield document.problem(("agents", index, "name"), f"there is another team called {name!r}")
