"""One view of a customer: calls, waits, surveys, callbacks, messages and tickets, gathered from their tables."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from peewee import Database

from fsapp.domain.customer_history import Happening, What
from fsapp.domain.numbers import number_forms
from fsapp.store import database
from fsapp.store.caller_models import CallbackRow, SurveyRow
from fsapp.store.connections import reading
from fsapp.store.models import CdrRow
from fsapp.store.queue_models import ContactRow, TalkRow
from fsapp.store.ticket_models import TicketRow

_CALL = ("ani", "dnis", "flow", "disposition", "duration_ms", "hangup_party")
_TICKET = ("number", "kind", "state", "owner", "text", "reply", "result")


class CustomerHistories:
    """Queries over a connection of its own each. They block: within the engine call them off the hub."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def of(self, numbers: Sequence[str], ids: Sequence[int], limit: int = 200) -> tuple[Happening, ...]:
        """The latest `limit` calls and tickets of a customer with these numbers and ids, the oldest first.

        Raises StoreError.
        """
        forms = [form for number in numbers for form in number_forms(number)]
        with reading(self._url) as connected:
            calls = _calls(connected, forms, limit)
            uuids = [each.call for each in calls]
            found = [
                *_with_agents(connected, calls, uuids),
                *_waits(connected, uuids),
                *_surveys(connected, uuids),
                *_callbacks(connected, uuids),
                *_messages(connected, uuids),
                *_tickets(connected, forms, ids, limit),
            ]
        return tuple(sorted(found, key=lambda each: each.at))


def _calls(connected: Database, forms: Sequence[str], limit: int) -> list[Happening]:
    columns = [getattr(CdrRow, name) for name in _CALL]
    query = CdrRow.select(CdrRow.arrived_at, CdrRow.uuid, *columns).where(CdrRow.ani << list(forms))
    found = database.select(connected, query.order_by(CdrRow.arrived_at.desc()).limit(limit))
    return [Happening(at, What.CALL, uuid, dict(zip(_CALL, cells, strict=True))) for at, uuid, *cells in found]


def _with_agents(connected: Database, calls: Sequence[Happening], uuids: Sequence[str]) -> Iterator[Happening]:
    query = TalkRow.select(TalkRow.call, TalkRow.agent).where(TalkRow.call << list(uuids)).order_by(TalkRow.started_at)
    agents: dict[str, list[str]] = {}
    for call, agent in database.select(connected, query):
        agents.setdefault(call, []).append(agent)
    for each in calls:
        talked = list(dict.fromkeys(agents.get(each.call, ())))
        yield Happening(each.at, each.what, each.call, {**each.fields, "agents": talked})


def _waits(connected: Database, uuids: Sequence[str]) -> Iterator[Happening]:
    row = ContactRow
    query = row.select(row.queued_at, row.call, row.queue, row.end, row.waited_ms, row.agent)
    for at, call, *cells in database.select(connected, query.where(row.call << list(uuids))):
        yield Happening(at, What.WAIT, call, dict(zip(("queue", "end", "waited_ms", "agent"), cells, strict=True)))


def _surveys(connected: Database, uuids: Sequence[str]) -> Iterator[Happening]:
    row = SurveyRow
    query = row.select(row.at, row.call, row.queue, row.agent, row.question, row.answer)
    for at, call, *cells in database.select(connected, query.where(row.call << list(uuids))):
        yield Happening(at, What.SURVEY, call, dict(zip(("queue", "agent", "question", "answer"), cells, strict=True)))


def _callbacks(connected: Database, uuids: Sequence[str]) -> Iterator[Happening]:
    row = CallbackRow
    query = row.select(row.requested_at, row.call, row.number, row.queue, row.time_window)
    for at, call, *cells in database.select(connected, query.where(row.call << list(uuids))):
        yield Happening(at, What.CALLBACK, call, dict(zip(("number", "queue", "window"), cells, strict=True)))


def _messages(connected: Database, uuids: Sequence[str]) -> Iterator[Happening]:
    """A message was left when its call ended, or a little before."""
    query = CdrRow.select(CdrRow.ended_at, CdrRow.uuid, CdrRow.messages).where(CdrRow.uuid << list(uuids))
    for at, call, messages in database.select(connected, query.where(CdrRow.messages != "[]")):
        yield from (Happening(at, What.MESSAGE, call, message) for message in json.loads(messages))


def _tickets(connected: Database, forms: Sequence[str], ids: Sequence[int], limit: int) -> Iterator[Happening]:
    """Those of the customer, and those that its numbers asked for before anybody knew whose they are."""
    columns = [getattr(TicketRow, name) for name in _TICKET]
    found: dict[str, Any] = {}
    for own in (TicketRow.customer << list(ids), TicketRow.ani << list(forms)):
        query = TicketRow.select(TicketRow.opened_at, TicketRow.call, *columns).where(own)
        query = query.order_by(TicketRow.opened_at.desc()).limit(limit)
        found |= {row[2]: row for row in database.select(connected, query)}
    for at, call, *cells in found.values():
        yield Happening(at, What.TICKET, call, dict(zip(_TICKET, cells, strict=True)))
