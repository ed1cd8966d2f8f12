"""Tickets. Each action is one transaction: its event, the ticket as that leaves it, and what people are to be told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import Database, Tuple

from fsapp.domain.caller_history import can_be_known
from fsapp.domain.errors import StoreError
from fsapp.domain.numbers import number_forms
from fsapp.domain.ticket import Ticket, TicketEvent, TicketRefused, ticket_number
from fsapp.store import database, ticket_notices
from fsapp.store.connections import changing, reading
from fsapp.store.customers import owner_of_number
from fsapp.store.ticket_models import TicketEventRow, TicketRow
from fsapp.store.ticket_notices import WaitingNotice
from fsapp.store.ticket_rows import EVENT_COLUMNS, columns, event_row, event_value, ticket_row, ticket_value

Cursor = tuple[int, str]
"""Where a page ended: what its last ticket is ordered by, and its number."""


@dataclass(frozen=True, slots=True)
class Change:
    """An event, the ticket after it, and what people are to be told."""

    event: TicketEvent
    ticket: Ticket
    notices: tuple[WaitingNotice, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets. Empty texts filter none. `since` (included) and `until` (not) are UTC milliseconds of opening;
    `due_before` those that are due before then.
    """

    open_only: bool = True
    state: str = ""
    kind: str = ""
    owner: str = ""
    level: str = ""
    since: int | None = None
    until: int | None = None
    due_before: int | None = None
    customers: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    """Of a customer or a telephone number: those of any of these."""


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Open ones by what is due first, else the newest first; `after` continues the list, None ends it."""

    tickets: tuple[Ticket, ...]
    after: Cursor | None


class Tickets:
    """All tickets, over connections of its own. They block: within the engine call them off the hub.

    Every method raises StoreError where the database cannot be used, or has no schema yet.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def open(self, day: date, origin: str | None, make: Callable[[str, int | None], Change], ani: str = "") -> Ticket:
        """Has `make` make the first event of a ticket, given its number and the customer with the number `ani`.

        One that was opened with this `origin` already is given as it is. Whatever `make` raises is raised.
        """
        with changing(self._url) as connected:
            number = "" if _known(connected, origin) else _next_number(connected, day)
            known = _known(connected, origin)  # anew: whoever asked for the same was let in before us
            if known is not None:
                return known
            customer = owner_of_number(connected, ani) if ani else None
            change = make(number, customer.id if customer else None)
            TicketRow.insert(**ticket_row(change.ticket)).execute(connected)
            _note(connected, change)
            return change.ticket

    def act(self, number: str, decide: Callable[[Ticket], Change], version: int | None = None) -> Ticket:
        """Has `decide` make the next event of a ticket, and gives the ticket after it.

        Raises TicketRefused where there is no such ticket, where `version` is not what it is now, and whatever `decide`
        raises.
        """
        with changing(self._url) as connected:
            ticket = _locked(connected, number)
            if version is not None and ticket.version != version:
                raise TicketRefused(_changed_meanwhile(connected, ticket, version))
            change = decide(ticket)
            TicketRow.update(**ticket_row(change.ticket)).where(TicketRow.number == number).execute(connected)
            _note(connected, change)
            return change.ticket

    def get(self, number: str) -> Ticket | None:
        """One ticket."""
        with reading(self._url) as connected:
            return _one(connected, TicketRow.number == number)

    def events(self, number: str) -> tuple[TicketEvent, ...]:
        """All that was done with a ticket, in order."""
        row = TicketEventRow
        query = row.select(*(getattr(row, name) for name in EVENT_COLUMNS)).where(row.ticket == number)
        with reading(self._url) as connected:
            return tuple(event_value(each) for each in database.select(connected, query.order_by(row.seq)))

    def list(self, wanted: TicketFilter, *, limit: int = 50, after: Cursor | None = None) -> TicketPage:
        """A page of tickets."""
        by = TicketRow.due_at if wanted.open_only else TicketRow.opened_at
        query = TicketRow.select(by, *columns()).where(*_conditions(wanted))
        if after is not None:
            here, there = Tuple(by, TicketRow.number), Tuple(*after)
            query = query.where(here > there if wanted.open_only else here < there)
        order = (by, TicketRow.number) if wanted.open_only else (by.desc(), TicketRow.number.desc())
        with reading(self._url) as connected:
            found = list(database.select(connected, query.order_by(*order).limit(limit + 1)))
        tickets = tuple(ticket_value(cells) for _, *cells in found[:limit])
        more = len(found) > limit > 0
        return TicketPage(tickets, (found[limit - 1][0], tickets[-1].number) if more else None)

    def late(self, now: int, limit: int = 1000) -> tuple[str, ...]:
        """The numbers of tickets of which somebody is to be told now that they are late."""
        query = TicketRow.select(TicketRow.number).where(TicketRow.tell_at <= now)
        with reading(self._url) as connected:
            found = database.select(connected, query.order_by(TicketRow.tell_at, TicketRow.number).limit(limit))
            return tuple(number for (number,) in found)

    def of_call(self, call: str) -> tuple[Ticket, ...]:
        """The tickets that were opened in a call, in order."""
        query = TicketRow.select(*columns()).where(TicketRow.call == call).order_by(TicketRow.number)
        with reading(self._url) as connected:
            return tuple(ticket_value(row) for row in database.select(connected, query))

    def latest_of(self, number: str) -> Ticket | None:
        """The newest ticket of whoever has this telephone number; open ones come first."""
        if not can_be_known(number):
            return None
        with reading(self._url) as connected:
            customer = owner_of_number(connected, number)
            ids = (customer.id,) if customer else ()
            own = of_somebody(ids, (*(customer.numbers if customer else ()), number))
            query = TicketRow.select(*columns()).where(own)
            query = query.order_by(TicketRow.is_open.desc(), TicketRow.opened_at.desc(), TicketRow.number.desc())
            return next((ticket_value(row) for row in database.select(connected, query.limit(1))), None)


def _next_number(connected: Any, day: date) -> str:
    """Two who ask at once wait for each other: the row of the day is locked."""
    mark = connected.param
    sql = (
        f"INSERT INTO ticket_day (day, last) VALUES ({mark}, 1)"  # noqa: S608 -- a mark of a parameter
        " ON CONFLICT (day) DO UPDATE SET last = ticket_day.last + 1 RETURNING last"
    )
    ((count,),) = database.execute(connected, sql, (f"{day:%Y%m%d}",)).fetchall()
    return ticket_number(day, count)


def _one(connected: Database, condition: Any) -> Ticket | None:
    query = TicketRow.select(*columns()).where(condition)
    return next((ticket_value(row) for row in database.select(connected, query)), None)


def _known(connected: Database, origin: str | None) -> Ticket | None:
    return None if origin is None else _one(connected, TicketRow.origin == origin)


def _locked(connected: Database, number: str) -> Ticket:
    """The ticket, which nobody else changes until the transaction ends: writing a row locks it in every database."""
    TicketRow.update(version=TicketRow.version).where(TicketRow.number == number).execute(connected)
    ticket = _one(connected, TicketRow.number == number)
    if ticket is None:
        raise TicketRefused(f"there is no ticket {number}")
    return ticket


def _note(connected: Database, change: Change) -> None:
    if change.event.seq != change.ticket.version or change.event.ticket != change.ticket.number:
        raise StoreError("the event is not that of this ticket")
    TicketEventRow.insert(**event_row(change.event)).execute(connected)
    ticket_notices.keep(connected, change.notices)


def _changed_meanwhile(connected: Database, ticket: Ticket, version: int) -> str:
    row = TicketEventRow
    query = row.select(row.who, row.action).where(row.ticket == ticket.number, row.seq == ticket.version)
    ((who, action),) = database.select(connected, query)
    return (
        f"{ticket.number} was changed meanwhile: {who} did `{action}`, "
        f"and it is version {ticket.version} now, not {version}; look at it again"
    )


def _conditions(wanted: TicketFilter) -> Iterator[Any]:
    row = TicketRow
    if wanted.open_only:
        yield row.is_open == True  # noqa: E712 -- peewee's way
    else:
        yield row.opened_at >= (wanted.since or 0)
    sought = ((row.state, wanted.state), (row.kind, wanted.kind), (row.owner, wanted.owner), (row.level, wanted.level))
    yield from (column == value for column, value in sought if value)
    if wanted.open_only and wanted.since is not None:
        yield row.opened_at >= wanted.since
    if wanted.until is not None:
        yield row.opened_at < wanted.until
    if wanted.due_before is not None:
        yield row.due_at < wanted.due_before
    if wanted.customers or wanted.numbers:
        yield of_somebody(wanted.customers, wanted.numbers)


def of_somebody(ids: Sequence[int], numbers: Sequence[str]) -> Any:
    """By two indexes: SQLite would rather go through all that is open."""
    forms = [form for number in numbers for form in number_forms(number)]
    by_id = TicketRow.select(TicketRow.number).where(TicketRow.customer << list(ids))
    by_number = TicketRow.select(TicketRow.number).where(TicketRow.ani << forms)
    return TicketRow.number << (by_id | by_number)
