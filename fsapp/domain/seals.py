"""Seals of the journal's days: a chain of digests, in which a changed, added or missing event shows."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Line = tuple[str, int, int, str, str]
"""An event as the database holds it: call, seq, at, kind, fields."""


@dataclass(frozen=True, slots=True)
class HourSeal:
    """The events of the calls that arrived in an hour, and those of runs in it; `since` is UTC milliseconds."""

    since: int
    events: int
    digest: str


@dataclass(frozen=True, slots=True)
class DaySeal:
    """`previous` is the digest of the seal before, or empty; `digest` covers everything here but `sealed_at`."""

    number: int
    day: str
    since: int
    until: int
    hours: tuple[HourSeal, ...]
    previous: str
    digest: str
    sealed_at: int
    removed_at: int | None = None
    """When retention took events away: what is left is not what was sealed."""

    @property
    def events(self) -> int:
        return sum(hour.events for hour in self.hours)


def hour_seal(since: int, lines: Iterable[Line]) -> HourSeal:
    """`lines` are in order of call and seq."""
    digest, count = hashlib.sha256(), 0
    for line in lines:
        digest.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
        digest.update(b"\n")
        count += 1
    return HourSeal(since, count, digest.hexdigest())


def chained(number: int, day: str, since: int, until: int, hours: Sequence[HourSeal], previous: str) -> str:
    """The digest of a day, which holds on to the day before."""
    told = [number, day, since, until, [[hour.since, hour.events, hour.digest] for hour in hours], previous]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def broken_links(seals: Sequence[DaySeal]) -> Iterable[str]:
    """What is wrong with the chain itself; `seals` are in order of their numbers."""
    previous, expected = "", 1
    for seal in seals:
        if seal.number != expected:
            yield f"the seal number {expected} is missing before that of {seal.day}"
        elif seal.previous != previous:
            yield f"the seal of {seal.day} does not follow from the one before"
        if chained(seal.number, seal.day, seal.since, seal.until, seal.hours, seal.previous) != seal.digest:
            yield f"the seal of {seal.day} was changed"
        previous, expected = seal.digest, seal.number + 1


def changed_hours(seal: DaySeal, now: Sequence[HourSeal]) -> Iterable[tuple[HourSeal, HourSeal]]:
    """The hours whose events are not what was sealed: as they were, as they are."""
    return [(then, new) for then, new in zip(seal.hours, now, strict=True) if then != new]
