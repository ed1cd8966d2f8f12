"""Tickets and their events as rows, and back."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from fsapp.domain.errors import StoreError
from fsapp.domain.ticket import Action, State, Ticket, TicketEvent
from fsapp.store import rows
from fsapp.store.ticket_models import TicketRow

NEVER = 253_402_300_799_000
"""The end of the year 9999: after everything that is due."""

VALUES = tuple(field.name for field in fields(Ticket))
"""The columns that a ticket is made of."""

EVENT_COLUMNS = ("ticket", "seq", "at", "who", "action", "text", "fields")

_JSON = ("came_from", "fields", "attachments")
_TUPLES = ("came_from", "attachments")


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """The columns of a row."""
    row = {name: _cell(name, getattr(ticket, name)) for name in VALUES}
    return row | {"is_open": ticket.is_open, "due_at": ticket.due.at if ticket.due else NEVER}


def ticket_value(row: Sequence[Any]) -> Ticket:
    """The ticket of a row, its cells in the order of VALUES. Raises StoreError for a row broken by hand."""
    cells = dict(zip(VALUES, row, strict=True))
    try:
        cells |= {name: json.loads(cells[name]) for name in _JSON}
        cells |= {name: tuple(cells[name]) for name in _TUPLES}
        return Ticket(**cells | {"state": State(cells["state"])})
    except ValueError as error:
        raise StoreError(f"the ticket {row[0]} in the database cannot be read: {error}") from error


def event_row(event: TicketEvent) -> dict[str, Any]:
    """The columns of a row."""
    return {
        "ticket": event.ticket,
        "seq": event.seq,
        "at": event.at,
        "who": rows.clean(event.who),
        "action": event.action.value,
        "text": rows.clean(event.text),
        "fields": rows.json_text(event.changes),
    }


def event_value(row: Sequence[Any]) -> TicketEvent:
    ticket, seq, at, who, action, text, changes = row
    return TicketEvent(ticket, seq, at, who, Action(action), text, json.loads(changes))


def columns() -> list[Any]:
    """The columns of `ticket_value`, as peewee has them."""
    return [getattr(TicketRow, name) for name in VALUES]


def _cell(name: str, value: Any) -> Any:
    if name in _JSON:
        return rows.json_text(value)
    return rows.clean(value) if isinstance(value, str) else value
