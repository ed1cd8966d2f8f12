"""Tickets without a database: for calls at the terminal and flow tests.

tickets:
  - {number: 20261118-0001, kind: 投诉, state: accepted, reply: 已派人处理}
customer: {name: 李雷, level: gold, accounts: ["1234567890"]}
"""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated, Any

from pydantic import AfterValidator, model_validator

from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.customer import Customer, KnownCustomer
from fsapp.domain.errors import StoreError
from fsapp.domain.ticket import State, TicketRefused, read_number, ticket_number
from fsapp.domain.ticket_opening import Opening
from fsapp.files.models import Settings
from fsapp.switchboard.known_caller import Written
from fsapp.tickets.words import state_words


class KnownTicket(Settings):
    """A ticket as a test says it: the caller's own, unless it says otherwise."""

    number: Annotated[Written, AfterValidator(read_number)]
    kind: str = "complaint"
    state: State = State.NEW
    late: bool = False
    urged: int = 0
    own: bool = True
    reply: str = ""

    def variable(self, language: str) -> Mapping[str, Any]:
        """As flows read it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "state": self.state.value,
            "words": state_words(self.state, language),
            "open": self.state is not State.CLOSED,
            "late": self.late,
            "urged": self.urged,
            "own": self.own,
            "opened_at": "",
            "reply": self.reply if self.own else "",
        }


class CalledCustomer(Settings):
    """Who calls, as a test says it."""

    name: str = ""
    level: str = ""
    groups: tuple[str, ...] = ()
    accounts: tuple[Written, ...] = ()
    meters: tuple[Written, ...] = ()
    channel: str = ""
    language: str = ""
    address: str = ""
    open_tickets: tuple[Written, ...] = ()

    @model_validator(mode="after")
    def _can_be(self) -> "CalledCustomer":
        self.known()
        return self

    def known(self) -> KnownCustomer:
        """As flows see it; one of whom nothing is said is not known."""
        said = {name: getattr(self, name) for name in type(self).model_fields if name != "open_tickets"}
        return KnownCustomer(Customer(**said, id=int(bool(self.model_fields_set))), self.open_tickets)


class OneCustomer:
    """Everybody who calls is this customer. Satisfies fsapp.flow.ports.Customers."""

    def __init__(self, known: KnownCustomer) -> None:
        self._known = known

    def of(self, ani: str) -> KnownCustomer:  # noqa: ARG002  # the protocol's
        return self._known


class VirtualTickets:
    """Numbers of the virtual day; nothing is kept beyond the call. Satisfies fsapp.flow.ports.Tickets.

    Where `away`, no ticket can be had.
    """

    def __init__(self, clock: Clock, zone: tzinfo, known: tuple[KnownTicket, ...] = (), *, away: bool = False) -> None:
        self._clock = clock
        self._zone = zone
        self._known = {each.number: each for each in known}
        self._opened: dict[str | None, str] = {}
        self._away = away

    def open(self, opening: Opening) -> str:
        self._check()
        if opening.origin not in self._opened:
            count = len(self._known) + 1
            number = ticket_number(self._clock.now().astimezone(self._zone).date(), count)
            self._opened[opening.origin] = number
            self._known[number] = KnownTicket(number=number, kind=opening.kind)
        return self._opened[opening.origin]

    def find(self, number: str, call: Call, language: str) -> Mapping[str, Any] | None:  # noqa: ARG002  # the protocol's
        self._check()
        found = self._own if not number else self._by_number
        ticket = found(number)
        return ticket.variable(language) if ticket else None

    def urge(self, number: str, call: Call) -> None:  # noqa: ARG002  # the protocol's
        self._check()
        ticket = self._by_number(number)
        if ticket is None or ticket.state is State.CLOSED:
            raise TicketRefused(f"there is no open ticket {number}")

    def _own(self, _number: str) -> KnownTicket | None:
        return next((each for each in reversed(self._known.values()) if each.own), None)

    def _by_number(self, number: str) -> KnownTicket | None:
        try:
            return self._known.get(read_number(number))
        except ValueError:
            return None

    def _check(self) -> None:
        if self._away:
            raise StoreError("there are no tickets now, as the test says")
