"""Whom and what a document is tied to: the customer who sent it, and the tickets that it belongs to.

Both are looked up when somebody asks, so that a ticket made later on, or a number given to a customer, counts too.
"""

from collections.abc import Sequence

from fsapp.domain.customer import Customer
from fsapp.domain.fax import Document
from fsapp.domain.ticket import Ticket
from fsapp.store.customers import Customers
from fsapp.store.tickets import Tickets


def customer_of(url: str, document: Document) -> Customer | None:
    """Whose number it came from. Raises StoreError."""
    return Customers(url).of_number(document.caller) if document.caller else None


def tickets_of(url: str, document: Document) -> Sequence[Ticket]:
    """The tickets of its call that have it attached. Raises StoreError."""
    if not document.call:
        return ()
    return [each for each in Tickets(url).of_call(document.call) if document.id in each.attachments]
