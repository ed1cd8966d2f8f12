"""Asking for sums: which family, by which keys, of which rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fsapp.domain.rollups import Family

Keys = tuple[str, ...]
Amounts = Mapping[str, int]
Sums = Mapping[tuple[int, Keys], Amounts]
"""By the number of the period among those asked for, and by the keys asked for; no entry where nothing was."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which sums: of a family, by these keys, and of those rows alone whose keys have these values."""

    family: Family
    keys: Keys = ()
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def totals(self) -> bool:
        """Whether the hours' totals have all that is asked for."""
        return {*self.keys, *self.where} <= set(self.family.in_total)
