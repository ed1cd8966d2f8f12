"""The variable `customer`: who calls, as the customer base knows it. Everything is empty for one who is not known."""

from collections.abc import Mapping
from typing import Any

from fsapp.domain.customer import KnownCustomer


def customer_variable(known: KnownCustomer) -> Mapping[str, Any]:
    """As flows read it: texts and lists, `open_tickets` as a number, `ticket` the newest open one."""
    customer = known.customer
    return {
        "known": customer.id != 0,
        "id": customer.shown_id if customer.id else "",
        "name": customer.name,
        "level": customer.level,
        "groups": list(customer.groups),
        "number": _first(customer.numbers),
        "account": _first(customer.accounts),
        "accounts": list(customer.accounts),
        "meter": _first(customer.meters),
        "meters": list(customer.meters),
        "channel": customer.channel,
        "language": customer.language,
        "address": customer.address,
        "open_tickets": len(known.open_tickets),
        "ticket": _first(known.open_tickets),
    }


def _first(values: tuple[str, ...]) -> str:
    return values[0] if values else ""
