"""Values to rows and back."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import orjson

from fsapp.domain.caller_records import CallbackRequest, CallerRecord, MenuSetting, SurveyAnswer, TicketWish
from fsapp.domain.events import Event
from fsapp.domain.queue_records import (
    AgentTime,
    ContactRecord,
    HoldRecord,
    LogLine,
    OfferRecord,
    PromiseRecord,
    QueueRecord,
    TalkRecord,
)
from fsapp.domain.records import Cdr, LegRecord

Row = tuple[Any, ...]

EVENT_COLUMNS = ("call", "seq", "at", "kind", "fields")
CDR_COLUMNS = tuple(field.name for field in fields(Cdr))
LEG_COLUMNS = tuple(field.name for field in fields(LegRecord))
RECORD_COLUMNS: Mapping[type[Any], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (
        LogLine,
        ContactRecord,
        OfferRecord,
        TalkRecord,
        HoldRecord,
        AgentTime,
        PromiseRecord,
        SurveyAnswer,
        CallbackRequest,
        MenuSetting,
        TicketWish,
    )
}

_TRUTHS = ("within", "spoken", "held")

Record = TypeVar("Record", ContactRecord, OfferRecord, TalkRecord, HoldRecord, AgentTime, PromiseRecord)

_AS_TUPLE: Mapping[str, Callable[[Any], Any]] = {"notes": tuple, "tags": dict, "messages": tuple}
"""The columns of a CDR that are JSON, and what they are made of."""


def event_row(event: Event) -> Row:
    return (clean(event.call), event.seq, event.at, clean(event.kind), json_text(event.fields))


def event_value(row: Sequence[Any]) -> Event:
    call, seq, at, kind, text = row
    return Event(call, seq, at, kind, json.loads(text))


def cdr_row(cdr: Cdr) -> Row:
    return tuple(_cell(name, getattr(cdr, name)) for name in CDR_COLUMNS)


def cdr_value(row: Sequence[Any]) -> Cdr:
    cells = dict(zip(CDR_COLUMNS, row, strict=True))
    for name, made in _AS_TUPLE.items():
        cells[name] = made(json.loads(cells[name]))
    return Cdr(**cells | {"complete": bool(cells["complete"])})


def leg_row(leg: LegRecord) -> Row:
    return tuple(_cell(name, getattr(leg, name)) for name in LEG_COLUMNS)


def leg_value(row: Sequence[Any]) -> LegRecord:
    return LegRecord(*row)


def record_row(record: QueueRecord | LogLine | CallerRecord) -> Row:
    return tuple(_cell(name, getattr(record, name)) for name in RECORD_COLUMNS[type(record)])


def record_value(kind: type[Record], row: Sequence[Any]) -> Record:
    """A record of a row whose columns are `RECORD_COLUMNS`: SQLite gives numbers for truth values."""
    cells: dict[str, Any] = dict(zip(RECORD_COLUMNS[kind], row, strict=True))
    return kind(**cells | {name: bool(cells[name]) for name in _TRUTHS if cells.get(name) is not None})


def _cell(name: str, value: Any) -> Any:
    if name in _AS_TUPLE or isinstance(value, Mapping):
        return json_text(value)
    return clean(value) if isinstance(value, str) else value


def clean(text: str) -> str:
    """Text that every database takes: PostgreSQL has no NUL, UTF-8 no halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def json_text(value: Any) -> str:
    """JSON of whatever an event carries; what JSON has no form for becomes text."""
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # a broken surrogate, a number over 64 bits, a key that is no text
        return clean(json.dumps(value, default=str, ensure_ascii=False))
