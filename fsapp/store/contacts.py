"""Every contact adds itself to the customers: whoever calls from a number that nobody has is one from then on."""

from collections.abc import Iterable
from typing import Any

from fsapp.domain.customer import Customer, KeyKind, caller_number
from fsapp.domain.records import Cdr
from fsapp.store import bulk, database
from fsapp.store.customer_models import CustomerEventRow, CustomerRow
from fsapp.store.customer_rows import customer_row, event_row, key_rows, new_ids, owners_of

ADDED = "added by a call"


def add_callers(connected: Any, cdrs: Iterable[Cdr]) -> None:
    """Within the transaction of the calls' records. A call that is written again adds nobody twice."""
    calls = {number: cdr for cdr in cdrs if (number := caller_number(cdr.ani, cdr.trunk))}
    known = owners_of(connected, ((KeyKind.NUMBER, number) for number in calls))
    fresh = sorted(number for number in calls if (KeyKind.NUMBER.value, number) not in known)
    if not fresh:
        return
    made = [
        Customer(numbers=(number,), id=id) for number, id in zip(fresh, new_ids(connected, len(fresh)), strict=True)
    ]
    added = [each for each in made if _took_number(connected, each)]
    bulk.insert(connected, CustomerRow, [customer_row(each) for each in added])
    bulk.insert(connected, CustomerEventRow, [_added(each, calls[each.numbers[0]]) for each in added])


def _took_number(connected: Any, customer: Customer) -> bool:
    """False where somebody else took it in this instant."""
    (row,) = key_rows(customer)
    marks = ", ".join([connected.param] * len(row))
    sql = (
        f"INSERT INTO customer_key (kind, value, customer, place) VALUES ({marks})"  # noqa: S608 -- marks of parameters
        " ON CONFLICT DO NOTHING RETURNING customer"
    )
    return bool(database.execute(connected, sql, row).fetchall())


def _added(customer: Customer, cdr: Cdr) -> tuple[Any, ...]:
    return event_row(customer.id, 0, cdr.ended_at, f"call {cdr.uuid}", ADDED, {"numbers": customer.numbers})
