"""Agents as rows, and as fields that people and programs read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from fsapp.domain.agent import AgentRecord, QueuePlace, Role
from fsapp.files.week import hours_list, week, written
from fsapp.store import rows

COLUMNS = tuple(field.name for field in fields(AgentRecord))

_JSON = ("queues", "skills", "shifts", "screen")


def agent_row(record: AgentRecord) -> dict[str, Any]:
    """The columns of a row."""
    row = {name: getattr(record, name) for name in COLUMNS}
    row["shifts"] = written(record.shifts)
    row["queues"] = {queue: list(place) for queue, place in record.queues.items()}
    row |= {name: rows.json_text(row[name]) for name in _JSON}
    return row | {"name": rows.clean(record.name), "extension": record.extension or None, "role": str(record.role)}


def agent_value(row: Sequence[Any]) -> AgentRecord:
    """The record of a row, its cells in the order of COLUMNS."""
    cells = dict(zip(COLUMNS, row, strict=True))
    cells |= {name: json.loads(cells[name]) for name in _JSON}
    cells["queues"] = {queue: QueuePlace(*place) for queue, place in cells["queues"].items()}
    shifts = cells["shifts"]
    cells["shifts"] = week({days: hours_list(times) for days, times in shifts.items()}) if shifts else ()
    switches = {name: bool(cells[name]) for name in ("manual_ready", "auto_answer")}
    return AgentRecord(**cells | switches | {"extension": cells["extension"] or "", "role": Role(cells["role"])})


def agent_fields(record: AgentRecord) -> dict[str, Any]:
    """The record as JSON shows it. Of the PIN it says only whether there is one."""
    shown = {name: getattr(record, name) for name in COLUMNS if name != "pin_hash"}
    shown["queues"] = {queue: place._asdict() for queue, place in record.queues.items()}
    shown["shifts"] = written(record.shifts)
    return shown | {"has_pin": bool(record.pin_hash)}


def changed_fields(before: AgentRecord, after: AgentRecord) -> Mapping[str, Any]:
    """What differs: each field's old value and new one; of a PIN, that it is another."""
    old, new = agent_fields(before), agent_fields(after)
    changed: dict[str, Any] = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    if before.pin_hash != after.pin_hash:
        changed["pin"] = "changed"
    return changed
