"""How well an engine is, as monitors of the Nagios kind want it: one word, one line, and figures behind a bar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import inf


class Level(IntEnum):
    """The exit code."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    level: Level
    sentence: str


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on somebody should look, and come running. Waits are seconds, shares go from 0 to 1."""

    wait_warning: float = 120
    wait_critical: float = 600
    calls_warning: float = 0.8
    disk_warning: float = 0.1
    disk_critical: float = 0.03
    backup_hours: float = 26


@dataclass(frozen=True, slots=True)
class Vitals:
    """What was measured. `metrics` are the engine's own, by name. A copy's age is None: nobody asked, or infinite."""

    metrics: Mapping[str, float]
    waiting: int = 0
    longest_wait: float = 0.0
    on_duty: int = 0
    disk_free: float = 1.0
    backup_age_hours: float | None = None


def findings(vitals: Vitals, limits: Limits) -> Iterable[Finding]:
    """Whatever is not well, the worst first."""
    found = [*_calls(vitals, limits), *_waits(vitals, limits), *_records(vitals), *_storage(vitals, limits)]
    return sorted(found, key=lambda each: -each.level)


def line(found: Sequence[Finding], vitals: Vitals | None, limits: Limits) -> str:
    """`FSAPP OK - 12 calls, 0 waiting | calls=12;1600;2000 …`."""
    level = max((each.level for each in found), default=Level.OK)
    told = "; ".join(each.sentence for each in found) or (_summary(vitals) if vitals else "")
    figures = f" | {_figures(vitals, limits)}" if vitals else ""
    return f"FSAPP {level.name} - {' '.join(told.replace('|', '/').split())}{figures}"


def _calls(vitals: Vitals, limits: Limits) -> Iterable[Finding]:
    calls, capacity = vitals.metrics.get("fsapp_calls", 0), vitals.metrics.get("fsapp_capacity", 0)
    if capacity and calls >= capacity:
        yield Finding(Level.CRITICAL, f"the engine is full: {calls:.0f} calls")
    elif capacity and calls >= limits.calls_warning * capacity:
        yield Finding(Level.WARNING, f"{calls:.0f} calls of {capacity:.0f}")
    if vitals.metrics.get("fsapp_switch_away", 0):
        yield Finding(Level.CRITICAL, "the engine has no connection to the switch")
    pause = vitals.metrics.get("fsapp_hub_pause_seconds", 0)
    if pause > 0.5:
        yield Finding(Level.WARNING, f"no call moved for {pause:.1f} s")


def _waits(vitals: Vitals, limits: Limits) -> Iterable[Finding]:
    if vitals.waiting and not vitals.on_duty:
        yield Finding(Level.CRITICAL, f"{vitals.waiting} callers wait and no agent is on duty")
    for level, limit in ((Level.CRITICAL, limits.wait_critical), (Level.WARNING, limits.wait_warning)):
        if vitals.longest_wait >= limit:
            yield Finding(level, f"a caller has waited for {vitals.longest_wait:.0f} s")
            return


def _records(vitals: Vitals) -> Iterable[Finding]:
    metrics = vitals.metrics
    if metrics.get("fsapp_journal_lost", 0):
        yield Finding(Level.CRITICAL, f"{metrics['fsapp_journal_lost']:.0f} events are lost")
    if metrics.get("fsapp_journal_held", 0):
        yield Finding(Level.CRITICAL, f"{metrics['fsapp_journal_held']:.0f} events are in memory alone")
    if metrics.get("fsapp_journal_away", 0):
        yield Finding(Level.WARNING, "the database is away from the engine, records go to the spool")
    if metrics.get("fsapp_journal_rejected", 0):
        yield Finding(Level.WARNING, f"{metrics['fsapp_journal_rejected']:.0f} events were refused by the database")


def _storage(vitals: Vitals, limits: Limits) -> Iterable[Finding]:
    if vitals.disk_free < limits.disk_warning:
        level = Level.CRITICAL if vitals.disk_free < limits.disk_critical else Level.WARNING
        yield Finding(level, f"{vitals.disk_free:.0%} of the disk are free")
    if vitals.backup_age_hours == inf:
        yield Finding(Level.WARNING, "there is no copy of the database")
    elif vitals.backup_age_hours is not None and vitals.backup_age_hours > limits.backup_hours:
        yield Finding(Level.WARNING, f"the latest copy of the database is {vitals.backup_age_hours:.0f} hours old")


def _summary(vitals: Vitals) -> str:
    return f"{vitals.metrics.get('fsapp_calls', 0):.0f} calls, {vitals.waiting} waiting, {vitals.on_duty} on duty"


def _figures(vitals: Vitals, limits: Limits) -> str:
    capacity = vitals.metrics.get("fsapp_capacity", 0)
    return " ".join(
        (
            f"calls={vitals.metrics.get('fsapp_calls', 0):.0f};{limits.calls_warning * capacity:.0f};{capacity:.0f}",
            f"waiting={vitals.waiting}",
            f"longest_wait={vitals.longest_wait:.0f}s;{limits.wait_warning:g};{limits.wait_critical:g}",
            f"on_duty={vitals.on_duty}",
            f"disk_free={vitals.disk_free * 100:.0f}%;{limits.disk_warning * 100:g}:;{limits.disk_critical * 100:g}:",
        )
    )
