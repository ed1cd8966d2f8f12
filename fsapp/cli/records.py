"""Call records as a person reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import Any

from fsapp.cli.table import table
from fsapp.domain.cdr import Cdr, LegRecord
from fsapp.domain.events import Event

HEADS = ("arrived", "uuid", "from", "to", "flow", "seconds", "cause", "hung up by", "disposition")


def cdr_table(cdrs: Sequence[Cdr], zone: tzinfo) -> str:
    """A line a call."""
    return table(HEADS, [_row(cdr, zone) for cdr in cdrs])


def cdr_text(cdr: Cdr, zone: tzinfo = UTC) -> str:
    """A line for each field that says something."""
    fields = {name: _shown(name, value, zone) for name, value in asdict(cdr).items()}
    return table(("CDR", ""), [(name, text) for name, text in fields.items() if text])


def events_table(events: Sequence[Event], zone: tzinfo) -> str:
    """The journal of a call."""
    return table(("at", "event", "fields"), [(local(e.at, zone), e.kind, _pairs(e.fields)) for e in events])


def legs_table(legs: Sequence[LegRecord], zone: tzinfo) -> str:
    """The B-legs of a call."""
    rows = [(local(leg.started_at, zone), leg.number, leg.end, leg.cause, _seconds(leg)) for leg in legs]
    return table(("leg started", "number", "end", "cause", "talked"), rows)


def local(milliseconds: int, zone: tzinfo) -> str:
    """A stored time as the site's clock showed it."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, zone):%Y-%m-%d %H:%M:%S}"


def _row(cdr: Cdr, zone: tzinfo) -> tuple[str, ...]:
    seconds = f"{cdr.duration_ms / 1000:.0f}"
    flow = cdr.flow or f"({cdr.refused_reason})"
    return (
        local(cdr.arrived_at, zone),
        cdr.uuid,
        cdr.ani,
        cdr.dnis,
        flow,
        seconds,
        cdr.hangup_cause,
        cdr.hangup_party,
        cdr.disposition,
    )


def _shown(name: str, value: Any, zone: tzinfo) -> str:
    if value in (None, "", 0, False) or value in ((), {}):
        return ""
    if name.endswith("_at"):
        return local(value, zone)
    if isinstance(value, Mapping):
        return _pairs(value)
    return "; ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _pairs(fields: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in fields.items())


def _seconds(leg: LegRecord) -> str:
    return "" if leg.answered_at is None else f"{(leg.ended_at - leg.answered_at) / 1000:.0f} s"
