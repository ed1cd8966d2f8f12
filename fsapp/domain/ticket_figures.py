"""What a report counts of a ticket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """Times are UTC milliseconds; None: not yet, or no limit. `owner` is the part of the house whose turn it is."""

    kind: str
    owner: str
    is_open: bool
    opened_at: int
    accepted_at: int | None
    replied_at: int | None
    closed_at: int | None
    close_by: int | None
    urged: int
    reopened: int
    result: str
    revisit: str

    def late(self, now: int) -> bool:
        """Closed after its time, or open beyond it."""
        done = now if self.closed_at is None or self.is_open else self.closed_at
        return self.close_by is not None and done > self.close_by
