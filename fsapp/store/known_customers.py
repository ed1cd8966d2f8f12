"""Who calls, as the customer base knows it, with the tickets that are under way: one read for a call."""

from fsapp.domain.customer import Customer, KnownCustomer
from fsapp.store import database
from fsapp.store.connections import reading
from fsapp.store.customers import owner_of_number
from fsapp.store.ticket_models import TicketRow
from fsapp.store.tickets import of_somebody

MOST_TICKETS = 20


class KnownCustomerReader:
    """Queries over a connection of its own each. They block: within the engine call them off the hub."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def of(self, ani: str) -> KnownCustomer:
        """Whose number this is. Raises StoreError."""
        with reading(self._url) as connected:
            customer = owner_of_number(connected, ani) or Customer()
            own = of_somebody((customer.id,) if customer.id else (), (*customer.numbers, ani))
            row = TicketRow
            query = row.select(row.number).where(row.is_open == True, own)  # noqa: E712 -- peewee's way
            query = query.order_by(row.opened_at.desc(), row.number.desc()).limit(MOST_TICKETS)
            return KnownCustomer(customer, tuple(number for (number,) in database.select(connected, query)))
