"""What is known of a caller from earlier calls, and which option of a menu goes first for that caller."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

REORDERED_AT_MOST = timedelta(days=30)
"""From one change that nobody asked for to the next: who calls often finds the menu as it was."""

FEWEST_CHOICES = 2
"""Choices that make a habit."""

_NUMBER = re.compile(r"\+?(?!0+\Z)[0-9]{3,20}\Z")


class Menu(NamedTuple):
    """A menu, by the place where it stands."""

    flow: str
    label: str


class SetBy(StrEnum):
    """Who put an option first."""

    HABIT = "habit"
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class FirstOption:
    """The option that a caller hears first in a menu, by its key; empty: the standard menu."""

    key: str
    by: SetBy
    at: datetime


@dataclass(frozen=True, slots=True)
class CallerHistory:
    """Calls that are over, of one number. Texts are empty and `last_at` is None where there was no call.

    `choices` are the keys chosen in each menu, with how often.
    """

    calls: int = 0
    last_at: datetime | None = None
    last_flow: str = ""
    last_disposition: str = ""
    last_path: str = ""
    last_queue: str = ""
    last_agent: str = ""
    """Whom the caller talked to last, in whichever call."""
    choices: Mapping[Menu, Mapping[str, int]] = field(default_factory=dict)
    firsts: Mapping[Menu, FirstOption] = field(default_factory=dict)


def can_be_known(ani: str) -> bool:
    """Whether this is one caller's number: not withheld, and not what a gateway puts in its place."""
    return _NUMBER.match(ani) is not None


def first_option(history: CallerHistory, menu: Menu, options: Collection[str], now: datetime) -> str:
    """The key of the option that goes first; empty where the standard order is right.

    What the caller set holds until the caller sets another. Else it is what the caller chooses most, changed at most
    once in REORDERED_AT_MOST.
    """
    kept = history.firsts.get(menu)
    if kept is not None and kept.key in ("", *options):
        if kept.by is SetBy.CALLER or now - kept.at < REORDERED_AT_MOST:
            return kept.key
    else:
        kept = None
    chosen = {key: times for key, times in history.choices.get(menu, {}).items() if key in options}
    return _favourite(chosen) or (kept.key if kept else "")


def _favourite(choices: Mapping[str, int]) -> str:
    """The key chosen most; empty where two are chosen as often, or none often enough to be a habit."""
    ranked = sorted(choices, key=lambda key: -choices[key])
    if not ranked or choices[ranked[0]] < FEWEST_CHOICES:
        return ""
    tied = len(ranked) > 1 and choices[ranked[0]] == choices[ranked[1]]
    return "" if tied else ranked[0]
