"""Tickets for calls under way: off the hub, and within a time limit. A store that is late or dead holds up no call."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import gevent
from gevent.threadpool import ThreadPool

from fsapp.domain.call import Call
from fsapp.domain.caller_history import can_be_known
from fsapp.domain.clock import Clock
from fsapp.domain.errors import FsappError, StoreError
from fsapp.domain.numbers import plain_number
from fsapp.domain.ticket import Action, Ticket, TicketRefused, milliseconds, read_number
from fsapp.domain.ticket_opening import Opening
from fsapp.lookup.breaker import Breaker
from fsapp.server.ticket_office import TicketOffice
from fsapp.tickets.actions import Command
from fsapp.tickets.words import state_words

LIMIT = 1.0
"""Seconds that a call waits at most."""

URGED_ONCE_IN = timedelta(hours=1)

_THREADS = 4
_FAILURES, _REST_SECONDS = 3, 15.0
"""After so many in a row nobody asks for a while."""

T = TypeVar("T")


class TicketDoor:
    """Where calls get to the office: few at a time, each in time or not at all."""

    def __init__(self, clock: Clock, *, limit: float = LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self._threads = ThreadPool(_THREADS)
        self._breaker = Breaker(_FAILURES, _REST_SECONDS)

    def ask(self, work: Callable[..., T], *arguments: Any) -> T:
        """What `work` gives. Raises what it raises, and StoreError where it takes too long."""
        if not self._breaker.admits(self._clock.monotonic()):
            raise StoreError("tickets cannot be had now: the database failed too often")
        # a greenlet of its own: whoever asked may hang up, and the breaker wants to know all the same
        outcome: T | FsappError = gevent.spawn(self._asked, work, arguments).get()
        if isinstance(outcome, FsappError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Lets idle threads go."""
        self._threads.kill()

    def _asked(self, work: Callable[..., T], arguments: tuple[Any, ...]) -> T | FsappError:
        outcome = self._in_time(work, arguments)
        if isinstance(outcome, StoreError):
            self._breaker.failed(self._clock.monotonic())
        else:
            self._breaker.succeeded()
        return outcome

    def _in_time(self, work: Callable[..., T], arguments: tuple[Any, ...]) -> T | FsappError:
        limit = gevent.Timeout.start_new(self._limit)
        try:
            outcome: T | FsappError = self._threads.apply(_outcome, (work, arguments))
            return outcome
        except gevent.Timeout:
            return StoreError(f"the tickets gave no answer within {self._limit:g} s")
        finally:
            limit.close()


class CallTickets:
    """Satisfies fsapp.flow.ports.Tickets. A reload makes a new one, with the same door."""

    def __init__(self, office: TicketOffice, door: TicketDoor, clock: Clock) -> None:
        self._office = office
        self._door = door
        self._clock = clock

    def open(self, opening: Opening) -> str:
        return self._door.ask(self._open, opening, self._clock.now())

    def find(self, number: str, call: Call, language: str) -> Mapping[str, Any] | None:
        return self._door.ask(self._find, number, call, language)

    def urge(self, number: str, call: Call) -> None:
        self._door.ask(self._urge, number, call, self._clock.now())

    def _open(self, opening: Opening, now: datetime) -> str:
        who = opening.opened_by or f"call {opening.call}"
        return self._office.open(opening, who, now, strict=False).number

    def _find(self, number: str, call: Call, language: str) -> Mapping[str, Any] | None:
        own = self._office.tickets.latest_of(call.ani)
        ticket = own if not number else self._by_number(number)
        if ticket is None:
            return None
        mine = own is not None and (ticket.number == own.number or self._is_of(ticket, call))
        return self._told(ticket, language, own=mine)

    def _urge(self, number: str, call: Call, now: datetime) -> None:
        ticket = self._by_number(number)
        if ticket is None:
            raise TicketRefused(f"there is no ticket {number[:40]}")
        since = milliseconds(now - URGED_ONCE_IN)
        if not any(event.action is Action.URGE and event.at > since for event in self._office.events(ticket.number)):
            self._office.act(ticket.number, Command(Action.URGE, f"call {call.uuid}", now))

    def _by_number(self, number: str) -> Ticket | None:
        try:
            return self._office.tickets.get(read_number(number))
        except ValueError:
            return None

    def _is_of(self, ticket: Ticket, call: Call) -> bool:
        """Whether it is of whoever has this number: theirs are found by it as the customer's, or as the number's."""
        if not can_be_known(call.ani):
            return False
        if can_be_known(ticket.ani) and plain_number(ticket.ani) == plain_number(call.ani):
            return True
        customer = self._office.customer_of(call.ani)
        return customer is not None and ticket.customer == customer

    def _told(self, ticket: Ticket, language: str, *, own: bool) -> Mapping[str, Any]:
        plan, now = self._office.plan, milliseconds(self._clock.now())
        kind = plan.kinds[ticket.kind].says(language) if ticket.kind in plan.kinds else ticket.kind
        opened_at = datetime.fromtimestamp(ticket.opened_at / 1000, self._office.zone)
        return {
            "number": ticket.number,
            "kind": kind,
            "state": ticket.state.value,
            "words": state_words(ticket.state, language),
            "open": ticket.is_open,
            "late": ticket.late_ms(now) > 0,
            "urged": ticket.urged,
            "own": own,
            "opened_at": f"{opened_at:%Y-%m-%dT%H:%M}",
            "reply": ticket.reply if own else "",
        }


def _outcome(work: Callable[..., T], arguments: tuple[Any, ...]) -> T | FsappError:
    """What came of it, as a value: gevent prints whatever is raised in its threads."""
    try:
        return work(*arguments)
    except FsappError as error:
        return error
    except Exception as error:
        return StoreError(f"{type(error).__name__}: {error}")
