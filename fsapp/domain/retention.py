"""What is deleted when it is old, and what must be kept whatever its age."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Whatever fits all that is said here is not deleted: a call, a caller's number, the time of arrival (UTC
    milliseconds, from `since` on, before `until`). Empty text and None say nothing.
    """

    why: str
    call: str = ""
    number: str = ""
    since: int | None = None
    until: int | None = None
    placed_at: int = 0
    placed_by: str = ""
    id: int = 0
    lifted_at: int | None = None
    lifted_by: str = ""

    @property
    def names_something(self) -> bool:
        return bool(self.call or self.number) or self.since is not None or self.until is not None
