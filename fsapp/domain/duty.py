"""Shifts (班次) against what was: who was expected when, and who came early, late, or not at all.

Times are UTC milliseconds since 1970.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

EARLIEST_MS = 3 * 3600 * 1000
"""Who signs in up to so long before a shift comes for it, and not for something else."""


@dataclass(frozen=True, slots=True)
class Shift:
    """When an agent is expected."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift of an agent. `signed_in_at` is None where the agent did not come, or has not yet; `signed_out_at`
    where the agent is there still, or left after the shift was over.
    """

    agent: str
    shift: Shift
    signed_in_at: int | None
    signed_out_at: int | None
    away_ms: int
    """Not signed in, between the beginning of the shift and its end, or `now`."""

    @property
    def late_ms(self) -> int:
        """Signed in so long after the shift began."""
        return max(0, self.signed_in_at - self.shift.begins) if self.signed_in_at is not None else 0

    @property
    def early_ms(self) -> int:
        """Signed in so long before the shift began."""
        return max(0, self.shift.begins - self.signed_in_at) if self.signed_in_at is not None else 0

    @property
    def left_early_ms(self) -> int:
        """Signed out for good so long before the shift ended."""
        return max(0, self.shift.ends - self.signed_out_at) if self.signed_out_at is not None else 0


Stretch = tuple[int, int]
"""Signed in from, until."""


def duties(agent: str, shifts: Iterable[Shift], signed_in: Sequence[Stretch], now: int) -> Iterator[Duty]:
    """Each shift that has begun by `now`. `signed_in` are stretches in order of time, without gaps within one."""
    for shift in shifts:
        if shift.begins <= now:
            yield _duty(agent, shift, joined(signed_in), now)


def joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that meet are one."""
    found: list[Stretch] = []
    for since, until in sorted(stretches):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    return found


def _duty(agent: str, shift: Shift, signed_in: Sequence[Stretch], now: int) -> Duty:
    end = min(shift.ends, now)
    there = [(since, until) for since, until in signed_in if until > shift.begins - EARLIEST_MS and since < shift.ends]
    present = sum(max(0, min(until, end) - max(since, shift.begins)) for since, until in there)
    signed_out_at = there[-1][1] if there and there[-1][1] < end else None
    return Duty(agent, shift, there[0][0] if there else None, signed_out_at, end - shift.begins - present)
