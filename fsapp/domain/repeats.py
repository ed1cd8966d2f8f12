"""First-call resolution (首问解决率): whoever does not call again needed to call but once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstCall:
    """A call of a number that had not called for some days; `again_at` is when it called next, if it did within as
    many days after. Times are UTC milliseconds.
    """

    arrived_at: int
    ended_at: int
    dnis: str
    again_at: int | None
