"""Customers as rows, and back."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from peewee import SqliteDatabase, fn

from fsapp.domain.customer import MASTER_DATA, Customer, KeyKind, keys
from fsapp.domain.errors import StoreError
from fsapp.store import database, rows
from fsapp.store.bulk import parts
from fsapp.store.customer_models import CustomerRow

MOST_PARAMETERS = 5000
"""Values in one statement."""

COLUMNS = ("id", "name", "level", "groups", "channel", "language", "address", "email", "note", "merged_into")

_SELECT = """
    SELECT id, name, level, "groups", channel, language, address, email, note, merged_into FROM customer WHERE id IN
"""

_LISTS: Mapping[str, str] = {
    KeyKind.NUMBER.value: "numbers",
    KeyKind.ACCOUNT.value: "accounts",
    KeyKind.METER.value: "meters",
}


def customer_row(customer: Customer, id: int | None = None) -> rows.Row:
    """In the order of COLUMNS; with another `id` than its own, where one is given."""
    _, *cells = (_cell(getattr(customer, name)) for name in COLUMNS)
    return (customer.id if id is None else id, *cells)


def key_rows(customer: Customer, id: int | None = None) -> list[rows.Row]:
    """In the order of the table's columns."""
    owner = customer.id if id is None else id
    return [(kind.value, value, owner, place) for place, (kind, value) in enumerate(keys(customer))]


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


def owners_of(connected: Any, wanted: Iterable[tuple[KeyKind, str]]) -> dict[tuple[str, str], int]:
    """Whose these keys are, as far as they are anybody's."""
    by_kind: dict[KeyKind, list[str]] = {}
    for kind, value in wanted:
        by_kind.setdefault(kind, []).append(value)
    found: dict[tuple[str, str], int] = {}
    for kind, values in by_kind.items():
        for part in parts(values, MOST_PARAMETERS):
            select = f"SELECT value, customer FROM customer_key WHERE kind = '{kind.value}' AND value IN"  # noqa: S608 -- our own word
            found |= {(kind.value, value): customer for value, customer in chosen(connected, select, part)}
    return found


def customers(connected: Any, ids: Sequence[int]) -> Iterator[Customer]:
    """Those with these ids, in their order, as far as they are there. Raises StoreError for a row broken by hand."""
    for part in parts(ids, MOST_PARAMETERS):
        found = {row[0]: row for row in chosen(connected, _SELECT, part)}
        lists = _lists(connected, part)
        yield from (_customer(found[each], lists.get(each, {})) for each in part if each in found)


def chosen(connected: Any, select: str, values: Sequence[Any], rest: str = "") -> list[Any]:
    """The rows of `select … IN (values) rest`; peewee's own way costs ten times as much where the values are many."""
    marks = ", ".join([connected.param] * len(values))
    found: list[Any] = database.execute(connected, f"{select} ({marks}) {rest}", values).fetchall()
    return found


def _lists(connected: Any, ids: Sequence[int]) -> Mapping[int, Mapping[str, list[str]]]:
    """Numbers, accounts and meters by customer."""
    found: dict[int, dict[str, list[str]]] = {}
    select = "SELECT customer, kind, value FROM customer_key WHERE customer IN"
    for customer, kind, value in chosen(connected, select, ids, "ORDER BY place, value"):
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
