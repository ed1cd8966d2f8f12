"""Where tickets are opened and dealt with: the rules decide, the store keeps, and whoever is to be told is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from fsapp.domain.clock import Clock
from fsapp.domain.ticket import Action, Ticket, TicketEvent, TicketRefused, applied, milliseconds, read_number
from fsapp.domain.ticket_opening import Opening, opening_of
from fsapp.server import databases, ticket_files
from fsapp.server.settings import EngineSettings
from fsapp.server.ticket_letters import Ways, waiting_notices
from fsapp.store.customers import Customers
from fsapp.store.ticket_wishes import TicketWishes
from fsapp.store.tickets import Change, Tickets
from fsapp.tickets.actions import Command, decided, opened
from fsapp.tickets.clocks import moment
from fsapp.tickets.plan import TicketPlan
from fsapp.tickets.trace import Step, trace

ENGINE = "fsapp"
"""Who does what nobody did."""


class TicketOffice:
    """One site's. Its methods block: within the engine call them off the hub.

    All raise TicketRefused where it cannot be done, and StoreError.
    """

    def __init__(self, url: str, plan: TicketPlan, zone: ZoneInfo, ways: Ways, clock: Clock) -> None:
        """Raises StoreError where the URL names no known database."""
        self.plan = plan
        self.zone = zone
        self.tickets = Tickets(url)
        self._wishes = TicketWishes(url)
        self._customers = Customers(url)
        self._ways = replace(ways, zone=zone)
        self._clock = clock

    def open(self, opening: Opening, who: str, at: datetime | None = None, *, strict: bool = True) -> Ticket:
        """Makes a ticket; see fsapp.tickets.actions.opened."""
        now = at or self._clock.now()

        def make(number: str, customer: int | None) -> Change:
            known = opening if opening.customer is not None else replace(opening, customer=customer)
            return self._change(None, opened(self.plan, number, known, who, now, strict=strict))

        return self.tickets.open(now.astimezone(self.zone).date(), opening.origin, make, opening.ani)

    def act(self, number: str, command: Command, version: int | None = None) -> Ticket:
        """Does something with a ticket; where `version` is not what it is now, somebody else was quicker."""
        return self.tickets.act(
            _read(number), lambda ticket: self._change(ticket, decided(self.plan, ticket, command)), version
        )

    def get(self, number: str) -> Ticket:
        """One ticket."""
        found = self.tickets.get(_read(number))
        if found is None:
            raise TicketRefused(f"there is no ticket {_read(number)}")
        return found

    def customer_of(self, number: str) -> int | None:
        """The id of the customer with this telephone number."""
        found = self._customers.of_number(number)
        return found.id if found else None

    def events(self, number: str) -> tuple[TicketEvent, ...]:
        """All that was done with a ticket."""
        return self.tickets.events(self.get(number).number)

    def trace(self, number: str) -> tuple[Step, ...]:
        """The path of a ticket, up to now."""
        return trace(self.plan, self.events(number), self._clock.now())

    def escalate(self) -> int:
        """Tells owners and superiors of what is late; of how many tickets."""
        now = self._clock.now()
        numbers = self.tickets.late(milliseconds(now))
        return sum(self._escalated(number, now) for number in numbers)

    def make_up(self) -> tuple[tuple[str, str], ...]:
        """Makes the tickets that calls wanted while none could be made; of those that cannot be made, call and why."""
        return tuple(self._made_up())

    def _made_up(self) -> Iterator[tuple[str, str]]:
        for wish in self._wishes.waiting():
            try:
                opening = opening_of(wish.request)
                self.open(opening, opening.opened_by or f"call {opening.call}", moment(wish.at), strict=False)
                self._wishes.made(wish)
            except TicketRefused as error:
                yield wish.call, str(error)
            except (TypeError, KeyError, ValueError) as error:  # written by an older engine
                yield wish.call, f"{type(error).__name__}: {error}"

    def _escalated(self, number: str, now: datetime) -> bool:
        try:
            self.act(number, Command(Action.ESCALATE, ENGINE, now))
        except TicketRefused:  # somebody was quicker, and it is not late any more
            return False
        return True

    def _change(self, before: Ticket | None, event: TicketEvent) -> Change:
        after = applied(before, event)
        return Change(event, after, waiting_notices(self.plan, after, event, self._ways))


def _read(number: str) -> str:
    try:
        return read_number(number)
    except ValueError as error:
        raise TicketRefused(str(error)) from None


def office(settings: EngineSettings, clock: Clock) -> TicketOffice:
    """The office of a site, for commands. Raises ConfigError where its files are wrong."""
    return TicketOffice(
        databases.own_url(settings), ticket_files.of_site(settings), settings.zone, ways(settings), clock
    )


def ways(settings: EngineSettings) -> Ways:
    """How people are told at this site."""
    languages: Sequence[str] = settings.languages
    return Ways(webhook=settings.ticket_notices is not None, mail=settings.mail is not None, language=languages[0])
