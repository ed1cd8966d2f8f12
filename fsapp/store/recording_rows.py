"""The table of recordings: its rows, and what events of a run add to it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from peewee import BigIntegerField, CompositeKey, Model, TextField

from fsapp.domain.events import Event, Kind
from fsapp.domain.recording import RecordingRecord, RecordingState, recording_record, ticket_noted
from fsapp.domain.recording_coverage import RuleHistory
from fsapp.store import bulk, database, rows
from fsapp.store.bulk import KEEP_FIRST

COLUMNS = tuple(field.name for field in fields(RecordingRecord))
_LISTS = ("legs", "agents", "masked")
_OF_OPERATORS = ("id", "ticket", "hold", "deleted_at", "deleted_why", "packed_path", "packed_size", "packed_sha256")
"""Columns that are set later on, and that no event of the recording itself changes."""

_ONCE_WHOLE = (
    "(id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS if name not in _OF_OPERATORS)
    + ' WHERE "recording"."state" = \'open\''
)


class RecordingRow(Model):
    """A recording. As domain.recording.RecordingRecord."""

    id = TextField(primary_key=True)
    call = TextField()
    contact = TextField()
    queue = TextField()
    caller = TextField()
    called = TextField()
    path = TextField()
    by = TextField()
    state = TextField()
    started_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)
    ms = BigIntegerField()
    size = BigIntegerField()
    sha256 = TextField()
    legs = TextField()
    agents = TextField()
    masked = TextField()
    why = TextField()
    ticket = TextField()
    hold = TextField()
    deleted_at = BigIntegerField(null=True)
    deleted_why = TextField()
    packed_path = TextField()
    packed_size = BigIntegerField()
    packed_sha256 = TextField()

    class Meta:
        table_name = "recording"
        indexes = (
            (("started_at", "id"), False),
            (("call",), False),
            (("caller", "started_at"), False),
            (("state", "started_at"), False),
        )


class RecordRuleRow(Model):
    """What a queue said of recording, from a moment on."""

    queue = TextField()
    since = BigIntegerField()
    rule = TextField()

    class Meta:
        table_name = "record_rule"
        primary_key = CompositeKey("queue", "since")


def keep(connected: Any, events: Sequence[Event]) -> None:
    """What these events say of recordings: the end of one goes before its beginning, whichever comes first."""
    begun: dict[str, RecordingRecord] = {}
    later: dict[str, RecordingRecord] = {}
    for event in events:
        record = recording_record(event)
        if record is not None and event.kind == Kind.RECORDING_STARTED:
            begun[record.id] = record
        elif record is not None and (record.id not in later or later[record.id].state == RecordingState.OPEN):
            later[record.id] = record
    for records, conflict in ((begun, KEEP_FIRST), (later, _ONCE_WHOLE)):
        if records:
            bulk.insert(connected, RecordingRow, [_row(record) for record in records.values()], conflict)
    if rules := [row for event in events for row in _rule_rows(event)]:
        bulk.insert(connected, RecordRuleRow, rules, KEEP_FIRST)
    for noted in filter(None, map(ticket_noted, events)):
        change = RecordingRow.update(ticket=rows.clean(noted.ticket))
        change.where(RecordingRow.call == rows.clean(noted.call)).execute(connected)


def _rule_rows(event: Event) -> Iterator[rows.Row]:
    if event.kind == Kind.RECORD_RULES_LOADED:
        yield from ((rows.clean(queue), event.at, str(rule)) for queue, rule in event.fields["rules"].items())


def record_rules(connected: Any) -> Mapping[str, RuleHistory]:
    """What each queue said of recording, and from when on."""
    row = RecordRuleRow
    found: dict[str, list[tuple[int, str]]] = {}
    query = row.select(row.queue, row.since, row.rule).order_by(row.since)
    for queue, since, rule in database.select(connected, query):
        found.setdefault(queue, []).append((since, rule))
    return found


def value(row: Sequence[Any]) -> RecordingRecord:
    """A record of a row of all COLUMNS."""
    cells: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    lists = {name: tuple(json.loads(cells[name])) for name in _LISTS}
    lists["masked"] = tuple((first, last) for first, last in lists["masked"])
    return RecordingRecord(**cells | lists)


def _row(record: RecordingRecord) -> rows.Row:
    return tuple(_cell(name, getattr(record, name)) for name in COLUMNS)


def _cell(name: str, value: Any) -> Any:
    if name in _LISTS:
        return rows.json_text(value)
    return rows.clean(value) if isinstance(value, str) else value
