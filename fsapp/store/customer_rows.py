"""Customers as rows, and back."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from peewee import Database, SqliteDatabase, fn

from fsapp.domain.customer import MASTER_DATA, Customer, KeyKind, keys
from fsapp.domain.errors import StoreError
from fsapp.store import database, rows
from fsapp.store.bulk import parts
from fsapp.store.customer_models import CustomerKeyRow, CustomerRow

MOST_PARAMETERS = 5000
"""Values in one statement."""

COLUMNS = ("id", "name", "level", "groups", "channel", "language", "address", "email", "note", "merged_into")

_LISTS: Mapping[str, str] = {
    KeyKind.NUMBER.value: "numbers",
    KeyKind.ACCOUNT.value: "accounts",
    KeyKind.METER.value: "meters",
}


def customer_row(customer: Customer) -> rows.Row:
    """In the order of COLUMNS."""
    return tuple(_cell(getattr(customer, name)) for name in COLUMNS)


def key_rows(customer: Customer) -> list[rows.Row]:
    """In the order of the table's columns."""
    return [(kind.value, value, customer.id, place) for place, (kind, value) in enumerate(keys(customer))]


def event_row(customer: int, seq: int, at: int, who: str, what: str, fields: Mapping[str, Any]) -> rows.Row:
    return (customer, seq, at, rows.clean(who), what, rows.json_text(fields))


def customer_fields(customer: Customer) -> dict[str, Any]:
    """As JSON shows it."""
    shown = {name: getattr(customer, name) for name in MASTER_DATA}
    merged = {} if customer.merged_into is None else {"merged_into": f"C{customer.merged_into}"}
    return {"id": customer.shown_id, **shown, **merged}


def new_ids(connected: Any, count: int) -> Sequence[int]:
    """Ids that no other customer has or gets. Within a transaction."""
    if isinstance(connected, SqliteDatabase):  # which has one writer
        last = CustomerRow.select(fn.MAX(CustomerRow.id)).scalar(connected) or 0
        return range(last + 1, last + 1 + count)
    sql = "SELECT nextval(pg_get_serial_sequence('customer', 'id')) FROM generate_series(1, %s)"
    return [int(number) for (number,) in database.execute(connected, sql, (count,)).fetchall()]


def owners_of(connected: Database, wanted: Iterable[tuple[KeyKind, str]]) -> dict[tuple[str, str], int]:
    """Whose these keys are, as far as they are anybody's."""
    by_kind: dict[KeyKind, list[str]] = {}
    for kind, value in wanted:
        by_kind.setdefault(kind, []).append(value)
    found: dict[tuple[str, str], int] = {}
    for kind, values in by_kind.items():
        for part in parts(values, MOST_PARAMETERS):
            query = CustomerKeyRow.select(CustomerKeyRow.value, CustomerKeyRow.customer)
            query = query.where(CustomerKeyRow.kind == kind.value, CustomerKeyRow.value << list(part))
            found |= {(kind.value, value): customer for value, customer in database.select(connected, query)}
    return found


def customers(connected: Database, ids: Sequence[int]) -> Iterator[Customer]:
    """Those with these ids, in their order, as far as they are there. Raises StoreError for a row broken by hand."""
    for part in parts(ids, MOST_PARAMETERS):
        query = CustomerRow.select(*(getattr(CustomerRow, name) for name in COLUMNS)).where(
            CustomerRow.id << list(part)
        )
        found = {row[0]: row for row in database.select(connected, query)}
        lists = _lists(connected, part)
        yield from (_customer(found[each], lists.get(each, {})) for each in part if each in found)


def _lists(connected: Database, ids: Sequence[int]) -> Mapping[int, Mapping[str, list[str]]]:
    """Numbers, accounts and meters by customer."""
    key = CustomerKeyRow
    query = (
        key.select(key.customer, key.kind, key.value).where(key.customer << list(ids)).order_by(key.place, key.value)
    )
    found: dict[int, dict[str, list[str]]] = {}
    for customer, kind, value in database.select(connected, query):
        found.setdefault(customer, {}).setdefault(_LISTS[kind], []).append(value)
    return found


def _customer(row: Sequence[Any], lists: Mapping[str, list[str]]) -> Customer:
    cells = dict(zip(COLUMNS, row, strict=True))
    cells |= {name: tuple(values) for name, values in lists.items()}
    try:
        return Customer(**cells | {"groups": tuple(json.loads(cells["groups"]))})
    except ValueError as error:  # written past this package
        raise StoreError(f"the customer C{row[0]} in the database cannot be read: {error}") from error


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return rows.json_text(value)
    return rows.clean(value) if isinstance(value, str) else value
