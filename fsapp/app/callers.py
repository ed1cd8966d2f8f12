"""What calls are told of who calls, and the tickets they make: put together."""

from dataclasses import dataclass

from fsapp.domain.clock import Clock
from fsapp.server import databases
from fsapp.server.call_tickets import CallTickets, TicketDoor
from fsapp.server.histories import Histories, KnownCustomers
from fsapp.server.settings import EngineSettings
from fsapp.server.ticket_office import TicketOffice, ways
from fsapp.store.caller_histories import CallerHistories
from fsapp.store.known_customers import KnownCustomerReader
from fsapp.tickets.plan import TicketPlan


@dataclass(frozen=True, slots=True)
class CallerRecords:
    """The same over all reloads."""

    histories: Histories
    customers: KnownCustomers
    door: TicketDoor
    clock: Clock

    def tickets(self, settings: EngineSettings, plan: TicketPlan) -> CallTickets:
        """The tickets of a site as it is from now on."""
        office = TicketOffice(databases.own_url(settings), plan, settings.zone, ways(settings), self.clock)
        return CallTickets(office, self.door, self.clock)

    def close(self) -> None:
        """Lets idle threads go."""
        self.histories.close()
        self.customers.close()
        self.door.close()


def caller_records(settings: EngineSettings, clock: Clock) -> CallerRecords:
    """Raises ConfigError for a database that is none."""
    url = databases.own_url(settings)
    return CallerRecords(
        Histories(CallerHistories(url).of, clock),
        KnownCustomers(KnownCustomerReader(url).of, clock),
        TicketDoor(clock),
        clock,
    )
